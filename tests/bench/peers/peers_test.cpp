// Every user of the benchmarks is in the same segments by hand and through Wend's native code, and no segment is empty or full.
#include <algorithm>

#include <catch2/catch.hpp>

#include "compiler/service/service.h"
#include "runtime/abi/context.h"
#include "test_paths.h"
#include "tests/bench/peers/cpp/columns.h"
#include "tests/bench/peers/cpp/conditions.h"
#include "tests/bench/peers/cpp/sequences.h"
#include "tests/bench/peers/wend_records.h"

using namespace peers;

namespace {

template <class User>
void compare(const std::string& name, const Population& population, const std::vector<User>& users,
             const std::vector<cpp::Condition<User>>& conditions) {
  const wend::Project project = wend::Project::load(std::string(WEND_SOURCE_DIR) + "/tests/bench/peers/wend/" + name);
  REQUIRE(project.diagnostics().all().empty());
  const std::shared_ptr<const wend::Module> module = wend::compile(project.program());
  const WendRecords records(*module, population);
  wend::Context context(*module->zone, module->windows);
  REQUIRE(module->audiences.size() == conditions.size());
  for (const cpp::Condition<User>& condition : conditions) {
    CAPTURE(condition.name);
    const auto audience = std::find_if(module->audiences.begin(), module->audiences.end(), [&](const auto& a) { return a.name == condition.name; });
    REQUIRE(audience != module->audiences.end());
    size_t in = 0, differ = 0;
    for (size_t user = 0; user < users.size(); ++user) {
      wend_slot slot{};
      const bool native = audience->value(records[user], nullptr, nullptr, &context, &slot) && slot.integer != 0;
      const bool by_hand = condition.holds(users[user]);
      in += by_hand, differ += native != by_hand;
    }
    CHECK(differ == 0);
    CHECK(in > 0);
    CHECK(in < users.size());
  }
}

}  // namespace

TEST_CASE("every user is in the same segments by hand and in Wend") {
  const Population population = segment_users(20'000);
  compare("segments", population, cpp::listeners(population), cpp::segments());
}

TEST_CASE("the condition of eight tests holds for the same users by hand and in Wend") {
  const Population population = predicate_users(20'000);
  compare("predicate", population, cpp::readers(population), cpp::predicate());
}

TEST_CASE("columns by hand count the users whom structs count, in a last block that is not full too") {
  for (const size_t users : {size_t{1}, cpp::kBlock, 3 * cpp::kBlock + 17}) {
    const Population population = segment_users(users);
    const cpp::ListenerColumns columns(population);
    const std::vector<cpp::Listener> listeners = cpp::listeners(population);
    REQUIRE(cpp::column_segments().size() == cpp::segments().size());
    for (size_t s = 0; s < cpp::segments().size(); ++s) {
      const cpp::Condition<cpp::Listener>& segment = cpp::segments()[s];
      CAPTURE(users, segment.name);
      CHECK(std::string(cpp::column_segments()[s].name) == segment.name);
      uint64_t counted = 0;
      for (size_t begin = 0; begin < users; begin += cpp::kBlock) counted += cpp::column_segments()[s].count(columns, begin);
      CHECK(counted == static_cast<uint64_t>(std::count_if(listeners.begin(), listeners.end(), segment.holds)));
    }
  }
}

TEST_CASE("the first users are the same however many there are") {
  const Population few = segment_users(100), many = segment_users(1'000);
  for (size_t c = 0; c < few.columns.size(); ++c)
    CHECK(few.columns[c].values == std::vector<int64_t>(many.columns[c].values.begin(), many.columns[c].values.begin() + 100));
}

TEST_CASE("sequences by hand, at their edges") {
  constexpr EventKind view = EventKind::view, add = EventKind::add_to_cart, buy = EventKind::purchase, play = EventKind::play;
  constexpr int64_t day = 86'400;
  CHECK(cpp::funnel({{0, 0, view}, {1, 0, add}, {7 * day - 1, 0, buy}}) == 1);
  CHECK(cpp::funnel({{0, 0, view}, {1, 0, add}, {7 * day, 0, buy}}) == 0);
  CHECK(cpp::funnel({{0, 0, view}, {1, 0, add}, {2, 0, view}, {7 * day + 1, 0, buy}}) == 0);   // the later view has no cart after it
  CHECK(cpp::funnel({{0, 0, add}, {1, 0, view}, {2, 0, buy}}) == 0);
  CHECK(cpp::chain({{0, 0, view}, {day - 1, 0, add}, {2 * day - 2, 0, buy}}) == 1);
  CHECK(cpp::chain({{0, 0, view}, {day, 0, add}, {day + 1, 0, buy}}) == 0);
  CHECK(cpp::chain({{0, 0, view}, {1, 1, add}, {2, 0, buy}}) == 0);                            // another user's cart
  CHECK(cpp::abandoned({{0, 0, add}, {3'600, 0, buy}}) == 1);
  CHECK(cpp::abandoned({{0, 0, add}, {3'599, 0, buy}, {9'000, 0, play}}) == 0);
  CHECK(cpp::abandoned({{0, 0, add}, {3'599, 0, add}, {7'198, 0, play}}) == 0);                // the latest is not an hour old
  CHECK(cpp::abandoned({{0, 0, add}, {3'599, 0, add}, {7'199, 0, play}}) == 1);
}

TEST_CASE("no user of the log has two events in one second, and the log is ordered by time") {
  const std::vector<LoggedEvent> log = make_log(50'000);
  std::vector<int64_t> last(50'000, -1);
  for (size_t i = 0; i < log.size(); ++i) {
    if (i > 0) REQUIRE(log[i - 1].at <= log[i].at);
    REQUIRE(last[log[i].user] < log[i].at);
    last[log[i].user] = log[i].at;
  }
  for (const cpp::Sequence& sequence : cpp::kSequences) CHECK(sequence.count(log) > 0);
}
