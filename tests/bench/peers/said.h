// What a peer written in C++ says on standard output: one line of JSON a measurement, as the README tells it.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace peers {

using Counts = std::vector<std::pair<std::string, uint64_t>>;

// The seconds of each of `runs` runs, after one that is not counted.
template <class Work>
std::vector<double> timed(int runs, Work&& work) {
  work();
  std::vector<double> taken;
  for (int i = 0; i < runs; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    taken.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return taken;
}

// `each`: one condition after another over all the users. `pass`: all conditions of a user, then the next. `log`: a sequence over events.
inline void say(const char* engine, const std::string& version, const char* form, size_t rows, const Counts& counts,
                const std::vector<double>& seconds) {
  fmt::print(R"({{"engine":"{}","version":"{}","form":"{}","rows":{},"counts":{{)", engine, version, form, rows);
  for (size_t i = 0; i < counts.size(); ++i) fmt::print(R"({}"{}":{})", i ? "," : "", counts[i].first, counts[i].second);
  fmt::print(R"(}},"seconds":[{}]}})"
             "\n",
             fmt::join(seconds, ","));
}

}  // namespace peers
