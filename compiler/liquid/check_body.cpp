// The body of a template: texts, outputs with the escaping their field asks for, and branches with what each knows.
#include <algorithm>

#include "compiler/liquid/check.h"

namespace wend::liquid {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// In a url every output is one part of it, but the one it starts with is the url itself.
Escape escape_of(const Context& context, Type type, bool at_start) {
  if (context.escape == Escape::html && type.kind == TypeKind::html) return Escape::none;
  if (context.escape == Escape::url && at_start) return Escape::none;
  return context.escape;
}

void check_branches(const Context& context, const Node& node, const Known& known, bool& at_start, TemplateBody& out) {
  TemplateNode result;
  result.kind = TemplateNode::Kind::branches;
  Known here = known;   // and that the branches before did not hold
  bool all_at_start = at_start, has_else = false;
  for (const Branch& branch : node.branches) {
    Tested tested;
    Known inside = here;
    if (branch.condition) {
      tested = check_condition(context, *branch.condition, here);
      if (branch.negated) {
        std::swap(tested.when_true, tested.when_false);
        if (tested.expr) {
          const Span span = tested.expr->span;
          tested.expr = make(ExprKind::not_, {TypeKind::boolean}, span, std::move(tested.expr));
        }
      }
      inside.add(tested.when_true);
      here.add(tested.when_false);
    } else {
      has_else = true;
    }
    bool start = at_start;
    TemplateBody body = check_body(context, branch.body, inside, start);
    all_at_start = all_at_start && start;
    if (!branch.condition || tested.expr) result.branches.push_back({std::move(tested.expr), std::move(body)});
  }
  at_start = all_at_start && (has_else || at_start);
  if (!result.branches.empty()) out.push_back(std::move(result));
}

}  // namespace

TemplateBody check_body(const Context& context, const std::vector<Node>& nodes, const Known& known, bool& at_start) {
  TemplateBody out;
  for (const Node& node : nodes) {
    if (node.kind == Node::Kind::branches) {
      check_branches(context, node, known, at_start, out);
    } else if (node.kind == Node::Kind::text) {
      at_start = at_start && std::all_of(node.text.begin(), node.text.end(), is_space);
      TemplateNode text;
      text.text = node.text;
      out.push_back(std::move(text));
    } else if (ExprPtr value = check_output(context, node, known)) {
      TemplateNode output;
      output.kind = TemplateNode::Kind::output;
      output.escape = escape_of(context, value->type, at_start);
      output.value = std::move(value);
      out.push_back(std::move(output));
      at_start = false;
    }
  }
  return out;
}

}  // namespace wend::liquid
