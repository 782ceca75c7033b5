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
  // Of the later version: what has a first name that the version before does not know is taken for what was called so there, unless
  // that lives on under its own.
  void take_for(const FirstNames& before);
  using Names = std::map<std::string, std::string>;
  const Names& journeys() const { return journeys_; }
  const Names& experiments() const { return experiments_; }

  // A decision line, by which versions are compared: under first names and without the ids made of names.
  struct Line {
    std::string about;                 // its kind, and the journey, message, step, state block … it is about
    std::string send;                  // of a message: the step it is sent by
    std::string decision, content;     // what was decided; the texts of a message
  };
  Line in(const std::string& line) const;

 private:
  Names journeys_, states_, experiments_, events_;
  std::map<std::pair<std::string, std::string>, std::string> steps_, values_;
};

struct DecisionMatch {
  enum class Kind : uint8_t { same, content /* other texts, and nothing else */, decisions } kind = Kind::same;
  // The first that differs, beside what the other version decided about the same thing; nothing: it decided nothing about it.
  std::optional<std::string> before, after;
};

DecisionMatch match(const FirstNames& old_names, const std::vector<std::string>& before, const FirstNames& new_names, const std::vector<std::string>& after);

}  // namespace wend
