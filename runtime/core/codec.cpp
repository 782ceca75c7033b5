// A user as bytes and back. Tested by tests/unit/core, with hostile bytes too.
#include "runtime/core/codec.h"

#include <algorithm>
#include <tuple>

#include <xxhash.h>

#include "runtime/core/bytes.h"
#include "runtime/core/cell_codec.h"
#include "runtime/core/step.h"
#include "runtime/core/tables.h"
#include "runtime/core/values.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

constexpr size_t kHeaderBytes = 9, kUsualBytes = 512;
constexpr uint64_t kMostInstances = 64, kMostWatched = 64, kMostKeys = 64, kMostDeferred = 64, kMostSent = 1u << 22;
constexpr int64_t kMostNominal = 100'000'000;   // dates and hours far behind any year we know

bool waits(const ModuleNode& node) {
  return node.kind == ModuleNode::Kind::wait || node.kind == ModuleNode::Kind::wait_until_time ||
         node.kind == ModuleNode::Kind::wait_for || node.kind == ModuleNode::Kind::wait_until_date || node.kind == ModuleNode::Kind::wait_until;
}

// The half of a hash that a header has room for.
uint32_t short_hash(uint64_t hash) { return static_cast<uint32_t>(hash ^ hash >> 32); }

// In front of a payload that stands behind room for it.
void write_header(const Module& module, std::string& bytes) {
  std::string head;
  ByteWriter header(head);
  header.byte(kStateVersion);
  header.raw(short_hash(module.layout_hash), 4);
  header.raw(short_hash(XXH3_64bits(bytes.data() + kHeaderBytes, bytes.size() - kHeaderBytes)), 4);
  std::copy(head.begin(), head.end(), bytes.begin());
}

bool read_header(const Module& module, std::span<const uint8_t> bytes) {
  ByteReader header(bytes);
  header.check(header.byte() == kStateVersion);
  header.check(header.raw(4) == short_hash(module.layout_hash));
  const uint64_t sum = header.raw(4);
  return header.good() && short_hash(XXH3_64bits(bytes.data() + kHeaderBytes, bytes.size() - kHeaderBytes)) == sum;
}

// ---- attributes and the entry's properties: presence bits, then the values that are known
void pack_presence(ByteWriter& out, const uint8_t* record, uint32_t words) {
  for (uint32_t i = 0; i < words; ++i) out.varint(reinterpret_cast<const uint64_t*>(record)[i]);
}
void unpack_presence(ByteReader& in, uint8_t* record, uint32_t words) {
  for (uint32_t i = 0; i < words; ++i) reinterpret_cast<uint64_t*>(record)[i] = in.varint();
}

template <class Fields>   // ModuleAttribute or ModuleEntryProperty
void pack_fields(ByteWriter& out, const Context& context, const Fields& fields, const uint8_t* record) {
  for (const auto& one : fields) {
    wend_slot value{};
    if (read_field(record, one.field, one.type.kind, context, value)) pack_value(out, one.type, value);
  }
}
template <class Fields>
void unpack_fields(ByteReader& in, Context& context, const Fields& fields, uint8_t* record) {
  std::string block;
  for (const auto& one : fields) {
    if (!is_present(record, one.field)) continue;
    const wend_slot value = unpack_value(in, one.type, block);
    if (!in.good()) return;
    write_field(record, one.field, one.type.kind, value, context);
  }
}

// ---- states
// The next evaluation lies near the date of the last, what a state dates from a whole number of days before it.
int64_t cadence_base(const ModuleStates& states, int32_t nominal, int64_t now) {
  if (nominal == INT32_MIN) return now;
  return nominal * (states.cadence == ModuleStates::Cadence::hourly ? kMicrosPerHour : kMicrosPerDay);
}
int64_t finite(int64_t instant, int64_t otherwise) { return instant == WEND_NEVER || instant == WEND_FOREVER ? otherwise : instant; }

// Dates and hours of this time are near its own; INT32_MIN: none.
void pack_date(ByteWriter& out, int32_t date, int64_t near) { out.near_or_none(date == INT32_MIN, date, near); }
int32_t unpack_date(ByteReader& in, int64_t near) { return static_cast<int32_t>(in.near_or_none(INT32_MIN, near, -kMostNominal, kMostNominal)); }
int64_t date_near(const ModuleStates& states, int64_t now) {
  return floor_div(now, states.cadence == ModuleStates::Cadence::hourly ? kMicrosPerHour : kMicrosPerDay);
}

