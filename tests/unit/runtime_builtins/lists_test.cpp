// Blocks of lists and sets: what is kept, in which order, and how it is read.
#include <string>

#include <catch2/catch.hpp>

#include "runtime/abi/lists.h"

using namespace wend;

namespace {

ValueType plain(ValueKind kind, ValueKind item) {
  ValueType type;
  type.kind = kind;
  type.fields.push_back({"", {item, false, {}, {}, {}}});
  return type;
}

wend_slot text(std::string_view value) {
  wend_slot slot{};
  slot.data = value.data();
  slot.size = static_cast<int64_t>(value.size());
  return slot;
}

wend_slot integer(int64_t value) {
  wend_slot slot{};
  slot.integer = value;
  return slot;
}

std::string block_of(const ValueType& type, std::initializer_list<std::string_view> values) {
  ListBuilder list(type);
  for (std::string_view value : values) {
    list.begin_item();
    list.put(0, text(value));
  }
  return list.finish();
}

int64_t size_of(const std::string& block) { return static_cast<int64_t>(block.size()); }

std::string read(const std::string& block) {
  const ListView list(block.data(), size_of(block));
  std::string out;
  for (uint32_t i = 0; i < list.count(); ++i) {
    wend_slot slot;
    REQUIRE(list.field(i, 0, ValueKind::text, slot));
    out += (i ? "," : "") + std::string(slot.data, static_cast<size_t>(slot.size));
  }
  return out;
}

}  // namespace

TEST_CASE("a list keeps its order, the empty one is no bytes") {
  const ValueType type = plain(ValueKind::list, ValueKind::text);
  CHECK(read(block_of(type, {"b", "", "a", "b"})) == "b,,a,b");
  CHECK(block_of(type, {}).empty());
  CHECK(wend_list_count(nullptr, 0) == 0);
}

TEST_CASE("a set stands by value, each once: equal sets are equal bytes") {
  const ValueType type = plain(ValueKind::set, ValueKind::text);
  CHECK(read(block_of(type, {"b", "a", "b"})) == "a,b");
  CHECK(block_of(type, {"b", "a", "b"}) == block_of(type, {"a", "b"}));
}

TEST_CASE("of a list the first 50 are kept, of a set the first 50 different") {
  for (const ValueKind kind : {ValueKind::list, ValueKind::set}) {
    const ValueType type = plain(kind, ValueKind::integer);
    ListBuilder list(type);
    for (int64_t i = 0; i < 120; ++i) {
      list.begin_item();
      list.put(0, integer(100 - i / 2));
    }
    const std::string block = list.finish();
    CHECK(wend_list_count(block.data(), size_of(block)) == 50);
    CHECK(list.dropped() == (kind == ValueKind::list ? 70 : 20));
    CHECK(wend_list_contains_value(block.data(), size_of(block), 100, 0) == 1);
    CHECK(wend_list_contains_value(block.data(), size_of(block), kind == ValueKind::list ? 75 : 50, 0) == 0);
  }
}

TEST_CASE("records hold what is known of them") {
  ValueType type;
  type.kind = ValueKind::list;
  type.fields = {{"name", {ValueKind::text, false, {}, {}, {}}}, {"price", {ValueKind::money, true, {}, "EUR", {}}}};
  ListBuilder list(type);
  list.begin_item();
  list.put(0, text("lamp"));
  list.begin_item();
  list.put(1, integer(2'500'000));
  list.put(0, text("pick"));
  const std::string block = "x" + list.finish();   // at an odd address
  const ListView view(block.data() + 1, size_of(block) - 1);
  wend_slot slot;
  CHECK_FALSE(view.field(0, 1, ValueKind::money, slot));
  CHECK(view.field(1, 1, ValueKind::money, slot));
  CHECK(slot.integer == 2'500'000);
  CHECK(view.field(1, 0, ValueKind::text, slot));
  CHECK(std::string_view(slot.data, static_cast<size_t>(slot.size)) == "pick");
}

TEST_CASE("what a list contains") {
  const std::string texts = block_of(plain(ValueKind::list, ValueKind::text), {"jazz", ""});
  CHECK(wend_list_contains_text(texts.data(), size_of(texts), "jazz", 4) == 1);
  CHECK(wend_list_contains_text(texts.data(), size_of(texts), nullptr, 0) == 1);
  CHECK(wend_list_contains_text(texts.data(), size_of(texts), "jaz", 3) == 0);
  CHECK(wend_list_contains_text(nullptr, 0, "jazz", 4) == 0);
}
