// The decision lines of two runs over the same events, beside each other: all of one user at one instant at a time. The lines of the
// first run rest in a file without a name. Tested by tests/unit/hosts/simulation_test.cpp.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wend {

class PairedDecisions {
 public:
  using Lines = std::vector<std::string>;
  // By instant, then user; `user` as it stands in the lines' JSON. Either may be empty, never both. Lines of nobody, as of a rejected
  // event, are left out.
  using Visit = std::function<void(int64_t at, const std::string& user, const Lines& before, const Lines& after)>;

  explicit PairedDecisions(Visit visit);
  ~PairedDecisions();
  PairedDecisions(const PairedDecisions&) = delete;

  void before(std::string_view line);        // all of the one run, then …
  void after(std::string_view line);         // … all of the other; each as a run tells them, by time
  // What is wrong with the file, where there is something: what was visited is not to be trusted then.
  std::optional<std::string> finish();

 private:
  using ByUser = std::map<std::string, Lines, std::less<>>;
  bool next_before();                        // into line_, line_at_
  void close(int64_t until);                 // visits what is held, then what the first run has alone before `until`
  void visit_pairs(int64_t at, const ByUser& before, const ByUser& after) const;

  struct Close { void operator()(FILE* file) const { if (file) fclose(file); } };
  Visit visit_;
  std::unique_ptr<FILE, Close> file_;
  bool reading_ = false, has_line_ = false, failed_ = false;
  std::string line_;
  char* read_ = nullptr;
  size_t read_size_ = 0;
  int64_t line_at_ = 0, held_at_ = INT64_MIN;
  ByUser held_;                              // of the other run, at held_at_
};

}  // namespace wend