void pack_states(ByteWriter& out, const Module& module, const UserState& user) {
  for (const ModuleStates& states : module.states) {
    const StateSlot& slot = *state_slot(user, states);
    const bool settling = slot.candidate != 0xff || slot.found != 0;
    out.tagged(settling, 1, static_cast<uint8_t>(slot.current + 1));   // none is 0
    pack_date(out, slot.nominal, date_near(states, user.now));
    out.ahead(slot.due, cadence_base(states, slot.nominal, user.now));
    out.behind(slot.since, finite(slot.due, user.now));
    if (!settling) continue;
    out.byte(slot.candidate);
    out.varint(slot.found);
  }
}
void unpack_states(ByteReader& in, const Module& module, UserState& user) {
  for (const ModuleStates& states : module.states) {
    StateSlot& slot = *state_slot(user, states);
    unsigned settling = 0;
    const uint64_t current = in.tagged(1, settling);
    in.check(current <= states.names.size());
    slot.current = static_cast<uint8_t>(current - 1);
    slot.nominal = unpack_date(in, date_near(states, user.now));
    slot.due = in.ahead(cadence_base(states, slot.nominal, user.now));
    slot.since = in.behind(finite(slot.due, user.now));
    in.check(slot.since != WEND_FOREVER && slot.due != WEND_NEVER);
    slot.candidate = 0xff;
    slot.found = 0;
    if (!settling) continue;
    slot.candidate = in.byte();
    slot.found = static_cast<uint16_t>(in.below(0x10000));
    in.check(slot.candidate == 0xff || slot.candidate < states.names.size());
    in.check(slot.candidate != 0xff || slot.found != 0);
  }
}
// The user's next timer is most often the next evaluation of a block.
int64_t first_due(const Module& module, const UserState& user) {
  int64_t least = WEND_FOREVER;
  for (const ModuleStates& states : module.states) least = std::min(least, state_slot(user, states)->due);
  return finite(least, user.now);
}

// ---- when attributes were written: which ever, then each time with how many in a row have it
void pack_writes(ByteWriter& out, const Module& module, const UserState& user, uint32_t writes) {
  uint8_t* record = user.record.bytes();
  const auto count = static_cast<uint32_t>(module.attributes.size());
  Bits written = bits_for(count);
  for (uint32_t i = 0; i < count; ++i)
    if (tail_value(record, writes, i) != WEND_NEVER) set_bit(written, i);
  for (const uint64_t word : written) out.varint(word);
  for (uint32_t i = 0; i < count;) {
    const int64_t at = tail_value(record, writes, i);
    if (at == WEND_NEVER) { ++i; continue; }
    uint64_t more = 0;
    uint32_t next = i + 1;
    for (; next < count; ++next) {
      const int64_t other = tail_value(record, writes, next);
      if (other == WEND_NEVER) continue;
      if (other != at) break;
      ++more;
    }
    out.ahead(at, user.first_sight);
    out.varint(more);
    i = next;
  }
}
void unpack_writes(ByteReader& in, const Module& module, UserState& user, uint32_t writes) {
  uint8_t* record = user.record.bytes();
  const auto count = static_cast<uint32_t>(module.attributes.size());
  Bits written = bits_for(count);
  for (uint64_t& word : written) word = in.varint();
  if (count % 64 != 0 && !written.empty()) in.check(written.back() >> (count % 64) == 0);
  uint64_t left = 0;
  bool same = false;   // as the run before: it would have been longer
  int64_t at = WEND_NEVER;
  for (uint32_t i = 0; i < count && in.good(); ++i) {
    if (!has_bit(written, i)) continue;
    if (left == 0) {
      const int64_t before = at;
      at = in.ahead(user.first_sight);
      in.check(at != WEND_FOREVER && at != WEND_NEVER && !(same && at == before));
      left = in.varint() + 1;
      same = true;
    }
    tail_value(record, writes, i) = at;
    --left;
  }
  in.check(left == 0);
}

