// Signs that people bring along from other languages and from writing: `&&`, `!=`, 'SE', “SE”, `€100`, `;`, `//`, `->`, 31.12.2026. They are
// told, and put right before anything is parsed, so that what they stand in is read as it was meant. Tested by
// tests/golden/mistakes.
#include <algorithm>
#include <string>
#include <tuple>

#include "compiler/diagnostics/codes.h"
#include "compiler/syntax/front.h"

namespace wend {
namespace {

struct Sign { std::string_view sign; const char* currency; };
constexpr Sign kCurrencies[] = {{"€", "EUR"}, {"£", "GBP"}, {"¥", "JPY"}, {"$", "USD"}};

struct Quotes { std::string_view open, close; };
constexpr Quotes kQuotes[] = {{"“", "”"}, {"„", "“"}, {"”", "”"}, {"‘", "’"}, {"«", "»"}};

bool is_number(uint16_t type) { return type == tok::INT || type == tok::NUMBER; }

class Signs {
 public:
  Signs(const FrontFile& file, std::vector<Token>& tokens) : file_(file), tokens_(tokens) {}

  void run() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      if (type(at_) == tok::LBRACE) ++depth_;
      if (type(at_) == tok::RBRACE && depth_ > 0) --depth_;
      if (date() || money() || quotes() || comment() || arrow() || unequal() || stray()) continue;
      out_.push_back(tokens_[at_]);
    }
    tokens_ = std::move(out_);
  }

 private:
  uint16_t type(size_t i) const { return i < tokens_.size() ? tokens_[i].type : 0; }
  std::string_view word(size_t i) const { return i < tokens_.size() ? file_.spelled(tokens_[i]) : std::string_view(); }
  bool is_sign(size_t i, std::string_view sign) const { return type(i) == tok::STRAY && word(i) == sign; }
  bool touches(size_t i) const { return i + 1 < tokens_.size() && tokens_[i].end == tokens_[i + 1].begin; }
  Span span(size_t first, size_t last) const { return {file_.file, tokens_[first].begin, tokens_[last].end}; }
  void put(uint16_t kind, size_t first, size_t last) { out_.push_back({kind, tokens_[first].begin, tokens_[last].end}); }

  Diagnostic& told(Span where) { return file_.diagnostics.report(Code::stray_character, where, file_.text.substr(where.begin, where.end - where.begin)); }

  // Tells tokens [first, last] and what is written instead; the next to be read is the one behind them.
  Diagnostic& written(size_t first, size_t last, const std::string& instead) {
    at_ = last;
    return told(span(first, last)).fix("write `" + instead + "`", span(first, last), instead);
  }

  // 31.12.2026
  bool date() {
    if (type(at_) != tok::NUMBER || type(at_ + 1) != tok::DOT || type(at_ + 2) != tok::INT || !touches(at_) || !touches(at_ + 1)) return false;
    const std::string_view day_month = word(at_), year = word(at_ + 2);
    const size_t point = day_month.find('.');
    if (year.size() != 4 || point == std::string_view::npos || point > 2 || day_month.size() - point > 3) return false;
    const auto two = [](std::string_view digits) { return (digits.size() == 1 ? "0" : "") + std::string(digits); };
    const std::string meant = std::string(year) + "-" + two(day_month.substr(point + 1)) + "-" + two(day_month.substr(0, point));
    const Span whole = span(at_, at_ + 2);
    file_.diagnostics.report(Code::bad_date, whole, file_.text.substr(whole.begin, whole.end - whole.begin))
        .help("a date is a year, a month and a day: `2026-01-31`").fix("write `" + meant + "`", whole, meant);
    put(tok::DATE_LITERAL, at_, at_ + 2);
    at_ += 2;
    return true;
  }

  // € 100 · €99.50 · 100€ · 100 €
  bool money() {
    for (const Sign& each : kCurrencies) {
      if (!word(at_).starts_with(each.sign) || (type(at_) != tok::IDENT && type(at_) != tok::STRAY)) continue;
      const bool behind = word(at_) == each.sign && !out_.empty() && is_number(out_.back().type) && at_ > 0 && type(at_ - 1) == out_.back().type;
      if (behind) {
        const Span sign = span(at_, at_);
        const Token& amount = out_.back();
        told(sign).help("an amount of money has its currency behind it: `100 " + std::string(each.currency) + "`")
            .fixes.push_back({"write its currency", true, {{Span{file_.file, amount.end, sign.end}, " " + std::string(each.currency)}}});
        return true;
      }
      return sign_before(each);
    }
    return false;
  }

  bool sign_before(const Sign& each) {
    size_t last = at_;
    std::string digits(word(at_).substr(each.sign.size()));
    if (digits.find_first_not_of("0123456789") != std::string::npos) return false;
    if (digits.empty() && is_number(type(at_ + 1))) digits += word(++last);
    else if (!digits.empty() && type(at_ + 1) == tok::DOT && touches(at_) && type(at_ + 2) == tok::INT) {
      digits += "." + std::string(word(at_ + 2));
      last += 2;
    }
    if (digits.empty()) return false;
    const std::string amount = digits + " " + each.currency;
    const Span whole = span(at_, last);
    const Span sign{file_.file, whole.begin, whole.begin + static_cast<uint32_t>(each.sign.size())};
    told(sign).help("an amount of money has its currency behind it").fix("write `" + amount + "`", whole, amount);
    const uint16_t kind = digits.find('.') == std::string::npos ? tok::INT : tok::NUMBER;
    out_.push_back({kind, whole.end - static_cast<uint32_t>(digits.size()), whole.end});
    at_ = last;
    return true;
  }

