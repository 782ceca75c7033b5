// Tests: the profile given, blocks with their instants in the project's zone, events and expectations.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"
#include "compiler/sema/message_fields.h"
#include "runtime/abi/zones.h"

namespace wend::sema {
namespace {

constexpr int64_t kInstantsMax = 40'000;   // of one block: a hundred years of days
constexpr int64_t kDayMin = 0, kDayMax = 47'481;  // 1970-01-01 to 2099-12-31, as events have it

const char* const kOutcomes[] = {"goal", "exit", "finished", "left", "merged", "removed"};
const char* const kReasons[] = {"holdout", "consent", "unreachable", "topic", "never", "expired", "quiet", "gap", "cap", "left", "paused", "removed", "limit"};

struct TestChecker {
  Context& context;
  const ast::Test& node;
  Test test;
  const Zone* zone;

  // ---- values of attributes and properties ----

  std::optional<TestProperty> attribute(const ast::Argument& argument, std::set<std::string>& seen) {
    if (!argument.name.present()) return std::nullopt;
    AttributeId id = resolve_attribute(context, argument.name);
    if (!id.valid() || !noted(context.diagnostics, seen, argument.name, "value", "given before")) return std::nullopt;
    const Attribute& attribute = context.program.attributes[id.index()];
    if (!argument.value || attribute.type.kind == TypeKind::error) return std::nullopt;
    Type type = attribute.type;
    type.optional = type.optional || attribute.default_value.known;   // `unknown` restores a default, as `null` on the wire does
    auto value = check_constant(context, *argument.value, type, "`" + attribute.name + "`");
    if (!value) return std::nullopt;
    return TestProperty{id.value, std::move(*value)};
  }

  void given() {
    std::set<std::string> seen;
    for (const ast::Argument& argument : node.given)
      if (auto value = attribute(argument, seen)) test.given.push_back(std::move(*value));
  }

  void pins() {
    for (const auto& [variant, experiment] : node.pinned) {
      ExperimentId id;
      id.value = resolve(context, Space::experiment, experiment);
      if (!id.valid() || !variant.present()) continue;
      int found = find_variant(context, id, variant.text, variant.span);
      if (found >= 0) test.pinned.emplace_back(id, static_cast<uint32_t>(found));
    }
  }

  // ---- events ----

  std::optional<TestInstant> instant(const ast::Expr& expr) {
    auto value = check_constant(context, expr, {TypeKind::time}, "`at`");
    return value ? std::optional(TestInstant{value->integer}) : std::nullopt;
  }

  // `at` and `id` of an event that does not declare properties of those names.
  bool arrival(const ast::Argument& argument, const EventDecl& event, TestEvent& out) {
    bool at = argument.name.text == "at", id = argument.name.text == "id";
    if ((!at && !id) || find_property(context, event, argument.name) >= 0 || !argument.value) return false;
    if (at) {
      out.at = instant(*argument.value);
    } else if (auto value = check_constant(context, *argument.value, {TypeKind::text}, "`id`")) {
      out.id = value->text;
    }
    return true;
  }

  // `at: 2026-01-31 10:00`: when the event happened; it arrives at its block's time.
  void happened(const ast::When& when, TestEvent& out) {
    const bool user_time = has_user_time(context, when.user_time, when.span);
    if (in_range(when.days, when.span)) out.at = at(when.days, when.time_of_day, when.utc, user_time);
  }

  void missing_properties(const ast::TestEvent& written, const EventDecl& event, const std::set<std::string>& given) {
    std::vector<std::string> missing;
    std::vector<Type> types;
    for (const Property& property : event.properties) {
      if (property.type.optional || property.default_value || property.type.kind == TypeKind::error || given.count(property.name)) continue;
      missing.push_back(property.name);
      types.push_back(property.type);
    }
    if (missing.empty()) return;
    auto& diagnostic = context.diagnostics.report(Code::test_property_missing, written.event.span, event.name, list_words(missing));
    diagnostic.label("would be rejected").also(event.span.file == kNoFile ? written.event.span : event.span, "declared here")
        .note("an event that lacks a property which is neither `?` nor defaulted is rejected");
    std::string list;
    for (size_t i = 0; i < missing.size(); ++i) {
      const Type& type = types[i];
      const std::string value = type.kind == TypeKind::time ? "2026-01-01T12:00Z" : type.kind == TypeKind::date ? "2026-01-01" : example_value(context, type);
      if (value.empty()) return;
      list += (list.empty() ? "" : ", ") + missing[i] + ": " + value;
    }
    diagnostic.fixes.push_back({"give it", false, {last_member(context, written.event.span, list)}});
  }

