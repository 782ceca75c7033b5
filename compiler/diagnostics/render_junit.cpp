// JUnit's XML as the readers of GitLab, Jenkins and GitHub's reporters take it.
#include <fmt/format.h>

#include <vector>

#include "compiler/diagnostics/ci_formats.h"
#include "runtime/abi/utf8.h"

namespace wend {

namespace {

// What XML 1.0 forbids becomes U+FFFD; a line end inside an attribute would be read as a blank.
std::string escaped(std::string_view text, bool attribute) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const Scalar scalar = read_scalar(text, at);
    at += scalar.size;
    const uint32_t value = scalar.value;
    const bool blank = value == '\t' || value == '\n' || value == '\r';
    if (value == '&') out += "&amp;";
    else if (value == '<') out += "&lt;";
    else if (value == '>') out += "&gt;";
    else if (attribute && value == '"') out += "&quot;";
    else if (blank && (attribute || value == '\r')) out += fmt::format("&#{};", value);
    else if ((value < 0x20 && !blank) || value == 0xFFFE || value == 0xFFFF) append_scalar(out, kReplacement);
    else append_scalar(out, value);
  }
  return out;
}

std::string attribute(const char* name, std::string_view value) { return fmt::format(" {}=\"{}\"", name, escaped(value, true)); }

std::string seconds(int64_t micros) { return fmt::format("{}.{:03}", micros / 1'000'000, micros / 1'000 % 1'000); }

struct Counts {
  size_t tests = 0, failures = 0, errors = 0;
  int64_t time_us = 0;
  void add(const JunitCase& each) {
    ++tests;
    failures += each.result == JunitCase::Result::failed;
    errors += each.result == JunitCase::Result::error;
    time_us += each.time_us;
  }
  std::string text() const {
    return fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" time=\"{}\"", tests, failures, errors, seconds(time_us));
  }
};

void append_case(std::string& out, const JunitCase& each) {
  out += "    <testcase" + attribute("classname", each.classname) + attribute("name", each.name);
  if (!each.file.empty()) out += attribute("file", each.file);
  if (each.line > 0) out += fmt::format(" line=\"{}\"", each.line);
  out += attribute("time", seconds(each.time_us));
  if (each.result == JunitCase::Result::passed && each.said.empty()) {
    out += "/>\n";
    return;
  }
  out += ">\n";
  if (each.result != JunitCase::Result::passed) {
    const char* tag = each.result == JunitCase::Result::failed ? "failure" : "error";
    out += fmt::format("      <{}{}{}>{}</{}>\n", tag, attribute("type", each.type), attribute("message", each.message), escaped(each.body, false), tag);
  }
  if (!each.said.empty()) out += "      <system-out>" + escaped(each.said, false) + "</system-out>\n";
  out += "    </testcase>\n";
}

}  // namespace

std::string render_junit(std::string_view name, std::span<const JunitCase> cases) {
  Counts all;
  std::vector<std::string_view> suites;
  for (const JunitCase& each : cases) {
    all.add(each);
    bool known = false;
    for (const std::string_view suite : suites) known |= suite == each.suite;
    if (!known) suites.push_back(each.suite);
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", name) + all.text() + ">\n";
  for (const std::string_view suite : suites) {
    Counts counts;
    std::string inside;
    for (const JunitCase& each : cases) {
      if (each.suite != suite) continue;
      counts.add(each);
      append_case(inside, each);
    }
    out += "  <testsuite" + attribute("name", suite) + counts.text() + ">\n" + inside + "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace wend
