// Positions in source texts: columns in scalar values, line ends of both kinds, byte order marks, hostile bytes.
#include <catch2/catch.hpp>

#include "compiler/source/source.h"
#include "runtime/abi/utf8.h"

using namespace wend;

namespace {
std::pair<uint32_t, uint32_t> at(const SourceFile& file, uint32_t offset) {
  const Position p = file.position(offset);
  return {p.line, p.column};
}
using P = std::pair<uint32_t, uint32_t>;
}  // namespace

TEST_CASE("columns count scalar values, not bytes") {
  const SourceFile file("a.wend", "a\xC3\xA5\xE2\x82\xAC\xF0\x9F\x8E\xB5z\n");  // a å € 🎵 z
  CHECK(at(file, 0) == P{1, 1});
  CHECK(at(file, 1) == P{1, 2});
  CHECK(at(file, 3) == P{1, 3});
  CHECK(at(file, 6) == P{1, 4});
  CHECK(at(file, 10) == P{1, 5});
  CHECK(at(file, 11) == P{1, 6});
  CHECK(at(file, 12) == P{2, 1});
}

TEST_CASE("a line is given without its line end, of either kind") {
  const SourceFile file("a.wend", "one\r\ntwo\n\r\nlast");
  CHECK(file.line_count() == 4);
  CHECK(file.line(1) == "one");
  CHECK(file.line(2) == "two");
  CHECK(file.line(3).empty());
  CHECK(file.line(4) == "last");
  CHECK(file.line(0).empty());
  CHECK(file.line(5).empty());
  CHECK(at(file, 5) == P{2, 1});
  CHECK(file.line_start(4) == 11);
}

TEST_CASE("an empty file has one empty line") {
  const SourceFile file("a.wend", "");
  CHECK(file.line_count() == 1);
  CHECK(file.line(1).empty());
  CHECK(at(file, 0) == P{1, 1});
}

TEST_CASE("a byte order mark takes no column") {
  const SourceFile file("a.wend", "\xEF\xBB\xBFplay\nx");
  CHECK(at(file, 0) == P{1, 1});
  CHECK(at(file, 2) == P{1, 1});
  CHECK(at(file, 3) == P{1, 1});
  CHECK(at(file, 5) == P{1, 3});
  CHECK(at(file, 8) == P{2, 1});
  CHECK(file.line(1) == "play");
}

TEST_CASE("offsets behind the end mean the end") {
  const SourceFile file("a.wend", "ab\ncd");
  CHECK(at(file, 5) == P{2, 3});
  CHECK(at(file, 4'000'000'000u) == P{2, 3});
}

TEST_CASE("ill-formed bytes are one column each") {
  // overlong, surrogate, past U+10FFFF, a lone continuation, a lead byte cut off
  CHECK(count_scalars("\xC0\xAF") == 2);
  CHECK(count_scalars("\xED\xA0\x80") == 3);
  CHECK(count_scalars("\xF4\x90\x80\x80") == 4);
  CHECK(count_scalars("\x80") == 1);
  CHECK(count_scalars("\xE2\x82") == 2);
  CHECK_FALSE(is_valid_utf8("\xE2\x82"));
  CHECK_FALSE(is_valid_utf8("a\xC0\xAF"));
  CHECK(is_valid_utf8("\xF4\x8F\xBF\xBF"));
}

TEST_CASE("scalars are read back as they were written") {
  for (uint32_t value = 0; value <= 0x10FFFF; value += value < 0x3000 ? 1 : 97) {
    if (value >= 0xD800 && value < 0xE000) continue;
    std::string text;
    append_scalar(text, value);
    const Scalar scalar = read_scalar(text, 0);
    REQUIRE(scalar.valid);
    REQUIRE(scalar.value == value);
    REQUIRE(scalar.size == text.size());
  }
}

TEST_CASE("sources hand out the text of a span, clipped to the file") {
  Sources sources;
  const uint32_t a = sources.add("a.wend", "measure x");
  const uint32_t b = sources.add("b.wend", "second");
  CHECK(sources.text({a, 0, 7}) == "measure");
  CHECK(sources.text({b, 2, 900}) == "cond");
  CHECK(sources.text({b, 900, 901}).empty());
  CHECK(sources.text({7, 0, 1}).empty());
  CHECK(join({a, 2, 5}, {a, 4, 9}) == Span{a, 2, 9});
  CHECK(join({a, 4, 9}, {a, 2, 5}) == Span{a, 2, 9});
}