  std::string from_of(const EventDecl& event) const {
    const EventId from = context.program.signals[event.signal.index()].from;
    return from.valid() ? context.program.events[from.index()].name : "an event";
  }

  std::optional<TestEvent> event(const ast::TestEvent& written) {
    TestEvent out;
    out.span = written.span;
    std::set<std::string> seen;
    if (written.event.text == "identify" && !context.table(Space::event).count("identify")) {
      for (const ast::Argument& argument : written.properties)
        if (auto value = attribute(argument, seen)) out.properties.push_back(std::move(*value));
      if (written.at) happened(*written.at, out);
      return out;
    }
    out.event.value = resolve(context, Space::event, written.event);
    if (!out.event.valid()) return std::nullopt;
    const EventDecl& event = context.program.events[out.event.index()];
    if (event.signal.valid()) {
      context.diagnostics.report(Code::signal_not_sent, written.event.span, event.name).label("made from `" + from_of(event) + "`").help("send that, and expect `raised " + event.name + "`");
      return std::nullopt;
    }
    std::vector<std::string> names;
    for (const Property& property : event.properties) names.push_back(property.name);
    bool strange = false;
    for (const ast::Argument& argument : written.properties) {
      if (!argument.name.present() || !noted(context.diagnostics, seen, argument.name, "value", "given before") || arrival(argument, event, out)) continue;
      int index = find_property(context, event, argument.name);
      if (index < 0) {
        strange = true;
        auto& diagnostic = context.diagnostics.report(Code::unknown_property, argument.name.span, event.name, argument.name.text);
        diagnostic.label("no such property");
        suggest(diagnostic, argument.name.span, argument.name.text, names, "it has");
        continue;
      }
      const Property& property = event.properties[index];
      if (!argument.value || property.type.kind == TypeKind::error) continue;
      auto value = check_constant(context, *argument.value, property.type, "`" + event.name + "." + property.name + "`");
      if (value) out.properties.push_back({static_cast<uint32_t>(index), std::move(*value)});
    }
    if (!strange) missing_properties(written, event, seen);  // a misspelt one has been told
    if (written.at) happened(*written.at, out);
    return out;
  }

  // ---- expectations ----

  bool expect(const ast::ExpectCondition& written, Expectation& out) {
    if (!written.condition) return false;
    Scope scope;
    scope.no_aggregates = "an expectation reads what the program keeps";
    out.kind = Expectation::Kind::condition;
    out.condition = check_condition(context, scope, *written.condition);
    return !is_error(out.condition);
  }

  // raised E with p: v · called H with f: v
  bool expect_values(const ast::ExpectDone& written, const std::vector<Property>& properties, Expectation& out) {
    std::vector<std::string> names;
    for (const Property& property : properties) names.push_back(property.name);
    bool fine = true;
    for (const ast::Argument& argument : written.content) {
      if (!argument.name.present() || !argument.value) continue;
      const auto found = std::find(names.begin(), names.end(), argument.name.text);
      if (found == names.end()) {
        auto& diagnostic = context.diagnostics.report(written.kind == ast::ExpectDone::Kind::called ? Code::unknown_field : Code::unknown_property, argument.name.span, written.name.text, argument.name.text);
        diagnostic.label("not there");
        suggest(diagnostic, argument.name.span, argument.name.text, names, "it has");
        fine = false;
        continue;
      }
      const auto place = static_cast<size_t>(found - names.begin());
      if (out.kind == Expectation::Kind::raised) note_use(context, argument.name, SymbolKind::property, out.event.value, place);
      else note_use(context, argument.name, SymbolKind::hook_field, out.hook.value, place);
      auto value = check_constant(context, *argument.value, properties[place].type, "`" + written.name.text + "." + names[place] + "`");
      if (value) out.properties.push_back({static_cast<uint32_t>(place), std::move(*value)});
      else fine = false;
    }
    return fine;
  }

