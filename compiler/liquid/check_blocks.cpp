// Branches and loops: what each body knows, and what is known where they meet again.
#include <algorithm>
#include <set>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"

namespace wend::liquid {
namespace {

void names_assigned(const std::vector<Node>& nodes, std::set<std::string>& names) {
  for (const Node& node : nodes) {
    if (node.kind == Node::Kind::assign || node.kind == Node::Kind::capture) names.insert(node.name);
    for (const Branch& branch : node.branches) names_assigned(branch.body, names);
  }
}

// A variable that has the name of something outside, and may or may not be given a value in a block, begins as that:
// `{% if first_name == blank %}{% assign first_name = 'you' %}{% endif %}`.
void begin_variables(const Context& context, const Node& node, Flow& flow, TemplateBody& out) {
  std::set<std::string> names;
  for (const Branch& branch : node.branches) names_assigned(branch.body, names);
  for (const std::string& name : names) {
    if (context.scope.find(name)) continue;
    Term term;
    term.kind = Term::Kind::name;
    term.text = name;
    term.range = node.range;
    size_t steps = 0;
    ExprPtr outside = look_up_outside(context, term, steps);
    if (!outside || !can_be_shown(outside->type)) continue;
    if (outside->kind == ExprKind::attribute && context.program.attributes[outside->id].sensitive) continue;
    Type type = outside->type.known();
    if (type.is_text() && type.kind != TypeKind::html) type = {TypeKind::text};
    const Variable* variable = context.scope.declare(name, type, false);
    const bool known = flow.known.has(*outside);
    assign(context, *variable, std::move(outside), flow, out);
    if (known) flow.known.add(Subject{ExprKind::local, variable->local});
  }
}

// Joins the ends of branches one by one.
class Ends {
 public:
  Ends(const Context& context, Range range) : context_(context), range_(range) {}

  void add(const Flow& end) {
    at_start_ = at_start_ && end.at_start;
    if (end.left) return;
    if (!any_) {
      flow_ = end;
      any_ = true;
      return;
    }
    flow_.known = Known::both(flow_.known, end.known);
    if (!flow_.markup.join(end.markup) && !told_ && context_.escape == Escape::html) {
      context_.report(Code::template_markup_apart, range_).label("one branch ends inside a tag or quotes, and another does not");
      told_ = true;
    }
  }

  void give(Flow& flow) {
    if (any_) flow = std::move(flow_);
    flow.at_start = at_start_;
    flow.left = !any_;
  }

