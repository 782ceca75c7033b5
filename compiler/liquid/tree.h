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
constexpr uint32_t kStepsMax = 16;           // dots and brackets behind one name
constexpr uint32_t kSizeMax = 256 * 1024;    // bytes of one template
constexpr uint32_t kRendersMax = 8;          // files inside one another
constexpr uint32_t kRenderedMax = 1024 * 1024;   // bytes of all the files one template takes in, as often as it does

struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct Step;

// A name with what is asked of it (`item.price`, `tags[0]`), a literal, or a range.
struct Term {
  enum class Kind : uint8_t { broken, name, text, integer, number, boolean, nil, blank, range } kind = Kind::broken;
  std::string text;      // name: without its steps; text: without its quotes; integer, number: as written; nil, blank: its word
  int64_t integer = 0;   // integer; boolean 0/1
  double number = 0;     // integer, number
  Range range;           // steps included
  std::vector<Step> steps;    // name
  std::vector<Term> bounds;   // range: from and to

  bool literal() const { return kind != Kind::name && kind != Kind::broken && kind != Kind::range; }
  std::string written() const;   // a name with its steps, for messages
};

// `.field` or `[index]`.
struct Step {
  std::string field;
  std::vector<Term> index;   // one, or none
  Range range;
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

// What a tag may be given by name: `limit: 3`, `price: item.price`.
struct Given {
  std::string name;
  Range name_range;
  Term value;
};

struct Node {
  enum class Kind : uint8_t {
    text, output, branches,   // branches: if, unless, case
    assign,                   // name = value | filters
    capture,                  // branches[0]: what is captured as `name`
    loop,                     // for name in value: branches[0], and branches[1] (else) where there is nothing to go over
    leave,                    // break, continue
    count,                    // increment, decrement of `name`
    cycle,                    // values, by turns
    render,                   // the file `value`, given `given`
  } kind = Kind::text;
  Range range;                    // output and tags: braces included
  std::string text;               // text
  std::string name;               // assign, capture, loop, count; cycle: what its turns are counted under
  Range name_range;
  Term value;                     // output, assign, loop, render
  std::vector<Filter> filters;    // output, assign
  std::vector<Branch> branches;   // branches, capture, loop
  std::vector<Given> given;       // loop: limit, offset; render: its parameters
  std::vector<Term> values;       // cycle
  bool flag = false;              // loop: reversed; leave: the whole loop; count: downwards
};

}  // namespace wend::liquid
