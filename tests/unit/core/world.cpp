// The hand-built program and the teller of stories.
#include "tests/unit/core/world.h"

#include <cstdlib>
#include <cstring>

#include <catch2/catch.hpp>

namespace wend::test {
namespace {

constexpr uint32_t kRing = 8;

Record& mutable_of(uint8_t* record) { return *reinterpret_cast<Record*>(record); }

void count_play(uint8_t* bytes, uint8_t*, const wend_event* event, wend_ctx* ctx) {
  Record& record = mutable_of(bytes);
  ++record.plays.count;
  record.last_play.at = std::max(record.last_play.at, event->at);
  if ((event->known & 1) && event->at >= record.last_artist.at) {
    auto* context = static_cast<Context*>(ctx);
    record.last_artist = {event->at, context->intern({event->slots[0].data, static_cast<size_t>(event->slots[0].size)})};
  }
  if (!record.ring) {
    record.ring = static_cast<CellBlock*>(std::calloc(1, sizeof(CellBlock) + kRing * sizeof(RingEntry)));
    record.ring->capacity = kRing;
  } else if (record.ring->capacity < kRing) {
    record.ring = static_cast<CellBlock*>(std::realloc(record.ring, sizeof(CellBlock) + kRing * sizeof(RingEntry)));
    record.ring->capacity = kRing;
  }
  auto* entries = record.ring->entries<RingEntry>();
  if (record.ring->count == kRing) std::memmove(entries, entries + 1, (kRing - 1) * sizeof(RingEntry));
  else ++record.ring->count;
  entries[record.ring->count - 1] = {event->at, 0};
}

void count_purchase(uint8_t* bytes, uint8_t*, const wend_event*, wend_ctx*) { ++mutable_of(bytes).purchases.count; }

ModuleAttribute attribute(std::string name, ValueKind kind, size_t offset, int32_t presence) {
  ModuleAttribute made;
  made.name = std::move(name);
  made.type.kind = kind;
  made.type.optional = presence >= 0;
  made.field = {static_cast<uint32_t>(offset), presence};
  made.initial.known = presence < 0;
  return made;
}

ModuleEvent event_of(std::string name, std::vector<std::string> properties, bool builtin = false) {
  ModuleEvent made;
  made.name = made.source_name = std::move(name);
  made.builtin = builtin;
  for (std::string& property : properties) {
    ModuleProperty declared;
    declared.name = declared.path = property;
    declared.type = {ValueKind::text, true, {}, {}};
    made.properties.push_back(declared);
  }
  return made;
}

ModuleCell cell(CellKind kind, size_t offset, bool text = false) {
  ModuleCell made;
  made.kind = kind;
  made.offset = static_cast<uint32_t>(offset);
  made.text_value = text;
  return made;
}

int32_t state_by_score(const uint8_t* record, wend_ctx*, int32_t) {
  return (of(record).present >> 4 & 1) ? static_cast<int32_t>(of(record).score) : 0;
}

ModuleChannel channel_of(std::string name, uint32_t reaches, int32_t consent) {
  ModuleChannel made;
  made.name = std::move(name);
  made.reaches = reaches;
  made.consent = consent;
  made.fields = {{"title", ValueKind::text, false}, {"link", ValueKind::url, true}};
  return made;
}

}  // namespace

int64_t time_of(std::string_view text) {
  int64_t instant = 0;
  if (!parse_instant(std::string(text) + (text.size() == 16 ? ":00Z" : "Z"), *find_zone("UTC"), instant)) FAIL("no time: " << text);
  return instant;
}

Module empty_program(std::string_view zone) {
  Module module;
  module.project = "tidal_wave";
  module.zone = find_zone(zone);
  module.user_time = time_zone;
  module.late_after_us = kHour;
  module.layout_hash = 0x57454e44;
  module.record_bytes = sizeof(Record);
  module.presence_words = 1;
  module.attributes = {attribute("email", ValueKind::text, offsetof(Record, email), 0),
                       attribute("push_token", ValueKind::text, offsetof(Record, push_token), 1),
                       attribute("email_opt_in", ValueKind::boolean, offsetof(Record, email_opt_in), -1),
                       attribute("push_opt_in", ValueKind::boolean, offsetof(Record, push_opt_in), -1),
                       attribute("time_zone", ValueKind::timezone, offsetof(Record, time_zone), 2),
                       attribute("plan", ValueKind::one_of, offsetof(Record, plan), -1),
                       attribute("score", ValueKind::integer, offsetof(Record, score), 4)};
  module.attributes[plan].type.words = {"free", "premium"};
  module.events = {event_of("play", {"artist", "genre"}), event_of("purchase", {"cart"}), event_of("cart", {"cart"}),
                   event_of("unsubscribed", {"channel"}, true),
                   event_of("external_send", {"channel", "category", "message"}, true),
                   event_of("failed", {"message", "channel", "message_id"}, true),
                   event_of("opened", {"message", "channel", "message_id"}, true)};
  module.events[play].update = count_play;
  module.events[purchase].update = count_purchase;
  module.cells = {cell(CellKind::total, offsetof(Record, plays)), cell(CellKind::stamp, offsetof(Record, last_play)),
                  cell(CellKind::last, offsetof(Record, last_artist), true), cell(CellKind::ring, offsetof(Record, ring)),
                  cell(CellKind::baseline, offsetof(Record, usual)), cell(CellKind::total, offsetof(Record, purchases))};
  module.channels = {channel_of("email", email, email_opt_in), channel_of("push", push_token, push_opt_in)};
  module.categories = {{"transactional", true}, {"service", false}, {"promotional", false}};
  return module;
}

ModuleStates& add_states(Module& module, std::string name, std::vector<std::string> names) {
  ModuleStates states;
  states.name = std::move(name);
  states.names = std::move(names);
  states.ordered = true;
  states.slot = static_cast<uint32_t>(offsetof(Record, slots) + module.states.size() * sizeof(StateSlot));
  states.find = state_by_score;
  module.states_order.push_back(static_cast<uint32_t>(module.states.size()));
  module.states.push_back(std::move(states));
  return module.states.back();
}

ModuleMessage& add_message(Module& module, std::string name, uint32_t category) {
  ModuleMessage message;
  message.name = std::move(name);
  message.category = category;
  message.valid_for_us = kDay;
  const RenderFn title = [](const uint8_t* record, wend_ctx*, std::string* out) {
    *out += "plays: " + std::to_string(of(record).plays.count);
  };
  message.contents = {{by_email, {title, nullptr}}, {by_push, {title, nullptr}}};
  module.messages.push_back(std::move(message));
  return module.messages.back();
}

ModuleJourney& add_journey(Module& module, std::string name, std::vector<ModuleNode> chain) {
  ModuleJourney journey;
  journey.name = std::move(name);
  for (size_t i = 0; i + 1 < chain.size(); ++i) {
    if (chain[i].next == kNoNode && chain[i].kind != ModuleNode::Kind::go) chain[i].next = static_cast<uint32_t>(i + 1);
  }
  uint32_t step = 0, site = 0;
  for (ModuleNode& node : chain) {
    if (node.kind == ModuleNode::Kind::step) { step = node.step; site = 0; }
    node.step = step;
    if (node.kind == ModuleNode::Kind::send) node.site = ++site;
    while (journey.steps.size() <= step) journey.steps.push_back(std::string(1, static_cast<char>('a' + journey.steps.size())));
  }
  journey.kept = journey.name;
  journey.kept_steps = journey.steps;
  journey.nodes = std::move(chain);
  journey.first = 0;
  module.journeys.push_back(std::move(journey));
  return module.journeys.back();
}

ModuleEnter on(uint32_t event, ConditionFn where) {
  ModuleEnter enter;
  enter.kind = ModuleEnter::Kind::event;
  enter.event = event;
  enter.where = where;
  return enter;
}
ModuleEnter when(uint32_t watch) {
  ModuleEnter enter;
  enter.kind = ModuleEnter::Kind::watch;
  enter.watch = watch;
  return enter;
}
ModuleEnter when(StateTrigger trigger) {
  ModuleEnter enter;
  enter.kind = ModuleEnter::Kind::trigger;
  enter.trigger = trigger;
  return enter;
}
ModuleNode step_node(uint32_t step) {
  ModuleNode node;
  node.kind = ModuleNode::Kind::step;
  node.step = step;
  return node;
}
ModuleNode send_node(uint32_t message, std::vector<uint32_t> channels) {
  ModuleNode node;
  node.kind = ModuleNode::Kind::send;
  node.message = message;
  node.channels = std::move(channels);
  return node;
}
ModuleNode wait_node(int64_t length) {
  ModuleNode node;
  node.kind = ModuleNode::Kind::wait;
  node.length_us = length;
  return node;
}
ModuleNode until_node(int64_t time_of_day, bool user_time, uint32_t weekdays) {
  ModuleNode node;
  node.kind = ModuleNode::Kind::wait_until_time;
  node.time_of_day_us = time_of_day;
  node.user_time = user_time;
  node.weekdays = weekdays;
  return node;
}
ModuleNode for_node(uint32_t event, int64_t length, uint32_t other, ConditionFn where) {
  ModuleNode node;
  node.kind = ModuleNode::Kind::wait_for;
  node.event = event;
  node.length_us = length;
  node.other = other;
  node.condition = where;
  return node;
}

Story::Story(const Module& module)
    : module_(module), context_(*module.zone, module.windows), other_context_(*module.zone, module.windows) {
  for (int i = 0; i < 100; ++i) other_context_.intern("text " + std::to_string(i));   // its pool numbers texts otherwise
  step_ = std::make_unique<Step>(module, context_);
  other_step_ = std::make_unique<Step>(module, other_context_);
  overrides_.never_held_out = true;
  step_->set_overrides(&overrides_);
  other_step_->set_overrides(&overrides_);
}

void Story::held_out(bool yes) {
  overrides_.never_held_out = !yes;
  overrides_.held_out = yes;
}

Story& Story::happens(std::string_view at, uint32_t event, std::vector<std::string> texts, std::string_view arrives) {
  tell(time_of(at), event, texts, {}, "u1", arrives.empty() ? time_of(at) : time_of(arrives));
  return *this;
}

Story& Story::identify(std::string_view at, std::vector<Change> changes, std::string_view user) {
  tell(time_of(at), WEND_IDENTIFY, {}, changes, user, time_of(at));
  return *this;
}

void Story::tell(int64_t at, uint32_t type, const std::vector<std::string>& texts, const std::vector<Change>& changes,
                 std::string_view user, int64_t arrival) {
  std::vector<wend_slot> slots(8);
  std::vector<AttributeChange> set;
  EventInput input;
  input.event = {type, 0, at, 0, slots.data()};
  for (size_t i = 0; i < texts.size(); ++i) {
    slots[i].data = texts[i].data();
    slots[i].size = static_cast<int64_t>(texts[i].size());
    if (!texts[i].empty()) input.event.known |= 1ull << i;
  }
  for (const Change& change : changes) {
    AttributeChange made{change.attribute, change.known, {}};
    made.value.integer = change.number;
    if (!change.text.empty()) {
      made.value.data = change.text.data();
      made.value.size = static_cast<int64_t>(change.text.size());
    }
    set.push_back(made);
  }
  input.attributes = set;
  input.user = user;
  input.id = "e1";
  input.arrival = arrival;

  std::vector<Decision> live, stored;
  step_->advance(user_, at, live);
  step_->handle(user_, input, live);

  UserState other;
  REQUIRE(unpack(*other_step_, {reinterpret_cast<const uint8_t*>(stored_.data()), stored_.size()}, other));
  other_step_->advance(other, at, stored);
  other_step_->handle(other, input, stored);
  pack(*other_step_, other, stored_);
  same(live, stored);
}

Story& Story::until(std::string_view text) {
  const int64_t at = time_of(text);
  std::vector<Decision> live, stored;
  step_->advance(user_, at, live);
  // The other one is put to rest between any two instants.
  for (bool more = true; more;) {
    UserState other;
    REQUIRE(unpack(*other_step_, {reinterpret_cast<const uint8_t*>(stored_.data()), stored_.size()}, other));
    more = other_step_->next_due(other) <= at;
    if (more) other_step_->advance(other, other_step_->next_due(other), stored);
    pack(*other_step_, other, stored_);
  }
  same(live, stored);
  return *this;
}

void Story::same(const std::vector<Decision>& live, const std::vector<Decision>& stored) const {
  const auto all = [&](const std::vector<Decision>& list) {
    std::string text;
    for (const Decision& decision : list) {
      append_json(module_, decision, "u1", text);
      text += '\n';
    }
    return text;
  };
  REQUIRE(all(live) == all(stored));
  std::string bytes;
  pack(*step_, user_, bytes);
  REQUIRE(bytes == stored_);
  const_cast<Story*>(this)->decisions.insert(decisions.end(), live.begin(), live.end());
}

std::string Story::bytes() { return stored_; }

std::vector<std::string> Story::lines() {
  std::vector<std::string> lines;
  for (const Decision& decision : decisions) lines.push_back(short_line(module_, decision));
  decisions.clear();
  return lines;
}

std::vector<std::string> Story::lines_of(std::string_view kind) {
  std::vector<std::string> found;
  for (const std::string& line : lines()) {
    if (line.find(" " + std::string(kind) + " ") != std::string::npos) found.push_back(line);
  }
  return found;
}

std::string short_line(const Module& module, const Decision& decision) {
  static constexpr const char* kReasons[] = {"", "holdout", "consent", "unreachable", "topic", "never", "expired",
                                             "quiet", "gap", "cap", "left", "paused", "removed", "limit"};
  static constexpr const char* kLeaves[] = {"goal", "exit", "finished", "left", "merged", "removed"};
  static constexpr const char* kOutcomes[] = {"sent", "deferred", "suppressed"};
  const auto at = static_cast<size_t>(decision.subject);
  std::string line = format_instant(decision.at);
  using Kind = Decision::Kind;
  const std::string key = decision.key.empty() ? "" : "[" + decision.key + "]";
  switch (decision.kind) {
    case Kind::state: {
      const ModuleStates& states = module.states[at];
      line += " state " + states.name + " " + (decision.from < 0 ? "-" : states.names[static_cast<size_t>(decision.from)]);
      return line + " " + states.names[static_cast<size_t>(decision.to)];
    }
    case Kind::enter: return line + " enter " + module.journeys[at].name + key;
    case Kind::step: return line + " step " + module.journeys[at].name + key + " " + module.journeys[at].steps[static_cast<size_t>(decision.step)];
    case Kind::leave: return line + " leave " + module.journeys[at].name + key + " " + kLeaves[static_cast<int>(decision.leave)];
    case Kind::exposure: return line + " exposure " + module.experiments[at].variants[static_cast<size_t>(decision.to)];
    case Kind::goal: return line + " goal " + module.journeys[at].name + key;
    case Kind::refused: return line + " refused " + module.journeys[at].name + key;
    case Kind::late: return line + " late " + (decision.subject < 0 ? "-" : module.events[at].name);
    case Kind::signal: return line + " signal " + module.events[at].name;
    case Kind::set: return line + " set " + module.attributes[at].name;
    case Kind::call: return line + " call " + module.hooks[at].name;
    case Kind::message: break;
  }
  line += " message " + module.messages[at].name;
  if (decision.channel >= 0) line += " " + module.channels[static_cast<size_t>(decision.channel)].name;
  line += std::string(" ") + kOutcomes[static_cast<int>(decision.outcome)];
  if (decision.reason != Decision::Reason::none) line += std::string(" ") + kReasons[static_cast<int>(decision.reason)];
  if (decision.outcome == Decision::Outcome::deferred) line += " " + format_instant(decision.until);
  return line;
}

}  // namespace wend::test
