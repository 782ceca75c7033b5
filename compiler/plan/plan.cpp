// Program -> Plan: chooses measure state, lays out the records, and lists the functions to emit.
#include "compiler/plan/plan.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <functional>

#include "compiler/sema/names.h"

namespace wend {
namespace {

bool is_list(Type type) { return type.kind == TypeKind::list || type.kind == TypeKind::set; }

// ---- visiting expressions --------------------------------------------------------------------------

using Visit = std::function<void(const Expr&)>;

void visit(const Expr* expr, const Visit& each) {
  if (!expr) return;
  each(*expr);
  for (const ExprPtr& arg : expr->args) visit(arg.get(), each);
}

// What `set`, `emit` and `call` evaluate; null where a default stands.
std::vector<const ExprPtr*> values_of(const Stmt& stmt) {
  std::vector<const ExprPtr*> values;
  const auto add = [&](const std::vector<ExprPtr>& list) { for (const ExprPtr& value : list) values.push_back(&value); };
  if (auto* set = std::get_if<SetStmt>(&stmt.node)) values.push_back(&set->value);
  if (auto* emit = std::get_if<EmitStmt>(&stmt.node)) add(emit->values);
  if (auto* call = std::get_if<CallStmt>(&stmt.node)) add(call->values);
  return values;
}

void visit_block(const Block& block, const Visit& each) {
  each_statement(block, [&each](const Stmt& stmt) {
    if (auto* send = std::get_if<SendStmt>(&stmt.node)) {
      for (const ExprPtr& argument : send->arguments) visit(argument.get(), each);
    } else if (auto* wait = std::get_if<WaitForStmt>(&stmt.node)) {
      visit(wait->where.get(), each);
    } else if (auto* until = std::get_if<WaitUntilStmt>(&stmt.node)) {
      visit(until->condition.get(), each);
    } else if (auto* date = std::get_if<WaitUntilDateStmt>(&stmt.node)) {
      visit(date->date.get(), each);
    } else if (auto* first = std::get_if<ChooseFirstStmt>(&stmt.node)) {
      for (const auto& arm : first->arms) visit(arm.condition.get(), each);
    } else if (auto* branch = std::get_if<IfStmt>(&stmt.node)) {
      visit(branch->condition.get(), each);
    } else if (auto* choose = std::get_if<ChooseExperimentStmt>(&stmt.node)) {
      visit(choose->unit.get(), each);
    } else {
      for (const ExprPtr* value : values_of(stmt)) visit(value->get(), each);
    }
  });
}

// ---- choosing measure state ------------------------------------------------------------------------

// Of a window that has passed everything is kept pane by pane: the panes nearer than it will come into it.
CellKind past_cell_kind(AggregateKind kind) {
  switch (kind) {
    case AggregateKind::count: case AggregateKind::has: case AggregateKind::units_with: return CellKind::counts;
    case AggregateKind::sum: case AggregateKind::average: case AggregateKind::smallest: case AggregateKind::largest: return CellKind::panes;
    case AggregateKind::first: case AggregateKind::time_since_first: return CellKind::firsts;
    case AggregateKind::last: case AggregateKind::time_since_last: return CellKind::lasts;
    default: return CellKind::pairs;   // distinct, most_frequent; a streak is refused
  }
}

CellKind cell_kind(const Aggregate& a) {
  const bool calendar = a.window.kind == WindowKind::last_units, rolling = a.window.kind == WindowKind::rolling;
  if (a.window.kind == WindowKind::ago) return past_cell_kind(a.kind);
  switch (a.kind) {
    case AggregateKind::has:
    case AggregateKind::time_since_last: return CellKind::stamp;
    case AggregateKind::last: return CellKind::last;
    case AggregateKind::first:
    case AggregateKind::time_since_first:
      return calendar ? CellKind::firsts : rolling ? CellKind::ring : CellKind::first;
    case AggregateKind::count: return calendar ? CellKind::counts : rolling ? CellKind::ring : CellKind::total;
    case AggregateKind::sum:
    case AggregateKind::average:
    case AggregateKind::smallest:
    case AggregateKind::largest: return calendar ? CellKind::panes : rolling ? CellKind::ring : CellKind::total;
    case AggregateKind::units_with:
      if (calendar) return a.unit == a.window.unit ? CellKind::bits : CellKind::stamps;
      return rolling ? CellKind::ring : CellKind::ever_units;
    case AggregateKind::streak: return calendar ? CellKind::stamps : rolling ? CellKind::ring : CellKind::streak;
    case AggregateKind::distinct: return rolling ? CellKind::ring : CellKind::values;
    case AggregateKind::most_frequent: return rolling ? CellKind::ring : CellKind::pairs;
  }
  return CellKind::stamp;
}

class Planner {
 public:
  explicit Planner(const Program& program) : program_(program) { plan_.program = &program; }

