// What a seed is about: a project, perhaps a second version of it, and lines that clients will post, each with the instant at
// which it comes. Some come late, some say they lie ahead, some come twice, with the same or another body.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wend::simulation {

struct Posted {
  int64_t due = 0;                 // when it reaches the host
  std::string line;
};

struct Story {
  std::string project, next;       // next "": there is no other version
  std::vector<Posted> lines;       // by `due`
  bool joins = false;              // users may turn out to be one
};

Story make_story(uint64_t seed);
// Half of the stories are of a project that sends much; the others are the differential tests'.
Story busy_story(uint64_t seed);

// What stands at `"key":"…"` in a line; "": it is not there.
std::string word_at(const std::string& line, const std::string& key);
// The same line with another word there, or as it is.
std::string with_word(std::string line, const std::string& key, const std::string& word);

}  // namespace wend::simulation
