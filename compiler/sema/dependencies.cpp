// The order of measures, audiences and states blocks: what is read comes before what reads it. A first pass over the
// trees finds an order to check them in (types flow from the read to the reader); the order the Program keeps is then
// taken from the checked expressions. A cycle is reported once, with its path.
#include <algorithm>
#include <functional>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

// A node: measures, then audiences, then states blocks, numbered through.
struct Graph {
  Context& context;
  std::vector<std::set<uint32_t>> reads;

  explicit Graph(Context& context) : context(context) { reads.resize(measures() + audiences() + context.program.states.size()); }
  uint32_t measures() const { return static_cast<uint32_t>(context.program.measures.size()); }
  uint32_t audiences() const { return static_cast<uint32_t>(context.program.audiences.size()); }

  std::optional<uint32_t> node(UserName name) const {
    switch (name.kind) {
      case UserName::Kind::measure: return name.id;
      case UserName::Kind::audience: return measures() + name.id;
      case UserName::Kind::states: return measures() + audiences() + name.id;
      default: return std::nullopt;
    }
  }
  UserName name(uint32_t node) const {
    if (node < measures()) return {UserName::Kind::measure, node};
    if (node < measures() + audiences()) return {UserName::Kind::audience, node - measures()};
    return {UserName::Kind::states, node - measures() - audiences()};
  }
  const std::string& word(uint32_t node) const {
    UserName n = name(node);
    if (n.kind == UserName::Kind::measure) return context.program.measures[n.id].name;
    if (n.kind == UserName::Kind::audience) return context.program.audiences[n.id].name;
    return context.program.states[n.id].name;
  }
  Span span(uint32_t node) const {
    UserName n = name(node);
    if (n.kind == UserName::Kind::measure) return context.declared.measures[n.id].node->name.span;
    if (n.kind == UserName::Kind::audience) return context.declared.audiences[n.id].node->name.span;
    return context.declared.states[n.id].node->name.span;
  }
};

// The words `left is word` would take as a value before it is a name; null when `left` has no such words.
const std::vector<std::string>* words_of(Context& context, const ast::Expr* left) {
  if (!left) return nullptr;
  const Trying trying(context);
  if (const std::optional<ast::Name> read = written_name(*left)) {
    auto user = find_user(context, *read);
    if (!user) return nullptr;
    if (user->kind == UserName::Kind::measure) return words_of(context, context.declared.measures[user->id].node->value.get());
    Type type = type_of(context.program, *user);
    return type.kind == TypeKind::one_of && type.of < context.program.one_ofs.size() ? &context.program.one_ofs[type.of].values : nullptr;
  }
  const auto* aggregate = std::get_if<ast::AggregateExpr>(&left->node);
  if (!aggregate) return nullptr;
  const ast::EventRef ref = settled(context, aggregate->event);
  auto event = find_name(context, Space::event, ref.event);
  if (!event) return nullptr;
  const EventDecl& decl = context.program.events[*event];
  int index = find_property(context, decl, ref.property);
  if (index < 0 || decl.properties[index].type.kind != TypeKind::one_of) return nullptr;
  return &context.program.one_ofs[decl.properties[index].type.of].values;
}

// Collects the names a tree reads, without recursion: trees may be deep.
struct NamesOf {
  Graph& graph;
  uint32_t reader;
  std::vector<const ast::Expr*> waiting;

  void later(const ast::ExprPtr& expr) { if (expr) waiting.push_back(expr.get()); }
  // A side of a comparison that is a bare word: a value of the other side first.
  void side(const ast::ExprPtr& expr, const ast::ExprPtr& other) {
    const auto* word = expr ? std::get_if<ast::NameExpr>(&expr->node) : nullptr;
    const auto* values = word ? words_of(graph.context, other.get()) : nullptr;
    if (values && std::find(values->begin(), values->end(), word->name.text) != values->end()) return;
    later(expr);
  }
  void name(const ast::Name& name) {
    const Trying trying(graph.context);
    auto user = find_user(graph.context, name);
    if (!user) return;
    if (auto node = graph.node(*user)) graph.reads[reader].insert(*node);
  }

