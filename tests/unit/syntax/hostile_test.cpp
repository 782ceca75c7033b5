// Inputs nobody writes by hand: each is refused with one message, or read, and never ends the program.
#include <catch2/catch.hpp>

#include "tests/unit/syntax/read.h"

using namespace wend;
using testing::Read;

namespace {

std::string repeated(std::string_view piece, size_t times) {
  std::string out;
  out.reserve(piece.size() * times);
  for (size_t i = 0; i < times; ++i) out += piece;
  return out;
}

void draws(const std::string& text, const char* code) {
  const Read read(text);
  REQUIRE(read.diagnostics.all().size() == 1);
  CHECK(std::string(read.diagnostics.all().front().id()) == code);
}

}  // namespace

TEST_CASE("a file may declare nothing") {
  for (const char* text : {"", "\n\n", "# only a comment", "\xEF\xBB\xBF", "\xEF\xBB\xBF# a comment\r\n", "   \t "}) {
    const Read read{std::string(text)};
    CHECK(read.places().empty());
    CHECK(read.file.decls.empty());
  }
}

TEST_CASE("line ends of every system, and none at the end") {
  CHECK(Read("event a { x text }\r\nevent b { y text\r\n z int }").file.decls.size() == 2);
  CHECK(Read("\xEF\xBB\xBF" "event a { x text }").places().empty());
  draws("event a { x text }\revent b", "E0103");
}

TEST_CASE("bytes that are not UTF-8") {
  draws("event a \xFF", "E0102");
  draws("# \xC0\xAF overlong", "E0102");
  draws("# \xED\xA0\x80 surrogate", "E0102");
  draws("# \xF4\x90\x80\x80 beyond", "E0102");
  draws("# \xE2\x82", "E0102");
  const Read read("event a { }\n# \xE2\x28\xA1");
  REQUIRE(read.diagnostics.all().size() == 1);
  CHECK(read.diagnostics.all().front().primary.span.begin == 14);
}

TEST_CASE("characters that are not seen") {
  draws(std::string("event a\0b", 9), "E0103");
  draws("event a # \x1B[31m", "E0103");
  draws("event a # \xE2\x80\xAE", "E0104");
  draws("project p { about \"\xE2\x81\xA6 turned\" }", "E0104");
  draws("event a\xE2\x80\x8B", "E0104");
  draws("event pl\xD0\xB0y { x text }", "E0149");
  CHECK(Read("event m\xC3\xA5l { x text }").places().empty());
  CHECK(Read("project p { about \"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80\" }").places().empty());
}

TEST_CASE("size is bounded") {
  draws(repeated("# ten bytes\n", 900000), "E0101");
  draws("# " + repeated("x", 1000000), "E0101");
  draws(repeated("\n", 70000), "E0101");
  draws("audience a = x in [" + repeated("1,", 150000) + "1]", "E0101");
  draws("event " + repeated("x", 300) + " { a text }", "E0148");
}

TEST_CASE("depth is bounded") {
  for (const char* piece : {"(", "[", "{"}) draws("audience a = " + repeated(piece, 100000), "E0105");
  draws("audience a = " + repeated("(", 65) + "x" + repeated(")", 65), "E0105");
  CHECK(Read("audience a = " + repeated("(", 60) + "x" + repeated(")", 60)).places().empty());
  draws("audience a = " + repeated("not ", 30000) + "x", "E0105");
  draws("audience a = " + repeated("- ", 30000) + "x", "E0105");
  draws("audience a = " + repeated("count of play where ", 15000) + "x", "E0105");
  draws("audience a = " + repeated("if a then ", 10000) + "x", "E0105");
  draws("journey j { step s { if a { finish }" + repeated(" else if a { finish }", 5000) + " } }", "E0105");
}

TEST_CASE("length of chains is bounded") {
  for (const char* op : {" + ", " and ", " or ", " * ", " or else ", "."}) {
    draws("audience a = x" + repeated(std::string(op) + "y", 30000), "E0106");
    CHECK(Read("audience a = x" + repeated(std::string(op) + "y", 900)).places().empty());
  }
}

TEST_CASE("texts open at the end of the file are told once, at their opening") {
  for (const char* text : {"project p {\n  about \"\"\"never\nclosed {\n }\n", "project p {\n  about \"never }\n", "project p { about \"\"\""}) {
    const Read read{std::string(text)};
    REQUIRE(read.diagnostics.all().size() == 1);
    CHECK(std::string(read.diagnostics.all().front().id()) == "E0110");
  }
}

TEST_CASE("blocks open at the end of the file are told once") {
  draws("journey j {\n  enter on a\n  step s {\n    if x {\n      finish\n", "E0111");
}

TEST_CASE("numbers") {
  draws("audience a = x > 99999999999999999999", "E0141");
  draws("audience a = x > 1e999", "E0141");
  draws("audience a = x > 0x", "E0140");
  draws("audience a = x > 1__0", "E0140");
  draws("audience a = x > 1.0000001 EUR", "E0141");
  CHECK(Read("audience a = x > -0").places().empty());
  draws("journey j { step s { wait 1e9 days } }", "E0147");
  draws("journey j { step s { wait 30 fortnights } }", "E0124");
  draws("journey j { step s { wait 1 month } }", "E0146");
  draws("protect { quiet from 25:00 to 08:00 }", "E0143");
}

TEST_CASE("noise of every byte is survived") {
  uint64_t state = 88172645463325252ull;
  const auto next = [&] {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  };
  const std::string_view pieces[] = {"journey ", "j ", "{ ", "} ", "( ", ") ", "\n", ", ", "wait ", "5 ", "days ", "when ", "x ", "is ", "= ", "\"", "\"\"\"",
                                     "{{ ", "}} ", "where ", "in ", "last ", "7 ", "then ", "else ", ";", "#", "step ", "send ", "count of ", "..", "-", "2026-02-30 ",
                                     "measure ", "test ", "\"t\" ", "expect ", "at ", "10:00 ", "[ ", "] ", ": ", "if ", "not ", "and ", "or ", "."};
  for (int round = 0; round < 400; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += pieces[next() % (sizeof pieces / sizeof pieces[0])];
    const Read read(text);
    for (const Diagnostic& one : read.diagnostics.all()) CHECK(one.primary.span.end <= text.size());
  }
}