  Plan run() {
    for (const Aggregate& aggregate : program_.aggregates) add_read(aggregate);
    lay_out_user();
    lay_out_instances();
    list_functions();
    plan_.layout_hash = layout_hash();
    return std::move(plan_);
  }

 private:
  int32_t window_of(const Window& window) {
    if (window.kind != WindowKind::last_units && window.kind != WindowKind::ago) return -1;
    return window_of(static_cast<PaneUnit>(window.unit), window.count);
  }

  int32_t window_of(PaneUnit unit, int32_t count) {
    for (size_t i = 0; i < plan_.windows.size(); ++i)
      if (plan_.windows[i].unit == unit && plan_.windows[i].count == count) return static_cast<int32_t>(i);
    plan_.windows.push_back({unit, count});
    return static_cast<int32_t>(plan_.windows.size() - 1);
  }

  int32_t anchor_of(const Window& window) {
    if (window.kind != WindowKind::since_event && window.kind != WindowKind::since_state) return -1;
    for (size_t i = 0; i < plan_.anchors.size(); ++i) {
      const Window& known = plan_.anchors[i].window;
      if (known.kind == window.kind && known.event == window.event && known.first == window.first && known.states == window.states && known.state == window.state)
        return static_cast<int32_t>(i);
    }
    PlanCell stamp;
    stamp.kind = CellKind::stamp;
    stamp.by_hand = true;
    stamp.what = "when" + window_text(program_, window);
    plan_.anchors.push_back({window, static_cast<uint32_t>(plan_.cells.size())});
    plan_.cells.push_back(std::move(stamp));
    return static_cast<int32_t>(plan_.anchors.size() - 1);
  }

  int32_t sequence_of(const Aggregate& a) {
    if (a.hops.empty()) return -1;
    std::string key = fmt::format("{}|{}|{}", a.journey.value, a.matching, a.open_max);
    for (const Hop& hop : a.hops)
      key += fmt::format("|{} {} {} {}", hop.event.value, hop.within_us, a.matching ? hop.matching : 0, hop.where ? expression_key(*hop.where) : "");
    auto [it, fresh] = sequences_.try_emplace(key, static_cast<int32_t>(plan_.sequences.size()));
    if (!fresh) return it->second;
    PlanCell open;
    open.kind = CellKind::sequence;
    open.by_hand = true;
    open.journey = a.journey;
    open.up_to = a.open_max * static_cast<uint32_t>(a.hops.size() - 1);
    open.has_property = a.matching;
    if (a.matching) open.value_type = program_.events[a.event.index()].properties[a.hops.back().matching].type.known();
    open.where_key = key;
    open.what = "open matches of " + describe(program_, a);
    plan_.sequences.push_back({&a, a.journey, static_cast<uint32_t>(plan_.cells.size())});
    plan_.cells.push_back(std::move(open));
    return it->second;
  }

