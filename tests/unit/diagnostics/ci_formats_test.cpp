// The formats of CI, exactly: what GitHub, GitLab and Jenkins are told, and that nothing a program holds can break out of them.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "compiler/diagnostics/ci_formats.h"
#include "compiler/diagnostics/codes.h"

using namespace wend;
using nlohmann::json;

namespace {

struct Example {
  Sources sources;
  Diagnostics diagnostics;

  Example() {
    sources.add("measures.wend", "# \xC3\xA5\nmeasure x = count of play where playd\n");
    sources.add("b/other one.wend", "event play { played duration }\n");
    diagnostics.report(Code::file_unreadable, {0, 37, 42}, "playd", "no such property")
        .label("unknown here")
        .also({1, 13, 19}, "nearest")
        .note("`play` has played")
        .help("did you mean `played`?")
        .fix("write `played`", {0, 37, 42}, "played");
    diagnostics.report(Code::allow_unused, {0, 0, 8}, "W0001").fix("take it away", {0, 0, 5}, "", false);
    diagnostics.report(Code::project_missing, {kNoFile, 0, 0}, "shop");
    diagnostics.finish(sources);
  }

  std::vector<Finding> findings(std::string_view before = {}) const { return findings_of(diagnostics, sources, before); }
  json sarif(std::string_view before = {}) const {
    const std::vector<Finding> all = findings(before);
    return json::parse(render_sarif(all, rules_of(all), {"1.2.3", ""}));
  }
};

std::vector<Finding> many(size_t errors, size_t warnings) {
  std::vector<Finding> all;
  for (size_t i = 0; i < errors + warnings; ++i) {
    Finding& finding = all.emplace_back();
    finding.rule = i < warnings ? "W0002" : "E0002";
    finding.severity = i < warnings ? Severity::warning : Severity::error;
    finding.message = "finding " + std::to_string(i);
    finding.place = {"a.wend", {static_cast<uint32_t>(i + 1), 1}, {static_cast<uint32_t>(i + 1), 2}, ""};
  }
  return all;
}

size_t count(const std::string& text, const std::string& what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++found;
  return found;
}

}  // namespace

TEST_CASE("github: a command a finding, errors first, with places and what helps") {
  CHECK(render_github(Example().findings("shop/")) ==
        "::error title=E0001::no `project.wend` in `shop` or any folder above it\n"
        "::error file=shop/measures.wend,line=2,col=33,endLine=2,endColumn=38,title=E0002::`playd` cannot be read: no such property: unknown here"
        "%0A`play` has played%0Ahelp: did you mean `played`?\n"
        "::warning file=shop/measures.wend,line=1,endLine=2,title=W0002::`wend:allow W0001` silences nothing here%0Ahelp: take it away\n");
}

TEST_CASE("github: no text ends its command or its property") {
  std::vector<Finding> all = many(1, 0);
  all[0].place.file = "a,b:c%\n.wend";
  all[0].message = "100%\r\n::error::forged, a: b";
  CHECK(render_github(all) == "::error file=a%2Cb%3Ac%25%0A.wend,line=1,col=1,endLine=1,endColumn=2,title=E0002::100%25\xEF\xBF\xBD ::error::forged, a: b\n");
}

TEST_CASE("github: of many, the ten of each kind that are shown, and how many more there are") {
  const std::string text = render_github(many(12, 11), true);
  CHECK(count(text, "::error file") == 10);
  CHECK(count(text, "::warning file") == 10);
  CHECK(text.ends_with("::notice title=wend::+2 more errors, +1 more warning: the summary of the job lists them all\n"));
  CHECK(text.find("::warning") > text.rfind("::error"));
  CHECK(render_github(many(10, 10)).find("notice") == std::string::npos);
  CHECK(render_github(many(11, 0)).ends_with("::notice title=wend::+1 more error\n"));
}

TEST_CASE("github: the table of the summary has every finding, and no text of theirs is markup") {
  std::vector<Finding> all = many(1, 1);
  all[1].message = "a | b <img> *c* `d | <e>`";
  const std::string text = render_github_summary("wend check", all);
  CHECK(text ==
        "### wend check: 1 error, 1 warning\n\n| | where | what |\n|---|---|---|\n"
        "| error `E0002` | `a.wend:2:1` | a \\| b &lt;img> \\*c\\* `d \\| <e>` |\n"
        "| warning `W0002` | `a.wend:1:1` | finding 0 |\n\n");
  CHECK(render_github_summary("wend check", {}) == "### wend check: 0 errors, 0 warnings\n\n");
}

TEST_CASE("github: a summary never grows past what a step may write, and says what it leaves out") {
  const std::vector<Finding> all = many(400, 100);
  const std::string text = render_github_summary("wend check", all, 4096);
  CHECK(text.size() <= 4096);
  const size_t rows = count(text, "| error ");
  CHECK(rows > 10);
  CHECK(text.ends_with("\n+" + std::to_string(400 - rows) + " more errors, +100 more warnings\n\n"));
}

