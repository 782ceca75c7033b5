// Statements of a journey: sends with their channels and parameters, waits, choices and jumps. What is known of a user
// holds until the next wait, what is known of the entering event for good.
#include "compiler/sema/statements.h"

#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"
#include "compiler/sema/message_fields.h"

namespace wend::sema {
namespace {

struct StepChecker {
  Context& context;
  const JourneyScope& journey;
  const std::map<std::string, uint32_t>& steps;
  const Facts& entry_facts;
  Scope scope;
  uint32_t sends = 0, calls = 0;

  std::vector<std::string> step_names() const {
    std::vector<std::string> names;
    for (const auto& [name, _] : steps) names.push_back(name);
    return names;
  }

  // Checks a block; `leaves` says that nothing goes on behind it.
  Block block(const ast::Block& written, bool* leaves = nullptr) {
    Block body;
    bool left = false;
    for (const ast::Stmt& stmt : written) {
      Stmt checked;
      checked.span = stmt.span;
      bool ends = false;
      if (std::visit([&](const auto& node) { return statement(node, stmt.span, checked, ends); }, stmt.node)) body.push_back(std::move(checked));
      left = left || ends;
    }
    if (leaves) *leaves = left;
    return body;
  }

  std::unique_ptr<Block> boxed(const ast::Block& written, bool* leaves = nullptr) { return std::make_unique<Block>(block(written, leaves)); }

  void forget() { scope.facts = entry_facts; }

  std::optional<int64_t> wait_length(const ast::Quantity& quantity, const std::string& what) {
    auto span = positive_span(context, quantity, what);
    if (!span || *span <= kWaitMax) return span;
    context.diagnostics.report(Code::wait_too_long, quantity.span).label("longer than 2 years").fix("wait 2 years", quantity.span, "730 days", false);
    return std::nullopt;
  }

  // ---- send ----

  void send_channels(const ast::SendStmt& written, const Message& message, SendStmt& send) {
    if (written.choice == ast::SendStmt::Choice::best) send.choice = SendStmt::Choice::best;
    if (written.choice == ast::SendStmt::Choice::any || written.choice == ast::SendStmt::Choice::best) {
      for (const ChannelContent& content : message.contents) send.channels.push_back(content.channel);
      return;
    }
    send.choice = written.choice == ast::SendStmt::Choice::all ? SendStmt::Choice::all : SendStmt::Choice::in_order;
    for (const ast::Name& name : written.channels) {
      ChannelId id;
      id.value = resolve(context, Space::channel, name);
      if (!id.valid()) continue;
      if (std::find(send.channels.begin(), send.channels.end(), id) != send.channels.end()) {
        context.diagnostics.report(Code::listed_twice, name.span, "channel", name.text).label("named before");
        continue;
      }
      bool has = std::any_of(message.contents.begin(), message.contents.end(), [&](const ChannelContent& content) { return content.channel == id; });
      if (has) {
        send.channels.push_back(id);
        continue;
      }
      if (has_unknown_channel(context, send.message)) continue;
      std::vector<std::string> available;
      for (const ChannelContent& content : message.contents) available.push_back(context.program.channels[content.channel.index()].name);
      auto& diagnostic = context.diagnostics.report(Code::channel_without_content, name.span, message.name, name.text);
      diagnostic.label("has nothing to say there").also(message.span, "declared here");
      if (!available.empty()) diagnostic.note("it has content for " + list_words(available));
      diagnostic.help("add a `" + name.text + " { … }` to the message, or send it by another channel");
      for (const std::string& other : available) {
        const bool named = std::any_of(written.channels.begin(), written.channels.end(), [&](const ast::Name& each) { return each.text == other; });
        if (named || !diagnostic.fixes.empty()) continue;
        diagnostic.fix("send it by `" + other + "`", name.span, other, false);
      }
    }
  }

