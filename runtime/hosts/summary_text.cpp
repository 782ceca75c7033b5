// The end of a run as a marketer reads it in half a minute: who was there, what was left out, where people are now, what
// journeys and messages did. What is zero is not shown.
#include <algorithm>

#include "runtime/abi/printable.h"
#include "runtime/hosts/batch.h"
#include "runtime/hosts/summary_table.h"

namespace wend {
namespace {

using Align = SummaryTable::Align;
using Counts = std::vector<std::pair<std::string, uint64_t>>;

constexpr size_t kBar = 24;
constexpr size_t kNamesShown = 8;
constexpr size_t kLineCharacters = 110;

Counts largest_first(const std::map<std::string, uint64_t>& counts) {
  Counts sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

std::string cut(const std::string& given) {
  const std::string text = printable(given);
  if (text.size() <= kLineCharacters) return text;
  size_t end = kLineCharacters;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

class Report {
 public:
  Report(const Module& module, const Summary& summary) : module_(module), s_(summary) {}

  std::string render() {
    head();
    events();
    left_out();
    for (const ModuleStates& states : module_.states) population(states);
    effects();
    journeys();
    messages();
    experiments();
    return std::move(out_);
  }

 private:
  void title(const std::string& text) { out_ += "\n" + text + "\n"; }

  void head() {
    out_ += module_.project + ": " + plural(s_.events, "event", "events") + " of " + plural(s_.users, "user", "users");
    if (s_.events > 0) {
      const std::string first = format_date(to_local(*module_.zone, s_.first_at).day);
      const std::string last = format_date(to_local(*module_.zone, s_.last_at).day);
      out_ += first == last ? ", on " + first : ", " + first + " to " + last;
    }
    out_ += "\n";
  }

  void events() {
    if (s_.events_by_name.empty()) return;
    SummaryTable table({{"", Align::left}, {}, {}, {"", Align::left}});
    uint64_t most = 0;
    for (const auto& [name, count] : s_.events_by_name) most = std::max(most, count);
    for (const auto& [name, count] : largest_first(s_.events_by_name)) {
      table.row({name, with_separators(count), percent_of(count, s_.events), s_.events_by_name.size() > 1 ? bar_of(count, most, kBar) : ""});
    }
    title("events");
    table.append(out_, 2);
  }

  void left_out() {
    SummaryTable table({{"", Align::left}, {}, {"", Align::left}});
    const auto row = [&table](const char* what, uint64_t count, const std::string& note = {}) {
      if (count > 0) table.row({what, with_separators(count), note});
    };
    const uint64_t lines = s_.events + s_.rejected + s_.duplicates + s_.unknown_events + s_.aliases + s_.not_handled;
    row("rejected events", s_.rejected, percent_of(s_.rejected, lines) + " of all lines");
    row("duplicates", s_.duplicates, "the same user and message id");
    row("undeclared events", s_.unknown_events, "the program has no event of that name");
    row("undeclared traits", s_.unknown_traits);
    row("undeclared properties", s_.unknown_properties);
    row("traits of a wrong type", s_.bad_traits, "the attribute was left as it was");
    row("group calls", s_.not_handled, "not handled yet");
    row("late events", s_.late, "counted, but they enter nothing");
    row("users merged", s_.merged, "into another, of whom they turned out to be a part");
    row("identities moved", s_.unmerged, "to another user, without merging the two");
    row("list entries past 50", s_.list_entries_dropped, "a list or a set keeps its first 50");
    row("values dropped", s_.values_dropped, "the oldest, past what a `distinct` or a `most frequent` keeps");
    row("open values dropped", s_.open_dropped, "the oldest, past what a `matching` keeps");
    row("events not raised", s_.raised_dropped, "more than 8 deep, or more than 256 at one input");
    row("sets refused", s_.sets_refused, "they would have given a consent or an address");
    row("results out of range", s_.saturations, "cut to the largest whole number");
    if (table.empty()) return;
    title("left out, or worth a look");
    table.append(out_, 2);
    reasons();
  }

  void reasons() {
    list("why rejected", largest_first(s_.rejected_by_reason));
    if (!s_.rejected_examples.empty()) {
      out_ += "\n  the first of them\n";
      for (const std::string& example : s_.rejected_examples) out_ += "    " + cut(example) + "\n";
    }
    list("what is undeclared", largest_first(s_.unknown_by_name));
  }

  void list(const char* heading, const Counts& counts) {
    if (counts.empty()) return;
    SummaryTable table({{}, {"", Align::left}});
    for (size_t i = 0; i < counts.size() && i < kNamesShown; ++i) table.row({with_separators(counts[i].second), cut(counts[i].first)});
    out_ += std::string("\n  ") + heading + "\n";
    table.append(out_, 4);
    if (counts.size() > kNamesShown) out_ += "    and " + plural(counts.size() - kNamesShown, "other", "others") + "\n";
  }

  // States in the order of the program, which is what they mean.
  void population(const ModuleStates& states) {
    const auto found = s_.states.find(states.name);
    if (found == s_.states.end() || found->second.population.empty()) return;
    const auto& people = found->second.population;
    uint64_t all = 0, most = 0;
    for (const auto& [name, count] : people) all += count, most = std::max(most, count);
    SummaryTable table({{"", Align::left}, {}, {}, {"", Align::left}});
    for (const std::string& name : states.names) {
      const auto count = people.find(name);
      if (count != people.end()) table.row({name, with_separators(count->second), percent_of(count->second, all), bar_of(count->second, most, kBar)});
    }
    title(states.name + ", at the end");
    table.append(out_, 2);
    moves(states, found->second);
  }

  void moves(const ModuleStates& states, const Summary::States& counts) {
    SummaryTable table({{}, {"", Align::left}});
    for (const std::string& from : states.names) {
      for (const std::string& to : states.names) {
        const auto count = counts.moves.find({from, to});
        if (count != counts.moves.end()) table.row({with_separators(count->second), from + " → " + to});
      }
    }
    if (table.empty()) return;
    out_ += "\n  moves on the way\n";
    table.append(out_, 4);
  }

  void effects() {
    counts("signals and emitted events", s_.raised);
    counts("attributes set", s_.sets);
    counts("hooks called", s_.calls);
  }

  void counts(const char* heading, const std::map<std::string, uint64_t>& by_name) {
    SummaryTable table({{"", Align::left}, {}});
    for (const auto& [name, count] : largest_first(by_name)) table.row({name, with_separators(count)});
    if (table.empty()) return;
    title(heading);
    table.append(out_, 2);
  }

  void journeys() {
    static constexpr const char* kOutcomes[] = {"goal", "exit", "finished", "left", "merged", "removed"};
    SummaryTable table({{"", Align::left}, {"entered"}, {"inside"}, {"goal"}, {""}, {"exit"}, {"finished"}, {"left"}, {"merged"}, {"removed"}, {"goal later"}, {"refused"}});
    for (const auto& [name, journey] : s_.journeys) {
      if (journey.entered == 0) continue;
      std::vector<std::string> cells = {name, with_separators(journey.entered), with_separators(journey.inside)};
      for (const char* outcome : kOutcomes) {
        const auto count = journey.left.find(outcome);
        const uint64_t left = count == journey.left.end() ? 0 : count->second;
        cells.push_back(with_separators(left));
        if (outcome == std::string_view("goal")) cells.push_back(percent_of(left, journey.entered));
      }
      cells.push_back(with_separators(journey.goals_later));
      cells.push_back(with_separators(journey.refused));
      table.row(std::move(cells));
    }
    if (table.empty()) return;
    title("journeys");
    table.append(out_, 2);
  }

  void messages() {
    SummaryTable table({{"", Align::left}, {"sent"}, {"deferred"}, {"suppressed"}, {"because of", Align::left}});
    for (const auto& [name, channel] : s_.channels) {
      uint64_t suppressed = 0;
      std::string reasons;
      for (const auto& [reason, count] : largest_first(channel.suppressed)) {
        suppressed += count;
        reasons += (reasons.empty() ? "" : ", ") + reason + " " + with_separators(count);
      }
      table.row({name, with_separators(channel.sent), with_separators(channel.deferred), with_separators(suppressed), reasons});
    }
    if (table.empty()) return;
    title("messages");
    table.append(out_, 2);
  }

  void experiments() {
    for (const ModuleExperiment& experiment : module_.experiments) {
      const auto found = s_.exposures.find(experiment.name);
      if (found == s_.exposures.end()) continue;
      uint64_t all = 0;
      for (const auto& [variant, count] : found->second) all += count;
      SummaryTable table({{"", Align::left}, {}, {}});
      for (const std::string& variant : experiment.variants) {
        const auto count = found->second.find(variant);
        if (count != found->second.end()) table.row({variant, with_separators(count->second), percent_of(count->second, all)});
      }
      title("experiment " + experiment.name + ", users exposed");
      table.append(out_, 2);
    }
  }

  const Module& module_;
  const Summary& s_;
  std::string out_;
};

}  // namespace

std::string render_summary(const Module& module, const Summary& summary) { return Report(module, summary).render(); }

}  // namespace wend
