#include "runtime/hosts/read_api.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "runtime/abi/zones.h"
#include "runtime/channels/json.h"
#include "runtime/engine/flows.h"
#include "runtime/hosts/value_text.h"
#include "runtime/store/keys.h"

namespace wend {
namespace {

std::string number(uint64_t value) { return std::to_string(value); }

int64_t count_at(const Daemon::Numbers& numbers, const std::string& place) {
  const auto found = numbers.census.find(place);
  return found == numbers.census.end() ? 0 : std::max<int64_t>(found->second, 0);
}

void flag(JsonText& out, std::string_view name, bool value) { out.key(name).raw(value ? "true" : "false"); }

void instant(JsonText& out, std::string_view name, int64_t at) {
  out.key(name);
  if (at == WEND_NEVER || at == WEND_FOREVER) out.raw("null");
  else out.text(format_instant(at));
}

void value(JsonText& out, std::string_view name, bool known, const ValueType& type, const wend_slot& slot) {
  out.key(name);
  if (!known) {
    out.raw("null");
    return;
  }
  std::string text;
  append_value(text, type, slot);
  out.text(text);
}

void readings(JsonText& out, std::string_view name, const std::vector<ModuleReading>& list, UserState& user, Context& context) {
  out.key(name).open('{');
  for (const ModuleReading& reading : list) {
    wend_slot slot{};
    const bool known = reading.value(user.bytes(), nullptr, nullptr, &context, &slot) != 0;
    value(out, reading.name, known, reading.type, slot);
  }
  out.close('}');
}

void identities(JsonText& out, const Module& module, const UserRow& row) {
  out.key("identities").open('{');
  for (size_t rank = 0; rank < std::min(row.values.size(), module.identities.size()); ++rank)
    if (row.values[rank]) out.pair(module.identities[rank], *row.values[rank]);
  out.close('}');
}

void profile(JsonText& out, const Module& module, UserState& user, Context& context) {
  out.key("profile").open('{');
  for (const ModuleAttribute& attribute : module.attributes) {
    if (attribute.sensitive) continue;
    wend_slot slot{};
    const bool known = read_field(user.bytes(), attribute.field, attribute.type.kind, context, slot);
    value(out, attribute.name, known, attribute.type, slot);
  }
  out.close('}').key("hidden").open('[');
  for (const ModuleAttribute& attribute : module.attributes) if (attribute.sensitive) out.text(attribute.name);
  out.close(']');
}

void states(JsonText& out, const Module& module, const UserState& user) {
  out.key("states").open('{');
  for (const ModuleStates& states : module.states) {
    const StateSlot* slot = state_slot(user, states);
    if (slot->current >= states.names.size()) continue;
    out.key(states.name).open('{').pair("state", states.names[slot->current]);
    instant(out, "since", slot->since);
    out.close('}');
  }
  out.close('}');
}

void inside(JsonText& out, const Module& module, const UserState::More* more, const Context& context) {
  out.key("journeys").open('[');
  for (size_t i = 0; more && i < more->instances.size(); ++i) {
    const Instance& instance = more->instances[i];
    const ModuleJourney& journey = module.journeys[instance.journey];
    out.open('{').pair("journey", journey.name).key("key");
    if (instance.key == 0) out.raw("null");
    else out.text(context.texts.at(instance.key));
    out.pair("step", journey.steps[instance.step]);
    instant(out, "entered_at", instance.entered_at);
    instant(out, "waits_until", instance.phase == Instance::Phase::waiting ? instance.due : WEND_FOREVER);
    out.pair("place", instance.node < journey.nodes.size() ? journey.nodes[instance.node].place.at : journey.place.at).close('}');
  }
  out.close(']').key("deferred").open('[');
  for (size_t i = 0; more && i < more->deferred.size(); ++i) {
    const PendingSend& send = more->deferred[i];
    out.open('{').pair("message", module.messages[send.message].name).key("journey");
    if (send.journey < 0) out.raw("null");
    else out.text(module.journeys[static_cast<size_t>(send.journey)].name);
    instant(out, "until", send.until);
    out.close('}');
  }
  out.close(']');
}

// What one day has counted, under the name of a block, a journey or a message.
struct FlowsOfADay {
  std::map<std::string, std::vector<Flow>> states, messages;
  struct OfJourney { uint64_t entered = 0, reached_goal = 0; std::vector<Flow> steps, left; };
  std::map<std::string, OfJourney> journeys;

