// The words and signs of a text as an editor sees them: for colours, folds and what can be completed. Reads every text, also one
// the parser refuses. Tested by tests/unit/syntax.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace wend {

enum class WordKind : uint8_t {
  name,        // no word of the language
  soft_word,   // a word with a meaning in some places, a name elsewhere
  hard_word,   // never a bare name
  number,      // with its `%`; times of day, dates and instants too
  text, comment, sign, line_end,
  unread       // what can be nothing
};

struct Word {
  WordKind kind = WordKind::unread;
  uint32_t begin = 0, end = 0;   // bytes
};

// Without the blanks. What is past the parser's bound on words is left out.
std::vector<Word> words_of(std::string_view text);

}  // namespace wend
