// What of two versions' decisions about one user at one instant is the same: compared as a set and under the names things first had,
// since renaming reorders lines and decides nothing. Tested by tests/unit/hosts/compare_test.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/abi/module.h"

namespace wend {

// Of one version: the first names of what can be renamed.
class FirstNames {
 public:
  explicit FirstNames(const Module& module);
  std::string of_journey(const std::string& name) const;

  // A decision line, by which versions are compared: under first names and without the ids made of names.
  struct Line {
    std::string about;                 // its kind, and the journey, message, step, state block … it is about
    std::string send;                  // of a message: the step it is sent by
    std::string decision, content;     // what was decided; the texts of a message
  };
  Line in(const std::string& line) const;

 private:
  std::map<std::string, std::string> journeys_, states_, experiments_, events_;
  std::map<std::pair<std::string, std::string>, std::string> steps_, values_;
};

struct DecisionMatch {
  enum class Kind : uint8_t { same, content /* other texts, and nothing else */, decisions } kind = Kind::same;
  // The first that differs, beside what the other version decided about the same thing; nothing: it decided nothing about it.
  std::optional<std::string> before, after;
};

DecisionMatch match(const FirstNames& old_names, const std::vector<std::string>& before, const FirstNames& new_names, const std::vector<std::string>& after);

}  // namespace wend
