// JSON and HTML escaping, and upper and lower case.
#include <catch2/catch.hpp>

#include <fstream>

#include "runtime/abi/text_format.h"
#include "runtime/abi/utf8.h"

using namespace wend;

namespace {

template <void (*append)(std::string&, std::string_view)>
std::string made(std::string_view text) {
  std::string out = ">";
  append(out, text);
  return out.substr(1);
}
constexpr auto json = made<append_json_string>;
constexpr auto html = made<append_html>;
constexpr auto up = made<append_upcase>;
constexpr auto down = made<append_downcase>;
constexpr auto capitalize = made<append_capitalize>;

std::string scalar(uint32_t value) {
  std::string out;
  append_scalar(out, value);
  return out;
}

}  // namespace

TEST_CASE("JSON strings") {
  CHECK(json("") == "\"\"");
  CHECK(json("a\"b\\c/") == R"("a\"b\\c/")");
  CHECK(json("\n\r\t\b\f") == R"("\n\r\t\b\f")");
  CHECK(json(std::string_view("\0\x01\x1F\x7F", 4)) == "\"\\u0000\\u0001\\u001f\x7F\"");
  CHECK(json("\xC3\xA5\xE2\x80\xA8\xF0\x9F\x8E\xB5") == "\"\xC3\xA5\xE2\x80\xA8\xF0\x9F\x8E\xB5\"");
  CHECK(json("a\xFF\xC3") == "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
  CHECK(is_valid_utf8(json("\xED\xA0\x80\xF4\x90\x80\x80\xC0\xAF")));
}

TEST_CASE("HTML escaping") {
  CHECK(html("a < b & \"c\" > 'd' \xC3\xA5") == "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39; \xC3\xA5");
  CHECK(html("&amp;") == "&amp;amp;");
}

TEST_CASE("case of Latin, Greek and Cyrillic letters") {
  CHECK(up("hello w\xC3\xB6rld 1!") == "HELLO W\xC3\x96RLD 1!");
  CHECK(down("\xC3\x85NGSTR\xC3\x96M") == "\xC3\xA5ngstr\xC3\xB6m");
  CHECK(up("\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87") == "\xC5\xBB\xC3\x93\xC5\x81\xC4\x86");    // żółć
  CHECK(up("\xD0\xBF\xD1\x80\xD1\x91") == "\xD0\x9F\xD0\xA0\xD0\x81");                      // прё
  CHECK(up("\xCF\x83\xCE\xBF\xCF\x86\xCF\x8C\xCF\x82") == "\xCE\xA3\xCE\x9F\xCE\xA6\xCE\x8C\xCE\xA3");  // σοφός
  CHECK(up("stra\xC3\x9F" "e \xC3\xB7") == "STRA\xC3\x9F" "E \xC3\xB7");                      // no letter for ß, ÷ is none
  CHECK(up("\xC3\xBF") == "\xC5\xB8");                                                        // ÿ, Ÿ
  CHECK(capitalize("hELLO wORLD") == "Hello world");
  CHECK(capitalize("\xC3\xA9T\xC3\x89") == "\xC3\x89t\xC3\xA9");
  CHECK(capitalize("") == "");
  CHECK(up("\xFF\xC3 a") == "\xFF\xC3 A");  // ill-formed bytes stay as they are
}

TEST_CASE("letters outside the tables are left alone") {
  for (const uint32_t value : {0x0531u, 0x10D0u, 0x1E01u, 0x2C61u, 0xFF41u, 0x1F3B5u}) {
    CHECK(upper_scalar(value) == value);
    CHECK(lower_scalar(value) == value);
  }
}

// A sum over all simple mappings of the blocks covered, computed with Python from Unicode's
// own tables: one letter wrong changes it.
TEST_CASE("the tables agree with Unicode") {
  uint64_t ups = 0, downs = 0;
  size_t changed_up = 0, changed_down = 0;
  for (uint32_t c = 0; c < 0x530; ++c) {
    if (c >= 0x180 && c < 0x370) continue;
    ups = ups * 31 + upper_scalar(c);
    downs = downs * 31 + lower_scalar(c);
    changed_up += upper_scalar(c) != c;
    changed_down += lower_scalar(c) != c;
  }
  CHECK(changed_up == 333);
  CHECK(changed_down == 324);
  CHECK(ups == 16865463587508079107u);
  CHECK(downs == 2234328453169050474u);
}

TEST_CASE("a small letter of a capital is small, and its capital is the first again") {
  for (uint32_t c = 0; c < 0x530; ++c) {
    INFO(scalar(c));
    CHECK(lower_scalar(lower_scalar(c)) == lower_scalar(c));
    CHECK(upper_scalar(upper_scalar(c)) == upper_scalar(c));
  }
}
