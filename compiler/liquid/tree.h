// A template as written, before its names mean anything: plain data between parse.h and check.h. Places are
// half-open byte ranges of the template's own text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wend::liquid {

constexpr uint32_t kNestingMax = 64;         // blocks inside one another
constexpr uint32_t kTermsMax = 64;           // comparisons joined by `and` and `or` in one condition
constexpr uint32_t kFiltersMax = 64;         // filters behind one value
constexpr uint32_t kSizeMax = 256 * 1024;    // bytes of one template

struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;
};

// A name (`first_name`, also dotted), or a literal.
struct Term {
  enum class Kind : uint8_t { broken, name, text, integer, number, boolean, nil, blank } kind = Kind::broken;
  std::string text;      // name: as written; text: without its quotes; integer, number: as written; nil, blank: its word
  int64_t integer = 0;   // integer; boolean 0/1
  double number = 0;     // integer, number
  Range range;

  bool literal() const { return kind != Kind::name && kind != Kind::broken; }
};

struct Filter {
  std::string name;
  Range name_range;
  Range range;                  // from the `|` to the last argument
  std::vector<Term> arguments;
};

enum class Operator : uint8_t { none, equal, not_equal, less, less_equal, greater, greater_equal, contains };

// `left`, or `left op right`.
struct Comparison {
  Term left;
  Operator op = Operator::none;
  Range op_range;
  Term right;
  Range range;
};

// Comparisons joined right to left: `a and b or c` is `a and (b or c)`. joins[i] stands between terms i and i + 1.
struct Condition {
  enum class Join : uint8_t { and_, or_ };
  std::vector<Comparison> terms;   // empty: broken, and reported
  std::vector<Join> joins;
};

struct Node;
struct Branch {
  std::optional<Condition> condition;   // none: else
  bool negated = false;                 // unless
  std::vector<Node> body;
};
struct Node {
  enum class Kind : uint8_t { text, output, branches } kind = Kind::text;
  Range range;                    // output: braces included
  std::string text;               // text
  Term value;                     // output
  std::vector<Filter> filters;    // output
  std::vector<Branch> branches;   // branches
};

}  // namespace wend::liquid