  // The parameters that are missing, with values to be put right.
  void offer_arguments(Diagnostic& diagnostic, const ast::SendStmt& written, const Message& message, const std::vector<std::string>& missing, Span span) {
    std::string list;
    for (const Parameter& parameter : message.parameters) {
      if (std::find(missing.begin(), missing.end(), parameter.name) == missing.end()) continue;
      const std::string value = example_value(context, parameter.type);
      list += (list.empty() ? "" : ", ") + parameter.name + ": " + (value.empty() ? "…" : value);
    }
    diagnostic.help("give it, with a value of your own");
    const bool begun = !written.arguments.empty() && written.arguments.back().value;
    if (begun) diagnostic.fixes.push_back({"give it", false, {insertion(written.arguments.back().value->span, ", " + list)}});
    else diagnostic.fixes.push_back({"give it", false, {insertion(span, " with " + list)}});
  }

  bool send_arguments(const ast::SendStmt& written, const Message& message, SendStmt& send, Span span) {
    std::map<std::string, const ast::Argument*> given;
    std::vector<std::string> names;
    for (const Parameter& parameter : message.parameters) names.push_back(parameter.name);
    for (const ast::Argument& argument : written.arguments) {
      if (!argument.name.present()) continue;
      if (const auto place = std::find(names.begin(), names.end(), argument.name.text); place != names.end()) note_use(context, argument.name, SymbolKind::parameter, send.message.value, static_cast<size_t>(place - names.begin()));
      if (!given.emplace(argument.name.text, &argument).second) {
        context.diagnostics.report(Code::listed_twice, argument.name.span, "parameter", argument.name.text).label("given before");
      } else if (std::find(names.begin(), names.end(), argument.name.text) == names.end()) {
        auto& diagnostic = context.diagnostics.report(Code::unknown_parameter, argument.name.span, message.name, argument.name.text);
        diagnostic.label("no such parameter").also(message.span, "declared here");
        suggest(diagnostic, argument.name.span, argument.name.text, names, "it takes");
      }
    }
    std::vector<std::string> missing;
    bool fine = true, strange = std::any_of(given.begin(), given.end(), [&](const auto& each) { return std::find(names.begin(), names.end(), each.first) == names.end(); });
    for (const Parameter& parameter : message.parameters) {
      auto found = given.find(parameter.name);
      if (found == given.end() && parameter.type.optional) {
        Value none;
        none.known = false;
        send.arguments.push_back(make_constant(parameter.type, std::move(none), written.message.span));
        continue;
      }
      if (found == given.end() || !found->second->value) {
        if (found == given.end()) missing.push_back(parameter.name);
        fine = false;
        continue;
      }
      ExprPtr value = check_as(context, scope, *found->second->value, parameter.type, "the parameter `" + parameter.name + "`");
      fine = fine && !is_error(value);
      send.arguments.push_back(std::move(value));
    }
    if (missing.empty() || strange) return fine;  // a misspelt one has been told
    auto& diagnostic = context.diagnostics.report(Code::parameter_missing, written.message.span, message.name, list_words(missing));
    diagnostic.label("not all it takes").also(message.span, "declared here");
    offer_arguments(diagnostic, written, message, missing, span);
    return fine;
  }

  bool statement(const ast::SendStmt& written, Span span, Stmt& out, bool&) {
    SendStmt send;
    send.site = ++sends;
    send.message.value = resolve(context, Space::message, written.message);
    send.at_us = written.at;
    send.at_user_time = written.at && has_user_time(context, written.at_user_time, span);
    if (!send.message.valid()) return false;
    const Message& message = context.program.messages[send.message.index()];
    send_channels(written, message, send);
    context.sends.push_back({send.message, send.choice == SendStmt::Choice::all, send.at_us, send.at_user_time, span});
    if (!send_arguments(written, message, send, span) || send.channels.empty()) return false;
    out.node = std::move(send);
    return true;
  }

  // ---- waits ----

  bool statement(const ast::WaitStmt& written, Span, Stmt& out, bool&) {
    auto length = wait_length(written.length, "a wait");
    forget();
    if (!length) return false;
    out.node = WaitStmt{*length};
    return true;
  }

