// Values in a template's output, and escaping.
#include <limits>

#include <catch2/catch.hpp>

#include "tests/unit/runtime_builtins/step.h"

namespace {

template <class Write, class... Args>
std::string written(Write write, Args... args) {
  std::string out = ">";
  write(reinterpret_cast<wend_out*>(&out), args...);
  return out.substr(1);
}

std::string escaped(const std::string& text, int32_t escape) {
  return written(wend_out_text, text.data(), static_cast<int64_t>(text.size()), escape);
}

}  // namespace

TEST_CASE("texts are escaped for their field") {
  CHECK(escaped("a<b> & 'c' \"d\"", 0) == "a<b> & 'c' \"d\"");
  CHECK(escaped("a<b> & 'c' \"d\"", 1) == "a&lt;b&gt; &amp; &#39;c&#39; &quot;d&quot;");
  CHECK(escaped("a b/c?d=é&e#~-._", 2) == "a%20b%2Fc%3Fd%3D%C3%A9%26e%23~-._");
  CHECK(escaped("", 1).empty());
}

TEST_CASE("ill-formed bytes never leave") {
  CHECK(escaped("a\xFF" "b\xC3", 0) == "a\uFFFDb\uFFFD");
  CHECK(escaped("\xFF", 2) == "%EF%BF%BD");
}

TEST_CASE("a percentage has its sign and no zeros behind") {
  CHECK(written(wend_out_percent, int64_t{100000}, 0) == "10%");
  CHECK(written(wend_out_percent, int64_t{125000}, 0) == "12.5%");
  CHECK(written(wend_out_percent, int64_t{-1}, 0) == "-0.0001%");
  CHECK(written(wend_out_percent, int64_t{0}, 0) == "0%");
  CHECK(written(wend_out_percent, int64_t{100000}, 2) == "10%25");
  CHECK(written(wend_out_percent, std::numeric_limits<int64_t>::min(), 0) == "-922337203685477.5808%");
}

TEST_CASE("money has its currency") {
  CHECK(written(wend_out_money, int64_t{49'900'000}, "EUR", int64_t{3}, 0) == "49.90 EUR");
  CHECK(written(wend_out_money, int64_t{49'900'000}, "EUR", int64_t{3}, 2) == "49.90%20EUR");
}

TEST_CASE("times of day show seconds only where there are some") {
  CHECK(written(wend_out_time_of_day, int64_t{9} * wend::kMicrosPerHour, 0) == "09:00");
  CHECK(written(wend_out_time_of_day, int64_t{9} * wend::kMicrosPerHour + 30 * wend::kMicrosPerSecond, 0) == "09:00:30");
  CHECK(written(wend_out_time_of_day, int64_t{9} * wend::kMicrosPerHour, 2) == "09%3A00");
  CHECK(written(wend_out_time_of_day, int64_t{-1}, 0) == "00:00");
}

TEST_CASE("other values") {
  CHECK(written(wend_out_int, std::numeric_limits<int64_t>::min(), 0) == "-9223372036854775808");
  CHECK(written(wend_out_number, 2.5, 0) == "2.5");
  CHECK(written(wend_out_number, 1e300, 2).find('+') == std::string::npos);
  CHECK(written(wend_out_duration, 2 * wend::kMicrosPerDay, 0) == "2 days");
  CHECK(written(wend_out_time, int64_t{1'771'297'200'000'000}, 0) == "2026-02-17T03:00:00Z");
  CHECK(written(wend_out_date, int64_t{20'501}, 0) == "2026-02-17");
  CHECK(written(wend_out_weekday, int64_t{0}, 0) == "monday");
  CHECK(written(wend_out_weekday, int64_t{7}, 0).empty());
  CHECK(written(wend_out_bool, 1, 0) == "true");
  CHECK(written(wend_out_bool, 0, 1) == "false");
}