  template <class T> void operator()(const T&) {}
  void operator()(const ast::NameExpr& e) { name(e.name); }
  void operator()(const ast::MemberExpr& e) {
    if (e.object && e.member.present())
      if (auto object = written_name(*e.object)) name({object->text + "." + e.member.text, join(object->span, e.member.span)});
  }
  void operator()(const ast::NotExpr& e) { later(e.operand); }
  void operator()(const ast::NegateExpr& e) { later(e.operand); }
  void operator()(const ast::BinaryExpr& e) {
    if (e.op == ast::BinaryOp::or_else) side(e.right, e.left);
    else later(e.right);
    later(e.left);
  }
  void operator()(const ast::CompareExpr& e) { side(e.right, e.left); side(e.left, e.right); }
  void operator()(const ast::InListExpr& e) { later(e.value); for (const auto& item : e.items) side(item, e.value); }
  void operator()(const ast::InRangeExpr& e) { later(e.value); side(e.low, e.value); side(e.high, e.value); }
  void operator()(const ast::InNameExpr& e) { later(e.value); later(e.collection); }
  void operator()(const ast::KnownExpr& e) { later(e.value); }
  void operator()(const ast::IfExpr& e) { later(e.condition); side(e.then, e.otherwise); side(e.otherwise, e.then); }
  void operator()(const ast::CallExpr& e) { for (const auto& argument : e.arguments) later(argument); }
  void operator()(const ast::QuantifierExpr& e) { later(e.list); later(e.where); }
  void operator()(const ast::AggregateExpr& e) { if (e.window.kind == ast::WindowKind::since_became) name(e.window.subject); }
  void operator()(const ast::UsualExpr& e) { name(e.measure); }
  void operator()(const ast::AgainstUsualExpr& e) { later(e.measure); }
  void operator()(const ast::MentionsExpr& e) { later(e.value); }

  void collect(const ast::ExprPtr& expr) {
    later(expr);
    while (!waiting.empty()) {
      const ast::Expr* next = waiting.back();
      waiting.pop_back();
      std::visit(*this, next->node);
    }
  }
};

// The smallest cycle's path through `start`, found breadth first; empty when there is none.
std::vector<uint32_t> cycle_through(const Graph& graph, uint32_t start) {
  std::map<uint32_t, uint32_t> came_from;
  std::vector<uint32_t> queue = {start};
  for (size_t i = 0; i < queue.size(); ++i)
    for (uint32_t next : graph.reads[queue[i]]) {
      if (next == start) {
        std::vector<uint32_t> path = {start};
        for (uint32_t at = queue[i]; at != start; at = came_from[at]) path.push_back(at);
        path.push_back(start);
        std::reverse(path.begin(), path.end());
        return path;
      }
      if (came_from.emplace(next, queue[i]).second) queue.push_back(next);
    }
  return {};
}

void report_cycle(const Graph& graph, const std::vector<uint32_t>& path) {
  std::string text;
  for (size_t i = 0; i < path.size(); ++i) text += (i ? " → " : "") + graph.word(path[i]);
  auto& diagnostic = graph.context.diagnostics.report(Code::dependency_cycle, graph.span(path[0]), graph.word(path[0]), text);
  diagnostic.label(path.size() == 2 ? "reads itself" : "reads itself in the end").note("the path is " + text);
  for (size_t i = 1; i + 1 < path.size() && i < 5; ++i) diagnostic.also(graph.span(path[i]), "reads `" + graph.word(path[i + 1]) + "`");
}

// What is read before what reads it; among those ready measures and audiences before states, then by name. Nodes of a
// cycle are left out and given back in `stuck`.
std::vector<uint32_t> sorted(const Graph& graph, std::vector<uint32_t>& stuck) {
  size_t n = graph.reads.size();
  std::vector<uint32_t> missing(n);
  std::vector<std::vector<uint32_t>> readers(n);
  using Key = std::tuple<bool, std::string, uint32_t>;
  auto key = [&](uint32_t node) { return Key{graph.name(node).kind == UserName::Kind::states, graph.word(node), node}; };
  std::set<Key> ready;
  for (uint32_t node = 0; node < n; ++node) {
    missing[node] = static_cast<uint32_t>(graph.reads[node].size());
    for (uint32_t read : graph.reads[node]) readers[read].push_back(node);
    if (!missing[node]) ready.insert(key(node));
  }
  std::vector<uint32_t> order;
  while (!ready.empty()) {
    uint32_t node = std::get<2>(*ready.begin());
    ready.erase(ready.begin());
    order.push_back(node);
    for (uint32_t reader : readers[node])
      if (--missing[reader] == 0) ready.insert(key(reader));
  }
  for (uint32_t node = 0; node < n; ++node)
    if (missing[node]) stuck.push_back(node);
  return order;
}

Graph tree_graph(Context& context) {
  Graph graph(context);
  for (uint32_t i = 0; i < graph.reads.size(); ++i) {
    UserName name = graph.name(i);
    NamesOf names{graph, i, {}};
    if (name.kind == UserName::Kind::measure) names.collect(context.declared.measures[name.id].node->value);
    if (name.kind == UserName::Kind::audience) names.collect(context.declared.audiences[name.id].node->condition);
    if (name.kind == UserName::Kind::states)
      for (const ast::StateRule& rule : context.declared.states[name.id].node->rules) {
        names.collect(rule.when);
        names.collect(rule.until);
      }
  }
  return graph;
}

