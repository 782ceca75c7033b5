// The bodies of functions and filters, and the tests on texts.
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "tests/unit/runtime_builtins/step.h"

using namespace wend;
using namespace wend::builtins_test;

namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

// The instant of a wall time in Stockholm.
int64_t stockholm(int32_t year, int32_t month, int32_t day, int64_t hour, int64_t minute = 0) {
  return to_instant(*find_zone("Europe/Stockholm"), days_from_civil(year, month, day), hour * kMicrosPerHour + minute * kMicrosPerMinute);
}

int64_t age_on(int32_t year, int32_t month, int32_t day, int64_t birth) {
  Step step(stockholm(year, month, day, 0));
  return wend_fn_age(step.ctx(), birth);
}

using TextFilter = void (*)(wend_ctx*, wend_text*, const char*, int64_t) noexcept;

std::string filtered(TextFilter filter, const std::string& value) {
  Step step;
  wend_text out{};
  filter(step.ctx(), &out, value.data(), static_cast<int64_t>(value.size()));
  return text(out);
}

int64_t size(const std::string& value) { return static_cast<int64_t>(value.size()); }

}  // namespace

TEST_CASE("age counts whole years up to the day itself") {
  const int64_t birth = days_from_civil(2000, 6, 15);
  CHECK(age_on(2026, 6, 14, birth) == 25);
  CHECK(age_on(2026, 6, 15, birth) == 26);
  CHECK(age_on(2026, 12, 31, birth) == 26);
  CHECK(age_on(2000, 6, 15, birth) == 0);
}

TEST_CASE("29 February counts from the 28th in other years") {
  const int64_t birth = days_from_civil(2004, 2, 29);
  CHECK(age_on(2026, 2, 27, birth) == 21);
  CHECK(age_on(2026, 2, 28, birth) == 22);
  CHECK(age_on(2028, 2, 28, birth) == 23);
  CHECK(age_on(2028, 2, 29, birth) == 24);
}

TEST_CASE("today is a day of the project's zone") {
  const int64_t birth = days_from_civil(2000, 6, 15);
  Step before(stockholm(2026, 6, 14, 23, 59));   // in UTC also the 14th, 21:59
  CHECK(wend_fn_age(before.ctx(), birth) == 25);
  Step after(stockholm(2026, 6, 15, 0, 30));     // in UTC still the 14th, 22:30
  CHECK(wend_fn_age(after.ctx(), birth) == 26);
}

TEST_CASE("the age of a date to come is negative by whole years") {
  CHECK(age_on(2026, 1, 1, days_from_civil(2026, 1, 2)) == 0);
  CHECK(age_on(2026, 1, 1, days_from_civil(2028, 1, 2)) == -2);
}

TEST_CASE("hour and weekday are those of the wall clock") {
  Step step;
  CHECK(wend_fn_hour(step.ctx(), stockholm(2026, 7, 1, 0, 30)) == 0);
  CHECK(wend_fn_hour(step.ctx(), stockholm(2026, 1, 1, 23, 59)) == 23);
  CHECK(wend_fn_weekday(step.ctx(), stockholm(2026, 2, 16, 0, 30)) == 0);   // a Monday; in UTC still Sunday
  CHECK(wend_fn_weekday_of_date(step.ctx(), days_from_civil(2026, 2, 22)) == 6);
}

TEST_CASE("parts of a date") {
  Step step;
  const int64_t date = days_from_civil(1969, 12, 31);
  CHECK(wend_fn_year(step.ctx(), date) == 1969);
  CHECK(wend_fn_month(step.ctx(), date) == 12);
  CHECK(wend_fn_day(step.ctx(), date) == 31);
}

TEST_CASE("whole numbers stay at the end of their range") {
  Step step;
  CHECK(wend_fn_abs_int(step.ctx(), -5) == 5);
  CHECK(wend_fn_abs_int(step.ctx(), kLeast) == kMost);
  CHECK(wend_fn_floor(step.ctx(), -2.5) == -3);
  CHECK(wend_fn_ceiling(step.ctx(), -2.5) == -2);
  CHECK(wend_fn_floor(step.ctx(), 1e300) == kMost);
  CHECK(wend_fn_ceiling(step.ctx(), -1e300) == kLeast);
  CHECK(wend_fn_floor(step.ctx(), 9223372036854775808.0) == kMost);
  CHECK(wend_fn_floor(step.ctx(), -9223372036854775808.0) == kLeast);
  CHECK(wend_fn_floor(step.ctx(), std::nan("")) == 0);
}