// ---- the tail: exposures, what watches found, floors
void pack_tail(ByteWriter& out, const Module& module, const Context& context, const UserState& user, const TailLayout& tail) {
  uint8_t* record = user.record.bytes();
  for (uint32_t at = tail.exposures; at < tail.values; at += 8) out.varint(*reinterpret_cast<const uint64_t*>(record + at));
  for (uint32_t i = 0; i < module.watches.size(); ++i) {
    const ModuleWatch& watch = module.watches[i];
    if (watch.kind != ModuleWatch::Kind::change || !tail_bit(record, tail.truths, i)) continue;
    const int64_t value = tail_value(record, tail.values, i);
    if (held_as_bytes(watch.type.kind)) out.shared_text(context.texts.at(static_cast<uint32_t>(value)));
    else out.amount(value);
  }
  for (uint32_t i = 0; i < module.floors.size(); ++i) out.behind(tail_value(record, tail.floors, i), user.now);
  const int64_t today = floor_div(user.now, kMicrosPerDay);
  for (uint32_t i = 0; i < module.clocks.size(); ++i) {
    const ClockSlot& slot = clock_slot(record, tail.clocks, i);
    out.ahead(slot.due, user.now);
    pack_date(out, slot.date, today);
    pack_date(out, slot.last, today);
  }
  pack_writes(out, module, user, tail.writes);
}
void unpack_tail(ByteReader& in, const Module& module, Context& context, UserState& user, const TailLayout& tail) {
  uint8_t* record = user.record.bytes();
  for (uint32_t at = tail.exposures; at < tail.values; at += 8) *reinterpret_cast<uint64_t*>(record + at) = in.varint();
  for (uint32_t i = 0; i < module.watches.size() && in.good(); ++i) {
    const ModuleWatch& watch = module.watches[i];
    if (watch.kind != ModuleWatch::Kind::change || !tail_bit(record, tail.truths, i)) continue;
    const bool text = held_as_bytes(watch.type.kind);
    tail_value(record, tail.values, i) = text ? context.intern(in.shared_text()) : in.amount();
  }
  for (uint32_t i = 0; i < module.floors.size(); ++i) {
    const int64_t fired = in.behind(user.now);
    in.check(fired != WEND_FOREVER);
    tail_value(record, tail.floors, i) = fired;
  }
  const int64_t today = floor_div(user.now, kMicrosPerDay);
  for (uint32_t i = 0; i < module.clocks.size(); ++i) {
    ClockSlot slot{in.ahead(user.now), 0, 0};
    in.check(slot.due != WEND_NEVER);
    slot.date = unpack_date(in, today);
    slot.last = unpack_date(in, today);
    clock_slot(record, tail.clocks, i) = slot;
  }
  unpack_writes(in, module, user, tail.writes);
}

// A unit is that of the user, but after a merge; of an instance the byte of its phase says so.
constexpr uint8_t kUnitOfItsOwn = 0x80;

void pack_unit(ByteWriter& out, const Context& context, uint32_t unit, uint32_t own) {
  out.byte(unit != own);
  if (unit != own) out.shared_text(context.texts.at(unit));
}
uint32_t unpack_unit(ByteReader& in, Context& context, uint32_t own) { return in.flag() ? context.intern(in.shared_text()) : own; }

// ---- journeys
void pack_instance(ByteWriter& out, const Module& module, const Context& context, const Instance& instance, uint32_t own_unit) {
  const ModuleJourney& journey = module.journeys[instance.journey];
  out.varint(instance.journey);
  out.shared_text(context.texts.at(instance.key));
  out.varint(instance.entry);
  out.varint(instance.step);
  out.varint(instance.activations);
  out.behind(instance.entered_at, out.now);
  const bool own = instance.unit == own_unit;
  out.byte(static_cast<uint8_t>(static_cast<uint8_t>(instance.phase) | (own ? 0 : kUnitOfItsOwn)));
  if (!own) out.shared_text(context.texts.at(instance.unit));
  if (instance.phase == Instance::Phase::held_end) out.byte(instance.outcome);
  else if (instance.phase == Instance::Phase::ended_wait) out.varint(instance.node == kNoNode ? 0 : uint64_t{1} + instance.node);
  else if (instance.phase != Instance::Phase::gone) out.varint(instance.node);
  if (instance.phase == Instance::Phase::waiting) {
    out.ahead(instance.begun, instance.entered_at);
    out.ahead(instance.due, instance.begun);
  }
  out.varint(instance.exposed.size());
  for (const uint32_t experiment : instance.exposed) out.varint(experiment);
  if (!instance.record.bytes()) return;
  pack_presence(out, instance.record.bytes(), journey.instance_presence_words);
  pack_fields(out, context, journey.entry, instance.record.bytes());
  pack_cells(out, context, journey.cells, instance.record.bytes());
}