 private:
  const Context& context_;
  Range range_;
  Flow flow_;
  bool any_ = false, told_ = false, at_start_ = true;
};

}  // namespace

void check_branches(const Context& context, const Node& node, Flow& flow, TemplateBody& out) {
  begin_variables(context, node, flow, out);
  TemplateNode result;
  result.kind = TemplateNode::Kind::branches;
  Flow here = flow;   // … and the branches before did not hold
  Ends ends(context, node.range);
  bool has_else = false;
  for (const Branch& branch : node.branches) {
    Tested tested;
    Flow inside = here;
    if (branch.condition) {
      tested = check_condition(context, *branch.condition, here.known);
      if (branch.negated) {
        std::swap(tested.when_true, tested.when_false);
        if (tested.expr) {
          const Span span = tested.expr->span;
          tested.expr = make(ExprKind::not_, {TypeKind::boolean}, span, std::move(tested.expr));
        }
      }
      inside.known.add(tested.when_true);
      here.known.add(tested.when_false);
    } else {
      has_else = true;
    }
    const uint32_t outer = context.scope.enter_block();
    TemplateBody body = check_body(context, branch.body, inside);
    context.scope.leave_block(outer);
    ends.add(inside);
    if (!branch.condition || tested.expr) result.branches.push_back({std::move(tested.expr), std::move(body)});
  }
  if (!has_else) ends.add(here);
  const bool reached = !flow.left;
  ends.give(flow);
  flow.left = flow.left || !reached;
  if (!result.branches.empty()) out.push_back(std::move(result));
}

namespace {

// The list that is gone over, or the ends of a range in `out.args`. The type of an entry; of kind error when reported.
Type check_list(const Context& context, const Node& node, const Known& known, TemplateNode& out) {
  out.args.resize(4);
  if (node.value.kind == Term::Kind::range) {
    for (size_t i = 0; i < 2; ++i) {
      out.args[i] = check_whole(context, node.value.bounds[i], known);
      if (!out.args[i]) return {};
    }
    return {TypeKind::integer};
  }
  if (node.value.kind == Term::Kind::broken) return {};
  out.value = check_term(context, node.value, known);   // refuses what is sensitive: the body may show each entry
  if (!out.value) return {};
  if (out.value->type.optional) {
    report_compared_unknown(context, node.value, *out.value, "for", false);
    return {};
  }
  const Type type = out.value->type;
  if (type.kind == TypeKind::list || type.kind == TypeKind::set) return context.program.item_types[type.of];
  context.report(Code::template_not_a_list, node.value.range, context.source.text_of(node.value.range), context.type(type))
      .label("of type `" + context.type(type) + "`");
  return {};
}

bool check_part(const Context& context, const Node& node, const Known& known, TemplateNode& out) {
  bool sound = true;
  for (const Given& given : node.given) {
    ExprPtr& place = out.args[given.name == "offset" ? 2 : 3];
    if (place) {
      context.report(Code::listed_twice, given.name_range, "argument", given.name).label("written before");
      continue;
    }
    if (given.name == "offset" && given.value.text == "continue") {
      context.report(Code::template_unsupported, given.value.range, "offset", "continue").label("not in Wend")
          .help("begin at a number, as in `offset: 3`");
      sound = false;
      continue;
    }
    place = check_whole(context, given.value, known);
    sound = sound && place;
  }
  return sound;
}

}  // namespace

void check_loop(const Context& context, const Node& node, Flow& flow, TemplateBody& out) {
  begin_variables(context, node, flow, out);
  TemplateNode loop;
  loop.kind = TemplateNode::Kind::loop;
  loop.flag = node.flag;
  const Type entry = check_list(context, node, flow.known, loop);
  const bool sound = entry.kind != TypeKind::error && check_part(context, node, flow.known, loop);
  Flow inside = flow;
  inside.at_start = false;   // a second turn starts behind the first
  const uint32_t outer = context.scope.enter_block();
  loop.local = context.scope.enter_loop(node.name, entry, flow.known);
  loop.loop = context.scope.loops().back().number;
  loop.branches.push_back({nullptr, check_body(context, node.branches[0].body, inside)});
  context.scope.leave_loop();
  if (!inside.left) {
    Markup head = flow.markup;
    if (!head.join(inside.markup) && context.escape == Escape::html)
      context.report(Code::template_markup_apart, node.range).label("a turn begins in one place of the markup and ends in another");
  }
  flow.at_start = flow.at_start && inside.at_start;
  if (node.branches.size() > 1) {
    Flow none = flow;
    context.scope.enter_block();
    loop.branches.push_back({nullptr, check_body(context, node.branches[1].body, none)});
    flow.known = Known::both(flow.known, none.known);
    if (!flow.markup.join(none.markup) && context.escape == Escape::html)
      context.report(Code::template_markup_apart, node.range).label("`else` ends in another place of the markup");
  }
  context.scope.leave_block(outer);
  if (sound) out.push_back(std::move(loop));
}

void check_leave(const Context& context, const Node& node, Flow& flow, TemplateBody& out) {
  const auto& loops = context.scope.loops();
  if (loops.empty() || loops.back().captures != context.scope.captures()) {
    context.report(Code::template_leaves_nothing, node.range, node.name).label(loops.empty() ? "no loop is open here" : "the loop lies outside of this `capture`");
    return;
  }
  TemplateNode leave;
  leave.kind = TemplateNode::Kind::leave;
  leave.flag = node.flag;
  leave.loop = loops.back().number;
  out.push_back(std::move(leave));
  flow.left = true;
}

}  // namespace wend::liquid
