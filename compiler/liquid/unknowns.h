// What is known about unknowns at one place of a template: the reads that a guard around it has proven known, and how
// a read that nobody has dealt with is reported.
#pragma once

#include <optional>
#include <set>
#include <utility>

#include "compiler/liquid/template_text.h"
#include "compiler/sema/program.h"

namespace wend::liquid {

struct Context;

// An attribute, a measure, a parameter or a variable, by kind and number; an entry of a list that is no variable, a field of one.
using Subject = std::pair<ExprKind, uint64_t>;

// The subject a read is of, if it is one that can be narrowed.
std::optional<Subject> subject_of(const Expr& expr);
// The entry at a place of a list, counted from 0; -1: the last.
std::optional<Subject> entry_subject(const Expr& list, int64_t place);
// `items[0].name`, made where there may be no such entry: known where the entry and the field are.
bool is_field_of_entry(const Expr& expr);

class Known {
 public:
  void add(const Expr& expr);
  void add(const Subject& subject) { subjects_.insert(subject); }
  void add(const Known& other) { subjects_.insert(other.subjects_.begin(), other.subjects_.end()); }
  void remove(const Subject& subject) { subjects_.erase(subject); }
  bool has(const Subject& subject) const { return subjects_.count(subject) > 0; }
  bool has(const Expr& expr) const {
    auto subject = subject_of(expr);
    return subject && subjects_.count(*subject) > 0;
  }
  // What both hold.
  static Known both(const Known& a, const Known& b);

 private:
  std::set<Subject> subjects_;
};

// `{0}` is shown, but may be unknown: with the default that would mend it.
void report_shown_unknown(const Context& context, const Term& name, const Expr& expr);
// … is compared by an operator that asks for a known value.
void report_compared_unknown(const Context& context, const Term& name, const Expr& expr, std::string_view op, bool alone);

}  // namespace wend::liquid
