// What is meant by a value, or by an event, where a condition stands.
#include "compiler/sema/habits.h"

#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"

namespace wend::sema {
namespace {

using Values = std::vector<const ast::Expr*>;

// A literal that is no condition, or a word that names nothing here.
bool is_bare_value(Context& context, const Scope& scope, const ast::Expr& expr) {
  if (const auto* word = std::get_if<ast::NameExpr>(&expr.node))
    return word->name.present() && !names_something(context, scope, word->name) && !find_name(context, Space::event, word->name);
  return std::holds_alternative<ast::TextLiteral>(expr.node) || std::holds_alternative<ast::IntLiteral>(expr.node) ||
         std::holds_alternative<ast::MoneyLiteral>(expr.node) || std::holds_alternative<ast::DateLiteral>(expr.node) ||
         std::holds_alternative<ast::NumberLiteral>(expr.node) || std::holds_alternative<ast::DurationLiteral>(expr.node);
}

bool joins(ast::BinaryOp op) { return op == ast::BinaryOp::or_ || op == ast::BinaryOp::and_; }

// `premium or family or free`, from its end; empty when anything else stands in it. Iterative, since a chain may be long.
Values values_of(Context& context, const Scope& scope, const ast::Expr& expr) {
  Values values;
  const ast::Expr* next = &expr;
  for (;;) {
    const auto* both = std::get_if<ast::BinaryExpr>(&next->node);
    const ast::Expr* last = both && joins(both->op) ? both->right.get() : next;
    if (!last || !is_bare_value(context, scope, *last)) return {};
    values.push_back(last);
    if (last == next) break;
    next = both->left.get();
    if (!next) return {};
  }
  if (values.size() < 2) return {};
  std::reverse(values.begin(), values.end());
  return values;
}

std::string written(const Context& context, Span span) { return std::string(context.sources.text(span)); }

std::string listed(const Context& context, const Values& values) {
  std::string text;
  for (const ast::Expr* value : values) text += (text.empty() ? "" : ", ") + written(context, value->span);
  return text;
}

Diagnostic& told(Context& context, const ast::Expr& value, const std::string& joint) {
  const auto* word = std::get_if<ast::NameExpr>(&value.node);
  Diagnostic& out = word ? context.diagnostics.report(Code::nothing_called, value.span, word->name.text)
                         : context.diagnostics.report(Code::type_mismatch, value.span, "bool", written(context, value.span));
  return out.label("a value, not a condition").help("`" + joint + "` joins conditions; one of several values is asked by `in [ ]`");
}

std::string joint_of(ast::BinaryOp op) { return op == ast::BinaryOp::or_ ? "or" : "and"; }
Span span_between(Span first, Span last) { return {first.file, first.begin, last.end}; }

// Whether each of the words is a value of what is compared.
bool are_values(Context& context, Scope& scope, const ast::Expr& subject, const Values& values) {
  const ExprPtr checked = check(context, scope, subject);
  if (is_error(checked)) return false;
  const Type type = checked->type.known();
  for (const ast::Expr* value : values) {
    const auto* word = std::get_if<ast::NameExpr>(&value->node);
    if (!word) continue;
    if (type.kind != TypeKind::one_of || type.of >= context.program.one_ofs.size()) return false;
    const auto& known = context.program.one_ofs[type.of].values;
    if (std::find(known.begin(), known.end(), word->name.text) == known.end()) return false;
  }
  return true;
}

}  // namespace

bool report_joined_values(Context& context, Scope& scope, const ast::BinaryExpr& binary) {
  if (!binary.right || !binary.left || !is_bare_value(context, scope, *binary.right)) return false;
  Values values{binary.right.get()};
  const ast::Expr* last = binary.left.get();
  for (;;) {
    const auto* both = std::get_if<ast::BinaryExpr>(&last->node);
    if (!both || !joins(both->op) || !both->right || !both->left) break;
    if (!is_bare_value(context, scope, *both->right)) {
      last = both->right.get();
      break;
    }
    values.push_back(both->right.get());
    last = both->left.get();
  }
  const auto* compare = std::get_if<ast::CompareExpr>(&last->node);
  if (!compare || !compare->left || !compare->right) return false;
  const Values others = values;
  const bool equality = compare->op == ast::CompareOp::is || compare->op == ast::CompareOp::is_not;
  if (!are_values(context, scope, *compare->left, others)) return false;
  values.push_back(compare->right.get());
  std::reverse(values.begin(), values.end());
  Diagnostic& out = told(context, *values[1], joint_of(binary.op));
  const std::string test = written(context, span_between(compare->left->span, compare->op_span));
  if (equality) {
    const std::string list = std::string(compare->op == ast::CompareOp::is ? "in" : "not in") + " [" + listed(context, values) + "]";
    out.fix("write `" + list + "`", span_between(compare->op_span, binary.right->span), list, false);
  } else if (test.size() <= 60 && test.find('\n') == std::string::npos) {
    out.helps.back() = "`" + joint_of(binary.op) + "` joins conditions, each said in full";
    Fix again{"say the test again", false, {}};
    for (const ast::Expr* value : others) again.edits.push_back(insertion_before(value->span, test + " "));
    std::reverse(again.edits.begin(), again.edits.end());
    out.fixes.push_back(std::move(again));
  }
  return true;
}

bool report_values_in_parentheses(Context& context, Scope& scope, const ast::CompareExpr& compare) {
  const auto* both = compare.right ? std::get_if<ast::BinaryExpr>(&compare.right->node) : nullptr;
  if (!both || !joins(both->op) || !compare.left) return false;
  const Values values = values_of(context, scope, *compare.right);
  if (values.empty() || !are_values(context, scope, *compare.left, values)) return false;
  Diagnostic& out = told(context, *values[0], joint_of(both->op));
  const std::string& text = context.sources.file(compare.op_span.file).text();
  const size_t close = text.find_first_not_of(" \n", values.back()->span.end);
  const bool equality = compare.op == ast::CompareOp::is || compare.op == ast::CompareOp::is_not;
  if (!equality || close == std::string::npos || text[close] != ')') return true;
  const std::string list = std::string(compare.op == ast::CompareOp::is ? "in" : "not in") + " [" + listed(context, values) + "]";
  out.fix("write `" + list + "`", Span{compare.op_span.file, compare.op_span.begin, static_cast<uint32_t>(close + 1)}, list, false);
  return true;
}

bool report_values_in_list(Context& context, Scope& scope, const ast::Expr& item) {
  const auto* both = std::get_if<ast::BinaryExpr>(&item.node);
  if (!both || !joins(both->op)) return false;
  const Values values = values_of(context, scope, item);
  if (values.empty()) return false;
  Diagnostic& out = told(context, *values[0], joint_of(both->op));
  out.helps.back() = "the values of a list are parted by commas";
  out.fix("write commas", span_between(values.front()->span, values.back()->span), listed(context, values));
  return true;
}

bool report_no_condition(Context& context, Scope& scope, const ast::Expr& expr) {
  const auto* word = std::get_if<ast::NameExpr>(&expr.node);
  if (!word || !word->name.present() || scope.constants_only || scope.attributes_only || scope.event_only || names_something(context, scope, word->name)) return false;
  const std::string& name = word->name.text;
  if (find_name(context, Space::event, word->name) && scope.no_aggregates == nullptr) {
    Diagnostic& out = context.diagnostics.report(Code::nothing_called, expr.span, name).label("an event, not a condition");
    const std::string& text = context.sources.file(expr.span.file).text();
    const std::string before = text.substr(expr.span.begin < 40 ? 0 : expr.span.begin - 40, std::min<size_t>(expr.span.begin, 40));
    const size_t when = before.find_last_not_of(' ');
    const bool enters = when != std::string::npos && when >= 4 && before.compare(when - 3, 4, "when") == 0 &&
                        before.find_last_not_of(' ', when - 4) >= 4 && before.compare(before.find_last_not_of(' ', when - 4) - 4, 5, "enter") == 0;
    if (enters) {
      const uint32_t begin = expr.span.begin - static_cast<uint32_t>(before.size() - (when - 3));
      out.help("an event lets users in by `enter on`").fix("write `on`", Span{expr.span.file, begin, expr.span.begin}, "on ");
      return true;
    }
    const std::string window = scope.journey && !scope.before_entry ? " since entry" : " ever";
    out.help("what has happened is asked by `has`, with a window")
        .fixes.push_back({"ask what has happened", false, {insertion_before(expr.span, "has "), insertion(expr.span, window)}});
    return true;
  }
  std::vector<std::string> owners;
  for (const std::string& candidate : visible_names(context, Space::user, expr.span)) {
    const auto user = find_user(context, {candidate, expr.span});
    if (!user || (user->kind != UserName::Kind::attribute && user->kind != UserName::Kind::states)) continue;
    const Type type = type_of(context.program, *user).known();
    if (type.kind != TypeKind::one_of || type.of >= context.program.one_ofs.size()) continue;
    const auto& values = context.program.one_ofs[type.of].values;
    if (std::find(values.begin(), values.end(), name) != values.end()) owners.push_back(candidate);
  }
  if (owners.empty()) return false;
  Diagnostic& out = context.diagnostics.report(Code::nothing_called, expr.span, name).label("a value, not a condition");
  out.help("`" + name + "` is a value of " + list_words(owners));
  if (owners.size() == 1) out.fixes.push_back({"write `" + owners[0] + " is " + name + "`", false, {insertion_before(expr.span, owners[0] + " is ")}});
  return true;
}

}  // namespace wend::sema
