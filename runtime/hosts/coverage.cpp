// The points are laid out once, kind by kind; what a decision reaches is then found by its indexes.
#include "runtime/hosts/coverage.h"

#include <algorithm>

#include "runtime/abi/text_format.h"

namespace wend {

namespace {

using Kind = CoveragePoint::Kind;

std::string_view file_of(const SourcePlace& place) { return std::string_view(place.at).substr(0, place.at.rfind(':')); }

uint64_t line_of(const SourcePlace& place) {
  uint64_t line = 0;
  const size_t colon = place.at.rfind(':');
  for (size_t i = colon == std::string::npos ? place.at.size() : colon + 1; i < place.at.size(); ++i) line = line * 10 + static_cast<uint64_t>(place.at[i] - '0');
  return line;
}

// A statement without its block: "if plan is premium".
std::string head_of(const SourcePlace& place) {
  std::string text = place.text.substr(0, place.text.find('{'));
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

bool is_arm_of_choose(const ModuleNode& node) { return node.kind == ModuleNode::Kind::branch && node.place.text.starts_with("when "); }

bool somebody_is_outside(const Module& module, const ModuleNode& node) {
  const ModuleExperiment& experiment = module.experiments[node.experiment];
  return experiment.audience || !experiment.layer.empty() || !experiment.gates.empty() || node.unit.value;
}

std::string share_text(int64_t millionths) {
  std::string text;
  append_decimal(text, millionths * 100);
  return text + "%";
}

// What the ways out of a choice are called; the n-th is that of Passage::arm n.
std::vector<std::string> arms_of(const Module& module, const ModuleJourney& journey, const ModuleNode& node) {
  std::vector<std::string> arms;
  switch (node.kind) {
    case ModuleNode::Kind::branch: {
      arms.emplace_back("yes");
      const bool next_is_asked = is_arm_of_choose(node) && node.other < journey.nodes.size() && is_arm_of_choose(journey.nodes[node.other]);
      if (!next_is_asked) arms.emplace_back("no");
      break;
    }
    case ModuleNode::Kind::wait_for: case ModuleNode::Kind::wait_until: arms = {"it came", "time was up"}; break;
    case ModuleNode::Kind::split:
      for (size_t i = 0; i < node.upto.size(); ++i) arms.push_back(share_text(node.upto[i] - (i > 0 ? node.upto[i - 1] : 0)));
      break;
    case ModuleNode::Kind::experiment:
      arms = module.experiments[node.experiment].variants;
      arms.resize(std::min(arms.size(), node.arms.size()));
      if (somebody_is_outside(module, node)) arms.emplace_back("outside");
      break;
    default: break;
  }
  return arms;
}

}  // namespace

std::string_view word(CoveragePoint::Kind kind) {
  static constexpr std::string_view kWords[kCoverageKinds] = {"states", "ways in and out", "steps", "branches", "messages", "rules"};
  return kWords[static_cast<size_t>(kind)];
}

Coverage::Coverage(const Module& module, const CoverageSource& source) : module_(module), keeps_(source.keeps) {
  journeys_.resize(module.journeys.size());
  states(source.states);
  ways();
  steps();
  branches();
  messages();
  rules();
}

uint32_t Coverage::point(Kind kind, std::string name, const SourcePlace& place) {
  if (place.at.empty() || (keeps_ && !keeps_(file_of(place)))) return kNone;
  points_.push_back({kind, std::move(name), place, 0});
  return static_cast<uint32_t>(points_.size() - 1);
}

void Coverage::states(const std::vector<std::vector<SourcePlace>>& places) {
  for (size_t b = 0; b < module_.states.size(); ++b) {
    const ModuleStates& block = module_.states[b];
    states_.emplace_back();
    for (size_t i = 0; i < block.names.size(); ++i)
      states_.back().push_back(b < places.size() && i < places[b].size() ? point(Kind::state, block.name + " is " + block.names[i], places[b][i]) : kNone);
  }
}

void Coverage::ways() {
  for (size_t j = 0; j < module_.journeys.size(); ++j) {
    const ModuleJourney& journey = module_.journeys[j];
    for (const ModuleEnter& enter : journey.enters) journeys_[j].enters.push_back(point(Kind::way, journey.name + ": " + enter.place.text, enter.place));
    if (journey.goal) journeys_[j].goal = point(Kind::way, journey.name + ": " + journey.goal_place.text, journey.goal_place);
    for (const ModuleExit& exit : journey.exits) journeys_[j].exits.push_back(point(Kind::way, journey.name + ": " + exit.place.text, exit.place));
  }
}

// The first nodes are the steps; of those of an earlier version a test knows nothing.
void Coverage::steps() {
  for (size_t j = 0; j < module_.journeys.size(); ++j) {
    const ModuleJourney& journey = module_.journeys[j];
    for (size_t s = 0; s < journey.steps.size() && s < journey.nodes.size(); ++s)
      journeys_[j].steps.push_back(journey.nodes[s].kind == ModuleNode::Kind::step ? point(Kind::step, journey.name + " at " + journey.steps[s], journey.nodes[s].place) : kNone);
  }
}

// In the order written: nodes are lowered from behind.
void Coverage::branches() {
  for (size_t j = 0; j < module_.journeys.size(); ++j) {
    const ModuleJourney& journey = module_.journeys[j];
    journeys_[j].nodes.assign(journey.nodes.size(), kNone);
    std::vector<uint32_t> order(journey.nodes.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return line_of(journey.nodes[a].place) < line_of(journey.nodes[b].place); });
    for (const uint32_t node : order) arms(journeys_[j], journey, node);
  }
}

void Coverage::arms(JourneyPlaces& places, const ModuleJourney& journey, uint32_t index) {
  const ModuleNode& node = journey.nodes[index];
  const std::string step = node.step < journey.steps.size() ? journey.steps[node.step] : "";
  bool first = true;
  for (const std::string& arm : arms_of(module_, journey, node)) {
    const uint32_t made = point(Kind::branch, journey.name + " at " + step + ": " + head_of(node.place) + " → " + arm, node.place);
    if (first) places.nodes[index] = made;
    first = false;
  }
}

void Coverage::messages() {
  for (const ModuleMessage& message : module_.messages) {
    Places& places = messages_.emplace_back(module_.channels.size(), kNone);
    for (const ModuleContent& content : message.contents)
      places[content.channel] = point(Kind::message, message.name + " by " + module_.channels[content.channel].name, message.place);
  }
}

void Coverage::rules() {
  const auto all = [this](Places& places, const auto& table) {
    for (const auto& rule : table) places.push_back(point(Kind::rule, rule.place.text, rule.place));
  };
  all(hold_outs_, module_.hold_outs);
  all(nevers_, module_.nevers);
  all(quiets_, module_.quiets);
  all(gaps_, module_.gaps);
  all(caps_, module_.caps);
  all(floors_, module_.floors);
  for (const ModuleChannel& channel : module_.channels) {
    consents_.push_back(channel.consent < 0 ? kNone : point(Kind::rule, "consent of " + channel.name, channel.place));
    addresses_.push_back(point(Kind::rule, "no address for " + channel.name, channel.place));
  }
  for (const ModuleTopic& topic : module_.topics) topics_.push_back(point(Kind::rule, "topic " + topic.name + " is off", topic.place));
}

void Coverage::add(const TestTrace& trace) {
  for (const Decision& line : trace.decisions) decision(line);
  for (const Passage& passage : trace.passages) {
    if (passage.journey >= module_.journeys.size()) continue;
    const ModuleJourney& journey = module_.journeys[passage.journey];
    if (passage.node >= journey.nodes.size()) continue;
    const uint32_t first = journeys_[passage.journey].nodes[passage.node];
    if (first != kNone && passage.arm < arms_of(module_, journey, journey.nodes[passage.node]).size()) reach(first + passage.arm);
  }
}

void Coverage::decision(const Decision& d) {
  switch (d.kind) {
    case Decision::Kind::state: reach(at(states_[static_cast<size_t>(d.subject)], d.to)); break;
    case Decision::Kind::enter: reach(at(journeys_[static_cast<size_t>(d.subject)].enters, d.why.rule)); break;
    case Decision::Kind::step: reach(at(journeys_[static_cast<size_t>(d.subject)].steps, d.step)); break;
    case Decision::Kind::goal: reach(journeys_[static_cast<size_t>(d.subject)].goal); break;
    case Decision::Kind::leave:
      if (d.leave == Decision::Leave::goal) reach(journeys_[static_cast<size_t>(d.subject)].goal);
      if (d.leave == Decision::Leave::exit) reach(at(journeys_[static_cast<size_t>(d.subject)].exits, d.why.rule));
      break;
    case Decision::Kind::message: message(d); break;
    default: break;
  }
}

void Coverage::message(const Decision& d) {
  if (d.journey < 0) reach(at(floors_, d.why.node));
  for (const Decision::PassedOver& channel : d.why.passed_over) held_back(channel.reason, -1, channel.channel, d.subject);
  if (d.outcome == Decision::Outcome::sent) reach(at(messages_[static_cast<size_t>(d.subject)], d.channel));
  else held_back(d.reason, d.why.rule, d.channel, d.subject);
}

void Coverage::held_back(Decision::Reason reason, int32_t rule, int32_t channel, int32_t message) {
  using Reason = Decision::Reason;
  switch (reason) {
    case Reason::holdout: reach(at(hold_outs_, rule)); break;
    case Reason::never: reach(at(nevers_, rule)); break;
    case Reason::quiet: reach(at(quiets_, rule)); break;
    case Reason::gap: reach(at(gaps_, rule)); break;
    case Reason::cap: reach(at(caps_, rule)); break;
    case Reason::consent: reach(at(consents_, channel)); break;
    case Reason::unreachable: reach(at(addresses_, channel)); break;
    case Reason::topic:
      for (size_t i = 0; i < module_.topics.size(); ++i)
        if (static_cast<int32_t>(module_.topics[i].attribute) == module_.messages[static_cast<size_t>(message)].topic) reach(topics_[i]);
      break;
    default: break;
  }
}

CoverageCount Coverage::count() const {
  CoverageCount count;
  for (const CoveragePoint& point : points_) ++count.all, count.reached += point.times > 0;
  return count;
}

CoverageCount Coverage::count(Kind kind) const {
  CoverageCount count;
  for (const CoveragePoint& point : points_)
    if (point.kind == kind) ++count.all, count.reached += point.times > 0;
  return count;
}

namespace {

std::string padded(std::string text, size_t width, bool right = false) {
  const size_t fill = width - std::min(width, text.size());
  return right ? std::string(fill, ' ') + text : text + std::string(fill, ' ');
}

void append_row(std::string& out, std::string_view name, const CoverageCount& count) {
  out += "  " + padded(std::string(name), 16) + padded(std::to_string(count.reached), 5, true) + " of " + padded(std::to_string(count.all), 4, true) + "  " +
         padded(std::to_string(count.percent()), 3, true) + "%\n";
}

}  // namespace

std::string render_coverage(const Coverage& coverage) {
  std::string out = "coverage\n";
  for (size_t k = 0; k < kCoverageKinds; ++k)
    if (const CoverageCount count = coverage.count(static_cast<Kind>(k)); count.all > 0) append_row(out, word(static_cast<Kind>(k)), count);
  append_row(out, "in all", coverage.count());
  std::vector<const CoveragePoint*> missed;
  size_t width = 0;
  for (const CoveragePoint& point : coverage.points())
    if (point.times == 0) missed.push_back(&point), width = std::max(width, point.place.at.size());
  if (missed.empty()) return out;
  std::stable_sort(missed.begin(), missed.end(), [](const CoveragePoint* a, const CoveragePoint* b) {
    return file_of(a->place) != file_of(b->place) ? file_of(a->place) < file_of(b->place) : line_of(a->place) < line_of(b->place);
  });
  out += "never reached\n";
  for (const CoveragePoint* point : missed) out += "  " + padded(point->place.at, width) + "  " + point->name + "\n";
  return out;
}

std::string coverage_json(const Coverage& coverage) {
  const auto counts = [](const CoverageCount& count) {
    return "\"reached\":" + std::to_string(count.reached) + ",\"all\":" + std::to_string(count.all) + ",\"percent\":" + std::to_string(count.percent());
  };
  std::string out = "{" + counts(coverage.count()) + ",\"kinds\":[";
  for (size_t k = 0; k < kCoverageKinds; ++k) {
    out += std::string(k > 0 ? "," : "") + "{\"kind\":\"" + std::string(word(static_cast<Kind>(k))) + "\"," + counts(coverage.count(static_cast<Kind>(k))) + "}";
  }
  out += "],\"points\":[";
  bool first = true;
  for (const CoveragePoint& point : coverage.points()) {
    out += first ? "\n" : ",\n";
    first = false;
    out += "{\"kind\":\"" + std::string(word(point.kind)) + "\",\"name\":";
    append_json_string(out, point.name);
    out += ",\"file\":";
    append_json_string(out, file_of(point.place));
    out += ",\"line\":" + std::to_string(line_of(point.place)) + ",\"times\":" + std::to_string(point.times) + "}";
  }
  return out + (first ? "]}" : "\n]}");
}

}  // namespace wend
