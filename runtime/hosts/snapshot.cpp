// Lines end in \r\n, as RFC 4180 has it; an unknown value is an empty cell.
#include "runtime/hosts/snapshot.h"

#include "runtime/hosts/value_text.h"

namespace wend {

void append_snapshot_header(const Module& module, std::string& out) {
  out += "user";
  const auto column = [&out](const std::string& name) {
    out += ',';
    append_csv_cell(out, name);
  };
  for (const ModuleAttribute& attribute : module.attributes) column(attribute.name);
  for (const ModuleReading& measure : module.measures) column(measure.name);
  for (const ModuleReading& score : module.scores) column(score.name);
  for (const ModuleStates& states : module.states) column(states.name);
  for (const ModuleReading& audience : module.audiences) column(audience.name);
  out += "\r\n";
}

void append_snapshot_row(Step& step, UserState& user, std::string_view name, int64_t at, std::string& out) {
  const Module& module = step.module();
  Context& context = step.context();
  step.look(user, at);
  std::string text;
  const auto cell = [&](bool known, const ValueType& type, const wend_slot& value) {
    out += ',';
    text.clear();
    if (known) append_value(text, type, value);
    append_csv_cell(out, text);
  };
  const auto readings = [&](const std::vector<ModuleReading>& list) {
    for (const ModuleReading& reading : list) {
      wend_slot value{};
      const bool known = reading.value(user.bytes(), nullptr, nullptr, &context, &value) != 0;
      cell(known, reading.type, value);
    }
  };
  append_csv_cell(out, name);
  for (const ModuleAttribute& attribute : module.attributes) {
    wend_slot value{};
    const bool known = read_field(user.bytes(), attribute.field, attribute.type.kind, context, value);
    cell(known, attribute.type, value);
  }
  readings(module.measures);
  readings(module.scores);
  for (const ModuleStates& states : module.states) {
    const uint8_t current = state_slot(user, states)->current;
    out += ',';
    if (current < states.names.size()) append_csv_cell(out, states.names[current]);
  }
  readings(module.audiences);
  out += "\r\n";
  context.reset_scratch();
}

}  // namespace wend
