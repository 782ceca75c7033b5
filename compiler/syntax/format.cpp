// The formatter: the user's lines, indented by their braces, with one blank between words and aligned columns.
// It works from all tokens, the hidden ones too, and checks at the end that it has kept every one of them.
#include "compiler/syntax/format.h"

#include <algorithm>

#include "compiler/syntax/format_lines.h"
#include "compiler/syntax/front.h"
#include "compiler/syntax/parse.h"

namespace wend {
namespace {

constexpr uint32_t kIndent = 2;

uint32_t code_points(std::string_view text) {
  uint32_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::string_view spelled(std::string_view text, const Token& token) {
  std::string_view word = text.substr(token.begin, token.end - token.begin);
  if (token.type == tok::COMMENT) {
    while (word.ends_with(' ') || word.ends_with('\t')) word.remove_suffix(1);
  }
  return word;
}

// Cuts the tokens into lines. A text over several lines is one cell, as wide as its last line.
std::vector<Line> cut(std::string_view text, const std::vector<Token>& tokens) {
  std::vector<Line> lines(1);
  uint32_t line_start = tokens.empty() ? 0 : tokens.front().begin;
  uint32_t before = line_start;  // the end of the token before
  for (const Token& token : tokens) {
    if (token.type == tok::NL) {
      lines.emplace_back();
      line_start = before = token.end;
      continue;
    }
    if (token.type == tok::BLANK) continue;
    Line& line = lines.back();
    Cell cell;
    cell.token = token;
    cell.source_column = code_points(text.substr(line_start, token.begin - line_start));
    cell.gap = token.begin - before;
    cell.glued = cell.gap == 0 && !line.cells.empty();
    const std::string_view word = spelled(text, token);
    const size_t last_line = word.rfind('\n');
    cell.width = code_points(word);
    if (last_line != std::string_view::npos) line.several = true;
    before = token.end;
    line.cells.push_back(cell);
  }
  return lines;
}

BlockKind block_of(BlockKind outer, const std::vector<Cell>& cells, size_t brace) {
  // the first word of the member that opens the block
  size_t head = brace;
  while (head > 0 && cells[head - 1].token.type != tok::LBRACE && cells[head - 1].token.type != tok::COMMA &&
         cells[head - 1].token.type != tok::RBRACE) {
    --head;
  }
  const uint16_t word = cells[head].token.type;
  if (brace >= 2 && cells[brace - 1].token.type == tok::OF && cells[brace - 2].token.type == tok::LIST) return BlockKind::fields;
  if (outer == BlockKind::top) {
    switch (word) {
      case tok::PROJECT: return BlockKind::project;
      case tok::PROFILE: return BlockKind::profile;
      case tok::EVENT: case tok::HOOK: return BlockKind::fields;
      case tok::STATES: return BlockKind::states;
      case tok::MESSAGES: return BlockKind::message;
      case tok::JOURNEY: return BlockKind::journey;
      case tok::EXPERIMENT: return BlockKind::experiment;
      case tok::MODULE: return BlockKind::module;
      default: return BlockKind::other;
    }
  }
  if (word == tok::CONTENT) return BlockKind::fields;
  if (outer == BlockKind::message) return word == tok::IN ? BlockKind::message : BlockKind::texts;
  if (word == tok::CHOOSE || word == tok::SPLIT) return BlockKind::arms;
  return BlockKind::other;
}

// A line that begins with one of these behind a comma belongs to the member above.
bool is_clause(uint16_t type) {
  return type == tok::UNTIL || type == tok::USUAL || type == tok::THEN || type == tok::ELSE || type == tok::IF || type == tok::EXCEPT;
}

bool continues(const Line& above, const Line& line, size_t parens, bool separated, bool top) {
  const uint16_t first = line.cells.front().token.type;
  if (first == tok::COMMENT) return false;
  if (parens > 0) return first != tok::RPAREN && first != tok::RBRACKET;
  if (separated || first == tok::LBRACE || first == tok::RBRACE || above.cells.empty()) return false;
  uint16_t last = 0;
  for (const Cell& cell : above.cells) {
    if (cell.token.type != tok::COMMENT) last = cell.token.type;
  }
  if (last == 0 || last == tok::LBRACE) return false;
  if (last == tok::COMMA) return top || is_clause(first);   // `use` goes on with what it gives
  return true;
}

// Indentation and kind of block of every line.
void indent(std::vector<Line>& lines, const std::vector<uint32_t>& separators) {
  std::vector<BlockKind> blocks{BlockKind::top};
  size_t parens = 0, separator = 0;
  bool separated = true;
  const Line* above = nullptr;
  for (Line& line : lines) {
    if (line.cells.empty()) continue;
    const uint32_t begin = line.cells.front().token.begin;
    while (separator < separators.size() && separators[separator] <= begin) {
      separated = true;
      ++separator;
    }
    size_t closers = 0;
    while (closers < line.cells.size() && line.cells[closers].token.type == tok::RBRACE) ++closers;
    const size_t depth = blocks.size() - 1 - std::min(closers, blocks.size() - 1);
    line.block = blocks[depth];
    line.continues = above != nullptr && continues(*above, line, parens, separated, depth == 0);
    line.indent = static_cast<uint32_t>(kIndent * (depth + (line.continues ? 1 : 0)));
    for (size_t i = 0; i < line.cells.size(); ++i) {
      const uint16_t type = line.cells[i].token.type;
      if (type == tok::LBRACE) blocks.push_back(block_of(blocks.back(), line.cells, i));
      if (type == tok::RBRACE && blocks.size() > 1) blocks.pop_back();
      if (type == tok::LPAREN || type == tok::LBRACKET) ++parens;
      if ((type == tok::RPAREN || type == tok::RBRACKET) && parens > 0) --parens;
    }
    if (line.cells.front().token.type == tok::COMMENT) continue;
    above = &line;
    separated = false;
  }
}

// At most one blank line, none behind `{`, before `}` or at either end of the file.
std::vector<Line> drop_blank_lines(std::vector<Line> lines) {
  std::vector<Line> out;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].cells.empty()) {
      out.push_back(std::move(lines[i]));
      continue;
    }
    size_t next = i;
    while (next < lines.size() && lines[next].cells.empty()) ++next;
    const bool behind_brace = !out.empty() && !out.back().cells.empty() && out.back().cells.back().token.type == tok::LBRACE;
    const bool before_brace = next < lines.size() && lines[next].cells.front().token.type == tok::RBRACE;
    if (!out.empty() && !out.back().cells.empty() && next < lines.size() && !behind_brace && !before_brace) out.emplace_back();
  }
  return out;
}

