// A failed expectation is a finding at its line; a test is a case.
#include "compiler/cli/test_report.h"

#include <fmt/format.h>

#include <iterator>

#include "compiler/diagnostics/ci_formats.h"
#include "runtime/abi/printable.h"
#include "runtime/abi/text_format.h"
#include "runtime/abi/zones.h"

namespace wend::cli {

namespace {

constexpr const char* kRule = "expectation";
constexpr const char* kSarifRule = "T0001";   // readers of SARIF want letters and digits

// "journeys/win_back.wend" -> "journeys/win_back", which readers show as the class of a test.
std::string class_of(const std::string& file) { return file.ends_with(".wend") ? file.substr(0, file.size() - 5) : file; }

FindingRule rule() {
  return {kSarifRule, "Expectation", Severity::error, "an expectation of a test does not hold",
          "A test says what is expected of a user at an instant. What happened to the user instead is told with the finding.",
          "A test says what is expected of a user at an instant. What happened to the user instead is told with the finding.\n"};
}

std::string_view line_of(const Project& project, const std::string& file, uint32_t line) {
  for (uint32_t i = 0; i < project.sources().size(); ++i)
    if (project.sources().file(i).path() == file) return project.sources().file(i).line(line);
  return {};
}

void append_text(std::string& out, const char* key, std::string_view text) {
  out += fmt::format(",\"{}\":", key);
  append_json_string(out, text);
}

void append_test(std::string& out, const TestResult& result) {
  out += "{\"name\":";
  append_json_string(out, result.test->name);
  append_text(out, "file", result.test->file);
  fmt::format_to(std::back_inserter(out), R"(,"line":{},"outcome":"{}","expectations":{},"failures":[)", result.test->line, result.outcome.passed() ? "passed" : "failed",
                 result.outcome.expectations);
  bool first = true;
  for (const TestFailure& failure : result.outcome.failures) {
    const TestRange& at = failure.range;
    fmt::format_to(std::back_inserter(out), R"({}{{"start":{{"line":{},"col":{}}},"end":{{"line":{},"col":{}}},"at":"{}")", first ? "" : ",", at.line, at.column, at.end_line,
                   at.end_column, format_instant(failure.at_us));
    first = false;
    append_text(out, "expected", failure.expectation);
    append_text(out, "found", failure.found);
    out += '}';
  }
  out += ']';
  append_text(out, "timeline", result.outcome.timeline);
  out += '}';
}

}  // namespace

TestReport::TestReport(const Project& project, std::span<const TestResult> results, const Coverage* coverage, std::span<const ReportTarget> targets)
    : project_(project), results_(results), coverage_(coverage) {
  for (const TestResult& result : results) {
    failed_ += !result.outcome.passed();
    expectations_ += result.outcome.expectations;
  }
  findings_ = findings();
  if (tells_github(targets)) summarised_ = write_github_summary("wend test", findings_);
}

std::vector<Finding> TestReport::findings() const {
  const std::string before = way_to_project(project_.root());
  std::vector<Finding> all;
  for (const TestResult& result : results_) {
    for (const TestFailure& failure : result.outcome.failures) {
      Finding& finding = all.emplace_back();
      finding.rule = kRule;
      finding.message = "expected `" + failure.expectation + "`, but " + failure.found;
      finding.more.push_back("in the test \"" + result.test->name + "\"");
      std::string_view rest = result.outcome.timeline;
      for (size_t end; !rest.empty(); rest.remove_prefix(std::min(end + 1, rest.size()))) finding.more.emplace_back(rest.substr(0, end = std::min(rest.find('\n'), rest.size())));
      const TestRange& at = failure.range;
      finding.place = {before + result.test->file, {at.line, at.column}, {at.end_line, at.end_column}, ""};
      finding.line = line_of(project_, result.test->file, at.line);
    }
  }
  return all;
}

std::string TestReport::text(bool colour, bool quiet) const {
  std::string out;
  for (const TestResult& result : results_) {
    if (!result.outcome.passed()) out += (colour ? "\x1b[1;31mFAIL\x1b[0m  " : "FAIL  ") + render_failure(*result.test, result.outcome) + "\n";
    else if (!quiet) out += (colour ? "\x1b[32mok\x1b[0m    " : "ok    ") + result.test->name + "\n";
  }
  if (coverage_ && !quiet) out += (out.empty() ? "" : "\n") + render_coverage(*coverage_);
  return out;
}

std::string TestReport::summary() const {
  return plain_count(results_.size() - failed_, "test", "tests") + " passed" + (failed_ > 0 ? ", " + std::to_string(failed_) + " failed" : "") + ", " +
         plain_count(expectations_, "expectation", "expectations") + " looked at";
}

std::string TestReport::brief() const {
  std::string out;
  for (const TestResult& result : results_)
    for (const TestFailure& failure : result.outcome.failures)
      out += fmt::format("{}:{}:{}: error[{}]: {}\n", printable(result.test->file), failure.range.line, failure.range.column, kRule,
                         printable("expected `" + failure.expectation + "`, but " + failure.found));
  return out;
}

std::string TestReport::json() const {
  std::string out = "{\"schema\":\"wend.tests/1\",\"tests\":[";
  for (size_t i = 0; i < results_.size(); ++i) {
    out += i > 0 ? ",\n" : "\n";
    append_test(out, results_[i]);
  }
  out += results_.empty() ? "]" : "\n]";
  if (coverage_) out += ",\"coverage\":" + coverage_json(*coverage_);
  return out + fmt::format(",\"summary\":{{\"passed\":{},\"failed\":{},\"expectations\":{}}},\"tzdata\":\"{}\"}}\n", results_.size() - failed_, failed_, expectations_, tzdata_version());
}

std::string TestReport::junit() const {
  std::vector<JunitCase> cases;
  for (const TestResult& result : results_) {
    JunitCase& each = cases.emplace_back();
    each.suite = each.file = result.test->file;
    each.classname = class_of(result.test->file);
    each.name = result.test->name;
    each.line = result.test->line;
    each.time_us = result.time_us;
    if (result.outcome.passed()) continue;
    each.result = JunitCase::Result::failed;
    each.type = kRule;
    each.message = "expected " + result.outcome.failures.front().expectation + ", but " + result.outcome.failures.front().found;
    each.body = render_failure(*result.test, result.outcome);
  }
  return render_junit("wend test", cases);
}

std::string TestReport::sarif() const {
  std::vector<Finding> all = findings_;
  for (Finding& finding : all) finding.rule = kSarifRule;
  const FindingRule rules[] = {rule()};
  return render_sarif(all, std::span(rules, all.empty() ? 0 : 1), {WEND_VERSION, WEND_HOME});
}

std::string TestReport::in(const std::string& format) const {
  if (format == "short") return brief();
  if (format == "json") return json();
  if (format == "sarif") return sarif();
  if (format == "github") return render_github(findings_, summarised_);
  if (format == "junit") return junit();
  return text(false, false) + summary() + "\n";
}

}  // namespace wend::cli