  void add_read(const Aggregate& a) {
    PlanCell cell;
    cell.anchor = anchor_of(a.window);
    cell.sequence = sequence_of(a);
    cell.dated = a.window.kind == WindowKind::dates;
    cell.from_day = a.window.from_day;
    cell.to_day = a.window.to_day;
    cell.kind = cell_kind(a);
    if (a.window.kind == WindowKind::since_entry) cell.journey = a.journey;
    cell.event = a.event;
    cell.where = a.where.get();
    if (a.where) cell.where_key = expression_key(*a.where);
    cell.has_property = a.has_property;
    cell.property = a.property;
    if (a.has_property) cell.value_type = program_.events[a.event.index()].properties[a.property].type.known();
    const int32_t window = window_of(a.window);
    cell.sums = a.kind == AggregateKind::sum || a.kind == AggregateKind::average;
    cell.extremes = a.kind == AggregateKind::smallest || a.kind == AggregateKind::largest;
    std::string extra;
    switch (cell.kind) {
      case CellKind::counts: case CellKind::panes: case CellKind::firsts: case CellKind::lasts:
        cell.unit = a.window.unit;
        cell.panes = a.window.count;
        if (cell.kind == CellKind::panes) extra = cell.sums ? "sums" : "extremes";
        break;
      case CellKind::total: extra = cell.sums ? "sums" : cell.extremes ? "extremes" : ""; break;
      case CellKind::bits:
        cell.unit = a.unit;
        cell.panes = a.window.count;
        break;
      case CellKind::streak: case CellKind::ever_units: cell.unit = a.unit; break;
      case CellKind::stamps:
        cell.unit = a.unit;
        cell.window = window;
        extra = fmt::format("w{}", window);
        break;
      case CellKind::ring:
        cell.keep = std::max<uint32_t>(a.window.keep, 1);
        cell.keeps_panes = a.kind == AggregateKind::units_with || a.kind == AggregateKind::streak;
        if (cell.keeps_panes) cell.unit = a.unit;
        extra = fmt::format("k{} {}", cell.keep, cell.keeps_panes);
        break;
      case CellKind::values:
        cell.up_to = std::max<uint32_t>(a.up_to, 1);
        extra = fmt::format("b{}", cell.up_to);
        break;
      case CellKind::pairs:
        cell.up_to = std::max<uint32_t>(a.up_to, 1);
        cell.window = window;
        cell.unit = a.window.unit;
        cell.panes = a.window.count;
        cell.dated_pairs = a.window.kind == WindowKind::ago;
        extra = fmt::format("b{} w{} {}", cell.up_to, window, cell.dated_pairs);
        break;
      default: break;
    }
    std::string key = fmt::format("{}|{}|{}|{}|{}|{}|{}", static_cast<int>(cell.kind), cell.journey.value, cell.event.value,
                                  cell.where_key, cell.has_property ? static_cast<int64_t>(cell.property) : -1,
                                  static_cast<int>(cell.unit), extra);
    key += fmt::format("|a{} s{}", cell.anchor, cell.sequence);
    if (cell.dated) key += fmt::format(" d{} {}", cell.from_day, cell.to_day);
    auto [it, fresh] = by_key_.try_emplace(key, static_cast<uint32_t>(plan_.cells.size()));
    if (fresh) {
      cell.what = describe(program_, a);
      plan_.cells.push_back(cell);
    } else {
      PlanCell& shared = plan_.cells[it->second];
      if (cell.panes > shared.panes) {
        shared.panes = cell.panes;
        shared.what = describe(program_, a);
      }
    }
    const bool past = a.window.kind == WindowKind::ago;
    plan_.reads.push_back({it->second, window, past ? window_of(static_cast<PaneUnit>(a.window.unit), a.window.until) : -1});
  }