// `left`: one whose goal is watched on.
Instance unpack_instance(ByteReader& in, const Module& module, Context& context, const Tables& tables, uint32_t own_unit, bool left) {
  Instance instance;
  instance.journey = static_cast<uint32_t>(in.below(module.journeys.size()));
  instance.key = context.intern(in.shared_text());
  instance.entry = static_cast<uint32_t>(in.below(1ull << 32));
  if (!in.good()) return instance;
  const ModuleJourney& journey = module.journeys[instance.journey];
  instance.step = static_cast<uint32_t>(in.below(std::max<size_t>(journey.steps.size(), 1)));
  instance.activations = static_cast<uint32_t>(in.below(1ull << 32));
  instance.entered_at = in.true_behind(in.now);
  const uint8_t phase = in.byte();
  instance.unit = (phase & kUnitOfItsOwn) != 0 ? context.intern(in.shared_text()) : own_unit;
  in.check((phase & ~kUnitOfItsOwn) <= static_cast<uint8_t>(Instance::Phase::gone));
  instance.phase = in.good() ? static_cast<Instance::Phase>(phase & ~kUnitOfItsOwn) : Instance::Phase::waiting;
  in.check((instance.phase == Instance::Phase::gone) == left && (!left || (journey.goal && journey.goal_within_us > 0)));
  if (instance.phase == Instance::Phase::held_end) {
    instance.outcome = in.byte();
    in.check(instance.outcome <= static_cast<uint8_t>(Decision::Leave::removed));
  } else if (instance.phase == Instance::Phase::ended_wait) {
    instance.node = static_cast<uint32_t>(in.below(journey.nodes.size() + 1)) - 1;   // 0 is none
  } else if (!left) {
    instance.node = static_cast<uint32_t>(in.below(journey.nodes.size()));
    in.check(in.good() && waits(journey.nodes[instance.node]));
  }
  if (instance.phase == Instance::Phase::waiting) {
    instance.begun = in.true_ahead(instance.entered_at);
    instance.due = in.ahead(instance.begun);
    in.check(instance.due != WEND_NEVER);
  }
  for (uint32_t more = in.count(module.experiments.size()); more > 0 && in.good(); --more) {
    instance.exposed.push_back(static_cast<uint32_t>(in.below(module.experiments.size())));
  }
  if (!in.good() || journey.instance_bytes == 0) return instance;
  instance.record = OwnedRecord(tables.fresh_instances[instance.journey], journey.cells);
  unpack_presence(in, instance.record.bytes(), journey.instance_presence_words);
  unpack_fields(in, context, journey.entry, instance.record.bytes());
  unpack_cells(in, context, journey.cells, instance.record.bytes());
  return instance;
}

// ---- sends
void pack_parameters(ByteWriter& out, const ModuleMessage& message, const std::vector<FixedValue>& values) {
  out.varint(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    out.byte(values[i].known);
    if (!values[i].known) continue;
    const ValueKind kind = message.parameters[i].type.kind;
    wend_slot slot{};
    slot.integer = values[i].bits;
    if (held_as_bytes(kind)) {
      slot.data = values[i].text.data();
      slot.size = static_cast<int64_t>(values[i].text.size());
    }
    pack_value(out, message.parameters[i].type, slot);
  }
}
void unpack_parameters(ByteReader& in, const ModuleMessage& message, std::vector<FixedValue>& values) {
  values.resize(in.count(std::min<size_t>(message.parameters.size(), 64)));
  std::string block;
  for (size_t i = 0; i < values.size(); ++i) {
    values[i].known = in.flag();
    if (!values[i].known) continue;
    const ValueType& type = message.parameters[i].type;
    const wend_slot slot = unpack_value(in, type, block);
    if (!in.good()) return;
    if (held_as_bytes(type.kind)) values[i].text.assign(slot.data, static_cast<size_t>(slot.size));
    else values[i].bits = slot.integer;
  }
}

void pack_send(ByteWriter& out, const Module& module, const Context& context, const PendingSend& send, uint32_t own_unit) {
  out.integer(send.journey);
  pack_unit(out, context, send.unit, own_unit);
  if (send.journey >= 0) {
    out.shared_text(context.texts.at(send.key));
    out.varint(send.entry);
    out.varint(send.node);
    out.varint(send.activation);
    out.varint(send.leg);
  } else {
    out.varint(static_cast<uint64_t>(send.floor));
    out.behind(send.floor_due, out.now);
    out.varint(send.leg);
  }
  out.byte(send.instead);
  out.byte(send.held);
  out.byte(send.paused);
  out.varint(send.slot);
  out.varint(send.message);
  out.integer(send.channel);
  out.behind(send.reached, out.now);
  out.ahead(send.until, out.now);
  pack_parameters(out, module.messages[send.message], send.parameters);
}

