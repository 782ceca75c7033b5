// See plan_report.h.
#include "compiler/cli/plan_report.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace wend::cli {
namespace {

using Json = nlohmann::ordered_json;
using change::Change;

constexpr size_t kLinesMost = 24;      // of one text in a report for people
constexpr size_t kDaysMost = 14;
constexpr size_t kMovesMost = 8;
constexpr size_t kFeltMost = 6;
constexpr size_t kReasonsMost = 5;     // for which lines were rejected

std::string told(const change::Place& place) { return place.path.empty() ? "" : place.path + ":" + std::to_string(place.line); }
std::string title_of(const Change& change) { return change.construct + (change.name.empty() ? "" : " " + change.name); }

std::string listed(const std::vector<std::string>& words, size_t most) {
  std::string text;
  for (size_t i = 0; i < words.size() && i < most; ++i) text += (i ? ", " : "") + words[i];
  if (words.size() > most) text += " and " + counted(words.size() - most) + " more";
  return text;
}

// ---- the difference

// Lines that both have at their ends are told once, and few of them.
void tell_lines(const std::vector<std::string>& before, const std::vector<std::string>& after, const std::string& about, Document& out) {
  size_t head = 0, tail = 0;
  while (head < before.size() && head < after.size() && before[head] == after[head]) ++head;
  while (tail + head < before.size() && tail + head < after.size() && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  const auto some = [&](const std::vector<std::string>& lines, auto say) {
    const size_t end = lines.size() - tail;
    for (size_t i = head; i < end && i < head + kLinesMost; ++i) say(lines[i]);
    if (end > head + kLinesMost) say("… and " + counted(end - head - kLinesMost) + " more lines");
  };
  if (!about.empty()) out.same(about);
  if (head > 0) out.same("  " + before[head - 1]);
  some(before, [&](const std::string& line) { out.gone("  " + line); });
  some(after, [&](const std::string& line) { out.fresh("  " + line); });
  if (tail > 0) out.same("  " + before[before.size() - tail]);
}

// The text is as it was, and a name in it stands for something else.
void tell_unsaid(const change::Edit& edit, const std::string& about, Document& out) {
  out.same(edit.before.size() == 1 ? about + edit.before.front() : edit.about);
  out.same("  reads as it did, and means something else: what it names has changed");
}

void tell(const change::Edit& edit, Document& out) {
  const bool apart = edit.about.starts_with("step ") || edit.about.starts_with("removed ") || edit.grade == change::Grade::copy;   // the text does not go on from it
  const std::string about = edit.about.empty() ? "" : edit.about + (apart ? ": " : " ");
  if (!edit.was.empty()) out.same(edit.about + ", called " + edit.was + " until now");
  if (edit.before == edit.after && !edit.before.empty()) {
    if (edit.was.empty()) tell_unsaid(edit, about, out);
    return;
  }
  if (edit.before.size() > 1 || edit.after.size() > 1) return tell_lines(edit.before, edit.after, edit.about, out);
  if (!edit.before.empty()) out.gone(about + edit.before.front());
  if (!edit.after.empty()) out.fresh(about + edit.after.front());
  if (edit.before.empty() && edit.after.empty()) out.same(edit.about);
}

void tell(const change::Difference& difference, Document& out) {
  for (const Change& change : difference.changes) {
    const char mark = change.kind == Change::Kind::added ? '+' : change.kind == Change::Kind::removed ? '-' : '~';
    const std::string place = told(change.kind == Change::Kind::removed ? change.before_at : change.after_at);
    std::string title = title_of(change);
    if (!change.former.empty()) title += ", called " + change.former + " until now";
    out.change(mark, title, std::string(word(change.grade)) + (place.empty() ? "" : "   " + place));
    for (const change::Edit& edit : change.edits) tell(edit, out);
    if (!change.felt_by.empty()) out.same("felt by " + listed(change.felt_by, kFeltMost));
    if (!change.advice.empty()) out.same(change.advice);
  }
}

// ---- whom it concerns

std::string said_of(const std::string& line) {
  const Json decision = Json::parse(line, nullptr, false);
  if (!decision.is_object()) return line;
  const auto word = [&](const char* field) {
    const auto found = decision.find(field);
    return found != decision.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const std::string kind = word("kind");
  std::string text = word("at") + " ";
  if (kind == "state") text += word("states") + (word("from").empty() ? "" : " from " + word("from")) + " to " + word("to");
  else if (kind == "enter") text += "enters " + word("journey");
  else if (kind == "step") text += "comes to step " + word("step") + " of " + word("journey");
  else if (kind == "leave") text += "leaves " + word("journey") + ", " + word("outcome");
  else if (kind == "goal") text += "reaches the goal of " + word("journey");
  else if (kind == "exposure") text += "gets " + word("variant") + " of " + word("experiment");
  else if (kind == "message") text += word("message") + (word("channel").empty() ? "" : " by " + word("channel")) + " " + word("outcome") + (word("reason").empty() ? "" : " because " + word("reason"));
  else text += kind;
  return text;
}

std::vector<std::string> row_of(std::string name, const Comparison::Both& both) {
  return {std::move(name), counted(both.before), counted(both.after), change_of(both.before, both.after)};
}
bool differs(const Comparison::Both& both) { return both.before != both.after; }
const std::vector<std::string> kHeads = {"", "before", "after", ""};
Document::Table headed(const std::string& about) { return {{about, kHeads[1], kHeads[2], kHeads[3]}, {}}; }

void tell_states(const Comparison& comparison, Document& out) {
  for (const Comparison::States& block : comparison.states) {
    if (block.moved.empty()) continue;
    Document::Table table = headed("states " + block.name);
    for (const auto& [state, both] : block.population) table.rows.push_back(row_of(state, both));
    out.table(std::move(table));
    std::vector<std::pair<uint64_t, std::string>> moves;
    uint64_t users = 0;
    for (const auto& [ends, count] : block.moved) {
      users += count;
      moves.emplace_back(count, (ends.first.empty() ? "nobody yet" : ends.first) + " → " + (ends.second.empty() ? "nobody yet" : ends.second) + " " + counted(count));
    }
    std::stable_sort(moves.begin(), moves.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> words;
    for (auto& [_, text] : moves) words.push_back(std::move(text));
    out.note(counted(users, "user is", "users are") + " in another state: " + listed(words, kMovesMost));
  }
}

void tell_journeys(const Comparison& comparison, Document& out) {
  Document::Table table = headed("journeys");
  std::vector<std::string> notes;
  for (const auto& [name, journey] : comparison.journeys) {
    const auto row = [&](const std::string& what, const Comparison::Both& both) {
      if (differs(both)) table.rows.push_back(row_of(name + ": " + what, both));
    };
    row("come in", journey.entered);
    row("reach the goal", journey.goals);
    row("still inside", journey.inside);
    for (const auto& [outcome, both] : journey.left)
      if (outcome != "goal") row("leave, " + outcome, both);
    if (journey.users_only_after > 0) notes.push_back(name + ": " + counted(journey.users_only_after, "user", "users") + " would come in who did not");
    if (journey.users_only_before > 0) notes.push_back(name + ": " + counted(journey.users_only_before, "user who came in would", "users who came in would") + " not");
  }
  if (!table.rows.empty()) out.table(std::move(table));
  for (std::string& note : notes) out.note(std::move(note));
}

void tell_messages(const Comparison& comparison, Document& out) {
  Document::Table table = headed("messages");
  const auto rows = [&](const char* what, const std::map<std::string, Comparison::Both>& counts) {
    for (const auto& [name, both] : counts)
      if (differs(both)) table.rows.push_back(row_of(what + name, both));
  };
  rows("sent by ", comparison.sent_by_channel);
  rows("sent ", comparison.sent_by_message);
  rows("deferred, ", comparison.deferred);
  rows("suppressed because ", comparison.suppressed);
  for (const auto& [experiment, variants] : comparison.exposures)
    for (const auto& [variant, both] : variants)
      if (differs(both)) table.rows.push_back(row_of(experiment + ": " + variant, both));
  if (!table.rows.empty()) out.table(std::move(table));

  // The days that differ most, in their order.
  struct Day { std::string name; Comparison::Both both; uint64_t by = 0; };
  std::vector<Day> all;
  for (const auto& [day, channels] : comparison.sent_by_day)
    for (const auto& [channel, both] : channels)
      if (differs(both)) all.push_back({format_date(day) + " " + channel, both, std::max(both.before, both.after) - std::min(both.before, both.after)});
  if (all.empty()) return;
  uint64_t least = 0;
  if (all.size() > kDaysMost) {
    std::vector<uint64_t> sizes;
    for (const Day& day : all) sizes.push_back(day.by);
    std::nth_element(sizes.begin(), sizes.begin() + kDaysMost, sizes.end(), std::greater<>());
    least = sizes[kDaysMost];
  }
  const auto shown = [&](const Day& day) { return day.by > least || least == 0; };
  Document::Table days = headed("sent by day");
  for (const Day& day : all)
    if (shown(day)) days.rows.push_back(row_of(day.name, day.both));
  for (const Day& day : all)   // where many differ as much, the first of them
    if (!shown(day) && days.rows.size() < kDaysMost) days.rows.push_back(row_of(day.name, day.both));
  std::sort(days.rows.begin(), days.rows.end());
  const size_t more = all.size() - days.rows.size();
  out.table(std::move(days));
  if (more) out.note("and " + counted(more) + " more days and channels, which differ less; `--format json` has them all");
}

void tell_people(const PlanReport& report, Document& out) {
  const Comparison& comparison = *report.comparison;
  if (comparison.people.empty()) return;
  out.heading("some of them");
  for (const Comparison::Person& person : comparison.people) {
    std::string text = person.user;
    std::vector<std::string> columns;
    for (const auto& [block, ends] : person.states) {
      text += (&block == &person.states.front().first ? ": " : ", ") + block + " " + (ends.second.empty() ? "none" : ends.second) + ", was " + (ends.first.empty() ? "none" : ends.first);
      if (const auto read = report.read_by.find(block); read != report.read_by.end()) columns.insert(columns.end(), read->second.begin(), read->second.end());
    }
    std::vector<std::string> values;
    for (const auto& [column, ends] : person.values) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) continue;
      const std::string before = ends.first.empty() ? "unknown" : ends.first, after = ends.second.empty() ? "unknown" : ends.second;
      values.push_back(column + " " + (before == after ? after : before + " → " + after));
    }
    if (!values.empty()) text += " (" + listed(values, 8) + ")";
    out.plain_note(text);
    if (!person.states.empty() && person.first_before && person.first_after && said_of(*person.first_before) == said_of(*person.first_after)) continue;
    if (person.first_before || person.first_after) {
      const std::string before = person.first_before ? said_of(*person.first_before) : "nothing", after = person.first_after ? said_of(*person.first_after) : "nothing";
      out.plain_note(before == after ? "  first other text: " + after : "  first otherwise: " + after + "; until now: " + before);
    }
  }
}

std::string until_now(const Comparison::Both& both) { return differs(both) ? " (" + counted(both.before) + " until now)" : ""; }

void tell_rejected(const Comparison& comparison, Document& out) {
  if (comparison.rejected.before + comparison.rejected.after == 0) return;
  out.note(counted(comparison.rejected.after, "line was", "lines were") + " rejected" + until_now(comparison.rejected) + ", and nobody's decisions hang on " + (comparison.rejected.after == 1 ? "it" : "them"));
  std::vector<std::pair<uint64_t, std::string>> reasons;
  for (const auto& [reason, lines] : comparison.rejected_by_reason) reasons.emplace_back(std::max(lines.before, lines.after), reason + ": " + counted(lines.after) + until_now(lines));
  std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (size_t i = 0; i < reasons.size() && i < kReasonsMost; ++i) out.note("  " + reasons[i].second);
  if (reasons.size() > kReasonsMost) out.note("  and " + counted(reasons.size() - kReasonsMost, "more reason", "more reasons"));
}

void tell_no_events(const PlanReport& report, Document& out) {
  const Comparison& comparison = *report.comparison;
  out.sentence("over " + report.events + ": no events" + (comparison.as_of ? " before " + format_instant(comparison.as_of) : "") + ", so whom it concerns is not known");
  if (comparison.unknown_events) out.note(counted(comparison.unknown_events, "event has a name", "events have names") + " that the project does not declare");
  tell_rejected(comparison, out);
}

void tell_comparison(const PlanReport& report, Document& out) {
  const Comparison& comparison = *report.comparison;
  out.heading("whom it concerns");
  if (comparison.events == 0 && comparison.users == 0) return tell_no_events(report, out);
  out.sentence("over " + report.events + ": " + counted(comparison.events, "event", "events") + " of " + counted(comparison.users, "user", "users") + ", as of " + format_instant(comparison.as_of));
  tell_rejected(comparison, out);
  if (comparison.users_elsewhere + comparison.users_deciding_otherwise + comparison.users_with_other_content == 0) {
    out.sentence("nobody: every state and every decision is as it was");
    return;
  }
  out.note(counted(comparison.users_elsewhere, "user", "users") + " in another state at the end");
  out.note(counted(comparison.users_deciding_otherwise, "user", "users") + " for whom something else is decided on the way");
  if (comparison.users_with_other_content) out.note(counted(comparison.users_with_other_content, "user", "users") + " who get another text, and nothing else");
  tell_states(comparison, out);
  tell_journeys(comparison, out);
  tell_messages(comparison, out);
  tell_people(report, out);
}

void tell_going_live(const PlanReport& report, Document& out) {
  if (!report.asked_people && report.refusal.empty()) return;
  out.heading("going live");
  uint64_t people = 0;
  for (const PlanReport::Place& place : report.places) people += place.people;
  if (report.places.empty()) out.sentence("nobody is inside a journey that changes");
  else out.sentence(counted(people, "person is", "people are") + " inside a journey that changes; each finishes the step they are in as it was, and takes the next from here");
  for (const PlanReport::Place& place : report.places)
    out.note(counted(place.people) + " in " + place.journey + ", step " + place.step + (place.becomes.empty() ? "" : ": " + place.becomes));
  if (report.refusal.empty()) {
    out.sentence("nobody would be stranded");
    return;
  }
  out.sentence("it would be refused:");
  for (size_t begin = 0; begin < report.refusal.size();) {
    const size_t end = std::min(report.refusal.find('\n', begin), report.refusal.size());
    if (end > begin) out.same(report.refusal.substr(begin, end - begin));
    begin = end + 1;
  }
}

// ---- for a machine

Json both(const Comparison::Both& counts) { return {{"before", counts.before}, {"after", counts.after}}; }
Json all(const std::map<std::string, Comparison::Both>& counts) {
  Json out = Json::object();
  for (const auto& [name, count] : counts) out[name] = both(count);
  return out;
}
Json place_json(const change::Place& place) { return place.path.empty() ? Json() : Json{{"file", place.path}, {"line", place.line}}; }

Json difference_json(const change::Difference& difference) {
  static constexpr const char* kKinds[] = {"added", "removed", "changed"};
  Json out = Json::array();
  for (const Change& change : difference.changes) {
    Json edits = Json::array();
    for (const change::Edit& edit : change.edits)
      edits.push_back({{"about", edit.about}, {"was", edit.was.empty() ? Json() : Json(edit.was)}, {"grade", word(edit.grade)}, {"before", edit.before}, {"after", edit.after},
                       {"before_at", place_json(edit.before_at)}, {"after_at", place_json(edit.after_at)}});
    out.push_back({{"kind", kKinds[static_cast<size_t>(change.kind)]}, {"construct", change.construct}, {"name", change.name}, {"former", change.former.empty() ? Json() : Json(change.former)},
                   {"grade", word(change.grade)}, {"edits", std::move(edits)}, {"felt_by", change.felt_by}, {"advice", change.advice.empty() ? Json() : Json(change.advice)},
                   {"before_at", place_json(change.before_at)}, {"after_at", place_json(change.after_at)}});
  }
  return out;
}

Json comparison_json(const Comparison& comparison) {
  Json states = Json::array();
  for (const Comparison::States& block : comparison.states) {
    Json population = Json::object(), moved = Json::array();
    for (const auto& [state, count] : block.population) population[state] = both(count);
    for (const auto& [ends, users] : block.moved) moved.push_back({{"from", ends.first.empty() ? Json() : Json(ends.first)}, {"to", ends.second.empty() ? Json() : Json(ends.second)}, {"users", users}});
    states.push_back({{"states", block.name}, {"population", std::move(population)}, {"moved", std::move(moved)}});
  }
  Json moved = Json::array();
  for (const Comparison::Moved& one : comparison.moved)
    moved.push_back({{"user", one.user}, {"states", one.states}, {"from", one.before.empty() ? Json() : Json(one.before)}, {"to", one.after.empty() ? Json() : Json(one.after)}});
  Json journeys = Json::object();
  for (const auto& [name, journey] : comparison.journeys)
    journeys[name] = {{"entered", both(journey.entered)}, {"goals", both(journey.goals)}, {"inside", both(journey.inside)}, {"left", all(journey.left)},
                      {"users_only_before", journey.users_only_before}, {"users_only_after", journey.users_only_after}};
  Json days = Json::object(), exposures = Json::object();
  for (const auto& [day, channels] : comparison.sent_by_day) days[format_date(day)] = all(channels);
  for (const auto& [experiment, variants] : comparison.exposures) exposures[experiment] = all(variants);
  Json people = Json::array();
  for (const Comparison::Person& person : comparison.people) {
    const auto line = [](const std::optional<std::string>& text) { return text ? Json::parse(*text, nullptr, false) : Json(); };
    Json values = Json::object();
    for (const auto& [column, ends] : person.values)
      if (ends.first != ends.second) values[column] = {{"before", ends.first}, {"after", ends.second}};
    people.push_back({{"user", person.user}, {"first_before", line(person.first_before)}, {"first_after", line(person.first_after)}, {"values", std::move(values)}});
  }
  return {{"as_of", comparison.as_of ? Json(format_instant(comparison.as_of)) : Json()}, {"events", comparison.events}, {"users", comparison.users},
          {"rejected", both(comparison.rejected)}, {"rejected_by_reason", all(comparison.rejected_by_reason)}, {"unknown_events", comparison.unknown_events},
          {"users_elsewhere", comparison.users_elsewhere}, {"users_deciding_otherwise", comparison.users_deciding_otherwise}, {"users_with_other_content", comparison.users_with_other_content},
          {"states", std::move(states)}, {"moved", std::move(moved)}, {"journeys", std::move(journeys)}, {"sent_by_channel", all(comparison.sent_by_channel)},
          {"sent_by_message", all(comparison.sent_by_message)}, {"sent_by_day", std::move(days)}, {"deferred", all(comparison.deferred)}, {"suppressed", all(comparison.suppressed)},
          {"exposures", std::move(exposures)}, {"people", std::move(people)}};
}

}  // namespace

Document document_of(const PlanReport& report) {
  Document out;
  out.heading("wend plan: " + report.project + " against " + report.against);
  if (!report.changes()) {
    out.sentence(report.before_hash == report.after_hash ? "nothing changes: the texts are the same" : "nothing changes: the texts differ, and mean the same");
  } else {
    const change::Grade gravest = report.difference.gravest();
    out.sentence(counted(report.difference.changes.size(), "change", "changes") + "; the gravest is of grade `" + std::string(word(gravest)) + "` (" + std::string(about(gravest)) + ")");
    tell(report.difference, out);
  }
  if (report.comparison) tell_comparison(report, out);
  tell_going_live(report, out);
  return out;
}

std::string json_of(const PlanReport& report) {
  Json places = Json::array();
  for (const PlanReport::Place& place : report.places) places.push_back({{"journey", place.journey}, {"step", place.step}, {"people", place.people}, {"becomes", place.becomes.empty() ? Json() : Json(place.becomes)}});
  const Json out = {{"schema", "wend.plan/1"},
                    {"project", report.project},
                    {"against", report.against},
                    {"before", report.before_hash},
                    {"after", report.after_hash},
                    {"changed", report.changes()},
                    {"grade", report.changes() ? Json(word(report.difference.gravest())) : Json()},
                    {"changes", difference_json(report.difference)},
                    {"population", report.comparison ? comparison_json(*report.comparison) : Json()},
                    {"going_live", report.asked_people ? Json{{"people", std::move(places)}, {"refused", report.refusal.empty() ? Json() : Json(report.refusal)}} : Json()}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wend::cli
