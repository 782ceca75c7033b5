// See simulate.h.
#include "tests/simulation/simulate.h"

#include <cstdio>
#include <deque>

#include "runtime/store/keys.h"
#include "tests/reference/clock.h"
#include "tests/simulation/checks.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/world.h"

namespace wend::simulation {
namespace {

using reference::kDay;
using reference::kHour;
using reference::kMinute;
using reference::kSecond;

constexpr size_t kStepsMax = 20'000, kStepsOfTheEnd = 3'000;

// What a seed allows to happen, so that some runs are calm and what goes wrong in them is easy to see.
struct Weather {
  bool kills, holds, erasures, jumps, webhooks, others;
  int commit;                      // of a hundred steps
  explicit Weather(differential::Random& random)
      : kills(random.chance(75)), holds(random.chance(40)), erasures(random.chance(20)), jumps(random.chance(20)), webhooks(random.chance(50)),
        others(random.chance(50)), commit(static_cast<int>(random.between(10, 80))) {}
};

class Scheduler {
 public:
  Scheduler(uint64_t seed, bool trace, SimDisk* disk)
      : seed_(seed), trace_(trace), random_(seed * 15'485'863 + 7), story_(make_story(seed)), weather_(random_), world_(story_, seed, disk) {}

  Run go() {
    run_.project = story_.project;
    if (!world_.ok()) return std::move(run_);
    run_.ran = true;
    for (const Posted& posted : story_.lines) posts_.push_back(posted);
    world_.store().fate = [this] { return draw_fate(); };
    while (run_.problem.empty() && (!posts_.empty() || wait_ > 0) && run_.figures.steps < kStepsMax) {
      if (posts_.empty()) --wait_;
      step([this] { something(); });
    }
    finish();
    sum_up();
    return std::move(run_);
  }

 private:
  Fate draw_fate() {
    if (!weather_.kills || calm_) return Fate::well;
    switch (random_.between(0, 199)) {
      case 0: case 1: return Fate::killed_before;
      case 2: case 3: return Fate::killed_behind;
      case 4: return Fate::unknown_lost;
      case 5: return Fate::unknown_kept;
      default: return Fate::well;
    }
  }

  void say(const std::string& what) {
    last_ = what;
    if (trace_) std::fprintf(stderr, "%6llu %s %s\n", static_cast<unsigned long long>(run_.figures.steps), reference::print_instant(world_.now()).c_str(), what.c_str());
  }

  void fail(const std::string& what) {
    if (!run_.problem.empty()) return;
    ++run_.figures.violations;
    run_.problem = "seed " + std::to_string(seed_) + ", step " + std::to_string(run_.figures.steps) + " (" + last_ + "): " + what +
                   "\nrepeat: WEND_SIM_SEED=" + std::to_string(seed_) + " build/tests/simulation/simulation_test";
  }

  template <class Do>
  void step(const Do& what) {
    ++run_.figures.steps;
    try {
      if (!world_.running()) world_.start();
      what();
    } catch (const Killed&) {
      end("killed");
    } catch (const ShardFault& fault) {
      if (!world_.store().must_close()) fail("the desk gave up: " + fault.what);
      end("a write failed");
    }
    for (const std::string& problem : world_.problems) fail(problem);
    world_.problems.clear();
    if (!world_.store().problem.empty()) fail(world_.store().problem);
    for (const std::string& problem : problems_of_provider(world_)) fail(problem);
    const bool fresh = !world_.running();   // what is durable is all there is
    if (fresh || (!calm_ && random_.chance(4))) check();
  }

  void end(const std::string& why) {
    if (world_.running()) ++run_.figures.kills;
    say(why);
    for (std::string& line : world_.stop())   // who was not told sends again, mostly
      if (random_.chance(85)) posts_.push_front({world_.now() + random_.between(0, 10) * kSecond, std::move(line)});
    if (!calm_ && random_.chance(30)) world_.hands().go_on(random_.pick(std::vector<int64_t>{kMinute, kHour, 30 * kHour}));
  }

  void check() {
    const std::vector<Kept> decisions = kept_decisions(world_.store());
    for (const std::string& problem : problems_of_rows(world_, decisions)) fail(problem);
  }

  // ---- steps

  void something() {
    pass();
    const int64_t draw = random_.between(0, 99);
    if (draw < 20) return take();
    if (draw < 28 && world_.trusted()) return say("tick"), world_.tick();
    if (draw < 50) return claim();
    if (draw < 66) return attempt();
    if (draw < 84) return hear();
    if (draw < 84 + weather_.commit / 8) return say("commit"), world_.go_on();
    if (draw == 94 && weather_.kills) return end("killed between two calls");
    if (draw == 95 && weather_.holds) return hold();
    if (draw == 96 && weather_.others) return others();
    if (draw == 97 && weather_.erasures && random_.chance(30)) return erase();
    if (draw == 98) return version();
    if (draw == 99 && weather_.jumps) return jump();
  }