TEST_CASE("numbers are rounded with halves away from zero") {
  Step step;
  CHECK(wend_fn_abs_number(step.ctx(), -0.5) == 0.5);
  CHECK(wend_fn_round(step.ctx(), 2.5, 0) == 3);
  CHECK(wend_fn_round(step.ctx(), -2.5, 0) == -3);
  CHECK(wend_fn_round(step.ctx(), 4.25, 1) == 4.3);
  CHECK(wend_fn_round(step.ctx(), 4.25, kLeast) == 4);
}

TEST_CASE("length counts characters, not bytes") {
  Step step;
  const std::string value = "Åsa 🎧";
  CHECK(wend_fn_length(step.ctx(), value.data(), size(value)) == 5);
  CHECK(wend_fn_length(step.ctx(), nullptr, 0) == 0);
}

TEST_CASE("case filters") {
  CHECK(filtered(wend_fn_capitalize, "åSA maria") == "Åsa maria");
  CHECK(filtered(wend_fn_upcase, "åsa") == "ÅSA");
  CHECK(filtered(wend_fn_downcase, "ÅSA") == "åsa");
  CHECK(filtered(wend_fn_upcase, "").empty());
}

TEST_CASE("dates and instants by a pattern") {
  Step step;
  wend_text out{};
  const std::string date = "%d %B %Y", time = "%H:%M";
  wend_fn_date_of_date(step.ctx(), &out, days_from_civil(2026, 2, 7), date.data(), size(date));
  CHECK(text(out) == "07 February 2026");
  wend_fn_date_of_time(step.ctx(), &out, stockholm(2026, 7, 1, 9, 5), time.data(), size(time));
  CHECK(text(out) == "09:05");
}

TEST_CASE("any integer is taken for a date or an instant") {
  Step step;
  wend_text out{};
  for (const int64_t value : {kLeast, kLeast + 1, int64_t{-1}, int64_t{0}, kMost}) {
    wend_fn_age(step.ctx(), value);
    CHECK(wend_fn_hour(step.ctx(), value) < 24);
    CHECK(wend_fn_weekday(step.ctx(), value) < 7);
    CHECK(wend_fn_weekday_of_date(step.ctx(), value) < 7);
    CHECK(wend_fn_month(step.ctx(), value) <= 12);
    CHECK(wend_fn_day(step.ctx(), value) <= 31);
    wend_fn_year(step.ctx(), value);
    wend_fn_date_of_date(step.ctx(), &out, value, "%F %A %j", 8);
    CHECK(out.size > 0);
    wend_fn_date_of_time(step.ctx(), &out, value, "%F %T", 5);
    CHECK(out.size > 0);
  }
}

TEST_CASE("texts compare by code point") {
  const auto compare = [](const std::string& a, const std::string& b) { return wend_text_compare(a.data(), size(a), b.data(), size(b)); };
  CHECK(compare("a", "a") == 0);
  CHECK(compare("a", "b") == -1);
  CHECK(compare("b", "a") == 1);
  CHECK(compare("a", "ab") == -1);
  CHECK(compare("", "a") == -1);
  CHECK(compare("z", "å") == -1);           // bytes above 0x7f are not negative
  CHECK(compare("\uFFFD", "🎧") == -1);     // by UTF-16 units it would be the other way round
  CHECK(wend_text_compare(nullptr, 0, nullptr, 0) == 0);
}

TEST_CASE("texts in texts") {
  const std::string a = "tidal wave", b = "wave", c = "tidal", none;
  CHECK(wend_text_contains(a.data(), size(a), "l w", 3) == 1);
  CHECK(wend_text_contains(a.data(), size(a), "lw", 2) == 0);
  CHECK(wend_text_contains(b.data(), size(b), a.data(), size(a)) == 0);
  CHECK(wend_text_contains(a.data(), size(a), nullptr, 0) == 1);
  CHECK(wend_text_contains(nullptr, 0, nullptr, 0) == 1);
  CHECK(wend_text_starts_with(a.data(), size(a), c.data(), size(c)) == 1);
  CHECK(wend_text_starts_with(a.data(), size(a), b.data(), size(b)) == 0);
  CHECK(wend_text_ends_with(a.data(), size(a), b.data(), size(b)) == 1);
  CHECK(wend_text_ends_with(a.data(), size(a), c.data(), size(c)) == 0);
}
