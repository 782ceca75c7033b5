// The Program as text: every table in its order, every name spelled out.
#include "compiler/sema/print.h"

#include <fmt/format.h>

#include "compiler/sema/names.h"

namespace wend {

void print_journeys(const Program& program, std::string& out);  // print_journey.cpp
void print_tests(const Program& program, std::string& out);     // print_tests.cpp
std::string print_template(const Program& program, const TemplateBody& body);

namespace {

const char* const weekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
const char* const units[] = {"minute", "hour", "day", "week", "month"};

struct Printer {
  const Program& program;
  std::string& out;

  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
    out += '\n';
  }

  std::string category_names(const std::vector<CategoryId>& ids) {
    std::string text;
    for (CategoryId id : ids) text += (text.empty() ? "" : ", ") + program.categories[id.index()].name;
    return text;
  }

  void project() {
    const ProjectInfo& p = program.project;
    line("project {}", p.name);
    if (!p.about.empty()) line("  about {}", p.about);
    line("  time zone {}", p.time_zone);
    if (p.currency.valid()) line("  currency {}", program.currencies[p.currency.index()]);
    line("  user time {}", p.user_time.valid() ? program.attributes[p.user_time.index()].name : "of the project");
    line("  late after {}, duplicates within {}", print_span_us(p.late_after_us), print_span_us(p.duplicates_within_us));
  }

  void profile() {
    line("\nprofile");
    for (const Attribute& a : program.attributes) {
      std::string text = fmt::format("  {} {}", a.name, type_name(program, a.type));
      if (a.identity) text += a.many ? " identity many" : " identity";
      if (a.default_value.known) text += " = " + print_value(program, a.type, a.default_value);
      if (a.sensitive) text += " sensitive";
      line("{}", text);
    }
  }

  void events() {
    for (const EventDecl& event : program.events) {
      line("\nevent {}{}{}", event.name, event.builtin ? " builtin" : event.signal.valid() ? " signal" : "", event.source_name == event.name ? "" : " from " + event.source_name);
      for (const Property& p : event.properties) {
        std::string text = fmt::format("  {} {}", p.name, type_name(program, p.type));
        if (p.in_milliseconds) text += " in milliseconds";
        if (p.default_value) text += " = " + print_value(program, p.type, *p.default_value);
        if (p.path != p.name) text += " from " + p.path;
        line("{}", text);
      }
    }
  }

  void signals() {
    for (const Signal& s : program.signals) {
      const auto event = [&](EventId id, const ExprPtr& where) {
        return (id.valid() ? program.events[id.index()].name : "?") + (where ? " where " + print_expr(program, *where) : "");
      };
      line("\nsignal {} from {}", s.name, event(s.from, s.where));
      if (s.when) line("  when {}", print_expr(program, *s.when));
      if (s.follow == Signal::Follow::none) continue;
      std::string text = fmt::format("  when {}followed by {} within {} of the {}", s.follow == Signal::Follow::not_followed ? "not " : "",
                                     event(s.by, s.by_where), print_span_us(s.within_us), s.latest ? "latest" : "first");
      if (s.matching) text += fmt::format(" matching {}, {} kept", program.events[s.from.index()].properties[s.key_from].name, s.up_to);
      line("{}", text);
    }
    for (const Hook& hook : program.hooks) {
      line("\nhook {}", hook.name);
      for (const Property& p : hook.fields)
        line("  {} {}{}", p.name, type_name(program, p.type), p.default_value ? " = " + print_value(program, p.type, *p.default_value) : "");
    }
  }

  void definitions() {
    if (!program.aggregates.empty()) line("\naggregates");
    for (size_t i = 0; i < program.aggregates.size(); ++i)
      line("  #{} {}: {}", i, print_aggregate(program, program.aggregates[i]), type_name(program, program.aggregates[i].type));
    for (const Measure& m : program.measures) {
      line("\n{} {}: {} = {}", m.score ? "score" : "measure", m.name, m.value ? type_name(program, m.value->type) : "?", m.value ? print_expr(program, *m.value) : "?");
      if (m.usual) line("  usual over {} weeks, from {}", m.usual->weeks, print_window(m.usual_window));
    }
    std::string order;
    for (MeasureId id : program.measure_order) order += " " + program.measures[id.index()].name;
    if (!order.empty()) line("measure order:{}", order);
    for (const Audience& a : program.audiences) line("\naudience {} = {}", a.name, a.condition ? print_expr(program, *a.condition) : "?");
  }

