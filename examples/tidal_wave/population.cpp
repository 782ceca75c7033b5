// How a listener lives: habits change from day to day, days have their hours, and plays follow taste.
#include "examples/tidal_wave/population.h"

#include <algorithm>
#include <array>

#include "examples/tidal_wave/segment.h"

namespace tidal_wave {

namespace {

constexpr int64_t kDaySeconds = 86'400;

const std::vector<Place>& places() {
  static const std::vector<Place> all = {
      {"SE", "Europe/Stockholm", "sv", 60, SummerTime::europe, 40},
      {"DE", "Europe/Berlin", "de", 60, SummerTime::europe, 20},
      {"GB", "Europe/London", "en", 0, SummerTime::europe, 16},
      {"US", "America/New_York", "en", -300, SummerTime::america, 14},
      {"JP", "Asia/Tokyo", "en", 540, SummerTime::none, 6},
      {"SE", nullptr, "sv", 60, SummerTime::europe, 4},
  };
  return all;
}

// Of a week of days since 1970: 0 is Monday (1970-01-01 was a Thursday).
int weekday_of(int64_t day) { return static_cast<int>(((day + 3) % 7 + 7) % 7); }

// The day number of the `nth` Sunday of a month (nth 0: the last one), from the month's first and last day.
int64_t sunday(int64_t first, int64_t last, int nth) {
  if (nth == 0) return last - (weekday_of(last) + 1) % 7;
  return first + (6 - weekday_of(first)) + 7 * (nth - 1);
}

// How somebody listens just now. Most stay as they are from one day to the next.
enum class Habit : uint8_t { core, slowing, casual, gone };

Habit next_habit(Chance& chance, Habit habit) {
  const uint32_t turn = chance.below(1'000'000);
  switch (habit) {
    case Habit::core: return turn < 9'000 ? Habit::slowing : Habit::core;
    case Habit::slowing: return turn < 25'000 ? Habit::core : turn < 60'000 ? Habit::casual : Habit::slowing;
    case Habit::casual: return turn < 8'000 ? Habit::core : turn < 20'000 ? Habit::gone : Habit::casual;
    case Habit::gone: return turn < 3'000 ? Habit::core : turn < 9'000 ? Habit::casual : Habit::gone;
  }
  return habit;
}

// In a million: that there is any play on a day.
uint32_t listens(Habit habit, bool weekend) {
  switch (habit) {
    case Habit::core: return weekend ? 700'000 : 820'000;
    case Habit::slowing: return weekend ? 300'000 : 220'000;
    case Habit::casual: return weekend ? 260'000 : 130'000;
    case Habit::gone: return 2'000;
  }
  return 0;
}

// Commutes and evenings on weekdays; late mornings and longer evenings at the weekend.
const std::vector<uint32_t>& hours(bool weekend) {
  static const std::vector<uint32_t> weekday = {2, 1, 1, 1, 1, 3, 10, 24, 22, 10, 8, 8,
                                                10, 8, 8, 10, 16, 24, 22, 24, 30, 28, 16, 6};
  static const std::vector<uint32_t> free_day = {8, 5, 3, 1, 1, 1, 2, 5, 10, 16, 22, 24,
                                                 22, 20, 18, 18, 18, 20, 24, 28, 30, 28, 22, 14};
  return weekend ? free_day : weekday;
}

// One listener, with what changes about them.
struct Listener {
  const Request& request;
  uint32_t user;
  Chance chance;
  Person person;
  Habit habit = Habit::core;
  int64_t joined_day = 0;       // first day with the service
  uint32_t carts = 0;
  std::vector<Event> events;

