// Writes the lines. Everything in them is plain ASCII without quotes, so nothing needs escaping.
#include "examples/tidal_wave/segment.h"

#include <array>

#include <fmt/format.h>

#include "examples/tidal_wave/population.h"

namespace tidal_wave {

namespace {

constexpr std::array<const char*, kFirstNames> kNames = {
    "Alva", "Noah", "Elsa", "Liam", "Maja", "Hugo", "Vera", "Leo", "Ella", "Emil", "Mia", "Paul",
    "Lina", "Ben", "Clara", "Finn", "Amy", "Jack", "Grace", "Ryan", "Zoe", "Ken", "Yuki", "Hana"};
constexpr std::array<const char*, kGenres> kGenreNames = {"pop",  "rock", "jazz",    "folk",
                                                          "soul", "house", "classical", "metal"};
constexpr std::array<const char*, 3> kPlans = {"free", "premium", "family"};

std::string instant(int64_t ms) {
  const int64_t seconds = ms / 1000;
  const Date date = date_of(seconds / 86'400);
  const int64_t rest = seconds % 86'400;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", date.year, date.month, date.day, rest / 3600,
                     rest / 60 % 60, rest % 60, ms % 1000);
}

std::string track(const char* event, const std::string& properties) {
  return fmt::format(R"("type":"track","event":"{}","properties":{{{}}})", event, properties);
}

}  // namespace

// Howard Hinnant's published reckoning: eras of 400 years, years that begin in March.
int64_t day_of(const Date& date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = year / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

Date date_of(int64_t day) {
  const int64_t shifted = day + 719'468;
  const int64_t era = shifted / 146'097;
  const int64_t day_of_era = shifted - era * 146'097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;
  const int month_number = static_cast<int>(month < 10 ? month + 3 : month - 9);
  return {static_cast<int>(year_of_era + era * 400 + (month_number <= 2 ? 1 : 0)), month_number,
          static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1)};
}

std::string identify(const Person& person) {
  std::string traits = fmt::format(R"("email":"u{:05}@example.com")", person.number);
  if (person.named) traits += fmt::format(R"(,"first_name":"{}")", kNames[person.first_name]);
  traits += fmt::format(R"(,"country":"{}","language":"{}")", person.place->country, person.place->language);
  if (person.place->zone != nullptr) traits += fmt::format(R"(,"time_zone":"{}")", person.place->zone);
  traits += fmt::format(R"(,"plan":"{}","email_opt_in":{})", kPlans[person.plan], person.email_opt_in);
  if (person.push_opt_in) traits += fmt::format(R"(,"push_token":"token-{:05}","push_opt_in":true)", person.number);
  traits += fmt::format(R"(,"birth_date":"{:04}-{:02}-{:02}")", person.birth_year, person.birth_month, person.birth_day);
  return fmt::format(R"("type":"identify","traits":{{{}}})", traits);
}

std::string opted_out() { return R"("type":"identify","traits":{"email_opt_in":false})"; }

std::string play(uint32_t genre, uint32_t artist, uint32_t number, uint32_t seconds) {
  const char* name = kGenreNames[genre];
  return track("play", fmt::format(R"("track":"{}-{:02}-{:02}","artist":"{}-{:02}","genre":"{}","played":{})", name,
                                   artist, number, name, artist, name, seconds));
}

std::string add_to_cart(const Person& person, uint32_t cart, uint32_t cents) {
  return track("add_to_cart", fmt::format(R"("cart_id":"c{}-{}","total":{}.{:02})", person.number, cart, cents / 100,
                                          cents % 100));
}

std::string purchase(const Person& person, uint32_t cart, uint32_t cents) {
  return track("purchase", fmt::format(R"("cart_id":"c{}-{}","amount":{}.{:02})", person.number, cart, cents / 100,
                                       cents % 100));
}

std::string line(const Person& person, const Event& event, const std::string& what) {
  return fmt::format(R"({{"messageId":"m{}-{}","userId":"u{:05}","timestamp":"{}",{}}})", person.number, event.number,
                     person.number, instant(event.at_ms), what);
}

}  // namespace tidal_wave
