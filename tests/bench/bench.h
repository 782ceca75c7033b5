// What the benchmarks share: a clock, medians, and the three subjects. Every figure is the median of several runs in one process;
// read them as ratios, the machine's mood changes the rest.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace bench {

inline double seconds(const std::function<void()>& work) {
  auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values);

// The median time of `runs` runs, after one that is not counted.
double median_seconds(int runs, const std::function<void()>& work);

void predicate();      // one condition: native code against the same written by hand
void throughput();     // events a second through `wend run`, in memory
void compile_time();   // text to runnable code for 10 to 10,000 definitions, and reloads

// A folder of its own under the machine's temporary one, gone with this.
struct Folder {
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  std::string path;
};

}  // namespace bench
