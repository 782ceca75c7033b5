// Whose decisions differ between two runs over the same events, and in what first. The lines of the first run rest in a file
// without a name, so that only who differs is in memory. Tested by tests/unit/hosts/simulation_test.cpp.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace wend {

struct DecisionChanges {
  uint64_t people = 0;                       // with a line that differs
  struct First { std::string user, before, after; };   // decision lines; empty: there is none
  std::vector<First> sample;                 // by time, then user; at most kSample
  static constexpr size_t kSample = 10;
};

class DecisionComparison {
 public:
  DecisionComparison();
  ~DecisionComparison();
  DecisionComparison(const DecisionComparison&) = delete;

  void before(std::string_view line);        // all of the one run, then …
  void after(std::string_view line);         // … all of the other; each as a run tells them, by time
  // What is wrong with the file, where there is something: what was found is not to be trusted then.
  std::optional<std::string> finish(DecisionChanges& changes);

 private:
  using ByUser = std::map<std::string, std::vector<std::string>, std::less<>>;
  bool next_before();                        // into line_, line_at_
  void close(int64_t until);                 // compares what is held, then tells of what the first run has alone before `until`
  void differs(const std::string& user, std::string_view before, std::string_view after);
  void compare(const ByUser& before, const ByUser& after);

  struct Close { void operator()(FILE* file) const { if (file) fclose(file); } };
  std::unique_ptr<FILE, Close> file_;
  bool reading_ = false, has_line_ = false, failed_ = false;
  std::string line_;
  char* read_ = nullptr;
  size_t read_size_ = 0;
  int64_t line_at_ = 0, held_at_ = INT64_MIN;
  ByUser held_;                              // of the other run, at held_at_
  std::set<std::string, std::less<>> users_;
  DecisionChanges changes_;
};

}  // namespace wend
