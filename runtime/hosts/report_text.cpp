// Reports as people read them, and as programs do.
#include "runtime/abi/printable.h"
#include "runtime/abi/text_format.h"
#include "runtime/channels/json.h"
#include "runtime/hosts/report_run.h"
#include "runtime/hosts/summary_table.h"
#include "runtime/hosts/value_text.h"

namespace wend {
namespace {

using Align = SummaryTable::Align;

constexpr int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;

std::string count_text(uint64_t count) { return count == 0 ? "0" : with_separators(count); }

// In its two largest units.
std::string duration_text(int64_t micros) {
  const int64_t unit = micros >= kDay ? kHour : micros >= kHour ? kMinute : micros >= kMinute ? kSecond : kSecond / 1000;
  std::string text;
  append_duration(text, micros / unit * unit);
  return text;
}

void steps_text(const ReportResult& report, std::string& out) {
  SummaryTable table({{"", Align::left}, {"users"}, {"of the first"}, {"of the step before"}, {"half within"}, {"", Align::left}});
  const uint64_t first = report.steps.front().users;
  for (size_t i = 0; i < report.steps.size(); ++i) {
    const ReportResult::Step& step = report.steps[i];
    const std::string lead = i == 0 ? "" : "then ";
    table.row({lead + printable(step.text), count_text(step.users), percent_of(step.users, first), i == 0 ? "" : percent_of(step.users, report.steps[i - 1].users),
               step.median_us ? duration_text(*step.median_us) : "", bar_of(step.users, first, 24)});
  }
  table.append(out, 2);
}

void without_text(const ReportResult& report, std::string& out) {
  const Unfollowed::Counts& counts = *report.without;
  SummaryTable table({{"", Align::left}, {"users"}, {""}});
  table.row({printable(report.steps[0].text), count_text(counts.began), ""});
  table.row({"then not " + printable(report.steps[1].text), count_text(counts.without), percent_of(counts.without, counts.began)});
  table.row({"still open when the log ends", count_text(counts.open), percent_of(counts.open, counts.began)});
  table.row({"followed each time", count_text(counts.followed), percent_of(counts.followed, counts.began)});
  table.append(out, 2);
}

// The share with six places, as far as they say something.
std::string share(uint64_t part, uint64_t whole) {
  std::string out;
  if (whole > 0) append_decimal(out, static_cast<int64_t>((static_cast<unsigned __int128>(part) * 1'000'000 + whole / 2) / whole));
  return out;
}

std::string seconds(int64_t micros) {
  std::string out;
  append_seconds(out, micros);
  return out;
}

std::string or_null(std::string text) { return text.empty() ? "null" : text; }

void csv_row(std::string& out, const ReportResult& report, const std::string& row, const std::string& event, uint64_t users, const std::string& rest) {
  append_csv_cell(out, report.name);
  out += "," + row + ",";
  append_csv_cell(out, event);
  out += "," + std::to_string(users) + "," + rest + "\n";
}

}  // namespace

std::string render_text(const ReportsResult& result) {
  std::string out = result.project + ": " + plural(result.events, "event", "events") + " of " + plural(result.users, "user", "users");
  if (result.events > 0) {
    const std::string first = format_date(to_local(*result.zone, result.first_at).day), last = format_date(to_local(*result.zone, result.last_at).day);
    out += first == last ? ", on " + first : ", " + first + " to " + last;
  }
  out += "\n";
  for (const ReportResult& report : result.reports) {
    out += "\n" + report.name + ", within ";
    append_duration(out, report.within_us);
    out += "\n";
    if (report.without) without_text(report, out);
    else steps_text(report, out);
  }
  return out;
}

std::string render_csv(const ReportsResult& result) {
  std::string out = "report,row,event,users,of_first,of_before,median_seconds\n";
  for (const ReportResult& report : result.reports) {
    if (report.without) {
      const Unfollowed::Counts& counts = *report.without;
      csv_row(out, report, "began", report.steps[0].text, counts.began, ",,");
      csv_row(out, report, "without", report.steps[1].text, counts.without, share(counts.without, counts.began) + ",,");
      csv_row(out, report, "open", report.steps[1].text, counts.open, share(counts.open, counts.began) + ",,");
      csv_row(out, report, "followed", report.steps[1].text, counts.followed, share(counts.followed, counts.began) + ",,");
      continue;
    }
    for (size_t i = 0; i < report.steps.size(); ++i) {
      const ReportResult::Step& step = report.steps[i];
      const std::string before = i == 0 ? "" : share(step.users, report.steps[i - 1].users);
      csv_row(out, report, std::to_string(i + 1), step.text, step.users, share(step.users, report.steps[0].users) + "," + before + "," + (step.median_us ? seconds(*step.median_us) : ""));
    }
  }
  return out;
}

std::string render_json(const ReportsResult& result) {
  JsonText out;
  const auto number = [&out](std::string_view key, uint64_t value) { out.key(key).raw(std::to_string(value)); };
  const auto instant = [&](int64_t at) { return result.events > 0 ? "\"" + format_instant(at) + "\"" : std::string("null"); };
  out.open('{').pair("schema", "wend.report/1").pair("project", result.project);
  number("events", result.events);
  number("users", result.users);
  number("duplicates", result.duplicates);
  number("rejected", result.rejected);
  out.key("from").raw(instant(result.first_at)).key("to").raw(instant(result.last_at)).key("reports").open('[');
  for (const ReportResult& report : result.reports) {
    out.open('{').pair("report", report.name).pair("kind", "funnel").key("within_seconds").raw(seconds(report.within_us)).key("steps").open('[');
    for (size_t i = 0; i < report.steps.size(); ++i) {
      const ReportResult::Step& step = report.steps[i];
      out.open('{').pair("step", step.text);
      if (!report.without) {
        number("users", step.users);
        out.key("of_first").raw(or_null(share(step.users, report.steps[0].users)));
        out.key("of_before").raw(i == 0 ? "null" : or_null(share(step.users, report.steps[i - 1].users)));
        out.key("median_seconds").raw(step.median_us ? seconds(*step.median_us) : "null");
      }
      out.close('}');
    }
    out.close(']').key("without");
    if (report.without) {
      out.open('{');
      number("began", report.without->began);
      number("without", report.without->without);
      number("open", report.without->open);
      number("followed", report.without->followed);
      out.close('}');
    } else {
      out.raw("null");
    }
    out.close('}');
  }
  return out.close(']').close('}').str() + "\n";
}

}  // namespace wend
