// Who reads what in a program: so that a change of a measure can say which states and journeys feel it. Internal to
// compiler/change.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/sema/program.h"

namespace wend::change {

// Declarations by the words they are told with: "measure plays".
class Reach {
 public:
  explicit Reach(const Program& program);
  // All that read one of them, and all that read those; by construct and name, they themselves not among them. An attribute of the profile is
  // told as one: "attribute plan".
  std::vector<std::string> felt_by(const std::vector<std::string>& declarations) const;

 private:
  std::map<std::string, std::set<std::string>> readers_;
};

}  // namespace wend::change
