// The events of the service as lines in the shape of the Segment specification, and the little of the calendar that
// their timestamps need.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tidal_wave {

struct Place;
struct Event;

struct Date { int year; int month; int day; };
int64_t day_of(const Date& date);       // days since 1970-01-01
Date date_of(int64_t day);

constexpr uint32_t kFirstNames = 24;
constexpr uint32_t kGenres = 8;

struct Person {
  uint32_t number = 0;
  const Place* place = nullptr;
  bool named = true;                    // has told a first name
  uint32_t first_name = 0;
  uint32_t plan = 0;                    // free, premium, family
  bool email_opt_in = false;
  bool push_opt_in = false;
  int birth_year = 1990, birth_month = 1, birth_day = 1;
  std::vector<uint32_t> taste;          // weights, one a genre
};

// The part of a line that says what happened.
std::string identify(const Person& person);
std::string opted_out();
std::string play(uint32_t genre, uint32_t artist, uint32_t track, uint32_t seconds);
std::string add_to_cart(const Person& person, uint32_t cart, uint32_t cents);
std::string purchase(const Person& person, uint32_t cart, uint32_t cents);

// The whole line: who, when, and a message id that no other event has.
std::string line(const Person& person, const Event& event, const std::string& what);

}  // namespace tidal_wave
