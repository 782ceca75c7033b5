// What the declarations of a program say, but for journeys (facets_journeys.cpp).
#include "compiler/change/facets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/sema/names.h"
#include "compiler/sema/print.h"

namespace wend::change {
namespace {

const char* const kWeekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
const char* const kUnits[] = {"minute", "hour", "day", "week", "month"};

std::string zone_of(bool user_time) { return user_time ? " user time" : ""; }

std::string cadence(const Cadence& c) {
  switch (c.kind) {
    case CadenceKind::hourly: return "hourly";
    case CadenceKind::continuously: return "continuously";
    case CadenceKind::daily: return "daily at " + print_time_of_day(c.time_of_day_us) + zone_of(c.user_time);
    case CadenceKind::weekly: return fmt::format("weekly on {} at {}{}", kWeekdays[c.weekday % 7], print_time_of_day(c.time_of_day_us), zone_of(c.user_time));
    case CadenceKind::monthly: return fmt::format("monthly on {} at {}{}", c.day, print_time_of_day(c.time_of_day_us), zone_of(c.user_time));
  }
  return "";
}

void aggregates_in(const Program& program, const Expr& expr, std::set<std::string>& found) {
  if (expr.kind == ExprKind::aggregate) found.insert(print_whole(program, program.aggregates[expr.id]));
  for (const ExprPtr& arg : expr.args)
    if (arg) aggregates_in(program, *arg, found);
}

// What experiments count by, where it is not the user: checked where they are used, so found there.
class Units {
 public:
  explicit Units(const Program& program) : program_(program) {
    for (const Journey& journey : program.journeys) {
      for (const Enter& enter : journey.enters) note(enter.experiment, enter.unit);
      for (size_t i = 0; i < journey.own_steps(); ++i) walk(journey.steps[i].body);
    }
  }
  const Expr* of(const Experiment& experiment) const {
    const auto found = units_.find(&experiment);
    return found == units_.end() ? nullptr : found->second;
  }

 private:
  void note(ExperimentId id, const ExprPtr& unit) {
    if (id.valid() && unit) units_.emplace(&program_.experiments[id.index()], unit.get());
  }
  void walk(const Block& block) {
    for (const Stmt& stmt : block) std::visit([&](const auto& node) { look(node); }, stmt.node);
  }
  void walk(const std::unique_ptr<Block>& block) {
    if (block) walk(*block);
  }
  template <class Node> void look(const Node& node) {
    if constexpr (requires { node.unit; }) note(node.experiment, node.unit);
    if constexpr (requires { node.then; }) walk(node.then);
    if constexpr (requires { node.otherwise; }) walk(node.otherwise);
    if constexpr (requires { node.arms.front().body; }) for (const auto& arm : node.arms) walk(arm.body);
    else if constexpr (requires { node.arms; }) for (const auto& arm : node.arms) walk(arm);
  }

  const Program& program_;
  std::map<const Experiment*, const Expr*> units_;
};

class Taker {
 public:
  Taker(const Program& program, std::vector<Declaration>& out) : program_(program), out_(out) {}

  void all() {
    project();
    profile();
    for (const EventDecl& event : program_.events)
      if (!event.builtin && !event.signal.valid()) this->event(event);
    for (const Signal& signal : program_.signals) this->signal(signal);
    for (const Hook& hook : program_.hooks) this->hook(hook);
    for (const Measure& measure : program_.measures) this->measure(measure);
    for (const Audience& audience : program_.audiences) {
      begin("audience", audience.name, audience.name, Grade::audience, audience.span);
      if (audience.condition) expr("", Grade::audience, *audience.condition);
    }
    for (const States& states : program_.states) this->states(states);
    for (const Channel& channel : program_.channels) this->channel(channel);
    for (const Topic& topic : program_.topics) {
      begin("topic", topic.name, topic.name, Grade::send, topic.span);
      said("default", Grade::send, program_.attributes[topic.attribute.index()].default_value.integer ? "subscribed" : "unsubscribed", topic.span);
    }
    for (const Message& message : program_.messages) this->message(message);
    protection();
    for (const Experiment& experiment : program_.experiments) this->experiment(experiment);
  }

