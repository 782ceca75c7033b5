// The writer behind print.h. Private to this folder.
#pragma once

#include <string>
#include <string_view>

#include "compiler/syntax/ast.h"

namespace wend {

// One-line pieces.
std::string quoted(std::string_view text);
std::string print_quantity(const ast::Quantity& quantity);
std::string print_type(const ast::TypeRef& type);
std::string print_window(const ast::Window& window);
std::string print_event(const ast::EventRef& event);
std::string print_clock(int64_t micros);
std::string print_date(int64_t days);
std::string print_percent(int64_t millionths);
std::string print_number(double value);
std::string print_expr(const ast::ExprPtr& expr);      // "-" for none
std::string print_arguments(const std::vector<ast::Argument>& arguments);
std::string print_names(const std::vector<ast::Name>& names);
std::string_view weekday_word(int weekday);
std::string_view unit_word(ast::Unit unit);

// Lines with their indentation; `(` opens a level that close() ends.
class Printer {
 public:
  void line(const std::string& text) {
    if (!out_.empty()) out_ += '\n';
    out_.append(depth_ * 2, ' ');
    out_ += text;
  }
  void open(const std::string& text) {
    line("(" + text);
    ++depth_;
  }
  void close() {
    --depth_;
    out_ += ')';
  }
  std::string take() { return std::move(out_) + "\n"; }

  void declaration(const ast::Decl& decl);
  void block(std::string_view word, const ast::Block& block);  // nothing for an empty one
  void statement(const ast::Stmt& statement);
  void arms(const std::vector<ast::Arm>& arms);

 private:
  std::string out_;
  size_t depth_ = 0;
};

}  // namespace wend
