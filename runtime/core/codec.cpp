// A user as bytes and back. Tested by tests/unit/core, with hostile bytes too.
#include "runtime/core/codec.h"

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

constexpr char kMagic[4] = {'W', 'E', 'N', 'D'};
constexpr size_t kHeaderBytes = 28;
constexpr uint64_t kMostInstances = 64, kMostWatched = 64, kMostKeys = 64, kMostDeferred = 64, kMostSent = 1u << 22;
constexpr int64_t kMostNominal = 100'000'000;   // dates and hours far behind any year we know

bool waits(const ModuleNode& node) {
  return node.kind == ModuleNode::Kind::wait || node.kind == ModuleNode::Kind::wait_until_time ||
         node.kind == ModuleNode::Kind::wait_for || node.kind == ModuleNode::Kind::wait_until_date || node.kind == ModuleNode::Kind::wait_until;
}

void pack_header(const Module& module, std::string_view payload, std::string& out) {
  ByteWriter header(out);
  out.append(kMagic, sizeof kMagic);
  header.raw(kStateVersion, 2);
  header.raw(0, 2);
  header.raw(module.layout_hash);
  header.raw(payload.size(), 4);
  header.raw(XXH3_64bits(payload.data(), payload.size()));
}

bool read_header(const Module& module, std::span<const uint8_t> bytes) {
  ByteReader header(bytes);
  for (const char letter : kMagic) header.check(header.byte() == static_cast<uint8_t>(letter));
  header.check(header.raw(2) == kStateVersion);
  header.check(header.raw(2) == 0);
  header.check(header.raw() == module.layout_hash);
  const uint64_t size = header.raw(4), sum = header.raw();
  header.check(header.left() == size);
  return header.good() && XXH3_64bits(bytes.data() + kHeaderBytes, size) == sum;
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
void pack_states(ByteWriter& out, const Module& module, const UserState& user) {
  for (const ModuleStates& states : module.states) {
    const StateSlot& slot = *state_slot(user, states);
    out.byte(slot.current);
    out.instant(slot.since);
    out.instant(slot.due);
    out.integer(slot.nominal);
    out.byte(slot.candidate);
    out.varint(slot.found);
  }
}
void unpack_states(ByteReader& in, const Module& module, UserState& user) {
  for (const ModuleStates& states : module.states) {
    StateSlot& slot = *state_slot(user, states);
    slot.current = in.byte();
    slot.since = in.instant();
    slot.due = in.instant();
    const int64_t nominal = in.integer();
    slot.candidate = in.byte();
    slot.found = static_cast<uint16_t>(in.below(0x10000));
    in.check(slot.current == 0xff || slot.current < states.names.size());
    in.check(slot.candidate == 0xff || slot.candidate < states.names.size());
    in.check(slot.since != WEND_FOREVER && slot.due != WEND_NEVER);
    in.check(nominal == INT32_MIN || (nominal >= -kMostNominal && nominal <= kMostNominal));
    slot.nominal = in.good() ? static_cast<int32_t>(nominal) : 0;
  }
}

// ---- the tail: exposures, what watches found, floors
void pack_tail(ByteWriter& out, const Module& module, const Context& context, const UserState& user, const TailLayout& tail) {
  uint8_t* record = user.record.bytes();
  for (uint32_t at = tail.exposures; at < tail.values; at += 8) out.varint(*reinterpret_cast<const uint64_t*>(record + at));
  for (uint32_t i = 0; i < module.watches.size(); ++i) {
    const ModuleWatch& watch = module.watches[i];
    if (watch.kind != ModuleWatch::Kind::change || !tail_bit(record, tail.truths, i)) continue;
    const int64_t value = tail_value(record, tail.values, i);
    if (held_as_bytes(watch.type.kind)) out.text(context.texts.at(static_cast<uint32_t>(value)));
    else out.integer(value);
  }
  for (uint32_t i = 0; i < module.floors.size(); ++i) out.instant(tail_value(record, tail.floors, i));
  for (uint32_t i = 0; i < module.clocks.size(); ++i) {
    const ClockSlot& slot = clock_slot(record, tail.clocks, i);
    out.instant(slot.due);
    out.integer(slot.date);
    out.integer(slot.last);
  }
  for (uint32_t i = 0; i < module.attributes.size(); ++i) out.instant(tail_value(record, tail.writes, i));
}
void unpack_tail(ByteReader& in, const Module& module, Context& context, UserState& user, const TailLayout& tail) {
  uint8_t* record = user.record.bytes();
  for (uint32_t at = tail.exposures; at < tail.values; at += 8) *reinterpret_cast<uint64_t*>(record + at) = in.varint();
  for (uint32_t i = 0; i < module.watches.size() && in.good(); ++i) {
    const ModuleWatch& watch = module.watches[i];
    if (watch.kind != ModuleWatch::Kind::change || !tail_bit(record, tail.truths, i)) continue;
    const bool text = held_as_bytes(watch.type.kind);
    tail_value(record, tail.values, i) = text ? context.intern(in.text()) : in.integer();
  }
  for (uint32_t i = 0; i < module.floors.size(); ++i) {
    const int64_t fired = in.instant();
    in.check(fired != WEND_FOREVER);
    tail_value(record, tail.floors, i) = fired;
  }
  const auto date = [&] {
    const int64_t read = in.integer();
    in.check(read == INT32_MIN || (read >= -kMostNominal && read <= kMostNominal));
    return in.good() ? static_cast<int32_t>(read) : 0;
  };
  for (uint32_t i = 0; i < module.clocks.size(); ++i) {
    ClockSlot slot{in.instant(), 0, 0};
    in.check(slot.due != WEND_NEVER);
    slot.date = date();
    slot.last = date();
    clock_slot(record, tail.clocks, i) = slot;
  }
  for (uint32_t i = 0; i < module.attributes.size(); ++i) {
    const int64_t written = in.instant();
    in.check(written != WEND_FOREVER);
    tail_value(record, tail.writes, i) = written;
  }
}

// A unit is that of the user, but after a merge; of an instance the byte of its phase says so.
constexpr uint8_t kUnitOfItsOwn = 0x80;

void pack_unit(ByteWriter& out, const Context& context, uint32_t unit, uint32_t own) {
  out.byte(unit != own);
  if (unit != own) out.text(context.texts.at(unit));
}
uint32_t unpack_unit(ByteReader& in, Context& context, uint32_t own) { return in.flag() ? context.intern(in.text()) : own; }

// ---- journeys
void pack_instance(ByteWriter& out, const Module& module, const Context& context, const Instance& instance, uint32_t own_unit) {
  const ModuleJourney& journey = module.journeys[instance.journey];
  out.varint(instance.journey);
  out.text(context.texts.at(instance.key));
  out.varint(instance.entry);
  out.varint(instance.step);
  out.varint(instance.activations);
  out.instant(instance.entered_at);
  const bool own = instance.unit == own_unit;
  out.byte(static_cast<uint8_t>(static_cast<uint8_t>(instance.phase) | (own ? 0 : kUnitOfItsOwn)));
  if (!own) out.text(context.texts.at(instance.unit));
  if (instance.phase == Instance::Phase::held_end) out.byte(instance.outcome);
  else if (instance.phase == Instance::Phase::ended_wait) out.varint(instance.node == kNoNode ? 0 : uint64_t{1} + instance.node);
  else if (instance.phase != Instance::Phase::gone) out.varint(instance.node);
  if (instance.phase == Instance::Phase::waiting) {
    out.instant(instance.begun);
    out.instant(instance.due);
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
  instance.key = context.intern(in.text());
  instance.entry = static_cast<uint32_t>(in.below(1ull << 32));
  if (!in.good()) return instance;
  const ModuleJourney& journey = module.journeys[instance.journey];
  instance.step = static_cast<uint32_t>(in.below(std::max<size_t>(journey.steps.size(), 1)));
  instance.activations = static_cast<uint32_t>(in.below(1ull << 32));
  instance.entered_at = in.true_instant();
  const uint8_t phase = in.byte();
  instance.unit = (phase & kUnitOfItsOwn) != 0 ? context.intern(in.text()) : own_unit;
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
    instance.begun = in.true_instant();
    instance.due = in.instant();
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
    out.text(context.texts.at(send.key));
    out.varint(send.entry);
    out.varint(send.node);
    out.varint(send.activation);
    out.varint(send.leg);
  } else {
    out.varint(static_cast<uint64_t>(send.floor));
    out.instant(send.floor_due);
    out.varint(send.leg);
  }
  out.byte(send.instead);
  out.byte(send.held);
  out.byte(send.paused);
  out.varint(send.slot);
  out.varint(send.message);
  out.integer(send.channel);
  out.instant(send.reached);
  out.instant(send.until);
  pack_parameters(out, module.messages[send.message], send.parameters);
}

PendingSend unpack_send(ByteReader& in, const Module& module, Context& context, uint32_t own_unit) {
  PendingSend send;
  send.journey = static_cast<int32_t>(in.integer_in(-1, static_cast<int64_t>(module.journeys.size()) - 1));
  send.unit = unpack_unit(in, context, own_unit);
  const ModuleNode* node = nullptr;
  if (send.journey >= 0 && in.good()) {
    const ModuleJourney& journey = module.journeys[static_cast<size_t>(send.journey)];
    send.key = context.intern(in.text());
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
    send.floor_due = in.true_instant();
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
  send.reached = in.true_instant();
  send.until = in.true_instant();
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
    const uint32_t key = context.intern(in.text());
    const int64_t last_exit = in.true_instant();
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
  out.instant(open.at);
  if (signal.key_from >= 0) pack_fixed(out, module.events[signal.from].properties[static_cast<size_t>(signal.key_from)].type, open.key);
  for (size_t i = 0; i < signal.carries.size(); ++i) pack_fixed(out, carried_property(module, signal, i).type, open.carried[i]);
}

OpenSignal unpack_open(ByteReader& in, const Module& module) {
  OpenSignal open;
  open.signal = static_cast<uint32_t>(in.below(module.signals.size()));
  open.at = in.true_instant();
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

void pack_more(ByteWriter& out, const Module& module, const Context& context, const UserState::More* more, uint32_t own_unit) {
  if (!more || more->empty()) return out.byte(0);
  out.byte(1);
  out.varint(more->instances.size());
  for (const Instance& instance : more->instances) pack_instance(out, module, context, instance, own_unit);
  out.varint(more->watched.size());
  for (const Instance& instance : more->watched) pack_instance(out, module, context, instance, own_unit);
  out.varint(more->memories.size());
  for (const JourneyMemory& memory : more->memories) {
    out.varint(memory.journey);
    out.varint(memory.entries);
    out.instant(memory.last_exit);
    if (!remembers_keys(module, memory.journey)) continue;
    out.varint(memory.keys.size());
    for (const JourneyMemory::Key& known : memory.keys) {
      out.text(context.texts.at(known.key));
      out.instant(known.last_exit);
    }
  }
  out.varint(more->deferred.size());
  for (const PendingSend& send : more->deferred) pack_send(out, module, context, send, own_unit);
  out.varint(more->sent_count);
  out.varint(more->sent.size());
  for (const SentStamp& stamp : more->sent) {
    out.instant(stamp.at);
    out.integer(stamp.message);
    out.integer(stamp.channel);
    out.integer(stamp.category);
    out.varint(more->sent_count - stamp.number);
    out.varint(stamp.slot);
    out.raw(stamp.id);
    if (stamp.id != 0) out.raw(stamp.address, 4);
    out.byte(static_cast<uint8_t>(stamp.exempt | stamp.answered << 1));
  }
  out.instant(more->last_slot);
  out.instant(more->last_message);
  out.varint(more->dead.size());
  for (const DeadAddress& dead : more->dead) {
    out.varint(dead.attribute);
    out.text(context.texts.at(dead.text));
  }
  out.varint(more->opened.size());
  for (const OpenSignal& open : more->opened) pack_open(out, module, open);
}

SentStamp unpack_stamp(ByteReader& in, const Module& module, uint32_t sent_count) {
  const auto index = [&](size_t size) { return static_cast<int32_t>(in.integer_in(-1, static_cast<int64_t>(size) - 1)); };
  SentStamp stamp;
  stamp.at = in.true_instant();
  stamp.message = index(module.messages.size());
  stamp.channel = index(module.channels.size());
  stamp.category = index(module.categories.size());
  stamp.number = sent_count - static_cast<uint32_t>(in.below(sent_count));
  stamp.slot = static_cast<uint32_t>(in.below(1ull << 32));
  in.check(stamp.number >= 1 && stamp.slot >= 1 && stamp.slot <= sent_count);
  stamp.id = in.raw();
  if (stamp.id != 0) stamp.address = static_cast<uint32_t>(in.raw(4));
  const uint64_t flags = in.below(4);
  stamp.exempt = flags & 1;
  stamp.answered = flags >> 1 & 1;
  return stamp;
}

void unpack_more(ByteReader& in, const Module& module, Context& context, const Tables& tables, UserState::More& more, uint32_t own_unit) {
  for (uint32_t left = in.count(kMostInstances); left > 0 && in.good(); --left) {
    more.instances.push_back(unpack_instance(in, module, context, tables, own_unit, false));
    if (more.instances.size() < 2 || !in.good()) continue;
    const Instance &a = more.instances[more.instances.size() - 2], &b = more.instances.back();
    in.check(std::pair(a.journey, context.texts.at(a.key)) < std::pair(b.journey, context.texts.at(b.key)));
  }
  for (uint32_t left = in.count(kMostWatched); left > 0 && in.good(); --left) more.watched.push_back(unpack_instance(in, module, context, tables, own_unit, true));
  for (uint32_t left = in.count(module.journeys.size()); left > 0 && in.good(); --left) {
    JourneyMemory memory;
    memory.journey = static_cast<uint32_t>(in.below(module.journeys.size()));
    memory.entries = static_cast<uint32_t>(in.below(1ull << 32));
    memory.last_exit = in.instant();
    in.check(memory.entries > 0 && memory.last_exit != WEND_FOREVER);
    in.check(more.memories.empty() || more.memories.back().journey < memory.journey);
    if (in.good() && remembers_keys(module, memory.journey)) unpack_keys(in, context, memory);
    more.memories.push_back(std::move(memory));
  }
  for (uint32_t left = in.count(kMostDeferred); left > 0 && in.good(); --left) more.deferred.push_back(unpack_send(in, module, context, own_unit));
  more.sent_count = static_cast<uint32_t>(in.below(1ull << 32));
  for (uint32_t left = in.count(kMostSent); left > 0 && in.good(); --left) {
    more.sent.push_back(unpack_stamp(in, module, more.sent_count));
    in.check(more.sent.size() < 2 || more.sent[more.sent.size() - 2].at <= more.sent.back().at);
  }
  more.last_slot = in.instant();
  more.last_message = in.instant();
  for (uint32_t left = in.count(module.attributes.size()); left > 0 && in.good(); --left) {
    DeadAddress dead;
    dead.attribute = static_cast<uint32_t>(in.below(module.attributes.size()));
    dead.text = context.intern(in.text());
    in.check(more.dead.empty() || more.dead.back().attribute < dead.attribute);
    more.dead.push_back(dead);
  }
  unpack_opened(in, module, more.opened);
  in.check(more.last_slot != WEND_FOREVER && more.last_message != WEND_FOREVER && !more.empty());
}

}  // namespace

void pack(const Step& step, const UserState& user, std::string& out) {
  out.clear();
  if (!user.begun()) return;
  const Module& module = step.module();
  const Context& context = step.context();
  std::string payload;
  ByteWriter writer(payload);
  writer.integer(user.now);
  writer.now = user.now;
  writer.instant(user.first_sight);
  writer.instant(user.due);
  writer.text(context.texts.at(user.unit));
  pack_presence(writer, user.record.bytes(), module.presence_words);
  pack_fields(writer, context, module.attributes, user.record.bytes());
  pack_states(writer, module, user);
  pack_cells(writer, context, module.cells, user.record.bytes());
  pack_tail(writer, module, context, user, step.tables().tail);
  pack_more(writer, module, context, user.more_or_null(), user.unit);
  pack_header(module, payload, out);
  out += payload;
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
  user.now = reader.integer_in(kEarliest, kLatest);
  reader.now = user.now;
  user.first_sight = reader.true_instant();
  user.due = reader.instant();
  reader.check(user.due != WEND_NEVER && user.first_sight <= user.now);
  user.unit = context.intern(reader.text());
  user.record = OwnedRecord(tables.fresh_user, module.cells);
  unpack_presence(reader, user.record.bytes(), module.presence_words);
  unpack_fields(reader, context, module.attributes, user.record.bytes());
  unpack_states(reader, module, user);
  unpack_cells(reader, context, module.cells, user.record.bytes());
  unpack_tail(reader, module, context, user, tables.tail);
  if (reader.flag()) unpack_more(reader, module, context, tables, user.more(), user.unit);
  if (!reader.good() || !reader.at_end()) return false;
  out = std::move(user);
  return true;
}

}  // namespace wend
