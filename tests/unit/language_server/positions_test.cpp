// The one conversion between bytes and places.
#include <catch2/catch.hpp>

#include <string>

#include "compiler/language_server/positions.h"
#include "compiler/language_server/uri.h"
#include "compiler/language_server/workspace.h"

using namespace wend::lsp;

namespace {

// e, a combining acute, an emoji of two units with a skin tone, a CJK sign, then x.
const std::string kLine = "e\u0301\U0001F44D\U0001F3FD\u8A9Ex";

}  // namespace

TEST_CASE("a column counts units of the encoding") {
  const Lines lines(kLine);
  const auto x = static_cast<uint32_t>(kLine.find('x'));
  CHECK(lines.place(x, Encoding::utf8) == Place{0, 14});
  CHECK(lines.place(x, Encoding::utf16) == Place{0, 7});
  CHECK(lines.place(x, Encoding::utf32) == Place{0, 5});
}

TEST_CASE("every place of a text comes back from its bytes, in each encoding") {
  const std::string text = "\uFEFF" + kLine + "\r\nzwei\n\r" + kLine + "\n";
  const Lines lines(text);
  for (const Encoding encoding : {Encoding::utf16, Encoding::utf8, Encoding::utf32})
    for (uint32_t at = 0; at <= text.size(); ++at) {
      if (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
      if (at > 0 && at < text.size() && text[at - 1] == '\r' && text[at] == '\n') continue;   // inside a line end
      INFO(at);
      CHECK(lines.offset(lines.place(at, encoding), encoding) == at);
    }
}

TEST_CASE("lines end at CR LF, LF and CR") {
  const Lines lines("a\r\nb\rc\nd");
  CHECK(lines.count() == 4);
  CHECK(lines.line(0) == "a");
  CHECK(lines.line(1) == "b");
  CHECK(lines.line(2) == "c");
  CHECK(lines.line(3) == "d");
}

TEST_CASE("a byte order mark that the editor sends is a character like others") {
  const Lines lines("\uFEFFab");
  CHECK(lines.place(3, Encoding::utf16) == Place{0, 1});
  CHECK(lines.offset({0, 1}, Encoding::utf16) == 3);
}

TEST_CASE("behind the end of a line is its end, inside a character its beginning") {
  const Lines lines("a\U0001F44Db\r\nc");
  CHECK(lines.offset({0, 99}, Encoding::utf16) == 6);
  CHECK(lines.offset({0, 2}, Encoding::utf16) == 1);   // the second half of the emoji
  CHECK(lines.offset({9, 0}, Encoding::utf16) == 9);
  CHECK(lines.place(3, Encoding::utf16) == Place{0, 1});
}

TEST_CASE("bytes that are no UTF-8 have a place each") {
  const std::string text = "a\xff\xfe" "b";
  const Lines lines(text);
  CHECK(lines.place(3, Encoding::utf16) == Place{0, 3});
  CHECK(lines.offset({0, 3}, Encoding::utf16) == 3);
}

TEST_CASE("addresses and paths go both ways") {
  for (const std::string path : {"/a/b.wend", "/a b/ü#?%.wend", "/日本/x.liquid"}) CHECK(path_of(uri_of(path)) == path);
  CHECK(path_of("file:///a/../b.wend") == "/b.wend");
  CHECK(path_of("untitled:Untitled-1").empty());
  CHECK(path_of("file:///a%0").empty());
  CHECK(path_of("file:///a%00b").empty());
  CHECK(path_of("file://elsewhere/a").empty());
}

TEST_CASE("a place is found again in a text that has changed elsewhere") {
  CHECK(moved("one two three", "one 2 three", 1) == 1u);
  CHECK(moved("one two three", "one 2 three", 9) == 7u);
  CHECK_FALSE(moved("one two three", "one 2 three", 5));
  CHECK(moved("same", "same", 3) == 3u);
}
