// Searches in texts, word by word. Letters are folded as far as the tests' texts go: lower case by the evaluator's own
// mapping, accents off for Latin letters up to U+017F.
#include <array>
#include <cctype>

#include "tests/reference/evaluate.h"

namespace wend::reference {
namespace {

using Words = std::vector<std::string>;

constexpr std::array<std::pair<const char*, const char*>, 22> kFolded = {{
    {"a", "àáâãäåāăą"}, {"c", "çćĉċč"}, {"d", "ďđð"}, {"e", "èéêëēĕėęě"}, {"g", "ĝğġģ"}, {"h", "ĥħ"}, {"i", "ìíîïĩīĭįı"},
    {"j", "ĵ"}, {"k", "ķ"}, {"l", "ĺļľł"}, {"n", "ñńņňŋ"}, {"o", "òóôõöøōŏő"}, {"r", "ŕŗř"}, {"s", "śŝşšſ"}, {"t", "ţťŧ"},
    {"u", "ùúûüũūŭůűų"}, {"w", "ŵ"}, {"y", "ýÿŷ"}, {"z", "źżž"}, {"ae", "æ"}, {"oe", "œ"}, {"ss", "ß"}}};

std::string folded(const std::string& letter) {
  for (const auto& [base, letters] : kFolded)
    if (std::string(letters).find(letter) != std::string::npos) return base;
  return letter == "þ" ? "th" : letter;
}

// What no word holds: ASCII signs, no-break space to inverted question mark but its letters, general punctuation.
bool separates(const std::string& letter) {
  if (letter.size() == 1) return !std::isalnum(static_cast<unsigned char>(letter[0]));
  if (letter.size() == 2 && letter[0] == '\xC2') return letter != "ª" && letter != "µ" && letter != "º" && letter != "²" && letter != "³" && letter != "¹" && letter != "¼" && letter != "½" && letter != "¾";
  return letter == "×" || letter == "÷" || (letter.size() == 3 && letter[0] == '\xE2' && (letter[1] == '\x80' || letter[1] == '\x81'));
}

Words words_of(const std::string& text) {
  const std::string small = lower(text);
  Words words;
  bool inside = false;
  for (size_t at = 0; at < small.size();) {
    size_t size = 1;
    while (at + size < small.size() && (small[at + size] & 0xC0) == 0x80) ++size;
    const std::string letter = small.substr(at, size);
    at += size;
    if (separates(letter)) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    words.back() += folded(letter);
  }
  return words;
}

bool stands_at(const Words& phrase, bool begins, const Words& text, size_t at) {
  for (size_t i = 0; i < phrase.size(); ++i) {
    const bool last = i + 1 == phrase.size();
    const std::string& word = text[at + i];
    if (begins && last ? word.compare(0, phrase[i].size(), phrase[i]) != 0 : word != phrase[i]) return false;
  }
  return true;
}

bool has_phrase(const std::string& written, const Words& text) {
  const Words phrase = words_of(written);
  for (size_t at = 0; at + phrase.size() <= text.size(); ++at)
    if (stands_at(phrase, written.back() == '*', text, at)) return true;
  return false;
}

bool holds_query(const std::string& query, size_t& at, const Words& text) {
  const char kind = query[at++];
  if (kind == '"') {
    const size_t end = query.find('\0', at);
    const bool found = has_phrase(query.substr(at, end - at), text);
    at = end + 1;
    return found;
  }
  if (kind == '!') return !holds_query(query, at, text);
  bool all = true, any = false;
  while (query[at] != ')') {
    const bool one = holds_query(query, at, text);
    all = all && one;
    any = any || one;
  }
  ++at;
  return kind == '&' ? all : any;
}

}  // namespace

bool mentions(const std::string& query, const std::string& text) {
  size_t at = 0;
  return holds_query(query, at, words_of(text));
}

}  // namespace wend::reference
