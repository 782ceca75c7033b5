// Fills the runtime's tables: names and places from the plan, rules from the program, functions from the native code.
#include "compiler/service/module_builder.h"

#include <tuple>

#include "compiler/plan/meaning.h"
#include "compiler/plan/reads.h"
#include "compiler/service/journey_graph.h"
#include "compiler/service/owned_value.h"
#include "compiler/service/source_place.h"

namespace wend {
namespace {

ValueKind value_kind(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean: return ValueKind::boolean;
    case TypeKind::number: return ValueKind::number;
    case TypeKind::percent: return ValueKind::percent;
    case TypeKind::text: return ValueKind::text;
    case TypeKind::html: return ValueKind::html;
    case TypeKind::url: return ValueKind::url;
    case TypeKind::email: return ValueKind::email;
    case TypeKind::money: return ValueKind::money;
    case TypeKind::duration: return ValueKind::duration;
    case TypeKind::time: return ValueKind::time;
    case TypeKind::date: return ValueKind::date;
    case TypeKind::time_of_day: return ValueKind::time_of_day;
    case TypeKind::weekday: return ValueKind::weekday;
    case TypeKind::timezone: return ValueKind::timezone;
    case TypeKind::one_of: return ValueKind::one_of;
    case TypeKind::list: return ValueKind::list;
    case TypeKind::set: return ValueKind::set;
    default: return ValueKind::integer;
  }
}

ThenKind then_kind(const Then& then) { return static_cast<ThenKind>(then.kind); }

ModuleSubject subject_of(const Subject& subject) { return {static_cast<ModuleSubject::Kind>(subject.kind), subject.id}; }

std::vector<uint32_t> indexes(const std::vector<CategoryId>& ids) {
  std::vector<uint32_t> out;
  for (CategoryId id : ids) out.push_back(id.value);
  return out;
}

class Builder {
 public:
  Builder(const Plan& plan, std::shared_ptr<const NativeCode> code)
      : plan_(plan), program_(*plan.program), code_(std::move(code)), functions_{plan, *code_}, out_(std::make_shared<Module>()) {}

  std::shared_ptr<const Module> run() {
    project();
    attributes();
    events();
    signals();
    out_->cells = cells(JourneyId());
    out_->windows = plan_.windows;
    measures();
    states();
    watches();
    for (size_t j = 0; j < program_.journeys.size(); ++j) journey(j);
    messages();
    protection();
    experiments();
    for (const Test& test : program_.tests)
      for (const TestBlock& block : test.blocks)
        for (const auto& statement : block.body)
          if (auto* expectation = std::get_if<Expectation>(&statement))
            if (expectation->condition) out_->test_conditions.push_back(functions_.condition(expectation->condition.get()));
    out_->code = std::const_pointer_cast<NativeCode>(code_);
    return out_;
  }

 private:
  SourcePlace place(Span span, const char* before = "") const { return place_in(program_, span, before); }
  SourcePlace place(const ExprPtr& expr, const char* before) const { return expr ? place(expr->span, before) : SourcePlace{}; }

  ValueType value_type(const Type& type) const {
    ValueType out;
    out.kind = value_kind(type.kind);
    out.optional = type.optional;
    if (type.kind == TypeKind::one_of) out.words = program_.one_ofs[type.of].values;
    if (type.kind == TypeKind::money && type.of < program_.currencies.size()) out.currency = program_.currencies[type.of];
    if (type.kind == TypeKind::list || type.kind == TypeKind::set) {
      const Type& item = program_.item_types[type.of];
      if (item.kind != TypeKind::record) out.fields.push_back({"", value_type(item)});
      else
        for (const RecordField& field : program_.records[item.of].fields) out.fields.push_back({field.name, value_type(field.type)});
    }
    return out;
  }

  void project() {
    const ProjectInfo& project = program_.project;
    out_->project = project.name;
    out_->version = program_.version;
    out_->zone = find_zone(project.time_zone);
    out_->user_time = project.user_time.valid() ? static_cast<int32_t>(project.user_time.value) : -1;
    out_->late_after_us = project.late_after_us;
    out_->duplicates_within_us = project.duplicates_within_us;
    for (AttributeId identity : program_.identities) out_->identities.push_back(program_.attributes[identity.index()].name);
    out_->record_bytes = plan_.record_bytes;
    out_->presence_words = plan_.presence_words;
    out_->layout_hash = plan_.layout_hash;
  }

