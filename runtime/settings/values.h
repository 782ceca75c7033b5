// Durations, sizes, and texts of TOML; and the name that is nearest to one that was mistyped.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wend {

// `30 s`, `5 min`, `2 ms`, `1 hour`, `30 days`: a whole number and a unit. Microseconds. Nothing: no duration, or one that is
// past the range.
std::optional<int64_t> read_duration(std::string_view text);
std::string duration_text(int64_t us);   // in the largest unit without a rest

// `64 MB`; 1 KB are 1,024 bytes.
std::optional<uint64_t> read_bytes(std::string_view text);
std::string bytes_text(uint64_t bytes);

// In quotes, with what cannot stand in them escaped.
std::string toml_text(std::string_view text);
// For a problem: at most 60 characters of it, with nothing that a terminal would obey.
std::string shown(std::string_view text);
std::string number_text(double number);

// Empty if none is near.
std::string nearest_key(std::string_view word, std::span<const std::string_view> known);

}  // namespace wend
