// A template's typed body in a readable form, for `emit` and golden files: one node a line, branches indented.
#pragma once

#include <string>

#include "compiler/sema/program.h"

namespace wend {

std::string print_template(const Program& program, const Message& message, const TemplateBody& body);
// One expression as templates make them: `capitalize(or_else(first_name, 'Hey'))`. A narrowed `T?` is `first_name!`.
std::string print_template_expr(const Program& program, const Message& message, const Expr& expr);

}  // namespace wend
