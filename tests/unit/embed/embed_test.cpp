// The C interface of the step: that it decides as `wend run` does and keeps the bytes a shard keeps, and what each call promises.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <thread>

#include "compiler/service/service.h"
#include "runtime/embed/wend_store.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/profiles.h"
#include "runtime/engine/shard.h"
#include "runtime/hosts/batch.h"
#include "runtime/store/keys.h"
#include "runtime/store/memory_store.h"
#include "support.h"
#include "test_paths.h"

using namespace wend;
using namespace wend::test;

namespace {

// A host as a caller would write one: who an event is of, the states, the timers.
class Caller {
 public:
  explicit Caller(const wend_prog* program) : stepper_(std::make_unique<Stepper>(program)), profiles_(names_, many_by_rank(*program->module)) {}

  void event(const Made& made) {
    wake(made.at);
    std::vector<uint32_t> named;
    for (uint32_t rank = 0; rank < 3; ++rank)
      if (!made.names[rank].empty()) named.push_back(names_.intern(rank, made.names[rank]));
    if (named.empty()) return;
    if (made.alias) named.push_back(names_.intern(0, made.names[2]));   // it may have been a user's
    const Profiles::Found found = made.alias ? profiles_.alias(named) : profiles_.resolve(named);
    const std::vector<uint32_t> joined(found.joined.begin(), found.joined.end());
    states_.resize(profiles_.size());
    due_.resize(profiles_.size(), WEND_NO_WAKE);
    for (size_t i = 0; i < joined.size(); ++i) {
      const std::string other = std::exchange(states_[joined[i]], "");
      due_[joined[i]] = WEND_NO_WAKE;
      keep(found.profile, stepper_->merge(states_[found.profile], other, made.at, i + 1 == joined.size() ? made.line : ""));
      ++merged_;
    }
    if (joined.empty()) keep(found.profile, stepper_->event(states_[found.profile], made.at, made.line));
  }

  void wake(int64_t until) {
    for (;;) {
      const auto first = std::min_element(due_.begin(), due_.end());
      if (first == due_.end() || *first > until) return;
      const auto profile = static_cast<uint32_t>(first - due_.begin());
      keep(profile, stepper_->wake(states_[profile], *first));
    }
  }

  // Another version, for everybody at one instant.
  void go_live(const wend_prog* program, int64_t at) {
    wake(at - 1);
    stepper_ = std::make_unique<Stepper>(program);
    for (uint32_t profile = 0; profile < states_.size(); ++profile)
      if (!states_[profile].empty()) keep(profile, stepper_->wake(states_[profile], at));
  }

  const std::vector<std::string>& states() const { return states_; }
  const std::vector<std::string>& lines() const { return lines_; }
  int merged() const { return merged_; }

 private:
  void keep(uint32_t profile, const Result& result) {
    INFO(result.said);
    REQUIRE(result.code > 0);
    states_[profile] = result.state;
    due_[profile] = result.next_due;
    lines_.insert(lines_.end(), result.lines.begin(), result.lines.end());
  }

