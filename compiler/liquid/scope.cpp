// Innermost first: the entries of loops, then variables, then counters.
#include "compiler/liquid/scope.h"

#include <algorithm>

namespace wend::liquid {
namespace {

uint32_t fresh_local(Numbers& numbers, Type type) {
  numbers.locals.push_back(type);
  return static_cast<uint32_t>(numbers.locals.size() - 1);
}

}  // namespace

const Variable* Scope::find(const std::string& name) const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry)
    if (entry->first == name) return &entry->second;
  if (const auto found = assigned_.find(name); found != assigned_.end()) return &found->second;
  const auto found = counters_.find(name);
  return found == counters_.end() ? nullptr : &found->second;
}

const Variable* Scope::declare(const std::string& name, Type type, bool markup) {
  Variable variable{fresh_local(numbers_, type.known()), type.known(), false, markup, block_};
  if (markup) numbers_.markup.insert(variable.local);
  return &(assigned_[name] = variable);
}

const Variable* Scope::give(const std::string& name, Type type, bool markup) {
  const auto found = assigned_.find(name);
  if (found == assigned_.end()) return declare(name, type, markup);
  if (found->second.type == type.known() && found->second.markup == markup) return &found->second;
  return found->second.block == block_ ? declare(name, type, markup) : nullptr;
}

const Variable& Scope::counter(const std::string& name) {
  const auto [found, fresh] = counters_.try_emplace(name);
  if (fresh) found->second = {fresh_local(numbers_, {TypeKind::integer}), {TypeKind::integer}, true, false, block_};
  return found->second;
}

uint32_t Scope::cycle(const std::string& group) {
  const auto [found, fresh] = numbers_.cycles.try_emplace(group);
  if (fresh) found->second = fresh_local(numbers_, {});
  return found->second;
}

std::vector<std::string> Scope::names() const {
  std::vector<std::string> out;
  for (const auto& entry : entries_) out.push_back(entry.first);
  for (const auto& variable : assigned_) out.push_back(variable.first);
  for (const auto& variable : counters_) out.push_back(variable.first);
  if (!loops_.empty()) out.push_back("forloop");
  return out;
}

uint32_t Scope::enter_loop(const std::string& name, Type type, const Known& head) {
  const uint32_t local = fresh_local(numbers_, {});
  entries_.push_back({name, {local, type, true, false, block_}});
  loops_.push_back({numbers_.loops++, head, captures_});
  return local;
}

void Scope::leave_loop() {
  entries_.pop_back();
  loops_.pop_back();
}

uint32_t Scope::enter_block() {
  const uint32_t outer = block_;
  block_ = ++numbers_.blocks;
  return outer;
}

}  // namespace wend::liquid