  bool expect(const ast::ExpectDone& written, Expectation& out) {
    using Kind = ast::ExpectDone::Kind;
    out.negated = written.negated;
    out.times = written.times.value_or(-1);
    if (written.kind == Kind::raised) {
      out.kind = Expectation::Kind::raised;
      out.event.value = resolve(context, Space::event, written.name);
      return out.event.valid() && expect_values(written, context.program.events[out.event.index()].properties, out);
    }
    if (written.kind == Kind::called) {
      out.kind = Expectation::Kind::called;
      out.hook.value = resolve(context, Space::hook, written.name);
      return out.hook.valid() && expect_values(written, context.program.hooks[out.hook.index()].fields, out);
    }
    out.kind = Expectation::Kind::set;
    out.attribute = resolve_attribute(context, written.name);
    if (!out.attribute.valid()) return false;
    for (const ast::Argument& argument : written.content)
      if (argument.name.present()) context.diagnostics.report(Code::unknown_field, argument.name.span, written.name.text, argument.name.text).label("an attribute has one value").help("`expect set " + written.name.text + " to …`");
    const Attribute& attribute = context.program.attributes[out.attribute.index()];
    out.any_value = !written.value && !written.to_unknown;
    out.value.known = !written.to_unknown;
    if (!written.value || attribute.type.kind == TypeKind::error) return true;
    auto value = check_constant(context, *written.value, attribute.type, "`" + attribute.name + "`");
    if (value) out.value = std::move(*value);
    return value.has_value();
  }

  bool expect(const ast::ExpectPlace& written, Expectation& out) {
    out.kind = Expectation::Kind::place;
    out.inside = written.inside;
    out.journey.value = resolve(context, Space::journey, written.journey);
    if (!key_fits(written.key, out)) return false;
    if (!out.journey.valid() || !written.step.present()) return out.journey.valid();
    const Journey& journey = context.program.journeys[out.journey.index()];
    std::vector<std::string> names;
    for (size_t i = 0; i < journey.steps.size(); ++i) {
      names.push_back(journey.steps[i].name);
      if (names.back() == written.step.text) out.step = StepId(i);
    }
    if (out.step.valid()) {
      note_use(context, written.step, SymbolKind::step, out.journey.value, out.step.index());
      return true;
    }
    auto& diagnostic = context.diagnostics.report(Code::unknown_name, written.step.span, "step", written.step.text);
    diagnostic.label("not in `" + journey.name + "`");
    suggest(diagnostic, written.step.span, written.step.text, names, "its steps are");
    return false;
  }

  // `for "k"` is said of a journey with keys.
  bool key_fits(const std::optional<ast::Text>& written, Expectation& out) {
    if (!written || !out.journey.valid()) return true;
    const Journey& journey = context.program.journeys[out.journey.index()];
    out.key = written->value;
    if (journey.keyed) return true;
    context.diagnostics.report(Code::journey_without_keys, written->span, journey.name).label("has one instance of a user").also(journey.span, "no `one per` here");
    return false;
  }

  bool expect(const ast::ExpectLeft& written, Expectation& out) {
    out.kind = written.goal ? Expectation::Kind::goal : Expectation::Kind::left;
    out.inside = written.expected;
    out.journey.value = resolve(context, Space::journey, written.journey);
    if (!key_fits(written.key, out)) return false;
    if (written.outcome.present()) {
      std::vector<std::string> outcomes(std::begin(kOutcomes), std::end(kOutcomes));
      out.leave = written.outcome.text;
      if (std::find(outcomes.begin(), outcomes.end(), out.leave) == outcomes.end()) {
        auto& diagnostic = context.diagnostics.report(Code::unknown_outcome, written.outcome.span, out.leave);
        diagnostic.label("no such outcome");
        suggest(diagnostic, written.outcome.span, out.leave, outcomes, "the outcomes are");
        return false;
      }
    }
    return out.journey.valid();
  }