  void lay_out_user() {
    int32_t presence = 0;
    plan_.attributes.resize(program_.attributes.size());
    for (size_t i = 0; i < program_.attributes.size(); ++i)
      if (program_.attributes[i].type.optional) plan_.attributes[i].presence = presence++;
    plan_.presence_words = static_cast<uint32_t>(presence + 63) / 64;
    uint32_t at = plan_.presence_words * 8;
    for (PlanCell& cell : plan_.cells) {
      if (cell.kind == CellKind::bits) cell.words = static_cast<uint32_t>(cell.panes) / 64 + 1;
      cell.bytes = static_cast<uint32_t>(cell_bytes(cell.kind, cell.words));
      if (cell.journey.valid()) continue;
      cell.offset = at;
      at += cell.bytes;
    }
    plan_.baselines.assign(program_.measures.size(), -1);
    for (size_t i = 0; i < program_.measures.size(); ++i) {
      if (!program_.measures[i].usual) continue;
      PlanCell cell;
      cell.kind = CellKind::baseline;
      cell.offset = at;
      cell.bytes = static_cast<uint32_t>(cell_bytes(cell.kind, cell.words));
      cell.what = "usual " + program_.measures[i].stored_name;
      cell.by_hand = true;
      plan_.baselines[i] = static_cast<int32_t>(at);
      plan_.cells.push_back(cell);
      at += cell.bytes;
    }
    for (size_t i = 0; i < program_.states.size(); ++i) {
      plan_.state_slots.push_back(at);
      at += sizeof(StateSlot);
    }
    for (uint32_t bytes : {8u, 4u, 2u, 1u})
      for (size_t i = 0; i < program_.attributes.size(); ++i)
        if (storage_of(program_.attributes[i].type.kind).bytes == bytes) {
          plan_.attributes[i].offset = at;
          at += bytes;
        }
    plan_.record_bytes = (at + 7) / 8 * 8;
  }

  void lay_out_instances() {
    for (size_t j = 0; j < program_.journeys.size(); ++j) {
      InstanceLayout layout;
      int32_t presence = 0;
      static_assert(kEntryAt == ModuleEntryProperty::kAt);
      auto want = [&](const Expr& expr) {
        if (expr.kind != ExprKind::entry_property) return;
        for (const ModuleEntryProperty& known : layout.entry)
          if (known.event == expr.id && known.property == expr.index) return;
        ModuleEntryProperty property;
        property.event = expr.id;
        property.property = expr.index;
        property.field.presence = presence++;
        layout.entry.push_back(property);
      };
      visit_journey(program_.journeys[j], want);
      for (const Aggregate& aggregate : program_.aggregates) {
        if (!aggregate.journey.valid() || aggregate.journey.index() != j) continue;
        visit(aggregate.where.get(), want);
        for (const Hop& hop : aggregate.hops) visit(hop.where.get(), want);
      }
      layout.presence_words = static_cast<uint32_t>(presence + 63) / 64;
      uint32_t at = layout.presence_words * 8;
      for (PlanCell& cell : plan_.cells)
        if (cell.journey.valid() && cell.journey.index() == j) {
          cell.offset = at;
          at += cell.bytes;
        }
      for (ModuleEntryProperty& property : layout.entry) {
        property.field.offset = at;   // every kind in eight bytes: small next to the instance itself
        at += 8;
      }
      layout.bytes = at;
      plan_.instances.push_back(std::move(layout));
    }
  }

  static void visit_condition(const Condition& condition, const Visit& each) {
    visit(condition.expr.get(), each);
    if (condition.trigger) visit(condition.trigger->value.get(), each);
  }

  static void visit_journey(const Journey& journey, const Visit& each) {
    for (const Enter& enter : journey.enters) {
      visit(enter.unit.get(), each);
      if (auto* on = std::get_if<EnterOn>(&enter.node)) {
        visit(on->where.get(), each);
        visit(on->key.get(), each);
      } else if (auto* when = std::get_if<EnterWhen>(&enter.node)) {
        visit_condition(when->condition, each);
      } else if (auto* date = std::get_if<EnterOnDate>(&enter.node)) {
        visit(date->date.get(), each);
      }
    }
    visit(journey.only_if.get(), each);
    visit(journey.goal.get(), each);
    for (const Condition& exit : journey.exits) visit_condition(exit, each);
    for (const JourneyStep& step : journey.steps) visit_block(step.body, each);
  }

