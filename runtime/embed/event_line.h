// One line at a time to an event of a program, for as long as one likes: what reading gathers is dropped now and then. Tested
// by tests/unit/embed.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/engine/intake.h"

namespace wend {

constexpr size_t kBytesBetweenFresh = 8 << 20;   // of input, after which what was gathered of it is dropped

class EventLineReader {
 public:
  explicit EventLineReader(const Module& module);   // which must outlive it
  ~EventLineReader();

  // False: the line is no event of this program, and said() says why. `event` is none where the line is good and says nothing
  // the program knows. Good, with the numbers of its identities in intake(), until the next call.
  // A line that says no time happened at `received`, and so did one that says a later one.
  bool read(std::string_view line, int64_t received, std::optional<StoredEvent>& event);
  const Intake& intake() const;
  const std::string& said() const { return said_; }

 private:
  struct Reading;
  bool read_into(Reading& reading, std::string_view line, int64_t received, std::optional<StoredEvent>& event);

  const Module& module_;
  std::unique_ptr<Reading> reading_;
  size_t fed_ = 0;                                  // bytes since it was made
  std::string line_, said_;                         // line_: with room behind it
};

}  // namespace wend
