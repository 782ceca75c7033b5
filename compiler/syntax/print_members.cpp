// protect, journey and test as text.
#include "compiler/syntax/print_members.h"

namespace wend {
namespace {

std::string then_do(const ast::ThenDo& then) {
  constexpr const char* kWords[] = {"", " (then drop)", " (then wait)", " (then send "};
  const std::string out = kWords[static_cast<size_t>(then.kind)];
  return then.kind == ast::ThenDo::Kind::send ? out + then.message.text + ")" : out;
}

std::string user_time(bool said) { return said ? " user time" : ""; }

std::string channel_choice(ast::ChannelChoice choice) {
  return choice == ast::ChannelChoice::all ? " all" : choice == ast::ChannelChoice::best ? " best" : "";
}

std::string rule(const ast::CategoriesRule& r) { return "categories " + print_names(r.names); }
std::string rule(const ast::ExemptRule& r) { return "exempt " + print_names(r.names); }
std::string rule(const ast::CapRule& r) {
  return "at most " + std::to_string(r.count) + " " + r.subject.text + (r.within ? " in " + print_quantity(*r.within) : "") +
         (r.per ? " per " + std::string(unit_word(*r.per)) : "") + user_time(r.user_time) + then_do(r.then);
}
std::string rule(const ast::GapRule& r) { return "gap " + print_quantity(r.length) + then_do(r.then); }
std::string rule(const ast::QuietRule& r) {
  return "quiet " + print_clock(r.from) + " to " + print_clock(r.to) + user_time(r.user_time) + then_do(r.then);
}
std::string rule(const ast::FloorRule& r) {
  return "at least " + std::to_string(r.count) + " in " + print_quantity(r.within) + " else " + r.message.text +
         (r.choice == ast::ChannelChoice::any ? "" : " by" + channel_choice(r.choice) + (r.by.empty() ? "" : " " + print_names(r.by)));
}
std::string rule(const ast::NeverRule& r) { return "never " + r.subject.text + " while " + print_expr(r.condition) + then_do(r.then); }
std::string rule(const ast::HoldOutRule& r) { return "hold out " + print_percent(r.millionths) + " from " + print_names(r.categories); }

std::string weekdays(const std::vector<int>& days) {
  std::string out;
  for (const int day : days) out += " " + std::string(weekday_word(day));
  return out;
}

std::string entry(const ast::EnterOn& e) { return "on " + print_event(e.event) + (e.where ? " (where " + print_expr(e.where) + ")" : ""); }
std::string entry(const ast::EnterWhen& e) { return "when " + print_expr(e.condition); }
std::string entry(const ast::EnterSchedule& e) { return "every" + weekdays(e.weekdays) + " at " + print_clock(e.time_of_day) + user_time(e.user_time); }
std::string entry(const ast::EnterOnce& e) {
  return "once at " + print_date(e.local_date) + " " + print_clock(e.time_of_day) + user_time(e.user_time);
}
std::string entry(const ast::EnterOnDate& e) {
  return "on date " + print_expr(e.date) + " at " + print_clock(e.time_of_day) + user_time(e.user_time) + (e.yearly ? " yearly" : "");
}

std::string entry(const ast::EnterByExperiment& e) {
  std::string out = "by experiment " + e.experiment.text;
  for (const auto& arm : e.arms) {
    out += " (" + (arm.otherwise ? "otherwise" : arm.variant.text);
    for (const auto& one : arm.enters) out += " (" + std::visit([](const auto& way) { return entry(way); }, one.node) + ")";
    out += ")";
  }
  return out;
}

std::string when(const ast::When& w) {
  return print_date(w.days) + " " + print_clock(w.time_of_day) + (w.utc ? "Z" : "") + user_time(w.user_time);
}

std::string happening(const ast::TestEvent& e) {
  return "(" + e.event.text + print_arguments(e.properties) + (e.at ? " (at " + when(*e.at) + ")" : "") + ")";
}

std::string expected(const ast::ExpectMessage& e) {
  constexpr const char* kWords[] = {"sent", "not sent", "deferred", "suppressed"};
  return std::string(kWords[static_cast<size_t>(e.outcome)]) + " " + e.message.text + (e.channel.present() ? " by " + e.channel.text : "") +
         (e.times ? " times " + std::to_string(*e.times) : "") + (e.until ? " until " + when(*e.until) : "") + (e.reason.present() ? " because " + e.reason.text : "") +
         print_arguments(e.content);
}
std::string expected(const ast::ExpectPlace& e) {
  return (e.inside ? "in " : "not in ") + e.journey.text + (e.key ? " for " + quoted(e.key->value) : "") +
         (e.step.present() ? " at " + e.step.text : "");
}
std::string expected(const ast::ExpectLeft& e) {
  return std::string(e.expected ? "" : "not ") + (e.goal ? "goal of " : "left ") + e.journey.text +
         (e.key ? " for " + quoted(e.key->value) : "") + (e.outcome.present() ? " by " + e.outcome.text : "");
}
std::string expected(const ast::ExpectDone& e) {
  constexpr const char* kWords[] = {"raised ", "set ", "called "};
  return (e.negated ? "not " : "") + std::string(kWords[static_cast<size_t>(e.kind)]) + e.name.text +
         (e.value ? " to " + print_expr(e.value) : e.to_unknown ? " to unknown" : "") + (e.times ? " times " + std::to_string(*e.times) : "") +
         print_arguments(e.content);
}
std::string expected(const ast::ExpectCondition& e) { return print_expr(e.condition); }
std::string happening(const ast::Expectation& e) {
  return "(expect " + std::visit([](const auto& one) { return expected(one); }, e.node) + ")";
}

std::string block_head(const ast::TestBlock& b) {
  const std::string range = " from " + print_date(b.from) + " to " + print_date(b.to);
  switch (b.kind) {
    case ast::TestBlock::Kind::at: return "at " + when(b.at);
    case ast::TestBlock::Kind::after: return "after " + print_quantity(b.after);
    case ast::TestBlock::Kind::daily: return "daily at " + print_clock(b.time_of_day) + user_time(b.user_time) + range;
    case ast::TestBlock::Kind::hourly: break;
  }
  return "hourly" + range;
}

}  // namespace

void print_protect(Printer& out, const ast::Protect& protect) {
  out.open("protect" + (protect.name.present() ? " " + protect.name.text : ""));
  for (const auto& one : protect.rules) out.line("(" + std::visit([](const auto& r) { return rule(r); }, one) + ")");
  out.close();
}

void print_journey(Printer& out, const ast::Journey& journey) {
  out.open("journey " + journey.name.text + (journey.closed ? " closed" : "") + (journey.paused ? " paused" : "") + renamed_note(journey.renamed_from));
  if (journey.about) out.line("(about " + quoted(journey.about->value) + ")");
  for (const auto& one : journey.enters) out.line("(enter " + std::visit([](const auto& e) { return entry(e); }, one.node) + ")");
  if (journey.only_if) out.line("(only if " + print_expr(journey.only_if) + ")");
  constexpr const char* kReEnter[] = {"", "never", "after", "always"};
  if (journey.re_enter.kind != ast::ReEnter::Kind::unsaid) {
    const bool after = journey.re_enter.kind == ast::ReEnter::Kind::after;
    out.line(std::string("(re-enter ") + kReEnter[static_cast<size_t>(journey.re_enter.kind)] +
             (after ? " " + print_quantity(journey.re_enter.after) : "") + ")");
  }
  if (journey.one_per) out.line("(one per " + print_expr(journey.one_per) + ")");
  if (journey.at_most_at_once) out.line("(at most " + std::to_string(*journey.at_most_at_once) + " at once)");
  if (journey.goal) out.line("(goal " + print_expr(journey.goal) + (journey.goal_within ? " within " + print_quantity(*journey.goal_within) : "") + ")");
  for (const auto& one : journey.exits) out.line("(exit when " + print_expr(one) + ")");
  if (journey.priority) out.line("(priority " + std::to_string(*journey.priority) + ")");
  for (const auto& one : journey.removed) out.line("(removed " + one.name.text + (one.go_to.present() ? " go to " + one.go_to.text : " leave") + ")");
  for (const auto& one : journey.steps) {
    out.open("step " + one.name.text + renamed_note(one.renamed_from));
    for (const ast::Stmt& statement : one.body) out.statement(statement);
    out.close();
  }
  out.close();
}

void print_test(Printer& out, const ast::Test& test) {
  out.open("test " + quoted(test.name.value));
  if (!test.given.empty() || test.user_id) out.line("(given" + (test.user_id ? " " + quoted(test.user_id->value) : "") + print_arguments(test.given) + ")");
  if (test.held_out) out.line("(held out)");
  for (const auto& [variant, experiment] : test.pinned) out.line("(in " + variant.text + " of " + experiment.text + ")");
  for (const auto& block : test.blocks) {
    out.open(block_head(block));
    for (const auto& one : block.body) out.line(std::visit([](const auto& s) { return happening(s); }, one));
    out.close();
  }
  out.close();
}

}  // namespace wend