  std::unique_ptr<Stepper> stepper_;
  Interner names_;
  Profiles profiles_;
  std::vector<std::string> states_;
  std::vector<int64_t> due_;
  std::vector<std::string> lines_;
  int merged_ = 0;
};

std::string without_parts(std::string_view bytes) {
  UserRow row;
  REQUIRE(decode({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, 3, row));
  if (row.into != kNoUser) return "";
  row.parts.clear();
  return encode(row);
}

}  // namespace

TEST_CASE("the decisions are those of a file run, line by line, and the bytes of each user those a shard keeps") {
  const Module& module = *shop()->module;
  for (const uint32_t seed : {1u, 2u, 3u, 4u}) {
    INFO("seed " << seed);
    const std::vector<Made> events = made_up(seed, 600);
    const int64_t end = events.back().at + 200 * kDay;
    Caller caller(shop());
    const std::unique_ptr<Store> store = make_memory_store();
    Shard shard(module, *store, [](const Shard::Told&) {});
    const std::string text = text_of(events);
    for (const Made& made : events) caller.event(made);
    caller.wake(end);
    Intake intake(module);
    read_text(text, "-", false, intake);
    for (const StoredEvent& event : intake.log.events()) {
      while (shard.tick(event.at)) shard.commit();
      shard.handle(intake, event, event.at);
    }
    while (shard.tick(end)) shard.commit();
    shard.commit();

    const std::vector<std::string> lines = decided_by_file(text, end);
    CHECK(by_instant_and_user(caller.lines()) == lines);
    CHECK(lines.size() > 300);
    CHECK(caller.merged() > 3);

    size_t rows = 0, same = 0;
    store->scan(Space::state, {}, [&](std::string_view key, std::string_view row) {
      const std::string& state = caller.states().at(read_big_endian(key) - 1);   // both count from first sight
      CHECK(without_parts(row) == state);
      same += row == state;
      return ++rows > 0;
    });
    CHECK(rows == caller.states().size());
    CHECK(same >= 4);   // those nobody has joined are the very same bytes
  }
}

TEST_CASE("the same input gives the same bytes, whatever came before it and whichever thread asks") {
  const std::string line = cart("ann", kMonday, "c1", 45);
  Stepper first;
  const std::string expected = first.event("", kMonday, line).bytes;
  const std::string other = first.event("", kMonday, cart("bo", kMonday, "c9", 12)).state;
  std::vector<std::thread> threads;
  std::array<int, 4> same{};
  for (size_t t = 0; t < same.size(); ++t)
    threads.emplace_back([&, t] {
      Stepper stepper;
      for (int i = 0; i < 50; ++i) {
        stepper.wake(other, kMonday + i * kMinute);
        same[t] += stepper.event("", kMonday, line).bytes == expected;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(same == std::array<int, 4>{50, 50, 50, 50});
}

TEST_CASE("a context goes on for as long as one likes without growing, and nothing of it can be told from the results") {
  Stepper stepper;
  const std::string line = cart("ann", kMonday, "c1", 45);
  std::string padded = line;
  padded.insert(1, "\"ignored\":\"" + std::string(100'000, 'x') + "\",");
  const std::string expected = stepper.event("", kMonday, line).bytes;
  for (int i = 0; i < 120; ++i) REQUIRE(stepper.event("", kMonday, padded).bytes == expected);   // 24 MB
}

TEST_CASE("where there is too little room nothing is written, and the size that is needed is told") {
  Stepper stepper;
  const std::string frame = event_frame("", kMonday, cart("ann", kMonday, "c1", 45));
  const Result whole = stepper.step(frame);
  std::string out(whole.bytes.size() + 10, '\x5a');
  const std::string untouched = out;
  for (uint32_t cap = 0; cap < whole.bytes.size(); ++cap) {
    REQUIRE(wend_step(shop(), stepper.context(), bytes_of(frame), static_cast<uint32_t>(frame.size()), reinterpret_cast<uint8_t*>(out.data()), cap) == whole.code);
    REQUIRE(out == untouched);
  }
  // With enough of it, only as much as was told.
  CHECK(wend_step(shop(), stepper.context(), bytes_of(frame), static_cast<uint32_t>(frame.size()), reinterpret_cast<uint8_t*>(out.data()),
                  static_cast<uint32_t>(out.size())) == whole.code);
  CHECK(out == whole.bytes + std::string(10, '\x5a'));
}

TEST_CASE("a frame too is written whole or not at all") {
  const std::string state(300, 's'), other(200, 'o'), line = cart("ann", kMonday, "c1", 45);
  for (const std::string& frame : {event_frame(state, kMonday, line), wake_frame(state, kMonday), merge_frame(state, other, kMonday, line)}) {
    std::string out(frame.size(), '\x5a');
    const std::string untouched = out;
    const auto cap = static_cast<uint32_t>(frame.size() - 1);
    auto* const to = reinterpret_cast<uint8_t*>(out.data());
    const auto size = [](const std::string& text) { return static_cast<uint32_t>(text.size()); };
    const int32_t needed = frame == wake_frame(state, kMonday)           ? wend_put_wake(to, cap, kMonday, bytes_of(state), size(state))
                           : frame == event_frame(state, kMonday, line) ? wend_put_event(to, cap, kMonday, line.data(), size(line), bytes_of(state), size(state))
                                                                        : wend_put_merge(to, cap, kMonday, line.data(), size(line), bytes_of(state), size(state),
                                                                                         bytes_of(other), size(other));
    CHECK(needed == static_cast<int32_t>(frame.size()));
    CHECK(out == untouched);
  }
}

TEST_CASE("one buffer may hold the input and take the result") {
  Stepper stepper;
  const std::string frame = event_frame("", kMonday, cart("ann", kMonday, "c1", 45));
  const Result apart = stepper.step(frame);
  std::string buffer = frame;
  buffer.resize(10'000);
  auto* const bytes = reinterpret_cast<uint8_t*>(buffer.data());
  CHECK(wend_step(shop(), stepper.context(), bytes, static_cast<uint32_t>(frame.size()), bytes, static_cast<uint32_t>(buffer.size())) == apart.code);
  CHECK(buffer.substr(0, apart.bytes.size()) == apart.bytes);
}

TEST_CASE("an event this program does not know changes nothing") {
  Stepper stepper;
  const Result known = stepper.event("", kMonday, cart("ann", kMonday, "c1", 45));
  const std::string line = R"({"type":"track","userId":"ann","event":"Nobody Knows","timestamp":"2026-03-04T09:00:00Z"})";
  const Result unknown = stepper.event(known.state, kMonday + 2 * kDay, line);
  CHECK(unknown.lines.empty());
  CHECK(unknown.state == known.state);
  CHECK(unknown.next_due == known.next_due);
  CHECK(stepper.event("", kMonday, line).state.empty());
}

TEST_CASE("a line that is no event of this program is a fault that says why, and the state stays what it was") {
  Stepper stepper;
  CHECK(stepper.event("", kMonday, "{").code == WEND_FAULT_EVENT);
  const Result wrong = stepper.event("", kMonday, R"({"type":"track","userId":"ann","event":"Order Completed","properties":{"total":1}})");
  CHECK(wrong.code == WEND_FAULT_EVENT);
  CHECK(wrong.said == "`order_completed` lacks `cart_id`, a text was expected");
  CHECK(stepper.event("", kMonday, "").code == WEND_FAULT_EVENT);
  CHECK(stepper.event("", kMonday, std::string(2 << 20, ' ')).said == "the line is longer than a megabyte");
  CHECK(stepper.event("", kMonday, cart("ann", kMonday, "c1", 45)).said.empty());
}

TEST_CASE("an event from the future, or of no time, happens when it comes") {
  Stepper stepper;
  const Result now = stepper.event("", kMonday, cart("ann", kMonday, "c1", 45));
  CHECK(stepper.event("", kMonday, cart("ann", kMonday + 9000 * kDay, "c1", 45)).bytes == now.bytes);
  std::string timeless = cart("ann", kMonday, "c1", 45);
  timeless.erase(timeless.find("\"timestamp\""), timeless.find("\"properties\"") - timeless.find("\"timestamp\""));
  CHECK(stepper.event("", kMonday, timeless).bytes == now.bytes);
}

TEST_CASE("waking too early does nothing, too late does what was due when it was due") {
  Stepper stepper;
  Result before = stepper.event("", kMonday, identify(R"("userId":"ann")", kMonday, R"("email":"ann@example.org","email_opt_in":true)"));
  before = stepper.event(before.state, kMonday + kMinute, cart("ann", kMonday + kMinute, "c1", 45));
  CHECK(before.next_due == kMonday + kMinute + kHour);
  const Result early = stepper.wake(before.state, before.next_due - 1);
  CHECK(early.lines.empty());
  CHECK(early.next_due == before.next_due);
  Result step = stepper.wake(before.state, before.next_due);
  std::vector<std::string> one_by_one = step.lines;
  while (step.next_due <= kMonday + 3 * kDay) {
    step = stepper.wake(step.state, step.next_due);
    one_by_one.insert(one_by_one.end(), step.lines.begin(), step.lines.end());
  }
  const Result late = stepper.wake(before.state, kMonday + 3 * kDay);
  CHECK(late.lines == one_by_one);
  CHECK(late.lines.size() > 3);
  CHECK(late.state == step.state);
  // Who has never been seen is due for nothing.
  const Result nobody = stepper.wake("", kMonday);
  CHECK(nobody.state.empty());
  CHECK(nobody.next_due == WEND_NO_WAKE);
}

TEST_CASE("two who are one keep what both have, under the name of the stronger identity") {
  Stepper stepper;
  const std::string anonymous = stepper.event("", kMonday, R"({"type":"track","anonymousId":"d1","event":"Cart Updated","timestamp":"2026-03-02T09:00:00Z",)"
                                                           R"("properties":{"cart_id":"c1","total":45,"items":[]}})").state;
  const std::string known = stepper.event("", kMonday, identify(R"("userId":"ann")", kMonday, R"("email":"a@example.org","email_opt_in":true)")).state;
  Result both = stepper.merge(anonymous, known, kMonday + kMinute);
  CHECK(both.code > 0);
  both = stepper.wake(both.state, kMonday + kHour);
  REQUIRE(both.lines.size() == 4);
  CHECK(both.lines[3].find(R"("user":"ann","kind":"message","message":"reminder","channel":"email")") != std::string::npos);
  // Joining nobody, or nobody joining, is no change.
  CHECK(stepper.merge(known, "", kMonday).state == known);
  CHECK(stepper.wake(stepper.merge("", known, kMonday).state, kMonday + kHour).lines == stepper.wake(known, kMonday + kHour).lines);
}

TEST_CASE("a new version goes live as in a file run: people finish their step, and go on in it") {
  const ShopLike edited("recovery.wend", "your cart is waiting", "are you still thinking");
  char said[2000];
  wend_prog* const after = wend_open_after(shop(), edited.path(), said, sizeof said);
  INFO(said);
  REQUIRE(after != nullptr);
  CHECK(wend_version(after) != wend_version(shop()));
  const std::vector<Made> events = made_up(9, 400);
  const int64_t at = events[200].at + 1, end = events.back().at + 200 * kDay;
  {
    Caller caller(shop());
    for (size_t i = 0; i <= 200; ++i) caller.event(events[i]);
    caller.go_live(after, at);
    for (size_t i = 201; i < events.size(); ++i) caller.event(events[i]);
    caller.wake(end);

    const Project before = Project::load(WEND_SOURCE_DIR "/examples/shop");
    Change change;
    change.at = at;
    change.next = [&](const std::vector<Change::Place>& places) {
      Former former;
      former.versions.push_back(before.version());
      for (const Change::Place& place : places) former.places.push_back(before.place(place.journey, place.step, place.people));
      return compile(Project::load(edited.path(), former).program());
    };
    BatchOptions options;
    std::vector<std::string> lines;
    options.until_us = end;
    options.line = [&](std::string_view line) { lines.emplace_back(line); };
    const ChangedResult expected = run_changed_text(*shop()->module, change, text_of(events), options);
    REQUIRE(expected.live);
    CHECK(by_instant_and_user(caller.lines()) == by_instant_and_user(lines));
    const auto says = [&](const char* words) {
      return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) { return line.find(words) != std::string::npos; });
    };
    CHECK(says("your cart is waiting"));
    CHECK(says("are you still thinking"));
  }
  wend_close(after);
}

TEST_CASE("states go on to the version opened after theirs, and to no other") {
  const ShopLike first("recovery.wend", "your cart is waiting", "are you still thinking"), second("recovery.wend", "your cart is waiting", "here it is");
  char said[2000];
  wend_prog* const fresh = wend_open(first.path(), said, sizeof said);
  wend_prog* const after = wend_open_after(shop(), first.path(), said, sizeof said);
  wend_prog* const third = wend_open_after(after, second.path(), said, sizeof said);
  INFO(said);
  REQUIRE((fresh && after && third));
  CHECK(wend_version(fresh) != wend_version(after));
  CHECK(wend_store_open(after, nullptr, said, sizeof said) == nullptr);
  {
    Stepper one, two(after), three(third), other(fresh);
    const std::string state = one.event("", kMonday, cart("ann", kMonday, "c1", 45)).state;
    const std::string moved = two.wake(state, kMonday + kMinute).state;
    CHECK(two.wake(moved, kMonday + 2 * kMinute).code > 0);
    CHECK(three.wake(moved, kMonday + 2 * kMinute).code > 0);
    CHECK(one.wake(moved, kMonday + 2 * kMinute).code == WEND_FAULT_STATE);
    CHECK(other.wake(state, kMonday + kMinute).code == WEND_FAULT_STATE);
    CHECK(other.wake(moved, kMonday + kMinute).code == WEND_FAULT_STATE);
    CHECK(three.wake(state, kMonday + kMinute).code == WEND_FAULT_STATE);
    // With an event, and when somebody of the version before joins.
    CHECK(two.event(state, kMonday + kMinute, cart("ann", kMonday + kMinute, "c2", 45)).code > 0);
    CHECK(two.merge(moved, state, kMonday + 2 * kMinute).code > 0);
  }
  for (wend_prog* program : {fresh, after, third}) wend_close(program);
}

TEST_CASE("a version that would strand somebody, wherever they stand, is not opened after the one before") {
  const ShopLike without("recovery.wend", "use std.cart_recovery as cart", "use std.cart_recovery as basket");
  char said[4000];
  CHECK(wend_open_after(shop(), without.path(), said, sizeof said) == nullptr);
  CHECK(std::string(said).find("error[E06") == 0);
  CHECK(wend_open_after(nullptr, without.path(), said, sizeof said) == nullptr);
}

TEST_CASE("what is missing or does not belong together is refused") {
  Stepper stepper;
  char said[200] = "?";
  CHECK(wend_open("/no/such/folder", said, sizeof said) == nullptr);
  CHECK(std::string(said).find("error[E0002]") == 0);
  char little[8] = "???????";
  CHECK(wend_open("/no/such/folder", little, sizeof little) == nullptr);
  CHECK(std::string(little) == "error[E");
  CHECK(wend_open(nullptr, nullptr, 0) == nullptr);
  CHECK(wend_context_new(nullptr) == nullptr);
  wend_context_free(nullptr);
  wend_close(nullptr);
  const std::string frame = wake_frame("", kMonday);
  const auto size = static_cast<uint32_t>(frame.size());
  wend_prog another{shop()->module, 1, nullptr, 0, nullptr};
  CHECK(wend_step(nullptr, stepper.context(), bytes_of(frame), size, nullptr, 0) == WEND_FAULT_ARGUMENT);
  CHECK(wend_step(&another, stepper.context(), bytes_of(frame), size, nullptr, 0) == WEND_FAULT_ARGUMENT);
  CHECK(wend_step(shop(), nullptr, bytes_of(frame), size, nullptr, 0) == WEND_FAULT_ARGUMENT);
  CHECK(wend_step(shop(), stepper.context(), nullptr, size, nullptr, 0) == WEND_FAULT_ARGUMENT);
  CHECK(wend_step(shop(), stepper.context(), nullptr, 0, nullptr, 0) == WEND_FAULT_FRAME);
  CHECK(wend_put_wake(nullptr, 10, kMonday, nullptr, 0) == WEND_FAULT_ARGUMENT);
  CHECK(wend_put_wake(nullptr, 0, kMonday, nullptr, 10) == WEND_FAULT_ARGUMENT);
  CHECK(wend_put_wake(nullptr, 0, -1, nullptr, 0) == WEND_FAULT_FRAME);
  CHECK(wend_put_wake(nullptr, 0, INT64_MAX, nullptr, 0) == WEND_FAULT_FRAME);
  wend_result result;
  CHECK(wend_get(nullptr, 0, &result) == WEND_FAULT_ARGUMENT);
  CHECK(wend_get(bytes_of(frame), size, &result) == WEND_FAULT_FRAME);   // an input is no result
}
