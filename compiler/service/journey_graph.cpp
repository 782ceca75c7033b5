// Lowers from behind: what follows a statement is known when the statement's node is made.
#include "compiler/service/journey_graph.h"

#include <algorithm>

#include <xxhash.h>

namespace wend {
namespace {

uint64_t origin_number(const StepOrigin& origin) {
  const std::string text = std::to_string(origin.version) + '\0' + origin.journey + '\0' + origin.step;
  return XXH3_64bits(text.data(), text.size());
}

class Graph {
 public:
  Graph(const Journey& journey, const Functions& functions, const TypeOf& type_of, const PlaceOf& place_of, ModuleJourney& out)
      : journey_(journey), functions_(functions), type_of_(type_of), place_of_(place_of), out_(out) {}

  void run() {
    // A node a step first, so that `go to` has a target.
    for (size_t i = 0; i < journey_.steps.size(); ++i) {
      const JourneyStep& step = journey_.steps[i];
      out_.steps.push_back(step.name);
      out_.kept_steps.push_back(step.first_name());
      out_.origins.emplace_back();
      for (const StepOrigin& origin : step.origins) out_.origins.back().push_back(origin_number(origin));
      step_ = static_cast<uint32_t>(i);
      const bool gone = step.kind == JourneyStep::Kind::gone;
      add(gone ? ModuleNode::Kind::leave : ModuleNode::Kind::step);
      out_.nodes.back().removed = gone;
      out_.nodes.back().place = place_of_(step.span, "step ");
    }
    out_.first = journey_.steps.empty() ? kNoNode : 0;
    for (size_t i = 0; i < journey_.steps.size(); ++i) {
      step_ = static_cast<uint32_t>(i);
      const size_t after = journey_.behind(i);
      const uint32_t behind = after < journey_.steps.size() ? static_cast<uint32_t>(after) : kNoNode;
      uint32_t first = lower(journey_.steps[i].body, behind);
      out_.nodes[i].next = first;
    }
    statements_.resize(out_.nodes.size());
  }

  std::vector<const Stmt*> take_statements() { return std::move(statements_); }

 private:
  uint32_t add(ModuleNode::Kind kind) {
    ModuleNode node;
    node.kind = kind;
    node.step = step_;
    out_.nodes.push_back(std::move(node));
    return static_cast<uint32_t>(out_.nodes.size() - 1);
  }

  // The node at which a block begins; `behind` is what follows it.
  uint32_t lower(const Block& block, uint32_t behind) {
    for (size_t i = block.size(); i-- > 0;) behind = lower(block[i], behind);
    return behind;
  }

  uint32_t lower_maybe(const std::unique_ptr<Block>& block, uint32_t behind) { return block ? lower(*block, behind) : behind; }

  uint32_t lower(const Stmt& stmt, uint32_t behind) {
    const uint32_t id = std::visit([&](const auto& s) { return node(s, behind); }, stmt.node);
    if (id >= out_.nodes.size()) return id;
    if (out_.nodes[id].place.at.empty()) out_.nodes[id].place = place_of_(stmt.span, "");   // an arm has its own
    // A statement without a node of its own (a `choose first` without arms) gives the node of what follows, which has its own.
    statements_.resize(std::max<size_t>(statements_.size(), id + 1));
    if (!statements_[id]) statements_[id] = &stmt;
    return id;
  }

