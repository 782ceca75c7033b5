// Walks every expression of a program once.
#include "compiler/change/reach.h"

#include <algorithm>

namespace wend::change {
namespace {

class Walk {
 public:
  Walk(const Program& program, std::map<std::string, std::set<std::string>>& readers) : program_(program), readers_(readers) {}

  void all() {
    for (const Measure& m : program_.measures) {
      reader_ = name(m);
      read(m.value);
    }
    for (const Audience& a : program_.audiences) {
      reader_ = "audience " + a.name;
      read(a.condition);
    }
    for (const States& s : program_.states) {
      reader_ = "states " + s.name;
      for (const StateRule& rule : s.rules) read(rule.when), read(rule.until);
    }
    for (const Signal& s : program_.signals) {
      reader_ = "signal " + s.name;
      event(s.from), event(s.by);
      read(s.where), read(s.when), read(s.by_where);
    }
    for (const Channel& c : program_.channels) {
      reader_ = "channel " + c.name;
      attribute(c.reaches), attribute(c.consent);
    }
    reader_ = "project";
    attribute(program_.project.user_time);
    for (const Message& m : program_.messages) {
      reader_ = "message " + m.name;
      if (m.topic.valid()) from("topic " + program_.topics[m.topic.index()].name);
      for (const ChannelContent& content : m.contents) {
        from("channel " + program_.channels[content.channel.index()].name);
        for (const FieldContent& field : content.fields) read(field.body);
      }
    }
    reader_ = "protect";
    for (const NeverRule& r : program_.protection.nevers) read(r.condition);
    for (const FloorRule& r : program_.protection.floors) message(r.message);
    for (const Experiment& e : program_.experiments) {
      reader_ = "experiment " + e.name;
      read(e.audience);
    }
    for (const Journey& journey : program_.journeys) this->journey(journey);
  }

 private:
  static std::string name(const Measure& m) { return (m.score ? "score " : "measure ") + m.name; }
  void from(const std::string& read) {
    if (read != reader_) readers_[read].insert(reader_);
  }
  void event(EventId id) {
    if (!id.valid()) return;
    const EventDecl& event = program_.events[id.index()];
    from((event.signal.valid() ? "signal " : "event ") + event.name);
  }
  void message(MessageId id) { from("message " + program_.messages[id.index()].name); }
  void attribute(AttributeId id) {
    if (id.valid()) from("attribute " + program_.attributes[id.index()].name);
  }
  void states(StatesId id) { from("states " + program_.states[id.index()].name); }

  void aggregate(const Aggregate& aggregate) {
    event(aggregate.event);
    read(aggregate.where);
    if (aggregate.window.kind == WindowKind::since_event) event(aggregate.window.event);
    if (aggregate.window.kind == WindowKind::since_state) states(aggregate.window.states);
    for (const Hop& hop : aggregate.hops) event(hop.event), read(hop.where);
  }

  void read(const ExprPtr& expr) {
    if (!expr) return;
    switch (expr->kind) {
      case ExprKind::attribute: attribute(AttributeId(expr->id)); break;
      case ExprKind::measure: case ExprKind::usual: case ExprKind::below_usual: case ExprKind::above_usual: from(name(program_.measures[expr->id])); break;
      case ExprKind::audience: from("audience " + program_.audiences[expr->id].name); break;
      case ExprKind::state: from("states " + program_.states[expr->id].name); break;
      case ExprKind::aggregate:
        if (expr->id < program_.aggregates.size()) aggregate(program_.aggregates[expr->id]);
        break;
      default: break;
    }
    for (const ExprPtr& arg : expr->args) read(arg);
  }
  void read(const TemplateBody& body) {
    for (const TemplateNode& node : body) {
      read(node.value);
      for (const ExprPtr& arg : node.args) read(arg);
      for (const TemplateBranch& branch : node.branches) read(branch.condition), read(branch.body);
    }
  }
  void read(const Condition& condition) {
    read(condition.expr);
    if (!condition.trigger) return;
    if (condition.trigger->on_states) states(condition.trigger->states);
    read(condition.trigger->value);
  }
  void read(const std::unique_ptr<Block>& block) {
    if (block) read(*block);
  }
  void read(const Block& block) {
    for (const Stmt& stmt : block) std::visit([&](const auto& node) { statement(node); }, stmt.node);
  }

  void statement(const SendStmt& s) {
    message(s.message);
    for (const ExprPtr& argument : s.arguments) read(argument);
  }
  void statement(const WaitForStmt& s) { event(s.event), read(s.where), read(s.then), read(s.otherwise); }
  void statement(const WaitUntilStmt& s) { read(s.condition), read(s.then), read(s.otherwise); }
  void statement(const WaitUntilDateStmt& s) { read(s.date); }
  void statement(const IfStmt& s) { read(s.condition), read(s.then), read(s.otherwise); }
  void statement(const ChooseFirstStmt& s) {
    for (const auto& arm : s.arms) read(arm.condition), read(arm.body);
    read(s.otherwise);
  }
  void statement(const SplitStmt& s) {
    for (const auto& arm : s.arms) read(arm.body);
  }
  void statement(const ChooseExperimentStmt& s) {
    from("experiment " + program_.experiments[s.experiment.index()].name);
    read(s.unit);
    for (const auto& arm : s.arms) read(arm);
    read(s.otherwise);
  }
  void statement(const SetStmt& s) { read(s.value); }
  void statement(const EmitStmt& s) {
    event(s.event);
    for (const ExprPtr& value : s.values) read(value);
  }
  void statement(const CallStmt& s) {
    from("hook " + program_.hooks[s.hook.index()].name);
    for (const ExprPtr& value : s.values) read(value);
  }
  template <class Other> void statement(const Other&) {}   // nothing is read

  void journey(const Journey& journey) {
    reader_ = "journey " + journey.name;
    for (const Enter& enter : journey.enters) {
      if (enter.experiment.valid()) from("experiment " + program_.experiments[enter.experiment.index()].name);
      read(enter.unit);
      if (const auto* on = std::get_if<EnterOn>(&enter.node)) event(on->event), read(on->where), read(on->key);
      if (const auto* when = std::get_if<EnterWhen>(&enter.node)) read(when->condition);
      if (const auto* date = std::get_if<EnterOnDate>(&enter.node)) read(date->date);
    }
    read(journey.only_if);
    read(journey.goal);
    for (const Condition& exit : journey.exits) read(exit);
    for (size_t i = 0; i < journey.own_steps(); ++i) read(journey.steps[i].body);
  }

  const Program& program_;
  std::map<std::string, std::set<std::string>>& readers_;
  std::string reader_;
};

}  // namespace

Reach::Reach(const Program& program) { Walk(program, readers_).all(); }

std::vector<std::string> Reach::felt_by(const std::vector<std::string>& declarations) const {
  std::set<std::string> found;
  std::vector<std::string> open = declarations;
  while (!open.empty()) {
    const auto readers = readers_.find(open.back());
    open.pop_back();
    if (readers == readers_.end()) continue;
    for (const std::string& reader : readers->second)
      if (std::find(declarations.begin(), declarations.end(), reader) == declarations.end() && found.insert(reader).second) open.push_back(reader);
  }
  return {found.begin(), found.end()};
}

}  // namespace wend::change
