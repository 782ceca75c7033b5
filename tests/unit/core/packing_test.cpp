// Numbers, instants, amounts and texts in as few bits as they need: what is written is read, in one spelling and no other.
#include <catch2/catch.hpp>

#include <limits>
#include <set>
#include <vector>

#include <xxhash.h>

#include "runtime/core/packing.h"
#include "runtime/core/zone_codes.h"
#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {

constexpr uint64_t kTextCode = 0xb1d21b8ff02a0a49;   // XXH3-64 of all texts of two bytes

std::span<const uint8_t> view(const std::string& bytes) { return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}; }

// How many bits it took, and that reading gives it back and nothing is left.
template <class Write, class Read, class Value>
size_t bits_of(Write write, Read read, const Value& value) {
  std::string bytes;
  PackWriter out(bytes);
  write(out, value);
  const size_t size = out.size();
  out.finish();
  REQUIRE(bytes.size() == (size + 7) / 8);
  PackReader in(view(bytes));
  REQUIRE(read(in) == value);
  REQUIRE(in.at_end());
  return size;
}

template <class Write, class Read>
bool refused(Write write, Read read) {
  std::string bytes;
  PackWriter out(bytes);
  write(out);
  out.finish();
  PackReader in(view(bytes));
  read(in);
  return !in.good();
}

size_t text_bits(const std::string& text) {
  return bits_of([](PackWriter& out, const std::string& value) { write_text(out, value); },
                 [&](PackReader& in) {
                   std::vector<char> room(text.size() + 1);
                   return std::string(room.data(), read_text(in, room.data(), text.size()));
                 },
                 text);
}

}  // namespace

TEST_CASE("a number takes the fewer bits the smaller it is, and any number can be written") {
  const auto size = [](uint64_t value, unsigned order) {
    return bits_of([&](PackWriter& out, uint64_t it) { out.number(it, order); }, [&](PackReader& in) { return in.number(order); }, value);
  };
  CHECK(size(0, 0) == 1);
  CHECK(size(2, 0) == 3);
  CHECK(size(3, 2) == 3);
  CHECK(size(4, 2) == 5);
  CHECK(size(1u << 18, 18) == 21);
  for (unsigned order : {0u, 1u, 2u, 4u, 18u, 28u, 36u, 50u})
    for (int bit = 0; bit < 64; ++bit)
      for (const uint64_t near : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}}) size((uint64_t{1} << bit) + near, order);
  for (unsigned order : {0u, 1u, 36u}) size(~uint64_t{0}, order);
}

TEST_CASE("numbers of a column are written by what those before were") {
  std::string bytes;
  PackWriter out(bytes);
  Column column(0);
  std::vector<size_t> sizes;
  for (int i = 0; i < 20; ++i) {
    const size_t before = out.size();
    out.number(1000, column);
    sizes.push_back(out.size() - before);
  }
  out.number(~uint64_t{0}, column);
  out.number(7, column);
  out.finish();
  CHECK(sizes.front() == 19);
  CHECK(sizes.back() == 12);
  PackReader in(view(bytes));
  Column read(0);
  for (int i = 0; i < 20; ++i) CHECK(in.number(read) == 1000);
  CHECK(in.number(read) == ~uint64_t{0});
  CHECK(in.number(read) == 7);
  CHECK(in.at_end());
}

TEST_CASE("bits come back as they were written, wherever they begin") {
  for (unsigned shift = 0; shift < 64; ++shift) {
    std::string bytes;
    PackWriter out(bytes);
    out.bits(~uint64_t{0}, shift);
    out.bits(0x0123456789abcdef, 64);
    out.bits(5, 3);
    for (int i = 0; i < 100; ++i) out.bits(static_cast<uint64_t>(i), 40);   // more than the writer keeps
    out.finish();
    PackReader in(view(bytes));
    CHECK(in.bits(shift) == low_bits(~uint64_t{0}, shift));
    CHECK(in.bits(64) == 0x0123456789abcdef);
    CHECK(in.bits(3) == 5);
    for (int i = 0; i < 100; ++i) REQUIRE(in.bits(40) == static_cast<uint64_t>(i));
    CHECK(in.at_end());
  }
}

