// strftime for templates.
#include <catch2/catch.hpp>

#include "runtime/abi/text_format.h"

using namespace wend;

namespace {

std::string shown(std::string_view format, int32_t year = 2026, int32_t month = 2, int32_t day = 7, int64_t hour = 9, int64_t minute = 5) {
  std::string out = ">";
  const int64_t time = hour * kMicrosPerHour + minute * kMicrosPerMinute + 3 * kMicrosPerSecond + 42'000;
  append_date_format(out, {days_from_civil(year, month, day), time}, format);
  return out.substr(1);
}

}  // namespace

TEST_CASE("dates and times by their conversions") {
  CHECK(shown("%Y-%m-%d %H:%M:%S.%L") == "2026-02-07 09:05:03.042");
  CHECK(shown("%e %k %l|%y|%j") == " 7  9  9|26|038");
  CHECK(shown("%-d/%-m %-H.%-M %-I%P") == "7/2 9.5 9am");
  CHECK(shown("%A %a %B %b %h") == "Saturday Sat February Feb Feb");
  CHECK(shown("%u %w") == "6 6");
  CHECK(shown("%u %w", 2026, 2, 8) == "7 0");
  CHECK(shown("%F %T %R %D %x %X") == "2026-02-07 09:05:03 09:05 02/07/26 02/07/26 09:05:03");
  CHECK(shown("%c") == "Sat Feb  7 09:05:03 2026");
  CHECK(shown("%r") == "09:05:03 AM");
}

TEST_CASE("hours of twelve") {
  CHECK(shown("%I %p", 2026, 1, 1, 0) == "12 AM");
  CHECK(shown("%I %p", 2026, 1, 1, 12) == "12 PM");
  CHECK(shown("%l %P", 2026, 1, 1, 13) == " 1 pm");
  CHECK(shown("%-l %p", 2026, 1, 1, 23) == "11 PM");
}

TEST_CASE("the day of the year counts leap days") {
  CHECK(shown("%j", 2024, 12, 31) == "366");
  CHECK(shown("%j", 2026, 12, 31) == "365");
  CHECK(shown("%j", 2026, 1, 1) == "001");
  CHECK(shown("%Y", 33, 1, 1) == "0033");
}

TEST_CASE("what is no conversion stands as written") {
  CHECK(shown("100%% of %") == "100% of %");
  CHECK(shown("%Q %-Q %-") == "%Q %-Q %-");
  CHECK(shown("%-") == "%-");
  CHECK(shown("") == "");
  CHECK(shown("\xC3\xA5 %d \xFF") == "\xC3\xA5 07 \xFF");
}

TEST_CASE("extreme days do no harm") {
  for (const int32_t day : {INT32_MIN, INT32_MAX}) {
    std::string out;
    append_date_format(out, {day, 0}, "%Y %y %B %A %j %c");
    CHECK_FALSE(out.empty());
  }
}