TEST_CASE("sarif: a run with its rules, places, fixes and the way to know a result again") {
  const json log = Example().sarif("my shop/");
  CHECK(log["version"] == "2.1.0");
  const json& run = log["runs"][0];
  CHECK(run["columnKind"] == "unicodeCodePoints");
  const json& driver = run["tool"]["driver"];
  CHECK(driver["name"] == "wend");
  CHECK(driver["semanticVersion"] == "1.2.3");
  REQUIRE(driver["rules"].size() == 3);
  CHECK(driver["rules"][1]["id"] == "E0002");
  CHECK(driver["rules"][1]["name"] == "FileUnreadable");
  CHECK(driver["rules"][2]["defaultConfiguration"]["level"] == "warning");
  const json& result = run["results"][2];
  CHECK(result["ruleId"] == "E0002");
  CHECK(driver["rules"][result["ruleIndex"].get<size_t>()]["id"] == "E0002");
  CHECK(result["message"]["text"] == "`playd` cannot be read: no such property: unknown here\n`play` has played\nhelp: did you mean `played`?");
  const json place = result["locations"][0]["physicalLocation"];
  CHECK(place["artifactLocation"]["uri"] == "my%20shop/measures.wend");
  CHECK(place["region"] == json::parse(R"({"startLine":2,"startColumn":33,"endLine":2,"endColumn":38})"));
  CHECK(result["relatedLocations"][0]["message"]["text"] == "nearest");
  CHECK(result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20shop/b/other%20one.wend");
  CHECK(result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "played");
  CHECK_FALSE(run["results"][1]["fixes"][0]["artifactChanges"][0]["replacements"][0].contains("insertedContent"));
}

TEST_CASE("sarif: what stands nowhere has a place all the same, since a log without one is refused") {
  const json place = Example().sarif()["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
  CHECK(place["artifactLocation"]["uri"] == "project.wend");
  CHECK(place["region"]["startColumn"] == 1);
}

TEST_CASE("sarif: the pages of rules are linked where the tool has a home") {
  const std::vector<Finding> all = Example().findings();
  const json driver = json::parse(render_sarif(all, rules_of(all), {"1.2.3", "https://wend.example/pages"}))["runs"][0]["tool"]["driver"];
  CHECK(driver["informationUri"] == "https://wend.example/pages");
  CHECK(driver["rules"][0]["helpUri"] == "https://wend.example/pages/E0001");
  CHECK_FALSE(Example().sarif()["runs"][0]["tool"]["driver"].contains("informationUri"));
}

TEST_CASE("sarif: a result is known again when its line moves, and two alike are told apart") {
  const auto print_of = [](const std::string& before) {
    Sources sources;
    sources.add("a.wend", before + "measure x = y\n  measure x = y\n");
    Diagnostics diagnostics;
    const auto at = static_cast<uint32_t>(before.size());
    diagnostics.report(Code::file_unreadable, {0, at, at + 7}, "x", "y");
    diagnostics.report(Code::file_unreadable, {0, at + 16, at + 23}, "x", "y");
    diagnostics.finish(sources);
    const std::vector<Finding> all = findings_of(diagnostics, sources);
    const json results = json::parse(render_sarif(all, rules_of(all), {"1", ""}))["runs"][0]["results"];
    return std::pair(results[0]["partialFingerprints"]["primaryLocationLineHash"].get<std::string>(), results[1]["partialFingerprints"]["primaryLocationLineHash"].get<std::string>());
  };
  const auto [first, second] = print_of("");
  CHECK(first.ends_with(":1"));
  CHECK(second == first.substr(0, first.size() - 1) + "2");
  CHECK(print_of("# a line more\n") == print_of(""));
}

TEST_CASE("sarif: what is written is JSON whatever the program holds") {
  Sources sources;
  sources.add("a\"\xFF.wend", std::string("\xFF\0\n\"", 4));
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, {0, 0, 4'000'000'000u}, std::string("\xC3", 1), std::string("\0\x01\\", 3)).label("\xF0\x9F").fix("\xFF", {0, 9, 2}, "\xFE");
  diagnostics.finish(sources);
  const std::vector<Finding> all = findings_of(diagnostics, sources);
  const json log = json::parse(render_sarif(all, rules_of(all), {"1", ""}));
  CHECK(log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%22%FF.wend");
}

TEST_CASE("junit: suites, cases and counts; what failed and what could not be run") {
  std::vector<JunitCase> cases(3);
  cases[0] = {JunitCase::Result::passed, "a.wend", "a", "well", "a.wend", 3, 12'345, "", "", "", ""};
  cases[1] = {JunitCase::Result::failed, "b.wend", "b", "not <well>", "b.wend", 0, 1'000'000, "expectation", "expected `a \"b\"`\nbut & so", "line 1\n]]> line 2", ""};
  cases[2] = {JunitCase::Result::error, "a.wend", "a", "broken", "a.wend", 9, 0, "E0001", "no", "", "said"};
  CHECK(render_junit("wend test", cases) ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"wend test\" tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\" time=\"1.012\">\n"
        "  <testsuite name=\"a.wend\" tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0.012\">\n"
        "    <testcase classname=\"a\" name=\"well\" file=\"a.wend\" line=\"3\" time=\"0.012\"/>\n"
        "    <testcase classname=\"a\" name=\"broken\" file=\"a.wend\" line=\"9\" time=\"0.000\">\n"
        "      <error type=\"E0001\" message=\"no\"></error>\n"
        "      <system-out>said</system-out>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "  <testsuite name=\"b.wend\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"1.000\">\n"
        "    <testcase classname=\"b\" name=\"not &lt;well&gt;\" file=\"b.wend\" time=\"1.000\">\n"
        "      <failure type=\"expectation\" message=\"expected `a &quot;b&quot;`&#10;but &amp; so\">line 1\n]]&gt; line 2</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
}

TEST_CASE("junit: what XML forbids never gets into it") {
  std::vector<JunitCase> cases(1);
  cases[0].suite = cases[0].name = std::string("a\0\x1b\x08\xFF\xEF\xBF\xBF" "b", 9);
  cases[0].said = "\x0c\r\n\t";
  const std::string text = render_junit("x", cases);
  CHECK(text.find("a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" "b") != std::string::npos);
  CHECK(text.find("<system-out>\xEF\xBF\xBD&#13;\n\t</system-out>") != std::string::npos);
}