  bool statement(const ast::WaitUntilTimeStmt& written, Span span, Stmt& out, bool&) {
    WaitUntilTimeStmt wait;
    wait.time_of_day_us = written.time_of_day;
    wait.user_time = has_user_time(context, written.user_time, span);
    if (!written.weekdays.empty()) {
      wait.weekdays = 0;
      for (int day : written.weekdays) wait.weekdays |= 1u << (day % 7);
    }
    forget();
    out.node = wait;
    return true;
  }

  bool statement(const ast::WaitForStmt& written, Span, Stmt& out, bool& ends) {
    WaitForStmt wait;
    forget();
    wait.event = check_event_ref(context, scope, written.event, written.where.get(), wait.where);
    if (const ast::Name property = settled(context, written.event).property; property.present()) context.diagnostics.report(Code::property_needless, property.span, "wait for").label("a property").help("a condition on the event follows in a `where`");
    auto up_to = wait_length(written.up_to, "`up to`");
    bool then_leaves = false, else_leaves = false;
    wait.then = boxed(written.then, &then_leaves);
    forget();
    wait.otherwise = boxed(written.otherwise, &else_leaves);
    forget();
    ends = then_leaves && else_leaves;
    if (!wait.event.valid() || !up_to) return false;
    wait.up_to_us = *up_to;
    out.node = std::move(wait);
    return true;
  }

  bool statement(const ast::WaitUntilDateStmt& written, Span span, Stmt& out, bool&) {
    using Said = ast::WaitUntilDateStmt::Else;
    using Else = WaitUntilDateStmt::Else;
    WaitUntilDateStmt wait;
    wait.date = written.date ? check_date(context, scope, *written.date) : make_error(span);
    wait.time_of_day_us = written.time_of_day;
    wait.user_time = has_user_time(context, written.user_time, span);
    wait.past = written.past == Said::leave ? Else::leave : Else::skip;
    wait.unknown = written.unknown == Said::leave ? Else::leave : Else::skip;
    Span end{span.file, span.end, span.end};
    const bool may_be_unknown = !is_error(wait.date) && wait.date->kind != ExprKind::to_optional;
    if (written.past == Said::unsaid) {
      context.diagnostics.report(Code::past_unsaid, span).label("may be past when this is reached").help("`if past skip` goes on at once, `if past leave` leaves the journey")
          .fixes.push_back({"go on at once", false, {{end, ", if past skip"}}});
    } else if (written.unknown == Said::unsaid && may_be_unknown) {
      context.diagnostics.report(Code::date_unknown_unsaid, written.date->span).label("may be unknown when this is reached").help("`if unknown skip` goes on at once, `if unknown leave` leaves the journey")
          .fixes.push_back({"go on at once", false, {{end, ", if unknown skip"}}});
    }
    forget();
    if (is_error(wait.date)) return false;
    out.node = std::move(wait);
    return true;
  }

  bool statement(const ast::WaitUntilStmt& written, Span span, Stmt& out, bool& ends) {
    WaitUntilStmt wait;
    forget();   // it is asked again and again: what was known before it says nothing
    wait.condition = written.condition ? check_condition(context, scope, *written.condition) : make_error(span);
    auto up_to = wait_length(written.up_to, "`up to`");
    bool then_leaves = false, else_leaves = false;
    forget();   // a pause may lie between the instant at which it held and what follows
    wait.then = boxed(written.then, &then_leaves);
    forget();
    wait.otherwise = boxed(written.otherwise, &else_leaves);
    forget();
    ends = then_leaves && else_leaves;
    if (is_error(wait.condition) || !up_to) return false;
    wait.up_to_us = *up_to;
    out.node = std::move(wait);
    return true;
  }

  // ---- choices ----