  void say(int64_t at_ms, std::string json_body) {
    Event event{at_ms, user, static_cast<uint32_t>(events.size()), ""};
    event.json = line(person, event, json_body);
    events.push_back(std::move(event));
  }
};

Person make_person(Chance& chance, uint32_t user) {
  static const std::vector<uint32_t> weights = [] {
    std::vector<uint32_t> result;
    for (const Place& place : places()) result.push_back(place.weight);
    return result;
  }();
  Person person;
  person.number = user;
  person.place = &places()[chance.pick(weights)];
  person.named = chance.hits(850'000);
  person.first_name = chance.below(kFirstNames);
  person.plan = static_cast<uint32_t>(chance.pick({40, 45, 15}));
  person.email_opt_in = chance.hits(650'000);
  person.push_opt_in = chance.hits(600'000);
  person.birth_year = 1955 + static_cast<int>(chance.below(53));
  person.birth_month = 1 + static_cast<int>(chance.below(12));
  person.birth_day = 1 + static_cast<int>(chance.below(28));
  for (uint32_t genre = 0; genre < kGenres; ++genre) person.taste.push_back(1 + chance.below(4));
  person.taste[chance.below(kGenres)] += 60;
  person.taste[chance.below(kGenres)] += 25;
  return person;
}

// An instant of a local day, by the clock of the listener's place.
int64_t at_local(const Listener& listener, int64_t day, int64_t second_of_day) {
  const int64_t local = day * kDaySeconds + second_of_day;
  const int64_t guess = local - listener.person.place->standard_minutes * 60;
  return local - offset_minutes(*listener.person.place, guess) * 60;
}

void shop(Listener& listener, int64_t at_ms) {
  Chance& chance = listener.chance;
  const uint32_t cents = 990 + 500 * chance.below(12);
  const uint32_t cart = ++listener.carts;
  listener.say(at_ms, add_to_cart(listener.person, cart, cents));
  if (chance.hits(600'000)) {
    listener.say(at_ms + 1000 * (300 + chance.below(2400)), purchase(listener.person, cart, cents));
  }
}

// A sitting: some tracks one after the other; now and then something is put in the cart, or mail is turned off.
void sit(Listener& listener, int64_t at_ms) {
  Chance& chance = listener.chance;
  const uint32_t tracks = 1 + chance.below(listener.habit == Habit::core ? 7 : 4);
  for (uint32_t track = 0; track < tracks; ++track) {
    const bool skipped = chance.hits(150'000);
    const uint32_t seconds = skipped ? 3 + chance.below(26) : 120 + chance.below(180);
    const auto genre = static_cast<uint32_t>(chance.pick(listener.person.taste));
    const uint32_t artist = chance.below(40);
    const uint32_t number = chance.below(12);
    listener.say(at_ms, play(genre, artist, number, seconds));
    at_ms += 1000 * (seconds + chance.below(20));
  }
  if (chance.hits(12'000)) shop(listener, at_ms);
  if (listener.person.email_opt_in && chance.hits(400)) {
    listener.person.email_opt_in = false;
    listener.say(at_ms + 60'000, opted_out());
  }
}

void spend_day(Listener& listener, int64_t day) {
  Chance& chance = listener.chance;
  const bool weekend = weekday_of(day) >= 5;
  listener.habit = next_habit(chance, listener.habit);
  if (!chance.hits(listens(listener.habit, weekend))) return;
  const uint32_t sittings = 1 + (listener.habit == Habit::core ? chance.below(3) : 0);
  for (uint32_t sitting = 0; sitting < sittings; ++sitting) {
    const auto hour = static_cast<int64_t>(chance.pick(hours(weekend)));
    const int64_t at = at_local(listener, day, hour * 3600 + chance.below(3600));
    if (at < listener.request.start_day * kDaySeconds) continue;
    sit(listener, at * 1000 + chance.below(1000));
  }
}

// Four in five are there from the first day on; the others join some day later.
int64_t join(Listener& listener) {
  Chance& chance = listener.chance;
  const Request& request = listener.request;
  const bool old_hand = chance.hits(800'000);
  listener.joined_day = request.start_day + (old_hand ? 0 : chance.below(request.days));
  listener.habit = static_cast<Habit>(chance.pick(old_hand ? std::vector<uint32_t>{45, 10, 30, 15}
                                                           : std::vector<uint32_t>{55, 0, 45, 0}));
  // In the morning of that day, UTC.
  return (listener.joined_day * kDaySeconds + 9 * 3600 + chance.below(3600)) * 1000;
}

}  // namespace

uint64_t Chance::next() {
  state_ += 0x9e3779b97f4a7c15u;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

size_t Chance::pick(const std::vector<uint32_t>& weights) {
  uint32_t sum = 0;
  for (uint32_t weight : weights) sum += weight;
  uint32_t left = below(sum);
  size_t index = 0;
  while (left >= weights[index]) left -= weights[index++];
  return index;
}

int offset_minutes(const Place& place, int64_t utc_seconds) {
  if (place.summer == SummerTime::none) return place.standard_minutes;
  const int64_t day = utc_seconds / kDaySeconds;
  const Date date = date_of(day);
  const bool europe = place.summer == SummerTime::europe;
  const int64_t march = day_of({date.year, 3, 1});
  const int64_t autumn = day_of({date.year, europe ? 10 : 11, 1});
  // Europe changes at 01:00 UTC on the last Sundays of March and October, America at 02:00 by its own clock on the
  // second Sunday of March and the first of November.
  const int64_t begins = europe ? sunday(march, march + 30, 0) * kDaySeconds + 3600
                                : sunday(march, march + 30, 2) * kDaySeconds + 7200 - place.standard_minutes * 60;
  const int64_t ends = europe ? sunday(autumn, autumn + 30, 0) * kDaySeconds + 3600
                              : sunday(autumn, autumn + 29, 1) * kDaySeconds + 3600 - place.standard_minutes * 60;
  return place.standard_minutes + (utc_seconds >= begins && utc_seconds < ends ? 60 : 0);
}

std::vector<Event> live(const Request& request, uint32_t user) {
  Chance mixed(request.seed * 0x2545f4914f6cdd1du + user);
  Listener listener{request, user, Chance(mixed.next()), {}};
  listener.person = make_person(listener.chance, user);
  const int64_t joined_ms = join(listener);
  listener.say(joined_ms, identify(listener.person));
  for (int64_t day = listener.joined_day; day < request.start_day + request.days; ++day) spend_day(listener, day);
  // Nobody is heard before they have said who they are.
  auto& events = listener.events;
  events.erase(std::remove_if(events.begin(), events.end(), [&](const Event& e) { return e.at_ms < joined_ms; }),
               events.end());
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return a.at_ms != b.at_ms ? a.at_ms < b.at_ms : a.number < b.number;
  });
  return std::move(events);
}

}  // namespace tidal_wave
