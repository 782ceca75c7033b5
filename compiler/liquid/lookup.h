// What a template's names mean, and small builders of typed expressions.
#pragma once

#include <string>
#include <vector>

#include "compiler/liquid/scope.h"
#include "compiler/liquid/template_text.h"
#include "compiler/liquid/unknowns.h"
#include "compiler/sema/analyze.h"
#include "compiler/sema/names.h"
#include "compiler/sema/program.h"

namespace wend::liquid {

// All that checking one template reads.
struct Context {
  const Program& program;
  const UserNames& names;
  const Message& message;
  const TemplateText& source;
  Scope& scope;
  Escape escape = Escape::none;
  Sources& sources;
  const ReadFile& read_file;
  bool apart = false;   // a file that is taken in: it sees what it is given and what is known of the user
  Uses* uses = nullptr;

  template <class... Args>
  Diagnostic& report(Code code, Range range, Args&&... args) const {
    return source.report(code, range, std::forward<Args>(args)...);
  }
  std::string type(Type type) const { return type_name(program, type); }
};

// Whether a name outside the template's own variables.
bool is_name(const Context& context, const std::string& name);
// The name that a misspelled one most likely means, or empty.
std::string nearest_name(const Context& context, const std::string& name);
// The read of a name outside the template's own variables, and how many steps it took of a dotted one; null and silent
// when there is none.
ExprPtr look_up_outside(const Context& context, const Term& name, size_t& steps);
// The read of a name with its steps, as it stands here: variables and loops first, then parameters of the message, user names,
// `now` and `today`. A `T?` proven known is unwrapped. Null when reported.
ExprPtr read(const Context& context, const Term& name, const Known& known);
// The read of a variable, known or not.
ExprPtr read_variable(const Variable& variable, Span span, const Known& known);

// The words of a one-of; none where the declaration it comes from was broken.
const std::vector<std::string>& words_of(const Program& program, Type type);

ExprPtr make(ExprKind kind, Type type, Span span);
ExprPtr make(ExprKind kind, Type type, Span span, ExprPtr a);
ExprPtr make(ExprKind kind, Type type, Span span, ExprPtr a, ExprPtr b);
ExprPtr make_constant(Type type, Value value, Span span);
ExprPtr make_bool(bool value, Span span);
ExprPtr clone(const Expr& expr);

}  // namespace wend::liquid
