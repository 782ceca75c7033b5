// Each thing written and read side by side; what is read has passed the checks that keep the step safe. Tested by tests/unit/core.
#include "runtime/core/journey_codec.h"

#include <algorithm>
#include <utility>

#include "runtime/core/cell_codec.h"
#include "runtime/core/step.h"
#include "runtime/core/value_codec.h"
#include "runtime/core/values.h"

namespace wend {
namespace {

constexpr uint64_t kMostInstances = 64, kMostWatched = 64, kMostKeys = 64, kMostDeferred = 64, kMostSent = 1u << 22;

bool waits(const ModuleNode& node) {
  return node.kind == ModuleNode::Kind::wait || node.kind == ModuleNode::Kind::wait_until_time ||
         node.kind == ModuleNode::Kind::wait_for || node.kind == ModuleNode::Kind::wait_until_date || node.kind == ModuleNode::Kind::wait_until;
}

// A unit is that of the user, but after a merge.
void pack_unit(PackWriter& out, const Context& context, uint32_t unit, uint32_t own) {
  out.flag(unit != own);
  if (unit != own) out.shared_text(context.texts.at(unit));
}
uint32_t unpack_unit(PackReader& in, Context& context, uint32_t own) {
  if (!in.flag()) return own;
  const uint32_t unit = context.intern(in.shared_text());
  in.check(unit != own);
  return unit;
}

// Most journeys are not one per anything, and have the empty key.
void pack_key(PackWriter& out, const Context& context, uint32_t key) {
  const std::string_view text = context.texts.at(key);
  out.flag(!text.empty());
  if (!text.empty()) out.shared_text(text);
}
uint32_t unpack_key(PackReader& in, Context& context) {
  if (!in.flag()) return context.intern({});
  const std::string_view text = in.shared_text();
  in.check(!text.empty());
  return context.intern(text);
}

// ---- journeys
constexpr uint64_t kPhases = static_cast<uint64_t>(Instance::Phase::gone) + 1, kOutcomes = static_cast<uint64_t>(Decision::Leave::removed) + 1;

void pack_instance(PackWriter& out, const Module& module, const Context& context, const Instance& instance, uint32_t own_unit) {
  const ModuleJourney& journey = module.journeys[instance.journey];
  out.index(instance.journey, module.journeys.size());
  pack_key(out, context, instance.key);
  out.number(instance.entry, kSome);
  out.index(instance.step, journey.steps.size());
  out.number(instance.activations, kSome);
  out.behind(instance.entered_at, out.now);
  out.index(static_cast<uint64_t>(instance.phase), kPhases);
  pack_unit(out, context, instance.unit, own_unit);
  if (instance.phase == Instance::Phase::held_end) out.index(instance.outcome, kOutcomes);
  else if (instance.phase == Instance::Phase::ended_wait) out.index(instance.node == kNoNode ? 0 : uint64_t{1} + instance.node, journey.nodes.size() + 1);
  else if (instance.phase != Instance::Phase::gone) out.index(instance.node, journey.nodes.size());
  if (instance.phase == Instance::Phase::waiting) {
    out.ahead(instance.begun, instance.entered_at);
    out.ahead(instance.due, instance.begun);
  }
  out.number(instance.exposed.size(), kFew);
  for (const uint32_t experiment : instance.exposed) out.index(experiment, module.experiments.size());
  if (!instance.record.bytes()) return;
  pack_fields(out, context, journey.entry, instance.record.bytes());
  pack_cells(out, context, journey.cells, instance.record.bytes());
}

// `left`: one whose goal is watched on.
Instance unpack_instance(PackReader& in, const Module& module, Context& context, const Tables& tables, uint32_t own_unit, bool left) {
  Instance instance;
  if (!in.check(!module.journeys.empty())) return instance;
  instance.journey = static_cast<uint32_t>(in.index(module.journeys.size()));
  const ModuleJourney& journey = module.journeys[instance.journey];
  instance.key = unpack_key(in, context);
  instance.entry = static_cast<uint32_t>(in.below(1ull << 32, kSome));
  instance.step = static_cast<uint32_t>(in.index(std::max<size_t>(journey.steps.size(), 1)));
  instance.activations = static_cast<uint32_t>(in.below(1ull << 32, kSome));
  instance.entered_at = in.true_behind(in.now);
  instance.phase = static_cast<Instance::Phase>(in.index(kPhases));
  instance.unit = unpack_unit(in, context, own_unit);
  in.check((instance.phase == Instance::Phase::gone) == left && (!left || (journey.goal && journey.goal_within_us > 0)));
  if (instance.phase == Instance::Phase::held_end) {
    instance.outcome = static_cast<uint8_t>(in.index(kOutcomes));
  } else if (instance.phase == Instance::Phase::ended_wait) {
    instance.node = static_cast<uint32_t>(in.index(journey.nodes.size() + 1)) - 1;   // 0 is none
  } else if (!left) {
    instance.node = static_cast<uint32_t>(in.index(journey.nodes.size()));
    in.check(in.good() && instance.node < journey.nodes.size() && waits(journey.nodes[instance.node]));
  }
  if (instance.phase == Instance::Phase::waiting) {
    instance.begun = in.true_ahead(instance.entered_at);
    instance.due = in.ahead(instance.begun);
    in.check(instance.due != WEND_NEVER);
  }
  for (uint64_t more = in.below(module.experiments.size() + 1, kFew); more > 0 && in.good(); --more)
    instance.exposed.push_back(static_cast<uint32_t>(in.index(module.experiments.size())));
  if (!in.good() || journey.instance_bytes == 0) return instance;
  instance.record = OwnedRecord(tables.fresh_instances[instance.journey], journey.cells);
  unpack_fields(in, context, journey.entry, instance.record.bytes());
  unpack_cells(in, context, journey.cells, instance.record.bytes());
  return instance;
}

// ---- sends
void pack_parameters(PackWriter& out, const ModuleMessage& message, const std::vector<FixedValue>& values) {
  out.number(values.size(), kFew);
  for (size_t i = 0; i < values.size(); ++i) {
    out.flag(values[i].known);
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
void unpack_parameters(PackReader& in, const ModuleMessage& message, std::vector<FixedValue>& values) {
  values.resize(in.below(std::min<size_t>(message.parameters.size(), 64) + 1, kFew));
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

// In how many legs a message goes out from there: of all channels, or of the first that takes it.
size_t legs(bool all_channels, size_t channels) { return all_channels ? channels : 1; }

void pack_send(PackWriter& out, const Module& module, const Context& context, const PendingSend& send, uint32_t own_unit) {
  const bool of_journey = send.journey >= 0;
  out.flag(of_journey);
  pack_unit(out, context, send.unit, own_unit);
  if (of_journey) {
    const ModuleJourney& journey = module.journeys[static_cast<size_t>(send.journey)];
    out.index(static_cast<uint64_t>(send.journey), module.journeys.size());
    pack_key(out, context, send.key);
    out.number(send.entry, kSome);
    out.index(send.node, journey.nodes.size());
    out.number(send.activation, kSome);
  } else {
    out.index(static_cast<uint64_t>(send.floor), module.floors.size());
    out.behind(send.floor_due, out.now);
  }
  out.number(send.leg, kFew);
  out.flag(send.instead);
  out.flag(send.held);
  out.flag(send.paused);
  out.number(send.slot, kSome);
  out.index(send.message, module.messages.size());
  out.index(static_cast<uint64_t>(send.channel + 1), module.channels.size() + 1);
  out.behind(send.reached, out.now);
  out.ahead(send.until, out.now);
  pack_parameters(out, module.messages[send.message], send.parameters);
}

PendingSend unpack_send(PackReader& in, const Module& module, Context& context, uint32_t own_unit) {
  PendingSend send;
  send.journey = -1;
  const bool of_journey = in.flag();
  send.unit = unpack_unit(in, context, own_unit);
  uint32_t written = 0;
  size_t most = 0;
  if (of_journey) {
    if (!in.check(!module.journeys.empty())) return send;
    send.journey = static_cast<int32_t>(in.index(module.journeys.size()));
    const ModuleJourney& journey = module.journeys[static_cast<size_t>(send.journey)];
    send.key = unpack_key(in, context);
    send.entry = static_cast<uint32_t>(in.below(1ull << 32, kSome));
    send.node = static_cast<uint32_t>(in.index(journey.nodes.size()));
    send.activation = static_cast<uint32_t>(in.below(1ull << 32, kSome));
    if (!in.check(in.good() && send.node < journey.nodes.size())) return send;
    const ModuleNode& node = journey.nodes[send.node];
    if (!in.check(node.kind == ModuleNode::Kind::send)) return send;
    written = node.message;
    most = legs(node.all_channels, node.channels.size());
  } else {
    if (!in.check(!module.floors.empty())) return send;
    send.floor = static_cast<int32_t>(in.index(module.floors.size()));
    send.floor_due = in.true_behind(in.now);
    const ModuleFloor& floor = module.floors[static_cast<size_t>(send.floor)];
    written = floor.message;
    most = legs(floor.all_channels, floor.channels.size());
  }
  send.leg = static_cast<uint32_t>(in.below(most + 1, kFew));
  in.check(send.leg >= 1);
  send.instead = in.flag();
  send.held = in.flag();
  send.paused = in.flag();
  send.slot = static_cast<uint32_t>(in.below(1ull << 32, kSome));
  send.message = static_cast<uint32_t>(in.index(module.messages.size()));
  send.channel = static_cast<int32_t>(in.index(module.channels.size() + 1)) - 1;
  send.reached = in.true_behind(in.now);
  send.until = in.true_ahead(in.now);
  if (!in.check(in.good() && send.message < module.messages.size() && (send.instead || send.message == written))) return send;
  unpack_parameters(in, module.messages[send.message], send.parameters);
  return send;
}

bool remembers_keys(const Module& module, uint32_t journey) {
  return module.journeys[journey].keyed && module.journeys[journey].re_enter == ModuleJourney::ReEnter::after;
}

void unpack_keys(PackReader& in, Context& context, JourneyMemory& memory) {
  for (uint32_t left = in.count(kMostKeys, kFew); left > 0 && in.good(); --left) {
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

void pack_fixed(PackWriter& out, const ValueType& type, const FixedValue& value) {
  out.flag(value.known);
  if (value.known) pack_value(out, type, slot_of(value, type.kind));
}
FixedValue unpack_fixed(PackReader& in, const ValueType& type) {
  if (!in.flag()) return {};
  std::string block;
  const wend_slot slot = unpack_value(in, type, block);
  return in.good() ? fixed_of(true, slot, type.kind) : FixedValue{};
}

void pack_open(PackWriter& out, const Module& module, const OpenSignal& open) {
  const ModuleSignal& signal = module.signals[open.signal];
  out.index(open.signal, module.signals.size());
  out.behind(open.at, out.now);
  if (signal.key_from >= 0) pack_fixed(out, module.events[signal.from].properties[static_cast<size_t>(signal.key_from)].type, open.key);
  for (size_t i = 0; i < signal.carries.size(); ++i) pack_fixed(out, carried_property(module, signal, i).type, open.carried[i]);
}

OpenSignal unpack_open(PackReader& in, const Module& module) {
  OpenSignal open;
  if (!in.check(!module.signals.empty())) return open;
  open.signal = static_cast<uint32_t>(in.index(module.signals.size()));
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

void unpack_opened(PackReader& in, const Module& module, std::vector<OpenSignal>& opened) {
  uint64_t most = 0;
  for (const ModuleSignal& signal : module.signals) most += signal.up_to;
  uint64_t of_one = 0;
  for (uint32_t left = in.count(most, kFew); left > 0 && in.good(); --left) {
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
constexpr uint64_t kExempt = 1, kAnswered = 2, kByOthers = 4, kOtherSlot = 8, kOtherNumber = 16, kOtherCategory = 32, kOtherAddress = 64;
constexpr unsigned kMarks = 7;   // bits

// `before`: the one in front, or null.
void pack_stamp(PackWriter& out, const Module& module, const Context& context, const UserState& user, uint32_t sent_count, const SentStamp& stamp, const SentStamp* before) {
  const bool in_order = before && stamp.number == before->number + 1;
  uint64_t marks = 0;
  marks |= stamp.exempt ? kExempt : 0;
  marks |= stamp.answered ? kAnswered : 0;
  marks |= stamp.id == 0 ? kByOthers : 0;
  marks |= !stamp.holds_slot() ? kOtherSlot : 0;
  marks |= !in_order ? kOtherNumber : 0;
  marks |= stamp.category != category_of(module, stamp.message) ? kOtherCategory : 0;
  marks |= stamp.id != 0 && stamp.address != address_now(module, context, user, stamp.channel) ? kOtherAddress : 0;
  out.flag(marks != 0);
  if (marks != 0) out.bits(marks, kMarks);
  if (before) out.ahead(stamp.at, before->at);
  else out.behind(stamp.at, out.now);
  out.index(static_cast<uint64_t>(stamp.message + 1), module.messages.size() + 1);
  out.index(static_cast<uint64_t>(stamp.channel + 1), module.channels.size() + 1);
  if (marks & kOtherCategory) out.index(static_cast<uint64_t>(stamp.category + 1), module.categories.size() + 1);
  if (marks & kOtherNumber) out.number(sent_count - stamp.number, kSome);
  if (marks & kOtherSlot) out.number(stamp.slot, kSome);
  if (stamp.id != 0) out.bits(stamp.id, 64);
  if (marks & kOtherAddress) out.bits(stamp.address, 32);
}

SentStamp unpack_stamp(PackReader& in, const Module& module, const Context& context, const UserState& user, uint32_t sent_count, const SentStamp* before) {
  const auto index = [&](size_t size) { return static_cast<int32_t>(in.index(size + 1)) - 1; };
  SentStamp stamp;
  const bool marked = in.flag();
  const uint64_t marks = marked ? in.bits(kMarks) : 0;
  in.check(marked == (marks != 0));
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
    stamp.number = sent_count - static_cast<uint32_t>(in.below(std::max<uint32_t>(sent_count, 1), kSome));
    in.check(!before || stamp.number != next);
  }
  stamp.slot = stamp.number;
  if (marks & kOtherSlot) {
    stamp.slot = static_cast<uint32_t>(in.below(1ull << 32, kSome));
    in.check(stamp.slot != stamp.number);
  }
  in.check(stamp.number >= 1 && stamp.number <= sent_count && stamp.slot >= 1 && stamp.slot <= sent_count);
  if (!(marks & kByOthers)) {
    stamp.id = in.bits(64);
    in.check(stamp.id != 0);
    const uint32_t now = address_now(module, context, user, stamp.channel);
    stamp.address = marks & kOtherAddress ? static_cast<uint32_t>(in.bits(32)) : now;
    in.check(!(marks & kOtherAddress) || stamp.address != now);
  } else {
    in.check(!(marks & kOtherAddress));
  }
  return stamp;
}

// ---- what few users have: a bit for each list that is not empty, then those
constexpr uint64_t kInstances = 1, kWatched = 2, kMemories = 4, kDeferred = 8, kSent = 16, kForgotten = 32, kDead = 64, kOpened = 128;
constexpr unsigned kParts = 8;   // bits

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

}  // namespace

void pack_more(PackWriter& out, const Module& module, const Context& context, const UserState& user) {
  const UserState::More* more = user.more_or_null();
  const uint64_t parts = more && !more->empty() ? parts_of(*more) : 0;
  out.flag(parts != 0);
  if (parts == 0) return;
  out.bits(parts, kParts);
  if (parts & kInstances) {
    out.number(more->instances.size(), kFew);
    for (const Instance& instance : more->instances) pack_instance(out, module, context, instance, user.unit);
  }
  if (parts & kWatched) {
    out.number(more->watched.size(), kFew);
    for (const Instance& instance : more->watched) pack_instance(out, module, context, instance, user.unit);
  }
  if (parts & kMemories) out.number(more->memories.size(), kFew);
  for (size_t i = 0; parts & kMemories && i < more->memories.size(); ++i) {
    const JourneyMemory& memory = more->memories[i];
    out.index(memory.journey, module.journeys.size());
    out.number(memory.entries, kFew);
    out.behind(memory.last_exit, out.now);
    if (!remembers_keys(module, memory.journey)) continue;
    out.number(memory.keys.size(), kFew);
    for (const JourneyMemory::Key& known : memory.keys) {
      out.shared_text(context.texts.at(known.key));
      out.behind(known.last_exit, out.now);
    }
  }
  if (parts & kDeferred) {
    out.number(more->deferred.size(), kFew);
    for (const PendingSend& send : more->deferred) pack_send(out, module, context, send, user.unit);
  }
  if (parts & kSent) {
    out.number(more->sent_count, kSome);
    out.number(more->sent.size(), kSome);
    for (size_t i = 0; i < more->sent.size(); ++i) pack_stamp(out, module, context, user, more->sent_count, more->sent[i], i ? &more->sent[i - 1] : nullptr);
  }
  if (parts & kForgotten) {
    out.behind(more->last_slot, out.now);
    out.behind(more->last_message, out.now);
  }
  if (parts & kDead) {
    out.number(more->dead.size(), kFew);
    for (const DeadAddress& dead : more->dead) {
      out.index(dead.attribute, module.attributes.size());
      out.shared_text(context.texts.at(dead.text));
    }
  }
  if (parts & kOpened) {
    out.number(more->opened.size(), kFew);
    for (const OpenSignal& open : more->opened) pack_open(out, module, open);
  }
}

namespace {

void unpack_instances(PackReader& in, const Module& module, Context& context, const Tables& tables, UserState& user) {
  std::vector<Instance>& instances = user.more().instances;
  for (uint32_t left = in.count(kMostInstances, kFew); left > 0 && in.good(); --left) {
    instances.push_back(unpack_instance(in, module, context, tables, user.unit, false));
    if (instances.size() < 2 || !in.good()) continue;
    const Instance &a = instances[instances.size() - 2], &b = instances.back();
    in.check(std::pair(a.journey, context.texts.at(a.key)) < std::pair(b.journey, context.texts.at(b.key)));
  }
}

void unpack_memories(PackReader& in, const Module& module, Context& context, std::vector<JourneyMemory>& memories) {
  for (uint32_t left = in.count(module.journeys.size(), kFew); left > 0 && in.good(); --left) {
    JourneyMemory memory;
    memory.journey = static_cast<uint32_t>(in.index(module.journeys.size()));
    memory.entries = static_cast<uint32_t>(in.below(1ull << 32, kFew));
    memory.last_exit = in.behind(in.now);
    in.check(memory.entries > 0 && memory.last_exit != WEND_FOREVER);
    in.check(memories.empty() || memories.back().journey < memory.journey);
    if (in.good() && remembers_keys(module, memory.journey)) unpack_keys(in, context, memory);
    memories.push_back(std::move(memory));
  }
}

void unpack_sent(PackReader& in, const Module& module, const Context& context, UserState& user) {
  UserState::More& more = user.more();
  more.sent_count = static_cast<uint32_t>(in.below(1ull << 32, kSome));
  for (uint32_t left = in.count(kMostSent, kSome); left > 0 && in.good(); --left) {
    const SentStamp* before = more.sent.empty() ? nullptr : &more.sent.back();
    const SentStamp stamp = unpack_stamp(in, module, context, user, more.sent_count, before);
    in.check(!before || before->at <= stamp.at);
    more.sent.push_back(stamp);
  }
}

void unpack_dead(PackReader& in, const Module& module, Context& context, std::vector<DeadAddress>& known) {
  for (uint32_t left = in.count(module.attributes.size(), kFew); left > 0 && in.good(); --left) {
    DeadAddress dead;
    dead.attribute = static_cast<uint32_t>(in.index(module.attributes.size()));
    dead.text = context.intern(in.shared_text());
    in.check(known.empty() || known.back().attribute < dead.attribute);
    known.push_back(dead);
  }
}

// Whoever is in a journey, or was, has entered it.
bool all_entered(const UserState::More& more) {
  const auto entered = [&](const Instance& instance) {
    return std::any_of(more.memories.begin(), more.memories.end(), [&](const JourneyMemory& memory) { return memory.journey == instance.journey; });
  };
  return std::all_of(more.instances.begin(), more.instances.end(), entered) && std::all_of(more.watched.begin(), more.watched.end(), entered);
}

}  // namespace

void unpack_more(PackReader& in, const Module& module, Context& context, const Tables& tables, UserState& user) {
  if (!in.flag()) return;
  const uint64_t parts = in.bits(kParts);
  if (!in.check(parts != 0)) return;
  UserState::More& more = user.more();
  if (parts & kInstances) unpack_instances(in, module, context, tables, user);
  if (parts & kWatched)
    for (uint32_t left = in.count(kMostWatched, kFew); left > 0 && in.good(); --left) more.watched.push_back(unpack_instance(in, module, context, tables, user.unit, true));
  if (parts & kMemories) unpack_memories(in, module, context, more.memories);
  if (parts & kDeferred)
    for (uint32_t left = in.count(kMostDeferred, kFew); left > 0 && in.good(); --left) more.deferred.push_back(unpack_send(in, module, context, user.unit));
  if (parts & kSent) unpack_sent(in, module, context, user);
  if (parts & kForgotten) {
    more.last_slot = in.behind(in.now);
    more.last_message = in.behind(in.now);
  }
  if (parts & kDead) unpack_dead(in, module, context, more.dead);
  if (parts & kOpened) unpack_opened(in, module, more.opened);
  in.check(all_entered(more));
  in.check(more.last_slot != WEND_FOREVER && more.last_message != WEND_FOREVER && !more.empty() && parts_of(more) == parts);
}

}  // namespace wend
