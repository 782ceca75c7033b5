// What an input raises and what signals wait with, and the statements `set`, `emit` and `call`.
#include <fmt/format.h>

#include <algorithm>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

constexpr int kDeepest = 8;
constexpr size_t kMost = 256;

void raise(Moment& m, EventId event, std::vector<Value> values) {
  if (m.depth == kDeepest || m.raised.size() == kMost) return;
  m.raised.push_back({event, std::move(values), m.depth + 1});
}

std::vector<Value> carried(const Moment& m, const Signal& signal) {
  std::vector<Value> values;
  for (uint32_t property : signal.carries) values.push_back(m.event->properties[property]);
  return values;
}

Type key_type(const Moment& m, const Signal& signal) { return m.program().events[signal.from.index()].properties[signal.key_from].type; }

// The event that may follow, asked of the one open value it matches.
void may_follow(Moment& m, size_t index) {
  const Signal& signal = m.program().signals[index];
  if (m.event->event != signal.by || (signal.by_where && !holds(*signal.by_where, m.scene()))) return;
  if (signal.follow == Signal::Follow::followed && m.late) return;
  std::vector<OpenSignal>& open = m.user.open_signals[index];
  for (size_t i = 0; i < open.size(); ++i) {
    if (signal.matching) {
      const Value& value = m.event->properties[signal.key_by];
      if (!value.known || !same(key_type(m, signal), value, open[i].key)) continue;
    }
    if (m.event->at < open[i].at || m.event->at - open[i].at >= signal.within_us) continue;
    OpenSignal followed = open[i];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
    if (signal.follow == Signal::Follow::followed) raise(m, signal.event, followed.carried);
    return;
  }
}

void may_open(Moment& m, size_t index) {
  const Signal& signal = m.program().signals[index];
  OpenSignal fresh{unknown_value(), m.event->at, {}};
  if (signal.matching) {
    fresh.key = m.event->properties[signal.key_from];
    if (!fresh.key.known) return;
  }
  std::vector<OpenSignal>& open = m.user.open_signals[index];
  if (signal.follow == Signal::Follow::followed) std::erase_if(open, [&](const OpenSignal& each) { return each.at + signal.within_us <= m.now; });
  for (size_t i = 0; i < open.size(); ++i) {
    if (signal.matching && !same(key_type(m, signal), fresh.key, open[i].key)) continue;
    if (!signal.latest || fresh.at < open[i].at) return;
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
    break;
  }
  fresh.carried = carried(m, signal);
  open.push_back(fresh);
  if (open.size() <= (signal.matching ? signal.up_to : 1)) return;
  size_t oldest = 0;
  for (size_t i = 1; i < open.size(); ++i)
    if (open[i].at < open[oldest].at) oldest = i;
  open.erase(open.begin() + static_cast<std::ptrdiff_t>(oldest));
}

void deadlines(Moment& m) {
  struct Fallen { int64_t at; size_t signal; OpenSignal open; };
  std::vector<Fallen> fallen;
  for (auto& [index, open] : m.user.open_signals) {
    const Signal& signal = m.program().signals[index];
    if (signal.follow != Signal::Follow::not_followed) continue;
    for (const OpenSignal& each : open)
      if (each.at + signal.within_us <= m.now) fallen.push_back({each.at + signal.within_us, index, each});
    std::erase_if(open, [&](const OpenSignal& each) { return each.at + signal.within_us <= m.now; });
  }
  std::stable_sort(fallen.begin(), fallen.end(), [](const Fallen& a, const Fallen& b) { return a.at < b.at; });
  for (const Fallen& each : fallen) raise(m, m.program().signals[each.signal].event, each.open.carried);
}

std::string json_text(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    const char* kEscaped = "\"\\\n\t\r\b\f";
    const char* kLetters = "\"\\ntrbf";
    const char* found = c ? std::find(kEscaped, kEscaped + 7, c) : kEscaped + 7;
    if (found != kEscaped + 7) out += std::string("\\") + kLetters[found - kEscaped];
    else if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<int>(c));
    else out += c;
  }
  return out + "\"";
}

// Millionths as a decimal number without needless zeros.
std::string plain_decimal(int64_t micros) {
  std::string text = fmt::format("{}", static_cast<__int128>(micros) < 0 ? -static_cast<__int128>(micros) : static_cast<__int128>(micros));
  if (text.size() < 7) text.insert(0, 7 - text.size(), '0');
  text.insert(text.size() - 6, ".");
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return (micros < 0 ? "-" : "") + text;
}

std::string json_value(const Program& program, Type type, const Value& value) {
  if (!value.known) return "null";
  switch (type.kind) {
    case TypeKind::boolean: case TypeKind::integer: case TypeKind::number: return value_text(program, type.known(), value);
    case TypeKind::percent: case TypeKind::duration: return plain_decimal(value.integer);
    case TypeKind::money: return json_text(plain_decimal(value.integer));
    case TypeKind::list: case TypeKind::set: {
      const Type item = program.item_types[type.of];
      std::string out = "[";
      for (size_t i = 0; i < value.items.size(); ++i) out += (i ? "," : "") + json_value(program, item, value.items[i]);
      return out + "]";
    }
    case TypeKind::record: {
      const std::vector<RecordField>& fields = program.records[type.of].fields;
      std::string out = "{";
      for (size_t f = 0; f < fields.size(); ++f) out += (f ? "," : "") + json_text(fields[f].name) + ":" + json_value(program, fields[f].type, value.items[f]);
      return out + "}";
    }
    default: return json_text(value_text(program, type.known(), value));
  }
}

