// What the others are compared with: the conditions and sequences by hand.
//   cpp_peer predicate|segments USERS RUNS
//   cpp_peer log EVENTS RUNS
#include <cstdlib>

#include "tests/bench/peers/cpp/columns.h"
#include "tests/bench/peers/cpp/conditions.h"
#include "tests/bench/peers/cpp/sequences.h"
#include "tests/bench/peers/said.h"

using namespace peers;

namespace {

const char* const kEngine = "C++ by hand";
const std::string kVersion = "g++ " __VERSION__;

template <class User>
void measure(const std::vector<User>& users, const std::vector<cpp::Condition<User>>& conditions, int runs) {
  Counts counts;
  auto each = timed(runs, [&] {
    counts.clear();
    for (const cpp::Condition<User>& condition : conditions) {
      uint64_t in = 0;
      for (const User& user : users) in += condition.holds(user);
      counts.emplace_back(condition.name, in);
    }
  });
  say(kEngine, kVersion, "each", users.size(), counts, each);
  if (conditions.size() == 1) return;
  std::vector<uint64_t> in(conditions.size());
  auto pass = timed(runs, [&] {
    std::fill(in.begin(), in.end(), 0);
    for (const User& user : users)
      for (size_t c = 0; c < conditions.size(); ++c) in[c] += conditions[c].holds(user);
  });
  for (size_t c = 0; c < conditions.size(); ++c) counts[c].second = in[c];
  say(kEngine, kVersion, "pass", users.size(), counts, pass);
}

void measure_columns(const cpp::ListenerColumns& columns, int runs) {
  Counts counts;
  for (const cpp::ColumnCondition& segment : cpp::column_segments()) counts.emplace_back(segment.name, 0);
  const auto add = [&](size_t segment, size_t begin) { counts[segment].second += cpp::column_segments()[segment].count(columns, begin); };
  const auto none = [&] {
    for (auto& [name, in] : counts) in = 0;
  };
  auto each = timed(runs, [&] {
    none();
    for (size_t s = 0; s < counts.size(); ++s)
      for (size_t begin = 0; begin < columns.users; begin += cpp::kBlock) add(s, begin);
  });
  say("C++ by hand, in columns", kVersion + ", -O3 -march=native", "each", columns.users, counts, each);
  auto pass = timed(runs, [&] {
    none();
    for (size_t begin = 0; begin < columns.users; begin += cpp::kBlock)
      for (size_t s = 0; s < counts.size(); ++s) add(s, begin);
  });
  say("C++ by hand, in columns", kVersion + ", -O3 -march=native", "pass", columns.users, counts, pass);
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) return std::fputs("cpp_peer predicate|segments|log ROWS RUNS\n", stderr), 2;
  const std::string what = words[1];
  const size_t rows = std::strtoull(words[2], nullptr, 10);
  const int runs = std::atoi(words[3]);
  if (what == "log") {
    const std::vector<LoggedEvent> log = make_log(rows);
    for (const cpp::Sequence& sequence : cpp::kSequences) {
      uint64_t counted = 0;
      auto taken = timed(runs, [&] { counted = sequence.count(log); });
      say(kEngine, kVersion, "log", log.size(), {{sequence.name, counted}}, taken);
    }
  } else if (what == "predicate") {
    measure(cpp::readers(predicate_users(rows)), cpp::predicate(), runs);
  } else {
    const Population population = make_users(what, rows);
    measure(cpp::listeners(population), cpp::segments(), runs);
    measure_columns(cpp::ListenerColumns(population), runs);
  }
}
