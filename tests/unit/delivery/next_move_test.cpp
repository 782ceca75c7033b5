// What follows an attempt: every outcome under every policy, and when a retry comes.
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "runtime/channels/outcomes.h"
#include "runtime/delivery/next_move.h"

using namespace wend;

namespace {

constexpr int64_t kSecond = 1'000'000, kHour = 3600 * kSecond;
constexpr int64_t kNow = 1'772'359'200 * kSecond;
constexpr const char* kId = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

DeliveryPolicy policy_of(OnAmbiguous on_ambiguous) {
  DeliveryPolicy policy;
  policy.on_ambiguous = on_ambiguous;
  return policy;
}

Attempt nth(uint32_t number, bool perhaps_taken = false) {
  return {.message_id = kId, .number = number, .first_at = kNow - kHour, .perhaps_taken = perhaps_taken};
}

std::string told(const NextMove& move) {
  static constexpr const char* kWords[] = {"delivered", "failed", "retry", "unknown", "dropped"};
  std::string text = kWords[static_cast<size_t>(move.kind)];
  if (!move.reason.empty()) text += ": " + move.reason;
  return move.kind == NextMove::Kind::retry && move.perhaps_taken ? text + ", perhaps taken" : text;
}

std::string next(const Outcome& outcome, OnAmbiguous on_ambiguous, bool takes_once, const Attempt& attempt) {
  return told(next_move(outcome, policy_of(on_ambiguous), takes_once, attempt, kNow));
}

}  // namespace

TEST_CASE("an answer that is definite means the same under every policy") {
  for (const OnAmbiguous on_ambiguous : {OnAmbiguous::hold, OnAmbiguous::retry_same_key, OnAmbiguous::drop})
    for (const bool takes_once : {false, true}) {
      CHECK(next(delivered("abc"), on_ambiguous, takes_once, nth(3)) == "delivered");
      CHECK(next(failed_for_good("status 400"), on_ambiguous, takes_once, nth(1)) == "failed: status 400");
      CHECK(next(failed_for_now("dns"), on_ambiguous, takes_once, nth(1)) == "retry: dns");
      CHECK(next(failed_for_now("status 429", kNow + kSecond), on_ambiguous, takes_once, nth(19)) == "retry: status 429");
      CHECK(next(failed_for_now("status 429"), on_ambiguous, takes_once, nth(20)) == "failed: attempts");
    }
}

TEST_CASE("one that may have been taken is held, tried again under its id, or given up, as the policy says") {
  CHECK(next(unknown("deadline"), OnAmbiguous::hold, false, nth(1)) == "unknown: deadline");
  CHECK(next(unknown("deadline"), OnAmbiguous::hold, true, nth(1)) == "unknown: deadline");
  CHECK(next(unknown("status 503"), OnAmbiguous::drop, false, nth(1)) == "dropped: status 503");
  CHECK(next(unknown("status 503"), OnAmbiguous::drop, true, nth(1)) == "dropped: status 503");
  CHECK(next(unknown("status 503"), OnAmbiguous::retry_same_key, true, nth(1)) == "retry: status 503, perhaps taken");
}

TEST_CASE("it is not tried again where the provider would take it twice") {
  CHECK(next(unknown("status 503"), OnAmbiguous::retry_same_key, false, nth(1)) == "unknown: status 503");
  CHECK(next(failed_for_now("dns"), OnAmbiguous::retry_same_key, false, nth(2, true)) == "unknown: dns");
}

TEST_CASE("once it may have been taken, no later failure makes it surely not taken") {
  const auto after = [](const Outcome& outcome, uint32_t number) { return next(outcome, OnAmbiguous::retry_same_key, true, nth(number, true)); };
  CHECK(after(delivered(), 2) == "delivered");
  CHECK(after(failed_for_good("status 400"), 2) == "unknown: status 400");
  CHECK(after(failed_for_now("dns"), 2) == "retry: dns, perhaps taken");
  CHECK(after(failed_for_now("dns"), 20) == "unknown: attempts");
  CHECK(after(unknown("status 503"), 20) == "unknown: attempts");
  // A policy that was changed meanwhile holds for it too.
  CHECK(next(failed_for_now("dns"), OnAmbiguous::hold, true, nth(2, true)) == "unknown: dns");
  CHECK(next(failed_for_now("dns"), OnAmbiguous::drop, true, nth(2, true)) == "dropped: dns");
}