  void attributes() {
    for (size_t i = 0; i < program_.attributes.size(); ++i) {
      const Attribute& attribute = program_.attributes[i];
      out_->attributes.push_back({attribute.name, value_type(attribute.type), owned_value(attribute.default_value, value_type(attribute.type)), plan_.attributes[i],
                                  attribute.identity, attribute.many, attribute.sensitive});
    }
  }

  std::vector<ModuleProperty> properties(const std::vector<Property>& list) const {
    std::vector<ModuleProperty> out;
    for (const Property& property : list)
      out.push_back({property.name, property.path, value_type(property.type),
                     property.default_value ? owned_value(*property.default_value, value_type(property.type)) : OwnedValue{}, property.in_milliseconds});
    return out;
  }

  void signals() {
    for (const Signal& signal : program_.signals) {
      ModuleSignal out;
      out.name = signal.name;
      out.meaning = meaning_of(program_, signal);
      out.event = signal.event.value;
      out.from = signal.from.value;
      out.where = functions_.condition(signal.where.get());
      out.when = functions_.condition(signal.when.get());
      out.follow = static_cast<ModuleSignal::Follow>(signal.follow);
      out.by = signal.by.value;
      out.by_where = functions_.condition(signal.by_where.get());
      out.within_us = signal.within_us;
      out.latest = signal.latest;
      if (signal.matching) {
        out.key_from = static_cast<int32_t>(signal.key_from);
        out.key_by = static_cast<int32_t>(signal.key_by);
      }
      out.up_to = signal.matching ? signal.up_to : 1;
      out.carries = signal.carries;
      out_->signals.push_back(std::move(out));
    }
    for (const Hook& hook : program_.hooks) out_->hooks.push_back({hook.name, properties(hook.fields)});
  }

  void events() {
    for (const EventDecl& event : program_.events) {
      ModuleEvent out;
      out.name = event.name;
      out.source_name = event.source_name;
      out.builtin = event.builtin;
      out.signal = event.signal.valid();
      out.properties = properties(event.properties);
      int32_t update = plan_.find(FunctionKind::update, &event);
      if (update >= 0) out.update = functions_.get<UpdateFn>(update);
      for (size_t f = 0; f < plan_.functions.size(); ++f) {
        const PlanFunction& function = plan_.functions[f];
        if (function.kind == FunctionKind::instance_update && &program_.events[function.event.index()] == &event)
          out.instance_updates.push_back({function.journey.value, functions_.get<UpdateFn>(static_cast<int32_t>(f))});
      }
      out_->events.push_back(std::move(out));
    }
  }

  std::vector<ModuleCell> cells(JourneyId journey) const {
    std::vector<ModuleCell> out;
    std::vector<const PlanCell*> planned;
    for (const PlanCell& cell : plan_.cells) {
      if (cell.journey != journey) continue;
      planned.push_back(&cell);
      const uint32_t bound = cell.kind == CellKind::ring ? cell.keep : cell.kind == CellKind::sequence ? open_max(cell) : cell.up_to;
      const int32_t anchor = cell.anchor < 0 ? -1 : static_cast<int32_t>(plan_.cells[plan_.anchors[static_cast<size_t>(cell.anchor)].stamp].offset);
      const bool forgets = cell.kind == CellKind::counts || cell.kind == CellKind::panes || cell.kind == CellKind::bits ||
                           (cell.kind == CellKind::pairs && cell.window >= 0);
      out.push_back({cell.kind, cell.offset, cell.words, bound, anchor, cell.has_property && held_as_text(cell.value_type.kind),
                     cell.has_property && cell.value_type.kind == TypeKind::number, cell.dated_pairs, cell.sums, cell.extremes, static_cast<PaneUnit>(cell.unit),
                     forgets ? cell.panes : -1, cell.what, meaning_of(plan_, cell), -1});
    }
    for (size_t i = 0; i < out.size(); ++i) out[i].like = counts_like(planned, *planned[i]);
    return out;
  }

  // The same events in the same panes are in these counts, too; -1: in none.
  static int32_t counts_like(const std::vector<const PlanCell*>& cells, const PlanCell& cell) {
    if (cell.kind != CellKind::bits && cell.kind != CellKind::streak && cell.kind != CellKind::panes) return -1;
    const auto source = [](const PlanCell& of) { return std::tuple(of.event.value, of.where_key, of.unit, of.anchor, of.sequence, of.dated, of.from_day, of.to_day); };
    for (size_t i = 0; i < cells.size(); ++i)
      if (cells[i]->kind == CellKind::counts && source(*cells[i]) == source(cell) && (cell.kind == CellKind::streak || cells[i]->panes >= cell.panes))
        return static_cast<int32_t>(i);
    return -1;
  }

