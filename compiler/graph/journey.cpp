// A journey as a diagram: who comes in at the top, a card a step, what interrupts it beside, how it ends below.
#include "compiler/graph/build.h"

#include <algorithm>

#include "compiler/graph/words.h"
#include "compiler/sema/print.h"
#include "runtime/abi/printable.h"
#include "runtime/abi/zones.h"

namespace wend::graph {
namespace {

using RowKind = Row::Kind;

constexpr size_t kLabelCharacters = 30;

class JourneyDiagram {
 public:
  JourneyDiagram(const Program& program, uint32_t index, const Counts* counts)
      : program_(program), journey_(program.journeys[index]), counts_(counts), own_(counts ? &counts->journeys[index] : nullptr) {}

  Diagram run() {
    out_.kind = Diagram::Kind::journey;
    out_.name = journey_.name;
    out_.about = printable(journey_.about);
    out_.place = place(journey_.span);
    facts();
    entries();
    first_step_ = static_cast<uint32_t>(out_.nodes.size());
    const size_t steps = journey_.own_steps();
    for (size_t i = 0; i < steps; ++i) step_node(i);
    interrupts();
    for (size_t i = 0; i < steps; ++i) ways_out(i);
    into_steps();
    return std::move(out_);
  }

 private:
  // A way out of a step: by a `go to`, `finish` or `leave`, or by falling through at its end.
  struct Exit { uint32_t target; std::string label; };
  static constexpr uint32_t kFinished = Counts::Journey::kFinished, kLeft = Counts::Journey::kLeft;

  Place place(Span span) const { return place_of(program_, span); }
  std::string text(const Expr& expr) const { return text_of(program_, expr); }
  People people(uint64_t Counts::Journey::*count) const { return own_ ? People(own_->*count) : std::nullopt; }
  static People at(const std::vector<uint64_t>& counts, size_t i) { return i < counts.size() ? counts[i] : 0; }

  const Counts::Statement* counted(const Stmt* stmt) const {
    static const Counts::Statement kNever;
    if (!counts_ || !stmt) return nullptr;
    const auto found = counts_->statements.find(stmt);
    return found == counts_->statements.end() ? &kNever : &found->second;
  }

  uint32_t add(Node::Kind kind, std::string id, std::string title, Span span) {
    Node& node = out_.nodes.emplace_back();
    node.kind = kind;
    node.id = std::move(id);
    node.title = std::move(title);
    node.place = place(span);
    return static_cast<uint32_t>(out_.nodes.size() - 1);
  }

  void edge(Edge::Kind kind, uint32_t from, uint32_t to, std::string label = {}, People people = {}) {
    out_.edges.push_back({kind, from, to, std::move(label), people});
  }

  // ---- what holds for the whole of it

  void facts() {
    if (journey_.closed) out_.facts.push_back("closed: nobody comes in");
    if (journey_.paused) out_.facts.push_back("paused");
    if (journey_.keyed) {
      std::string key;
      for (const Enter& enter : journey_.enters)
        if (const auto* on = std::get_if<EnterOn>(&enter.node); on && on->key && key.empty()) key = text(*on->key);
      out_.facts.push_back("one per " + key + (journey_.at_most ? ", at most " + std::to_string(journey_.at_most) + " at once" : ""));
    }
    if (journey_.re_enter.kind == ReEnter::Kind::after) out_.facts.push_back("again after " + print_span_us(journey_.re_enter.after_us));
    else if (journey_.re_enter.kind == ReEnter::Kind::never) out_.facts.push_back("once ever");
    else if (!journey_.keyed) out_.facts.push_back("again always");
    if (journey_.priority != 0) out_.facts.push_back("priority " + std::to_string(journey_.priority));
  }

  // ---- who comes in

  std::string entry(const EnterOn& on, std::vector<std::string>& details) const {
    if (on.where) details.push_back("where " + text(*on.where));
    return "on " + program_.events[on.event.index()].name;
  }
  std::string entry(const EnterWhen& when, std::vector<std::string>&) const { return "when " + text_of(program_, when.condition); }
  std::string entry(const EnterEvery& every, std::vector<std::string>&) const {
    return "every " + days_text(every.weekdays) + " at " + clock_text(every.time_of_day_us, every.user_time);
  }
  std::string entry(const EnterOnce& once, std::vector<std::string>&) const {
    return "once at " + format_date(once.day) + " " + clock_text(once.time_of_day_us, once.user_time);
  }
  std::string entry(const EnterOnDate& on, std::vector<std::string>& details) const {
    details.push_back("at " + clock_text(on.time_of_day_us, on.user_time) + (on.yearly ? ", yearly" : ""));
    return "on date " + text(*on.date);
  }

