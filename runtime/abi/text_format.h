// Values as text: for templates, decision lines and snapshots. Pure functions that append to a string; none of them
// reads a locale, a clock or a zone. Tested by tests/unit/text_format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/abi/zones.h"

namespace wend {

// ---- numbers
void append_int(std::string& out, int64_t value);
// Shortest text that reads back as the same double; without an exponent for magnitudes in [1e-6, 1e15); -0 is "0".
// The value is finite (no Wend number is anything else); what is not is written as "0".
void append_number(std::string& out, double value);

// ---- money: micros are millionths of the major unit
void append_money(std::string& out, int64_t micros);       // for people: "49.90", "12.00", "0.125"
void append_decimal(std::string& out, int64_t micros);     // exact, no zeros behind: "49.9", "12", "0.125"

// ---- durations
void append_duration(std::string& out, int64_t micros);    // for people: "2 days", "1 hour 30 minutes", "0 seconds"
inline void append_seconds(std::string& out, int64_t micros) { append_decimal(out, micros); }  // for JSON

// ---- JSON and HTML
// A JSON string with its quotes. Control characters are escaped, ill-formed bytes become U+FFFD, all else is kept.
void append_json_string(std::string& out, std::string_view text);
// & < > " ' become entities.
void append_html(std::string& out, std::string_view text);

// ---- Liquid filters
// Simple case mapping (one scalar to one) of Latin-1, Latin Extended-A, Greek and Cyrillic; other scripts unchanged.
uint32_t upper_scalar(uint32_t scalar);
uint32_t lower_scalar(uint32_t scalar);
void append_upcase(std::string& out, std::string_view text);
void append_downcase(std::string& out, std::string_view text);
void append_capitalize(std::string& out, std::string_view text);  // first scalar upper, the rest lower

// To `digits` decimal places (0..15, clamped), halves away from zero.
double round_to(double value, int64_t digits);

// strftime's %Y %y %m %d %e %j %H %k %I %l %M %S %L %u %w %p %P %B %b %h %A %a %F %T %X %R %r %D %x %c %% and the
// flag `-` (no padding), with English names. Any other conversion is written as it stands. A date is the local time
// at its midnight.
void append_date_format(std::string& out, const LocalTime& local, std::string_view format);

}  // namespace wend
