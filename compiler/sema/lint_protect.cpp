// Warnings about rules that can be seen to do nothing, or to let nothing through: a cap another rule keeps anyone from
// reaching, a message a cap always blocks, quiet hours that leave no hour. Only what simple arithmetic decides.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

// True when every message that `inner` is about is one `outer` is about.
bool within(const Context& context, const Subject& inner, const Subject& outer) {
  if (outer.kind == Subject::Kind::messages) return true;
  if (inner.kind == outer.kind && inner.id == outer.id) return true;
  if (inner.kind == Subject::Kind::message && outer.kind == Subject::Kind::category) return context.program.messages[inner.id].category.value == outer.id;
  return false;
}

int64_t ceil_div(int64_t a, int64_t b) { return a / b + (a % b != 0); }

void lint_caps(Context& context) {
  const Protection& rules = context.program.protection;
  for (size_t i = 0; i < rules.caps.size(); ++i) {
    const CapRule& cap = rules.caps[i];
    if (cap.count == 0) {
      context.diagnostics.report(Code::cap_blocks_all, cap.span).label("lets nothing through").help("what is never to be sent is said by `never`, or left out");
      continue;
    }
    if (cap.within_us == 0) continue;
    for (size_t j = 0; j < rules.caps.size() && j < 1000; ++j) {
      const CapRule& other = rules.caps[j];
      if (i == j || other.within_us == 0 || !within(context, cap.subject, other.subject)) continue;
      int64_t most;
      if (__builtin_mul_overflow(ceil_div(cap.within_us, other.within_us), other.count, &most) || most > cap.count) continue;
      bool same = most == cap.count && other.within_us == cap.within_us && within(context, other.subject, cap.subject);
      if (same && j > i) continue;  // of two equal rules the later is the needless one
      context.diagnostics.report(Code::cap_unreachable, cap.span, std::to_string(most), span_text(cap.within_us)).label("never reached").also(other.span, "lets fewer through already");
      break;
    }
    for (const GapRule& gap : rules.gaps)
      if (ceil_div(cap.within_us, gap.length_us) <= cap.count) {
        context.diagnostics.report(Code::cap_unreachable, cap.span, std::to_string(ceil_div(cap.within_us, gap.length_us)), span_text(cap.within_us)).label("never reached").also(gap.span, "keeps messages further apart");
        break;
      }
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

// A message that comes due as the quiet hours begin and is no longer valid when they end.
void lint_validity(Context& context) {
  for (const Message& message : context.program.messages) {
    if (message.category.valid() && context.program.categories[message.category.index()].exempt) continue;
    for (const QuietRule& quiet : context.program.protection.quiets) {
      if (quiet.then.kind != Then::Kind::wait || message.valid_for_us > length_of(quiet)) continue;
      context.diagnostics.report(Code::quiet_outlasts_validity, message.span, message.name, span_text(message.valid_for_us), span_text(length_of(quiet)))
          .label("not valid long enough to wait").also(quiet.span, "it would wait here").help("let it be valid longer, or drop it openly: `then drop`");
      break;
    }
  }
}

}  // namespace

void lint_protection(Context& context) {
  if (context.program.protection.caps.size() <= 1000) lint_caps(context);
  lint_whole_day(context);
  lint_validity(context);
}

}  // namespace wend::sema
