// What can be written at a place of a `.wend` text: told from its words alone, so that it holds while a line is half written.
// Tested by tests/unit/language_server.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wend::lsp {

struct CodeSpot {
  enum class Where : uint8_t { code, comment, text } where = Where::code;
  // The blocks around, outermost first, each by the words in front of its brace: {"journey", "win_back"}, {"step", "nudge"}.
  std::vector<std::vector<std::string>> blocks;
  std::vector<std::string> member;   // the words and signs of the member before the word that is being written
  std::vector<std::string> above;    // of the members of this block before it, their first words
  uint32_t word = 0;                 // where that word begins
  uint32_t text_begin = 0;           // in a text: where it begins

  // The first word of the innermost block; empty outside of all.
  std::string block() const { return blocks.empty() || blocks.back().empty() ? std::string() : blocks.back()[0]; }
  std::string last(size_t back = 0) const { return back < member.size() ? member[member.size() - 1 - back] : std::string(); }
  // The second word of the outermost block of that first word: the journey around, say.
  std::string name_around(std::string_view first) const;
};

CodeSpot code_at(std::string_view text, uint32_t offset);

}  // namespace wend::lsp