std::string json_values(const Program& program, const std::vector<Property>& properties, const std::vector<Value>& values) {
  std::string out = "{";
  for (size_t i = 0; i < values.size(); ++i) out += (i ? "," : "") + json_text(properties[i].name) + ":" + json_value(program, properties[i].type, values[i]);
  return out + "}";
}

std::string place(const Moment& m, const Instance& i) {
  const Journey& journey = m.program().journeys[i.journey.index()];
  return fmt::format("\"journey\":{},\"key\":{},\"step\":{}", json_text(journey.name), journey.keyed ? json_text(i.key) : "null", json_text(journey.steps[i.step].name));
}

std::vector<Value> given(const Moment& m, const Instance& i, const std::vector<Property>& properties, const std::vector<ExprPtr>& expressions) {
  std::vector<Value> values;
  for (size_t k = 0; k < properties.size(); ++k) {
    if (expressions[k]) values.push_back(evaluate(*expressions[k], m.scene(&i)));
    else values.push_back(properties[k].default_value ? *properties[k].default_value : unknown_value());
  }
  return values;
}

// Would this give what only the user can?
bool gives(const Moment& m, AttributeId attribute, const Value& value) {
  const Value& present = m.user.attributes[attribute.index()];
  if (!value.known || same(m.program().attributes[attribute.index()].type.known(), value, present)) return false;
  for (const Channel& channel : m.program().channels) {
    if (channel.consent == attribute && (value.integer == 1) == !channel.consent_negated) return true;
    if (channel.reaches == attribute && !value.text.empty()) return true;
  }
  for (const Topic& topic : m.program().topics)
    if (topic.attribute == attribute && value.integer == 1) return true;
  return false;
}

}  // namespace

void raise_signals(Moment& m) {
  if (m.timer) return deadlines(m);
  if (!m.event) return;
  for (size_t index = 0; index < m.program().signals.size(); ++index) {
    const Signal& signal = m.program().signals[index];
    if (signal.follow != Signal::Follow::none) may_follow(m, index);
    if (m.late || m.event->event != signal.from || (signal.where && !holds(*signal.where, m.scene()))) continue;
    if (signal.follow != Signal::Follow::none) may_open(m, index);
    else if (!signal.when || holds(*signal.when, m.scene())) raise(m, signal.event, carried(m, signal));
  }
}

// The younger's count as opened behind the older's.
void join_open(Moment& m, User& other) {
  for (auto& [index, theirs] : other.open_signals) {
    const Signal& signal = m.program().signals[index];
    std::vector<OpenSignal>& open = m.user.open_signals[index];
    for (OpenSignal& fresh : theirs) {
      auto same_value = std::find_if(open.begin(), open.end(), [&](const OpenSignal& each) { return !signal.matching || same(key_type(m, signal), fresh.key, each.key); });
      if (same_value != open.end()) {
        bool stays = signal.latest ? fresh.at < same_value->at : same_value->at <= fresh.at;
        if (stays) continue;
        open.erase(same_value);
      }
      open.push_back(fresh);
      if (open.size() <= (signal.matching ? signal.up_to : 1)) continue;
      open.erase(std::min_element(open.begin(), open.end(), [](const OpenSignal& a, const OpenSignal& b) { return a.at < b.at; }));
    }
  }
}

void add_deadlines(const World& world, const User& user, std::vector<int64_t>& due) {
  for (const auto& [index, open] : user.open_signals)
    for (const OpenSignal& each : open)
      if (world.program.signals[index].follow == Signal::Follow::not_followed) due.push_back(each.at + world.program.signals[index].within_us);
}

void raised_line(Moment& m, EventId event, const std::vector<Value>& values) {
  const EventDecl& declared = m.program().events[event.index()];
  m.lines.other("signal", fmt::format("\"signal\":{},\"properties\":{}", json_text(declared.name), json_values(m.program(), declared.properties, values)));
}

void set_attribute(Moment& m, const Instance& i, const SetStmt& set) {
  const Attribute& attribute = m.program().attributes[set.attribute.index()];
  const Value value = set.value ? evaluate(*set.value, m.scene(&i)) : unknown_value();
  if (gives(m, set.attribute, value)) return;
  m.user.attributes[set.attribute.index()] = value;
  m.user.written[set.attribute.index()] = m.now;
  m.lines.other("set", fmt::format("\"attribute\":{},\"to\":{},{}", json_text(attribute.name), json_value(m.program(), attribute.type, value), place(m, i)));
  raise(m, {}, {});
}

void emit_event(Moment& m, const Instance& i, const EmitStmt& emit) {
  raise(m, emit.event, given(m, i, m.program().events[emit.event.index()].properties, emit.values));
}

void call_hook(Moment& m, Instance& i, const CallStmt& call) {
  const Hook& hook = m.program().hooks[call.hook.index()];
  const Journey& journey = m.program().journeys[i.journey.index()];
  const std::string id = message_id({m.program().project.name, i.unit, first_name(journey), i.key, std::to_string(i.entry_number),
                                     fmt::format("{}/call {}", first_name(journey.steps[i.step]), call.site), std::to_string(++i.activations)});
  m.lines.other("call", fmt::format("\"hook\":{},{},\"id\":\"{}\",\"with\":{}", json_text(hook.name), place(m, i), id,
                                    json_values(m.program(), hook.fields, given(m, i, hook.fields, call.values))));
}

}  // namespace wend::reference
