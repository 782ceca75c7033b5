// `protect` blocks: every rule of every block, blocks by name and rules as written.
#include "compiler/sema/fixes.h"

#include "compiler/diagnostics/codes.h"

namespace wend::sema {
namespace {

struct Ruler {
  Context& context;
  const std::string& protect;

  Protection& rules() { return context.program.protection; }

  // A rule's X: all messages, or what one name space knows by that name.
  std::optional<Subject> subject(const ast::Name& name) {
    if (!name.present()) return std::nullopt;
    if (name.text == "messages" || name.text == "message") return Subject{};
    struct Row { Space space; Subject::Kind kind; };
    static constexpr Row rows[] = {{Space::channel, Subject::Kind::channel}, {Space::category, Subject::Kind::category}, {Space::message, Subject::Kind::message}};
    std::vector<std::pair<Row, uint32_t>> found;
    std::vector<std::string> candidates = {"messages"};
    for (const Row& row : rows) {
      for (std::string& word : visible_names(context, row.space, name.span)) candidates.push_back(std::move(word));
      if (auto id = find_name(context, row.space, name)) found.emplace_back(row, *id);
    }
    if (found.size() == 1) return Subject{found[0].first.kind, found[0].second};
    if (found.empty()) {
      auto& diagnostic = context.diagnostics.report(Code::unknown_subject, name.span, name.text);
      diagnostic.label("nothing a rule can be about");
      suggest(diagnostic, name.span, name.text, candidates, "a rule is about");
      return std::nullopt;
    }
    context.diagnostics.report(Code::ambiguous_subject, name.span, name.text, space_word(found[0].first.space), space_word(found[1].first.space)).label("which of them?").help("rename one");
    return std::nullopt;
  }

  Then then(const ast::ThenDo& written, Then::Kind unsaid) {
    Then result;
    result.kind = unsaid;
    if (written.kind == ast::ThenDo::Kind::drop) result.kind = Then::Kind::drop;
    if (written.kind == ast::ThenDo::Kind::wait) result.kind = Then::Kind::wait;
    if (written.kind != ast::ThenDo::Kind::send) return result;
    result.message = stand_in(written.message, "a message sent instead");
    result.kind = result.message.valid() ? Then::Kind::send : Then::Kind::drop;
    return result;
  }

  // A message a rule sends by itself: nobody is there to give it parameters.
  MessageId stand_in(const ast::Name& name, const char* what) {
    MessageId id;
    id.value = resolve(context, Space::message, name);
    if (!id.valid()) return id;
    const Message& message = context.program.messages[id.index()];
    if (message.parameters.empty()) return id;
    context.diagnostics.report(Code::parameters_here, name.span, message.name, what).label("takes `" + message.parameters[0].name + "`").also(message.span, "declared here");
    return {};
  }

  void operator()(const ast::CategoriesRule&) {}
  void operator()(const ast::ExemptRule&) {}

  void operator()(const ast::CapRule& written) {
    CapRule rule;
    auto about = subject(written.subject);
    rule.span = written.span;
    rule.count = written.count;
    rule.then = then(written.then, Then::Kind::drop);
    if (written.count < 0 || written.count > 100'000) {
      context.diagnostics.report(Code::cap_count, written.span, std::to_string(written.count)).label("from 0 to 100000");
      return;
    }
    if (written.within) {
      auto span = positive_span(context, *written.within, "a cap");
      if (!span) return;
      rule.within_us = *span;
    } else if (written.per) {
      switch (*written.per) {
        case ast::Unit::days: rule.per = TimeUnit::day; break;
        case ast::Unit::weeks: rule.per = TimeUnit::week; break;
        case ast::Unit::months: rule.per = TimeUnit::month; break;
        default: return;  // the parser has refused the unit
      }
      rule.user_time = has_user_time(context, written.user_time, written.span);
    }
    if (!about) return;
    rule.subject = *about;
    rules().caps.push_back(std::move(rule));
  }

  void operator()(const ast::GapRule& written) {
    GapRule rule;
    rule.span = written.span;
    rule.then = then(written.then, Then::Kind::wait);
    auto span = positive_span(context, written.length, "a gap");
    if (!span) return;
    rule.length_us = *span;
    rules().gaps.push_back(std::move(rule));
  }

