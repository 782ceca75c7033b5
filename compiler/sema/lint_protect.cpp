// Warnings about rules that can be seen to do nothing, or to let nothing through: a cap another rule keeps anyone from
// reaching, a message that is always blocked, quiet hours that leave no hour, hold-outs that hold out nobody or everybody. Only what simple arithmetic decides.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

bool is_exempt(const Context& context, const Message& message) {
  return message.category.valid() && context.program.categories[message.category.index()].exempt;
}

// True when every message that `inner` is about is one `outer` is about.
bool within(const Context& context, const Subject& inner, const Subject& outer) {
  if (outer.kind == Subject::Kind::messages) return true;
  if (inner.kind == outer.kind && inner.id == outer.id) return true;
  if (inner.kind == Subject::Kind::message && outer.kind == Subject::Kind::category) return context.program.messages[inner.id].category.value == outer.id;
  return false;
}

// True when the rule's subject covers the message, by whatever channel it goes.
bool covers(const Context& context, const Subject& subject, MessageId id) {
  const Message& message = context.program.messages[id.index()];
  switch (subject.kind) {
    case Subject::Kind::messages: return true;
    case Subject::Kind::channel:
      return !message.contents.empty() && std::all_of(message.contents.begin(), message.contents.end(), [&](const ChannelContent& c) { return c.channel.value == subject.id; });
    case Subject::Kind::category: return message.category.value == subject.id;
    case Subject::Kind::message: return id.value == subject.id;
  }
  return false;
}

// A send by several channels at once needs one slot: its legs by themselves are bounded by caps on their channel alone.
bool sends_legs(const Context& context) {
  const auto& floors = context.program.protection.floors;
  return std::any_of(context.sends.begin(), context.sends.end(), [](const SendUse& use) { return use.all; }) ||
         std::any_of(floors.begin(), floors.end(), [](const FloorRule& rule) { return rule.choice == ChannelChoice::all; });
}

int64_t ceil_div(int64_t a, int64_t b) { return a / b + (a % b != 0); }

// Calendar units are longer and shorter than they look where clocks change; the bounds hold for every zone.
int64_t longest(const CapRule& cap) {
  if (cap.within_us) return cap.within_us;
  return (cap.per == TimeUnit::day ? 1 : cap.per == TimeUnit::week ? 7 : 31) * kDay + 3 * kHour;
}
int64_t shortest(const CapRule& cap) { return (cap.per == TimeUnit::day ? 1 : cap.per == TimeUnit::week ? 7 : 28) * kDay - 3 * kHour; }

// How many of `other`'s spans one span of `cap` can touch.
int64_t spans_touched(const CapRule& cap, const CapRule& other) {
  if (other.within_us) return ceil_div(longest(cap), other.within_us);
  if (cap.within_us) return cap.within_us / shortest(other) + 2;
  if (cap.per <= other.per) return cap.per == TimeUnit::week && other.per == TimeUnit::month ? 2 : 1;
  return cap.per == TimeUnit::week ? 7 : other.per == TimeUnit::day ? 31 : 6;
}

std::string span_of(const CapRule& cap) {
  if (cap.within_us) return span_text(cap.within_us);
  return cap.per == TimeUnit::day ? "a day" : cap.per == TimeUnit::week ? "a week" : "a month";
}

// What keeps a cap from ever being reached; a user who changes their zone could stretch `user time`, so that is left alone.
void lint_reach(Context& context, size_t i, bool legs) {
  const Protection& rules = context.program.protection;
  const CapRule& cap = rules.caps[i];
  if (cap.user_time) return;
  for (size_t j = 0; j < rules.caps.size(); ++j) {
    const CapRule& other = rules.caps[j];
    const bool narrower = legs && cap.subject.kind == Subject::Kind::channel && other.subject.kind != Subject::Kind::channel;
    if (i == j || other.count == 0 || other.user_time || narrower || !within(context, cap.subject, other.subject)) continue;
    const bool same_span = cap.within_us == other.within_us && (cap.within_us != 0 || cap.per == other.per);
    int64_t most;
    if (__builtin_mul_overflow(spans_touched(cap, other), other.count, &most) || most > cap.count) continue;
    const bool same = most == cap.count && same_span && within(context, other.subject, cap.subject);
    if (same && j > i) continue;  // of two equal rules the later is the needless one
    context.diagnostics.report(Code::cap_unreachable, cap.span, std::to_string(most), span_of(cap)).label("never reached").also(other.span, "lets fewer through already");
    return;
  }
  if (legs && cap.subject.kind == Subject::Kind::channel) return;
  for (const GapRule& gap : rules.gaps) {
    const int64_t most = ceil_div(longest(cap), gap.length_us);
    if (most > cap.count) continue;
    context.diagnostics.report(Code::cap_unreachable, cap.span, std::to_string(most), span_of(cap)).label("never reached").also(gap.span, "keeps messages further apart");
    return;
  }
}

