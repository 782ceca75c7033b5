// Shares and orders come from hashes of names, so that they are the same on every machine and for ever.
#include "compiler/cli/test_selection.h"

#include <xxhash.h>

#include <algorithm>
#include <charconv>

namespace wend::cli {

namespace {
constexpr uint32_t kShardsMax = 10'000;

uint64_t hash_of(uint64_t seed, std::string_view name) { return XXH3_64bits_withSeed(name.data(), name.size(), seed); }

bool is_file(std::string_view file, std::string_view typed) {
  return file == typed || (file.size() > typed.size() && file.ends_with(typed) && file[file.size() - typed.size() - 1] == '/');
}
}  // namespace

std::optional<uint64_t> number_of(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

bool TestFilter::takes(const HostTest& test) const {
  if (line > 0 && is_file(test.file, file) && test.line <= line && line <= test.end_line) return true;
  return test.name.find(text) != std::string::npos || test.file.find(text) != std::string::npos;
}

std::optional<std::pair<std::string, uint32_t>> file_and_line(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::optional<uint64_t> line = number_of(text.substr(colon + 1));
  if (!line || *line == 0 || *line > UINT32_MAX) return std::nullopt;
  return std::pair(std::string(text.substr(0, colon)), static_cast<uint32_t>(*line));
}

std::optional<Shard> shard_of(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<uint64_t> number = number_of(text.substr(0, slash)), of = number_of(text.substr(slash + 1));
  if (!number || !of || *number == 0 || *number > *of || *of > kShardsMax) return std::nullopt;
  return Shard{static_cast<uint32_t>(*number), static_cast<uint32_t>(*of)};
}

bool is_in(const Shard& shard, std::string_view test_name) { return hash_of(0, test_name) % shard.of == shard.number - 1; }

void shuffle(std::vector<const HostTest*>& tests, uint64_t seed) {
  std::sort(tests.begin(), tests.end(), [seed](const HostTest* a, const HostTest* b) {
    const uint64_t x = hash_of(seed, a->name), y = hash_of(seed, b->name);
    return x != y ? x < y : a->name < b->name;
  });
}

}  // namespace wend::cli
