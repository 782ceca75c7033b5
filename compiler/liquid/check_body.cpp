// The body of a template: texts, outputs with the escaping their place asks for, and tags.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"

namespace wend::liquid {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// What a capture or a filter has made into markup already.
bool is_markup(const Context& context, const Expr& value) {
  const Expr& inner = value.kind == ExprKind::unwrap ? *value.args[0] : value;
  if (inner.kind == ExprKind::local) return context.scope.numbers().markup.contains(inner.index);
  return inner.kind == ExprKind::call && builtins()[inner.id].result == BuiltinType::html;
}

bool is_url_encoded(const Expr& value) {
  return value.kind == ExprKind::call && std::string_view(builtins()[value.id].name) == "url_encode";
}

std::optional<Escape> escape_in_markup(const Context& context, const Expr& value, Range range, const Markup& markup) {
  const bool ready = is_markup(context, value);
  switch (markup.place()) {
    case Markup::Place::text: return ready || value.type.kind == TypeKind::html ? Escape::none : Escape::html;
    case Markup::Place::comment: return Escape::html;
    case Markup::Place::quoted:
    case Markup::Place::single_quoted:
      if (!markup.in_url()) return ready ? Escape::none : Escape::html;
      if (markup.at_value_start()) return ready ? Escape::link_markup : Escape::link;
      return ready || is_url_encoded(value) ? Escape::none : Escape::url;
    case Markup::Place::script:
      context.report(Code::template_in_script, range).label("inside `<script>`");
      return std::nullopt;
    default:
      context.report(Code::template_unquoted, range)
          .label("inside a tag, and not in quotes")
          .help("put the attribute's value in quotes: `name=\"{{ … }}\"`");
      return std::nullopt;
  }
}

void show_text(const Context& context, const std::string& written, Flow& flow, TemplateBody& out) {
  flow.at_start = flow.at_start && std::all_of(written.begin(), written.end(), is_space);
  if (context.escape == Escape::html) flow.markup.read(written);
  TemplateNode text;
  text.text = written;
  if (context.escape == Escape::line)
    std::replace_if(text.text.begin(), text.text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  out.push_back(std::move(text));
}

void show_value(const Context& context, const Node& node, Flow& flow, TemplateBody& out) {
  ExprPtr value = check_output(context, node, flow.known);
  const auto escape = value ? escape_at(context, *value, node.range, flow) : std::nullopt;
  flow.markup.shown();
  if (!escape) return;
  TemplateNode output;
  output.kind = TemplateNode::Kind::output;
  output.escape = *escape;
  output.value = std::move(value);
  out.push_back(std::move(output));
  flow.at_start = false;
}

}  // namespace

// In a url every output is one part of it, but the one it starts with is the url itself.
std::optional<Escape> escape_at(const Context& context, const Expr& value, Range range, const Flow& flow) {
  switch (context.escape) {
    case Escape::html: return escape_in_markup(context, value, range, flow.markup);
    case Escape::url:
      return flow.at_start || is_url_encoded(value) || is_markup(context, value) ? Escape::none : Escape::url;
    default: return context.escape;
  }
}

TemplateBody check_body(const Context& context, const std::vector<Node>& nodes, Flow& flow) {
  TemplateBody out;
  for (const Node& node : nodes) {
    switch (node.kind) {
      case Node::Kind::text: show_text(context, node.text, flow, out); break;
      case Node::Kind::output: show_value(context, node, flow, out); break;
      case Node::Kind::branches: check_branches(context, node, flow, out); break;
      case Node::Kind::loop: check_loop(context, node, flow, out); break;
      case Node::Kind::assign: check_assign(context, node, flow, out); break;
      case Node::Kind::capture: check_capture(context, node, flow, out); break;
      case Node::Kind::leave: check_leave(context, node, flow, out); break;
      case Node::Kind::count: check_count(context, node, out); break;
      case Node::Kind::cycle: check_cycle(context, node, flow, out); break;
      case Node::Kind::render: check_render(context, node, flow, out); break;
    }
  }
  return out;
}

}  // namespace wend::liquid