  uint32_t open_max(const PlanCell& cell) const {
    for (const PlanSequence& sequence : plan_.sequences)
      if (&plan_.cells[sequence.cell] == &cell) return sequence.aggregate->open_max;
    return 0;
  }

  static bool held_as_text(TypeKind kind) {
    return kind == TypeKind::text || kind == TypeKind::html || kind == TypeKind::url || kind == TypeKind::email || kind == TypeKind::timezone ||
           kind == TypeKind::list || kind == TypeKind::set;
  }

  void measures() {
    for (size_t i = 0; i < program_.measures.size(); ++i) {
      const Measure& measure = program_.measures[i];
      (measure.score ? out_->scores : out_->measures).push_back({measure.name, value_type(measure.value->type), functions_.value(measure.value.get())});
      if (!measure.usual) continue;
      ModuleBaseline baseline;
      baseline.measure = measure.name;
      baseline.cell = static_cast<uint32_t>(plan_.baselines[i]);
      baseline.weeks = measure.usual->weeks;
      baseline.value = functions_.get<ValueFn>(plan_.find(FunctionKind::baseline, measure.value.get()));
      const Window& window = measure.usual_window;
      if (window.kind == WindowKind::last_units) {
        baseline.calendar = true;
        baseline.unit = static_cast<PaneUnit>(window.unit);
        baseline.count = std::max(window.count, 1);
      } else if (window.kind == WindowKind::rolling) {
        baseline.length_us = window.length_us;
      }
      out_->baselines.push_back(baseline);
    }
    for (const Audience& audience : program_.audiences)
      out_->audiences.push_back({audience.name, value_type(audience.condition->type), functions_.value(audience.condition.get())});
  }

  void states() {
    for (size_t i = 0; i < program_.states.size(); ++i) {
      const States& states = program_.states[i];
      ModuleStates out;
      out.name = states.name;
      out.kept = states.stored_name;
      for (const StateRule& rule : states.rules) {
        out.names.push_back(rule.name);
        out.kept_names.push_back(rule.stored_name);
      }
      out.meaning = meaning_of(program_, states);
      out.ordered = states.ordered;
      out.cadence = static_cast<ModuleStates::Cadence>(states.cadence.kind);
      out.time_of_day_us = states.cadence.time_of_day_us;
      out.weekday = states.cadence.weekday;
      out.day = states.cadence.day;
      out.user_time = states.cadence.user_time;
      out.settle = states.settle;
      out.slot = plan_.state_slots[i];
      out.find = functions_.get<StatesFn>(plan_.find(FunctionKind::states, &states));
      int32_t next = plan_.find(FunctionKind::states_next, &states);
      if (next >= 0) out.next = functions_.get<NextFn>(next);
      out.reads = reads_of(program_, states);
      for (size_t f = 0; f < plan_.functions.size(); ++f) {
        const PlanFunction& function = plan_.functions[f];
        if (function.kind != FunctionKind::anchor) continue;
        const Window& window = plan_.anchors[static_cast<size_t>(function.anchor)].window;
        if (window.states.index() == i) out.anchors.push_back({window.state, functions_.get<UpdateFn>(static_cast<int32_t>(f))});
      }
      out_->states.push_back(std::move(out));
    }
    for (StatesId id : program_.states_order) out_->states_order.push_back(id.value);
  }

  void watches() {
    for (const PlanWatch& watch : plan_.watches) {
      ModuleWatch out;
      const Expr* expr = watch.trigger ? watch.trigger->value.get() : watch.condition;
      if (watch.trigger && watch.trigger->kind == TriggerKind::changes) {
        out.kind = ModuleWatch::Kind::change;
        out.value = functions_.value(expr);
        out.type = value_type(expr->type);
      } else {
        out.condition = functions_.condition(expr);
      }
      out.next = functions_.next(expr);
      out.reads = reads_of(program_, *expr);
      out.meaning = meaning_of(program_, *expr);
      out_->watches.push_back(out);
    }
  }

  uint32_t watch_of(const Condition& condition) const {
    for (size_t i = 0; i < plan_.watches.size(); ++i)
      if (condition.trigger ? plan_.watches[i].trigger == condition.trigger.get() : plan_.watches[i].condition == condition.expr.get())
        return static_cast<uint32_t>(i);
    return 0;
  }

  static StateTrigger state_trigger(const Trigger& trigger) {
    return {static_cast<StateTrigger::Kind>(trigger.kind), trigger.states.value, trigger.from, trigger.to, trigger.length_us};
  }