  void add(const Flow& flow) {
    if (flow.what.size() < 2) return;
    const std::string &kind = flow.what[0], &name = flow.what[1];
    const bool whole = flow.what.size() > (kind == "state" || kind == "message" ? 3u : 2u);
    if (kind == "enter") journeys[name].entered = flow.count;
    else if (kind == "goal") journeys[name].reached_goal = flow.count;
    else if (kind == "step" && whole) journeys[name].steps.push_back(flow);
    else if (kind == "leave" && whole) journeys[name].left.push_back(flow);
    else if (kind == "state" && whole) states[name].push_back(flow);
    else if (kind == "message" && whole) messages[name].push_back(flow);
  }
  void print(JsonText& out, int32_t day) const {
    const auto text_or_null = [&](std::string_view key, const std::string& text) {
      out.key(key);
      if (text.empty()) out.raw("null");
      else out.text(text);
    };
    out.open('{').pair("day", format_date(day)).key("states").open('[');
    for (const auto& [name, moves] : states) {
      out.open('{').pair("name", name).key("moves").open('[');
      for (const Flow& move : moves) {
        out.open('{');
        text_or_null("from", move.what[2]);
        out.pair("to", move.what[3]).key("users").raw(number(move.count)).close('}');
      }
      out.close(']').close('}');
    }
    out.close(']').key("journeys").open('[');
    for (const auto& [name, journey] : journeys) {
      out.open('{').pair("name", name).key("entered").raw(number(journey.entered)).key("reached_goal").raw(number(journey.reached_goal)).key("steps").open('[');
      for (const Flow& step : journey.steps) out.open('{').pair("name", step.what[2]).key("reached").raw(number(step.count)).close('}');
      out.close(']').key("left").open('[');
      for (const Flow& leave : journey.left) out.open('{').pair("outcome", leave.what[2]).key("users").raw(number(leave.count)).close('}');
      out.close(']').close('}');
    }
    out.close(']').key("messages").open('[');
    for (const auto& [name, decided] : messages) {
      out.open('{').pair("name", name).key("decided").open('[');
      for (const Flow& each : decided) {
        out.open('{').pair("outcome", each.what[2]);
        text_or_null("reason", each.what[3]);
        out.key("count").raw(number(each.count)).close('}');
      }
      out.close(']').close('}');
    }
    out.close(']').close('}');
  }
};

}  // namespace

std::string flows_json(const StoreReader& store, int32_t first, int32_t last) {
  std::map<int32_t, FlowsOfADay> days;
  throw_if(Flows::visit(store, first, last, [&](const Flow& flow) { return days[flow.day].add(flow), true; }));
  JsonText out;
  out.open('{').key("days").open('[');
  for (const auto& [day, flows] : days) flows.print(out, day);
  out.close(']').close('}');
  return out.str();
}

std::string populations_json(const Module& module, const Daemon::Numbers& numbers) {
  JsonText out;
  out.open('{').key("users").raw(std::to_string(count_at(numbers, "users"))).key("states").open('[');
  for (const ModuleStates& states : module.states) {
    out.open('{').pair("name", states.name).key("states").open('[');
    for (const std::string& name : states.names)
      out.open('{').pair("name", name).key("users").raw(std::to_string(count_at(numbers, "state/" + states.name + "/" + name))).close('}');
    out.close(']').close('}');
  }
  return out.close(']').close('}').str();
}

std::string journeys_json(const Module& module, const Daemon::Numbers& numbers) {
  JsonText out;
  out.open('{').key("journeys").open('[');
  for (const ModuleJourney& journey : module.journeys) {
    out.open('{').pair("name", journey.name).pair("place", journey.place.at);
    flag(out, "closed", journey.closed);
    flag(out, "paused", journey.paused);
    flag(out, "held", numbers.holds.all || numbers.holds.journeys.count(journey.name) > 0);
    const auto inside_of = [&](size_t step) { return count_at(numbers, "journey/" + Census::step_of(module, static_cast<uint32_t>(&journey - module.journeys.data()), static_cast<uint32_t>(step))); };
    int64_t all = 0;
    for (size_t i = 0; i < journey.steps.size(); ++i) all += inside_of(i);
    out.key("inside").raw(std::to_string(all)).key("steps").open('[');
    for (size_t i = 0; i < journey.steps.size(); ++i) {
      out.open('{').pair("name", journey.steps[i]).pair("place", i < journey.nodes.size() ? journey.nodes[i].place.at : "");   // a node a step comes first
      out.key("inside").raw(std::to_string(inside_of(i))).close('}');
    }
    out.close(']').close('}');
  }
  return out.close(']').close('}').str();
}

std::string sends_json(const Module& module, const Daemon::Numbers& numbers) {
  using How = SentRow::How;
  JsonText out;
  out.open('{').key("channels").open('[');
  for (const ModuleChannel& channel : module.channels) {
    out.open('{').pair("name", channel.name);
    flag(out, "held", numbers.holds.all || numbers.holds.channels.count(channel.name) > 0);
    for (const How how : {How::delivered, How::failed, How::blocked, How::expired, How::unknown, How::dropped, How::cancelled}) {
      const auto found = numbers.sends.ended.find({channel.name, how});
      out.key(word(how)).raw(number(found == numbers.sends.ended.end() ? 0 : found->second));
    }
    for (const ChannelStatistics& at : numbers.channels) {
      if (at.channel != channel.name) continue;
      out.key("in_flight").raw(number(at.in_flight));
      flag(out, "breaker_open", at.breaker_open);
    }
    out.close('}');
  }
  out.close(']').key("deferred").raw(number(numbers.sends.deferred)).key("retries").raw(number(numbers.sends.retries));
  return out.close('}').str();
}

std::string user_json(Ledger& ledger, UserId id) {
  Ledger::Seen user = ledger.look(id);
  if (!user.readable || !user.state.begun()) return "";
  const Module& module = ledger.module();
  Context& context = ledger.step().context();
  const int64_t now = std::max(user.state.now, ledger.last_instant());
  ledger.step().look(user.state, now);
  JsonText out;
  out.open('{').pair("user", user.row.name.second);
  identities(out, module, user.row);
  instant(out, "first_seen", user.state.first_sight);
  instant(out, "now", now);
  profile(out, module, user.state, context);
  readings(out, "measures", module.measures, user.state, context);
  readings(out, "scores", module.scores, user.state, context);
  states(out, module, user.state);
  readings(out, "audiences", module.audiences, user.state, context);
  inside(out, module, user.state.more_or_null(), context);
  context.reset_scratch();
  return out.close('}').str();
}

std::string timeline_json(Ledger& ledger, UserId id, uint64_t from, size_t limit) {
  const Ledger::Seen user = ledger.look(id);
  const size_t most = std::clamp<size_t>(limit, 1, kTimelineMost);
  size_t shown = 0;
  std::optional<uint64_t> next;
  JsonText out;
  out.open('{').key("entries").open('[');
  const HistoryRead read = ledger.history(user, {from, most + 1, false}, [&](const HistoryEntry& entry) {
    if (++shown > most) {
      next = entry.sequence;
      return false;
    }
    out.open('{').key("sequence").raw(number(entry.sequence)).pair("at", format_instant(entry.at)).pair("received", format_instant(entry.received));
    out.key(entry.decision ? "decision" : "record");
    if (nlohmann::json::accept(entry.text)) out.raw(entry.text);
    else out.text(entry.text);
    if (!entry.why.node_place.at.empty()) out.pair("place", entry.why.node_place.at);
    if (!entry.why.rule_place.at.empty()) out.pair("rule", entry.why.rule_place.at);
    out.close('}');
    return true;
  });
  out.close(']').key("next").raw(next ? number(*next) : "null").key("unread").raw(number(read.unread));
  return out.close('}').str();
}

std::string records_lines(Ledger& ledger, uint64_t after, size_t users, int64_t now) {
  constexpr size_t kPageBytes = 4 << 20;
  std::vector<UserId> ids;
  const StoreFailure failure = ledger.store().scan(Space::state, {big_endian(after + 1), "", false}, [&](std::string_view key, std::string_view) {
    ids.push_back(read_big_endian(key));
    return ids.size() <= users;   // one more says that there are more
  });
  if (failure) throw ShardFault{failure->text()};
  const bool more = ids.size() > users;
  if (more) ids.pop_back();
  std::string out;
  uint64_t last = after, seen = 0, unread = 0;
  bool cut = false;
  for (const UserId id : ids) {
    if (out.size() > kPageBytes) {
      cut = true;
      break;
    }
    last = id;
    const Ledger::Seen user = ledger.look(id);
    if (user.id != id || user.row.name.second.empty()) continue;   // joined another, whose turn comes; or damaged
    ++seen;
    unread += ledger.history(user, {}, [&](const HistoryEntry& entry) {
      if (entry.decision) return true;
      JsonText line;
      line.open('{').pair("at", format_instant(entry.at)).pair("received", format_instant(entry.received)).key("record").text(entry.text).close('}');
      out += line.str() + "\n";
      return true;
    }).unread;
  }
  JsonText end;
  end.open('{').key("users").raw(number(seen)).key("next").raw(more || cut ? number(last) : "null").pair("now", format_instant(now)).key("unread").raw(number(unread)).close('}');
  return out + end.str() + "\n";
}

}  // namespace wend
