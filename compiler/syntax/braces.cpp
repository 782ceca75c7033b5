// Brackets out of balance, found by depth and, where the depth alone cannot tell which one is missing, by the line that
// reads well with one more or less, else by the indentation. What is missing is put in, what is too much is taken out, so that the parser reports
// nothing more about it. Tested by tests/golden/syntax/errors.
#include <algorithm>
#include <map>
#include <optional>

#include "compiler/diagnostics/codes.h"
#include "compiler/syntax/front.h"

namespace wend {
namespace {

// What is tried to find a bracket that is missing or too much: in declarations of at most so many words and signs, on lines of
// at most so many, and so many times.
constexpr size_t kTriedTokensMax = 2000, kTriedLineMax = 60, kTriesMax = 8;

struct Line {
  bool first = false;  // the token is the first of its line
  uint32_t indent = 0;
};

std::vector<Line> line_places(std::string_view text, const std::vector<Token>& tokens) {
  std::vector<Line> lines(tokens.size());
  uint32_t line_start = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  uint32_t indent = 0;
  bool fresh = true;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].type == tok::NL) {
      line_start = tokens[i].end;
      fresh = true;
      continue;
    }
    if (fresh) indent = tokens[i].begin - line_start;
    lines[i] = {fresh, indent};
    fresh = false;
  }
  return lines;
}

class Balancer {
 public:
  Balancer(const FrontFile& file, std::vector<Token>& tokens)
      : file_(file), tokens_(tokens), lines_(line_places(file.text, tokens)), removed_(tokens.size(), false) {}

  void run() {
    parentheses();
    if (!balanced(0, tokens_.size())) {
      size_t begin = 0;
      for (size_t i = 1; i <= tokens_.size(); ++i) {
        if (i < tokens_.size() && !starts_declaration(i)) continue;
        if (!balanced(begin, i)) mend(begin, i);
        begin = i;
      }
    }
    apply();
  }

 private:
  uint16_t type(size_t i) const { return i < tokens_.size() ? tokens_[i].type : 0; }
  void insert(size_t before, uint16_t kind, uint32_t place) { inserted_[before].push_back({kind, place, place}); }

  // A word that begins a declaration, in the first column; also `mesage x {`.
  bool starts_declaration(size_t i) const {
    if (!lines_[i].first || lines_[i].indent != 0) return false;
    if (begins_declaration(type(i))) return true;
    return type(i) == tok::IDENT && is_word(type(i + 1)) && type(i + 2) == tok::LBRACE;
  }

  bool balanced(size_t begin, size_t end) const {
    size_t depth = 0;
    for (size_t i = begin; i < end; ++i) {
      if (type(i) == tok::LBRACE) ++depth;
      if (type(i) == tok::RBRACE && depth-- == 0) return false;
    }
    return depth == 0;
  }

  // A `{` that begins a record of a list: behind `[`, or behind a comma inside it.
  bool begins_record(const std::vector<size_t>& open, size_t i) const {
    if (open.empty() || type(open.back()) != tok::LBRACKET) return false;
    while (i > 0 && type(i - 1) == tok::NL) --i;
    return i > 0 && (type(i - 1) == tok::LBRACKET || type(i - 1) == tok::COMMA);
  }

  // Takes what is open up to the record around, or all of it, and tells the brackets among it.
  void close_inner(std::vector<size_t>& open, bool to_record) {
    std::vector<size_t> brackets;
    while (!open.empty() && !(to_record && type(open.back()) == tok::LBRACE)) {
      if (type(open.back()) != tok::LBRACE) brackets.insert(brackets.begin(), open.back());
      open.pop_back();
    }
    if (!brackets.empty()) unclosed_parenthesis(brackets);
  }