TEST_CASE("the same id is used only while the provider surely knows it") {
  DeliveryPolicy policy = policy_of(OnAmbiguous::retry_same_key);
  Attempt attempt = nth(1);
  attempt.first_at = kNow - 22 * kHour;
  CHECK(told(next_move(unknown("deadline"), policy, true, attempt, kNow)) == "retry: deadline, perhaps taken");
  attempt.first_at = kNow - 23 * kHour - 1;
  CHECK(told(next_move(unknown("deadline"), policy, true, attempt, kNow)) == "unknown: key window");
  CHECK(told(next_move(failed_for_now("dns"), policy, true, attempt, kNow)) == "retry: dns");
  // It is the retry that must be inside, not this attempt.
  policy.retry_base_us = policy.retry_cap_us = 1;
  attempt.first_at = kNow - policy.key_window_us;
  CHECK(told(next_move(unknown("deadline"), policy, true, attempt, kNow + 2)) == "unknown: key window");
  // The first attempt lies ahead: this clock cannot say how long ago it was.
  attempt.first_at = kNow + kHour;
  CHECK(told(next_move(unknown("deadline"), policy, true, attempt, kNow)) == "unknown: key window");
}

TEST_CASE("a retry that would come when the message is worth nothing any more is none") {
  Attempt attempt = nth(1);
  attempt.not_after = kNow + 10 * kSecond;
  const DeliveryPolicy hold = policy_of(OnAmbiguous::hold), again = policy_of(OnAmbiguous::retry_same_key);
  CHECK(told(next_move(failed_for_now("dns"), hold, false, attempt, kNow)) == "retry: dns");
  CHECK(told(next_move(failed_for_now("status 429", attempt.not_after), hold, false, attempt, kNow)) == "failed: expired");
  CHECK(told(next_move(failed_for_now("dns"), hold, false, attempt, attempt.not_after)) == "failed: expired");
  CHECK(told(next_move(unknown("deadline"), again, true, attempt, attempt.not_after)) == "unknown: expired");
}

TEST_CASE("the attempt of an earlier process that nobody heard the end of may have been taken") {
  CHECK(next(unheard(), OnAmbiguous::hold, false, nth(1)) == "unknown: not heard");
  CHECK(next(unheard(), OnAmbiguous::drop, false, nth(1)) == "dropped: not heard");
  CHECK(next(unheard(), OnAmbiguous::retry_same_key, true, nth(1)) == "retry: not heard, perhaps taken");
  CHECK(next(unheard(), OnAmbiguous::retry_same_key, false, nth(1)) == "unknown: not heard");
}

