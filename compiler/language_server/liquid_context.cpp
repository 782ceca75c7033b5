// Looks back from the place to the sign that opened, and no further than a template's line of code goes.
#include "compiler/language_server/liquid_context.h"

#include <algorithm>
#include <cctype>

namespace wend::lsp {
namespace {

constexpr uint32_t kBackMax = 4096;

bool is_word(char c) { return c == '_' || (c & 0x80) != 0 || std::isalnum(static_cast<unsigned char>(c)); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

LiquidSpot liquid_at(std::string_view text, uint32_t offset) {
  LiquidSpot spot;
  offset = std::min<uint32_t>(offset, static_cast<uint32_t>(text.size()));
  spot.word = offset;
  while (spot.word > 0 && is_word(text[spot.word - 1])) --spot.word;
  const uint32_t least = offset > kBackMax ? offset - kBackMax : 0;
  uint32_t open = offset;
  for (uint32_t at = offset; at >= least + 2; --at) {
    const std::string_view two = text.substr(at - 2, 2);
    if ((two == "}}" || two == "%}")) return spot;
    if (two == "{{" || two == "{%") {
      spot.kind = two == "{{" ? LiquidSpot::Kind::output : LiquidSpot::Kind::tag;
      open = at;
      break;
    }
  }
  if (spot.kind == LiquidSpot::Kind::outside) return spot;
  if (open < offset && text[open] == '-') ++open;
  std::string_view before = text.substr(open, spot.word - std::min(spot.word, open));
  // The sign before the word, quotes and what is in them passed over.
  char quote = 0, last = 0;
  for (const char c : before) {
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '\'' || c == '"') quote = c;
    if (!is_blank(c)) last = c;
  }
  if (quote != 0) return {};   // in a text
  spot.filter = last == '|';
  if (spot.kind == LiquidSpot::Kind::tag) {
    while (!before.empty() && is_blank(before.front())) before.remove_prefix(1);
    size_t end = 0;
    while (end < before.size() && is_word(before[end])) ++end;
    spot.tag = std::string(before.substr(0, end));
    spot.tag_name = before.empty();
  }
  return spot;
}

bool behind_bar(std::string_view text, uint32_t word) {
  const LiquidSpot spot = liquid_at(text, word);
  return spot.kind != LiquidSpot::Kind::outside && spot.filter;
}

}  // namespace wend::lsp