  bool expect(const ast::ExpectMessage& written, Expectation& out) {
    out.kind = Expectation::Kind::message;
    out.outcome = static_cast<Expectation::Outcome>(written.outcome);
    out.times = written.times.value_or(-1);
    out.message.value = resolve(context, Space::message, written.message);
    if (written.channel.present()) {
      out.channel.value = resolve(context, Space::channel, written.channel);
      if (!out.channel.valid()) return false;
    }
    if (written.reason.present()) {
      std::vector<std::string> reasons(std::begin(kReasons), std::end(kReasons));
      out.reason = written.reason.text;
      if (std::find(reasons.begin(), reasons.end(), out.reason) == reasons.end()) {
        auto& diagnostic = context.diagnostics.report(Code::unknown_reason, written.reason.span, out.reason);
        diagnostic.label("no such reason");
        std::string near = nearest(out.reason, reasons);
        if (!near.empty()) diagnostic.help("did you mean `" + near + "`?").fix("use `" + near + "`", written.reason.span, near, false);
        else diagnostic.note("the reasons are " + list_words(reasons, 20));
        return false;
      }
    }
    if (written.until) {
      if (written.outcome != ast::MessageOutcome::deferred) {
        context.diagnostics.report(Code::until_not_deferred, written.until->span).label("not of a deferral").help("write `expect deferred " + written.message.text + " until …`");
        return false;
      }
      if (!in_range(written.until->days, written.until->span)) return false;
      const bool user_time = has_user_time(context, written.until->user_time, written.until->span);
      out.until = at(written.until->days, written.until->time_of_day, written.until->utc, user_time);
    }
    return out.message.valid() && content(written, out);
  }

  bool content(const ast::ExpectMessage& written, Expectation& out) {
    const Message& message = context.program.messages[out.message.index()];
    std::vector<std::string> fields;
    for (const ChannelContent& content : message.contents)
      for (const FieldContent& field : content.fields) fields.push_back(context.program.channels[content.channel.index()].content[field.field].name);
    for (const ast::Argument& argument : written.content) {
      if (!argument.name.present() || !argument.value) continue;
      for (const ChannelContent& content : message.contents)
        for (const FieldContent& field : content.fields)
          if (context.program.channels[content.channel.index()].content[field.field].name == argument.name.text) note_use(context, argument.name, SymbolKind::field, content.channel.value, field.field);
      if (std::find(fields.begin(), fields.end(), argument.name.text) == fields.end()) {
        if (has_unknown_channel(context, out.message)) return false;
        auto& diagnostic = context.diagnostics.report(Code::unknown_field, argument.name.span, message.name, argument.name.text);
        diagnostic.label("no such field").also(message.span, "declared here");
        std::sort(fields.begin(), fields.end());
        fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
        suggest(diagnostic, argument.name.span, argument.name.text, fields, "it has");
        return false;
      }
      auto value = check_constant(context, *argument.value, {TypeKind::text}, "`" + argument.name.text + "`");
      if (!value) return false;
      out.content.emplace_back(argument.name.text, value->text);
    }
    return true;
  }

  // ---- blocks ----

  bool in_range(int64_t day, Span span) {
    if (day >= kDayMin && day <= kDayMax) return true;
    context.diagnostics.report(Code::test_date, span).label("from 1970 to 2099");
    return false;
  }

  TestBlock::At at(int64_t day, int64_t time_of_day, bool utc, bool user_time) {
    TestBlock::At at;
    at.day = static_cast<int32_t>(day);
    at.time_of_day_us = time_of_day;
    at.user_time = user_time;
    if (utc) at.instant_us = day * kMicrosPerDay + time_of_day;
    else if (!user_time && zone) at.instant_us = to_instant(*zone, at.day, time_of_day);
    return at;
  }