TEST_CASE("from what a provider answered to what follows, with one that takes an id once and with one that does not") {
  struct Row { int status; Trouble trouble; bool left; const char* once; const char* otherwise; };
  const Row rows[] = {
      {200, Trouble::none, true, "delivered", "delivered"},
      {202, Trouble::too_large, true, "delivered", "delivered"},
      {0, Trouble::dns, false, "retry: dns", "retry: dns"},
      {0, Trouble::connect, false, "retry: connection refused", "retry: connection refused"},
      {0, Trouble::tls, false, "retry: tls", "retry: tls"},
      {0, Trouble::late, false, "retry: deadline", "retry: deadline"},
      {0, Trouble::address, false, "failed: address", "failed: address"},
      {0, Trouble::url, false, "failed: url", "failed: url"},
      {0, Trouble::late, true, "retry: deadline, perhaps taken", "unknown: deadline"},
      {0, Trouble::broken, true, "retry: connection broken, perhaps taken", "unknown: connection broken"},
      {200, Trouble::broken, true, "retry: connection broken, perhaps taken", "unknown: connection broken"},
      {200, Trouble::late, true, "retry: deadline, perhaps taken", "unknown: deadline"},
      {302, Trouble::none, true, "retry: status 302, perhaps taken", "unknown: status 302"},
      {307, Trouble::none, true, "failed: status 307", "failed: status 307"},
      {400, Trouble::none, true, "failed: status 400", "failed: status 400"},
      {401, Trouble::none, true, "retry: status 401", "retry: status 401"},
      {404, Trouble::none, true, "failed: status 404", "failed: status 404"},
      {409, Trouble::none, true, "retry: status 409, perhaps taken", "unknown: status 409"},
      {410, Trouble::none, true, "failed: status 410", "failed: status 410"},
      {429, Trouble::none, true, "retry: status 429", "retry: status 429"},
      {429, Trouble::broken, true, "retry: status 429", "retry: status 429"},
      {500, Trouble::none, true, "retry: status 500, perhaps taken", "unknown: status 500"},
      {503, Trouble::none, true, "retry: status 503, perhaps taken", "unknown: status 503"},
  };
  for (const Row& row : rows) {
    HttpAnswer answer;
    answer.status = row.status;
    answer.trouble = row.trouble;
    answer.may_have_left = row.left;
    INFO(row.status << ", trouble " << word(row.trouble) << ", left " << row.left);
    CHECK(next(outcome_of(answer, kNow), OnAmbiguous::retry_same_key, true, nth(1)) == row.once);
    CHECK(next(outcome_of(answer, kNow), OnAmbiguous::hold, false, nth(1)) == row.otherwise);
  }
}

TEST_CASE("what forbids an attempt whose turn has come is looked at again") {
  const auto forbidden = [](OnAmbiguous on_ambiguous, bool takes_once, const Attempt& attempt, int64_t now) {
    const std::optional<NextMove> move = forbids(policy_of(on_ambiguous), takes_once, attempt, now);
    return move ? told(*move) : "may start";
  };
  Attempt attempt = nth(2);
  attempt.not_after = kNow + kSecond;
  CHECK(forbidden(OnAmbiguous::hold, false, attempt, kNow) == "may start");
  CHECK(forbidden(OnAmbiguous::hold, false, attempt, kNow + kSecond) == "failed: expired");
  attempt.perhaps_taken = true;
  CHECK(forbidden(OnAmbiguous::retry_same_key, true, attempt, kNow) == "may start");
  CHECK(forbidden(OnAmbiguous::retry_same_key, true, attempt, kNow + kSecond) == "unknown: expired");
  CHECK(forbidden(OnAmbiguous::retry_same_key, false, attempt, kNow) == "unknown: not heard");
  CHECK(forbidden(OnAmbiguous::drop, true, attempt, kNow) == "dropped: not heard");
  attempt.not_after = INT64_MAX;
  CHECK(forbidden(OnAmbiguous::retry_same_key, true, attempt, kNow + 23 * kHour) == "unknown: key window");
}

