// Numbers, money and durations as text.
#include <catch2/catch.hpp>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "runtime/abi/text_format.h"

using namespace wend;

namespace {

template <class Append, class... Args>
std::string text(Append append, Args... args) {
  std::string out = ">";
  append(out, args...);
  return out.substr(1);
}
std::string number(double value) { return text(append_number, value); }
std::string money(int64_t micros) { return text(append_money, micros); }
std::string decimal(int64_t micros) { return text(append_decimal, micros); }
std::string duration(int64_t micros) { return text(append_duration, micros); }

}  // namespace

TEST_CASE("integers") {
  CHECK(text(append_int, int64_t{0}) == "0");
  CHECK(text(append_int, INT64_MIN) == "-9223372036854775808");
  CHECK(text(append_int, INT64_MAX) == "9223372036854775807");
}

TEST_CASE("numbers are the shortest text that reads back the same, without exponents where people look") {
  CHECK(number(0.0) == "0");
  CHECK(number(-0.0) == "0");
  CHECK(number(1.0) == "1");
  CHECK(number(-2.5) == "-2.5");
  CHECK(number(0.1) == "0.1");
  CHECK(number(0.1 + 0.2) == "0.30000000000000004");
  CHECK(number(1.0 / 3) == "0.3333333333333333");
  CHECK(number(1e-6) == "0.000001");
  CHECK(number(-0.00000123) == "-0.00000123");
  CHECK(number(100000) == "100000");
  CHECK(number(123456789012345.0) == "123456789012345");
  CHECK(number(999999999999999.0) == "999999999999999");
  CHECK(number(1e15) == "1e+15");
  CHECK(number(9.9e-7) == "9.9e-07");
  CHECK(number(1e300) == "1e+300");
}

TEST_CASE("what is no number is written as zero") {
  CHECK(number(std::numeric_limits<double>::infinity()) == "0");
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "0");
}

TEST_CASE("every number reads back") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (i % 2 == 0) value = std::ldexp(static_cast<double>(bits >> 11), static_cast<int>(bits % 80) - 90);
    if (!std::isfinite(value)) continue;
    const std::string written = number(value);
    double back = 0;
    const auto end = std::from_chars(written.data(), written.data() + written.size(), back).ptr;
    REQUIRE(end == written.data() + written.size());
    REQUIRE(back == value);
    const bool plain = std::fabs(value) >= 1e-6 && std::fabs(value) < 1e15;
    if (plain) REQUIRE(written.find('e') == std::string::npos);
  }
}

TEST_CASE("money for people has two places or more") {
  CHECK(money(49'900'000) == "49.90");
  CHECK(money(12'000'000) == "12.00");
  CHECK(money(125'000) == "0.125");
  CHECK(money(1) == "0.000001");
  CHECK(money(0) == "0.00");
  CHECK(money(-49'900'000) == "-49.90");
  CHECK(money(-500'000) == "-0.50");
  CHECK(money(INT64_MIN) == "-9223372036854.775808");
}

TEST_CASE("decimals are exact and end without zeros") {
  CHECK(decimal(49'900'000) == "49.9");
  CHECK(decimal(12'000'000) == "12");
  CHECK(decimal(0) == "0");
  CHECK(decimal(-1) == "-0.000001");
  CHECK(decimal(100'000'000) == "100");
  CHECK(decimal(INT64_MAX) == "9223372036854.775807");
  CHECK(text(append_seconds, int64_t{90'500'000}) == "90.5");
}

TEST_CASE("durations name their units") {
  constexpr int64_t second = 1'000'000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
  CHECK(duration(2 * day) == "2 days");
  CHECK(duration(day) == "1 day");
  CHECK(duration(hour + 30 * minute) == "1 hour 30 minutes");
  CHECK(duration(14 * day + minute) == "14 days 1 minute");
  CHECK(duration(0) == "0 seconds");
  CHECK(duration(second) == "1 second");
  CHECK(duration(minute + 1'500'000) == "1 minute 1.5 seconds");
  CHECK(duration(500'000) == "0.5 seconds");
  CHECK(duration(-2 * hour) == "-2 hours");
  CHECK(duration(INT64_MIN) == "-106751991 days 4 hours 54.775808 seconds");
}

TEST_CASE("rounding takes halves away from zero, as they are written") {
  CHECK(round_to(2.5, 0) == 3);
  CHECK(round_to(-2.5, 0) == -3);
  CHECK(round_to(2.4999, 0) == 2);
  CHECK(round_to(1.005, 2) == 1.01);
  CHECK(round_to(2.675, 2) == 2.68);
  CHECK(round_to(-2.675, 2) == -2.68);
  CHECK(round_to(9.999, 2) == 10);
  CHECK(round_to(999.5, 0) == 1000);
  CHECK(round_to(0.1 + 0.2, 15) == 0.3);
  CHECK(round_to(5, 2) == 5);
  CHECK(round_to(1e300, 2) == 1e300);
  CHECK(round_to(1e-300, 2) == 0);
  CHECK_FALSE(std::signbit(round_to(-0.2, 0)));
  CHECK(round_to(1.25, -3) == 1);
  CHECK(round_to(1.23456789, 1'000) == 1.23456789);
  CHECK(round_to(std::numeric_limits<double>::quiet_NaN(), 2) == 0);
  CHECK(round_to(std::numeric_limits<double>::denorm_min(), 15) == 0);
  CHECK(round_to(-std::numeric_limits<double>::max(), 15) == -std::numeric_limits<double>::max());
}
