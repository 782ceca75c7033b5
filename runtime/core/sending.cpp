// Sends: reached, sent, deferred, withdrawn, and the history that caps and gap look back on. Whether one may go stands in
// protection.cpp. Tested by tests/unit/core.
#include <algorithm>
#include <tuple>

#include "runtime/abi/hash.h"
#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

bool same_send(const PendingSend& a, const PendingSend& b) {
  return a.journey == b.journey && a.key == b.key && a.entry == b.entry && a.unit == b.unit && a.activation == b.activation && a.floor == b.floor &&
         a.floor_due == b.floor_due && !a.instead && !b.instead;
}

// The values of a deferred send as native code reads them.
void restore_slots(GatheredSend& gathered, const ModuleMessage& message) {
  const std::vector<FixedValue>& fixed = gathered.send.parameters;
  gathered.slots.assign(fixed.size(), wend_slot{});
  gathered.known = 0;
  for (size_t i = 0; i < fixed.size() && i < message.parameters.size(); ++i) {
    const ValueKind kind = message.parameters[i].type.kind;
    if (held_as_bytes(kind)) {
      gathered.slots[i].data = fixed[i].text.data();
      gathered.slots[i].size = static_cast<int64_t>(fixed[i].text.size());
    } else {
      gathered.slots[i].integer = fixed[i].bits;
    }
    if (fixed[i].known) gathered.known |= 1ull << i;
  }
}

std::vector<FixedValue> fix_values(const GatheredSend& gathered, const ModuleMessage& message) {
  std::vector<FixedValue> fixed(std::min(gathered.slots.size(), message.parameters.size()));
  for (size_t i = 0; i < fixed.size(); ++i) {
    fixed[i].known = gathered.known >> i & 1;
    if (!fixed[i].known) continue;
    const ValueKind kind = message.parameters[i].type.kind;
    if (held_as_bytes(kind)) {
      fixed[i].text.assign(gathered.slots[i].data, static_cast<size_t>(gathered.slots[i].size));
    } else {
      fixed[i].bits = gathered.slots[i].integer;
    }
  }
  return fixed;
}

}  // namespace

void Input::gather(Instance& instance, const ModuleNode& node, uint32_t index) {
  GatheredSend gathered;
  PendingSend& send = gathered.send;
  send.journey = static_cast<int32_t>(instance.journey);
  send.key = instance.key;
  send.entry = instance.entry;
  send.unit = instance.unit;
  send.node = index;
  send.activation = ++instance.activations;
  send.message = node.message;
  send.reached = now_;
  if (node.not_before) send.reached = next_wall_time(zone(node.user_time), node.time_of_day_us, 0x7f, now_ - 1);
  gathered.slots.resize(std::min<size_t>(node.arguments.size(), 64));
  for (size_t i = 0; i < gathered.slots.size(); ++i) {
    gathered.slots[i] = wend_slot{};
    if (node.arguments[i](user_.record.bytes(), bytes_of(instance), event_, &context_, &gathered.slots[i])) gathered.known |= 1ull << i;
  }
  const size_t legs = node.all_channels ? node.channels.size() : 1;
  for (size_t leg = 1; leg <= legs; ++leg) {
    gathered.send.leg = static_cast<uint32_t>(leg);
    scratch_.gathered.push_back(gathered);
  }
}

const ModuleCategory& Input::category_of(const PendingSend& send) const {
  return module_.categories[module_.messages[send.message].category];
}

// The channels a leg tries. The span is good until the next call.
Input::Written Input::written_channels(const PendingSend& send) const {
  const std::vector<uint32_t>* written = nullptr;
  bool all = false, best = false;
  if (send.floor >= 0) {
    const ModuleFloor& floor = module_.floors[static_cast<size_t>(send.floor)];
    written = &floor.channels;
    all = floor.all_channels;
    best = floor.best_channel;
  } else {
    const ModuleNode& node = module_.journeys[static_cast<size_t>(send.journey)].nodes[send.node];
    written = &node.channels;
    all = node.all_channels;
    best = node.best_channel;
  }
  if (!send.instead && all) return {std::span(*written).subspan(send.leg - 1, 1)};
  if (!send.instead && !written->empty()) return {*written, best};
  scratch_.channels.clear();
  for (const ModuleContent& content : module_.messages[send.message].contents) scratch_.channels.push_back(content.channel);
  return {scratch_.channels};
}