PendingSend unpack_send(ByteReader& in, const Module& module, Context& context, uint32_t own_unit) {
  PendingSend send;
  send.journey = static_cast<int32_t>(in.integer_in(-1, static_cast<int64_t>(module.journeys.size()) - 1));
  send.unit = unpack_unit(in, context, own_unit);
  const ModuleNode* node = nullptr;
  if (send.journey >= 0 && in.good()) {
    const ModuleJourney& journey = module.journeys[static_cast<size_t>(send.journey)];
    send.key = context.intern(in.shared_text());
    send.entry = static_cast<uint32_t>(in.below(1ull << 32));
    send.node = static_cast<uint32_t>(in.below(journey.nodes.size()));
    send.activation = static_cast<uint32_t>(in.below(1ull << 32));
    if (!in.good()) return send;
    node = &journey.nodes[send.node];
    if (!in.check(node->kind == ModuleNode::Kind::send)) return send;
    send.leg = static_cast<uint32_t>(in.varint());
    in.check(send.leg >= 1 && send.leg <= (node->all_channels ? node->channels.size() : 1));
  } else {
    send.floor = static_cast<int32_t>(in.below(module.floors.size()));
    send.floor_due = in.true_behind(in.now);
    if (!in.good()) return send;
    const ModuleFloor& floor = module.floors[static_cast<size_t>(send.floor)];
    send.leg = static_cast<uint32_t>(in.varint());
    in.check(send.leg >= 1 && send.leg <= (floor.all_channels ? floor.channels.size() : 1));
  }
  send.instead = in.flag();
  send.held = in.flag();
  send.paused = in.flag();
  send.slot = static_cast<uint32_t>(in.below(1ull << 32));
  send.message = static_cast<uint32_t>(in.below(module.messages.size()));
  send.channel = static_cast<int32_t>(in.integer_in(-1, static_cast<int64_t>(module.channels.size()) - 1));
  send.reached = in.true_behind(in.now);
  send.until = in.true_ahead(in.now);
  if (!in.good()) return send;
  const uint32_t written = node ? node->message : module.floors[static_cast<size_t>(send.floor)].message;
  in.check(send.instead || send.message == written);
  unpack_parameters(in, module.messages[send.message], send.parameters);
  return send;
}

bool remembers_keys(const Module& module, uint32_t journey) {
  return module.journeys[journey].keyed && module.journeys[journey].re_enter == ModuleJourney::ReEnter::after;
}

void unpack_keys(ByteReader& in, Context& context, JourneyMemory& memory) {
  for (uint32_t left = in.count(kMostKeys); left > 0 && in.good(); --left) {
    const uint32_t key = context.intern(in.shared_text());
    const int64_t last_exit = in.true_behind(in.now);
    in.check(memory.keys.empty() || memory.keys.back().last_exit <= last_exit);
    memory.keys.push_back({key, last_exit});
  }
}

// ---- what signals wait with
const ModuleProperty& carried_property(const Module& module, const ModuleSignal& signal, size_t i) {
  return module.events[signal.from].properties[signal.carries[i]];
}

void pack_fixed(ByteWriter& out, const ValueType& type, const FixedValue& value) {
  out.byte(value.known);
  if (value.known) pack_value(out, type, slot_of(value, type.kind));
}
FixedValue unpack_fixed(ByteReader& in, const ValueType& type) {
  if (!in.flag()) return {};
  std::string block;
  const wend_slot slot = unpack_value(in, type, block);
  return in.good() ? fixed_of(true, slot, type.kind) : FixedValue{};
}

void pack_open(ByteWriter& out, const Module& module, const OpenSignal& open) {
  const ModuleSignal& signal = module.signals[open.signal];
  out.varint(open.signal);
  out.behind(open.at, out.now);
  if (signal.key_from >= 0) pack_fixed(out, module.events[signal.from].properties[static_cast<size_t>(signal.key_from)].type, open.key);
  for (size_t i = 0; i < signal.carries.size(); ++i) pack_fixed(out, carried_property(module, signal, i).type, open.carried[i]);
}

OpenSignal unpack_open(ByteReader& in, const Module& module) {
  OpenSignal open;
  open.signal = static_cast<uint32_t>(in.below(module.signals.size()));
  open.at = in.true_behind(in.now);
  if (!in.good()) return open;
  const ModuleSignal& signal = module.signals[open.signal];
  in.check(signal.follow != ModuleSignal::Follow::none);
  if (signal.key_from >= 0) {
    open.key = unpack_fixed(in, module.events[signal.from].properties[static_cast<size_t>(signal.key_from)].type);
    in.check(open.key.known);
  }
  for (size_t i = 0; i < signal.carries.size() && in.good(); ++i) {
    const ModuleProperty& property = carried_property(module, signal, i);
    open.carried.push_back(unpack_fixed(in, property.type));
    in.check(open.carried.back().known || property.type.optional);
  }
  return open;
}

void unpack_opened(ByteReader& in, const Module& module, std::vector<OpenSignal>& opened) {
  uint64_t most = 0;
  for (const ModuleSignal& signal : module.signals) most += signal.up_to;
  uint64_t of_one = 0;
  for (uint32_t left = in.count(most); left > 0 && in.good(); --left) {
    opened.push_back(unpack_open(in, module));
    if (!in.good()) return;
    const uint32_t signal = opened.back().signal, before = opened.size() > 1 ? opened[opened.size() - 2].signal : signal;
    of_one = before == signal ? of_one + 1 : 1;
    in.check(before <= signal && of_one <= module.signals[signal].up_to);
  }
}

