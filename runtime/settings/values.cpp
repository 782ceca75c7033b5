// See values.h.
#include "runtime/settings/values.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <vector>

namespace wend {
namespace {

struct Unit { std::string_view one, many, also; uint64_t of_smallest; };   // `also`: read, never printed

constexpr Unit kDurations[] = {
    {"day", "days", "d", 86'400'000'000}, {"hour", "hours", "h", 3'600'000'000}, {"min", "min", "minute|minutes|m", 60'000'000},
    {"s", "s", "second|seconds", 1'000'000}, {"ms", "ms", "", 1'000}, {"us", "us", "", 1},
};
constexpr Unit kSizes[] = {
    {"TB", "TB", "", uint64_t{1} << 40}, {"GB", "GB", "", 1 << 30}, {"MB", "MB", "", 1 << 20}, {"KB", "KB", "", 1 << 10}, {"B", "B", "", 1},
};

bool is_among(std::string_view word, std::string_view names) {
  while (!names.empty()) {
    const size_t end = std::min(names.find('|'), names.size());
    if (names.substr(0, end) == word) return true;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

// A number, at most one space, a unit.
std::optional<uint64_t> read_quantity(std::string_view text, std::span<const Unit> units) {
  uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{}) return {};
  std::string_view word = text.substr(static_cast<size_t>(end - text.data()));
  if (!word.empty() && word[0] == ' ') word.remove_prefix(1);
  for (const Unit& unit : units) {
    if (word.empty() || (word != unit.one && word != unit.many && !is_among(word, unit.also))) continue;
    uint64_t whole = 0;
    if (__builtin_mul_overflow(number, unit.of_smallest, &whole)) return {};
    return whole;
  }
  return {};
}

std::string quantity_text(uint64_t number, std::span<const Unit> units) {
  const Unit* unit = &units.back();
  for (const Unit& candidate : units) {
    if (number == 0 ? candidate.many == "s" : number % candidate.of_smallest == 0) {
      unit = &candidate;
      break;
    }
  }
  number /= unit->of_smallest;
  return std::to_string(number) + " " + std::string(number == 1 ? unit->one : unit->many);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1), before, before_that;
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before_that = std::move(before);
    before = row;
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({before[j] + 1, row[j - 1] + 1, before[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before_that[j - 2] + 1);
    }
  }
  return row[b.size()];
}

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::optional<int64_t> read_duration(std::string_view text) {
  const std::optional<uint64_t> us = read_quantity(text, kDurations);
  if (!us || *us > INT64_MAX) return {};
  return static_cast<int64_t>(*us);
}

std::string duration_text(int64_t us) { return quantity_text(static_cast<uint64_t>(us), kDurations); }
std::optional<uint64_t> read_bytes(std::string_view text) { return read_quantity(text, kSizes); }
std::string bytes_text(uint64_t bytes) { return quantity_text(bytes, kSizes); }

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20 || byte == 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04X", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string shown(std::string_view text) {
  constexpr size_t kMost = 60;
  std::string out;
  for (const char c : text.substr(0, kMost)) {
    // Beyond ASCII there are controls, and what turns the direction of writing round; a name is recognised without.
    if (const auto byte = static_cast<unsigned char>(c); byte >= 0x20 && byte < 0x7f) out += c;
    else if (!continues_a_character(c)) out += '?';
  }
  return text.size() > kMost ? out + "…" : out;
}

std::string number_text(double number) {
  char text[32];
  const auto [end, failure] = std::to_chars(text, text + sizeof text, number);
  return std::string(text, end);
}

std::string nearest_key(std::string_view word, std::span<const std::string_view> known) {
  const size_t allowed = std::max<size_t>(1, word.size() / 3);
  std::string_view best;
  size_t least = allowed + 1;
  for (const std::string_view name : known) {
    if (word.empty() || word.size() > name.size() + allowed || name.size() > word.size() + allowed) continue;
    const size_t distance = edit_distance(word, name);
    if (distance < least && distance < name.size()) {
      best = name;
      least = distance;
    }
  }
  return std::string(best);
}

}  // namespace wend
