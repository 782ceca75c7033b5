// One condition of eight tests over 100,000 users: the native code of a Wend program against the same condition written by
// hand over a C++ struct. Both short-circuit, both read one user after another, both must give the same count.
#include <cstring>
#include <memory>
#include <string>

#include "compiler/service/service.h"
#include "runtime/abi/context.h"
#include "runtime/core/step.h"
#include "tests/bench/bench.h"
#include "tests/differential/random.h"

namespace bench {
namespace {

const char* const kProject = R"(project bench {
  time zone "UTC"
  currency  EUR
}
profile {
  identity user_id
  plan         one of free, premium, family = free
  language     one of en, sv, de = en
  email_opt_in bool = false
  visits       int?
  rating       number = 0
  spend        money = 0 EUR
  joined       date = 2020-01-01
  score        int = 0
}
event play { track text }
channel email { reaches user_id, consent email_opt_in, content { subject text } }
message hello { category lifecycle, email { subject "Hello" } }
protect all { categories lifecycle, at most 1 message in 1 day }
journey j {
  enter on play
  only if email_opt_in and plan is premium and visits is known and visits >= 10 and rating > 2.5 and spend >= 20 EUR and joined < 2026-01-01 and language in [en, sv] and score <= 90
  step s { send hello by email }
}
)";

struct User {
  int32_t joined;
  uint16_t plan, language;
  bool email_opt_in, visits_known;
  int64_t visits, spend, score;
  double rating;
};

__attribute__((noinline)) bool by_hand(const User& u) {
  return u.email_opt_in && u.plan == 1 && u.visits_known && u.visits >= 10 && u.rating > 2.5 && u.spend >= 20'000'000 &&
         u.joined < 20454 && (u.language == 0 || u.language == 1) && u.score <= 90;
}

// `mostly`: most tests hold, so that all eight are made; otherwise the first fails for nearly all.
void measure(const wend::Module& module, const char* name, bool mostly) {
  constexpr size_t kUsers = 100'000;
  wend::Context context(*module.zone, module.windows);
  context.set_now(1'800'000'000'000'000);
  std::vector<User> users(kUsers);
  const size_t stride = (module.record_bytes + 63) / 64 * 64;
  std::unique_ptr<uint8_t[]> records(new uint8_t[stride * kUsers]());
  wend::differential::Random random(mostly ? 1 : 2);
  auto field = [&](const char* attribute) -> const wend::ModuleAttribute& {
    for (const wend::ModuleAttribute& a : module.attributes)
      if (a.name == attribute) return a;
    std::abort();
  };
  auto put = [&](size_t i, const char* attribute, auto value) {
    const wend::ModuleAttribute& a = field(attribute);
    std::memcpy(&records[i * stride + a.field.offset], &value, sizeof value);
    if (a.field.presence >= 0) records[i * stride + static_cast<size_t>(a.field.presence) / 8] |= static_cast<uint8_t>(1 << a.field.presence % 8);
  };
  for (size_t i = 0; i < kUsers; ++i) {
    User& u = users[i];
    u.email_opt_in = mostly ? random.below(20) != 0 : random.below(100) == 0;
    u.plan = mostly && random.below(20) ? 1 : static_cast<uint16_t>(random.below(3));
    u.language = static_cast<uint16_t>(random.below(mostly ? 2 : 3));
    u.visits_known = random.below(20) != 0;
    u.visits = static_cast<int64_t>(10 + random.below(100));
    u.rating = 2.6 + static_cast<double>(random.below(100)) / 50;
    u.spend = static_cast<int64_t>(20'000'000 + random.below(100'000'000));
    u.joined = static_cast<int32_t>(18'000 + random.below(2'400));
    u.score = static_cast<int64_t>(random.below(95));
    put(i, "email_opt_in", static_cast<uint8_t>(u.email_opt_in));
    put(i, "plan", u.plan);
    put(i, "language", u.language);
    if (u.visits_known) put(i, "visits", u.visits);
    put(i, "rating", u.rating);
    put(i, "spend", u.spend);
    put(i, "joined", u.joined);
    put(i, "score", u.score);
  }
  const wend::ConditionFn native = module.journeys[0].only_if;
  constexpr int kRounds = 20;
  uint64_t native_count = 0, hand_count = 0;
  double native_time = median_seconds(9, [&] {
    native_count = 0;
    for (int round = 0; round < kRounds; ++round)
      for (size_t i = 0; i < kUsers; ++i) native_count += static_cast<uint64_t>(native(&records[i * stride], nullptr, nullptr, &context));
  });
  double hand_time = median_seconds(9, [&] {
    hand_count = 0;
    for (int round = 0; round < kRounds; ++round)
      for (size_t i = 0; i < kUsers; ++i) hand_count += by_hand(users[i]);
  });
  const double calls = static_cast<double>(kRounds) * kUsers;
  std::printf("  %-22s %8.2f ns native %8.2f ns by hand   %5.2fx   %s\n", name, native_time / calls * 1e9, hand_time / calls * 1e9,
              native_time / hand_time, native_count == hand_count ? "equal counts" : "COUNTS DIFFER");
}

}  // namespace

void predicate() {
  std::printf("one condition of eight tests, per evaluation, 100,000 users\n");
  wend::Project project = wend::Project::from_texts({{"project.wend", kProject}});
  if (!project.ok()) {
    for (const wend::Diagnostic& d : project.diagnostics().all()) std::printf("%s %s\n", d.id(), d.message.c_str());
    return;
  }
  auto optimised = wend::compile(project.program(), wend::Tier::optimised);
  measure(*optimised, "O2, most tests hold", true);
  measure(*optimised, "O2, the first fails", false);
  auto fast = wend::compile(project.program(), wend::Tier::fast_compile);
  measure(*fast, "O0, most tests hold", true);
  measure(*fast, "O0, the first fails", false);
}

}  // namespace bench
