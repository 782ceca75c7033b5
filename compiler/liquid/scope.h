// The variables and loops of one template: what `assign`, `capture`, `for`, `increment` and the parameters of a file that
// is taken in give a name to. A variable keeps its type, but in the block that made it, where it may be made anew.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/liquid/unknowns.h"

namespace wend::liquid {

struct Variable {
  uint32_t local = 0;
  Type type;               // known; it may lack a value all the same
  bool always = false;     // has a value wherever it can be named
  bool markup = false;     // captured in a field of html: escaped already
  uint32_t block = 0;      // that made it
};

struct Loop {
  uint32_t number = 0;
  Known head;              // what is known where a turn begins
  uint32_t captures = 0;   // open where it begins
};

// The numbers of variables and loops run on through a field, whatever files and languages it is made of.
struct Numbers {
  uint32_t loops = 0, blocks = 0;
  std::vector<Type> locals;                   // their types; entries of loops, which need no beginning, are of kind error
  std::set<uint32_t> markup;                  // variables captured in a field of html
  std::map<std::string, uint32_t> cycles;     // their counters
  std::vector<std::string> files;             // taken in, the outermost first
  uint64_t bytes = 0;                         // of files taken in
};

class Scope {
 public:
  explicit Scope(Numbers& numbers) : numbers_(numbers), block_(++numbers.blocks) {}

  const Variable* find(const std::string& name) const;
  // The variable to give a value of the type to: the one there is, or a new one. Null when the name keeps another type.
  const Variable* give(const std::string& name, Type type, bool markup);
  const Variable* declare(const std::string& name, Type type, bool markup);   // anew, whatever it was
  const Variable& counter(const std::string& name);
  uint32_t cycle(const std::string& group);
  std::vector<std::string> names() const;

  // The entry of a loop hides what has its name until the loop ends.
  uint32_t enter_loop(const std::string& name, Type type, const Known& head);
  void leave_loop();
  const std::vector<Loop>& loops() const { return loops_; }

  uint32_t enter_block();                 // a body that may not be shown, or more than once; gives the block around it
  void leave_block(uint32_t outer) { block_ = outer; }
  void enter_capture() { ++captures_; }
  void leave_capture() { --captures_; }
  uint32_t captures() const { return captures_; }
  Numbers& numbers() { return numbers_; }

 private:
  Numbers& numbers_;
  std::map<std::string, Variable> assigned_, counters_;
  std::vector<std::pair<std::string, Variable>> entries_;   // of the loops
  std::vector<Loop> loops_;
  uint32_t block_ = 0;
  uint32_t captures_ = 0;
};

}  // namespace wend::liquid
