// Searches: how texts are folded and cut into words, and which phrases are found.
#include <catch2/catch.hpp>

#include <string>

#include "runtime/abi/text_search.h"

using namespace wend;

namespace {

std::string folded(std::string_view text) {
  std::string out;
  fold_words(text, out);
  return out;
}

std::string phrase(std::string words) { return '"' + words + '\0'; }
bool finds(const std::string& query, std::string_view text) { return TextSearch(query).matches(text); }

}  // namespace

TEST_CASE("words are folded and stand between single blanks") {
  CHECK(folded("") == " ");
  CHECK(folded("  !? ") == " ");
  CHECK(folded("It's DOWN -- again.") == " it s down again ");
  CHECK(folded("CAFÉ, naïve Straße") == " cafe naive strasse ");
  CHECK(folded("cafe\u0301 so\u00adft") == " cafe soft ");         // an accent of its own; a soft hyphen
  CHECK(folded("Łódź Ørsted Æther Þór") == " lodz orsted aether thor ");
  CHECK(folded("İstanbul ISPARTA ısı") == " istanbul isparta isi ");
  CHECK(folded("ΟΔΌΣ οδός") == " οδοσ οδοσ ");
  CHECK(folded("ЁЛКА Йод Київ") == " елка иод киів ");
  CHECK(folded("Հայաստան") == " հայաստան ");
  CHECK(folded("ＷＩＤＥ１２") == " wide12 ");
  CHECK(folded("日本語、東京") == " 日本語 東京 ");
  CHECK(folded("a\xff" "b\xc3") == " a b ");                         // bytes that are no letter
  CHECK(folded("5G_net #wend @you 3.5") == " 5g net wend you 3 5 ");
  CHECK(folded("ok👍done") == " ok done ");
}

TEST_CASE("phrases are whole words one behind the other") {
  CHECK(finds(phrase("not working"), "it is NOT, I repeat: not   working!"));
  CHECK_FALSE(finds(phrase("not working"), "not really working"));
  CHECK_FALSE(finds(phrase("down"), "downtown"));
  CHECK_FALSE(finds(phrase("own"), "down"));
  CHECK(finds(phrase("a a b"), "a a a b"));
  CHECK(finds(phrase("crash*"), "Crashing"));
  CHECK(finds(phrase("crash*"), "crash"));
  CHECK_FALSE(finds(phrase("crash*"), "scrash"));
  CHECK(finds(phrase("all goo*"), "all  GOOD"));
}

TEST_CASE("and, or, not") {
  const std::string query = "&|" + phrase("down") + phrase("crash*") + ")!" + phrase("all good") + ")";
  CHECK(finds(query, "down"));
  CHECK(finds(query, "it crashed"));
  CHECK_FALSE(finds(query, "down, but all good"));
  CHECK_FALSE(finds(query, "fine"));
  CHECK(finds("!" + phrase("x"), ""));
}

TEST_CASE("phrases inside phrases are all found") {
  const std::string query = "&" + phrase("a b c") + phrase("b") + phrase("b c") + phrase("c") + phrase("a*") + ")";
  CHECK(finds(query, "x a b c y"));
  CHECK_FALSE(finds(query, "x a b y c"));
}

TEST_CASE("a long text takes one pass") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "a ";
  std::string words;
  for (int i = 0; i < 200; ++i) words += "a ";
  CHECK_FALSE(finds(phrase(words + "b"), text));
  CHECK(finds(phrase(words + "b"), text + "b"));
}