 private:
  void begin(std::string construct, std::string name, std::string first_name, Grade whole, Span span) {
    out_.push_back({std::move(construct), std::move(name), std::move(first_name), whole, span, {}});
  }
  // What is said in a few words of our own, which mean what they say.
  void said(std::string about, Grade grade, std::string text, Span span) {
    std::vector<std::string> lines = {text};
    out_.back().facets.push_back({std::move(about), grade, std::move(text), std::move(lines), span, ""});
  }
  void put(std::string about, Grade grade, std::string meaning, std::vector<std::string> text, Span span, std::string was = "") {
    out_.back().facets.push_back({std::move(about), grade, std::move(meaning), std::move(text), span, std::move(was)});
  }
  void expr(std::string about, Grade grade, const Expr& expr) { put(std::move(about), grade, print_whole(program_, expr), shown(program_, expr.span), expr.span); }

  void project() {
    const ProjectInfo& p = program_.project;
    begin("project", p.name, "", Grade::audience, p.span);
    said("name", Grade::copy, p.name, p.span);
    said("time zone", Grade::audience, p.time_zone, p.span);
    if (p.currency.valid()) said("currency", Grade::wire, program_.currencies[p.currency.index()], p.span);
    if (p.user_time.valid()) said("user time from", Grade::audience, program_.attributes[p.user_time.index()].name, p.span);
    said("late after", Grade::audience, print_span_us(p.late_after_us), p.span);
    said("duplicates within", Grade::audience, print_span_us(p.duplicates_within_us), p.span);
  }

  std::string property(const Property& p) {
    std::string text = type_name(program_, p.type);
    if (p.in_milliseconds) text += " in milliseconds";
    if (p.default_value) text += " = " + print_value(program_, p.type, *p.default_value);
    if (p.path != p.name) text += " from \"" + p.path + "\"";
    return text;
  }

  void profile() {
    begin("profile", "", "", Grade::wire, {});
    std::string identities;
    for (const AttributeId id : program_.identities) {
      const Attribute& identity = program_.attributes[id.index()];
      identities += (identities.empty() ? "" : ", ") + identity.name + (identity.many ? " many" : "");
      out_.back().span = identity.span;
    }
    said("identity", Grade::wire, identities, out_.back().span);
    for (const Attribute& a : program_.attributes) {
      const bool topic = std::any_of(program_.topics.begin(), program_.topics.end(), [&](const Topic& t) { return &program_.attributes[t.attribute.index()] == &a; });
      if (a.identity || topic) continue;
      std::string text = type_name(program_, a.type);
      if (a.default_value.known) text += " = " + print_value(program_, a.type, a.default_value);
      if (a.sensitive) text += " sensitive";
      said(a.name, Grade::wire, text, a.span);
    }
  }

  void event(const EventDecl& event) {
    begin("event", event.name, event.name, Grade::wire, event.span);
    if (event.source_name != event.name) said("from", Grade::wire, "\"" + event.source_name + "\"", event.span);
    for (const Property& p : event.properties) said(p.name, Grade::wire, property(p), p.span);
  }

  void signal(const Signal& s) {
    begin("signal", s.name, s.name, Grade::audience, s.span);
    const auto event = [&](EventId id, const ExprPtr& where) {
      return (id.valid() ? program_.events[id.index()].name : std::string()) + (where ? " where " + print_whole(program_, *where) : "");
    };
    std::string meaning = event(s.from, s.where) + (s.when ? " when " + print_whole(program_, *s.when) : "");
    if (s.follow != Signal::Follow::none) {
      meaning += fmt::format(" {}followed by {} within {} of {}", s.follow == Signal::Follow::not_followed ? "not " : "", event(s.by, s.by_where), s.within_us, s.latest);
      if (s.matching) meaning += fmt::format(" matching {} and {} up to {}", program_.events[s.from.index()].properties[s.key_from].name, program_.events[s.by.index()].properties[s.key_by].name, s.up_to);
    }
    for (const uint32_t carried : s.carries) meaning += " carries " + program_.events[s.from.index()].properties[carried].name;
    put("", Grade::audience, std::move(meaning), shown(program_, s.span), s.span);
  }