Decision Input::message_line(const PendingSend& send) const {
  Decision line;
  line.kind = Decision::Kind::message;
  line.at = now_;
  line.subject = static_cast<int32_t>(send.message);
  line.channel = send.channel;
  line.journey = send.journey;
  line.reached = send.reached;
  if (send.journey >= 0) {
    line.step = static_cast<int32_t>(module_.journeys[static_cast<size_t>(send.journey)].nodes[send.node].step);
  }
  line.id = message_id(send);
  line.why.node = send.floor >= 0 ? send.floor : static_cast<int32_t>(send.node);
  line.why.key = context_.texts.at(send.key);
  return line;
}

Decision Input::given_up(const PendingSend& send) const {
  Decision line = message_line(send);
  line.outcome = Decision::Outcome::suppressed;
  line.reason = Decision::Reason::removed;
  return line;
}

std::string Input::message_id(const PendingSend& send) const {
  static constexpr uint8_t kKey[kMessageKeyBytes] = {};
  const std::string_view unit = context_.texts.at(send.unit);
  std::vector<std::string> parts{module_.project};
  if (send.floor >= 0) {
    parts.insert(parts.end(), {"floor", module_.floors[static_cast<size_t>(send.floor)].protect, std::string(unit),
                               format_instant(send.floor_due), std::to_string(send.leg)});
  } else {
    const ModuleJourney& journey = module_.journeys[static_cast<size_t>(send.journey)];
    const ModuleNode& node = journey.nodes[send.node];
    parts.insert(parts.end(), {std::string(unit), journey.kept, std::string(context_.texts.at(send.key)),
                               std::to_string(send.entry), journey.kept_steps[node.step] + "/" + std::to_string(node.site),
                               std::to_string(send.activation), std::to_string(send.leg)});
  }
  if (send.instead) parts.push_back("instead");
  const std::vector<std::string_view> views(parts.begin(), parts.end());
  return wend::message_id(kKey, views);
}

// Of a call, made as that of a message: `step/call n` is the n-th call written in its step.
std::string Input::call_id(const Instance& instance, const ModuleNode& node, uint32_t activation) const {
  static constexpr uint8_t kKey[kMessageKeyBytes] = {};
  const ModuleJourney& journey = module_.journeys[instance.journey];
  const std::string entry = std::to_string(instance.entry), number = std::to_string(activation);
  const std::string site = journey.kept_steps[node.step] + "/call " + std::to_string(node.site);
  const std::vector<std::string_view> parts{module_.project, context_.texts.at(instance.unit), journey.kept, context_.texts.at(instance.key), entry, site, number};
  return wend::message_id(kKey, parts);
}

void Input::render(GatheredSend& gathered, uint32_t channel, Decision& line) {
  const ModuleMessage& message = module_.messages[gathered.send.message];
  if (!gathered.send.parameters.empty()) restore_slots(gathered, message);
  context_.parameters = gathered.slots.data();
  context_.parameters_known = gathered.known;
  for (const ModuleContent& content : message.contents) {
    if (content.channel != channel) continue;
    for (const RenderFn field : content.fields) {
      line.content.emplace_back();
      line.content_known.push_back(field != nullptr);
      if (field) field(user_.record.bytes(), &context_, &line.content.back());
    }
    break;
  }
  context_.parameters = nullptr;
  context_.parameters_known = 0;
}

void Input::defer(GatheredSend& gathered, int64_t until, int32_t channel) {
  PendingSend& send = gathered.send;
  if (send.parameters.empty()) send.parameters = fix_values(gathered, module_.messages[send.message]);
  send.until = until;
  send.paused = paused(send);
  send.channel = channel;
  user_.more().deferred.push_back(std::move(send));
}