  void entries() {
    for (size_t i = 0; i < journey_.enters.size(); ++i) {
      const Enter& enter = journey_.enters[i];
      std::vector<std::string> details;
      std::string title = std::visit([&](const auto& node) { return entry(node, details); }, enter.node);
      if (enter.experiment.valid()) {
        const Experiment& experiment = program_.experiments[enter.experiment.index()];
        const bool outside = enter.variant >= experiment.variants.size();
        details.push_back(outside ? "who is outside experiment " + experiment.name : experiment.variants[enter.variant].name + " of experiment " + experiment.name);
      }
      Node& node = out_.nodes[add(Node::Kind::entry, "enter." + std::to_string(i + 1), std::move(title), enter.span)];
      node.details = std::move(details);
      if (own_) node.people = at(own_->enters, i);
    }
    if (!journey_.only_if) return;
    const uint32_t gate = add(Node::Kind::gate, "gate", "only if " + text(*journey_.only_if), journey_.only_if->span);
    for (uint32_t i = 0; i < gate; ++i) edge(Edge::Kind::flow, i, gate);
  }

  void into_steps() {
    if (journey_.own_steps() == 0) return;
    const bool gate = journey_.only_if != nullptr;
    for (uint32_t i = gate ? first_step_ - 1 : 0; i < first_step_; ++i) edge(Edge::Kind::flow, i, first_step_, "", gate ? People() : out_.nodes[i].people);
  }

  // ---- steps

  void step_node(size_t i) {
    const JourneyStep& step = journey_.steps[i];
    const uint32_t index = add(Node::Kind::step, "step." + step.name, step.name, step.span);
    Node& node = out_.nodes[index];
    if (own_) {
      node.people = at(own_->steps, i);
      node.inside = at(own_->inside, i);
    }
    exits_.emplace_back();
    rows_ = &node.rows;
    const bool falls = block(step.body, 0, "");
    if (!falls) return;
    const size_t behind = journey_.behind(i);
    exits_.back().push_back({behind >= journey_.own_steps() ? kFinished : static_cast<uint32_t>(behind), ""});
  }

  // Edges to one target are one, with the labels of all of them.
  void ways_out(size_t i) {
    std::vector<Exit> merged;
    for (const Exit& exit : exits_[i]) {
      const auto same = std::find_if(merged.begin(), merged.end(), [&](const Exit& other) { return other.target == exit.target; });
      if (same == merged.end()) {
        merged.push_back(exit);
        continue;
      }
      // Some come without a condition of their own: a label would be about the others only.
      if (exit.label.empty() || same->label.empty()) same->label.clear();
      else if (("; " + same->label + ";").find("; " + exit.label + ";") == std::string::npos) same->label = cut(same->label + "; " + exit.label, 2 * kLabelCharacters);
    }
    for (Exit& exit : merged) {
      People people;
      if (own_) {
        const auto found = own_->went.find({static_cast<uint32_t>(i), exit.target});
        people = found == own_->went.end() ? 0 : found->second;
      }
      edge(Edge::Kind::flow, first_step_ + static_cast<uint32_t>(i), node_of(exit.target), std::move(exit.label), people);
    }
  }

  uint32_t node_of(uint32_t target) {
    if (target < kFinished) return first_step_ + target;
    const bool finished = target == kFinished;
    const Node::Kind kind = finished ? Node::Kind::finished : Node::Kind::left;
    for (uint32_t i = 0; i < out_.nodes.size(); ++i) if (out_.nodes[i].kind == kind) return i;
    const uint32_t node = add(kind, finished ? "finished" : "left", finished ? "finished" : "left", Span{kNoFile, 0, 0});
    out_.nodes[node].people = people(finished ? &Counts::Journey::finished : &Counts::Journey::left);
    return node;
  }

  Row& row(RowKind kind, uint32_t depth, std::string text, const Stmt* stmt, std::string detail = {}) {
    Row& row = rows_->emplace_back();
    row.kind = kind;
    row.depth = depth;
    row.text = std::move(text);
    row.detail = std::move(detail);
    if (stmt) row.place = place(stmt->span);
    if (const Counts::Statement* counts = counted(stmt); counts && kind == RowKind::send) row.sends = counts->sends;
    return row;
  }

  // Whether somebody comes to its end. `label`: of the arm it stands in.
  bool block(const Block& body, uint32_t depth, const std::string& label) {
    for (const Stmt& stmt : body)
      if (!std::visit([&](const auto& node) { return statement(stmt, node, depth, label); }, stmt.node)) return false;
    return true;
  }

  void leads_to(uint32_t target, const std::string& label) { exits_.back().push_back({target, cut(label, kLabelCharacters)}); }

  bool arm(const Stmt& stmt, size_t number, const std::string& head, const Block* body, uint32_t depth, const std::string& label) {
    if (!body || body->empty()) return true;
    row(RowKind::arm, depth, head, nullptr).people = came(stmt, number);
    return block(*body, depth + 1, label);
  }

