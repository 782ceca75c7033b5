// Declarations by kind, and what many constructs share: names, types, arguments, clocks.
#include "compiler/syntax/translate.h"

#include <algorithm>

#include "compiler/diagnostics/codes.h"

namespace wend {

ast::Name Translator::name(const Node& node) const {
  if (!node.present() || node.broken) return {};
  if (node.rule != rule::RulePath && node.rule != rule::RulePlainPath) return {std::string(literals_.spelled(node)), span(node)};
  ast::Name out{{}, span(node)};
  for (const Node* part : node.children) out.text += literals_.spelled(*part);  // without the blanks around a dot
  return out;
}

ast::Name Translator::child_name(const Node& node, size_t index) const {
  for (const Node* child : node.children) {
    const bool is_name = child->rule == rule::RuleName || child->rule == rule::RulePath || child->rule == rule::RulePlainPath;
    if (is_name && index-- == 0) return name(*child);
  }
  return {};
}

ast::Name Translator::name_after(const Node& node, tok::Token word) const {
  bool behind = false;
  for (const Node* child : node.children) {
    if (behind && child->rule == rule::RuleName) return name(*child);
    if (child->rule < 0) behind = child->type == word;
  }
  return {};
}

std::vector<ast::Name> Translator::names(const Node& node, size_t skip) const {
  std::vector<ast::Name> out;
  for (const Node* child : node.children) {
    if (child->rule == rule::RuleName && !child->broken && (skip == 0 || skip-- == 0)) out.push_back(name(*child));
  }
  return out;
}

ast::Name Translator::one_value(const Node& node) const {
  constexpr size_t kBytesMax = 255;
  const Node& quoted = node.child(rule::RuleText);
  if (!quoted) return name(node.child(rule::RuleName));
  const ast::Text text = literals_.text(quoted);
  const bool word = text.value == "known" || text.value == "unknown";
  const bool one_line = std::all_of(text.value.begin(), text.value.end(), [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
  if (!word && one_line && !text.value.empty() && text.value.size() <= kBytesMax) return {text.value, text.span};
  if (!node.broken) file_.diagnostics.report(Code::bad_value, text.span, word ? "`" + text.value + "`" : text.value.empty() ? "an empty text" : one_line ? "a long text" : "a text of several lines");
  return {};
}

ast::TypeRef Translator::item_type(const Node& node) const {
  ast::TypeRef out;
  out.span = span(node);
  const Node& plain = node.child(rule::RuleTypeName);
  if (node.has(tok::ONE)) {
    out.name = {"one of", out.span};
    for (const Node* child : node.children)
      if (child->rule == rule::RuleOneValue && !child->broken) out.values.push_back(one_value(*child));
  } else if (plain.has(tok::DAYS)) {
    out.name = {"time of day", span(plain)};
  } else {
    out.name = {std::string(literals_.spelled(plain)), span(plain)};
  }
  return out;
}

ast::TypeRef Translator::type(const Node& node) const {
  ast::TypeRef out = item_type(node);
  if (node.has(tok::LIST) || node.has(tok::SET)) {
    const Node& word = node.first();
    out.name = {node.has(tok::LIST) ? "list" : "set", span(word)};
    if (node.has(tok::LBRACE)) {
      out.fields = fields(node);
    } else {
      out.item = std::make_unique<ast::TypeRef>(item_type(node.child(rule::RuleItemType)));
    }
  }
  out.optional = node.has(tok::QUESTION);
  out.span = span(node);
  return out;
}

std::vector<std::pair<ast::Name, std::unique_ptr<ast::TypeRef>>> Translator::fields(const Node& node) const {
  std::vector<std::pair<ast::Name, std::unique_ptr<ast::TypeRef>>> out;
  for (const Node* child : node.children) {
    if (child->rule != rule::RuleField || child->broken) continue;
    out.emplace_back(name(child->child(rule::RuleProp)), std::make_unique<ast::TypeRef>(type(child->child(rule::RuleType))));
  }
  return out;
}

int64_t Translator::clock(const Node& node, bool& user_time) const {
  user_time = node.has(tok::USER);
  return node.has(tok::CLOCK) ? literals_.clock(node.token(tok::CLOCK)) : node.has(tok::IDENT) ? literals_.clock(node.token(tok::IDENT)) : 0;
}

int Translator::weekday(const Node& node) {
  const uint16_t type = node.first().type;
  return type >= tok::MONDAY && type <= tok::SUNDAY ? type - tok::MONDAY : 0;
}

std::vector<int> Translator::weekdays(const Node& node) const {
  std::vector<int> out;
  for (const Node* child : node.children) {
    if (child->rule == rule::RuleWeekday) out.push_back(weekday(*child));
  }
  return out;
}

ast::When Translator::local_time(const Node& node) const {
  ast::When out;
  out.span = span(node);
  if (node.has(tok::INSTANT)) {
    const int64_t micros = literals_.instant(node.token(tok::INSTANT), &out.utc);
    out.days = micros / kDayMicros - (micros % kDayMicros < 0);
    out.time_of_day = micros - out.days * kDayMicros;
    return out;
  }
  out.utc = node.has(tok::CLOCK_UTC);
  out.user_time = node.has(tok::USER);
  out.days = literals_.date(node.token(tok::DATE_LITERAL));
  out.time_of_day = literals_.clock(node.token(out.utc ? tok::CLOCK_UTC : tok::CLOCK));
  return out;
}

ast::Argument Translator::argument(const Node& node) const {
  ast::Argument out{name(node.child(rule::RuleProp)), nullptr};
  const Node& local = node.child(rule::RuleLocalTime);
  if (!local) {
    const Node& unknown = node.token(tok::UNKNOWN);
    out.value = unknown ? make(unknown, ast::NameExpr{{"unknown", span(unknown)}}) : value(node.child(rule::RuleValue));
    return out;
  }
  // A wall time without a zone means something only as the `at` of an event in a test (translate_tests.cpp).
  if (local.has(tok::INSTANT)) {
    out.value = make(local, ast::TimeLiteral{literals_.instant(local.token(tok::INSTANT))});
  } else if (local.has(tok::CLOCK_UTC)) {
    const ast::When when = local_time(local);
    out.value = make(local, ast::TimeLiteral{when.days * kDayMicros + when.time_of_day});
  } else {
    file_.diagnostics.report(Code::missing_zone, span(local), literals_.spelled(local)).help("end it in `Z` for UTC");
    out.value = error(local);
  }
  return out;
}

std::vector<ast::Argument> Translator::arguments(const Node& node) const {
  std::vector<ast::Argument> out;
  for (const Node* child : node.children) {
    if (child->rule == rule::RuleArgument && !child->broken) out.push_back(argument(*child));
  }
  return out;
}

bool Translator::once(bool& seen, const Node& member, std::string_view word) const {
  if (seen) file_.diagnostics.report(Code::member_twice, span(member.first()), word).label("the second one");
  return !std::exchange(seen, true);
}

std::optional<ast::Decl> Translator::declaration(const Node& unit) const {
  const Node& node = unit.child(rule::RuleDeclaration).first();
  ast::Decl out;
  out.span = span(node);
  switch (node.rule) {
    case rule::RuleProject: out.node = project(node); break;
    case rule::RuleProfile: out.node = profile(node); break;
    case rule::RuleEvent: out.node = event(node); break;
    case rule::RuleMeasure: out.node = measure(node); break;
    case rule::RuleScore:
      if (node.has(tok::ASSIGN)) out.node = score(node);
      else out.node = ast::Unsupported{{"score", span(node.first())}};
      break;
    case rule::RuleAudience: out.node = audience(node); break;
    case rule::RuleStates: out.node = states(node); break;
    case rule::RuleChannel: out.node = channel(node); break;
    case rule::RuleTopic: out.node = topic(node); break;
    case rule::RuleMessage: out.node = message(node); break;
    case rule::RuleProtect: out.node = protect(node); break;
    case rule::RuleExperiment: out.node = experiment(node); break;
    case rule::RuleJourney: out.node = journey(node); break;
    case rule::RuleTest: out.node = test(node); break;
    case rule::RuleSignal: out.node = signal(node); break;
    case rule::RuleHook: out.node = hook(node); break;
    case rule::RuleReport: out.node = report(node); break;
    case rule::RuleModule: out.node = module(node); break;
    case rule::RuleUse: out.node = use(node); break;
    case rule::RuleUnsupported:
      out.node = ast::Unsupported{{std::string(literals_.spelled(node.first())), span(node.first())}};
      break;
    default: return std::nullopt;
  }
  return out;
}

}  // namespace wend
