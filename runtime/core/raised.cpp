// What an input raises: events of signals and of `emit`, and `set`; each is handled as a further input at the same `now`.
// And what signals wait with. Tested by tests/unit/core/raised_test.cpp.
#include <algorithm>
#include <bit>
#include <tuple>

#include "runtime/core/input.h"
#include "runtime/core/values.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

constexpr int kDeepest = 8;             // raised by what was raised …
constexpr size_t kRaisedMost = 256;     // … and all that one input raises

bool same_key(const FixedValue& a, const FixedValue& b) { return a.known == b.known && a.bits == b.bits && a.text == b.text; }

bool passed(const OpenSignal& open, const ModuleSignal& signal, int64_t now) { return add_micros(open.at, signal.within_us) <= now; }

// The matching value of an event; false when there is one to be and it is unknown.
bool matching_value(const Module& module, const wend_event& event, int32_t property, FixedValue& key) {
  if (property < 0) return true;
  key = fixed_property(module.events[event.type], event, static_cast<uint32_t>(property));
  return key.known;
}

}  // namespace

bool Input::is_calm() const {
  if (!event_ || late_ || first_ || depth_ > 0 || !tables_.asking.calm[event_->type] || !input_->attributes.empty() || user_.due <= now_) return false;
  if (tail_value(user_.record.bytes(), tables_.tail.soonest, 1) == WEND_NEVER) return false;   // nothing ahead is known yet
  const UserState::More* more = user_.more_or_null();
  return !more || (more->instances.empty() && more->watched.empty() && more->deferred.empty() && more->opened.empty());
}

void Input::conclude() {
  gather_asks();
  const bool calm = is_calm() && !any_from(scratch_.ask, tables_.asking.watches);
  if (calm) for (Move& move : scratch_.moves) move = Move{};
  else evaluate_states();
  if (!test_watches() && calm) return void(quiet_ = true);
  raise_signals();
  ring_clocks();
  watch_goals();
  handle_instances();
  enter_journeys();
}

void Input::raise(Raised raised) {
  raised.depth = depth_ + 1;
  if (raised.depth > kDeepest || scratch_.raised.size() >= kRaisedMost) {
    ++context_.raised_dropped;
    return;
  }
  scratch_.raised.push_back(std::move(raised));
}

// First raised first; what these raise comes behind all that is waiting. None is taken off the list before the sends of
// the input are decided, since those may read its texts.
void Input::handle_raised() {
  if (scratch_.raised.empty()) return;
  for (size_t i = 0; i < scratch_.raised.size(); ++i) {
    Raised& raised = scratch_.raised[i];
    drop_gone();
    depth_ = raised.depth;
    input_ = nullptr;
    event_ = nullptr;
    first_ = late_ = timers_ = false;
    before_ = now_;
    if (raised.event >= 0) begin_raised(raised);
    apply_measures();
    conclude();
  }
}

void Input::begin_raised(Raised& raised) {
  const ModuleEvent& declared = module_.events[static_cast<size_t>(raised.event)];
  facts_ = wend_event{};
  facts_.type = static_cast<uint32_t>(raised.event);
  facts_.at = now_;
  raised.slots.resize(raised.values.size());
  Decision line;
  line.kind = Decision::Kind::signal;
  line.at = now_;
  line.subject = raised.event;
  for (size_t i = 0; i < raised.values.size(); ++i) {
    const ValueKind kind = declared.properties[i].type.kind;
    raised.slots[i] = slot_of(raised.values[i], kind);
    if (raised.values[i].known) facts_.known |= 1ull << i;
    line.values.push_back(owned_of(raised.values[i], kind));
  }
  facts_.slots = raised.slots.data();
  event_ = &facts_;
  out_.push_back(std::move(line));
}

// ---- signals

void Input::raise_signals() {
  if (timers_) return fall_deadlines();
  if (!event_) return;
  for (const uint32_t i : tables_.asking.signals_of[event_->type]) {
    const ModuleSignal& signal = module_.signals[i];
    const bool follows = signal.follow != ModuleSignal::Follow::none;
    if (follows && event_->type == signal.by) follow(i, signal);
    if (late_ || event_->type != signal.from) continue;
    if (signal.where && !signal.where(user_.record.bytes(), nullptr, event_, &context_)) continue;
    if (follows) open_signal(i, signal);
    else if (!signal.when || signal.when(user_.record.bytes(), nullptr, event_, &context_)) raise_signal(signal, carried_of(signal));
  }
}

void Input::raise_signal(const ModuleSignal& signal, std::vector<FixedValue> carried) {
  Raised raised;
  raised.event = static_cast<int>(signal.event);
  raised.values = std::move(carried);
  raise(std::move(raised));
}

