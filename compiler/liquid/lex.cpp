// Longest match over a handful of forms. A character that fits none is a sign of its own, which the parser refuses
// where it stands.
#include "compiler/liquid/lex.h"

#include "compiler/diagnostics/codes.h"
#include "runtime/abi/utf8.h"

namespace wend::liquid {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Bytes outside ASCII count as letters, so that a name in another script is one unknown name and not many signs.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0; }

class Lexer {
 public:
  Lexer(const TemplateText& source, Range inner) : source_(source), text_(source.text()), at_(inner.begin), end_(inner.end) {}

  std::vector<Token> run() {
    for (;;) {
      while (at_ < end_ && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
      if (at_ >= end_) break;
      take();
    }
    tokens_.push_back({Token::Kind::end, {end_, end_}, {}});
    return std::move(tokens_);
  }

 private:
  char peek(uint32_t ahead) const { return at_ + ahead < end_ ? text_[at_ + ahead] : '\0'; }

  void take() {
    const char c = text_[at_];
    if (c == '\'' || c == '"') return take_text(c);
    if (is_digit(c) || (c == '-' && is_digit(peek(1)))) return take_number();
    if (is_letter(c)) return take_name();
    take_sign();
  }

  void add(Token::Kind kind, uint32_t size) {
    const Range range{at_, at_ + size};
    tokens_.push_back({kind, range, source_.text(range)});
    at_ = range.end;
  }

  void take_text(char quote) {
    const size_t close = text_.substr(0, end_).find(quote, at_ + 1);
    if (close == std::string_view::npos) {
      source_.report(Code::template_quote_unclosed, {at_, end_}).label("begins here");
      tokens_.push_back({Token::Kind::text, {at_, end_}, source_.text({at_ + 1, end_})});
      at_ = end_;
      return;
    }
    const auto end = static_cast<uint32_t>(close);
    tokens_.push_back({Token::Kind::text, {at_, end + 1}, source_.text({at_ + 1, end})});
    at_ = end + 1;
  }

  void take_number() {
    uint32_t size = 1;
    while (is_digit(peek(size))) ++size;
    if (peek(size) != '.' || !is_digit(peek(size + 1))) return add(Token::Kind::integer, size);
    ++size;
    while (is_digit(peek(size))) ++size;
    add(Token::Kind::number, size);
  }

  // Dashes inside belong to it: `first-name` is one name, and never a subtraction.
  void take_name() {
    uint32_t size = 1;
    for (;; ++size) {
      const char c = peek(size);
      if (is_letter(c) || is_digit(c)) continue;
      if (c == '-' && (is_letter(peek(size + 1)) || is_digit(peek(size + 1)))) continue;
      break;
    }
    if (peek(size) == '?') ++size;
    add(Token::Kind::name, size);
  }

  void take_sign() {
    static constexpr std::string_view kTwo[] = {"==", "!=", "<>", "<=", ">=", "&&", "||", ".."};
    const std::string_view rest = text_.substr(at_, std::min<uint32_t>(2, end_ - at_));
    for (std::string_view two : kTwo)
      if (rest == two) return add(Token::Kind::sign, 2);
    const uint32_t size = read_scalar(text_, at_).size;
    add(Token::Kind::sign, std::min<uint32_t>(size, end_ - at_));
  }

  const TemplateText& source_;
  std::string_view text_;
  uint32_t at_;
  uint32_t end_;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> lex(const TemplateText& source, Range inner) { return Lexer(source, inner).run(); }

}  // namespace wend::liquid