  ModuleClock clock_of(const Enter& enter) const {
    ModuleClock out;
    const auto at = [&](const auto& entry) {
      out.time_of_day_us = entry.time_of_day_us;
      out.user_time = entry.user_time;
    };
    if (auto* every = std::get_if<EnterEvery>(&enter.node)) {
      out.weekdays = every->weekdays;
      at(*every);
    } else if (auto* once = std::get_if<EnterOnce>(&enter.node)) {
      out.kind = ModuleClock::Kind::once;
      out.day = once->day;
      at(*once);
    } else if (auto* on = std::get_if<EnterOnDate>(&enter.node)) {
      out.kind = ModuleClock::Kind::date;
      out.date = functions_.value(on->date.get());
      out.reads = reads_of(program_, *on->date);
      out.reads.always |= depends_on_time(program_, *on->date);
      out.yearly = on->yearly;
      at(*on);
    }
    return out;
  }

  void journey(size_t index) {
    const Journey& journey = program_.journeys[index];
    ModuleJourney out;
    out.name = journey.name;
    out.kept = journey.first_name();
    out.landings = journey.landings;
    out.priority = journey.priority;
    out.closed = journey.closed;
    out.paused = journey.paused;
    out.keyed = journey.keyed;
    out.at_most = journey.at_most;
    out.goal_within_us = journey.goal_within_us;
    out.place = place(journey.span);
    out.only_if_place = place(journey.only_if, "only if ");
    out.goal_place = place(journey.goal, "goal ");
    for (const Enter& enter : journey.enters) {
      ModuleEnter entry;
      entry.place = place(enter.span, "enter ");
      if (auto* on = std::get_if<EnterOn>(&enter.node)) {
        entry.event = on->event.value;
        entry.where = functions_.condition(on->where.get());
        entry.key = functions_.value(on->key.get());
        if (on->key) entry.key_type = value_type(on->key->type);
      } else if (auto* when = std::get_if<EnterWhen>(&enter.node)) {
        const Condition& condition = when->condition;
        if (condition.trigger && condition.trigger->on_states) {
          entry.kind = ModuleEnter::Kind::trigger;
          entry.trigger = state_trigger(*condition.trigger);
        } else {
          entry.kind = ModuleEnter::Kind::watch;
          entry.watch = watch_of(condition);
        }
      } else {
        entry.kind = ModuleEnter::Kind::clock;
        entry.clock = static_cast<uint32_t>(out_->clocks.size());
        out_->clocks.push_back(clock_of(enter));
        out_->clocks.back().meaning = meaning_of(program_, journey, enter);
      }
      if (enter.experiment.valid()) {
        entry.experiment = static_cast<int32_t>(enter.experiment.value);
        entry.variant = enter.variant;
        if (enter.unit) entry.unit = {functions_.value(enter.unit.get()), value_type(enter.unit->type)};
      }
      out.enters.push_back(entry);
    }
    out.only_if = functions_.condition(journey.only_if.get());
    out.re_enter = static_cast<ModuleJourney::ReEnter>(journey.re_enter.kind);
    out.re_enter_after_us = journey.re_enter.after_us;
    out.goal = functions_.condition(journey.goal.get());
    out.goal_next = functions_.next(journey.goal.get());
    for (const Condition& condition : journey.exits) {
      ModuleExit exit;
      exit.place = place(condition.expr ? condition.expr->span : condition.trigger->span, "exit when ");
      if (condition.expr) {
        exit.condition = functions_.condition(condition.expr.get());
        exit.next = functions_.next(condition.expr.get());
      } else if (condition.trigger->on_states) {
        exit.kind = ModuleExit::Kind::trigger;
        exit.trigger = state_trigger(*condition.trigger);
      } else {
        exit.kind = ModuleExit::Kind::watch;
        exit.watch = watch_of(condition);
      }
      out.exits.push_back(exit);
    }
    build_graph(journey, functions_, [this](const Type& type) { return value_type(type); }, [this](Span span, const char* before) { return place(span, before); }, out);
    const InstanceLayout& layout = plan_.instances[index];
    out.instance_bytes = layout.bytes;
    out.instance_presence_words = layout.presence_words;
    out.cells = cells(JourneyId(index));
    out.entry = layout.entry;
    for (ModuleEntryProperty& property : out.entry)
      property.type = property.property == ModuleEntryProperty::kAt ? value_type(Type{TypeKind::time}) : value_type(program_.events[property.event].properties[property.property].type);
    out_->journeys.push_back(std::move(out));
  }

