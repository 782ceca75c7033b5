// Aggregates over events, their windows, and references to events.
#include "compiler/syntax/translate.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "compiler/diagnostics/codes.h"

namespace wend {

ast::EventRef Translator::event_ref(const Node& node) const {
  ast::EventRef out;
  out.span = span(node);
  // `cart.abandoned.total`: whether the last word is a property is known where the names are (sema/resolve.cpp).
  out.event = name(node.child(rule::RuleName));
  for (const Node* child : node.children) {
    if (child->rule != rule::RuleProp || child->broken) continue;
    if (out.property.present()) out.event = {out.event.text + "." + out.property.text, join(out.event.span, out.property.span)};
    out.property = name(*child);
  }
  out.message = name(node.child(rule::RulePlainPath));
  return out;
}

ast::ExprPtr Translator::where(const Node& node) const {
  return node.has(tok::WHERE) ? expr(node.child(rule::RuleExpr)) : nullptr;
}

std::optional<int64_t> Translator::up_to(const Node& node) const {
  const Node& bound = node.child(rule::RuleUpTo);
  if (!bound) return std::nullopt;
  return literals_.integer(bound.token(tok::INT));
}

ast::AggregateKind Translator::aggregate_kind(const Node& node) const {
  if (node.child(rule::RuleHop)) return ast::AggregateKind::sequence;
  switch (node.first().type) {
    case tok::COUNT: return ast::AggregateKind::count;
    case tok::SUM: return ast::AggregateKind::sum;
    case tok::AVERAGE: return ast::AggregateKind::average;
    case tok::SMALLEST: return ast::AggregateKind::smallest;
    case tok::LARGEST: return ast::AggregateKind::largest;
    case tok::HAS: return ast::AggregateKind::has;
    case tok::STREAK: return ast::AggregateKind::streak;
    case tok::DISTINCT: return ast::AggregateKind::distinct;
    case tok::MOST: return ast::AggregateKind::most_frequent;
    case tok::LAST: return ast::AggregateKind::last;
    case tok::FIRST: return ast::AggregateKind::first;
    case tok::TIME: return node.has(tok::LAST) ? ast::AggregateKind::time_since_last : ast::AggregateKind::time_since_first;
    default: return ast::AggregateKind::units_with;
  }
}

namespace {

bool may_lack_window(ast::AggregateKind kind) {
  switch (kind) {
    case ast::AggregateKind::last: case ast::AggregateKind::first: case ast::AggregateKind::streak:
    case ast::AggregateKind::time_since_last: case ast::AggregateKind::time_since_first: return true;
    default: return false;
  }
}

}  // namespace

ast::SequenceHop Translator::hop(const Node& node, ast::AggregateExpr& whole) const {
  ast::SequenceHop out{event_ref(node.child(rule::RuleEventRef)), where(node), std::nullopt};
  if (node.has(tok::WITHIN)) out.within = literals_.duration(node.child(rule::RuleQuantity));
  if (node.has(tok::MATCHING)) {
    whole.matching = name(node.child(rule::RuleProp));
    whole.up_to = up_to(node);
  }
  return out;
}

ast::ExprPtr Translator::aggregate(const Node& node) const {
  ast::AggregateExpr out;
  out.kind = aggregate_kind(node);
  out.event = event_ref(node.child(rule::RuleEventRef));
  const Node& unit = node.child(rule::RuleTimeUnit);
  if (unit) out.unit = Literals::unit(unit);
  out.has = node.has(tok::HAS);
  out.where = where(node);
  out.up_to = up_to(node);
  if (node.has(tok::MATCHING)) out.matching = name(node.child(rule::RuleProp));
  for (const Node* child : node.children) {
    if (child->rule == rule::RuleHop) out.hops.push_back(hop(*child, out));
  }
  const Node& window_node = node.child(rule::RuleWindow);
  if (window_node) out.window = window(window_node);
  if (!window_node && !node.broken && (out.where || !may_lack_window(out.kind))) {
    Diagnostic& told = file_.diagnostics.report(Code::missing_window, span(node));
    if (!offer_window(node, told)) {
      told.label(out.where ? "a `where` is closed by a window" : "over which time?");
      const Span behind{file_.file, node.end, node.end};
      if (entered_) told.help("say `since entry`, or `ever` when what was before the journey counts as well").fix("count from the entry on", behind, " since entry", false);
      else told.help("say `in last 28 days`, or `ever` when all time is meant").fix("count all time", behind, " ever", false);
    }
  }
  return make(node, std::move(out));
}

// A window said in words of its own, `in last week`, `in 7 days`, `yesterday`, was read as something else: it is offered as it is
// written here. False: nothing like it stands there.
bool Translator::offer_window(const Node& node, Diagnostic& missing) const {
  const Node& about = node.child(rule::RuleEventRef).child(rule::RulePlainPath);
  if (about && file_.text.substr(about.begin, about.end - about.begin) == "yesterday") {
    missing.label("over which time?").help("whole days that have passed are counted back from today")
        .fix("write `from 1 to 1 days ago`", Span{file_.file, about.begin, node.end}, "from 1 to 1 days ago", false);
    return true;
  }
  uint32_t at = node.end;
  const auto word = [&] {
    while (at < file_.text.size() && file_.text[at] == ' ') ++at;
    const uint32_t begin = at;
    while (at < file_.text.size() && (std::isalnum(static_cast<unsigned char>(file_.text[at])) || file_.text[at] == '_')) ++at;
    return std::string(file_.text.substr(begin, at - begin));
  };
  if (word() != "in") return false;
  std::string amount = word();
  if (amount == "last" || amount == "this") amount = "1";
  std::string unit = word();
  static constexpr std::string_view units[] = {"minute", "hour", "day", "week", "month", "year"};
  const bool known = std::any_of(std::begin(units), std::end(units), [&](std::string_view each) { return unit == each || unit == std::string(each) + "s"; });
  if (!known || amount.empty() || amount.find_first_not_of("0123456789") != std::string::npos) return false;
  if (amount == "1" && unit == "year") amount = "12", unit = "months";
  const std::string meant = "in last " + amount + " " + unit;
  missing.label("over which time?").help(amount == "1" && unit != "hour" && unit != "minute"
      ? "`in last 1 " + unit + "` is this " + unit + " so far and the one before it; `" + (unit == "day" ? "today" : "this " + unit) + "` is this one alone"
      : "a window of time is `in last`, with a number of units")
      .fix("write `" + meant + "`", Span{file_.file, node.end, at}, " " + meant, false);
  return true;
}

ast::Window Translator::window(const Node& node) const {
  ast::Window out;
  out.span = span(node);
  if (node.broken) return out;
  const Node& quantity = node.child(rule::RuleQuantity);
  if (quantity) out.length = literals_.span_of_window(quantity);
  out.up_to = up_to(node);
  switch (node.first().type) {
    case tok::IN: out.kind = node.has(tok::LAST) ? ast::WindowKind::last : ast::WindowKind::rolling; break;
    case tok::TODAY: out.kind = ast::WindowKind::today; break;
    case tok::EVER: out.kind = ast::WindowKind::ever; break;
    case tok::WITHIN: out.kind = ast::WindowKind::within_exposure; break;
    case tok::THIS: {
      const Node& unit = node.child(rule::RuleTimeUnit);
      const ast::Unit value = Literals::unit(unit);
      out.kind = value == ast::Unit::months ? ast::WindowKind::this_month : ast::WindowKind::this_week;
      if (value != ast::Unit::months && value != ast::Unit::weeks) {
        file_.diagnostics.report(Code::unknown_unit, span(unit), literals_.spelled(unit))
            .help("write `today`, `this week` or `this month`");
      }
      break;
    }
    case tok::SINCE:
      out.kind = node.has(tok::ENTRY) ? ast::WindowKind::since_entry
                 : node.has(tok::BECAME) ? ast::WindowKind::since_became : ast::WindowKind::since_last;
      out.first = node.has(tok::FIRST);
      if (out.kind == ast::WindowKind::since_last) out.event = child_name(node);
      if (node.has(tok::BECAME)) {
        out.subject = child_name(node);
        out.value = child_name(node, 1);
      }
      break;
    case tok::FROM:
      if (node.has(tok::AGO)) {
        out.kind = ast::WindowKind::from_ago;
        out.from = literals_.integer(node.token(tok::INT));
        out.to = literals_.integer(node.token(tok::INT, 1));
        out.length.unit = Literals::unit(node.child(rule::RuleTimeUnit));
        out.length.span = out.span;
      } else {
        out.kind = ast::WindowKind::from_to;
        out.from = literals_.date(node.token(tok::DATE_LITERAL));
        out.to = literals_.date(node.token(tok::DATE_LITERAL, 1));
      }
      break;
    default: break;
  }
  return out;
}

}  // namespace wend