  // ---- functions -----------------------------------------------------------------------------------

  void add(FunctionKind kind, std::string name, const Expr* expr) {
    if (!expr) return;
    auto [it, fresh] = plan_.by_source.try_emplace({kind, expr}, static_cast<uint32_t>(plan_.functions.size()));
    if (!fresh) return;
    PlanFunction function;
    function.kind = kind;
    function.name = "wend_" + std::move(name);
    function.expr = expr;
    function.journey = journey_;
    plan_.functions.push_back(std::move(function));
  }

  void add_condition(const std::string& name, const Expr* expr, bool timed) {
    add(FunctionKind::condition, name, expr);
    if (expr && timed && depends_on_time(program_, *expr)) add(FunctionKind::next, name + "_next", expr);
  }

  void add_watch(const std::string& name, const Condition& condition) {
    const Trigger* trigger = condition.trigger.get();
    if (trigger && trigger->on_states) return;
    plan_.watches.push_back({trigger, condition.expr.get()});
    const Expr* expr = trigger ? trigger->value.get() : condition.expr.get();
    const bool change = trigger && trigger->kind == TriggerKind::changes;
    if (change) add(FunctionKind::value, name, expr);
    else add(FunctionKind::condition, name, expr);
    if (depends_on_time(program_, *expr)) add(FunctionKind::next, name + "_next", expr);
  }

  void list_block(const std::string& prefix, const Block& block, int& counter) {
    for (const Stmt& stmt : block) {
      if (auto* send = std::get_if<SendStmt>(&stmt.node)) {
        for (const ExprPtr& argument : send->arguments) add(FunctionKind::value, fmt::format("{}_with_{}", prefix, counter++), argument.get());
      } else if (auto* wait = std::get_if<WaitForStmt>(&stmt.node)) {
        add(FunctionKind::condition, fmt::format("{}_where_{}", prefix, counter++), wait->where.get());
        if (wait->then) list_block(prefix, *wait->then, counter);
        if (wait->otherwise) list_block(prefix, *wait->otherwise, counter);
      } else if (auto* until = std::get_if<WaitUntilStmt>(&stmt.node)) {
        add_condition(fmt::format("{}_until_{}", prefix, counter++), until->condition.get(), true);
        if (until->then) list_block(prefix, *until->then, counter);
        if (until->otherwise) list_block(prefix, *until->otherwise, counter);
      } else if (auto* date = std::get_if<WaitUntilDateStmt>(&stmt.node)) {
        add(FunctionKind::value, fmt::format("{}_date_{}", prefix, counter++), date->date.get());
      } else if (auto* first = std::get_if<ChooseFirstStmt>(&stmt.node)) {
        for (const auto& arm : first->arms) {
          add(FunctionKind::condition, fmt::format("{}_when_{}", prefix, counter++), arm.condition.get());
          list_block(prefix, *arm.body, counter);
        }
        if (first->otherwise) list_block(prefix, *first->otherwise, counter);
      } else if (auto* split = std::get_if<SplitStmt>(&stmt.node)) {
        for (const auto& arm : split->arms) list_block(prefix, *arm.body, counter);
      } else if (auto* branch = std::get_if<IfStmt>(&stmt.node)) {
        add(FunctionKind::condition, fmt::format("{}_if_{}", prefix, counter++), branch->condition.get());
        if (branch->then) list_block(prefix, *branch->then, counter);
        if (branch->otherwise) list_block(prefix, *branch->otherwise, counter);
      } else if (auto* choose = std::get_if<ChooseExperimentStmt>(&stmt.node)) {
        add(FunctionKind::value, fmt::format("{}_unit_{}", prefix, counter++), choose->unit.get());
        for (const auto& arm : choose->arms)
          if (arm) list_block(prefix, *arm, counter);
        if (choose->otherwise) list_block(prefix, *choose->otherwise, counter);
      } else {
        for (const ExprPtr* value : values_of(stmt)) add(FunctionKind::value, fmt::format("{}_value_{}", prefix, counter++), value->get());
      }
    }
  }