TEST_CASE("reading ends with the bytes") {
  const auto nothing = [](PackWriter&) {};
  CHECK(refused(nothing, [](PackReader& in) { in.bits(1); }));
  CHECK(refused(nothing, [](PackReader& in) { in.bits(64); }));
  CHECK(refused(nothing, [](PackReader& in) { in.number(0); }));
  CHECK(refused(nothing, [](PackReader& in) { in.behind(0); }));
  CHECK(refused(nothing, [](PackReader& in) { in.shared_text(); }));
  CHECK(refused([](PackWriter& out) { for (int i = 0; i < 9; ++i) out.bits(0, 64); }, [](PackReader& in) { in.number(3); }));
  CHECK(refused([](PackWriter& out) { out.bits(5, 3); }, [](PackReader& in) { in.index(5); }));
  CHECK(refused([](PackWriter& out) { out.number(9, 0); }, [](PackReader& in) { in.count(8, 0); }));
  CHECK(refused([](PackWriter& out) { out.number(1000, 0); }, [](PackReader& in) { in.count(1u << 20, 0); }));   // more than there are bits
  std::string bytes;
  PackWriter out(bytes);
  out.bits(9, 4);
  out.finish();
  PackReader in(view(bytes));
  in.bits(3);
  CHECK_FALSE(in.at_end());   // a bit is left
  const std::string with_zeros = bytes + '\0';
  PackReader longer(view(with_zeros));
  longer.bits(4);
  CHECK_FALSE(longer.at_end());
}

