// The tokens around the place where a parse stopped: what the tables of habits look at, and how they put it right.
// Private to this folder.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/syntax/front.h"

namespace wend {

class Around {
 public:
  Around(const FrontFile& file, const std::vector<Token>& tokens, const SyntaxError& error)
      : file_(file), tokens_(tokens), error_(error), at_(std::min(error.at, tokens.size())) {}

 protected:
  using Change = std::pair<Span, std::string>;

  uint16_t type(size_t i) const { return i < tokens_.size() ? tokens_[i].type : 0; }
  uint16_t here() const { return type(at_); }
  uint16_t before(size_t n = 1) const { return at_ >= n ? type(at_ - n) : 0; }
  std::string word(size_t i) const { return i < tokens_.size() ? std::string(file_.spelled(tokens_[i])) : std::string(); }
  bool is_one(size_t i, std::span<const std::string_view> words) const {
    return is_word(type(i)) && std::find(words.begin(), words.end(), word(i)) != words.end();
  }
  bool is_one(size_t i, std::initializer_list<std::string_view> words) const { return is_one(i, std::span(words.begin(), words.size())); }
  Span span(size_t i) const { return file_.span(tokens_[i]); }
  Span span(size_t first, size_t last) const { return {file_.file, tokens_[first].begin, tokens_[last].end}; }
  std::string text(size_t first, size_t last) const { return std::string(file_.text.substr(tokens_[first].begin, tokens_[last].end - tokens_[first].begin)); }
  // From the end of the token before to the end of `i`: what goes when the word is left out.
  Span with_gap(size_t i) const { return {file_.file, tokens_[i - 1].end, tokens_[i].end}; }
  Span ahead(size_t i) const { return {file_.file, tokens_[i].begin, tokens_[i].begin}; }
  Span behind(size_t i) const { return {file_.file, tokens_[i].end, tokens_[i].end}; }
  bool touches(size_t i) const { return i + 1 < tokens_.size() && tokens_[i].end == tokens_[i + 1].begin; }
  static bool parts(uint16_t kind) { return kind == tok::NL || kind == tok::COMMA || kind == tok::LBRACE || kind == tok::RBRACE || kind == 0; }
  bool member_start(size_t i) const { return i == 0 || parts(type(i - 1)); }
  bool member_start() const { return member_start(at_); }

  // The bracket that closes the one at `open`, on its own level; 0 when there is none.
  size_t closing(size_t open) const {
    size_t depth = 0;
    for (size_t i = open; i < tokens_.size(); ++i) {
      const uint16_t kind = type(i);
      if (kind == tok::LBRACE || kind == tok::LPAREN || kind == tok::LBRACKET) ++depth;
      if ((kind == tok::RBRACE || kind == tok::RPAREN || kind == tok::RBRACKET) && --depth == 0) return i;
    }
    return 0;
  }

  // The last token of the member that `i` stands in; brackets are stepped over.
  size_t member_end(size_t i) const {
    size_t last = i, depth = 0;
    for (size_t next = i; next < tokens_.size(); ++next) {
      const uint16_t kind = type(next);
      if (depth == 0 && (kind == tok::NL || kind == tok::COMMA || kind == tok::LBRACE || kind == tok::RBRACE)) break;
      if (kind == tok::LPAREN || kind == tok::LBRACKET) ++depth;
      if ((kind == tok::RPAREN || kind == tok::RBRACKET) && depth > 0) --depth;
      last = next;
    }
    return last;
  }

  Diagnostic& stray(size_t first, size_t last) const;  // "… cannot stand here"

  // Tells a fix of several edits; always true, so that a habit ends with it.
  bool mended(Diagnostic& out, std::string title, std::vector<Change> changes) const {
    Fix fix{std::move(title), false, {}};
    for (auto& [where, instead] : changes) fix.edits.push_back({where, std::move(instead)});
    out.fixes.push_back(std::move(fix));
    return true;
  }

  const FrontFile& file_;
  const std::vector<Token>& tokens_;
  const SyntaxError& error_;
  const size_t at_;
};

// Each tells the habit the parse stopped at, or returns false when it is none.
bool report_journey_habit(const FrontFile& file, const std::vector<Token>& tokens, const SyntaxError& error);
bool report_window_habit(const FrontFile& file, const std::vector<Token>& tokens, const SyntaxError& error);

}  // namespace wend
