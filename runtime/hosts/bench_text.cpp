// The figures as people read them, and as programs do.
#include <cmath>
#include <cstdio>

#include "runtime/abi/printable.h"
#include "runtime/channels/json.h"
#include "runtime/hosts/bench.h"
#include "runtime/hosts/summary_table.h"

namespace wend {
namespace {

using Align = SummaryTable::Align;

std::string fixed(double value, int decimals) {
  char text[64];
  snprintf(text, sizeof text, "%.*f", decimals, std::isfinite(value) ? value : 0.0);
  return text;
}

// "0.4 ns", "85 ns", "1.2 µs", "3.5 ms".
std::string span_of(double ns) {
  if (std::abs(ns) < 9.95) return fixed(ns, 1) + " ns";
  if (std::abs(ns) < 999.5) return fixed(ns, 0) + " ns";
  if (std::abs(ns) < 999'500) return fixed(ns / 1e3, 1) + " µs";
  return fixed(ns / 1e6, 1) + " ms";
}

std::string whole(double value) { return value < 0.5 ? "0" : with_separators(static_cast<uint64_t>(value + 0.5)); }
std::string shown(uint64_t count) { return count == 0 ? "0" : with_separators(count); }

class Text {
 public:
  explicit Text(const BenchReport& report) : r_(report), f_(report.figures) {}

  std::string run() {
    head();
    rules();
    stream();
    more();
    bytes();
    return std::move(out_);
  }

 private:
  SummaryTable table() const { return SummaryTable({{"", Align::left}, {""}, {"", Align::left}}); }
  void section(const std::string& title, const std::string& explained, const SummaryTable& table) {
    out_ += "\n" + title + "\n";
    table.append(out_, 2);
    out_ += "  " + explained + "\n";
  }

  void head() {
    out_ += r_.project + ": " + plural(f_.stream.events, "event", "events") + " of " + plural(f_.stream.users, "user", "users");
    out_ += r_.made_up ? ", made up from the events it declares\n" : "\n";
    out_ += "one core, in memory; " + plural(static_cast<uint64_t>(f_.rounds), "round", "rounds") + ", the median of them\n";
    if (r_.more_events) out_ += "there were more events: the first " + with_separators(r_.events) + " are used\n";
    if (f_.cut) out_ += "a round ended after its time, with " + with_separators(f_.stream.events) + " of " + with_separators(r_.events) + " events\n";
    if (r_.ignored > 0) out_ += plural(r_.ignored, "line means", "lines mean") + " nothing to the program\n";
    if (r_.rejected > 0) out_ += plural(r_.rejected, "event was rejected", "events were rejected") + ": " + r_.first_rejection + "\n";
  }

  void rules() {
    const BenchRules& rules = f_.rules;
    SummaryTable rows = table();
    const uint64_t all = rules.states + rules.audiences + rules.watches;
    if (all == 0) {
      out_ += "\nrules\n  the project has no states, no audience, and no journey with `enter when` or `exit when`\n";
      return;
    }
    rows.row({"evaluations a second", whole(rules.per_second)});
    rows.row({"one evaluation", span_of(rules.ns)});
    rows.row({"rules", shown(all), std::to_string(rules.states) + " of states, " + plural(rules.audiences, "audience", "audiences") + ", " + plural(rules.watches, "watched condition", "watched conditions")});
    section("rules", "each asked of " + plural(rules.users, "user", "users") + ", one behind the other; states up to the first rule that holds", rows);
  }

  void stream() {
    const BenchStream& stream = f_.stream;
    SummaryTable rows = table();
    rows.row({"half of them within", span_of(stream.p50), "p50"});
    rows.row({"99 of 100 within", span_of(stream.p99), "p99"});
    rows.row({"all within", span_of(stream.max)});
    rows.row({"on average", span_of(stream.read + stream.decide), span_of(stream.read) + " reading, " + span_of(stream.decide) + " deciding"});
    rows.row({"events a second", whole(stream.events_per_second), "with " + plural(stream.timers, "user", "users") + " woken by timers in between"});
    section("from an event to its decisions", "from the line of JSON to the lines of " + plural(stream.decisions, "decision", "decisions") + "; no disk and no network is in it", rows);
  }

  void more() {
    const BenchMore& more = f_.more;
    if (more.rules == 0) {
      out_ += "\none more rule\n  no rule could be added to this project to measure it\n";
      return;
    }
    SummaryTable rows = table();
    rows.row({"an event that touches it", span_of(more.touching_ns), shown(more.touching) + " of them"});
    if (more.others > 0) rows.row({"any other event", span_of(more.others_ns), shown(more.others) + " of them"});
    rows.row({"all events, timers with them", span_of(more.all_ns), "an event"});
    rows.row({"bytes of a user at rest", fixed(more.bytes_at_rest, 1)});
    rows.row({"bytes of a user at hand", fixed(more.bytes_at_hand, 1)});
    section("one more rule", "a hundredth of what " + std::to_string(more.rules) + " more journeys cost that `enter when " + r_.added + "`" +
            (more.decisions > 0 ? "; they made " + plural(more.decisions, "decision", "decisions") : "") + "; less than nothing is noise", rows);
  }

  void bytes() {
    SummaryTable rows = table();
    rows.row({"on average", whole(f_.bytes.mean)});
    rows.row({"half of them within", shown(f_.bytes.p50), "p50"});
    rows.row({"99 of 100 within", shown(f_.bytes.p99), "p99"});
    rows.row({"at most", shown(f_.bytes.max)});
    rows.row({"by `wend check --cost`", shown(r_.cost_fixed), "at hand from the first input on; " + shown(r_.cost_at_most) + " at every bound"});
    constexpr size_t kPartsShown = 6;
    double others = 0;
    for (size_t i = 0; i < f_.bytes.parts.size(); ++i) {
      if (i >= kPartsShown) others += f_.bytes.parts[i].mean;
      else rows.row({i == 0 ? "of them on average" : "", fixed(f_.bytes.parts[i].mean, 1), printable(f_.bytes.parts[i].what)});
    }
    if (others > 0) rows.row({"", fixed(others, 1), "all else"});
    section("bytes of a user", "at rest, packed as the store keeps them, texts with them; `--cost` counts memory, without texts", rows);
  }

  const BenchReport& r_;
  const BenchFigures& f_;
  std::string out_;
};

}  // namespace

std::string render_text(const BenchReport& report) { return Text(report).run(); }

std::string render_json(const BenchReport& r) {
  const BenchFigures& f = r.figures;
  JsonText out;
  const auto count = [&out](const char* key, uint64_t value) { out.key(key).raw(std::to_string(value)); };
  const auto figure = [&out](const char* key, double value) { out.key(key).raw(fixed(value, 3)); };
  const auto truth = [&out](const char* key, bool value) { out.key(key).raw(value ? "true" : "false"); };
  out.open('{').pair("schema", "wend.bench/1").pair("project", r.project);
  count("rounds", static_cast<uint64_t>(f.rounds));
  out.key("events").open('{');
  truth("made_up", r.made_up);
  count("used", f.stream.events);
  truth("more", r.more_events || f.cut);
  count("ignored", r.ignored);
  count("rejected", r.rejected);
  out.close('}').key("rules").open('{');
  count("states", f.rules.states);
  count("audiences", f.rules.audiences);
  count("watches", f.rules.watches);
  count("users", f.rules.users);
  count("evaluations", f.rules.evaluations);
  figure("evaluation_ns", f.rules.ns);
  figure("evaluations_per_second", f.rules.per_second);
  out.close('}').key("latency").open('{');
  figure("p50_ns", f.stream.p50);
  figure("p99_ns", f.stream.p99);
  figure("max_ns", f.stream.max);
  figure("read_ns", f.stream.read);
  figure("decide_ns", f.stream.decide);
  figure("events_per_second", f.stream.events_per_second);
  count("users", f.stream.users);
  count("decisions", f.stream.decisions);
  count("woken_by_timers", f.stream.timers);
  out.close('}').key("one_more_rule");
  if (f.more.rules == 0) {
    out.raw("null");
  } else {
    out.open('{').pair("enter_when", r.added);
    count("rules_added", f.more.rules);
    count("touching_events", f.more.touching);
    figure("touching_ns", f.more.touching_ns);
    count("other_events", f.more.others);
    figure("other_ns", f.more.others_ns);
    figure("event_ns", f.more.all_ns);
    figure("bytes_at_rest", f.more.bytes_at_rest);
    figure("bytes_at_hand", f.more.bytes_at_hand);
    count("decisions", f.more.decisions);
    out.close('}');
  }
  out.key("bytes_per_user").open('{');
  figure("mean", f.bytes.mean);
  count("p50", f.bytes.p50);
  count("p99", f.bytes.p99);
  count("max", f.bytes.max);
  count("cost_fixed", r.cost_fixed);
  count("cost_at_most", r.cost_at_most);
  out.key("parts").open('[');
  for (const UserBytes::Part& part : f.bytes.parts) {
    out.open('{').pair("what", part.what);
    figure("mean", part.mean);
    out.close('}');
  }
  out.close(']');
  return out.close('}').close('}').str() + "\n";
}

}  // namespace wend