  void list_functions() {
    list_updates();
    for (const Measure& measure : program_.measures) {
      add(FunctionKind::value, "measure_" + measure.name, measure.value.get());
      if (measure.usual) add(FunctionKind::baseline, "baseline_" + measure.name, measure.value.get());
    }
    for (const Audience& audience : program_.audiences) add(FunctionKind::value, "audience_" + audience.name, audience.condition.get());
    for (size_t i = 0; i < program_.states.size(); ++i) {
      PlanFunction function;
      function.kind = FunctionKind::states;
      function.name = "wend_states_" + program_.states[i].name;
      function.states = StatesId(i);
      plan_.by_source[{FunctionKind::states, &program_.states[i]}] = static_cast<uint32_t>(plan_.functions.size());
      plan_.functions.push_back(function);
      if (program_.states[i].cadence.kind != CadenceKind::continuously) continue;
      function.kind = FunctionKind::states_next;
      function.name += "_next";
      plan_.by_source[{FunctionKind::states_next, &program_.states[i]}] = static_cast<uint32_t>(plan_.functions.size());
      plan_.functions.push_back(function);
    }
    for (size_t i = 0; i < plan_.anchors.size(); ++i) {
      const Window& window = plan_.anchors[i].window;
      if (window.kind != WindowKind::since_state) continue;
      PlanFunction function;
      function.kind = FunctionKind::anchor;
      function.name = fmt::format("wend_anchor_{}_{}", program_.states[window.states.index()].name, window.state);
      function.anchor = static_cast<int32_t>(i);
      plan_.functions.push_back(function);
    }
    for (const Signal& signal : program_.signals) {
      const std::string prefix = "signal_" + signal.name;
      add(FunctionKind::condition, prefix + "_where", signal.where.get());
      add(FunctionKind::condition, prefix + "_when", signal.when.get());
      add(FunctionKind::condition, prefix + "_by", signal.by_where.get());
    }
    for (size_t j = 0; j < program_.journeys.size(); ++j) {
      journey_ = JourneyId(j);
      list_journey(program_.journeys[j]);
    }
    journey_ = JourneyId();
    for (const Message& message : program_.messages)
      for (const ChannelContent& content : message.contents)
        for (const FieldContent& field : content.fields) {
          PlanFunction function;
          function.kind = FunctionKind::render;
          function.name = fmt::format("wend_render_{}_{}_{}", message.name, content.channel.value, field.field);
          function.body = &field.body;
          plan_.by_source[{FunctionKind::render, &field.body}] = static_cast<uint32_t>(plan_.functions.size());
          plan_.functions.push_back(function);
        }
    int counter = 0;
    for (const NeverRule& never : program_.protection.nevers) add_condition(fmt::format("never_{}", counter++), never.condition.get(), never.then.kind == Then::Kind::wait);
    for (const Experiment& experiment : program_.experiments) add(FunctionKind::condition, "experiment_" + experiment.name, experiment.audience.get());
    counter = 0;
    for (const Test& test : program_.tests)
      for (const TestBlock& block : test.blocks)
        for (const auto& statement : block.body)
          if (auto* expectation = std::get_if<Expectation>(&statement))
            add(FunctionKind::condition, fmt::format("expect_{}", counter++), expectation->condition.get());
  }

