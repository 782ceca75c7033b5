// The median of several runs, and a folder to run in, for every benchmark.
#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "tests/bench/bench.h"

namespace bench {

double median_seconds(int runs, const std::function<void()>& work) {
  work();
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) times.push_back(seconds(work));
  return median(std::move(times));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "wend_bench_XXXXXX").string();
  if (const char* made = ::mkdtemp(pattern.data())) path = made;
}

Folder::~Folder() { std::filesystem::remove_all(path); }

}  // namespace bench