  uint32_t node(const SendStmt& send, uint32_t behind) {
    uint32_t id = add(ModuleNode::Kind::send);
    ModuleNode& node = out_.nodes[id];
    node.next = behind;
    node.message = send.message.value;
    node.all_channels = send.choice == SendStmt::Choice::all;
    node.best_channel = send.choice == SendStmt::Choice::best;
    node.not_before = send.at_us.has_value();
    node.time_of_day_us = send.at_us.value_or(0);
    node.user_time = send.at_user_time;
    for (ChannelId channel : send.channels) node.channels.push_back(channel.value);
    for (const ExprPtr& argument : send.arguments) node.arguments.push_back(functions_.value(argument.get()));
    node.site = send.site;
    return id;
  }
  uint32_t node(const WaitStmt& wait, uint32_t behind) {
    uint32_t id = add(ModuleNode::Kind::wait);
    out_.nodes[id].next = behind;
    out_.nodes[id].length_us = wait.length_us;
    return id;
  }
  uint32_t node(const WaitUntilTimeStmt& wait, uint32_t behind) {
    uint32_t id = add(ModuleNode::Kind::wait_until_time);
    ModuleNode& node = out_.nodes[id];
    node.next = behind;
    node.time_of_day_us = wait.time_of_day_us;
    node.user_time = wait.user_time;
    node.weekdays = wait.weekdays;
    return id;
  }
  // A wait that ends in one of two ways.
  template <class Wait>
  uint32_t wait_with_outcome(ModuleNode::Kind kind, const Wait& wait, uint32_t behind) {
    const uint32_t then = lower_maybe(wait.then, behind), otherwise = lower_maybe(wait.otherwise, behind);
    const uint32_t id = add(kind);
    out_.nodes[id].next = then;
    out_.nodes[id].other = otherwise;
    out_.nodes[id].length_us = wait.up_to_us;
    return id;
  }
  uint32_t node(const WaitForStmt& wait, uint32_t behind) {
    const uint32_t id = wait_with_outcome(ModuleNode::Kind::wait_for, wait, behind);
    ModuleNode& node = out_.nodes[id];
    node.event = wait.event.value;
    node.condition = functions_.condition(wait.where.get());
    return id;
  }
  uint32_t node(const WaitUntilStmt& wait, uint32_t behind) {
    const uint32_t id = wait_with_outcome(ModuleNode::Kind::wait_until, wait, behind);
    ModuleNode& node = out_.nodes[id];
    node.condition = functions_.condition(wait.condition.get());
    node.condition_next = functions_.next(wait.condition.get());
    return id;
  }
  uint32_t node(const WaitUntilDateStmt& wait, uint32_t behind) {
    uint32_t id = add(ModuleNode::Kind::wait_until_date);
    ModuleNode& node = out_.nodes[id];
    node.next = behind;
    node.date = functions_.value(wait.date.get());
    node.time_of_day_us = wait.time_of_day_us;
    node.user_time = wait.user_time;
    node.leave_if_past = wait.past == WaitUntilDateStmt::Else::leave;
    node.leave_if_unknown = wait.unknown == WaitUntilDateStmt::Else::leave;
    return id;
  }
  // A branch an arm, from behind.
  uint32_t node(const ChooseFirstStmt& choose, uint32_t behind) {
    uint32_t other = lower_maybe(choose.otherwise, behind);
    for (size_t i = choose.arms.size(); i-- > 0;) {
      uint32_t then = lower(*choose.arms[i].body, behind);
      uint32_t id = add(ModuleNode::Kind::branch);
      out_.nodes[id].next = then;
      out_.nodes[id].other = other;
      out_.nodes[id].condition = functions_.condition(choose.arms[i].condition.get());
      out_.nodes[id].place = place_of_(choose.arms[i].condition->span, "when ");
      other = id;
    }
    return other;
  }
  uint32_t node(const SplitStmt& split, uint32_t behind) {
    std::vector<uint32_t> arms;
    for (const auto& arm : split.arms) arms.push_back(lower(*arm.body, behind));
    uint32_t id = add(ModuleNode::Kind::split);
    ModuleNode& node = out_.nodes[id];
    node.next = behind;
    node.chance = split.chance;
    node.per_entry = split.per_entry;
    node.arms = std::move(arms);
    int64_t sum = 0;
    for (const auto& arm : split.arms) node.upto.push_back(sum += arm.millionths);
    return id;
  }
  uint32_t node(const IfStmt& branch, uint32_t behind) {
    uint32_t then = lower_maybe(branch.then, behind), otherwise = lower_maybe(branch.otherwise, behind);
    uint32_t id = add(ModuleNode::Kind::branch);
    out_.nodes[id].next = then;
    out_.nodes[id].other = otherwise;
    out_.nodes[id].condition = functions_.condition(branch.condition.get());
    return id;
  }
  uint32_t node(const ChooseExperimentStmt& choose, uint32_t behind) {
    std::vector<uint32_t> arms;
    for (const auto& arm : choose.arms) arms.push_back(lower_maybe(arm, behind));
    uint32_t otherwise = lower_maybe(choose.otherwise, behind);
    uint32_t id = add(ModuleNode::Kind::experiment);
    out_.nodes[id].other = otherwise;
    out_.nodes[id].arms = std::move(arms);
    out_.nodes[id].experiment = choose.experiment.value;
    if (choose.unit) out_.nodes[id].unit = {functions_.value(choose.unit.get()), type_of_(choose.unit->type)};
    return id;
  }
  uint32_t effect(ModuleNode::Kind kind, uint32_t target, uint32_t behind) {
    uint32_t id = add(kind);
    out_.nodes[id].next = behind;
    out_.nodes[id].target = target;
    return id;
  }
  uint32_t node(const SetStmt& set, uint32_t behind) {
    uint32_t id = effect(ModuleNode::Kind::set, set.attribute.value, behind);
    out_.nodes[id].arguments.push_back(functions_.value(set.value.get()));
    return id;
  }
  uint32_t node(const EmitStmt& emit, uint32_t behind) {
    uint32_t id = effect(ModuleNode::Kind::emit, emit.event.value, behind);
    for (const ExprPtr& value : emit.values) out_.nodes[id].arguments.push_back(functions_.value(value.get()));
    return id;
  }
  uint32_t node(const CallStmt& call, uint32_t behind) {
    uint32_t id = effect(ModuleNode::Kind::call, call.hook.value, behind);
    for (const ExprPtr& value : call.values) out_.nodes[id].arguments.push_back(functions_.value(value.get()));
    out_.nodes[id].site = call.site;
    return id;
  }
  uint32_t node(const GoToStmt& go, uint32_t) {
    uint32_t id = add(ModuleNode::Kind::go);
    out_.nodes[id].next = go.step.value;
    return id;
  }
  uint32_t node(const FinishStmt&, uint32_t) { return add(ModuleNode::Kind::finish); }
  uint32_t node(const LeaveStmt&, uint32_t) { return add(ModuleNode::Kind::leave); }

  const Journey& journey_;
  const Functions& functions_;
  const TypeOf& type_of_;
  const PlaceOf& place_of_;
  ModuleJourney& out_;
  std::vector<const Stmt*> statements_;   // by node
  uint32_t step_ = 0;
};

}  // namespace

void build_graph(const Journey& journey, const Functions& functions, const TypeOf& type_of, const PlaceOf& place_of, ModuleJourney& out) {
  Graph(journey, functions, type_of, place_of, out).run();
}

std::vector<const Stmt*> statements_of_nodes(const Journey& journey) {
  const Plan plan{};
  const NativeCode code;
  const Functions none{plan, code};
  const TypeOf type_of = [](const Type&) { return ValueType(); };
  const PlaceOf place_of = [](Span, const char*) { return SourcePlace(); };
  ModuleJourney out;
  Graph graph(journey, none, type_of, place_of, out);
  graph.run();
  return graph.take_statements();
}

}  // namespace wend