std::string write(std::string_view text, const std::vector<Line>& lines) {
  std::string out;
  for (const Line& line : lines) {
    uint32_t column = 0;
    for (const Cell& cell : line.cells) {
      if (cell.column > column) out.append(cell.column - column, ' ');
      column = cell.column + cell.width;
      out += spelled(text, cell.token);
    }
    out += '\n';
  }
  return out;
}

std::vector<Token> all_tokens(std::string_view text, bool& ok) {
  std::vector<Token> tokens;
  ok = lex(text, text.starts_with("\xEF\xBB\xBF") ? 3 : 0, ParseLimits().tokens_max, tokens);
  return tokens;
}

// The same words, signs and comments in the same order.
bool same_tokens(std::string_view a, const std::vector<Token>& of_a, std::string_view b) {
  bool ok = false;
  const std::vector<Token> of_b = all_tokens(b, ok);
  size_t i = 0, k = 0;
  const auto skip = [](const std::vector<Token>& tokens, size_t& at) {
    while (at < tokens.size() && (tokens[at].type == tok::BLANK || tokens[at].type == tok::NL)) ++at;
  };
  for (;;) {
    skip(of_a, i);
    skip(of_b, k);
    if (i == of_a.size() || k == of_b.size()) return ok && i == of_a.size() && k == of_b.size();
    if (of_a[i].type != of_b[k].type || spelled(a, of_a[i]) != spelled(b, of_b[k])) return false;
    ++i;
    ++k;
  }
}

bool is_sound(std::string_view text) {
  Sources sources;
  Diagnostics diagnostics;
  parse(sources, sources.add("text", std::string(text)), diagnostics);
  return diagnostics.ok();
}

}  // namespace

std::optional<std::string> format(std::string_view text) {
  if (!is_sound(text)) return std::nullopt;
  bool ok = false;
  const std::vector<Token> tokens = all_tokens(text, ok);
  if (!ok) return std::nullopt;
  std::vector<Line> lines = drop_blank_lines(cut(text, tokens));
  indent(lines, separator_places(tokens));
  align(lines);
  std::string out = write(text, lines);
  if (!same_tokens(text, tokens, out)) return std::nullopt;
  return out;
}

}  // namespace wend