  bool statement(const ast::IfStmt& written, Span span, Stmt& out, bool& ends) {
    IfStmt choice;
    choice.condition = written.condition ? check_condition(context, scope, *written.condition) : make_error(span);
    Facts before = scope.facts;
    bool then_leaves = false, else_leaves = false;
    add_facts(*choice.condition, true, scope.facts);
    choice.then = boxed(written.then, &then_leaves);
    Facts after_then = scope.facts;
    scope.facts = before;
    add_facts(*choice.condition, false, scope.facts);
    choice.otherwise = boxed(written.otherwise, &else_leaves);
    // Behind it holds what holds behind every branch that goes on.
    if (else_leaves) {
      scope.facts = std::move(after_then);
    } else if (!then_leaves) {
      Facts common;
      std::set_intersection(after_then.begin(), after_then.end(), scope.facts.begin(), scope.facts.end(), std::inserter(common, common.end()));
      scope.facts = std::move(common);
    }
    ends = then_leaves && else_leaves;
    if (is_error(choice.condition)) return false;
    out.node = std::move(choice);
    return true;
  }

  bool statement(const ast::ChooseExperimentStmt& written, Span, Stmt& out, bool& ends) {
    ChooseExperimentStmt choose;
    choose.experiment.value = resolve(context, Space::experiment, written.experiment);
    if (choose.experiment.valid()) choose.arms.resize(context.program.experiments[choose.experiment.index()].variants.size());
    Facts before = scope.facts, common;
    size_t left = 0;
    bool first = true;
    for (const ast::Arm& arm : written.arms) {
      scope.facts = before;
      bool leaves = false;
      auto body = boxed(arm.body, &leaves);
      left += leaves;
      if (!leaves) common = first ? scope.facts : intersection(common, scope.facts);
      if (!leaves) first = false;
      place(choose, arm, std::move(body));
    }
    if (choose.experiment.valid()) choose.unit = check_unit(context, scope, choose.experiment, written.experiment.span);
    bool every = choose.otherwise && std::all_of(choose.arms.begin(), choose.arms.end(), [](const auto& arm) { return arm != nullptr; });
    if (!every) common = first ? before : intersection(common, before);
    scope.facts = std::move(common);
    ends = every && left == written.arms.size();
    if (!choose.experiment.valid()) return false;
    out.node = std::move(choose);
    return true;
  }

  static Facts intersection(const Facts& a, const Facts& b) {
    Facts common;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(common, common.end()));
    return common;
  }

  void place(ChooseExperimentStmt& choose, const ast::Arm& arm, std::unique_ptr<Block> body) {
    Span span = arm.name.present() ? arm.name.span : arm.span;
    if (arm.otherwise) {
      if (choose.otherwise) context.diagnostics.report(Code::listed_twice, span, "arm", "otherwise").label("written before");
      else choose.otherwise = std::move(body);
      return;
    }
    if (!choose.experiment.valid() || !arm.name.present()) return;
    int found = find_variant(context, choose.experiment, arm.name.text, span);
    if (found < 0) return;
    auto& slot = choose.arms[static_cast<size_t>(found)];
    if (slot) context.diagnostics.report(Code::listed_twice, span, "arm", arm.name.text).label("written before");
    else slot = std::move(body);
  }

  // What is known behind a choice: what every branch that goes on knows.
  struct Behind {
    Facts common;
    bool any = false;
    size_t left = 0;
    void add(const Facts& facts, bool leaves) {
      if (leaves) { ++left; return; }
      common = any ? intersection(common, facts) : facts;
      any = true;
    }
  };

  bool statement(const ast::ChooseFirstStmt& written, Span, Stmt& out, bool& ends) {
    ChooseFirstStmt choose;
    Behind behind;
    Facts before = scope.facts;   // no arm above was taken
    bool told = false;
    for (const ast::Arm& arm : written.arms) {
      scope.facts = before;
      bool leaves = false;
      if (choose.otherwise) {
        if (arm.otherwise) context.diagnostics.report(Code::listed_twice, arm.span, "arm", "otherwise").label("written before");
        else if (!told) context.diagnostics.report(Code::statement_unreachable, arm.span).label("never reached").note("`otherwise` takes everyone who comes to it");
        told = true;
        continue;
      }
      if (arm.otherwise) {
        choose.otherwise = boxed(arm.body, &leaves);
        behind.add(scope.facts, leaves);
        continue;
      }
      if (!arm.when) continue;
      ChooseFirstStmt::Arm one;
      one.condition = check_condition(context, scope, *arm.when);
      add_facts(*one.condition, true, scope.facts);
      one.body = boxed(arm.body, &leaves);
      behind.add(scope.facts, leaves);
      add_facts(*one.condition, false, before);
      if (!is_error(one.condition)) choose.arms.push_back(std::move(one));
    }
    if (!choose.otherwise) behind.add(before, false);
    scope.facts = std::move(behind.common);
    ends = choose.otherwise && behind.left == choose.arms.size() + 1;
    out.node = std::move(choose);
    return true;
  }