  void operator()(const ast::QuietRule& written) {
    QuietRule rule;
    rule.span = written.span;
    rule.then = then(written.then, Then::Kind::wait);
    rule.from_us = written.from;
    rule.to_us = written.to;
    rule.user_time = has_user_time(context, written.user_time, written.span);
    if (written.from == written.to) {
      auto& diagnostic = context.diagnostics.report(Code::quiet_empty, written.span).label("no time at all").note("quiet hours are from the first time up to, not including, the second");
      const int64_t minutes = (written.from / kMinute + 10 * 60) % (24 * 60);
      const auto two = [](int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
      const std::string text(context.sources.text(written.span)), clock = two(minutes / 60) + ":" + two(minutes % 60);
      const size_t to = text.find(" to ");
      if (to != std::string::npos) {
        const uint32_t begin = written.span.begin + static_cast<uint32_t>(to) + 4;
        diagnostic.fix("let them end at " + clock, up_to_any(context, written.span.file, begin, " ,}#"), clock, false);
      }
      return;
    }
    rules().quiets.push_back(std::move(rule));
  }

  void operator()(const ast::FloorRule& written) {
    FloorRule rule;
    rule.span = written.span;
    rule.protect = protect;
    if (written.count != 1) context.diagnostics.report(Code::floor_count, written.span, counted(written.count, "message")).label("only `at least 1 message`");
    rule.message = stand_in(written.message, "the message of a floor");
    auto span = positive_span(context, written.within, "a floor");
    if (!rule.message.valid() || !span) return;
    if (*span < kHour) {
      context.diagnostics.report(Code::floor_count, written.within.span, "in " + span_text(*span)).label("shorter than an hour").fix("make it an hour", written.within.span, "1 hour", false);
      return;
    }
    rule.within_us = *span;
    const Message& message = context.program.messages[rule.message.index()];
    if (written.choice == ast::ChannelChoice::all) rule.choice = ChannelChoice::all;
    if (written.choice == ast::ChannelChoice::best) rule.choice = ChannelChoice::best;
    for (const ast::Name& name : written.by) {
      ChannelId id;
      id.value = resolve(context, Space::channel, name);
      if (!id.valid()) continue;
      bool has = false;
      for (const ChannelContent& content : message.contents) has = has || content.channel == id;
      if (has) rule.by.push_back(id);
      else context.diagnostics.report(Code::channel_without_content, name.span, message.name, name.text).label("has nothing to say there").also(message.span, "declared here");
    }
    rules().floors.push_back(std::move(rule));
  }

  void operator()(const ast::NeverRule& written) {
    NeverRule rule;
    rule.span = written.span;
    rule.then = then(written.then, Then::Kind::drop);
    auto about = subject(written.subject);
    Scope scope;
    rule.condition = written.condition ? check_condition(context, scope, *written.condition) : nullptr;
    if (!about || is_error(rule.condition)) return;
    rule.subject = *about;
    rules().nevers.push_back(std::move(rule));
  }

  void operator()(const ast::HoldOutRule& written) {
    HoldOutRule rule;
    rule.span = written.span;
    rule.millionths = written.millionths;
    if (written.millionths < 0 || written.millionths > 1'000'000) context.diagnostics.report(Code::share_range, written.span).label("from 0% to 100%");
    for (const ast::Name& name : written.categories) {
      CategoryId id;
      id.value = resolve(context, Space::category, name);
      if (!id.valid()) continue;
      if (context.program.categories[id.index()].exempt)
        context.diagnostics.report(Code::hold_out_exempt, name.span, name.text).label("exempt, so never held out");
      rule.categories.push_back(id);
    }
    rules().hold_outs.push_back(std::move(rule));
  }
};

}  // namespace

void check_protection(Context& context) {
  for (const auto& protect : context.declared.protects)
    for (const ast::ProtectRule& rule : protect.node->rules) std::visit(Ruler{context, protect.node->name.text}, rule);
  if (!context.declared.protects.empty() && context.program.categories.empty() && !context.declared.messages.empty())
    context.diagnostics.report(Code::categories_missing, context.declared.protects[0].node->name.present() ? context.declared.protects[0].node->name.span : context.declared.protects[0].span)
        .label("no block lists them").help("list them, highest first: `categories service > promotional`");
}

}  // namespace wend::sema
