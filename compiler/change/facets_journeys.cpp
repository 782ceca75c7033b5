// What a journey says: how one comes in and out, and its steps.
#include <fmt/format.h>

#include "compiler/change/facets.h"
#include "compiler/sema/print.h"

namespace wend::change {
namespace {

// Lines without the word they begin with.
std::vector<std::string> behind(const std::string& word, std::vector<std::string> lines) {
  if (!lines.empty() && lines.front().starts_with(word)) lines.front().erase(0, word.size());
  return lines;
}

// The text between the braces of a step.
Span inside(const Program& program, const JourneyStep& step) {
  Span span = step.span;
  for (const Stmt& stmt : step.body) span = &stmt == &step.body.front() ? stmt.span : join(span, stmt.span);
  return step.body.empty() || !program.sources ? Span{} : span;
}

Declaration taken_apart(const Program& program, const Journey& journey) {
  Declaration out{"journey", journey.name, journey.first_name(), Grade::audience, journey.span, {}};
  const auto put = [&](std::string about, Grade grade, std::string meaning, std::vector<std::string> text, Span span, std::string was = "") {
    out.facets.push_back({std::move(about), grade, std::move(meaning), std::move(text), span, std::move(was)});
  };
  const auto said = [&](std::string about, Grade grade, std::string text) { put(std::move(about), grade, text, {text}, journey.span); };
  const auto place = [&](const Expr& expr) { return expr.span; };

  if (journey.closed || journey.paused) said("open to", journey.paused ? Grade::send : Grade::audience, journey.paused ? "nobody, and who is inside waits: paused" : "nobody: closed");
  for (const Enter& enter : journey.enters) put("enter", Grade::audience, print_entry(program, journey, enter), behind("enter ", shown(program, enter.span)), enter.span);
  if (journey.only_if) put("only if", Grade::audience, print_whole(program, *journey.only_if), shown(program, journey.only_if->span), place(*journey.only_if));
  if (journey.keyed) {
    std::string meaning = fmt::format("{}", journey.at_most);
    std::vector<std::string> text;
    Span span = journey.span;
    for (const Enter& enter : journey.enters)
      if (const auto* on = std::get_if<EnterOn>(&enter.node); on && on->key) {
        meaning += ", " + print_whole(program, *on->key);
        text = shown(program, span = on->key->span);
      }
    if (text.empty()) text = {"key"};
    if (journey.at_most) text.back() += fmt::format(", at most {} at once", journey.at_most);
    put("one per", Grade::audience, std::move(meaning), std::move(text), span);
  }
  static constexpr const char* kAgain[] = {"never", "after ", "always"};
  said("re-enter", Grade::audience, kAgain[static_cast<size_t>(journey.re_enter.kind)] + (journey.re_enter.kind == ReEnter::Kind::after ? print_span_us(journey.re_enter.after_us) : ""));
  if (journey.priority) said("priority", Grade::send, std::to_string(journey.priority));
  if (journey.goal) {
    const std::string within = journey.goal_within_us ? " within " + print_span_us(journey.goal_within_us) + " of entry" : "";
    std::vector<std::string> text = shown(program, journey.goal->span);
    if (!text.empty()) text.back() += within;
    put("goal", Grade::audience, print_whole(program, *journey.goal) + within, std::move(text), place(*journey.goal));
  }
  for (const Condition& exit : journey.exits) {
    const Span span = exit.trigger ? exit.trigger->span : exit.expr ? exit.expr->span : Span{};
    put("exit when", Grade::audience, print_condition(program, journey, exit), shown(program, span), span);
  }
  std::string order, firsts;
  for (size_t i = 0; i < journey.own_steps(); ++i) {
    const JourneyStep& step = journey.steps[i];
    put("step " + step.name, Grade::send, print_step(program, journey, step.body), shown(program, inside(program, step)), step.span,
        step.renamed_from.empty() ? "" : "step " + step.renamed_from);
    order += (order.empty() ? "" : ", ") + step.name;
    firsts += " " + step.first_name();
  }
  for (const RemovedStep& removed : journey.removed) said("removed " + removed.name, Grade::state, removed.go_to.valid() ? "go to " + journey.steps[removed.go_to.index()].name : "leave");
  put("steps", Grade::state, firsts, {order}, journey.span);
  return out;
}

}  // namespace

void add_journeys(const Program& program, std::vector<Declaration>& out) {
  for (const Journey& journey : program.journeys) out.push_back(taken_apart(program, journey));
}

}  // namespace wend::change
