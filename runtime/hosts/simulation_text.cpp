// A simulation as people read it, and as programs do.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "runtime/abi/text_format.h"
#include "runtime/channels/json.h"
#include "runtime/core/step.h"
#include "runtime/hosts/decision_changes.h"
#include "runtime/hosts/simulation.h"
#include "runtime/hosts/summary_table.h"

namespace wend {
namespace {

using Align = SummaryTable::Align;

constexpr size_t kRowsMost = 31;   // of days; more are told by the week, and more than that by the month

std::string in_figures(double value) {
  char text[32];
  if (value != 0 && value < 0.0001) snprintf(text, sizeof text, "%.1e", value);
  else snprintf(text, sizeof text, "%.4g", value);
  return text;
}

int32_t first_of_month(int32_t day) {
  const CivilDate date = civil_from_days(day);
  return days_from_civil(date.year, date.month, 1);
}

struct Period { const char* heading; std::map<int32_t, std::vector<uint64_t>> sent; };

// By the day, the week (its monday) or the month, so that it fits a screen.
Period periods_of(const Simulation& s) {
  if (s.sent.empty()) return {"sent, by day", {}};
  const int32_t days = s.sent.rbegin()->first - s.sent.begin()->first + 1;
  const bool weeks = days > static_cast<int32_t>(kRowsMost), months = days > static_cast<int32_t>(7 * kRowsMost);
  Period out{months ? "sent, by month" : weeks ? "sent, by week from" : "sent, by day", {}};
  const auto bucket = [&](int32_t day) { return months ? first_of_month(day) : weeks ? day - weekday_of(day) : day; };
  for (const auto& [day, counts] : s.sent) {
    std::vector<uint64_t>& sum = out.sent[bucket(day)];
    sum.resize(counts.size());
    for (size_t i = 0; i < counts.size(); ++i) sum[i] += counts[i];
  }
  return out;
}

class Text {
 public:
  explicit Text(const Simulation& simulation) : s_(simulation) {}

  std::string run() {
    head();
    sent();
    messages();
    obstacles();
    journeys();
    for (const Simulation::Experiment& experiment : s_.experiments) balance(experiment);
    for (size_t block = 0; block < s_.blocks.size(); ++block) population(block);
    return std::move(out_);
  }

 private:
  void title(const std::string& text) { out_ += "\n" + text + "\n"; }

  void head() {
    out_ += s_.project + ": " + plural(s_.summary.events, "event", "events") + " of " + plural(s_.summary.users, "person", "people");
    const Zone* zone = find_zone(s_.time_zone);
    if (s_.summary.events > 0 && zone) {
      const std::string first = format_date(to_local(*zone, s_.summary.first_at).day), last = format_date(to_local(*zone, s_.summary.last_at).day);
      out_ += first == last ? ", on " + first : ", " + first + " to " + last;
    }
    out_ += "\n";
    if (s_.reached > 0) out_ += plural(s_.reached, "person", "people") + " would have got a message, one of them " + with_separators(s_.most_to_one) + "\n";
    else if (!s_.messages.empty()) out_ += "nobody would have got a message\n";
    if (s_.summary.rejected > 0) out_ += plural(s_.summary.rejected, "event was rejected", "events were rejected") + ": `wend run` says why\n";
  }

  void sent() {
    const Period periods = periods_of(s_);
    if (periods.sent.empty()) return;
    std::vector<SummaryTable::Column> columns = {{"", Align::left}};
    for (const std::string& channel : s_.channels) columns.push_back({channel});
    columns.push_back({"", Align::left});
    SummaryTable table(columns);
    uint64_t most = 0;
    const auto total = [](const std::vector<uint64_t>& counts) {
      uint64_t sum = 0;
      for (uint64_t count : counts) sum += count;
      return sum;
    };
    for (const auto& [day, counts] : periods.sent) most = std::max(most, total(counts));
    for (const auto& [day, counts] : periods.sent) {
      std::vector<std::string> cells = {format_date(day)};
      for (uint64_t count : counts) cells.push_back(with_separators(count));
      cells.push_back(bar_of(total(counts), most, 24));
      table.row(std::move(cells));
    }
    title(periods.heading);
    table.append(out_, 2);
  }

  void messages() {
    SummaryTable table({{"", Align::left}, {"sent"}, {"people"}, {"deferred"}, {"suppressed"}});
    for (const Simulation::Message& message : s_.messages)
      if (message.sent + message.deferred + message.suppressed > 0)
        table.row({message.name, with_separators(message.sent), with_separators(message.people), with_separators(message.deferred), with_separators(message.suppressed)});
    if (table.empty()) return;
    title("messages");
    table.append(out_, 2);
  }

  void obstacles() {
    SummaryTable table({{"", Align::left}, {"deferred"}, {"on average"}, {"suppressed"}, {"people"}, {"", Align::left}, {"", Align::left}});
    for (const Simulation::Obstacle& obstacle : s_.obstacles) {
      std::string average;
      if (obstacle.deferred > 0) append_duration(average, obstacle.waited_us / static_cast<int64_t>(obstacle.deferred) / 60'000'000 * 60'000'000);
      table.row({obstacle.reason, with_separators(obstacle.deferred), average, with_separators(obstacle.suppressed), with_separators(obstacle.people), obstacle.text, obstacle.at});
    }
    if (table.empty()) return;
    title("what stood in the way");
    table.append(out_, 2);
  }

