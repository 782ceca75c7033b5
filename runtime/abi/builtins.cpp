// The bodies of functions and filters: thin shells that turn the plain values of native code into the types of
// zones.h and text_format.h, and back.
#include "runtime/abi/builtins.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "runtime/abi/text_format.h"
#include "runtime/abi/text_result.h"
#include "runtime/abi/utf8.h"

namespace {

using wend::CivilDate;

std::string_view view(const char* data, int64_t size) { return wend::view_of(data, size); }

int32_t day_of(int64_t date) {
  return static_cast<int32_t>(std::clamp<int64_t>(date, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()));
}

CivilDate civil(int64_t date) { return wend::civil_from_days(day_of(date)); }

// Whole years from one date to a later one; 29 February counts from the 28th in other years.
int64_t whole_years(int64_t from, int64_t to) {
  const CivilDate a = civil(from), b = civil(to);
  const int32_t day = std::min(a.day, wend::days_in_month(b.year, a.month));
  const bool reached = b.month > a.month || (b.month == a.month && b.day >= day);
  return int64_t{b.year} - a.year - (reached ? 0 : 1);
}

// A whole double as an integer, at most as far as the range goes.
int64_t saturated(double whole) {
  constexpr double kBehind = 9223372036854775808.0;   // 2^63
  if (!(whole < kBehind)) return std::isnan(whole) ? 0 : std::numeric_limits<int64_t>::max();
  if (whole < -kBehind) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(whole);
}

using wend::give_text;

}  // namespace

extern "C" {

int64_t wend_fn_age(wend_ctx* ctx, int64_t date) noexcept {
  const int64_t today = wend::to_local(*wend_ctx_zone(ctx), wend_ctx_now(ctx)).day;
  return date <= today ? whole_years(date, today) : -whole_years(today, date);
}

int64_t wend_fn_hour(wend_ctx* ctx, int64_t time) noexcept {
  return wend::to_local(*wend_ctx_zone(ctx), time).time_us / wend::kMicrosPerHour;
}

int64_t wend_fn_weekday(wend_ctx* ctx, int64_t time) noexcept {
  return wend::weekday_of(wend::to_local(*wend_ctx_zone(ctx), time).day);
}

static const wend::Zone& zone_named(wend_ctx* ctx, const char* name, int64_t size) {
  const wend::Zone* zone = wend::find_zone({name, static_cast<size_t>(size)});
  return zone ? *zone : *wend_ctx_zone(ctx);
}

int64_t wend_fn_hour_in(wend_ctx* ctx, int64_t time, const char* zone, int64_t size) noexcept {
  return wend::to_local(zone_named(ctx, zone, size), time).time_us / wend::kMicrosPerHour;
}

int64_t wend_fn_weekday_in(wend_ctx* ctx, int64_t time, const char* zone, int64_t size) noexcept {
  return wend::weekday_of(wend::to_local(zone_named(ctx, zone, size), time).day);
}

int64_t wend_fn_weekday_of_date(wend_ctx*, int64_t date) noexcept { return wend::weekday_of(day_of(date)); }
int64_t wend_fn_year(wend_ctx*, int64_t date) noexcept { return civil(date).year; }
int64_t wend_fn_month(wend_ctx*, int64_t date) noexcept { return civil(date).month; }
int64_t wend_fn_day(wend_ctx*, int64_t date) noexcept { return civil(date).day; }

int64_t wend_fn_abs_int(wend_ctx*, int64_t value) noexcept {
  if (value == std::numeric_limits<int64_t>::min()) return std::numeric_limits<int64_t>::max();
  return value < 0 ? -value : value;
}

double wend_fn_abs_number(wend_ctx*, double value) noexcept { return std::fabs(value); }
int64_t wend_fn_floor(wend_ctx*, double value) noexcept { return saturated(std::floor(value)); }
int64_t wend_fn_ceiling(wend_ctx*, double value) noexcept { return saturated(std::ceil(value)); }
double wend_fn_round(wend_ctx*, double value, int64_t digits) noexcept { return wend::round_to(value, digits); }

int64_t wend_fn_length(wend_ctx*, const char* data, int64_t size) noexcept {
  return static_cast<int64_t>(wend::count_scalars(view(data, size)));
}

void wend_fn_capitalize(wend_ctx* ctx, wend_text* out, const char* data, int64_t size) noexcept {
  std::string text;
  wend::append_capitalize(text, view(data, size));
  give_text(ctx, out, text);
}

void wend_fn_upcase(wend_ctx* ctx, wend_text* out, const char* data, int64_t size) noexcept {
  std::string text;
  wend::append_upcase(text, view(data, size));
  give_text(ctx, out, text);
}

void wend_fn_downcase(wend_ctx* ctx, wend_text* out, const char* data, int64_t size) noexcept {
  std::string text;
  wend::append_downcase(text, view(data, size));
  give_text(ctx, out, text);
}

void wend_fn_date_of_date(wend_ctx* ctx, wend_text* out, int64_t date, const char* format, int64_t format_size) noexcept {
  std::string text;
  wend::append_date_format(text, {day_of(date), 0}, view(format, format_size));
  give_text(ctx, out, text);
}

void wend_fn_date_of_time(wend_ctx* ctx, wend_text* out, int64_t time, const char* format, int64_t format_size) noexcept {
  std::string text;
  wend::append_date_format(text, wend::to_local(*wend_ctx_zone(ctx), time), view(format, format_size));
  give_text(ctx, out, text);
}

// UTF-8 orders by bytes as it does by code points.
int32_t wend_text_compare(const char* a, int64_t a_size, const char* b, int64_t b_size) noexcept {
  const int order = view(a, a_size).compare(view(b, b_size));
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

int32_t wend_text_contains(const char* a, int64_t a_size, const char* b, int64_t b_size) noexcept {
  const std::string_view searched = view(a, a_size), sought = view(b, b_size);
  if (sought.empty()) return 1;
  if (sought.size() > searched.size()) return 0;
  return memmem(searched.data(), searched.size(), sought.data(), sought.size()) != nullptr;
}

int32_t wend_text_starts_with(const char* a, int64_t a_size, const char* b, int64_t b_size) noexcept {
  return view(a, a_size).starts_with(view(b, b_size));
}

int32_t wend_text_ends_with(const char* a, int64_t a_size, const char* b, int64_t b_size) noexcept {
  return view(a, a_size).ends_with(view(b, b_size));
}

}  // extern "C"
