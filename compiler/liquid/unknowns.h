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

// An attribute, a measure, a parameter or a variable, by kind and number.
using Subject = std::pair<ExprKind, uint32_t>;

// The subject a read is of, if it is one that can be narrowed.
std::optional<Subject> subject_of(const Expr& expr);

class Known {
 public:
  void add(const Expr& expr) { if (auto subject = subject_of(expr)) subjects_.insert(*subject); }
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