void Input::settle(GatheredSend& gathered) {
  PendingSend& send = gathered.send;
  Verdict verdict = judge(gathered);
  Decision line = message_line(send);
  line.channel = verdict.channel;
  line.reason = verdict.reason;
  line.why.rule = verdict.rule;
  line.why.used = std::move(verdict.used);
  line.why.passed_over = std::move(verdict.passed_over);
  if (verdict.reason == Decision::Reason::none && !verdict.defer) {
    line.outcome = Decision::Outcome::sent;
    render(gathered, static_cast<uint32_t>(verdict.channel), line);
    take_slot(send, static_cast<uint32_t>(verdict.channel), line.id);
  } else if (verdict.defer && user_.more().deferred.size() < kDeferredOfAUser) {
    line.outcome = Decision::Outcome::deferred;
    line.until = verdict.until;
  } else {
    line.outcome = Decision::Outcome::suppressed;
    if (verdict.defer) line.reason = Decision::Reason::limit;
  }
  const bool deferred = line.outcome == Decision::Outcome::deferred;
  scratch_.messages.push_back(std::move(line));
  if (verdict.instead >= 0) settle_instead(send, static_cast<uint32_t>(verdict.instead));
  send.held = verdict.held;
  if (deferred) defer(gathered, verdict.until, verdict.channel);
}

// `then send M`: a send of its own, with its own validity, judged right behind the one it replaces.
void Input::settle_instead(const PendingSend& blocked, uint32_t message) {
  GatheredSend gathered;
  gathered.send = blocked;
  gathered.send.parameters.clear();
  gathered.send.message = message;
  gathered.send.instead = true;
  gathered.send.slot = 0;
  gathered.send.reached = now_;
  settle(gathered);
}

// What was sent counts from now on, for caps, gap and floor.
void Input::take_slot(PendingSend& send, uint32_t channel, const std::string& id) {
  SentStamp stamp;
  stamp.at = now_;
  stamp.message = static_cast<int32_t>(send.message);
  stamp.channel = static_cast<int32_t>(channel);
  stamp.category = static_cast<int32_t>(module_.messages[send.message].category);
  stamp.slot = send.slot;
  stamp.id = std::stoull(id.substr(0, 16), nullptr, 16);
  stamp.address = address_of(channel);
  stamp.exempt = category_of(send).exempt;
  const uint32_t number = remember_sent(stamp);
  if (send.slot != 0) return;
  send.slot = number;
  for (GatheredSend& other : scratch_.gathered) if (same_send(other.send, send)) other.send.slot = number;
  for (PendingSend& other : user_.more().deferred) if (same_send(other, send)) other.slot = number;
}

// The sends of an instance that leaves: deferred ones, and those it has reached within this input.
void Input::withdraw(const Instance& instance) {
  UserState::More* more = user_.more_or_null();
  if (!more || (more->deferred.empty() && scratch_.gathered.empty())) return;
  const auto theirs = [&](const PendingSend& send) {
    return send.journey == static_cast<int32_t>(instance.journey) && send.entry == instance.entry && send.key == instance.key &&
           send.unit == instance.unit;
  };
  std::vector<PendingSend> withdrawn;
  for (PendingSend& send : more->deferred) {
    if (theirs(send)) withdrawn.push_back(send);
  }
  std::erase_if(more->deferred, theirs);
  for (GatheredSend& gathered : scratch_.gathered) {
    if (!theirs(gathered.send)) continue;
    const Written asked = written_channels(gathered.send);
    if (!asked.channels.empty()) gathered.send.channel = static_cast<int32_t>(asked.channels[0]);
    withdrawn.push_back(gathered.send);
  }
  std::erase_if(scratch_.gathered, [&](const GatheredSend& gathered) { return theirs(gathered.send); });
  std::stable_sort(withdrawn.begin(), withdrawn.end(), [](const PendingSend& a, const PendingSend& b) {
    return std::tuple(a.activation, a.leg, a.instead) < std::tuple(b.activation, b.leg, b.instead);
  });
  for (const PendingSend& send : withdrawn) {
    Decision line = message_line(send);
    line.outcome = Decision::Outcome::suppressed;
    line.reason = Decision::Reason::left;
    scratch_.withdrawn.push_back(std::move(line));
  }
}

}  // namespace wend