  // 'SE' · “Your mix”
  bool quotes() {
    if (is_sign(at_, "'")) {
      size_t last = at_ + 1;
      while (last < tokens_.size() && type(last) != tok::NL && !is_sign(last, "'")) ++last;
      if (!is_sign(last, "'")) return false;
      return quoted(last, tokens_[at_].begin, 1, tokens_[last].begin, 1);
    }
    if (type(at_) != tok::IDENT) return false;
    for (const Quotes& each : kQuotes) {
      if (!word(at_).starts_with(each.open)) continue;
      const size_t line_end = std::min(file_.text.find('\n', tokens_[at_].begin), file_.text.size());
      const size_t close = file_.text.find(each.close, tokens_[at_].begin + each.open.size());
      if (close == std::string_view::npos || close > line_end) return false;
      size_t last = at_;
      while (last + 1 < tokens_.size() && tokens_[last + 1].begin < close + each.close.size()) ++last;
      return quoted(last, tokens_[at_].begin, each.open.size(), close, each.close.size());
    }
    return false;
  }

  bool quoted(size_t last, size_t open, size_t open_size, size_t close, size_t close_size) {
    const auto at = [&](size_t from, size_t size) { return Span{file_.file, static_cast<uint32_t>(from), static_cast<uint32_t>(from + size)}; };
    const std::string_view inside = file_.text.substr(open + open_size, close - open - open_size);
    Diagnostic& out = told(at(open, open_size)).help("texts stand in double quotes");
    if (inside.find_first_of("\"\\") == std::string_view::npos)
      out.fixes.push_back({"write double quotes", true, {{at(open, open_size), "\""}, {at(close, close_size), "\""}}});
    out_.push_back({tok::TEXT, static_cast<uint32_t>(open), static_cast<uint32_t>(close + close_size)});
    at_ = last;
    return true;
  }

  // // a remark
  bool comment() {
    if (type(at_) != tok::SLASH || type(at_ + 1) != tok::SLASH || !touches(at_)) return false;
    const size_t first = at_;
    size_t last = first + 1;
    while (last + 1 < tokens_.size() && type(last + 1) != tok::NL) ++last;
    written(first, first + 1, "#").help("a comment begins with `#`");
    at_ = last;
    return true;
  }

  // -> offer
  bool arrow() {
    if (type(at_) != tok::MINUS || type(at_ + 1) != tok::GT || !touches(at_)) return false;
    const uint16_t last = out_.empty() ? 0 : out_.back().type;
    const bool statement = last == tok::NL || last == tok::COMMA || last == tok::LBRACE || last == tok::THEN || last == tok::ELSE;
    if (!statement) return false;
    const size_t first = at_;
    written(first, first + 1, "go to").help("the next step is named by `go to`");
    put(tok::GO, first, first);
    put(tok::TO, first + 1, first + 1);
    return true;
  }

  // != · !== · <>
  bool unequal() {
    const bool bang = is_sign(at_, "!") && type(at_ + 1) == tok::ASSIGN, angles = type(at_) == tok::LT && type(at_ + 1) == tok::GT;
    if ((!bang && !angles) || !touches(at_)) return false;
    const size_t first = at_;
    size_t last = first + 1;
    while (bang && touches(last) && type(last + 1) == tok::ASSIGN) ++last;
    written(first, last, "is not").help("two values are compared by `is` and `is not`");
    put(tok::IS, first, first);
    put(tok::NOT, first + 1, last);
    return true;
  }

  bool stray() {
    const size_t first = at_;
    for (const auto& [sign, kind, instead] : {std::tuple{"&", tok::AND, "and"}, std::tuple{"|", tok::OR, "or"}}) {
      if (!is_sign(first, sign)) continue;
      const bool twice = touches(first) && is_sign(first + 1, sign);
      const size_t last = twice ? first + 1 : first;
      written(first, last, instead).help(std::string("conditions are joined by `") + instead + "`");
      put(kind, first, last);
      return true;
    }
    if (is_sign(first, "!") && touches(first) && (is_word(type(first + 1)) || type(first + 1) == tok::LPAREN)) {
      told(span(first, first)).help("the opposite of a condition is `not`").fix("write `not`", span(first, first), "not ");
      put(tok::NOT, first, first);
      return true;
    }
    if (is_sign(first, ";")) return semicolon();
    return false;
  }

  bool semicolon() {
    const uint16_t next = type(at_ + 1);
    const bool ends = next == tok::NL || next == tok::RBRACE || next == 0;
    Diagnostic& out = told(span(at_, at_));
    if (ends) out.help("a line end separates members").fix("remove it", span(at_, at_), "");
    else out.help("members on one line are separated by commas").fix("write a comma", span(at_, at_), depth_ > 0 ? "," : "\n");
    if (!ends) put(depth_ > 0 ? tok::COMMA : tok::NL, at_, at_);
    return true;
  }

  const FrontFile& file_;
  std::vector<Token>& tokens_;
  std::vector<Token> out_;
  size_t at_ = 0;
  size_t depth_ = 0;
};

}  // namespace

void mend_signs(const FrontFile& file, std::vector<Token>& tokens) { Signs(file, tokens).run(); }

}  // namespace wend