TEST_CASE("a retry waits anything up to its bound, evenly, and the same on every host") {
  const DeliveryPolicy policy;
  for (uint32_t number = 1; number <= 64; ++number) {
    const int64_t bound = number > 10 ? policy.retry_cap_us : std::min(policy.retry_cap_us, kSecond << (number - 1));
    int64_t sum = 0, least = INT64_MAX, greatest = 0;
    for (int i = 0; i < 2000; ++i) {
      const int64_t wait = retry_wait(policy, kId + std::to_string(i), number);
      REQUIRE(wait >= 0);
      REQUIRE(wait <= bound);
      sum += wait;
      least = std::min(least, wait);
      greatest = std::max(greatest, wait);
    }
    CHECK(std::abs(sum / 2000 - bound / 2) < bound / 20);
    CHECK(least < bound / 100);
    CHECK(greatest > bound - bound / 100);
  }
  // Published, so that another host agrees.
  CHECK(retry_wait(policy, kId, 1) == 57'170);
  CHECK(retry_wait(policy, kId, 5) == 1'963'106);
}

TEST_CASE("the provider's own time is kept, and those who were given it do not come back in one crowd") {
  const DeliveryPolicy policy;
  std::set<int64_t> instants;
  for (int i = 0; i < 100; ++i) {
    const std::string id = kId + std::to_string(i);
    const NextMove move = next_move(failed_for_now("status 429", kNow + kHour), policy, false, {.message_id = id, .number = 4}, kNow);
    REQUIRE(move.kind == NextMove::Kind::retry);
    REQUIRE(move.at >= kNow + kHour);
    REQUIRE(move.at <= kNow + kHour + 8 * kSecond);
    instants.insert(move.at);
  }
  CHECK(instants.size() > 90);
}

TEST_CASE("no number makes a retry come before now") {
  DeliveryPolicy policy;
  for (const int64_t base : {int64_t{INT64_MIN}, int64_t{-1}, int64_t{0}, int64_t{1}, int64_t{INT64_MAX}})
    for (const int64_t cap : {int64_t{INT64_MIN}, int64_t{0}, int64_t{1}, int64_t{INT64_MAX}})
      for (const uint32_t number : {0u, 1u, 63u, 64u, 65u, UINT32_MAX})
        for (const int64_t now : {int64_t{INT64_MIN}, kNow, int64_t{INT64_MAX}}) {
          policy.retry_base_us = base;
          policy.retry_cap_us = cap;
          policy.attempts_max = UINT32_MAX;
          for (const OnAmbiguous on_ambiguous : {OnAmbiguous::hold, OnAmbiguous::retry_same_key}) {
            policy.on_ambiguous = on_ambiguous;
            const NextMove move = next_move(on_ambiguous == OnAmbiguous::hold ? failed_for_now("dns", INT64_MAX - 1) : unheard(), policy, true,
                                            {.message_id = kId, .number = number, .first_at = now}, now);
            if (move.kind == NextMove::Kind::retry) CHECK(move.at >= now);
          }
        }
}

TEST_CASE("trouble of the provider is told from trouble of one message") {
  for (const char* reason : {"dns", "connection refused", "tls", "connection broken", "deadline", "status 429", "status 401", "secret", "login",
                             "token", "reply 421", "reply 454", "file cannot be written"})
    CHECK(sign_of(failed_for_now(reason)) == Sign::trouble);
  for (const char* reason : {"status 500", "status 503", "deadline", "connection broken", "not heard"}) CHECK(sign_of(unknown(reason)) == Sign::trouble);
  for (const char* reason : {"reply 450", "reply 451", "reply 452", "memory", "too late"}) CHECK(sign_of(failed_for_now(reason)) == Sign::none);
  for (const char* reason : {"status 400", "status 404", "address", "too large", "no content"}) CHECK(sign_of(failed_for_good(reason)) == Sign::none);
  Outcome dead = failed_for_good("status 410");
  dead.address_dead = true;
  CHECK(sign_of(dead) == Sign::none);
  CHECK(sign_of(delivered()) == Sign::well);
}

TEST_CASE("a policy without sense is told what is wrong with it") {
  CHECK(problems_of({}, false).empty());
  CHECK(problems_of(policy_of(OnAmbiguous::retry_same_key), true).empty());
  CHECK(problems_of(policy_of(OnAmbiguous::retry_same_key), false) ==
        std::vector<std::string>{"`on_ambiguous` cannot be `retry_same_key`: this provider does not know a message again by its id"});
  DeliveryPolicy policy;
  policy.attempts_max = 0;
  policy.retry_cap_us = policy.retry_base_us - 1;
  policy.per_second = -1;
  policy.burst = 0;
  policy.at_once = 1000;
  policy.attempt_timeout_us = 0;
  policy.breaker_open_max_us = 0;
  const std::vector<std::string> problems = problems_of(policy, false);
  CHECK(problems.size() == 7);
  CHECK(problems.front() == "`attempts_max` must be from 1 to 1000");
}
