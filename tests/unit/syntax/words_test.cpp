// The words of a text as an editor sees them.
#include <catch2/catch.hpp>

#include <random>
#include <string>

#include "compiler/syntax/words.h"

using wend::Word;
using wend::WordKind;

namespace {

std::string kinds(std::string_view text) {
  static constexpr char kLetters[] = "nshdtcg/?";   // as WordKind
  std::string out;
  for (const Word& word : wend::words_of(text)) out += kLetters[static_cast<size_t>(word.kind)];
  return out;
}

}  // namespace

TEST_CASE("names, words of both kinds, numbers, texts, comments and signs are told apart") {
  CHECK(kinds("send hello # x\n") == "hnc/");
  CHECK(kinds("measure plays = count of play") == "sngshn");
  CHECK(kinds("10% 22:00 2026-01-31 3.5") == "dddd");
  CHECK(kinds("\"a {{ b }}\" \"\"\"c\nd\"\"\"") == "tt");
  CHECK(kinds("re-enter after") == "ss");
}

TEST_CASE("a text that is broken has its words too, each in its place") {
  CHECK(kinds("send \"not closed\n}") == "ht/g");
  const std::string text = "a\xff" "b \xF0\x9F\x91\x8D c";
  for (const Word& word : wend::words_of(text)) CHECK(word.end <= text.size());
  CHECK(wend::words_of("\uFEFFsend").front().begin == 3);
}

TEST_CASE("words follow one another whatever the bytes are") {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (size_t n = random() % 80; n > 0; --n) text += random() % 3 ? "\" {}#\nsend x"[random() % 12] : static_cast<char>(random());
    uint32_t at = 0;
    for (const Word& word : wend::words_of(text)) {
      REQUIRE(word.begin >= at);
      REQUIRE(word.end > word.begin);
      at = word.end;
    }
    REQUIRE(at <= text.size());
  }
}
