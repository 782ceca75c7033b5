// What a new version of a project must know of those before it: their texts, and where people still stand in them. Whoever
// is inside a journey finishes the step they are in as it was written when they entered it (language.md 7).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace wend {

// A version that was live once.
struct FormerVersion {
  uint64_t id = 0;                                          // Program::version
  std::vector<std::pair<std::string, std::string>> files;   // (path, text) of its .wend files
};

// A step with people in it, or a send of it under way, by the names it had in the version in which they entered it.
struct FormerPlace {
  uint32_t version = 0;     // index
  std::string journey, step;
  uint64_t people = 0;       // who stand in it; none: only a send of it is under way
};

struct Former {
  std::vector<FormerVersion> versions;   // one behind the other; the last is the one live until now
  std::vector<FormerPlace> places;
};

}  // namespace wend