  void hook(const Hook& hook) {
    begin("hook", hook.name, hook.name, Grade::wire, hook.span);
    for (const Property& p : hook.fields) said(p.name, Grade::wire, property(p), p.span);
  }

  void measure(const Measure& m) {
    begin(m.score ? "score" : "measure", m.name, m.stored_name, Grade::state, m.span);
    if (m.value) {
      std::set<std::string> kept;
      aggregates_in(program_, *m.value, kept);
      put("", kept.empty() ? Grade::audience : Grade::state, print_whole(program_, *m.value), shown(program_, m.value->span), m.value->span);
    }
    if (m.usual) said("usual over", Grade::state, fmt::format("{} weeks", m.usual->weeks), m.span);
  }

  void states(const States& s) {
    begin("states", s.name, s.stored_name, Grade::state, s.span);
    said("evaluate", Grade::audience, cadence(s.cadence), s.span);
    if (s.settle != 1) said("settle for", Grade::audience, fmt::format("{} evaluations", s.settle), s.span);
    std::string names, firsts = s.ordered ? "ordered" : "";
    for (const StateRule& rule : s.rules) {
      std::string meaning = rule.when ? "when " + print_whole(program_, *rule.when) : "otherwise";
      if (rule.until) meaning += " until " + print_whole(program_, *rule.until);
      std::vector<std::string> text = rule.when ? shown(program_, rule.when->span) : std::vector<std::string>{"otherwise"};
      if (rule.when && !text.empty()) text.front() = "when " + text.front();
      if (rule.until && !text.empty()) {
        const std::vector<std::string> until = shown(program_, rule.until->span);
        for (size_t i = 0; i < until.size(); ++i) i ? text.push_back(until[i]) : void(text.back() += ", until " + until[i]);
      }
      put(rule.name, Grade::audience, std::move(meaning), std::move(text), rule.span, rule.stored_name);
      names += (names.empty() ? "" : ", ") + rule.name;
      firsts += " " + rule.stored_name;
    }
    put("states", Grade::state, std::move(firsts), {(s.ordered ? "ordered " : "") + names}, s.span);
  }

  void channel(const Channel& c) {
    begin("channel", c.name, c.name, Grade::send, c.span);
    if (c.reaches.valid()) said("reaches", Grade::send, program_.attributes[c.reaches.index()].name, c.span);
    std::string consent = c.consent.valid() ? (c.consent_negated ? "not " : "") + program_.attributes[c.consent.index()].name : "";
    if (!c.consent_except.empty()) consent += ", except " + category_names(c.consent_except);
    if (!consent.empty()) said("consent", Grade::send, consent, c.span);
    for (const ContentField& field : c.content) said("content " + field.name, Grade::wire, type_name(program_, field.type), c.span);
  }

  std::string category_names(const std::vector<CategoryId>& ids) {
    std::vector<std::string> names;
    for (const CategoryId id : ids) names.push_back(program_.categories[id.index()].name);
    std::sort(names.begin(), names.end());
    return fmt::format("{}", fmt::join(names, ", "));
  }

  void message(const Message& m) {
    begin("message", m.name, m.name, Grade::send, m.span);
    if (m.category.valid()) said("category", Grade::send, program_.categories[m.category.index()].name, m.span);
    if (m.topic.valid()) said("topic", Grade::send, program_.topics[m.topic.index()].name, m.span);
    said("valid for", Grade::send, print_span_us(m.valid_for_us), m.span);
    std::string channels;
    std::vector<std::string> parameters;
    for (const Parameter& p : m.parameters) parameters.push_back(p.name + " " + type_name(program_, p.type));
    std::vector<std::string> sorted = parameters;   // given by name: their order means nothing
    std::sort(sorted.begin(), sorted.end());
    if (!parameters.empty()) put("with", Grade::send, fmt::format("{}", fmt::join(sorted, ", ")), {fmt::format("{}", fmt::join(parameters, ", "))}, m.span);
    for (const ChannelContent& content : m.contents) {
      const Channel& channel = program_.channels[content.channel.index()];
      channels += (channels.empty() ? "" : ", ") + channel.name;
      for (const FieldContent& field : content.fields)
        put(channel.name + " " + channel.content[field.field].name, Grade::copy, print_whole(program_, m, field.body), shown(program_, field.body), m.span);
    }
    said("channels", Grade::send, channels, m.span);
  }