void typed_reads(const Graph& graph, const Expr& expr, std::set<uint32_t>& reads) {
  std::optional<uint32_t> node;
  switch (expr.kind) {
    case ExprKind::measure: case ExprKind::usual: case ExprKind::below_usual: case ExprKind::above_usual: node = graph.node({UserName::Kind::measure, expr.id}); break;
    case ExprKind::audience: node = graph.node({UserName::Kind::audience, expr.id}); break;
    case ExprKind::state: node = graph.node({UserName::Kind::states, expr.id}); break;
    case ExprKind::aggregate: {
      const Window& window = graph.context.program.aggregates[expr.id].window;
      if (window.kind == WindowKind::since_state) node = graph.node({UserName::Kind::states, window.states.value});
      break;
    }
    default: break;
  }
  if (node) reads.insert(*node);
  for (const ExprPtr& arg : expr.args) typed_reads(graph, *arg, reads);
}

Graph typed_graph(Context& context) {
  Graph graph(context);
  auto add = [&](uint32_t reader, const ExprPtr& expr) { if (expr) typed_reads(graph, *expr, graph.reads[reader]); };
  for (uint32_t i = 0; i < graph.reads.size(); ++i) {
    UserName name = graph.name(i);
    if (name.kind == UserName::Kind::measure) add(i, context.program.measures[name.id].value);
    if (name.kind == UserName::Kind::audience) add(i, context.program.audiences[name.id].condition);
    if (name.kind == UserName::Kind::states)
      for (const StateRule& rule : context.program.states[name.id].rules) {
        add(i, rule.when);
        add(i, rule.until);
      }
  }
  return graph;
}

// How many parts are evaluated to read an expression, with those of the measures and audiences it reads.
uint64_t parts_of(const Graph& graph, const Expr& expr, const std::vector<uint64_t>& sizes) {
  uint64_t parts = 1;
  switch (expr.kind) {
    case ExprKind::measure: case ExprKind::below_usual: case ExprKind::above_usual: parts += sizes[expr.id]; break;
    case ExprKind::audience: parts += sizes[graph.measures() + expr.id]; break;
    default: break;
  }
  for (const ExprPtr& arg : expr.args) parts += parts_of(graph, *arg, sizes);
  return parts;
}

// A measure that reads a measure twice, which reads one twice … grows with every line. What is read comes first in `order`.
void check_sizes(const Graph& graph, const std::vector<uint32_t>& order) {
  constexpr uint64_t kPartsMax = 4096;
  Context& context = graph.context;
  std::vector<uint64_t> sizes(graph.reads.size(), 1);
  for (uint32_t node : order) {
    const UserName name = graph.name(node);
    const ExprPtr* value = name.kind == UserName::Kind::measure    ? &context.program.measures[name.id].value
                           : name.kind == UserName::Kind::audience ? &context.program.audiences[name.id].condition
                                                                   : nullptr;
    if (!value || !*value) continue;
    if (std::any_of(graph.reads[node].begin(), graph.reads[node].end(), [&](uint32_t read) { return sizes[read] > kPartsMax; })) {
      sizes[node] = kPartsMax + 1;   // told of what it reads
      continue;
    }
    sizes[node] = parts_of(graph, **value, sizes);
    if (sizes[node] <= kPartsMax) continue;
    context.diagnostics.report(Code::reads_too_much, graph.span(node), graph.word(node), std::to_string(sizes[node]), std::to_string(kPartsMax))
        .label("with all that it reads")
        .help("keep in a `states` block what many conditions ask: a state is evaluated once");
  }
}

// Reports one cycle for each knot; what only reads a cycle is left to its own errors.
void report_cycles(const Graph& graph, const std::vector<uint32_t>& stuck) {
  std::set<uint32_t> told;
  for (uint32_t node : stuck) {
    if (told.count(node)) continue;
    std::vector<uint32_t> path = cycle_through(graph, node);
    bool fresh = std::none_of(path.begin(), path.end(), [&](uint32_t n) { return told.count(n) > 0; });
    if (path.empty()) continue;
    if (fresh) report_cycle(graph, path);
    told.insert(path.begin(), path.end());
    if (told.size() > 1000) return;
  }
}

}  // namespace

void check_definitions(Context& context) {
  Graph trees = tree_graph(context);
  std::vector<uint32_t> stuck;
  std::vector<uint32_t> order = sorted(trees, stuck);
  report_cycles(trees, stuck);
  order.insert(order.end(), stuck.begin(), stuck.end());
  for (uint32_t node : order) {
    UserName name = trees.name(node);
    if (name.kind == UserName::Kind::measure) check_measure(context, name.id);
    if (name.kind == UserName::Kind::audience) check_audience(context, name.id);
    if (name.kind == UserName::Kind::states) check_states(context, name.id);
  }
  stuck.clear();
  Graph typed = typed_graph(context);
  order = sorted(typed, stuck);
  check_sizes(typed, order);
  for (uint32_t node : order) {
    UserName name = typed.name(node);
    if (name.kind == UserName::Kind::measure) context.program.measure_order.push_back(MeasureId(name.id));
    if (name.kind == UserName::Kind::states) context.program.states_order.push_back(StatesId(name.id));
  }
}

}  // namespace wend::sema