  void list_journey(const Journey& journey) {
    const std::string prefix = "journey_" + journey.name;
    int counter = 0;
    for (const Enter& enter : journey.enters) {
      std::string name = fmt::format("{}_enter_{}", prefix, counter++);
      add(FunctionKind::value, name + "_unit", enter.unit.get());
      if (auto* on = std::get_if<EnterOn>(&enter.node)) {
        add(FunctionKind::condition, name, on->where.get());
        add(FunctionKind::value, name + "_key", on->key.get());
      } else if (auto* when = std::get_if<EnterWhen>(&enter.node)) {
        add_watch(name, when->condition);
      } else if (auto* date = std::get_if<EnterOnDate>(&enter.node)) {
        add(FunctionKind::value, name, date->date.get());
      }
    }
    add(FunctionKind::condition, prefix + "_only_if", journey.only_if.get());
    add_condition(prefix + "_goal", journey.goal.get(), true);
    for (const Condition& exit : journey.exits) {
      std::string name = fmt::format("{}_exit_{}", prefix, counter++);
      if (exit.expr) add_condition(name, exit.expr.get(), true);
      else add_watch(name, exit);
    }
    for (const JourneyStep& step : journey.steps) list_block(prefix + "_" + step.name, step.body, counter);
  }

  void list_updates() {
    for (size_t e = 0; e < program_.events.size(); ++e) {
      auto touches = [&](JourneyId journey) {
        return std::any_of(plan_.cells.begin(), plan_.cells.end(), [&](const PlanCell& cell) {
          return cell.event.valid() && cell.event.index() == e && cell.journey == journey && cell.sequence < 0;
        }) || std::any_of(plan_.sequences.begin(), plan_.sequences.end(), [&](const PlanSequence& sequence) {
          const auto& hops = sequence.aggregate->hops;
          return sequence.journey == journey && std::any_of(hops.begin(), hops.end(), [&](const Hop& hop) { return hop.event.index() == e; });
        }) || (!journey.valid() && std::any_of(plan_.anchors.begin(), plan_.anchors.end(), [&](const PlanAnchor& anchor) {
          return anchor.window.kind == WindowKind::since_event && anchor.window.event.index() == e;
        }));
      };
      PlanFunction function;
      function.event = EventId(e);
      if (touches(JourneyId())) {
        function.kind = FunctionKind::update;
        function.name = "wend_update_" + program_.events[e].name;
        plan_.by_source[{FunctionKind::update, &program_.events[e]}] = static_cast<uint32_t>(plan_.functions.size());
        plan_.functions.push_back(function);
      }
      for (size_t j = 0; j < program_.journeys.size(); ++j) {
        if (!touches(JourneyId(j))) continue;
        function.kind = FunctionKind::instance_update;
        function.name = fmt::format("wend_update_{}_in_{}", program_.events[e].name, program_.journeys[j].name);
        function.journey = JourneyId(j);
        plan_.functions.push_back(function);
      }
    }
  }

  uint64_t layout_hash() const {
    std::string text = fmt::format("layout 1 {} {}", plan_.record_bytes, plan_.presence_words);
    for (size_t i = 0; i < program_.attributes.size(); ++i)
      text += fmt::format("|a {} {} {} {} {}", program_.attributes[i].name, static_cast<int>(program_.attributes[i].type.kind),
                          plan_.attributes[i].offset, plan_.attributes[i].presence,
                          is_list(program_.attributes[i].type) ? type_name(program_, program_.attributes[i].type) : "");
    for (size_t i = 0; i < program_.states.size(); ++i) {
      text += fmt::format("|s {} {}", program_.states[i].stored_name, plan_.state_slots[i]);
      for (const StateRule& rule : program_.states[i].rules) text += " " + rule.stored_name;
    }
    for (const PlanCell& cell : plan_.cells)
      text += fmt::format("|c {} {} {} {} {}", static_cast<int>(cell.kind), cell.journey.value, cell.offset, cell.words, cell.what + cell.where_key);
    for (const Journey& journey : program_.journeys) {
      text += fmt::format("|j {} {} {}", journey.name, journey.keyed, journey.goal_within_us > 0);
      for (const Enter& enter : journey.enters) text += fmt::format(" {}", enter.node.index());
    }
    for (const Signal& signal : program_.signals) {
      text += fmt::format("|o {} {} {}", signal.name, static_cast<int>(signal.follow), signal.matching);
      if (!signal.from.valid()) continue;
      const std::vector<Property>& properties = program_.events[signal.from.index()].properties;
      if (signal.matching) text += fmt::format(" {}", static_cast<int>(properties[signal.key_from].type.kind));
      for (uint32_t place : signal.carries) text += fmt::format(" {}:{}", properties[place].name, static_cast<int>(properties[place].type.kind));
    }
    return XXH3_64bits(text.data(), text.size());
  }