  std::string subject(const Subject& s) {
    switch (s.kind) {
      case Subject::Kind::messages: return "messages";
      case Subject::Kind::channel: return program_.channels[s.id].name;
      case Subject::Kind::category: return program_.categories[s.id].name;
      case Subject::Kind::message: return program_.messages[s.id].name;
    }
    return "";
  }
  std::string then(const Then& t) {
    if (t.kind == Then::Kind::send) return ", then send " + program_.messages[t.message.index()].name;
    return t.kind == Then::Kind::wait ? ", then wait" : ", then drop";
  }
  // A limit is another where its subject is; a number that moves is the same limit changed.
  void protection() {
    const Protection& p = program_.protection;
    begin("protect", "", "", Grade::send, {});
    const auto rule = [&](std::string about, std::string text, Span span) {
      out_.back().span = out_.back().span.empty() ? span : out_.back().span;
      said(std::move(about), Grade::send, std::move(text), span);
    };
    std::string categories, exempt;
    for (const Category& c : program_.categories) {
      categories += (categories.empty() ? "" : " > ") + c.name;
      if (c.exempt) exempt += (exempt.empty() ? "" : ", ") + c.name;
    }
    if (!categories.empty()) rule("categories", categories, {});
    if (!exempt.empty()) rule("exempt", exempt, {});
    for (const HoldOutRule& r : p.hold_outs) rule("hold out from " + category_names(r.categories), print_value(program_, {TypeKind::percent}, share(r.millionths)), r.span);
    for (const NeverRule& r : p.nevers) {
      std::vector<std::string> text = shown(program_, r.condition->span);
      if (!text.empty()) text.back() += then(r.then);
      put("never " + subject(r.subject) + " while", Grade::send, print_whole(program_, *r.condition) + then(r.then), std::move(text), r.span);
    }
    for (const QuietRule& r : p.quiets) rule("quiet", "from " + print_time_of_day(r.from_us) + " to " + print_time_of_day(r.to_us) + zone_of(r.user_time) + then(r.then), r.span);
    for (const GapRule& r : p.gaps) rule("between messages", "at least " + print_span_us(r.length_us) + then(r.then), r.span);
    for (const CapRule& r : p.caps) {
      const std::string span = r.within_us ? "in " + print_span_us(r.within_us) : "per " + std::string(kUnits[static_cast<size_t>(r.per)]) + zone_of(r.user_time);
      rule("cap on " + subject(r.subject), fmt::format("at most {} {}{}", r.count, span, then(r.then)), r.span);
    }
    // Of several that stand in the way the first decides what then; caps and nevers are asked as written.
    std::string caps, nevers;
    bool alike = true;
    for (const CapRule& r : p.caps) caps += (caps.empty() ? "" : ", ") + subject(r.subject) + then(r.then).substr(1), alike = alike && r.then.kind == p.caps.front().then.kind && r.then.kind != Then::Kind::send;
    if (!alike) said("order of caps", Grade::send, caps, p.caps.front().span);
    alike = true;
    for (const NeverRule& r : p.nevers) nevers += (nevers.empty() ? "" : ", ") + subject(r.subject) + then(r.then).substr(1), alike = alike && r.then.kind == p.nevers.front().then.kind && r.then.kind != Then::Kind::send;
    if (!alike) said("order of nevers", Grade::send, nevers, p.nevers.front().span);
    for (const FloorRule& r : p.floors) {
      std::string by;
      for (const ChannelId id : r.by) by += (by.empty() ? " by " : r.choice == ChannelChoice::all ? " and " : ", else ") + program_.channels[id.index()].name;
      if (r.choice == ChannelChoice::best) by = " by best channel";
      rule("floor of " + r.protect, fmt::format("at least 1 message in {}, else send {}{}", print_span_us(r.within_us), program_.messages[r.message.index()].name, by), r.span);
    }
  }
  static Value share(int64_t millionths) {
    Value value;
    value.integer = millionths;
    return value;
  }