std::vector<FixedValue> Input::carried_of(const ModuleSignal& signal) const {
  std::vector<FixedValue> carried;
  for (const uint32_t property : signal.carries) carried.push_back(fixed_property(module_.events[event_->type], *event_, property));
  return carried;
}

// The event that may follow: it ends what waits for it, and a late one opens nothing.
void Input::follow(uint32_t index, const ModuleSignal& signal) {
  UserState::More* more = user_.more_or_null();
  if (!more || more->opened.empty()) return;
  const bool raises = signal.follow == ModuleSignal::Follow::followed;
  if (raises && late_) return;
  FixedValue key;
  if (!matching_value(module_, *event_, signal.key_by, key)) return;
  const auto open = std::find_if(more->opened.begin(), more->opened.end(), [&](const OpenSignal& each) {
    return each.signal == index && same_key(each.key, key) && each.at <= event_->at && event_->at < add_micros(each.at, signal.within_us);
  });
  if (open == more->opened.end()) return;
  if (signal.by_where && !signal.by_where(user_.record.bytes(), nullptr, event_, &context_)) return;
  std::vector<FixedValue> carried = std::move(open->carried);
  more->opened.erase(open);
  if (raises) raise_signal(signal, std::move(carried));
}

void Input::open_signal(uint32_t index, const ModuleSignal& signal) {
  OpenSignal fresh;
  if (!matching_value(module_, *event_, signal.key_from, fresh.key)) return;
  fresh.signal = index;
  fresh.at = event_->at;
  std::vector<OpenSignal>& opened = user_.more().opened;
  if (signal.follow == ModuleSignal::Follow::followed) {   // nobody waits for their deadline
    std::erase_if(opened, [&](const OpenSignal& each) { return each.signal == index && passed(each, signal, now_); });
  }
  const auto same = std::find_if(opened.begin(), opened.end(), [&](const OpenSignal& each) { return each.signal == index && same_key(each.key, fresh.key); });
  if (same != opened.end()) {
    if (!signal.latest || fresh.at < same->at) return;
    opened.erase(same);
  }
  fresh.carried = carried_of(signal);
  const auto by_signal = [](const OpenSignal& a, const OpenSignal& b) { return a.signal < b.signal; };
  opened.insert(std::upper_bound(opened.begin(), opened.end(), fresh, by_signal), std::move(fresh));
  OpenSignal probe;
  probe.signal = index;
  const auto [first, last] = std::equal_range(opened.begin(), opened.end(), probe, by_signal);
  if (static_cast<size_t>(last - first) <= signal.up_to) return;
  opened.erase(std::min_element(first, last, [](const OpenSignal& a, const OpenSignal& b) { return a.at < b.at; }));
  ++context_.open_dropped;
}

// As if the younger user's had been opened behind the older's: of two of one value the signal says which stays.
void Input::join_opened(UserState::More& older, UserState::More& younger) {
  const auto by_signal = [](const OpenSignal& a, const OpenSignal& b) { return a.signal < b.signal; };
  for (OpenSignal& open : younger.opened) {
    const ModuleSignal& signal = module_.signals[open.signal];
    const auto same = std::find_if(older.opened.begin(), older.opened.end(), [&](const OpenSignal& each) { return each.signal == open.signal && same_key(each.key, open.key); });
    if (same != older.opened.end()) {
      if (signal.latest ? open.at < same->at : open.at >= same->at) continue;
      older.opened.erase(same);
    }
    older.opened.insert(std::upper_bound(older.opened.begin(), older.opened.end(), open, by_signal), open);
    const auto [first, last] = std::equal_range(older.opened.begin(), older.opened.end(), open, by_signal);
    if (static_cast<size_t>(last - first) <= signal.up_to) continue;
    older.opened.erase(std::min_element(first, last, [](const OpenSignal& a, const OpenSignal& b) { return a.at < b.at; }));
    ++context_.open_dropped;
  }
}

// By deadline, then signal, then as they were opened.
void Input::fall_deadlines() {
  UserState::More* more = user_.more_or_null();
  if (!more || more->opened.empty()) return;
  std::vector<OpenSignal> fallen;
  const auto falls = [&](const OpenSignal& open) {
    const ModuleSignal& signal = module_.signals[open.signal];
    return signal.follow == ModuleSignal::Follow::not_followed && passed(open, signal, now_);
  };
  std::copy_if(more->opened.begin(), more->opened.end(), std::back_inserter(fallen), falls);
  std::erase_if(more->opened, falls);
  const auto deadline = [&](const OpenSignal& open) { return add_micros(open.at, module_.signals[open.signal].within_us); };
  std::stable_sort(fallen.begin(), fallen.end(), [&](const OpenSignal& a, const OpenSignal& b) { return deadline(a) < deadline(b); });
  for (OpenSignal& open : fallen) raise_signal(module_.signals[open.signal], std::move(open.carried));
}