// The exempt category a rule is about, if it is about nothing else.
const Category* exempt_subject(const Context& context, const Subject& subject) {
  CategoryId id;
  if (subject.kind == Subject::Kind::category) id.value = subject.id;
  if (subject.kind == Subject::Kind::message) id = context.program.messages[subject.id].category;
  if (!id.valid() || !context.program.categories[id.index()].exempt) return nullptr;
  return &context.program.categories[id.index()];
}

void lint_caps(Context& context) {
  const Protection& rules = context.program.protection;
  const bool legs = sends_legs(context);
  for (size_t i = 0; i < rules.caps.size(); ++i) {
    const CapRule& cap = rules.caps[i];
    if (const Category* exempt = exempt_subject(context, cap.subject)) {
      context.diagnostics.report(Code::rule_about_exempt, cap.span, exempt->name).label("never blocks anything");
    } else if (cap.count == 0) {
      context.diagnostics.report(Code::cap_blocks_all, cap.span).label("lets nothing through").help("what is never to be sent is said by `never`, or left out");
    } else {
      lint_reach(context, i, legs);
    }
  }
}

// A message that would take the place of another, where the rule that blocked the other blocks it too.
void lint_stand_in(Context& context, const Then& then, Span span, const Subject& subject, bool exempt_passes) {
  if (then.kind != Then::Kind::send || !then.message.valid() || !covers(context, subject, then.message)) return;
  const Message& message = context.program.messages[then.message.index()];
  if (exempt_passes && is_exempt(context, message)) return;
  context.diagnostics.report(Code::stand_in_blocked, span, message.name).label("blocks `" + message.name + "` too").also(message.span, "declared here");
}

void lint_stand_ins(Context& context) {
  const Protection& rules = context.program.protection;
  for (const CapRule& rule : rules.caps) lint_stand_in(context, rule.then, rule.span, rule.subject, true);
  for (const GapRule& rule : rules.gaps) lint_stand_in(context, rule.then, rule.span, Subject{}, true);
  for (const QuietRule& rule : rules.quiets) lint_stand_in(context, rule.then, rule.span, Subject{}, true);
  for (const NeverRule& rule : rules.nevers) lint_stand_in(context, rule.then, rule.span, rule.subject, false);
}

// One bucket decides every hold-out, so of two for one category the larger decides alone.
void lint_hold_outs(Context& context) {
  const auto& rules = context.program.protection.hold_outs;
  for (size_t i = 0; i < rules.size(); ++i) {
    for (const CategoryId id : rules[i].categories) {
      const Category& category = context.program.categories[id.index()];
      if (category.exempt) continue;
      const HoldOutRule* larger = nullptr;
      for (size_t j = 0; j < rules.size(); ++j) {
        const bool names_it = std::find(rules[j].categories.begin(), rules[j].categories.end(), id) != rules[j].categories.end();
        const bool decides = rules[j].millionths > rules[i].millionths || (rules[j].millionths == rules[i].millionths && j < i);
        if (i != j && names_it && decides) larger = &rules[j];
      }
      if (larger) {
        context.diagnostics.report(Code::hold_out_covered, rules[i].span, category.name).label("holds out nobody more").also(larger->span, "holds out as many or more")
            .note("hold-outs do not add up: all draw the same users");
      } else if (rules[i].millionths == 1'000'000) {
        context.diagnostics.report(Code::held_out_all, rules[i].span, category.name).label("holds out everyone");
      }
    }
  }
}

void lint_nevers(Context& context) {
  for (const NeverRule& rule : context.program.protection.nevers)
    if (rule.condition->kind == ExprKind::constant && rule.condition->value.integer)
      context.diagnostics.report(Code::never_always, rule.span).label("always holds");
}

void lint_floors(Context& context) {
  for (const FloorRule& rule : context.program.protection.floors) {
    const Message& message = context.program.messages[rule.message.index()];
    if (is_exempt(context, message))
      context.diagnostics.report(Code::floor_exempt, rule.span, message.name, context.program.categories[message.category.index()].name).label("never fills the floor");
  }
}