  // Time goes on: a little, or to what comes next.
  void pass() {
    const int64_t next = posts_.empty() ? world_.now() + kHour : posts_.front().due;
    int64_t by = 1;
    switch (random_.between(0, 11)) {
      case 0: by = random_.between(1, 2 * kSecond); break;
      case 1: by = random_.between(1, kMinute); break;
      case 2: by = random_.between(1, 20 * kMinute); break;
      case 3: by = random_.between(1, 3 * kHour); break;
      case 4: by = next - world_.now(); break;
      case 5: by = world_.desk().courier().next_place() == INT64_MAX ? 1 : world_.desk().courier().next_place() - world_.now(); break;
      default: break;
    }
    world_.pass(std::clamp<int64_t>(by, 1, std::max<int64_t>(1, next - world_.now())));
  }

  void take() {
    if (posts_.empty()) return;
    if (posts_.front().due > world_.now()) {
      if (!random_.chance(35)) return;
      world_.pass(posts_.front().due - world_.now());
    }
    std::vector<std::string> lines;
    for (int64_t most = random_.between(1, 4); most > 0 && !posts_.empty() && posts_.front().due <= world_.now(); --most) {
      lines.push_back(posts_.front().line);
      posts_.pop_front();
      if (random_.chance(3)) posts_.push_front({world_.now() + kSecond, lines.back()});   // the answer got lost on its way
    }
    if (lines.empty()) return;
    say("take " + std::to_string(lines.size()) + ": " + lines.front());
    run_.figures.lines += lines.size();
    world_.take(lines, world_.changed() && random_.chance(20));
    if (random_.chance(weather_.commit)) world_.go_on();
  }

  void claim() {
    if (!world_.trusted()) return;
    const size_t most = random_.chance(70) ? 1 : static_cast<size_t>(random_.between(2, 16));
    say("claim " + std::to_string(most));
    while (world_.claim(most) && random_.chance(80)) world_.pass(1);
  }

  void attempt() {
    say("attempt");
    while (world_.attempt() && random_.chance(70)) {}
    if (weather_.kills && random_.chance(2)) end("killed behind an attempt");
  }

  void hear() {
    if (world_.came_back() == 0) return;
    say("hear");
    while (world_.hear(static_cast<size_t>(random_.between(0, 100))) && random_.chance(70)) world_.pass(1);
    if (random_.chance(weather_.commit)) world_.go_on();
  }

  void hold() {
    static const std::vector<std::pair<std::string, std::string>> kWhat = {{"all", ""}, {"channel", "email"}, {"channel", "push"}, {"journey", "j0"}, {"message", "hello"}, {"message", "msg0"}};
    const auto& [kind, name] = random_.pick(kWhat);
    const bool release = random_.chance(55);
    say((release ? "release " : "hold ") + kind + " " + name);
    if (release) world_.desk().release(kind, name);
    else world_.desk().hold(kind, name, "a test");
  }

  // Somebody else says what became of a message: the provider's webhook, or an operator.
  void others() {
    std::vector<std::pair<std::string, UserId>> all;
    world_.desk().outbox().visit(Outbox::kUnknown, [&](OutboxRow row) { return all.emplace_back(row.id, row.user), true; });
    if (!all.empty() && random_.chance(60)) {
      const auto& [id, user] = random_.pick(all);
      const std::string event = random_.word({"delivered", "failed", "bounced"});
      say("settle " + id + " " + event);
      world_.settled.insert(id);
      world_.failed_by_others.insert(id);
      world_.desk().settle(id, event);
      return;
    }
    if (!weather_.webhooks || world_.told().empty()) return;
    const std::string line = random_.pick(world_.told());
    if (line.find("\"outcome\":\"sent\"") == std::string::npos) return;
    const std::string user = word_at(line, "user"), event = random_.word({"opened", "clicked", "delivered", "failed", "bounced"}), id = word_at(line, "id");
    const bool known = user.rfind("user-", 0) == 0 || user.rfind("\xc3\xbc-", 0) == 0;
    const std::string post = "{\"type\":\"track\",\"" + std::string(known ? "userId" : "anonymousId") + "\":\"" + user + "\",\"timestamp\":\"" + reference::print_instant(world_.now()) +
                             "\",\"messageId\":\"w" + std::to_string(run_.figures.steps) + "\",\"event\":\"" + event + "\",\"properties\":{\"message_id\":\"" + id + "\"" +
                             (event == "bounced" ? ",\"permanent\":true" : "") + "}}";
    if (!known && !story_.joins) return;
    say("webhook " + post);
    world_.settled.insert(id);
    if (event == "failed") world_.failed_by_others.insert(id);
    world_.take({post}, false);
  }

  void erase() {
    std::vector<UserId> users;
    world_.store().scan(Space::state, {}, [&](std::string_view key, std::string_view) { return users.push_back(read_big_endian(key)), true; });
    if (users.empty()) return;
    world_.tick();
    world_.commit();
    const UserId user = random_.pick(users);
    if (const auto row = world_.row_of(user); !row || row->into != kNoUser) return;
    say("erase " + std::to_string(user));
    world_.erase(user);
    ++run_.figures.erasures;
    world_.commit();
    check();
  }