  // Round and square brackets never reach across a brace, but for the records of a list.
  void parentheses() {
    std::vector<size_t> open;
    for (size_t i = 0; i <= tokens_.size(); ++i) {
      switch (i < tokens_.size() ? type(i) : static_cast<uint16_t>(tok::RBRACE)) {
        case tok::LPAREN: case tok::LBRACKET: open.push_back(i); break;
        case tok::LBRACE:
          if (begins_record(open, i)) open.push_back(i);
          else close_inner(open, false);
          break;
        case tok::RBRACE: {
          const bool record = i < tokens_.size() && std::any_of(open.begin(), open.end(), [&](size_t at) { return type(at) == tok::LBRACE; });
          close_inner(open, record);
          if (record) open.pop_back();
          break;
        }
        case tok::RPAREN: case tok::RBRACKET:
          while (!open.empty() && type(open.back()) == tok::LBRACE) open.pop_back();   // a record that is not closed is told below
          if (open.empty()) {
            file_.diagnostics.report(Code::stray_bracket, file_.span(tokens_[i]), file_.spelled(tokens_[i])).fix("remove it", file_.span(tokens_[i]), "", false);
            removed_[i] = true;
          } else {
            const bool round = type(open.back()) == tok::LPAREN;
            if (round != (type(i) == tok::RPAREN)) {
              file_.diagnostics.report(Code::unclosed_bracket, file_.span(tokens_[open.back()]), round ? "(" : "[")
                  .also(file_.span(tokens_[i]), "this closes the other kind");
              tokens_[i].type = round ? tok::RPAREN : tok::RBRACKET;
            }
            open.pop_back();
          }
          break;
        default: break;
      }
    }
  }

  void unclosed_parenthesis(const std::vector<size_t>& open) {
    const Token& token = tokens_[open.back()];
    Diagnostic& out = file_.diagnostics.report(Code::unclosed_bracket, file_.span(token), file_.spelled(token)).label("opened here");
    out.fixes.push_back({"close it", false, {}});
    for (auto at = open.rbegin(); at != open.rend(); ++at) {
      size_t line_end = *at;
      while (line_end < tokens_.size() && type(line_end) != tok::NL && type(line_end) != tok::LBRACE &&
             type(line_end) != tok::RBRACE) {
        ++line_end;
      }
      const uint32_t place = tokens_[line_end - 1].end;
      insert(line_end, type(*at) == tok::LPAREN ? tok::RPAREN : tok::RBRACKET, place);
      out.fixes.back().edits.push_back({Span{file_.file, place, place}, type(*at) == tok::LPAREN ? ")" : "]"});
    }
  }

  // A line that is followed by a deeper one without having opened anything: `step offer` lacks its `{`.
  size_t missing_opener(size_t begin, size_t end) const {
    for (size_t i = begin; i + 1 < end; ++i) {
      if (type(i) != tok::NL || i == begin) continue;
      size_t next = i;
      while (next < end && type(next) == tok::NL) ++next;
      const uint16_t last = type(i - 1);
      if (next >= end || last == tok::NL || last == tok::LBRACE || last == tok::COMMA || last == tok::RBRACE) continue;
      const bool header = is_word(last) || last == tok::TEXT || last == tok::PERCENT || last == tok::CLOCK ||
                          last == tok::CLOCK_UTC || last == tok::INSTANT || last == tok::DATE_LITERAL;
      if (header && type(next) != tok::RBRACE && lines_[next].indent > lines_[i - 1].indent && is_word(type(next)) &&
          type(next) != tok::WHERE && type(next) != tok::AND && type(next) != tok::OR) {
        return i;
      }
    }
    return end;
  }

  // The declaration [begin, end) with `out` left out and a brace put in before `in`, as the parser would see it.
  bool reads_well(size_t begin, size_t end, size_t out, size_t in, uint16_t brace = tok::LBRACE) const {
    std::vector<Token> tokens;
    for (size_t i = begin; i < end; ++i) {
      if (const auto found = inserted_.find(i); found != inserted_.end()) tokens.insert(tokens.end(), found->second.begin(), found->second.end());
      if (i == in) tokens.push_back({brace, tokens_[i].begin, tokens_[i].begin});
      if (i != out && !removed_[i]) tokens.push_back(tokens_[i]);
    }
    const std::vector<std::vector<Token>> declarations = lay_out(tokens);
    return declarations.size() == 1 && parses(declarations.front());
  }

