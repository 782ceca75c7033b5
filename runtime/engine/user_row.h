// What is kept of a user in the store: who they are, and their state as codec.h packs it.
//
// Bytes: u16 format, u64 XXH3-64 of the rest, u64 version of the program, then numbers and texts as in a packed state (runtime/core/packing.h) up to
// a whole byte; the state last. A row says of a user who has joined another only whom.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace wend {

using UserId = uint64_t;                          // counted from 1 in the order of first sight
constexpr UserId kNoUser = 0;

struct UserRow {
  using Named = std::pair<uint32_t, std::string>;   // rank in Module::identities, text
  uint64_t version = 0;                             // that the state is of; not of one who joined
  UserId into = kNoUser;                            // set: joined that user, and the rest is empty
  Named name;                                       // the strongest identity, or the one had last
  std::vector<std::optional<std::string>> values;   // by rank: the present identity
  std::vector<std::optional<std::string>> told;     // by rank: the one the state knows
  std::vector<UserId> parts;                        // those that have joined
  std::string state;
};

std::string encode(const UserRow& row);
// False: these are no bytes of a row. They are not trusted.
bool decode(std::span<const uint8_t> bytes, size_t ranks, UserRow& row);
// The version alone; 0: joined, or these are no bytes of a row.
uint64_t version_of(std::span<const uint8_t> bytes);

}  // namespace wend