  void journeys() {
    SummaryTable table({{"", Align::left}, {"entered"}, {"inside"}, {"goal"}, {""}, {"goal later"}, {"exit"}, {"finished"}, {"left"}});
    for (const auto& [name, journey] : s_.summary.journeys) {
      if (journey.entered == 0) continue;
      const auto left = [&journey](const char* how) {
        const auto found = journey.left.find(how);
        return found == journey.left.end() ? uint64_t{0} : found->second;
      };
      table.row({name, with_separators(journey.entered), with_separators(journey.inside), with_separators(left("goal")), percent_of(left("goal") + journey.goals_later, journey.entered),
                 with_separators(journey.goals_later), with_separators(left("exit")), with_separators(left("finished")), with_separators(left("left"))});
    }
    if (table.empty()) return;
    title("journeys");
    table.append(out_, 2);
  }

  void balance(const Simulation::Experiment& experiment) {
    uint64_t people = 0;
    int64_t weight = 0;
    for (const Simulation::Arm& arm : experiment.arms) people += arm.people, weight += arm.weight;
    if (people == 0) return;
    SummaryTable table({{"", Align::left}, {"people"}, {"found"}, {"meant"}});
    for (const Simulation::Arm& arm : experiment.arms)
      table.row({arm.variant, with_separators(arm.people), percent_of(arm.people, people), percent_of(static_cast<uint64_t>(arm.weight), static_cast<uint64_t>(weight))});
    title("experiment " + experiment.name);
    table.append(out_, 2);
    if (!experiment.balance) return;
    out_ += "  chi-square " + in_figures(experiment.balance->chi_square) + ", p " + in_figures(experiment.balance->p) +
            (experiment.balance->mismatch() ? ": not what the weights say; do not read its result before you know why\n" : ": no more than chance allows\n");
  }

  void population(size_t block) {
    if (s_.looks.empty()) return;
    std::vector<SummaryTable::Column> columns = {{"", Align::left}};
    for (const std::string& state : s_.blocks[block].states) columns.push_back({state});
    SummaryTable table(columns);
    const Zone* zone = find_zone(s_.time_zone);
    for (size_t i = 0; i < s_.looks.size(); ++i) {
      std::vector<std::string> cells = {i + 1 == s_.looks.size() ? "at the end" : format_date(to_local(*zone, s_.looks[i].at).day)};
      for (uint64_t count : s_.looks[i].people[block]) cells.push_back(with_separators(count));
      table.row(std::move(cells));
    }
    title(s_.blocks[block].name + ", people");
    table.append(out_, 2);
  }

