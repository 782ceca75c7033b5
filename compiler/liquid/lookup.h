// What a template's names mean, and small builders of typed expressions.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/liquid/template_text.h"
#include "compiler/sema/names.h"
#include "compiler/sema/program.h"

namespace wend::liquid {

// All that checking one template reads.
struct Context {
  const Program& program;
  const UserNames& names;
  const Message& message;
  const TemplateText& source;
  const std::set<std::string>& assigned;   // names whose making has been reported as not supported
  Escape escape = Escape::none;

  template <class... Args>
  Diagnostic& report(Code code, Range range, Args&&... args) const {
    return source.report(code, range, std::forward<Args>(args)...);
  }
  std::string type(Type type) const { return type_name(program, type); }
};

bool is_name(const Context& context, const std::string& name);
// The name that a misspelled one most likely means, or empty.
std::string nearest_name(const Context& context, const std::string& name);
// The read of a name: parameters of the message first, then user names, `now` and `today`. Null when reported.
ExprPtr look_up(const Context& context, const Term& name);

// The words of a one-of; none where the declaration it comes from was broken.
const std::vector<std::string>& words_of(const Program& program, Type type);

ExprPtr make(ExprKind kind, Type type, Span span);
ExprPtr make(ExprKind kind, Type type, Span span, ExprPtr a);
ExprPtr make(ExprKind kind, Type type, Span span, ExprPtr a, ExprPtr b);
ExprPtr make_constant(Type type, Value value, Span span);
ExprPtr make_bool(bool value, Span span);
ExprPtr clone(const Expr& expr);

}  // namespace wend::liquid
