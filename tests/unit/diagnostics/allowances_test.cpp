// `# wend:allow W0123: reason`: which warnings an allowance silences, and what is said about a bad one.
#include <catch2/catch.hpp>

#include "compiler/diagnostics/codes.h"
#include "compiler/diagnostics/diagnostics.h"

using namespace wend;

namespace {

// The lines and codes left after a warning (W0004) at each "@" of the text, which itself is dropped from it.
std::vector<std::string> left(std::string text, const std::string& path = "a.wend") {
  Sources sources;
  Diagnostics diagnostics;
  for (size_t at; (at = text.find('@')) != std::string::npos;) {
    text.erase(at, 1);
    diagnostics.report(Code::allow_error, {0, static_cast<uint32_t>(at), static_cast<uint32_t>(at + 1)}, "probe");
  }
  sources.add(path, text);
  diagnostics.finish(sources);
  std::vector<std::string> ids;
  for (const Diagnostic& d : diagnostics.all()) {
    ids.push_back(std::to_string(sources.file(0).position(d.primary.span.begin).line) + " " + d.id());
  }
  if (ids.size() <= 100) CHECK(diagnostics.warning_count() == ids.size());
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("an allowance silences its own line") {
  CHECK(left("measure a = @b  # wend:allow W0004: as agreed\nmeasure c = @d\n") == Ids{"2 W0004"});
}

TEST_CASE("an allowance on a line of its own silences the next line of code") {
  CHECK(left("# wend:allow W0004: as agreed\n\n# more words\nmeasure a = @b\nmeasure c = @d\n") == Ids{"5 W0004"});
}

TEST_CASE("the code may be written in small letters, and several at once") {
  CHECK(left("@a # wend:allow w0004 : as agreed\n") == Ids{});
  CHECK(left("@a # wend:allow W0004, W0005: as agreed\n") == Ids{"1 W0002"});
  CHECK(left("@a #wend:allow W0005 W0004: as agreed\r\n") == Ids{"1 W0002"});
}

TEST_CASE("several allowances above one line all count") {
  CHECK(left("# wend:allow W0005: one\n# wend:allow W0004: two\n@a\n") == Ids{"1 W0002"});
}

TEST_CASE("an allowance reaches through the text that begins on its line") {
  const std::string text = "body \"\"\"\n  # wend:allow W0005: words of the text\n  @x\n\"\"\"\n@y\n";
  CHECK(left("# wend:allow W0004: as agreed\n" + text) == Ids{"6 W0004"});
  CHECK(left(text) == Ids{"3 W0004", "5 W0004"});
}

TEST_CASE("a hash inside a text is no comment") {
  CHECK(left("title \"a # wend:allow W0004: no\" @x\n") == Ids{"1 W0004"});
  CHECK(left("title \"{{ x | default: \"# wend:allow W0004: no\" }}\" @x\n") == Ids{"1 W0004"});
  CHECK(left("title \"a \\\" # wend:allow W0004: no\" @x\n") == Ids{"1 W0004"});
  CHECK(left("title \"never closed\n@x # wend:allow W0004: yes\n") == Ids{});
}

TEST_CASE("a reason is compulsory") {
  CHECK(left("@a # wend:allow W0004\n") == Ids{"1 W0004", "1 W0001"});
  CHECK(left("@a # wend:allow W0004:   \n") == Ids{"1 W0004", "1 W0001"});
  CHECK(left("@a # wend:allow W0004 as agreed\n") == Ids{"1 W0004", "1 W0001"});
}

TEST_CASE("what is allowed has to be a warning, and has to be there") {
  CHECK(left("# wend:allow W9999: x\n") == Ids{"1 W0003"});
  CHECK(left("# wend:allow E0001: x\n") == Ids{"1 W0004"});
  CHECK(left("# wend:allow W0004: x\n") == Ids{"1 W0002"});
  CHECK(left("a # wend:allow W0004: x\n@b\n") == Ids{"1 W0002", "2 W0004"});
  CHECK(left("# wend:allowed W0004\n# see wend:allow W9999\n") == Ids{"1 W0003"});
}

TEST_CASE("an allowance is not called unused while there are errors") {
  Sources sources;
  sources.add("a.wend", "# wend:allow W0004: x\nmeasure");
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, {0, 23, 24}, "a", "b");
  diagnostics.finish(sources);
  CHECK(diagnostics.all().size() == 1);
}

TEST_CASE("finishing twice is finishing once") {
  Sources sources;
  sources.add("a.wend", "x # wend:allow W0004: x\n# wend:allow W0004: y\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::allow_error, {0, 0, 1}, "probe");
  diagnostics.finish(sources);
  diagnostics.finish(sources);
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(diagnostics.all()[0].code == Code::allow_unused);
  CHECK(diagnostics.warning_count() == 1);
}

TEST_CASE("in a template the comment tag takes an allowance") {
  CHECK(left("{% # wend:allow W0004: as agreed %}\n<p>@x</p>\n@y", "mail.liquid") == Ids{"3 W0004"});
  CHECK(left("<p>@x</p> {%- # wend:allow W0004: as agreed -%}\n", "mail.liquid") == Ids{});
  CHECK(left("# wend:allow W0004: as agreed\n@x\n", "mail.liquid") == Ids{"2 W0004"});
  CHECK(left("{% # wend:allow W0004: %}\n@x\n", "mail.liquid") == Ids{"1 W0001", "2 W0004"});
}

TEST_CASE("many allowances and odd bytes do no harm") {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "# wend:allow W0004\n";
  CHECK(left(text).size() == 101);
  CHECK(left(std::string("\"\0\xFF {{ # wend:allow W0004: x", 28)).empty());
  CHECK(left("{%").empty());
  CHECK(left("{% # wend:allow", "m.liquid").empty());
  CHECK(left("# wend:allow").empty());
}
