// The median of several runs, for every benchmark.
#include <algorithm>

#include "tests/bench/bench.h"

namespace bench {

double median_seconds(int runs, const std::function<void()>& work) {
  work();
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) times.push_back(seconds(work));
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

}  // namespace bench