  const Simulation& s_;
  std::string out_;
};

// ---- json

std::string figure(uint64_t count) { return std::to_string(count); }
std::string real(double value) {
  std::string out;
  append_number(out, value);
  return out;
}

void counts_json(JsonText& out, const std::map<std::string, uint64_t>& counts) {
  out.open('{');
  for (const auto& [name, count] : counts) out.key(name).raw(figure(count));
  out.close('}');
}

void simulation_json(JsonText& out, const Simulation& s) {
  out.open('{').pair("project", s.project).pair("time_zone", s.time_zone);
  out.key("events").raw(figure(s.summary.events)).key("people").raw(figure(s.summary.users)).key("rejected").raw(figure(s.summary.rejected));
  out.key("from").raw(s.summary.events > 0 ? "\"" + format_instant(s.summary.first_at) + "\"" : "null").key("to").raw(s.summary.events > 0 ? "\"" + format_instant(s.summary.last_at) + "\"" : "null");
  out.key("reached").raw(figure(s.reached)).key("most_to_one").raw(figure(s.most_to_one));
  out.key("sent").open('[');
  for (const auto& [day, counts] : s.sent) {
    out.open('{').pair("date", format_date(day)).key("by_channel").open('{');
    for (size_t i = 0; i < counts.size(); ++i) out.key(s.channels[i]).raw(figure(counts[i]));
    out.close('}').close('}');
  }
  out.close(']').key("messages").open('[');
  for (const Simulation::Message& message : s.messages)
    out.open('{').pair("message", message.name).key("sent").raw(figure(message.sent)).key("people").raw(figure(message.people)).key("deferred").raw(figure(message.deferred)).key("suppressed").raw(figure(message.suppressed)).close('}');
  out.close(']').key("obstacles").open('[');
  for (const Simulation::Obstacle& obstacle : s.obstacles) {
    out.open('{').pair("reason", obstacle.reason).pair("rule", obstacle.text).pair("at", obstacle.at).key("deferred").raw(figure(obstacle.deferred)).key("suppressed").raw(figure(obstacle.suppressed));
    out.key("people").raw(figure(obstacle.people)).key("waited_seconds").raw(std::to_string(obstacle.waited_us / 1'000'000)).close('}');
  }
  out.close(']').key("journeys").open('[');
  for (const auto& [name, journey] : s.summary.journeys) {
    out.open('{').pair("journey", name).key("entered").raw(figure(journey.entered)).key("inside").raw(figure(journey.inside)).key("goals_later").raw(figure(journey.goals_later)).key("refused").raw(figure(journey.refused)).key("left");
    counts_json(out, journey.left);
    out.close('}');
  }
  out.close(']').key("experiments").open('[');
  for (const Simulation::Experiment& experiment : s.experiments) {
    out.open('{').pair("experiment", experiment.name).key("arms").open('[');
    for (const Simulation::Arm& arm : experiment.arms) out.open('{').pair("variant", arm.variant).key("millionths").raw(std::to_string(arm.weight)).key("people").raw(figure(arm.people)).close('}');
    out.close(']').key("chi_square").raw(experiment.balance ? real(experiment.balance->chi_square) : "null").key("p").raw(experiment.balance ? real(experiment.balance->p) : "null");
    out.key("mismatch").raw(experiment.balance && experiment.balance->mismatch() ? "true" : "false").close('}');
  }
  out.close(']').key("states").open('[');
  for (size_t block = 0; block < s.blocks.size(); ++block) {
    out.open('{').pair("states", s.blocks[block].name).key("over_time").open('[');
    for (const Simulation::Look& look : s.looks) {
      out.open('{').pair("at", format_instant(look.at)).key("people").open('{');
      for (size_t i = 0; i < look.people[block].size(); ++i) out.key(s.blocks[block].states[i]).raw(figure(look.people[block][i]));
      out.close('}').close('}');
    }
    out.close(']').close('}');
  }
  out.close(']').close('}');
}

std::string changed_by(uint64_t before, uint64_t now) {
  if (before == now) return "";
  return now > before ? "+" + with_separators(now - before) : "-" + with_separators(before - now);
}

}  // namespace

std::string render_text(const Simulation& simulation) { return Text(simulation).run(); }

std::string render_json(const Simulation& simulation, const Simulation* before, const DecisionChanges* changes) {
  JsonText out;
  out.open('{').pair("schema", "wend.simulation/1").key("simulation");
  simulation_json(out, simulation);
  out.key("against");
  if (before && changes) {
    out.open('{').key("simulation");
    simulation_json(out, *before);
    out.key("people_with_other_decisions").raw(figure(changes->people)).key("sample").open('[');
    for (const DecisionChanges::First& first : changes->sample)
      out.open('{').key("user").raw("\"" + first.user + "\"").key("before").raw(first.before.empty() ? "null" : first.before).key("after").raw(first.after.empty() ? "null" : first.after).close('}');
    out.close(']').close('}');
  } else {
    out.raw("null");
  }
  return out.close('}').str() + "\n";
}

std::string render_csv(const Simulation& s) {
  std::string out = "day";
  for (const std::string& channel : s.channels) out += "," + channel;
  out += ",sent\n";
  for (const auto& [day, counts] : s.sent) {
    uint64_t all = 0;
    out += format_date(day);
    for (const uint64_t count : counts) {
      out += "," + std::to_string(count);
      all += count;
    }
    out += "," + std::to_string(all) + "\n";
  }
  return out;
}

std::string render_changes(const Simulation& simulation, const Simulation& before, const DecisionChanges& changes) {
  std::string out = "\nagainst the other version\n";
  if (changes.people == 0) return out + "  every decision is the same\n";
  out += "  " + plural(changes.people, "person has", "people have") + " other decisions, of " + with_separators(std::max(simulation.summary.users, before.summary.users)) + "\n";
  SummaryTable table({{"", Align::left}, {"there"}, {"here"}, {""}});
  const auto row = [&table](const std::string& what, uint64_t there, uint64_t here) {
    if (there != here) table.row({what, there ? with_separators(there) : "0", here ? with_separators(here) : "0", changed_by(there, here)});
  };
  std::map<std::string, std::pair<uint64_t, uint64_t>> sent, entered;
  for (const Simulation::Message& message : before.messages) sent[message.name].first = message.sent;
  for (const Simulation::Message& message : simulation.messages) sent[message.name].second = message.sent;
  for (const auto& [name, journey] : before.summary.journeys) entered[name].first = journey.entered;
  for (const auto& [name, journey] : simulation.summary.journeys) entered[name].second = journey.entered;
  for (const auto& [name, counts] : entered) row("entered " + name, counts.first, counts.second);
  for (const auto& [name, counts] : sent) row("sent " + name, counts.first, counts.second);
  if (!table.empty()) {
    out += "\n";
    table.append(out, 2);
  }
  out += "\n  the first difference of " + (changes.people > changes.sample.size() ? "some of them" : std::string(changes.people == 1 ? "that person" : "each")) + "\n";
  for (const DecisionChanges::First& first : changes.sample) {
    out += "    there: " + (first.before.empty() ? "nothing" : first.before) + "\n";
    out += "    here:  " + (first.after.empty() ? "nothing" : first.after) + "\n\n";
  }
  if (!changes.sample.empty()) out.pop_back();
  return out;
}

}  // namespace wend
