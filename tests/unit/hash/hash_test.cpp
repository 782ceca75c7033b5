// Chance and message ids against values computed with other implementations (Python's xxhash, hmac and hashlib).
#include <catch2/catch.hpp>

#include <array>
#include <numeric>

#include "runtime/abi/hash.h"

using namespace wend;

namespace {

struct Vector {
  std::string name, salt, unit;
  uint32_t bucket;
};

std::array<uint8_t, 32> counting_key() {
  std::array<uint8_t, 32> key{};
  std::iota(key.begin(), key.end(), uint8_t{0});
  return key;
}

}  // namespace

TEST_CASE("chance gives the published buckets, for texts of every length class of the hash") {
  const Vector vectors[] = {
      {"hold out", "", "user-1", 753857},
      {"hold out", "", "user-2", 796507},
      {"offer_depth", "", "user", 207818},
      {"offer_depth", "2026", "user", 994142},
      {"crm", "", "\xC3\xA5\xF0\x9F\x8E\xB5", 978961},
      {"", "", "", 180417},
      {"win_back/try", "", "9f8e7d6c-5b4a-4938-a7b6-c5d4e3f2a1b0", 829955},
      {"offer_depth", "s", std::string(120, 'u'), 653004},
      {"offer_depth", "s", std::string(200, 'u'), 909840},
      {"offer_depth", "s", std::string(300, 'u'), 555321},
  };
  for (const Vector& v : vectors) {
    INFO(v.name << " " << v.unit);
    CHECK(chance_bucket(v.name, v.salt, v.unit) == v.bucket);
  }
}

TEST_CASE("of a hundred thousand users, 1,944 fall under a hold-out of 2%") {
  size_t held = 0;
  for (int i = 0; i < 100'000; ++i) {
    const uint32_t bucket = chance_bucket("hold out", "", "user-" + std::to_string(i));
    REQUIRE(bucket < kChanceBuckets);
    if (bucket < 20'000) ++held;
  }
  CHECK(held == 1944);
}

TEST_CASE("name, salt and unit are kept apart") {
  CHECK(chance_bucket("ab", "", "c") != chance_bucket("a", "b", "c"));
  CHECK(chance_bucket("a", "b", "c") != chance_bucket("a", "bc", ""));
}

TEST_CASE("message ids are the first half of HMAC-SHA-256 in hex") {
  const auto key = counting_key();
  CHECK(message_id(key, {"user", "win_back", "nudge", "weekly_mix"}) == "f37283bd4b7ebbafeb0ba6b02a8ecb2b");
  CHECK(message_id(key, {"user"}) == "c93b174bdf2da6312c6f7efecc921c43");
  CHECK(message_id(key, {}) == "d38b42096d80f45f826b44a9d5607de7");
  CHECK(message_id(key, {"\xC3\xA5", ""}) == "d9b609a727156ecb4b4c859db1cd2520");
  CHECK(message_id(key, {"a", "b"}) == "8a9b4cf1439447b5d6d87df120969a98");
  CHECK(message_id(key, {"ab", ""}) == "ee7bb7a611626b2d8d8d3809eb5327ea");
  CHECK(message_id(std::array<uint8_t, 32>{}, {std::string(5000, 'x')}) == "7a426eb09c337cf8711e8b3f6f003f99");
}
