// Lines that both have cancel each other out; what is left differs.
#include "runtime/hosts/decision_match.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace wend {
namespace {

using nlohmann::json;

std::string text_of(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string word(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

struct Unmatched { const std::string* line; FirstNames::Line read; };

std::vector<Unmatched> read_all(const FirstNames& names, const std::vector<std::string>& lines) {
  std::vector<Unmatched> out;
  for (const std::string& line : lines) out.push_back({&line, names.in(line)});
  return out;
}

// Takes out what both have, one for one and in order; the first pair that went.
template <class Key>
std::optional<std::pair<const std::string*, const std::string*>> cancel(std::vector<Unmatched>& before, std::vector<Unmatched>& after, Key key) {
  std::map<std::string, std::vector<size_t>> places;
  for (size_t i = before.size(); i-- > 0;) places[key(before[i].read)].push_back(i);
  std::optional<std::pair<const std::string*, const std::string*>> first;
  std::erase_if(after, [&](const Unmatched& now) {
    const auto found = places.find(key(now.read));
    if (found == places.end() || found->second.empty()) return false;
    Unmatched& old = before[found->second.back()];
    found->second.pop_back();
    if (!first) first = {old.line, now.line};
    old.line = nullptr;
    return true;
  });
  std::erase_if(before, [](const Unmatched& old) { return old.line == nullptr; });
  return first;
}

}  // namespace

FirstNames::FirstNames(const Module& module) {
  for (const ModuleJourney& journey : module.journeys) {
    journeys_[journey.name] = journey.kept;
    for (size_t i = 0; i < journey.steps.size() && i < journey.kept_steps.size(); ++i) steps_[{journey.name, journey.steps[i]}] = journey.kept_steps[i];
  }
  for (const ModuleStates& block : module.states) {
    states_[block.name] = block.kept;
    for (size_t i = 0; i < block.names.size() && i < block.kept_names.size(); ++i) values_[{block.name, block.names[i]}] = block.kept_names[i];
  }
  for (const ModuleExperiment& experiment : module.experiments) experiments_[experiment.name] = experiment.hashed;
  for (const ModuleEvent& event : module.events)
    if (!event.source_name.empty()) events_[event.name] = event.source_name;   // what arrives is called so by whoever sends it
}

void FirstNames::take_for(const FirstNames& before) {
  const auto take = [](const Names& old, Names& now) {
    std::set<std::string> old_firsts, now_firsts;
    for (const auto& [_, first] : old) old_firsts.insert(first);
    for (const auto& [_, first] : now) now_firsts.insert(first);
    for (auto& [name, first] : now) {
      const auto same = old.find(name);
      if (!old_firsts.contains(first) && same != old.end() && !now_firsts.contains(same->second)) first = same->second;
    }
  };
  take(before.journeys_, journeys_);
  take(before.states_, states_);
  take(before.experiments_, experiments_);
}

FirstNames::Line FirstNames::in(const std::string& line) const {
  json object = json::parse(line, nullptr, false);
  if (!object.is_object()) return {line, "", line, ""};
  const auto rename = [&](const char* field, const auto& names, const auto& key) {
    if (const auto found = names.find(key); found != names.end()) object[field] = found->second;
  };
  const std::string kind = word(object, "kind"), journey = word(object, "journey"), block = word(object, "states");
  for (const char* side : {"from", "to"})
    if (kind == "state") rename(side, values_, std::pair(block, word(object, side)));
  rename("states", states_, block);
  rename("step", steps_, std::pair(journey, word(object, "step")));
  rename("journey", journeys_, journey);
  rename("experiment", experiments_, word(object, "experiment"));
  if (kind == "late") rename("event", events_, word(object, "event"));
  else object.erase("id");   // made of the names of the project and the message
  object.erase("user");      // it may have been named otherwise

  Line out;
  if (const auto content = object.find("content"); content != object.end()) {
    out.content = text_of(*content);
    object.erase(content);
  }
  out.decision = text_of(object);
  json about = json::array({kind});
  for (const char* field : {"journey", "key", "step", "message", "states", "experiment", "attribute", "hook", "signal", "event", "event_at"})
    about.push_back(field == std::string_view("step") && kind == "step" ? "" : word(object, field));
  out.about = text_of(about);
  if (kind == "message") out.send = text_of(json::array({word(object, "journey"), word(object, "step")}));
  return out;
}

DecisionMatch match(const FirstNames& old_names, const std::vector<std::string>& before, const FirstNames& new_names, const std::vector<std::string>& after) {
  if (before == after) return {};
  std::vector<Unmatched> left = read_all(old_names, before), right = read_all(new_names, after);
  cancel(left, right, [](const auto& read) { return read.decision + '\n' + read.content; });
  if (left.empty() && right.empty()) return {};
  const auto reworded = cancel(left, right, [](const auto& read) { return read.decision; });
  if (left.empty() && right.empty()) return {DecisionMatch::Kind::content, *reworded->first, *reworded->second};

  DecisionMatch out{DecisionMatch::Kind::decisions, std::nullopt, std::nullopt};
  if (right.empty()) {
    out.before = *left.front().line;
    return out;
  }
  const Unmatched now = right.front();
  out.after = *now.line;
  for (const Unmatched& old : left)
    if (old.read.about == now.read.about) {
      out.before = *old.line;
      return out;
    }
  // A step may send another message than it did: what is about nothing else.
  cancel(left, right, [](const auto& read) { return read.about; });
  for (const Unmatched& old : left)
    if (!out.before && !now.read.send.empty() && old.read.send == now.read.send) out.before = *old.line;
  return out;
}

}  // namespace wend