// ---- what was sent
// The address a leg went to is most often the one that is known now.
uint32_t address_now(const Module& module, const Context& context, const UserState& user, int32_t channel) {
  return channel < 0 ? 0 : address_of(module, context, user.record.bytes(), static_cast<uint32_t>(channel));
}
int32_t category_of(const Module& module, int32_t message) {
  return message < 0 ? -1 : static_cast<int32_t>(module.messages[static_cast<size_t>(message)].category);
}

// One bit for each thing that is not as it is of nearly every leg.
enum StampMark : uint64_t {
  kExempt = 1, kAnswered = 2, kByOthers = 4, kOtherSlot = 8, kOtherNumber = 16, kOtherCategory = 32, kOtherAddress = 64
};

// `before`: the one in front, or null.
void pack_stamp(ByteWriter& out, const Module& module, const Context& context, const UserState& user, uint32_t sent_count, const SentStamp& stamp, const SentStamp* before) {
  const bool in_order = before && stamp.number == before->number + 1;
  uint64_t marks = 0;
  marks |= stamp.exempt ? kExempt : 0;
  marks |= stamp.answered ? kAnswered : 0;
  marks |= stamp.id == 0 ? kByOthers : 0;
  marks |= !stamp.holds_slot() ? kOtherSlot : 0;
  marks |= !in_order ? kOtherNumber : 0;
  marks |= stamp.category != category_of(module, stamp.message) ? kOtherCategory : 0;
  marks |= stamp.id != 0 && stamp.address != address_now(module, context, user, stamp.channel) ? kOtherAddress : 0;
  out.varint(marks);
  if (before) out.ahead(stamp.at, before->at);
  else out.behind(stamp.at, out.now);
  out.varint(static_cast<uint64_t>(stamp.message + 1));
  out.varint(static_cast<uint64_t>(stamp.channel + 1));
  if (marks & kOtherCategory) out.varint(static_cast<uint64_t>(stamp.category + 1));
  if (marks & kOtherNumber) out.varint(sent_count - stamp.number);
  if (marks & kOtherSlot) out.varint(stamp.slot);
  if (stamp.id != 0) out.raw(stamp.id);
  if (marks & kOtherAddress) out.raw(stamp.address, 4);
}

SentStamp unpack_stamp(ByteReader& in, const Module& module, const Context& context, const UserState& user, uint32_t sent_count, const SentStamp* before) {
  const auto index = [&](size_t size) { return static_cast<int32_t>(in.below(size + 1)) - 1; };
  SentStamp stamp;
  const uint64_t marks = in.below(128);
  stamp.at = before ? in.true_ahead(before->at) : in.true_behind(in.now);
  stamp.message = index(module.messages.size());
  stamp.channel = index(module.channels.size());
  if (!in.good()) return stamp;
  stamp.exempt = marks & kExempt;
  stamp.answered = marks & kAnswered;
  stamp.category = category_of(module, stamp.message);
  if (marks & kOtherCategory) {
    stamp.category = index(module.categories.size());
    in.check(stamp.category != category_of(module, stamp.message));
  }
  const uint32_t next = before ? before->number + 1 : 0;
  stamp.number = next;
  if (marks & kOtherNumber) {
    stamp.number = sent_count - static_cast<uint32_t>(in.below(std::max<uint32_t>(sent_count, 1)));
    in.check(!before || stamp.number != next);
  }
  stamp.slot = stamp.number;
  if (marks & kOtherSlot) {
    stamp.slot = static_cast<uint32_t>(in.below(1ull << 32));
    in.check(stamp.slot != stamp.number);
  }
  in.check(stamp.number >= 1 && stamp.number <= sent_count && stamp.slot >= 1 && stamp.slot <= sent_count);
  if (!(marks & kByOthers)) {
    stamp.id = in.raw();
    in.check(stamp.id != 0);
    const uint32_t now = address_now(module, context, user, stamp.channel);
    stamp.address = marks & kOtherAddress ? static_cast<uint32_t>(in.raw(4)) : now;
    in.check(!(marks & kOtherAddress) || stamp.address != now);
  } else {
    in.check(!(marks & kOtherAddress));
  }
  return stamp;
}

// ---- what few users have: a bit for each list that is not empty, then those
enum Part : uint64_t { kInstances = 1, kWatched = 2, kMemories = 4, kDeferred = 8, kSent = 16, kForgotten = 32, kDead = 64, kOpened = 128, kParts = 256 };

