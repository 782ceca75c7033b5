// The renderers for programs, exactly; the page of a code; the summary.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "compiler/diagnostics/codes.h"
#include "compiler/diagnostics/render.h"

using namespace wend;

namespace {

struct Example {
  Sources sources;
  Diagnostics diagnostics;

  Example() {
    sources.add("measures.wend", "# \xC3\xA5\nmeasure x = count of play where playd\n");
    sources.add("b/other.wend", "event play { played duration }\n");
    // line 2 begins at byte 5, `playd` at byte 37
    diagnostics.report(Code::file_unreadable, {0, 37, 42}, "playd", "no \"such\"\tproperty")
        .label("unknown here")
        .also({1, 13, 19}, "nearest")
        .note("`play` has played")
        .help("did you mean `played`?")
        .fix("write `played`", {0, 37, 42}, "played");
    diagnostics.report(Code::allow_unused, {0, 0, 1}, "W0001").fix("take it away", {0, 0, 4}, "", false);
    diagnostics.report(Code::project_missing, {kNoFile, 0, 0}, "shop");
    diagnostics.finish(sources);
  }
};

}  // namespace

TEST_CASE("short: a line each, columns in scalar values") {
  const Example e;
  CHECK(render_short(e.diagnostics, e.sources) ==
        ".:1:1: error[E0001]: no `project.wend` in `shop` or any folder above it\n"
        "measures.wend:1:1: warning[W0002]: `wend:allow W0001` silences nothing here\n"
        "measures.wend:2:33: error[E0002]: `playd` cannot be read: no \"such\" property\n");
}

TEST_CASE("short: a message never breaks its line or the terminal") {
  Sources sources;
  sources.add("a\nb.wend", "x");
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, {0, 0, 1}, "a\r\nb", "\x1b[31m \xE2\x80\xAE\xFF");
  CHECK(render_short(diagnostics, sources) ==
        "a b.wend:1:1: error[E0002]: `a\xEF\xBF\xBD b` cannot be read: \xEF\xBF\xBD[31m \xEF\xBF\xBD\xEF\xBF\xBD\n");
}

TEST_CASE("json: the schema, exactly") {
  const Example e;
  const std::string expected =
      R"({"schema":"wend.diagnostics/1","diagnostics":[)"
      "\n"
      R"({"code":"E0001","severity":"error","message":"no `project.wend` in `shop` or any folder above it","spans":[],)"
      R"("notes":[],"help":[],"fixes":[],"url":"u/E0001"},)"
      "\n"
      R"({"code":"W0002","severity":"warning","message":"`wend:allow W0001` silences nothing here",)"
      R"("spans":[{"file":"measures.wend","start":{"line":1,"col":1,"byte":0},"end":{"line":1,"col":2,"byte":1},"label":"","primary":true}],)"
      R"("notes":[],"help":[],"fixes":[{"title":"take it away","applicability":"review",)"
      R"("edits":[{"file":"measures.wend","start":{"line":1,"col":1,"byte":0},"end":{"line":1,"col":4,"byte":4},"text":""}]}],"url":"u/W0002"},)"
      "\n"
      R"({"code":"E0002","severity":"error","message":"`playd` cannot be read: no \"such\"\tproperty",)"
      R"("spans":[{"file":"measures.wend","start":{"line":2,"col":33,"byte":37},"end":{"line":2,"col":38,"byte":42},"label":"unknown here","primary":true},)"
      R"({"file":"b/other.wend","start":{"line":1,"col":14,"byte":13},"end":{"line":1,"col":20,"byte":19},"label":"nearest","primary":false}],)"
      R"("notes":["`play` has played"],"help":["did you mean `played`?"],)"
      R"("fixes":[{"title":"write `played`","applicability":"safe","edits":[{"file":"measures.wend","start":{"line":2,"col":33,"byte":37},)"
      R"("end":{"line":2,"col":38,"byte":42},"text":"played"}]}],"url":"u/E0002"})"
      "\n"
      R"(],"summary":{"errors":2,"warnings":1,"files":2}})"
      "\n";
  CHECK(render_json(e.diagnostics, e.sources, {.url_base = "u/"}) == expected);
}

TEST_CASE("json: what is written is JSON whatever the program holds") {
  Sources sources;
  sources.add("a\".wend", std::string("\xFF\0\n\"", 4));
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, {0, 0, 4'000'000'000u}, std::string("\xC3", 1), std::string("\0\x01\\", 3))
      .label("\xF0\x9F")
      .note("\n");
  diagnostics.report(Code::file_unreadable, {0, 9, 2}, "", "");
  const auto parsed = nlohmann::json::parse(render_json(diagnostics, sources));
  CHECK(parsed["diagnostics"].size() == 2);
  CHECK(parsed["diagnostics"][0]["spans"][0]["file"] == "a\".wend");
  CHECK(parsed["diagnostics"][0]["spans"][0]["end"]["byte"] == 4);
}

TEST_CASE("json: nothing found") {
  CHECK(render_json(Diagnostics(), Sources()) ==
        "{\"schema\":\"wend.diagnostics/1\",\"diagnostics\":[],\"summary\":{\"errors\":0,\"warnings\":0,\"files\":0}}\n");
}

TEST_CASE("the page of a code") {
  CHECK(render_page(*find_code("W0002")) == R"(warning[W0002]: `wend:allow …` silences nothing here

An allowance that no longer meets its warning would hide the next one that
appears at this place.

doubtful:

    # wend:allow W0001: the spring campaign ends in May

better:

    # the spring campaign ends in May
)");
  const std::string page = render_page(*find_code("E0001"), {.colour = true});
  CHECK(page.starts_with("\x1b[1;31merror[E0001]\x1b[0m: no `project.wend` in `…`"));
  CHECK(page.find("wrong:\n\n    $ wend check ~/downloads\n\nbetter:\n\n    $ wend new shop\n    $ wend check shop\n") !=
        std::string::npos);
}

TEST_CASE("the summary counts in the right number") {
  Diagnostics diagnostics;
  CHECK(render_summary(diagnostics).empty());
  diagnostics.report(Code::allow_unused, {0, 0, 1}, "x");
  CHECK(render_summary(diagnostics) == "1 warning");
  diagnostics.report(Code::file_unreadable, {0, 0, 1}, "x", "y");
  diagnostics.report(Code::file_unreadable, {0, 1, 2}, "x", "y");
  CHECK(render_summary(diagnostics) == "2 errors, 1 warning");
}
