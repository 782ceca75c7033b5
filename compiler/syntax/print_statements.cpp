// Statements, a line each.
#include "compiler/syntax/printer.h"

namespace wend {
namespace {

std::string at_time(std::string_view word, int64_t micros, bool user_time) {
  return " (" + std::string(word) + " " + print_clock(micros) + (user_time ? " user time)" : ")");
}

std::string send(const ast::SendStmt& s) {
  constexpr const char* kChoice[] = {"", " (by", " (by all", " (by best"};
  std::string out = "(send " + s.message.text;
  if (s.choice != ast::SendStmt::Choice::any) {
    out += kChoice[static_cast<size_t>(s.choice)];
    if (!s.channels.empty()) out += " " + print_names(s.channels);
    out += ")";
  }
  if (s.at) out += at_time("at", *s.at, s.at_user_time);
  return out + print_arguments(s.arguments) + ")";
}

std::string wait_until_time(const ast::WaitUntilTimeStmt& s) {
  std::string out = "(wait until " + print_clock(s.time_of_day) + (s.user_time ? " user time" : "");
  for (const int day : s.weekdays) out += " " + std::string(weekday_word(day));
  return out + ")";
}

std::string wait_until_date(const ast::WaitUntilDateStmt& s) {
  constexpr const char* kPast[] = {"", " (past skip)", " (past leave)"};
  constexpr const char* kUnknown[] = {"", " (unknown skip)", " (unknown leave)"};
  return "(wait until date " + print_expr(s.date) + at_time("at", s.time_of_day, s.user_time) + kPast[static_cast<size_t>(s.past)] +
         kUnknown[static_cast<size_t>(s.unknown)] + ")";
}

}  // namespace

void Printer::block(std::string_view word, const ast::Block& block) {
  if (block.empty()) return;
  open(std::string(word));
  for (const ast::Stmt& one : block) statement(one);
  close();
}

void Printer::arms(const std::vector<ast::Arm>& arms) {
  for (const ast::Arm& arm : arms) {
    std::string head = "arm";
    if (arm.otherwise) head += " otherwise";
    if (arm.name.present()) head += " " + arm.name.text;
    if (arm.when) head += " when " + print_expr(arm.when);
    if (arm.millionths) head += " " + print_percent(*arm.millionths);
    open(head);
    for (const ast::Stmt& one : arm.body) statement(one);
    close();
  }
}

void Printer::statement(const ast::Stmt& stmt) {
  if (auto* s = std::get_if<ast::SendStmt>(&stmt.node)) return line(send(*s));
  if (auto* s = std::get_if<ast::WaitStmt>(&stmt.node)) return line("(wait " + print_quantity(s->length) + ")");
  if (auto* s = std::get_if<ast::WaitUntilTimeStmt>(&stmt.node)) return line(wait_until_time(*s));
  if (auto* s = std::get_if<ast::WaitUntilDateStmt>(&stmt.node)) return line(wait_until_date(*s));
  if (auto* s = std::get_if<ast::SetStmt>(&stmt.node)) return line("(set " + s->attribute.text + " " + (s->to_unknown ? "unknown" : print_expr(s->value)) + ")");
  if (auto* s = std::get_if<ast::EmitStmt>(&stmt.node)) return line("(emit " + s->event.text + print_arguments(s->arguments) + ")");
  if (auto* s = std::get_if<ast::CallStmt>(&stmt.node)) return line("(call " + s->hook.text + print_arguments(s->arguments) + ")");
  if (auto* s = std::get_if<ast::GoToStmt>(&stmt.node)) return line("(go to " + s->step.text + ")");
  if (std::holds_alternative<ast::FinishStmt>(stmt.node)) return line("(finish)");
  if (std::holds_alternative<ast::LeaveStmt>(stmt.node)) return line("(leave)");
  if (auto* s = std::get_if<ast::WaitForStmt>(&stmt.node)) {
    open("wait for " + print_event(s->event) + (s->where ? " (where " + print_expr(s->where) + ")" : "") + " up to " + print_quantity(s->up_to));
    block("then", s->then);
    block("else", s->otherwise);
  } else if (auto* s = std::get_if<ast::WaitUntilStmt>(&stmt.node)) {
    open("wait until " + print_expr(s->condition) + " up to " + print_quantity(s->up_to));
    block("then", s->then);
    block("else", s->otherwise);
  } else if (auto* s = std::get_if<ast::IfStmt>(&stmt.node)) {
    open("if " + print_expr(s->condition));
    block("then", s->then);
    block("else", s->otherwise);
  } else if (auto* s = std::get_if<ast::ChooseFirstStmt>(&stmt.node)) {
    open("choose first");
    arms(s->arms);
  } else if (auto* s = std::get_if<ast::ChooseExperimentStmt>(&stmt.node)) {
    open("choose by experiment " + s->experiment.text);
    arms(s->arms);
  } else if (auto* s = std::get_if<ast::SplitStmt>(&stmt.node)) {
    open("split " + quoted(s->name.value) + (s->per_entry ? " per entry" : ""));
    arms(s->arms);
  }
  close();
}

}  // namespace wend
