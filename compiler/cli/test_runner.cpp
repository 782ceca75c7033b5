// A thread takes the next test that nobody has taken; tests share nothing but the program, which does not change.
#include "compiler/cli/test_runner.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <thread>

namespace wend::cli {

namespace {

constexpr size_t kTestsWorthAThread = 16;

int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void run_one(const Module& module, TestResult& result) {
  const int64_t begun = steady_us();
  result.outcome = run_test(module, *result.test, &result.trace);
  result.time_us = steady_us() - begun;
}

}  // namespace

std::vector<TestResult> run_tests(const Module& module, std::span<const HostTest* const> tests, unsigned jobs) {
  std::vector<TestResult> results(tests.size());
  for (size_t i = 0; i < tests.size(); ++i) results[i].test = tests[i];
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const size_t threads = std::min<size_t>(jobs > 0 ? jobs : std::min(cores, 1 + tests.size() / kTestsWorthAThread), std::max<size_t>(1, tests.size()));
  std::atomic<size_t> next = 0;
  std::vector<std::exception_ptr> faults(threads);
  const auto work = [&](size_t thread) {
    try {
      for (size_t i = next++; i < results.size(); i = next++) run_one(module, results[i]);
    } catch (...) {
      faults[thread] = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (size_t thread = 1; thread < threads; ++thread) others.emplace_back(work, thread);
  work(0);
  for (std::thread& other : others) other.join();
  for (const std::exception_ptr& fault : faults) if (fault) std::rethrow_exception(fault);
  return results;
}

}  // namespace wend::cli