  const Program& program_;
  Plan plan_;
  std::map<std::string, uint32_t> by_key_;
  std::map<std::string, int32_t> sequences_;
  JourneyId journey_;   // whose functions are being listed
};

}  // namespace

Storage storage_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean: case TypeKind::weekday: return {1};
    case TypeKind::one_of: return {2};
    case TypeKind::date: case TypeKind::text: case TypeKind::html: case TypeKind::url: case TypeKind::email:
    case TypeKind::timezone: case TypeKind::list: case TypeKind::set: return {4};
    default: return {8};
  }
}

int32_t Plan::find(FunctionKind kind, const void* source) const {
  auto it = by_source.find({kind, source});
  return it == by_source.end() ? -1 : static_cast<int32_t>(it->second);
}

void each_statement(const Block& block, const std::function<void(const Stmt&)>& each) {
  const auto inside = [&each](const std::unique_ptr<Block>& nested) { if (nested) each_statement(*nested, each); };
  for (const Stmt& stmt : block) {
    each(stmt);
    if (auto* wait = std::get_if<WaitForStmt>(&stmt.node)) {
      inside(wait->then);
      inside(wait->otherwise);
    } else if (auto* until = std::get_if<WaitUntilStmt>(&stmt.node)) {
      inside(until->then);
      inside(until->otherwise);
    } else if (auto* first = std::get_if<ChooseFirstStmt>(&stmt.node)) {
      for (const auto& arm : first->arms) inside(arm.body);
      inside(first->otherwise);
    } else if (auto* split = std::get_if<SplitStmt>(&stmt.node)) {
      for (const auto& arm : split->arms) inside(arm.body);
    } else if (auto* branch = std::get_if<IfStmt>(&stmt.node)) {
      inside(branch->then);
      inside(branch->otherwise);
    } else if (auto* choose = std::get_if<ChooseExperimentStmt>(&stmt.node)) {
      for (const auto& arm : choose->arms) inside(arm);
      inside(choose->otherwise);
    }
  }
}

Plan make_plan(const Program& program) { return Planner(program).run(); }

bool depends_on_time(const Program& program, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::now: case ExprKind::today: return true;
    case ExprKind::call: return true;   // a few read `today`; being asked too often shows nowhere
    case ExprKind::measure: case ExprKind::below_usual: case ExprKind::above_usual:
      if (depends_on_time(program, *program.measures[expr.id].value)) return true;
      break;
    case ExprKind::audience:
      if (depends_on_time(program, *program.audiences[expr.id].condition)) return true;
      break;
    case ExprKind::aggregate: {
      const Aggregate& a = program.aggregates[expr.id];
      if (a.kind == AggregateKind::streak || is_time_since(a)) return true;
      if (a.window.kind == WindowKind::last_units || a.window.kind == WindowKind::rolling || a.window.kind == WindowKind::ago) return true;
      break;
    }
    default: break;
  }
  return std::any_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& arg) { return depends_on_time(program, *arg); });
}

}  // namespace wend