  bool statement(const ast::SplitStmt& written, Span, Stmt& out, bool& ends) {
    SplitStmt split;
    const Journey& program = context.program.journeys[journey.id.index()];
    split.chance = program.first_name() + "/" + written.name.value;
    split.per_entry = written.per_entry;
    Behind behind;
    Facts before = scope.facts;
    int64_t sum = 0;
    for (const ast::Arm& arm : written.arms) {
      scope.facts = before;
      bool leaves = false;
      SplitStmt::Arm one{arm.millionths.value_or(0), boxed(arm.body, &leaves)};
      behind.add(scope.facts, leaves);
      if (one.millionths < 0 || one.millionths > kWhole || __builtin_add_overflow(sum, one.millionths, &sum)) {
        context.diagnostics.report(Code::share_range, arm.span).label("from 0% to 100%");
        return false;
      }
      split.arms.push_back(std::move(one));
    }
    if (sum != kWhole) {
      context.diagnostics.report(Code::shares_sum, written.name.span, percent_text(sum)).label("does not add up to 100%").note(sum < kWhole ? percent_text(kWhole - sum) + " are missing" : percent_text(sum - kWhole) + " are too many");
      return false;
    }
    scope.facts = std::move(behind.common);
    ends = behind.left == split.arms.size();
    out.node = std::move(split);
    return true;
  }

  // ---- effects ----

  bool statement(const ast::SetStmt& written, Span, Stmt& out, bool&) {
    SetStmt set;
    if (!check_set(context, scope, written, set)) return false;
    forget();   // measures may read the attribute
    out.node = std::move(set);
    return true;
  }
  bool statement(const ast::EmitStmt& written, Span, Stmt& out, bool&) {
    EmitStmt emit;
    if (!check_emit(context, scope, written, emit)) return false;
    out.node = std::move(emit);
    return true;
  }
  bool statement(const ast::CallStmt& written, Span, Stmt& out, bool&) {
    CallStmt call;
    call.site = ++calls;
    if (!check_call(context, scope, written, call)) return false;
    out.node = std::move(call);
    return true;
  }

  // ---- jumps ----

  bool statement(const ast::GoToStmt& written, Span, Stmt& out, bool& ends) {
    ends = true;
    if (!written.step.present()) return false;
    auto found = steps.find(written.step.text);
    if (found == steps.end()) {
      auto& diagnostic = context.diagnostics.report(Code::unknown_name, written.step.span, "step", written.step.text);
      diagnostic.label("not in this journey");
      suggest(diagnostic, written.step.span, written.step.text, step_names(), "its steps are");
      return false;
    }
    note_use(context, written.step, SymbolKind::step, journey.id.value, found->second);
    out.node = GoToStmt{StepId(found->second)};
    return true;
  }
  bool statement(const ast::FinishStmt&, Span, Stmt& out, bool& ends) {
    ends = true;
    out.node = FinishStmt{};
    return true;
  }
  bool statement(const ast::LeaveStmt&, Span, Stmt& out, bool& ends) {
    ends = true;
    out.node = LeaveStmt{};
    return true;
  }
};

}  // namespace

Block check_step(Context& context, const JourneyScope& journey, const std::map<std::string, uint32_t>& steps, const Facts& facts, const ast::Block& body) {
  StepChecker checker{context, journey, steps, facts, {}, 0};
  checker.scope.journey = &journey;
  checker.scope.facts = facts;
  return checker.block(body);
}

}  // namespace wend::sema