  // [first, last) of a line that closes more than is opened on it, the brackets it begins with apart.
  bool closes_too_much(size_t first, size_t last) const {
    while (first < last && type(first) == tok::RBRACE) ++first;
    size_t depth = 0;
    for (size_t i = first; i < last; ++i) {
      if (type(i) == tok::LBRACE) ++depth;
      if (type(i) == tok::RBRACE && depth-- == 0) return true;
    }
    return false;
  }

  // `at 12:00 play }` and `at 12:00 { play } }`: the line tells, and what of it reads well once it is mended.
  bool mend_line(size_t begin, size_t end) {
    if (end - begin > kTriedTokensMax) return false;
    for (size_t first = begin; first < end; ++first) {
      size_t last = first;
      while (last < end && type(last) != tok::NL) ++last;
      const size_t count = static_cast<size_t>(std::count_if(tokens_.begin() + first, tokens_.begin() + last, [](const Token& token) { return token.type == tok::RBRACE; }));
      const bool twice = count > 1 && type(first) == tok::RBRACE;   // `} }`
      if (last - first <= kTriedLineMax && (twice || closes_too_much(first, last))) {
        for (size_t i = last; i-- > first;) {
          if (type(i) != tok::RBRACE || !reads_well(begin, end, i, end)) continue;
          file_.diagnostics.report(Code::stray_bracket, file_.span(tokens_[i]), "}").fix("remove it", file_.span(tokens_[i]), "", false);
          removed_[i] = true;
          return true;
        }
        for (size_t i = first + 1; i < last; ++i) {
          if (!reads_well(begin, end, end, i)) continue;
          const Span place{file_.file, tokens_[i - 1].end, tokens_[i - 1].end};
          file_.diagnostics.report(Code::missing_brace, file_.span(tokens_[i - 1]), file_.spelled(tokens_[i - 1])).fix("add `{`", place, " {");
          insert(i, tok::LBRACE, place.end);
          return true;
        }
      }
      first = last;
    }
    return false;
  }

  // The brace that is open before `at`, of those opened in [first, at); `at` when there is none.
  size_t open_before(size_t first, size_t at) const {
    std::vector<size_t> open;
    for (size_t i = first; i < at; ++i) {
      if (type(i) == tok::LBRACE) open.push_back(i);
      if (type(i) == tok::RBRACE && !open.empty()) open.pop_back();
    }
    return open.empty() ? at : open.back();
  }

  // `at 12:00 { play { genre: "jazz", expect busy }`
  bool close_in_line(size_t begin, size_t end) {
    if (end - begin > kTriedTokensMax) return false;
    for (size_t first = begin; first < end; ++first) {
      size_t last = first;
      while (last < end && type(last) != tok::NL) ++last;
      const bool opened = last > first && type(last - 1) != tok::LBRACE && open_before(first, last) < last;
      for (size_t i = last; opened && last - first <= kTriedLineMax && i-- > first + 1;) {
        const size_t brace = open_before(first, i + 1);
        if (brace > i || i == brace || type(i) == tok::COMMA || !reads_well(begin, end, end, i + 1, tok::RBRACE)) continue;
        const Span place{file_.file, tokens_[i].end, tokens_[i].end};
        file_.diagnostics.report(Code::unclosed_brace, file_.span(tokens_[brace])).label("opened here").fix("close it", place, " }", false);
        insert(i + 1, tok::RBRACE, place.end);
        return true;
      }
      first = last;
    }
    return false;
  }