uint64_t parts_of(const UserState::More& more) {
  uint64_t parts = 0;
  parts |= more.instances.empty() ? 0 : kInstances;
  parts |= more.watched.empty() ? 0 : kWatched;
  parts |= more.memories.empty() ? 0 : kMemories;
  parts |= more.deferred.empty() ? 0 : kDeferred;
  parts |= more.sent.empty() && more.sent_count == 0 ? 0 : kSent;
  parts |= more.last_slot == WEND_NEVER && more.last_message == WEND_NEVER ? 0 : kForgotten;
  parts |= more.dead.empty() ? 0 : kDead;
  parts |= more.opened.empty() ? 0 : kOpened;
  return parts;
}

void pack_more(ByteWriter& out, const Module& module, const Context& context, const UserState& user) {
  const UserState::More* more = user.more_or_null();
  const uint64_t parts = more && !more->empty() ? parts_of(*more) : 0;
  out.varint(parts);
  if (parts & kInstances) {
    out.varint(more->instances.size());
    for (const Instance& instance : more->instances) pack_instance(out, module, context, instance, user.unit);
  }
  if (parts & kWatched) {
    out.varint(more->watched.size());
    for (const Instance& instance : more->watched) pack_instance(out, module, context, instance, user.unit);
  }
  if (parts & kMemories) out.varint(more->memories.size());
  for (size_t i = 0; parts & kMemories && i < more->memories.size(); ++i) {
    const JourneyMemory& memory = more->memories[i];
    out.varint(memory.journey);
    out.varint(memory.entries);
    out.behind(memory.last_exit, out.now);
    if (!remembers_keys(module, memory.journey)) continue;
    out.varint(memory.keys.size());
    for (const JourneyMemory::Key& known : memory.keys) {
      out.shared_text(context.texts.at(known.key));
      out.behind(known.last_exit, out.now);
    }
  }
  if (parts & kDeferred) {
    out.varint(more->deferred.size());
    for (const PendingSend& send : more->deferred) pack_send(out, module, context, send, user.unit);
  }
  if (parts & kSent) {
    out.varint(more->sent_count);
    out.varint(more->sent.size());
    for (size_t i = 0; i < more->sent.size(); ++i) pack_stamp(out, module, context, user, more->sent_count, more->sent[i], i ? &more->sent[i - 1] : nullptr);
  }
  if (parts & kForgotten) {
    out.behind(more->last_slot, out.now);
    out.behind(more->last_message, out.now);
  }
  if (parts & kDead) {
    out.varint(more->dead.size());
    for (const DeadAddress& dead : more->dead) {
      out.varint(dead.attribute);
      out.shared_text(context.texts.at(dead.text));
    }
  }
  if (parts & kOpened) {
    out.varint(more->opened.size());
    for (const OpenSignal& open : more->opened) pack_open(out, module, open);
  }
}

void unpack_instances(ByteReader& in, const Module& module, Context& context, const Tables& tables, UserState& user) {
  std::vector<Instance>& instances = user.more().instances;
  for (uint32_t left = in.count(kMostInstances); left > 0 && in.good(); --left) {
    instances.push_back(unpack_instance(in, module, context, tables, user.unit, false));
    if (instances.size() < 2 || !in.good()) continue;
    const Instance &a = instances[instances.size() - 2], &b = instances.back();
    in.check(std::pair(a.journey, context.texts.at(a.key)) < std::pair(b.journey, context.texts.at(b.key)));
  }
}

void unpack_memories(ByteReader& in, const Module& module, Context& context, std::vector<JourneyMemory>& memories) {
  for (uint32_t left = in.count(module.journeys.size()); left > 0 && in.good(); --left) {
    JourneyMemory memory;
    memory.journey = static_cast<uint32_t>(in.below(module.journeys.size()));
    memory.entries = static_cast<uint32_t>(in.below(1ull << 32));
    memory.last_exit = in.behind(in.now);
    in.check(memory.entries > 0 && memory.last_exit != WEND_FOREVER);
    in.check(memories.empty() || memories.back().journey < memory.journey);
    if (in.good() && remembers_keys(module, memory.journey)) unpack_keys(in, context, memory);
    memories.push_back(std::move(memory));
  }
}

void unpack_sent(ByteReader& in, const Module& module, const Context& context, UserState& user) {
  UserState::More& more = user.more();
  more.sent_count = static_cast<uint32_t>(in.below(1ull << 32));
  for (uint32_t left = in.count(kMostSent); left > 0 && in.good(); --left) {
    const SentStamp* before = more.sent.empty() ? nullptr : &more.sent.back();
    const SentStamp stamp = unpack_stamp(in, module, context, user, more.sent_count, before);
    in.check(!before || before->at <= stamp.at);
    more.sent.push_back(stamp);
  }
}