  bool instants(const ast::TestBlock& written, TestBlock& block) {
    if (written.kind == ast::TestBlock::Kind::after) {
      auto span = exact_span(context, written.after);
      if (span && *span < 0) context.diagnostics.report(Code::span_not_positive, written.after.span, "`after`").label("goes back");
      block.after_us = span.value_or(0);
      if (test.blocks.empty()) {
        const Span said = join(Span{written.span.file, written.span.begin, written.span.begin}, written.after.span);
        context.diagnostics.report(Code::test_after_nothing, said).label("after what?").help("begin with a time").fix("begin with a time", said, "at 2026-01-01 12:00", false);
      }
      return span.has_value();
    }
    if (written.kind == ast::TestBlock::Kind::at) {
      if (!in_range(written.at.days, written.at.span)) return false;
      bool user_time = has_user_time(context, written.at.user_time, written.at.span);
      block.instants.push_back(at(written.at.days, written.at.time_of_day, written.at.utc, user_time));
      return true;
    }
    if (!in_range(written.from, written.span) || !in_range(written.to, written.span)) return false;
    bool hourly = written.kind == ast::TestBlock::Kind::hourly;
    int64_t days = written.to - written.from + 1;
    if (days <= 0 || days * (hourly ? 24 : 1) > kInstantsMax) {
      context.diagnostics.report(Code::test_range, written.span)
          .label(days <= 0 ? "ends before it begins" : "too many times: " + std::to_string(days * (hourly ? 24 : 1)) + ", and 40000 are the most")
          .help(days <= 0 ? "the earlier day comes first" : "end it earlier, or write several blocks");
      return false;
    }
    if (hourly) {  // every full hour of UTC from the first date's start to the last date's end
      if (!zone) return false;
      int64_t from = start_of_day(*zone, static_cast<int32_t>(written.from)), to = start_of_day(*zone, static_cast<int32_t>(written.to + 1));
      for (int64_t hour = -floor_div(-from, kMicrosPerHour); hour * kMicrosPerHour < to; ++hour) {
        TestBlock::At each;
        each.instant_us = hour * kMicrosPerHour;
        block.instants.push_back(each);
      }
      return true;
    }
    bool user_time = has_user_time(context, written.user_time, written.span);
    for (int64_t day = written.from; day <= written.to; ++day) block.instants.push_back(at(day, written.time_of_day, false, user_time));
    return true;
  }

  void blocks() {
    for (const ast::TestBlock& written : node.blocks) {
      TestBlock block;
      block.span = written.span;
      bool fine = instants(written, block);
      for (const ast::TestStatement& statement : written.body) {
        if (const auto* happens = std::get_if<ast::TestEvent>(&statement)) {
          if (auto checked = event(*happens)) block.body.push_back(std::move(*checked));
          continue;
        }
        const ast::Expectation& expectation = std::get<ast::Expectation>(statement);
        Expectation out;
        out.span = expectation.span;
        if (std::visit([&](const auto& each) { return expect(each, out); }, expectation.node)) block.body.push_back(std::move(out));
      }
      if (fine) test.blocks.push_back(std::move(block));
    }
  }

  void check(Span span) {
    test.span = span;
    test.name = node.name.value;
    if (node.user_id) test.user_id = node.user_id->value;
    test.held_out = node.held_out;
    given();
    pins();
    blocks();
    context.program.tests.push_back(std::move(test));
  }
};

}  // namespace

void check_tests(Context& context) {
  std::map<std::string, Span> names;
  const Zone* zone = find_zone(context.program.project.time_zone);
  for (const auto& declared : context.declared.tests) {
    auto [found, fresh] = names.emplace(declared.node->name.value, declared.node->name.span);
    if (!fresh) context.diagnostics.report(Code::test_name_twice, declared.node->name.span, declared.node->name.value).label("named before").also(found->second, "here");
    TestChecker{context, *declared.node, {}, zone}.check(declared.span);
  }
}

}  // namespace wend::sema