  void messages() {
    for (const Category& category : program_.categories) out_->categories.push_back({category.name, category.exempt});
    for (const Topic& topic : program_.topics) out_->topics.push_back({topic.name, topic.attribute.value, place(topic.span)});
    for (const Channel& channel : program_.channels) {
      ModuleChannel out;
      out.name = channel.name;
      out.reaches = channel.reaches.value;
      out.consent = channel.consent.valid() ? static_cast<int32_t>(channel.consent.value) : -1;
      out.consent_negated = channel.consent_negated;
      out.consent_except = indexes(channel.consent_except);
      for (const ContentField& field : channel.content) out.fields.push_back({field.name, value_kind(field.type.kind), field.type.optional});
      out.place = place(channel.span);
      out_->channels.push_back(std::move(out));
    }
    for (const Message& message : program_.messages) {
      ModuleMessage out;
      out.name = message.name;
      out.category = message.category.value;
      if (message.topic.valid()) out.topic = static_cast<int32_t>(program_.topics[message.topic.index()].attribute.value);
      out.valid_for_us = message.valid_for_us;
      for (const Parameter& parameter : message.parameters) out.parameters.push_back({parameter.name, value_type(parameter.type)});
      for (const ChannelContent& content : message.contents) {
        ModuleContent rendered;
        rendered.channel = content.channel.value;
        rendered.fields.resize(program_.channels[content.channel.index()].content.size(), nullptr);
        for (const FieldContent& field : content.fields)
          rendered.fields[field.field] = functions_.get<RenderFn>(plan_.find(FunctionKind::render, &field.body));
        out.contents.push_back(std::move(rendered));
      }
      out.place = place(message.span);
      out_->messages.push_back(std::move(out));
    }
  }

  void protection() {
    const Protection& rules = program_.protection;
    for (const CapRule& cap : rules.caps)
      out_->caps.push_back({cap.count, subject_of(cap.subject), cap.within_us, static_cast<PaneUnit>(cap.per), cap.user_time,
                            then_kind(cap.then), cap.then.message.value, place(cap.span)});
    for (const GapRule& gap : rules.gaps) out_->gaps.push_back({gap.length_us, then_kind(gap.then), gap.then.message.value, place(gap.span)});
    for (const QuietRule& quiet : rules.quiets)
      out_->quiets.push_back({quiet.from_us, quiet.to_us, quiet.user_time, then_kind(quiet.then), quiet.then.message.value, place(quiet.span)});
    for (const FloorRule& floor : rules.floors) {
      ModuleFloor out{floor.protect, floor.within_us, floor.message.value, floor.choice == ChannelChoice::all, floor.choice == ChannelChoice::best, {}, place(floor.span)};
      for (ChannelId channel : floor.by) out.channels.push_back(channel.value);
      if (out.channels.empty())
        for (const ChannelContent& content : program_.messages[floor.message.index()].contents) out.channels.push_back(content.channel.value);
      out_->floors.push_back(std::move(out));
    }
    for (const NeverRule& never : rules.nevers) {
      const bool waits = never.then.kind == Then::Kind::wait;
      out_->nevers.push_back({subject_of(never.subject), functions_.condition(never.condition.get()),
                              waits ? functions_.next(never.condition.get()) : nullptr, then_kind(never.then), never.then.message.value, place(never.span)});
    }
    for (const HoldOutRule& rule : rules.hold_outs) out_->hold_outs.push_back({rule.millionths, indexes(rule.categories), place(rule.span)});
  }

  void experiments() {
    for (const Experiment& experiment : program_.experiments) {
      ModuleExperiment out;
      out.name = experiment.name;
      out.hashed = experiment.hashed;
      out.salt = experiment.salt;
      out.bucketing = experiment.bucketing;
      out.seed = experiment.seed;
      out.layer = experiment.layer;
      out.layer_from = experiment.layer_from;
      out.layer_to = experiment.layer_to;
      for (size_t i = 0; i < experiment.variants.size(); ++i) {
        out.variants.push_back(experiment.variants[i].name);
        for (const ShareRange& range : experiment.variants[i].ranges) out.shares.push_back({range, static_cast<uint32_t>(i)});
      }
      for (const Gate& gate : experiment.gates) out.gates.push_back({gate.bucketing, gate.seed, gate.ranges});
      out.audience = functions_.condition(experiment.audience.get());
      out_->experiments.push_back(std::move(out));
    }
  }

  const Plan& plan_;
  const Program& program_;
  std::shared_ptr<const NativeCode> code_;
  Functions functions_;
  std::shared_ptr<Module> out_;
};

}  // namespace

std::shared_ptr<const Module> build_module(const Plan& plan, std::shared_ptr<const NativeCode> code) { return Builder(plan, std::move(code)).run(); }

}  // namespace wend