  std::string cadence(const Cadence& c) {
    std::string text;
    switch (c.kind) {
      case CadenceKind::hourly: return "hourly";
      case CadenceKind::continuously: return "continuously";
      case CadenceKind::daily: text = "daily at " + print_time_of_day(c.time_of_day_us); break;
      case CadenceKind::weekly: text = fmt::format("weekly on {} at {}", weekdays[c.weekday % 7], print_time_of_day(c.time_of_day_us)); break;
      case CadenceKind::monthly: text = fmt::format("monthly on {} at {}", c.day, print_time_of_day(c.time_of_day_us)); break;
    }
    return c.user_time ? text + " user time" : text;
  }

  void states() {
    for (const States& s : program.states) {
      line("\nstates {}{}", s.name, s.ordered ? " ordered" : "");
      line("  evaluate {}", cadence(s.cadence));
      if (s.settle != 1) line("  settle {}", s.settle);
      for (const StateRule& rule : s.rules)
        line("  {} {}{}", rule.name, rule.when ? "when " + print_expr(program, *rule.when) : "otherwise",
             rule.until ? " until " + print_expr(program, *rule.until) : "");
    }
    std::string order;
    for (StatesId id : program.states_order) order += " " + program.states[id.index()].name;
    if (!order.empty()) line("states order:{}", order);
  }

  void channels() {
    for (const Channel& c : program.channels) {
      line("\nchannel {}", c.name);
      if (c.reaches.valid()) line("  reaches {}", program.attributes[c.reaches.index()].name);
      if (c.consent.valid()) line("  consent {}{}", c.consent_negated ? "not " : "", program.attributes[c.consent.index()].name);
      if (!c.consent_except.empty()) line("  except {}", category_names(c.consent_except));
      for (const ContentField& field : c.content) line("  {} {}", field.name, type_name(program, field.type));
    }
    if (!program.categories.empty()) line("\ncategories");
    for (const Category& c : program.categories) line("  {}{}", c.name, c.exempt ? " exempt" : "");
  }

  void topics() {
    if (!program.topics.empty()) line("\ntopics");
    for (const Topic& t : program.topics)
      line("  {} {}", t.name, program.attributes[t.attribute.index()].default_value.integer ? "subscribed" : "unsubscribed");
  }

  void messages() {
    for (const Message& m : program.messages) {
      line("\nmessage {}", m.name);
      if (m.category.valid()) line("  category {}", program.categories[m.category.index()].name);
      if (m.topic.valid()) line("  topic {}", program.topics[m.topic.index()].name);
      line("  valid for {}", print_span_us(m.valid_for_us));
      for (const Parameter& p : m.parameters) line("  with {} {}", p.name, type_name(program, p.type));
      for (const ChannelContent& content : m.contents) {
        const Channel& channel = program.channels[content.channel.index()];
        line("  {}", channel.name);
        for (const FieldContent& field : content.fields)
          line("    {} {}", channel.content[field.field].name, print_template(program, field.body));
      }
    }
  }

  std::string subject(const Subject& s) {
    switch (s.kind) {
      case Subject::Kind::messages: return "messages";
      case Subject::Kind::channel: return "channel " + program.channels[s.id].name;
      case Subject::Kind::category: return "category " + program.categories[s.id].name;
      case Subject::Kind::message: return "message " + program.messages[s.id].name;
    }
    return "";
  }

  std::string then(const Then& t) {
    if (t.kind == Then::Kind::send) return "then send " + program.messages[t.message.index()].name;
    return t.kind == Then::Kind::wait ? "then wait" : "then drop";
  }

  void protection() {
    const Protection& p = program.protection;
    line("\nprotection");
    for (const CapRule& r : p.caps) {
      std::string span = r.within_us ? "in " + print_span_us(r.within_us) : fmt::format("per {}{}", units[static_cast<size_t>(r.per)], r.user_time ? " user time" : "");
      line("  cap {} {} {}, {}", r.count, subject(r.subject), span, then(r.then));
    }
    for (const GapRule& r : p.gaps) line("  gap {}, {}", print_span_us(r.length_us), then(r.then));
    for (const QuietRule& r : p.quiets) line("  quiet {} to {}{}, {}", print_time_of_day(r.from_us), print_time_of_day(r.to_us), r.user_time ? " user time" : "", then(r.then));
    for (const FloorRule& r : p.floors) {
      std::string by;
      for (ChannelId id : r.by) by += (by.empty() ? " by " : r.choice == ChannelChoice::all ? " and " : ", else ") + program.channels[id.index()].name;
      if (r.choice == ChannelChoice::best) by = " by best channel";
      line("  floor {} in {}: {}{}", r.protect, print_span_us(r.within_us), program.messages[r.message.index()].name, by);
    }
    for (const NeverRule& r : p.nevers) line("  never {} while {}, {}", subject(r.subject), print_expr(program, *r.condition), then(r.then));
    for (const HoldOutRule& r : p.hold_outs) line("  hold out {} millionths from {}", r.millionths, category_names(r.categories));
  }

