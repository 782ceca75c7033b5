// Values from outside to typed values: strict, exact, and with words for what was wrong. Tested by
// tests/unit/ingest/convert_test.cpp.
//
//   kind         JSON                                   CSV cell
//   bool         true, false                            true false yes no 1 0, any case
//   int          a number without a fraction            the same digits
//   number       a number                               a number
//   percent      a number, as a share (0.1 is 10%)      the same, or `10%`
//   text …       a text                                 the cell
//   money        a number, major units, exact           the same
//   duration     a number, seconds (or milliseconds)    the same
//   time         an ISO 8601 text                       also epoch seconds, milliseconds, YYYYMMDD
//   date         "2026-01-31"                           also YYYYMMDD
//   time of day  "22:00", "22:00:30"                    the same
//   weekday      "monday"                               the same
//   timezone     an IANA name                           the same
//   one of       one of its words                       the same
//   list, set    an array, of objects for records       none
// Money and durations are read from their digits and rounded to the millionth, halves to even.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/abi/module.h"
#include "runtime/engine/arena.h"

namespace wend {

// A JSON value as far as conversions look at it.
struct RawValue {
  enum class Kind : uint8_t { null, boolean, integer, number, text, list, object } kind = Kind::null;
  bool truth = false;
  int64_t integer = 0;
  double number = 0;
  std::string_view text;     // of a text
  std::string_view digits;   // of a number with a fraction or exponent; filled in where needs_digits() asks for it
};

inline bool needs_digits(const ValueType& type) {
  return type.kind == ValueKind::money || type.kind == ValueKind::duration || type.kind == ValueKind::percent;
}

struct Conversion {
  const ValueType& type;
  bool in_milliseconds = false;   // durations
  const Zone& zone;               // for times that state none
  Arena& arena;                   // texts are kept there
};

// Neither takes null, a list or a set (convert_list, ndjson.cpp) or an empty cell for a value: that is the caller's.
bool convert_json(const RawValue& value, const Conversion& how, wend_slot& out);
bool convert_cell(std::string_view cell, const Conversion& how, wend_slot& out);

// "money", "one of free, premium": what stands behind "expected".
std::string expected_words(const ValueType& type);
// "the text \"abc\"", "3.5", "a list": what stands behind "found". Long texts are cut.
std::string found_words(const RawValue& value);
std::string found_words(std::string_view cell);

// When something happened. ISO 8601 (zone optional), or as a cell also epoch seconds, milliseconds or YYYYMMDD. Only
// 1970 to 2099: what lies outside is a mistake, and a clock that follows it would run for centuries.
enum class TimeFault : uint8_t { none, not_a_time, out_of_range };
TimeFault parse_time(std::string_view text, const Zone& zone, bool cell, int64_t& at_us);

// parse_time() of JSON, for texts that mostly lie on the day of the one before.
class TimeReader {
 public:
  TimeFault read(std::string_view text, const Zone& zone, int64_t& at_us);

 private:
  char day_[11] = {};     // "2026-02-17T"
  int64_t day_us_ = 0;
};

wend_slot text_slot(std::string_view text);
wend_slot integer_slot(int64_t value);
// A default of the program, as a slot; its text must outlive the events.
wend_slot owned_slot(const OwnedValue& value, ValueKind kind);

}  // namespace wend
