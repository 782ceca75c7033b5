// Tags that set something, count, or take in a file.
#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"
#include "compiler/liquid/literals.h"
#include "compiler/liquid/parse.h"

namespace wend::liquid {
namespace {

// Url and email are texts once they are in a variable; html stays html.
Type kept_as(Type type) {
  if (type.is_text() && type.kind != TypeKind::html) return {TypeKind::text};
  return type.known();
}

void report_other_type(const Context& context, const Node& node, Type found) {
  const Variable* variable = context.scope.find(node.name);
  auto& report = context.report(Code::template_variable_type, node.name_range, node.name, context.type(variable->type), context.type(found));
  report.label("given `" + context.type(found) + "` here");
  if (found.kind == TypeKind::number && variable->type.kind == TypeKind::integer) report.help("begin with a number that has decimals: `{% assign " + node.name + " = 0.0 %}`");
  else report.help("choose another name for it");
}

// The variable a tag gives a value to; null when reported. Converts a literal or a whole number to the type the variable has.
const Variable* target(const Context& context, const Node& node, ExprPtr& value) {
  Type type = kept_as(value->type);
  if (const Variable* variable = context.scope.give(node.name, type, false)) return variable;
  const Variable* found = context.scope.find(node.name);
  if (found->type.kind == TypeKind::number && value->type == Type{TypeKind::integer}) {
    const Span span = value->span;
    value = make(ExprKind::int_to_number, {TypeKind::number}, span, std::move(value));
    return context.scope.give(node.name, value->type, false);
  }
  if (node.filters.empty() && node.value.literal()) {
    if (auto constant = value_as(context, node.value, found->type)) {
      value = make_constant(found->type, *constant, value->span);
      return context.scope.give(node.name, found->type, found->markup);
    }
  }
  report_other_type(context, node, type);
  return nullptr;
}

}  // namespace

void assign(const Context& context, const Variable& variable, ExprPtr value, Flow& flow, TemplateBody& out) {
  const Subject subject{ExprKind::local, variable.local};
  if (value->type.optional) flow.known.remove(subject);
  else flow.known.add(subject);
  TemplateNode node;
  node.kind = TemplateNode::Kind::assign;
  node.local = variable.local;
  node.value = std::move(value);
  out.push_back(std::move(node));
  (void)context;
}

void check_assign(const Context& context, const Node& node, Flow& flow, TemplateBody& out) {
  ExprPtr value = check_value(context, node, flow.known);
  if (!value) {   // so that its name is not reported wherever it is used
    context.scope.declare(node.name, {TypeKind::error}, false);
    return;
  }
  if (const Variable* variable = target(context, node, value)) {
    const Subject subject{ExprKind::local, variable->local};
    const auto& loops = context.scope.loops();
    if (value->type.optional && std::any_of(loops.begin(), loops.end(), [&](const Loop& loop) { return loop.head.has(subject); })) {
      context.report(Code::template_may_be_unknown, node.value.range, context.source.text_of(node.value.range))
          .label("of type `" + context.type(value->type) + "`")
          .note("`" + node.name + "` is known where a turn of the loop begins, and would not be in the next")
          .help("give it a `default`");
      return;
    }
    assign(context, *variable, std::move(value), flow, out);
  }
}

void check_capture(const Context& context, const Node& node, Flow& flow, TemplateBody& out) {
  TemplateNode capture;
  capture.kind = TemplateNode::Kind::capture;
  Flow inside = flow;
  inside.markup = {};
  inside.at_start = false;   // what is captured may be shown in the middle of a url
  context.scope.enter_capture();
  capture.branches.push_back({nullptr, check_body(context, node.branches[0].body, inside)});
  context.scope.leave_capture();
  flow.known = inside.known;
  const bool markup = context.escape == Escape::html || context.escape == Escape::url;
  const Type type{context.escape == Escape::html ? TypeKind::html : TypeKind::text};
  if (node.name.empty()) return;   // reported
  const Variable* variable = context.scope.give(node.name, type, markup);
  if (!variable) return report_other_type(context, node, type);
  capture.local = variable->local;
  flow.known.add(Subject{ExprKind::local, variable->local});
  out.push_back(std::move(capture));
}

void check_count(const Context& context, const Node& node, TemplateBody& out) {
  TemplateNode count;
  count.kind = TemplateNode::Kind::count;
  count.local = context.scope.counter(node.name).local;
  count.flag = node.flag;
  out.push_back(std::move(count));
}

void check_cycle(const Context& context, const Node& node, Flow& flow, TemplateBody& out) {
  TemplateNode cycle;
  cycle.kind = TemplateNode::Kind::cycle;
  cycle.local = context.scope.cycle(node.name);
  cycle.escape = Escape::none;
  for (const Term& term : node.values) {
    ExprPtr value = check_term(context, term, flow.known);
    if (!value) return;
    if (value->type.optional) return report_shown_unknown(context, term, *value);
    if (!can_be_shown(value->type)) {
      context.report(Code::template_not_shown, term.range, context.source.text_of(term.range), context.type(value->type)).label("cannot be written as one text");
      return;
    }
    const auto escape = escape_at(context, *value, term.range, flow);
    if (!escape) return;
    // One escaping for all: the strictest that any asks for.
    if (cycle.escape == Escape::none) cycle.escape = *escape;
    cycle.args.push_back(std::move(value));
  }
  flow.markup.shown();
  flow.at_start = false;
  out.push_back(std::move(cycle));
}

// ---- files

namespace {

// The text of a file that is taken in; false when it is not to be had (reported).
bool open_file(const Context& context, const Node& node, PendingTemplate& pending) {
  const Span span = context.source.span(node.value.range);
  const auto path = path_inside(context.sources.file(span.file).path(), node.value.text);
  if (!path) {
    context.report(Code::file_outside, node.value.range, node.value.text).label("not inside the project")
        .note("a file is named relative to the folder of the file that names it, with `/`");
    return false;
  }
  auto& files = context.scope.numbers().files;
  if (std::find(files.begin(), files.end(), *path) != files.end() || *path == context.sources.file(span.file).path()) {
    context.report(Code::template_takes_in_itself, node.value.range, *path).label("taken in again");
    return false;
  }
  if (files.size() >= kRendersMax) {
    context.report(Code::template_too_deep, node.value.range, std::to_string(kRendersMax));
    return false;
  }
  const std::optional<uint32_t> file = context.read_file ? context.read_file(*path) : std::nullopt;
  if (!file) {
    auto& found = context.report(Code::file_missing, node.value.range, *path).label("cannot be read");
    if (context.read_file && path->find('.') == std::string::npos && context.read_file(*path + ".liquid"))
      found.fix("write `'" + node.value.text + ".liquid'`", span, "'" + node.value.text + ".liquid'");
    return false;
  }
  pending.file = *file;
  pending.text = context.sources.file(*file).text();
  if (!pending.text.empty() && pending.text.back() == '\n') pending.text.pop_back();
  if (!pending.text.empty() && pending.text.back() == '\r') pending.text.pop_back();
  context.scope.numbers().bytes += pending.text.size();
  if (context.scope.numbers().bytes > kRenderedMax) {
    context.report(Code::template_too_large, node.value.range, std::to_string(context.scope.numbers().bytes), std::to_string(kRenderedMax));
    return false;
  }
  files.push_back(*path);
  return true;
}

// A file that is taken in again, in a loop, remembers nothing of the time before.
void begin_anew(const Context& context, size_t first, TemplateBody& out) {
  const auto& locals = context.scope.numbers().locals;
  if (context.scope.loops().empty()) return;
  for (size_t local = first; local < locals.size(); ++local) {
    if (locals[local].kind == TypeKind::error) continue;
    TemplateNode node;
    node.kind = TemplateNode::Kind::assign;
    node.local = static_cast<uint32_t>(local);
    node.value = make_constant(locals[local].maybe(), Value{false, 0, 0, {}}, {});
    out.push_back(std::move(node));
  }
}

}  // namespace

void check_render(const Context& context, const Node& node, Flow& flow, TemplateBody& out) {
  Scope inside(context.scope.numbers());
  Known known = flow.known;
  bool sound = true;
  for (const Given& given : node.given) {
    ExprPtr value = check_term(context, given.value, flow.known);
    sound = sound && value;
    if (!value) {
      inside.declare(given.name, {TypeKind::error}, false);
      continue;
    }
    const bool markup = value->kind == ExprKind::local && context.scope.numbers().markup.contains(value->index);
    const Variable* variable = inside.declare(given.name, kept_as(value->type), markup);
    Flow given_flow;
    assign(context, *variable, std::move(value), given_flow, out);
    known.add(given_flow.known);
  }
  PendingTemplate pending;
  if (!open_file(context, node, pending)) return;
  const TemplateText text(pending, context.source.diagnostics());
  if (is_acceptable(text)) {
    const Context within{context.program, context.names, context.message, text, inside, context.escape, context.sources, context.read_file, true, context.uses};
    const Known outer = std::exchange(flow.known, known);
    const size_t first = context.scope.numbers().locals.size();
    TemplateBody body = check_body(within, parse(text), flow);
    begin_anew(context, first, out);
    if (sound) std::move(body.begin(), body.end(), std::back_inserter(out));
    flow.known = outer;
  }
  context.scope.numbers().files.pop_back();
}

}  // namespace wend::liquid