int64_t Input::signal_deadline() const {
  int64_t least = WEND_FOREVER;
  const UserState::More* more = user_.more_or_null();
  if (!more) return least;
  for (const OpenSignal& open : more->opened) {
    const ModuleSignal& signal = module_.signals[open.signal];
    if (signal.follow == ModuleSignal::Follow::not_followed) least = std::min(least, add_micros(open.at, signal.within_us));
  }
  return least;
}

// ---- statements

// Consent and an address may be taken away, never given; and what does not change gives nothing.
bool Input::may_set(uint32_t attribute, bool known, const wend_slot& value) const {
  if (!known) return true;
  const ModuleAttribute& declared = module_.attributes[attribute];
  wend_slot present{};
  const bool has = read_field(user_.record.bytes(), declared.field, declared.type.kind, context_, present);
  for (const ModuleChannel& channel : module_.channels) {
    if (channel.consent == static_cast<int32_t>(attribute)) {
      const bool gives = (value.integer != 0) != channel.consent_negated;
      if (gives && !(has && present.integer == value.integer)) return false;
    }
    if (channel.reaches == attribute && value.size > 0) {
      if (!has || std::string_view(present.data, static_cast<size_t>(present.size)) != std::string_view(value.data, static_cast<size_t>(value.size))) return false;
    }
  }
  for (const ModuleTopic& topic : module_.topics) {
    if (topic.attribute == attribute && value.integer != 0 && !(has && present.integer != 0)) return false;
  }
  return true;
}

void Input::set_attribute(Instance& instance, const ModuleNode& node) {
  const ModuleAttribute& attribute = module_.attributes[node.target];
  uint8_t* record = user_.record.bytes();
  wend_slot value{};
  const ValueFn function = node.arguments.front();
  const bool known = function && function(record, bytes_of(instance), event_, &context_, &value) != 0;
  if (!may_set(node.target, known, value)) {
    ++context_.sets_refused;
    return;
  }
  Decision line = effect_line(Decision::Kind::set, instance, node);
  line.values.push_back(owned_of(fixed_of(known, value, attribute.type.kind), attribute.type.kind));
  if (known) write_field(record, attribute.field, attribute.type.kind, value, context_);
  else clear_field(record, attribute.field);
  note_written(node.target, now_);
  if (static_cast<int32_t>(node.target) == module_.user_time) zone_changed();
  out_.push_back(std::move(line));
  raise(Raised{});
}

std::vector<FixedValue> Input::arguments_of(Instance& instance, const ModuleNode& node, const std::vector<ModuleProperty>& properties) {
  std::vector<FixedValue> values;
  for (size_t i = 0; i < properties.size(); ++i) {
    const ValueKind kind = properties[i].type.kind;
    wend_slot value{};
    if (const ValueFn function = node.arguments[i]) {
      const bool known = function(user_.record.bytes(), bytes_of(instance), event_, &context_, &value) != 0;
      values.push_back(fixed_of(known, value, kind));
    } else {
      const OwnedValue& initial = properties[i].initial;
      values.push_back(fixed_of(initial.known, initial.known ? wend::slot_of(initial, kind) : value, kind));
    }
  }
  return values;
}

void Input::emit_event(Instance& instance, const ModuleNode& node) {
  Raised raised;
  raised.event = static_cast<int>(node.target);
  raised.values = arguments_of(instance, node, module_.events[node.target].properties);
  raise(std::move(raised));
}

void Input::call_hook(Instance& instance, const ModuleNode& node) {
  const ModuleHook& hook = module_.hooks[node.target];
  const std::vector<FixedValue> values = arguments_of(instance, node, hook.fields);
  Decision line = effect_line(Decision::Kind::call, instance, node);
  for (size_t i = 0; i < values.size(); ++i) line.values.push_back(owned_of(values[i], hook.fields[i].type.kind));
  line.id = call_id(instance, node, ++instance.activations);
  out_.push_back(std::move(line));
}

Decision Input::effect_line(Decision::Kind kind, const Instance& instance, const ModuleNode& node) const {
  Decision line = journey_line(kind, instance);
  line.subject = static_cast<int32_t>(node.target);
  line.step = static_cast<int32_t>(node.step);
  return line;
}

}  // namespace wend
