// Which tests are meant: by name, by file and line, a share of them, in which order. Tested by tests/unit/cli.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/hosts/test_host.h"

namespace wend::cli {

// `shop/tests.wend:12` as it was typed, and with the file as the project knows it.
struct TestFilter {
  std::string text;                     // empty: all
  std::string file;                     // of a place; empty: none was typed
  uint32_t line = 0;

  // Part of the test's name or of its file's; or a place in one of the lines from its first to its last.
  bool takes(const HostTest& test) const;
};

// FILE:LINE in two, where the text is of that form.
std::optional<std::pair<std::string, uint32_t>> file_and_line(std::string_view text);

// One of `of` shares. A test is in exactly one, by its name alone: others that come or go do not move it.
struct Shard { uint32_t number = 1, of = 1; };
std::optional<Shard> shard_of(std::string_view text);   // "2/3"; nothing: it is none
bool is_in(const Shard& shard, std::string_view test_name);

// In an order that only the seed and the names decide.
void shuffle(std::vector<const HostTest*>& tests, uint64_t seed);

std::optional<uint64_t> number_of(std::string_view text);   // decimal digits and nothing else

}  // namespace wend::cli
