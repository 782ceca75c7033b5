// Which written name means which declaration.
#include <catch2/catch.hpp>

#include "compiler/sema/uses.h"
#include "tests/unit/sema/project.h"

using namespace wend;

namespace {

// One file, read with its index of names.
struct Indexed {
  Sources sources;
  Diagnostics diagnostics;
  std::vector<ast::File> files;
  Uses uses;
  Program program;

  explicit Indexed(const std::vector<sema_test::File>& all) {
    for (const auto& file : all) files.push_back(parse(sources, sources.add(file.path, file.text), diagnostics));
    const ReadFile none = [](const std::string&) { return std::nullopt; };
    Analysis analysis = analyze(sources, files, none, diagnostics, {}, &uses);
    program = std::move(analysis.program);
    check_templates(program, analysis.templates, sources, none, diagnostics, &uses);
    uses.finish();
  }

  uint32_t place(std::string marked, uint32_t file = 0) const {
    const size_t bar = marked.find('|');
    marked.erase(bar, 1);
    const size_t at = sources.file(file).text().find(marked);
    REQUIRE(at != std::string::npos);
    return static_cast<uint32_t>(at + bar);
  }
  // The line of each use of what stands at the bar, a declaration with a star.
  std::string lines(const std::string& marked, uint32_t file = 0) const {
    const auto found = uses.at(file, place(marked, file));
    if (found.empty()) return "";
    std::string out;
    for (const NameUse& use : uses.of(found[0].symbol))
      out += (out.empty() ? "" : " ") + std::to_string(use.span.file) + ":" + std::to_string(sources.file(use.span.file).position(use.span.begin).line) + (use.declares ? "*" : "");
    return out;
  }
};

const std::string kText = R"(project shop { time zone "UTC" }
profile { identity user_id
  plan one of free, premium = free
  name text? }
event play { genre text }
measure plays = count of play where genre is "jazz" in last 7 days
states mood ordered { evaluate daily at 04:00
  happy when plays >= 2
  sad otherwise }
audience good = plan is premium and mood is happy
channel mail { reaches user_id, content { subject text } }
protect all { categories news }
message hello { category news, with percent int
  mail { subject "{{ name | default: 'you' }} {{ plan }} {{ percent }}" } }
experiment e { variants { a, b } }
journey greet { enter on play where genre is "pop"
  step one { send hello by mail with percent: 3, go to two }
  step two { choose by experiment e { a { finish }, b { finish } } } }
)";

}  // namespace

TEST_CASE("every use of a name leads to its declaration, in programs and in templates") {
  const Indexed all({{"a.wend", kText}});
  CHECK(all.diagnostics.error_count() == 0);
  CHECK(all.lines("event pl|ay") == "0:5* 0:6 0:16");
  CHECK(all.lines("{ gen|re text") == "0:5* 0:6 0:16");
  CHECK(all.lines("when pla|ys") == "0:6* 0:8");
  CHECK(all.lines("na|me text?") == "0:4* 0:14");
  CHECK(all.lines("pl|an is premium") == "0:3* 0:10 0:14");
  CHECK(all.lines("is pre|mium") == "0:3* 0:10");
  CHECK(all.lines("mood is hap|py") == "0:8* 0:10");
  CHECK(all.lines("send hel|lo") == "0:13* 0:17");
  CHECK(all.lines("by ma|il") == "0:11* 0:14 0:17");
  CHECK(all.lines("mail { sub|ject \"") == "0:11* 0:14");
  CHECK(all.lines("per|cent: 3") == "0:13* 0:14 0:17");
  CHECK(all.lines("go to tw|o") == "0:17 0:18*");
  CHECK(all.lines("e { |a {") == "0:15* 0:18");
  CHECK(all.lines("category ne|ws") == "0:12* 0:13");
}

TEST_CASE("a word that is no name here is no use of the one that is called the same") {
  const Indexed all({{"a.wend", kText + "measure genre = count of play ever\nmeasure jazz = count of play where genre is \"x\" ever\n"}});
  CHECK(all.lines("measure gen|re") == "0:19*");   // inside a `where` it is the event's
}

TEST_CASE("a module used twice has its names once, in its own file") {
  const Indexed all({{"a.wend", kText + "use m as x with heard: play\nuse m as y with heard: play\n"}, {"m.wend", "module m { needs event heard }\nmeasure n = count of heard ever\nmeasure k = n + n\n"}});
  CHECK(all.lines("measure |n", 1) == "1:2* 1:3 1:3");
  for (const NameUse& use : all.uses.all()) CHECK(use.span.file < 2);
}