  // `step offer { { send a }`
  bool mend_doubled(size_t begin, size_t end) {
    if (end - begin > kTriedTokensMax) return false;
    for (size_t i = begin + 1, tries = 0; i < end && tries < kTriesMax; ++i) {
      if (type(i) != tok::LBRACE || type(i - 1) != tok::LBRACE) continue;
      ++tries;
      if (!reads_well(begin, end, i, end)) continue;
      file_.diagnostics.report(Code::unclosed_brace, file_.span(tokens_[i])).label("one too many").fix("remove it", file_.span(tokens_[i]), "", false);
      removed_[i] = true;
      return true;
    }
    return false;
  }

  void mend(size_t begin, size_t end) {
    size_t opens = 0, closes = 0;
    for (size_t i = begin; i < end; ++i) {
      opens += type(i) == tok::LBRACE;
      closes += type(i) == tok::RBRACE;
    }
    if (closes == opens + 1 && mend_line(begin, end)) return;
    if (opens == closes + 1 && (mend_doubled(begin, end) || close_in_line(begin, end))) return;
    if (closes == opens + 1) {
      const size_t line_end = missing_opener(begin, end);
      if (line_end < end) {
        const Token& last = tokens_[line_end - 1];
        const Span place{file_.file, last.end, last.end};
        file_.diagnostics.report(Code::missing_brace, file_.span(last), file_.spelled(last)).fix("add `{`", place, " {");
        insert(line_end, tok::LBRACE, last.end);
        return;
      }
    }
    close_by_indentation(begin, end);
  }

  void close_by_indentation(size_t begin, size_t end) {
    std::vector<size_t> open;
    bool told = false;
    Fix* fix = nullptr;  // of the one report: closes all that are open
    const auto unclosed = [&](size_t brace, size_t before) {
      if (!told) {
        Diagnostic& out = file_.diagnostics.report(Code::unclosed_brace, file_.span(tokens_[brace])).label("opened here");
        fix = &out.fixes.emplace_back(Fix{"close it", false, {}});
      }
      told = true;
      const uint32_t place = before > 0 ? tokens_[before - 1].end : 0;
      insert(before, tok::RBRACE, place);
      if (fix == nullptr) return;
      const std::string_view between = file_.text.substr(tokens_[brace].begin, place - tokens_[brace].begin);
      const bool same_line = between.find('\n') == std::string_view::npos;
      fix->edits.push_back({Span{file_.file, place, place}, same_line ? " }" : "\n" + std::string(lines_[brace].indent, ' ') + "}"});
    };
    for (size_t i = begin; i < end; ++i) {
      if (type(i) == tok::LBRACE) open.push_back(i);
      if (type(i) != tok::RBRACE) continue;
      if (lines_[i].first) {
        while (open.size() > 1 && lines_[open.back()].indent > lines_[i].indent) {
          unclosed(open.back(), line_before(dedent(open.back(), i)));
          open.pop_back();
        }
      }
      if (!open.empty()) {
        open.pop_back();
      } else {
        if (!told) file_.diagnostics.report(Code::stray_bracket, file_.span(tokens_[i]), "}").fix("remove it", file_.span(tokens_[i]), "", false);
        told = true;
        removed_[i] = true;
      }
    }
    size_t tail = end;
    while (tail > begin && type(tail - 1) == tok::NL) --tail;
    for (; !open.empty(); open.pop_back()) unclosed(open.back(), tail);
  }

  // The first line behind a brace that is not deeper than the brace's own; `end` when there is none.
  size_t dedent(size_t brace, size_t end) const {
    for (size_t i = brace + 1; i < end; ++i) {
      if (lines_[i].first && lines_[i].indent <= lines_[brace].indent) return i;
    }
    return end;
  }

  // The place behind the last token of the line above.
  size_t line_before(size_t i) const {
    while (i > 0 && type(i - 1) == tok::NL) --i;
    return i;
  }

  void apply() {
    std::vector<Token> out;
    out.reserve(tokens_.size() + inserted_.size());
    for (size_t i = 0; i <= tokens_.size(); ++i) {
      if (const auto found = inserted_.find(i); found != inserted_.end()) {
        out.insert(out.end(), found->second.begin(), found->second.end());
      }
      if (i < tokens_.size() && !removed_[i]) out.push_back(tokens_[i]);
    }
    tokens_ = std::move(out);
  }

