// The larger declarations of print.h, one file for them. Private to this folder.
#pragma once

#include <string>

#include "compiler/syntax/printer.h"

namespace wend {

std::string renamed_note(const ast::Name& from);
void print_protect(Printer& out, const ast::Protect& protect);
void print_journey(Printer& out, const ast::Journey& journey);
void print_test(Printer& out, const ast::Test& test);

}  // namespace wend