void unpack_dead(ByteReader& in, const Module& module, Context& context, std::vector<DeadAddress>& known) {
  for (uint32_t left = in.count(module.attributes.size()); left > 0 && in.good(); --left) {
    DeadAddress dead;
    dead.attribute = static_cast<uint32_t>(in.below(module.attributes.size()));
    dead.text = context.intern(in.shared_text());
    in.check(known.empty() || known.back().attribute < dead.attribute);
    known.push_back(dead);
  }
}

void unpack_more(ByteReader& in, const Module& module, Context& context, const Tables& tables, UserState& user) {
  const uint64_t parts = in.below(kParts);
  if (parts == 0) return;
  UserState::More& more = user.more();
  if (parts & kInstances) unpack_instances(in, module, context, tables, user);
  if (parts & kWatched)
    for (uint32_t left = in.count(kMostWatched); left > 0 && in.good(); --left) more.watched.push_back(unpack_instance(in, module, context, tables, user.unit, true));
  if (parts & kMemories) unpack_memories(in, module, context, more.memories);
  if (parts & kDeferred)
    for (uint32_t left = in.count(kMostDeferred); left > 0 && in.good(); --left) more.deferred.push_back(unpack_send(in, module, context, user.unit));
  if (parts & kSent) unpack_sent(in, module, context, user);
  if (parts & kForgotten) {
    more.last_slot = in.behind(in.now);
    more.last_message = in.behind(in.now);
  }
  if (parts & kDead) unpack_dead(in, module, context, more.dead);
  if (parts & kOpened) unpack_opened(in, module, more.opened);
  in.check(more.last_slot != WEND_FOREVER && more.last_message != WEND_FOREVER && !more.empty() && parts_of(more) == parts);
}

}  // namespace

void pack(const Step& step, const UserState& user, std::string& out, PackedParts* parts) {
  out.clear();
  if (!user.begun()) return;
  const Module& module = step.module();
  const Context& context = step.context();
  out.reserve(kUsualBytes);
  out.resize(kHeaderBytes);
  ByteWriter writer(out);
  writer.now = user.now;
  size_t counted = 0;
  const auto count = [&](uint64_t PackedParts::*part) {
    if (parts) parts->*part += out.size() - counted;
    counted = out.size();
  };
  writer.ahead(user.now, 0);
  writer.behind(user.first_sight, user.now);
  count(&PackedParts::rest);
  pack_presence(writer, user.record.bytes(), module.presence_words);
  pack_fields(writer, context, module.attributes, user.record.bytes());
  writer.shared_text(context.texts.at(user.unit));   // one of the identities
  count(&PackedParts::profile);
  pack_states(writer, module, user);
  count(&PackedParts::states);
  writer.behind(user.due, first_due(module, user));
  count(&PackedParts::rest);
  pack_cells(writer, context, module.cells, user.record.bytes(), parts ? &parts->cells : nullptr);
  counted = out.size();
  pack_tail(writer, module, context, user, step.tables().tail);
  count(&PackedParts::rest);
  pack_more(writer, module, context, user);
  count(&PackedParts::journeys);
  write_header(module, out);
}

bool unpack(const Step& step, std::span<const uint8_t> bytes, UserState& out) {
  const Module& module = step.module();
  Context& context = step.context();
  const Tables& tables = step.tables();
  if (bytes.empty()) {
    out = UserState();
    return true;
  }
  if (!read_header(module, bytes)) return false;
  ByteReader reader(bytes.subspan(kHeaderBytes));
  UserState user;
  user.now = reader.true_ahead(0);
  reader.check(user.now >= kEarliest && user.now <= kLatest);
  reader.now = user.now;
  user.first_sight = reader.true_behind(user.now);
  reader.check(user.first_sight <= user.now);
  if (!reader.good()) return false;
  user.record = OwnedRecord(tables.fresh_user, module.cells);
  unpack_presence(reader, user.record.bytes(), module.presence_words);
  unpack_fields(reader, context, module.attributes, user.record.bytes());
  user.unit = context.intern(reader.shared_text());
  unpack_states(reader, module, user);
  user.due = reader.behind(first_due(module, user));
  reader.check(user.due != WEND_NEVER);
  unpack_cells(reader, context, module.cells, user.record.bytes());
  unpack_tail(reader, module, context, user, tables.tail);
  unpack_more(reader, module, context, tables, user);
  if (!reader.good() || !reader.at_end()) return false;
  out = std::move(user);
  return true;
}

}  // namespace wend