  const FrontFile& file_;
  std::vector<Token>& tokens_;
  std::vector<Line> lines_;
  std::vector<bool> removed_;
  std::map<size_t, std::vector<Token>> inserted_;
};

}  // namespace

namespace {

// `title "a, body "b"`: the text that lacks its quote is the one that ends in what looks like the next field.
std::optional<Span> runs_into_next(const FrontFile& file, const std::vector<Token>& before) {
  for (size_t i = before.size(); i-- > 0 && before[i].type != tok::NL;) {
    if (before[i].type != tok::TEXT) continue;
    const std::string_view text = file.spelled(before[i]);
    size_t at = text.size() - 1;  // the closing quote
    if (at < 2 || text[at - 1] != ' ') continue;
    const size_t comma = text.find_last_of(',', at);
    const std::string_view next = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1, at - comma - 1);
    const bool one_word = next.size() > 2 && next.front() == ' ' && next.substr(1, next.size() - 2).find(' ') == std::string_view::npos;
    if (one_word) return Span{file.file, before[i].begin, before[i].begin + static_cast<uint32_t>(comma)};
  }
  return std::nullopt;
}

void report_unclosed(const FrontFile& file, const std::vector<Token>& before, const Token& token, bool triple) {
  const uint32_t opening = triple ? 3 : 1;
  const auto told = [&](uint32_t begin) -> Diagnostic& {
    return file.diagnostics.report(Code::unclosed_text, Span{file.file, begin, begin + opening}, triple ? "\"\"\"" : "\"").label("opened here");
  };
  const std::optional<Span> run = triple ? std::nullopt : runs_into_next(file, before);
  if (run) {
    told(run->begin).fix("close it", Span{file.file, run->end, run->end}, "\"", false);
    return;
  }
  Diagnostic& out = told(token.begin);
  uint32_t end = token.end;
  while (!triple && end > token.begin + 1 && (file.text[end - 1] == '}' || file.text[end - 1] == ' ')) --end;
  out.fix("close it", Span{file.file, end, end}, triple ? "\"\"\"" : "\"", false);
}

}  // namespace

std::vector<Span> close_texts(const FrontFile& file, std::vector<Token>& tokens) {
  std::vector<Span> lines;
  std::vector<Token> out;
  out.reserve(tokens.size());
  size_t depth = 0;
  for (Token token : tokens) {
    if (token.type == tok::LBRACE) ++depth;
    if (token.type == tok::RBRACE && depth > 0) --depth;
    if (token.type != tok::UNCLOSED_TEXT && token.type != tok::UNCLOSED_TRIPLE) {
      out.push_back(token);
      continue;
    }
    const bool triple = token.type == tok::UNCLOSED_TRIPLE;
    report_unclosed(file, out, token, triple);
    const size_t line_start = file.text.rfind('\n', token.begin);
    lines.push_back({file.file, line_start == std::string_view::npos ? 0 : static_cast<uint32_t>(line_start), token.end});
    const uint32_t end = token.end;
    if (!triple) {  // the braces at the end of the line were meant as braces
      while (token.end > token.begin + 1 && (file.text[token.end - 1] == '}' || file.text[token.end - 1] == ' ')) --token.end;
    }
    out.push_back(token);
    if (triple) out.insert(out.end(), depth, Token{tok::RBRACE, end, end});  // the rest of the file went into the text
    for (uint32_t at = token.end; at < end; ++at) {
      if (file.text[at] == '}') out.push_back({tok::RBRACE, at, at + 1});
    }
  }
  tokens = std::move(out);
  return lines;
}

void balance_brackets(const FrontFile& file, std::vector<Token>& tokens) { Balancer(file, tokens).run(); }

}  // namespace wend
