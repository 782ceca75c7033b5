// What one version of a project means that another does not. Two programs are compared by meaning: layout, comments, the order
// of declarations and the files they stand in never show. Each difference is told as it is written, and graded by what it can
// hurt. Tested by tests/golden/change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sema/program.h"

namespace wend::change {

// What a change can hurt, the mildest first.
enum class Grade : uint8_t {
  copy,       // texts, and what is only reported
  send,       // who gets what, and when
  audience,   // who qualifies: for a state, a measure's value, a journey
  state,      // what is kept of a user, and the steps people are in or could come to
  wire        // events and profile: what others send to us and read from us
};
constexpr size_t kGrades = 5;
std::string_view word(Grade grade);
// What it stands for, in a few words.
std::string_view about(Grade grade);
// Nothing: no grade is called that.
std::optional<Grade> grade_named(std::string_view word);

// Where something is written: "states.wend" and 12. An empty path: nowhere (it was made, or belongs to a project without files).
struct Place { std::string path; uint32_t line = 0; };

// One thing that a declaration says, in both versions or in one of them.
struct Edit {
  std::string about;                        // "enter", "step nudge", "email subject"; "": the declaration as a whole
  std::string was;                          // what it was called; "": the same
  Grade grade = Grade::copy;
  std::vector<std::string> before, after;   // in lines, without layout and comments; empty: not there. Both alike: a name in them
                                            // stands for something else
  Place before_at, after_at;
};

struct Change {
  enum class Kind : uint8_t { added, removed, changed } kind = Kind::changed;
  std::string construct, name;              // "journey", "win_back"
  std::string former;                       // the name it had; "": the same
  Grade grade = Grade::copy;                // the gravest of its edits
  std::vector<Edit> edits;                  // changed only
  Place before_at, after_at;
  std::vector<std::string> felt_by;         // "journey win_back": what reads it, and what reads that; in the later version
  std::string advice;                       // "write `journey b renamed from a` …"; "": none
};

struct Difference {
  std::vector<Change> changes;              // the gravest first, then by construct and name
  bool empty() const { return changes.empty(); }
  Grade gravest() const { return changes.empty() ? Grade::copy : changes.front().grade; }
};

// Both must be programs without errors.
Difference difference(const Program& before, const Program& after);

}  // namespace wend::change
