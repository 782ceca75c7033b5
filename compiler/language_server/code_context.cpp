// One walk over the words before the place: braces open and close blocks, line ends and commas end members.
#include "compiler/language_server/code_context.h"

#include <algorithm>

#include "compiler/syntax/words.h"

namespace wend::lsp {
namespace {

// Behind these a line goes on.
bool goes_on(const std::string& word) {
  static constexpr std::string_view kWords[] = {",", "(", "[", "and", "or", "not", "is", "+", "-", "*", "/", "=", "<", ">", "<=", ">=", "where", "in", "by", "to", "of", "from", "with", "for"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

// A member that begins so belongs to the one before it on its line.
bool continues(const std::string& word) { return word == "else" || word == "until" || word == "usual" || word == "then" || word == "except" || word == "at" || word == "if"; }

bool is_closed(std::string_view text) {
  if (text.starts_with("\"\"\"")) return text.size() >= 6 && text.ends_with("\"\"\"");
  return text.size() >= 2 && text.ends_with('"') && !text.ends_with("\\\"");
}

struct Level {
  std::vector<std::string> header, member, above, before;   // before: the member that a comma ended
  int parens = 0;
};

}  // namespace

std::string CodeSpot::name_around(std::string_view first) const {
  for (const auto& header : blocks)
    if (header.size() > 1 && header[0] == first) return header[1];
  return {};
}

CodeSpot code_at(std::string_view text, uint32_t offset) {
  CodeSpot spot;
  spot.word = offset;
  std::vector<Level> levels(1);
  for (const Word& word : words_of(text)) {
    if (word.begin >= offset) break;
    const bool closed = word.kind == WordKind::sign || word.kind == WordKind::line_end || (word.kind == WordKind::text && is_closed(text.substr(word.begin, word.end - word.begin)));
    const bool inside = offset > word.begin && (offset < word.end || (offset == word.end && !closed));
    if (inside && (word.kind == WordKind::comment || word.kind == WordKind::text)) {
      spot.where = word.kind == WordKind::comment ? CodeSpot::Where::comment : CodeSpot::Where::text;
      spot.text_begin = word.begin;
      break;
    }
    if (inside && word.kind != WordKind::line_end && word.kind != WordKind::sign) {
      spot.word = word.begin;   // the word that is being written
      break;
    }
    Level& level = levels.back();
    const std::string spelled(text.substr(word.begin, word.end - word.begin));
    const auto end_member = [&] {
      if (!level.member.empty()) level.above.push_back(level.member.front());
      level.before = std::move(level.member);
      level.member.clear();
    };
    if (word.kind == WordKind::comment) continue;
    if (word.kind == WordKind::line_end) {
      if (level.parens == 0 && !(level.member.empty() ? false : goes_on(level.member.back()))) {
        end_member();
        level.before.clear();
      }
      continue;
    }
    if (word.kind != WordKind::sign) {
      // `, else email`: the send goes on.
      if (level.member.empty() && !level.before.empty() && continues(spelled)) {
        level.member = std::move(level.before);
        level.member.push_back(",");
        if (!level.above.empty()) level.above.pop_back();
      }
      level.before.clear();
      level.member.push_back(spelled);
    } else if (spelled == "{") {
      Level inner;
      inner.header = level.member;
      levels.push_back(std::move(inner));
    } else if (spelled == "}") {
      if (levels.size() > 1) levels.pop_back();
      levels.back().member.push_back("}");
    } else if (spelled == "," && level.parens == 0) {
      end_member();
    } else {
      if (spelled == "(" || spelled == "[") ++level.parens;
      if ((spelled == ")" || spelled == "]") && level.parens > 0) --level.parens;
      level.member.push_back(spelled);
    }
  }
  for (size_t i = 1; i < levels.size(); ++i) spot.blocks.push_back(std::move(levels[i].header));
  if (levels.back().member.empty() && !levels.back().before.empty()) {
    // Behind a comma both may come: another member, or what goes on.
    spot.member = levels.back().before;
    spot.member.push_back(",");
  } else {
    spot.member = std::move(levels.back().member);
  }
  spot.above = std::move(levels.back().above);
  return spot;
}

}  // namespace wend::lsp