  std::string by(const SendStmt& send) const {
    if (send.choice == SendStmt::Choice::best && send.channels.size() > 1) return "by best channel";
    std::string out;
    for (size_t i = 0; i < send.channels.size(); ++i)
      out += (i == 0 ? "by " : send.choice == SendStmt::Choice::all ? " and " : ", else ") + program_.channels[send.channels[i].index()].name;
    return out;
  }

  bool statement(const Stmt& stmt, const SendStmt& send, uint32_t depth, const std::string&) {
    const Message& message = program_.messages[send.message.index()];
    std::string detail = by(send);
    if (send.at_us) detail += " at " + clock_text(*send.at_us, send.at_user_time);
    std::string with;
    for (size_t i = 0; i < send.arguments.size() && i < message.parameters.size(); ++i)
      if (send.arguments[i]) with += (with.empty() ? " with " : ", ") + message.parameters[i].name + ": " + text(*send.arguments[i]);
    row(RowKind::send, depth, "send " + message.name, &stmt, detail + with);
    return true;
  }
  bool statement(const Stmt& stmt, const WaitStmt& wait, uint32_t depth, const std::string&) {
    row(RowKind::wait, depth, "wait " + print_span_us(wait.length_us), &stmt);
    return true;
  }
  bool statement(const Stmt& stmt, const WaitUntilTimeStmt& wait, uint32_t depth, const std::string&) {
    const std::string days = days_text(wait.weekdays);
    row(RowKind::wait, depth, "wait until " + clock_text(wait.time_of_day_us, wait.user_time) + (days == "day" ? "" : " on " + days), &stmt);
    return true;
  }
  bool statement(const Stmt& stmt, const WaitUntilDateStmt& wait, uint32_t depth, const std::string&) {
    using Else = WaitUntilDateStmt::Else;
    std::string words = "wait until " + text(*wait.date);
    if (wait.time_of_day_us != 0 || wait.user_time) words += " at " + clock_text(wait.time_of_day_us, wait.user_time);
    const std::string otherwise = wait.past == Else::leave && wait.unknown == Else::leave ? "if past or unknown" : wait.past == Else::leave ? "if past" : wait.unknown == Else::leave ? "if unknown" : "";
    row(RowKind::wait, depth, words, &stmt, otherwise.empty() ? "if past, go on" : otherwise + ", leave");
    if (!otherwise.empty()) leads_to(kLeft, otherwise);
    return true;
  }
  template <class Wait>
  bool two_ways(const Stmt& stmt, const Wait& wait, const std::string& came, uint32_t depth) {
    const std::string not_come = "not in " + print_span_us(wait.up_to_us);
    const bool then = arm(stmt, 0, came, wait.then.get(), depth + 1, came);
    const bool otherwise = arm(stmt, 1, not_come, wait.otherwise.get(), depth + 1, not_come);
    return then || otherwise;
  }
  bool statement(const Stmt& stmt, const WaitUntilStmt& wait, uint32_t depth, const std::string&) {
    row(RowKind::wait, depth, "wait until " + text(*wait.condition), &stmt, "up to " + print_span_us(wait.up_to_us));
    return two_ways(stmt, wait, "it holds", depth);
  }
  bool statement(const Stmt& stmt, const WaitForStmt& wait, uint32_t depth, const std::string&) {
    const std::string& event = program_.events[wait.event.index()].name;
    row(RowKind::wait, depth, "wait for " + event + (wait.where ? " where " + text(*wait.where) : ""), &stmt, "up to " + print_span_us(wait.up_to_us));
    return two_ways(stmt, wait, event, depth);
  }
  bool statement(const Stmt& stmt, const IfStmt& branch, uint32_t depth, const std::string&) {
    const std::string condition = text(*branch.condition);
    row(RowKind::branch, depth, "if " + condition, &stmt);
    const bool then = arm(stmt, 0, "yes", branch.then.get(), depth + 1, condition);
    const bool otherwise = arm(stmt, 1, "no", branch.otherwise.get(), depth + 1, "no: " + condition);
    return then || otherwise;
  }
  bool statement(const Stmt& stmt, const ChooseFirstStmt& choose, uint32_t depth, const std::string&) {
    row(RowKind::branch, depth, "the first that holds", &stmt);
    bool falls = false;
    for (size_t i = 0; i < choose.arms.size(); ++i) {
      const std::string condition = text(*choose.arms[i].condition);
      falls |= arm(stmt, i, condition, choose.arms[i].body.get(), depth + 1, condition);
    }
    return arm(stmt, choose.arms.size(), "otherwise", choose.otherwise.get(), depth + 1, "otherwise") || falls;
  }
  bool statement(const Stmt& stmt, const SplitStmt& split, uint32_t depth, const std::string&) {
    row(RowKind::branch, depth, "split " + printable(split.chance.substr(split.chance.find('/') + 1)), &stmt, split.per_entry ? "drawn at each entry" : "");
    bool falls = false;
    for (size_t i = 0; i < split.arms.size(); ++i) {
      const std::string share = share_text(split.arms[i].millionths);
      if (!split.arms[i].body || split.arms[i].body->empty()) row(RowKind::arm, depth + 1, share, nullptr, "go on").people = came(stmt, i);
      falls |= arm(stmt, i, share, split.arms[i].body.get(), depth + 1, share);
    }
    return falls;
  }
  bool statement(const Stmt& stmt, const ChooseExperimentStmt& choose, uint32_t depth, const std::string&) {
    const Experiment& experiment = program_.experiments[choose.experiment.index()];
    row(RowKind::branch, depth, "experiment " + experiment.name, &stmt, choose.unit ? "by " + text(*choose.unit) : "");
    bool falls = false;
    for (size_t i = 0; i < choose.arms.size() && i < experiment.variants.size(); ++i) {
      const Variant& variant = experiment.variants[i];
      const std::string head = variant.name + (variant.millionths > 0 ? " " + share_text(variant.millionths) : "");
      if (!choose.arms[i] || choose.arms[i]->empty()) row(RowKind::arm, depth + 1, head, nullptr, "go on").people = came(stmt, i);
      falls |= arm(stmt, i, head, choose.arms[i].get(), depth + 1, variant.name);
    }
    return arm(stmt, choose.arms.size(), "outside it", choose.otherwise.get(), depth + 1, "outside " + experiment.name) || falls;
  }
  People came(const Stmt& stmt, size_t number) const {
    const Counts::Statement* counts = counted(&stmt);
    return counts && number < counts->arms.size() ? People(counts->arms[number]) : std::nullopt;
  }
  bool statement(const Stmt& stmt, const SetStmt& set, uint32_t depth, const std::string&) {
    row(RowKind::set, depth, "set " + program_.attributes[set.attribute.index()].name + " to " + (set.value ? text(*set.value) : "unknown"), &stmt);
    return true;
  }
  bool statement(const Stmt& stmt, const EmitStmt& emit, uint32_t depth, const std::string&) {
    row(RowKind::emit, depth, "emit " + program_.events[emit.event.index()].name, &stmt);
    return true;
  }
  bool statement(const Stmt& stmt, const CallStmt& call, uint32_t depth, const std::string&) {
    row(RowKind::call, depth, "call " + program_.hooks[call.hook.index()].name, &stmt);
    return true;
  }
  bool statement(const Stmt& stmt, const GoToStmt& go, uint32_t depth, const std::string& label) {
    row(RowKind::go, depth, "go to " + journey_.steps[go.step.index()].name, &stmt);
    leads_to(go.step.value, label);
    return false;
  }
  bool statement(const Stmt& stmt, const FinishStmt&, uint32_t depth, const std::string& label) {
    row(RowKind::finish, depth, "finish", &stmt);
    leads_to(kFinished, label);
    return false;
  }
  bool statement(const Stmt& stmt, const LeaveStmt&, uint32_t depth, const std::string& label) {
    row(RowKind::leave, depth, "leave", &stmt);
    leads_to(kLeft, label);
    return false;
  }