int64_t length_of(const QuietRule& quiet) { return quiet.to_us > quiet.from_us ? quiet.to_us - quiet.from_us : quiet.to_us - quiet.from_us + kDay; }

// Quiet hours by one clock that together leave nothing of the day.
void lint_whole_day(Context& context) {
  const auto& quiets = context.program.protection.quiets;
  for (bool user_time : {false, true}) {
    std::set<std::pair<int64_t, int64_t>> ranges;
    const QuietRule* last = nullptr;
    for (const QuietRule& quiet : quiets) {
      if (quiet.user_time != user_time) continue;
      last = &quiet;
      if (quiet.from_us < quiet.to_us) { ranges.emplace(quiet.from_us, quiet.to_us); continue; }
      ranges.emplace(quiet.from_us, kDay);
      ranges.emplace(0, quiet.to_us);
    }
    int64_t reached = 0;
    for (const auto& [from, to] : ranges)
      if (from <= reached) reached = std::max(reached, to);
    if (last && reached >= kDay) context.diagnostics.report(Code::quiet_all_day, last->span).label("no hour is left").note("together the quiet hours cover the whole day, so no message but an exempt one is ever sent");
  }
}

// How long the quiet hours still last at a time of day; 0 outside of them.
int64_t quiet_left(const QuietRule& quiet, int64_t time_us) {
  const int64_t into = (time_us - quiet.from_us + kDay) % kDay;
  return into < length_of(quiet) ? length_of(quiet) - into : 0;
}

// A message that only ever comes due at times of day that are not quiet.
bool comes_by_day(const Context& context, MessageId id, const QuietRule& quiet) {
  bool sent = false;
  for (const SendUse& use : context.sends) {
    if (use.message != id) continue;
    sent = true;
    if (!use.at_us || use.at_user_time != quiet.user_time || quiet_left(quiet, *use.at_us) > 0) return false;
  }
  const Protection& rules = context.program.protection;
  const auto stands_in = [&](const auto& list) { return std::any_of(list.begin(), list.end(), [&](const auto& rule) { return rule.then.message == id; }); };
  const bool by_rule = std::any_of(rules.floors.begin(), rules.floors.end(), [&](const FloorRule& rule) { return rule.message == id; });
  return sent && !by_rule && !stands_in(rules.caps) && !stands_in(rules.gaps) && !stands_in(rules.quiets) && !stands_in(rules.nevers);
}

// A message that comes due as the quiet hours begin and is no longer valid when they end.
void lint_validity(Context& context, const std::set<MessageId>& told) {
  for (size_t i = 0; i < context.program.messages.size(); ++i) {
    const Message& message = context.program.messages[i];
    if (is_exempt(context, message) || told.count(MessageId(i))) continue;
    for (const QuietRule& quiet : context.program.protection.quiets) {
      if (quiet.then.kind != Then::Kind::wait || message.valid_for_us > length_of(quiet) || comes_by_day(context, MessageId(i), quiet)) continue;
      context.diagnostics.report(Code::quiet_outlasts_validity, message.span, message.name, span_text(message.valid_for_us), span_text(length_of(quiet)))
          .label("not valid long enough to wait").also(quiet.span, "it would wait here").help("let it be valid longer, or drop it openly: `then drop`");
      break;
    }
  }
}

// `send m at 23:00` in quiet hours it does not outlast: it is never sent. The messages it is told of.
std::set<MessageId> lint_sends_at(Context& context) {
  std::set<MessageId> told;
  for (const SendUse& use : context.sends) {
    const Message& message = context.program.messages[use.message.index()];
    if (!use.at_us || is_exempt(context, message)) continue;
    for (const QuietRule& quiet : context.program.protection.quiets) {
      const int64_t left = quiet.user_time == use.at_user_time ? quiet_left(quiet, *use.at_us) : 0;
      if (left == 0 || (quiet.then.kind == Then::Kind::wait && message.valid_for_us > left)) continue;
      context.diagnostics.report(Code::send_at_quiet, use.span, message.name).label("comes due while it is quiet").also(quiet.span, "and is not sent later")
          .help("send it at another time, or let it be valid for more than " + span_text(left));
      told.insert(use.message);
      break;
    }
  }
  return told;
}

}  // namespace

void lint_protection(Context& context) {
  if (context.program.protection.caps.size() <= 1000) lint_caps(context);
  lint_stand_ins(context);
  lint_hold_outs(context);
  lint_nevers(context);
  lint_floors(context);
  lint_whole_day(context);
  lint_validity(context, lint_sends_at(context));
}

}  // namespace wend::sema