TEST_CASE("an instant is the distance from one near it, in the coarsest unit that is exact") {
  const int64_t now = time_of("2026-01-15T12:00");
  const auto size = [&](int64_t instant, bool ahead) {
    return bits_of([&](PackWriter& out, int64_t it) { ahead ? out.ahead(it, now) : out.behind(it, now); },
                   [&](PackReader& in) { return ahead ? in.ahead(now) : in.behind(now); }, instant);
  };
  CHECK(size(now, true) == 2);
  CHECK(size(WEND_NEVER, false) == 5);
  CHECK(size(WEND_FOREVER, true) == 5);
  CHECK(size(now - 15 * kDay, false) == 8);
  CHECK(size(now - 40 * kDay - kHour, false) == 18);
  CHECK(size(now - kDay - 1'000'000, false) == 21);
  CHECK(size(now - 30 * kDay - 1'000, false) == 38);
  CHECK(size(now + 1, false) == 43);   // the other way round
  for (const int64_t way : {int64_t{1}, int64_t{1'000}, 3 * kHour, 90 * kDay, 90 * kDay + 1, int64_t{1} << 58})
    for (const bool ahead : {false, true}) {
      size(now + way, ahead);
      size(now - way, ahead);
    }
  const auto hours = [](uint64_t number) {
    return [=](PackWriter& out) {
      out.bits(kTagCodes[Distance::hours].bits, kTagCodes[Distance::hours].size);
      out.number(number - 1, Distance::kOrders[Distance::hours]);
    };
  };
  CHECK_FALSE(refused(hours(23), [&](PackReader& in) { in.behind(now); }));
  CHECK(refused(hours(24), [&](PackReader& in) { in.behind(now); }));            // of 24 hours is a day made
  CHECK(refused(hours(uint64_t{1} << 40), [&](PackReader& in) { in.behind(now); }));
  CHECK(refused([](PackWriter& out) { out.ahead(WEND_NEVER, 0); }, [](PackReader& in) { in.true_ahead(0); }));
  for (const int64_t far : {int64_t{1} << 60, -(int64_t{1} << 61), INT64_MAX - 1, INT64_MIN + 1, WEND_FOREVER, WEND_NEVER}) {   // as a value may lie
    bits_of([&](PackWriter& out, int64_t it) { out.behind(it, now); }, [&](PackReader& in) { return in.any_behind(now); }, far);
    if (far != WEND_FOREVER && far != WEND_NEVER) CHECK(refused([&](PackWriter& out) { out.behind(far, now); }, [&](PackReader& in) { in.behind(now); }));
  }
}

TEST_CASE("an instant behind others takes the unit of the one before, one far from all its bits and no more") {
  const int64_t now = time_of("2026-01-15T12:00");
  std::string bytes;
  PackWriter out(bytes);
  Distance::Tag tag = Distance::seconds;
  const std::vector<int64_t> all = {now + 1'000'000, now + 5'000'000, now + 5'000'000, now + 6'000'001};
  int64_t before = now;
  for (const int64_t one : all) {
    out.next(one, before, tag);
    before = one;
  }
  out.far(now, 0);
  out.far(0, 0);
  out.finish();
  PackReader in(view(bytes));
  tag = Distance::seconds;
  before = now;
  for (const int64_t one : all) {
    CHECK(in.true_next(before, tag) == one);
    before = one;
  }
  CHECK(in.true_far(0) == now);
  CHECK(in.true_far(0) == 0);
  CHECK(in.at_end());
  CHECK(refused([](PackWriter& writer) { writer.flag(false); writer.bits(0b10, 2); writer.number(4, 18); },
                [](PackReader& reader) { Distance::Tag same = Distance::seconds; reader.true_next(0, same); }));
  CHECK(refused([](PackWriter& writer) { writer.bits(0b10, 2); writer.bits(0, 6); }, [](PackReader& reader) { reader.true_far(0); }));
}

TEST_CASE("amounts and numbers have one spelling each") {
  const auto amount = [](int64_t value) {
    return bits_of([](PackWriter& out, int64_t it) { out.amount(it); }, [](PackReader& in) { return in.amount(); }, value);
  };
  CHECK(amount(0) == 9);
  CHECK(amount(24'000'000) == 9);
  for (const int64_t value : {int64_t{24'900'000}, int64_t{-1}, INT64_MAX, INT64_MIN, int64_t{7'000}}) amount(value);
  const auto real = [](double value) {
    return bits_of([](PackWriter& out, double it) { out.real(it); }, [](PackReader& in) { return in.real(); }, value);
  };
  CHECK(real(2) == 6);
  CHECK(real(2.5) == 65);
  CHECK(real(1e300) == 65);
  for (const double value : {-1.0, 0.0, 9007199254740992.0, -9007199254740992.0, 1e-300}) real(value);
  CHECK(real(-0.0) == 65);
  CHECK(refused([](PackWriter& out) { out.bits(0, 2); out.number(0, kAmountOrder); }, [](PackReader& in) { in.amount(); }));   // nothing is a whole million
  CHECK(refused([](PackWriter& out) { out.bits(3, 2); out.number(~uint64_t{0}, kAmountOrder); }, [](PackReader& in) { in.amount(); }));
  CHECK(refused([](PackWriter& out) { out.flag(false); out.bits(std::bit_cast<uint64_t>(2.0), 64); }, [](PackReader& in) { in.real(); }));
  CHECK(refused([](PackWriter& out) { out.flag(false); out.bits(std::bit_cast<uint64_t>(std::numeric_limits<double>::infinity()), 64); },
                [](PackReader& in) { in.real(); }));
}

TEST_CASE("texts take fewer bits than in UTF-8, whatever their script") {
  CHECK(text_bits("") == 6);
  CHECK(text_bits("anna.svensson@gmail.com") < 23 * 6);
  CHECK(text_bits("Stockholm") < 9 * 6);
  CHECK(text_bits("550e8400-e29b-41d4-a716-446655440000") < 36 * 6);
  CHECK(text_bits("\u0410\u043b\u0435\u043a\u0441\u0430\u043d\u0434\u0440") < 9 * 16);
  CHECK(text_bits("\u5f20\u4f1f") <= 2 * 24);
  CHECK(text_bits("dGhpcyBpcyBhIHRlc3QgdG9rZW4") < 27 * 8);
  for (unsigned first = 0; first < 256; ++first) {
    text_bits(std::string(1, static_cast<char>(first)));
    for (unsigned second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      REQUIRE(text_bits(text) >= 3 * kShortestLetter);
    }
  }
  text_bits(std::string(100'000, 'e'));
}

TEST_CASE("the code of texts is part of the format: it is as it was when users were packed by it") {
  std::string bytes;
  BitWriter out(bytes);
  for (unsigned first = 0; first < 256; ++first)
    for (unsigned second = 0; second < 256; ++second) {
      const char text[] = {static_cast<char>(first), static_cast<char>(second)};
      write_text(out, {text, 2});
    }
  out.finish();
  CHECK(XXH3_64bits(bytes.data(), bytes.size()) == kTextCode);
}

TEST_CASE("any bits are texts, until they end") {
  uint64_t seed = 88172645463325252ull;
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(64, '\0');
    for (char& byte : bytes) {
      seed ^= seed << 13;
      seed ^= seed >> 7;
      seed ^= seed << 17;
      byte = static_cast<char>(seed);
    }
    PackReader in(view(bytes));
    std::string again;
    PackWriter out(again);
    while (true) {
      char text[64 * 8];
      const size_t size = read_text(in, text, sizeof text);
      if (!in.good()) break;
      write_text(out, {text, size});
    }
    const size_t whole = out.size() / 8;   // those that ended
    out.finish();
    REQUIRE(again.compare(0, whole, bytes, 0, whole) == 0);
  }
}

TEST_CASE("a text that was written before is written by its number, and in no other way") {
  std::string bytes;
  PackWriter out(bytes);
  for (const char* text : {"jazz", "folk", "jazz", "", "jazz"}) out.shared_text(text);
  out.finish();
  PackReader in(view(bytes));
  for (const char* text : {"jazz", "folk", "jazz", "", "jazz"}) CHECK(in.shared_text() == text);
  CHECK(in.at_end());
  CHECK(refused([](PackWriter& writer) { for (int i = 0; i < 2; ++i) { writer.flag(false); write_text(writer, "jazz"); } },
                [](PackReader& reader) { reader.shared_text(); reader.shared_text(); }));
  CHECK(refused([](PackWriter& writer) { writer.flag(true); }, [](PackReader& reader) { reader.shared_text(); }));
  const std::string large(100'000, 'x');
  std::string packed;
  PackWriter more(packed);
  more.shared_text(large);
  more.shared_text("small");
  more.finish();
  PackReader reader(view(packed));
  CHECK(reader.shared_text() == large);
  CHECK(reader.shared_text() == "small");
}

TEST_CASE("of many texts the first are shared, the others written each time") {
  std::string bytes;
  PackWriter out(bytes);
  std::vector<std::string> texts;
  for (size_t i = 0; i < kTextsShared + 6; ++i) texts.push_back("text " + std::to_string(i));
  for (int round = 0; round < 2; ++round)
    for (const std::string& text : texts) out.shared_text(text);
  out.finish();
  PackReader in(view(bytes));
  for (int round = 0; round < 2; ++round)
    for (const std::string& text : texts) CHECK(in.shared_text() == text);
  CHECK(in.at_end());
}

TEST_CASE("few bits cannot stand for texts without end") {
  const std::string large(1 << 20, 'e');
  const auto times = [&](size_t count) {
    return refused([&](PackWriter& writer) { for (size_t i = 0; i <= count; ++i) writer.shared_text(large); },
                   [&](PackReader& reader) { for (size_t i = 0; i <= count; ++i) reader.shared_text(); });
  };
  CHECK_FALSE(times(kMostRepeated >> 20));
  CHECK(times((kMostRepeated >> 20) + 1));
}

TEST_CASE("zones have numbers, which stay") {
  CHECK(zone_number("Africa/Abidjan") == 0);
  CHECK(zone_number("Europe/Stockholm") == 476);
  CHECK(zone_number("Zulu") == 597);
  CHECK(zone_number("Mars/Olympus") == -1);
  CHECK(zone_of_number(598).empty());
  std::set<std::string_view> all;
  for (uint64_t number = 0; number < 598; ++number) {
    CHECK(zone_number(zone_of_number(number)) == static_cast<int>(number));
    all.insert(zone_of_number(number));
  }
  CHECK(all.size() == 598);
}
