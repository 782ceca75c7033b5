// Which written name means which declaration: filled by the analysis where it looks names up, for whoever wants to go from one
// to the other (an editor). A compilation does without. Tested by tests/unit/sema and tests/unit/language_server.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "compiler/source/source.h"

namespace wend {

enum class SymbolKind : uint8_t {
  attribute, measure, audience, states,   // id: row of the Program's table
  value,        // id: OneOfId, part: its place there; a state, or a word of a `one of`
  event,        // id; a signal is the event it makes
  property,     // id: EventId, part: the property; what a signal carries is the property it was
  channel,      // id
  field,        // id: ChannelId, part: of its content
  category, message,   // id
  parameter,    // id: MessageId, part
  experiment,   // id
  variant,      // id: ExperimentId, part
  journey,      // id
  step,         // id: JourneyId, part
  hook,         // id
  hook_field,   // id: HookId, part
  report,       // id
  module        // id: the number of the use
};

struct Symbol {
  SymbolKind kind = SymbolKind::attribute;
  uint32_t id = 0, part = 0;
  auto operator<=>(const Symbol&) const = default;
};

struct NameUse {
  Span span;               // as written: of a name of a module in front of it too (`cart.recovery`)
  Symbol symbol;
  bool declares = false;
  bool needed = false;     // a module calls it so because it needs something of that name; whoever uses the module gives it
};

class Uses {
 public:
  void note(Span span, Symbol symbol, bool declares = false) { all_.push_back({span, symbol, declares}); }
  // What stands in a file that was read again for a second use of its module stands in the file itself.
  void same_file(uint32_t copy, uint32_t original) { copies_[copy] = original; }
  // Gives every symbol the one it stands for.
  template <class Change>
  void settle(Change change) {
    for (NameUse& use : all_) use.symbol = change(use.symbol);
  }
  // Says of every use whether a module needs what it names.
  template <class IsNeeded>
  void mark_needed(IsNeeded is_needed) {
    for (NameUse& use : all_) use.needed = !use.declares && is_needed(use);
  }
  // Sorts by place; each once.
  void finish();

  const std::vector<NameUse>& all() const { return all_; }
  // The names that hold the byte, or end at it; several where one word means more than one thing.
  std::vector<NameUse> at(uint32_t file, uint32_t offset) const;
  std::vector<NameUse> of(Symbol symbol) const;
  std::vector<Span> declarations(Symbol symbol) const;

 private:
  std::vector<NameUse> all_;
  std::map<uint32_t, uint32_t> copies_;
};

}  // namespace wend