  // ---- what interrupts it

  void interrupts() {
    if (journey_.goal) {
      const std::string within = journey_.goal_within_us ? " within " + print_span_us(journey_.goal_within_us) + " of entry" : "";
      const uint32_t goal = add(Node::Kind::goal, "goal", text(*journey_.goal) + within, journey_.goal->span);
      out_.nodes[goal].people = people(&Counts::Journey::goals);
      edge(Edge::Kind::interrupt, kAnywhere, goal, "", out_.nodes[goal].people);
    }
    for (size_t i = 0; i < journey_.exits.size(); ++i) {
      const Condition& exit = journey_.exits[i];
      const uint32_t node = add(Node::Kind::exit, "exit." + std::to_string(i + 1), "when " + text_of(program_, exit), exit.expr ? exit.expr->span : exit.trigger->span);
      if (own_) out_.nodes[node].people = at(own_->exits, i);
      edge(Edge::Kind::interrupt, kAnywhere, node, "", out_.nodes[node].people);
    }
  }

  const Program& program_;
  const Journey& journey_;
  const Counts* counts_;
  const Counts::Journey* own_;
  Diagram out_;
  std::vector<Row>* rows_ = nullptr;
  std::vector<std::vector<Exit>> exits_;   // by step
  uint32_t first_step_ = 0;
};

}  // namespace

Diagram journey_diagram(const Program& program, uint32_t journey, const Counts* counts) { return JourneyDiagram(program, journey, counts).run(); }

}  // namespace wend::graph
