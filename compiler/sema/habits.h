// Conditions as they are said aloud: `plan is premium or family`, `goal purchase`, `if premium`. Told in one diagnostic, with what
// is written here. Private to this folder; tested by tests/golden/mistakes.
#pragma once

#include "compiler/sema/context.h"

namespace wend::sema {

// `plan is premium or family`, `country contains "a" or "b"`: true when it has been told.
bool report_joined_values(Context& context, Scope& scope, const ast::BinaryExpr& binary);
// `plan is (premium or family)`
bool report_values_in_parentheses(Context& context, Scope& scope, const ast::CompareExpr& compare);
// `country in ["SE" or "NO"]`: of one item
bool report_values_in_list(Context& context, Scope& scope, const ast::Expr& item);
// `goal purchase`, `if premium`: a word that names an event or a value, where a condition stands.
bool report_no_condition(Context& context, Scope& scope, const ast::Expr& expr);

}  // namespace wend::sema
