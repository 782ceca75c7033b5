// The syntax tree as text, for tests and `wend emit --stage ast`: an s-expression, a member a line. What was
// not written is not printed; places are not printed.
#pragma once

#include <string>

#include "compiler/syntax/ast.h"

namespace wend {

std::string print_ast(const ast::File& file);
std::string print_ast(const ast::Expr& expr);

}  // namespace wend