  void version() {
    if (world_.desk().changing()) {
      say("take over");
      world_.desk().take_over(static_cast<size_t>(random_.between(1, 3)));
      return;
    }
    if (story_.next.empty() || world_.changed() || refused_ || run_.figures.steps < 100 || random_.chance(70)) return;
    world_.tick();
    say("change");
    refused_ = !world_.change();
    run_.figures.changes += !refused_;
  }

  void jump() {
    const int64_t by = random_.pick(std::vector<int64_t>{kSecond, -kSecond, 4 * kMinute, -4 * kMinute, 6 * kMinute, -6 * kMinute, kHour, -kHour, 400 * kDay});
    say("the clock jumps by " + std::to_string(by / kSecond) + " s");
    world_.hands().jump(by);
    ++run_.figures.jumps;
  }

  // ---- the end: all goes well, and after enough time nothing waits

  void finish() {
    calm_ = true;
    world_.provider().well = true;
    size_t left = kStepsOfTheEnd;
    bool over = false, released = false;
    const int64_t decided = world_.now();   // what comes later, by the clock alone, might never end
    while (run_.problem.empty() && !over && left-- > 0)
      step([&] {
        if (!released) {
          for (const auto& [kind, name] : all_holds()) world_.desk().release(kind, name);
          world_.clock().agree();
          released = true;
        }
        while (world_.desk().changing()) world_.desk().take_over(100);
        world_.pass(kSecond);
        say("finish");
        while (world_.claim(64)) {}
        while (world_.attempt()) {}
        while (world_.hear(0)) {}
        world_.commit();
        int64_t ready = INT64_MAX;
        over = true;
        world_.desk().outbox().visit_all([&](OutboxRow row, int64_t at) {
          over = over && (at == Outbox::kUnknown || row.decided > decided);
          if (at < Outbox::kHeld) ready = std::min(ready, at);
          return true;
        });
        if (!over && ready != INT64_MAX) world_.pass(std::max<int64_t>(ready, world_.desk().courier().next_place() == INT64_MAX ? 0 : world_.desk().courier().next_place()) - world_.now());
      });
    if (run_.problem.empty() && world_.running())
      for (const std::string& problem : problems_at_the_end(world_, decided)) fail(problem);
  }

  std::vector<std::pair<std::string, std::string>> all_holds() {
    std::vector<std::pair<std::string, std::string>> all;
    const Holds& holds = world_.desk().courier().holds();
    if (holds.all) all.emplace_back("all", "");
    for (const std::string& name : holds.channels) all.emplace_back("channel", name);
    for (const std::string& name : holds.journeys) all.emplace_back("journey", name);
    for (const std::string& name : holds.messages) all.emplace_back("message", name);
    return all;
  }

  void sum_up() {
    Figures& figures = run_.figures;
    figures.seeds = 1;
    if (run_.problem.empty()) step([this] { world_.tick(); world_.commit(); });
    if (run_.problem.empty()) check();
    const std::vector<Accepted>& accepted = world_.accepted();   // also what was killed behind its last write
    const bool erased = std::any_of(accepted.begin(), accepted.end(), [](const Accepted& each) { return each.kind == Accepted::Kind::erase; });
    last_ = "the end";
    if (run_.problem.empty()) {
      if (std::string found = difference_from_second_desk(world_); !found.empty()) fail(found);
      if (!erased && !world_.changed())
        if (std::string found = difference_from_reference(world_); !found.empty()) fail(found);
    }
    for (const Kept& each : kept_decisions(world_.store())) {
      ++figures.decisions;
      figures.messages += each.line.find("\"outcome\":\"sent\"") != std::string::npos;
    }
    for (const auto& [id, book] : world_.provider().book()) figures.taken += book.taken;
    if (world_.running()) world_.desk().outbox().visit(Outbox::kUnknown, [&](OutboxRow) { return ++figures.unknown > 0; });
  }

  const uint64_t seed_;
  const bool trace_;
  differential::Random random_;
  const Story story_;
  const Weather weather_;
  World world_;
  std::deque<Posted> posts_;
  int wait_ = 60;                  // steps behind the last line
  bool calm_ = false, refused_ = false;
  std::string last_;
  Run run_;
};

}  // namespace

void Figures::add(const Figures& other) {
  for (uint64_t Figures::*each : {&Figures::seeds, &Figures::steps, &Figures::lines, &Figures::kills, &Figures::decisions, &Figures::messages, &Figures::taken, &Figures::unknown,
                                  &Figures::erasures, &Figures::changes, &Figures::jumps, &Figures::violations})
    this->*each += other.*each;
}

std::string Figures::text() const {
  const auto figure = [](const char* name, uint64_t value) { return std::string(name) + " " + std::to_string(value); };
  return figure("seeds", seeds) + figure(", steps", steps) + figure(", lines", lines) + figure(", kills", kills) + figure(", decisions", decisions) + figure(", messages", messages) +
         figure(", taken by a provider", taken) + figure(", unknown", unknown) + figure(", erasures", erasures) + figure(", changes of version", changes) + figure(", jumps of the clock", jumps) +
         figure(", violations", violations);
}

Run simulate(uint64_t seed, bool trace, SimDisk* disk) { return Scheduler(seed, trace, disk).go(); }

}  // namespace wend::simulation
