#include "runtime/hosts/hold.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "runtime/abi/zones.h"

namespace wend {

Holding::Holding(const HeldModule& held, int64_t at) : held_(held), columns_(held.columns.size()) {
  layout_.at = at;
  layout_.project = held.module->project;
  layout_.zone = zone_name(*held.module->zone);
  layout_.columns = held.columns;
}

bool Holding::value(Step& step, UserState& user, size_t column, wend_slot& out) const {
  const HeldSource& source = held_.sources[column];
  if (source.value) return source.value(user.bytes(), nullptr, nullptr, &step.context(), &out) != 0;
  if (held_.columns[column].role == ColumnRole::state) {
    const ModuleStates& states = held_.module->states[source.index];
    out.integer = state_slot(user, states)->current;
    return static_cast<size_t>(out.integer) < states.names.size();
  }
  const ModuleAttribute& attribute = held_.module->attributes[source.index];
  return read_field(user.bytes(), attribute.field, attribute.type.kind, step.context(), out);
}

void Holding::add(Step& step, UserState& user) {
  step.look(user, layout_.at);
  for (size_t i = 0; i < columns_.size(); ++i) {
    wend_slot slot{};
    const bool known = value(step, user, i, slot);
    ColumnRows& column = columns_[i];
    if (rows_ % 64 == 0) column.known.push_back(0);
    column.known.back() |= static_cast<uint64_t>(known) << rows_ % 64;
    if (held_.columns[i].texts() && known) column.values.push_back(texts_.intern({slot.data, static_cast<size_t>(slot.size)}));
    else column.values.push_back(known ? slot.integer : 0);   // a double by its bits
  }
  step.context().reset_scratch();
  ++rows_;
}

ColumnRows Holding::block(size_t column, uint64_t first, uint32_t rows) const {
  ColumnRows out;
  const auto begin = columns_[column].values.begin() + static_cast<ptrdiff_t>(first);
  out.values.assign(begin, begin + rows);
  const auto words = columns_[column].known.begin() + static_cast<ptrdiff_t>(first / 64);
  out.known.assign(words, words + (rows + 63) / 64);
  if (!held_.columns[column].texts()) return out;
  std::unordered_map<int64_t, int64_t> places;
  for (size_t row = 0; row < rows; ++row) {
    if ((out.known[row / 64] >> row % 64 & 1) == 0) continue;
    const auto [found, fresh] = places.try_emplace(out.values[row], static_cast<int64_t>(out.texts.size()));
    if (fresh) out.texts.push_back(texts_.at(static_cast<uint32_t>(out.values[row])));
    out.values[row] = found->second;
  }
  return out;
}

std::optional<std::string> Holding::write(const std::string& path) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    ColumnLayout& layout = layout_.columns[i];
    std::vector<int64_t> known;
    for (uint64_t row = 0; row < rows_; ++row)
      if (columns_[i].known[row / 64] >> row % 64 & 1) known.push_back(columns_[i].values[row]);
    fit_column(layout, known);
    if (!layout.texts()) continue;
    size_t most = 0;
    for (uint64_t first = 0; first < rows_; first += kBlockRows)
      most = std::max(most, block(i, first, static_cast<uint32_t>(std::min<uint64_t>(kBlockRows, rows_ - first))).texts.size());
    layout.width = text_width(most);
  }
  PopulationWriter writer(path, layout_);
  for (uint64_t first = 0; first < rows_; first += kBlockRows) {
    const uint32_t rows = static_cast<uint32_t>(std::min<uint64_t>(kBlockRows, rows_ - first));
    std::vector<ColumnRows> columns;
    for (size_t i = 0; i < columns_.size(); ++i) columns.push_back(block(i, first, rows));
    writer.add(rows, columns);
  }
  return writer.finish();
}

}  // namespace wend
