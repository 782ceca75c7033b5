// Literal tokens to values, range-checked. What is out of range is reported and read as zero. Private to this folder.
#pragma once

#include <optional>

#include "compiler/syntax/ast.h"
#include "compiler/syntax/front.h"

namespace wend {

inline constexpr int64_t kSecondMicros = 1000000;
inline constexpr int64_t kDayMicros = 86400 * kSecondMicros;
inline constexpr int64_t kDurationMaxMicros = 3653 * kDayMicros;  // ten years

struct Literals {
  const FrontFile& file;

  Span span(const Node& node) const { return {file.file, node.begin, node.end}; }
  std::string_view spelled(const Node& node) const { return file.text.substr(node.begin, node.end - node.begin); }

  int64_t integer(const Node& token) const;
  double number(const Node& token) const;
  int64_t percent_millionths(const Node& token) const;
  int64_t money_micros(const Node& token) const;
  int64_t clock(const Node& token) const;                    // micros since midnight; a name is a value's
  int64_t date(const Node& token) const;                     // days since 1970-01-01
  int64_t instant(const Node& token, bool* has_zone = nullptr) const;  // micros since 1970-01-01T00:00Z
  ast::Text text(const Node& node) const;                    // of the rule `text`

  // `3 minutes`. A duration has no calendar units and at most ten years; a window may have both.
  ast::Quantity duration(const Node& quantity) const;
  ast::Quantity span_of_window(const Node& quantity) const;
  static ast::Unit unit(const Node& time_unit);

 private:
  int64_t clock_text(std::string_view text, Span span) const;
  int64_t date_text(std::string_view text, Span span) const;
  int64_t scaled(std::string_view digits, Span span, int places, const char* limit) const;
  ast::Quantity quantity(const Node& node) const;
};

}  // namespace wend