  static const char* bucketing_word(Bucketing bucketing) {
    static constexpr const char* words[] = {"wend", "growthbook v1", "growthbook v2", "optimizely", "launchdarkly"};
    return words[static_cast<size_t>(bucketing)];
  }

  static std::string ranges(const std::vector<ShareRange>& list) {
    std::string text;
    for (const ShareRange& range : list) text += fmt::format(" [{}, {})", range.from, range.to);
    return text;
  }

  void metrics(const Experiment& e) {
    for (const Metric& m : e.metrics) line("  {} {}{}", m.guard ? "guard" : "metric", m.name, m.points_worse ? fmt::format(" at most {} points worse", *m.points_worse) : "");
    for (const StopRule& s : e.stops) {
      if (s.after_us) line("  stop after {}", print_span_us(*s.after_us));
      else line("  stop when {} is {}", e.metrics[s.metric].name, s.worse ? "worse" : "better");
    }
  }

  void experiments() {
    for (const Experiment& e : program.experiments) {
      line("\nexperiment {}", e.name);
      if (e.hashed != e.name) line("  hashed as {}", e.hashed);
      if (!e.salt.empty()) line("  salt {}", e.salt);
      if (e.bucketing != Bucketing::wend) line("  bucketing {} seed {}", bucketing_word(e.bucketing), e.seed);
      for (const Gate& gate : e.gates) line("  gate {} seed {}{}", bucketing_word(gate.bucketing), gate.seed, ranges(gate.ranges));
      if (!e.layer.empty()) line("  layer {} {} to {}", e.layer, e.layer_from, e.layer_to);
      for (const Variant& v : e.variants) line("  {} {}{}", v.name, v.millionths, e.bucketing == Bucketing::wend ? "" : ranges(v.ranges));
      if (e.audience) line("  for {}", print_expr(program, *e.audience));
      metrics(e);
    }
  }

  void reports() {
    for (const Report& r : program.reports) {
      line("\nreport {}", r.name);
      for (size_t i = 0; i < r.steps.size(); ++i)
        line("  {}{}{}", r.without && i > 0 ? "not " : "", program.events[r.steps[i].event.index()].name, r.steps[i].where ? " where " + print_expr(program, *r.steps[i].where) : "");
      line("  within {}", print_span_us(r.within_us));
    }
  }
};

}  // namespace

namespace {

template <class Print>
std::string print_body(const Program& program, const TemplateBody& body, const Print& expr_text) {
  std::string text = "[";
  for (const TemplateNode& node : body) {
    if (text.size() > 1) text += ' ';
    if (node.kind == TemplateNode::Kind::text) {
      Value value;
      value.text = node.text;
      text += print_value(program, {TypeKind::text}, value);
    } else if (node.kind == TemplateNode::Kind::output) {
      static constexpr const char* escapes[] = {"", "html ", "url ", "line ", "link ", "link_markup "};
      text += std::string("{{ ") + escapes[static_cast<size_t>(node.escape)] + (node.value ? expr_text(*node.value) : "?") + " }}";
    } else if (node.kind == TemplateNode::Kind::branches) {
      for (size_t i = 0; i < node.branches.size(); ++i) {
        const TemplateBranch& branch = node.branches[i];
        text += (i ? " " : "") + (branch.condition ? "if " + expr_text(*branch.condition) : std::string("else")) + " " + print_body(program, branch.body, expr_text);
      }
    } else {
      static constexpr const char* words[] = {"text", "output", "branches", "assign", "capture", "loop", "leave", "count", "cycle"};
      text += words[static_cast<size_t>(node.kind)] + (" " + std::to_string(node.kind == TemplateNode::Kind::leave ? node.loop : node.local)) + (node.flag ? " turned" : "");
      if (node.value) text += " " + expr_text(*node.value);
      for (const ExprPtr& arg : node.args) text += " " + (arg ? expr_text(*arg) : std::string("-"));
      for (const TemplateBranch& branch : node.branches) text += " " + print_body(program, branch.body, expr_text);
    }
  }
  return text + "]";
}

}  // namespace

std::string print_template(const Program& program, const TemplateBody& body) {
  return print_body(program, body, [&](const Expr& expr) { return print_expr(program, expr); });
}
std::string print_whole(const Program& program, const Message& message, const TemplateBody& body) {
  return print_body(program, body, [&](const Expr& expr) { return print_whole(program, expr, &message); });
}

std::string print_program(const Program& program) {
  std::string out;
  Printer printer{program, out};
  printer.project();
  printer.profile();
  printer.events();
  printer.signals();
  printer.definitions();
  printer.states();
  printer.channels();
  printer.topics();
  printer.messages();
  printer.protection();
  printer.experiments();
  printer.reports();
  print_journeys(program, out);
  print_tests(program, out);
  return out;
}

}  // namespace wend