  std::string percent(int64_t millionths) { return print_value(program_, {TypeKind::percent}, share(millionths)); }
  std::string ranges(const std::vector<ShareRange>& list) {
    std::string text;
    for (const ShareRange& range : list) text += (text.empty() ? "" : " and ") + percent(range.from) + " to " + percent(range.to);
    return text;
  }

  void experiment(const Experiment& e) {
    static constexpr const char* kSchemes[] = {"wend", "growthbook v1", "growthbook v2", "optimizely", "launchdarkly"};
    begin("experiment", e.name, e.hashed, Grade::send, e.span);
    if (e.bucketing != Bucketing::wend) said("bucketing", Grade::send, fmt::format("{} seed \"{}\"", kSchemes[static_cast<size_t>(e.bucketing)], e.seed), e.span);
    if (!e.salt.empty()) said("salt", Grade::send, "\"" + e.salt + "\"", e.span);
    if (const Expr* unit = units_.of(e)) put("unit", Grade::send, print_whole(program_, *unit), shown(program_, unit->span), unit->span);
    for (const Gate& gate : e.gates) said("users in", Grade::send, fmt::format("{} of {} \"{}\"", ranges(gate.ranges), kSchemes[static_cast<size_t>(gate.bucketing)], gate.seed), e.span);
    if (!e.layer.empty()) said("layer", Grade::send, fmt::format("{} {} to {}", e.layer, print_value(program_, {TypeKind::percent}, share(e.layer_from)), print_value(program_, {TypeKind::percent}, share(e.layer_to))), e.span);
    std::string order;
    for (const Variant& v : e.variants) {
      std::string text = print_value(program_, {TypeKind::percent}, share(v.millionths));
      if (e.bucketing != Bucketing::wend) text = v.ranges.empty() ? "nobody" : ranges(v.ranges);
      said("variant " + v.name, Grade::send, text, e.span);
      order += (order.empty() ? "" : ", ") + v.name;
    }
    said("order of variants", Grade::send, order, e.span);   // arms own ranges in the order written
    if (e.audience) expr("for", Grade::send, *e.audience);
    for (const Metric& m : e.metrics) {
      std::string meaning = m.value ? print_measured(e, *m.value) : "";
      std::vector<std::string> text = m.value ? shown(program_, m.value->span) : std::vector<std::string>{};
      if (m.points_worse) {
        meaning += fmt::format(" at most {}", *m.points_worse);
        if (!text.empty()) text.back() += fmt::format(", at most {} points worse", *m.points_worse);
      }
      put((m.guard ? "guard " : "metric ") + m.name, Grade::copy, std::move(meaning), std::move(text), e.span);
    }
    for (const StopRule& s : e.stops) said("stop", Grade::copy, s.after_us ? "after " + print_span_us(*s.after_us) : fmt::format("when {} is {}", e.metrics[s.metric].name, s.worse ? "worse" : "better"), e.span);
  }
  // A metric's aggregates are the experiment's own.
  std::string print_measured(const Experiment& e, const Expr& expr) {
    if (expr.kind == ExprKind::aggregate) return expr.id < e.aggregates.size() ? print_whole(program_, e.aggregates[expr.id]) : "?";
    if (expr.args.empty()) return print_whole(program_, expr);
    std::string text = fmt::format("{}{}{}.{}(", static_cast<int>(expr.kind), expr.negated ? "!" : "", expr.id, expr.index);
    for (const ExprPtr& arg : expr.args) text += arg ? print_measured(e, *arg) + ", " : "-, ";
    return text + ")";
  }

  const Program& program_;
  Units units_{program_};
  std::vector<Declaration>& out_;
};

}  // namespace

std::vector<Declaration> declarations(const Program& program) {
  std::vector<Declaration> out;
  Taker(program, out).all();
  add_journeys(program, out);
  return out;
}

}  // namespace wend::change
