// Users as bytes: canonical, bound to a layout, and safe against any bytes. That a user at rest decides like a live one is
// held by every story (world.h).
#include <catch2/catch.hpp>

#include <cmath>
#include <cstring>
#include <limits>

#include <xxhash.h>

#include "runtime/abi/cell_ops.h"
#include "runtime/abi/lists.h"
#include "runtime/core/bytes.h"
#include "runtime/core/cell_codec.h"
#include "runtime/core/codec.h"
#include "runtime/core/tables.h"
#include "runtime/core/value_codec.h"
#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {

ValueType items_type() {
  ValueType type;
  type.kind = ValueKind::list;
  type.fields = {{"name", {ValueKind::text, false, {}, {}, {}}}, {"price", {ValueKind::money, true, {}, "EUR", {}}}};
  return type;
}

std::string two_items() {
  const ValueType type = items_type();
  ListBuilder list(type);
  wend_slot name{}, price{};
  name.data = "lamp";
  name.size = 4;
  price.integer = 12'500'000;
  list.begin_item();
  list.put(0, name);
  list.put(1, price);
  list.begin_item();
  list.put(0, name);
  return list.finish();
}

// A program in which a user can have a bit of everything.
Module rich_program() {
  Module module = empty_program();
  add_states(module, "pulse", {"idle", "active", "hot"}).time_of_day_us = 4 * kHour;
  add_message(module, "m0").parameters = {{"cart", {ValueKind::text, true, {}, {}}}, {"items", items_type()}};
  add_message(module, "mix", service);
  ModuleNode send = send_node(0, {by_email, by_push});
  send.all_channels = true;
  send.arguments = {[](const uint8_t*, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) -> int32_t {
    out->data = "a cart";
    out->size = 6;
    return 1;
  }, [](const uint8_t*, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) -> int32_t {
    static const std::string items = two_items();
    out->data = items.data();
    out->size = static_cast<int64_t>(items.size());
    return 1;
  }};
  ModuleJourney& first = add_journey(module, "first", {step_node(), send, wait_node(kDay)});
  first.enters = {on(cart)};
  first.instance_bytes = 16;
  first.instance_presence_words = 1;
  first.entry = {{cart, 0, {8, 0}, {ValueKind::text, true, {}, {}}}};
  add_journey(module, "second", {step_node(), for_node(play, kDay, kNoNode), step_node(1)}).enters = {on(purchase)};
  add_journey(module, "third", {step_node(), send_node(1), wait_node(kDay)}).enters = {on(play)};
  module.quiets = {{22 * kHour, 8 * kHour, false, ThenKind::wait, 0}};
  module.caps = {{5, {}, 30 * kDay, PaneUnit::day, false, ThenKind::drop, 0}};
  module.floors = {{"listeners", 60 * kDay, 1, false, false, {}}};
  ModuleWatch watch;
  watch.kind = ModuleWatch::Kind::change;
  watch.type.kind = ValueKind::text;
  watch.value = [](const uint8_t*, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) -> int32_t {
    out->data = "watched";
    out->size = 7;
    return 1;
  };
  module.watches = {watch};
  ModuleExperiment experiment;
  experiment.name = "depth";
  module.experiments = {experiment};
  return module;
}

void live(Story& story) {
  story.identify("2026-01-01T10:00", {set(email, "a@example.org"), set(email_opt_in, 1), set(push_token, "t"), set(push_opt_in, 1),
                                      set(time_zone, "Asia/Tokyo"), set(plan, 1), set(score, 2)});
  story.happens("2026-01-15T12:00", play, {"abba"}).happens("2026-01-15T12:30", play, {"blur"}).happens("2026-01-15T13:00", purchase, {"c0"});
  story.happens("2026-01-15T22:30", cart, {"c1"});
}

std::span<const uint8_t> view(const std::string& bytes) { return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}; }

void seal(std::string& bytes) {   // header for a changed payload
  const uint64_t hash = XXH3_64bits(bytes.data() + 9, bytes.size() - 9);
  const auto sum = static_cast<uint32_t>(hash ^ hash >> 32);
  std::memcpy(bytes.data() + 5, &sum, 4);
}

}  // namespace

TEST_CASE("a packed user unpacks to the same bytes") {
  const Module module = rich_program();
  Story story(module);
  live(story);
  UserState user;
  REQUIRE(unpack(story.step(), view(story.bytes()), user));
  CHECK(user.more().instances.size() == 3);
  CHECK(user.more().deferred.size() == 2);
  CHECK(user.more().sent.size() == 1);
  std::string again;
  pack(story.step(), user, again);
  CHECK(again == story.bytes());
  CHECK(again.size() < 400);
  CHECK(of(user.bytes()).ring->count == 2);
}

TEST_CASE("a fresh user is no bytes") {
  const Module module = rich_program();
  Story story(module);
  UserState user;
  CHECK(story.bytes().empty());
  REQUIRE(unpack(story.step(), {}, user));
  CHECK_FALSE(user.begun());
  CHECK(story.step().next_due(user) == WEND_FOREVER);
}

TEST_CASE("bytes of another layout, cut short or damaged are refused") {
  const Module module = rich_program();
  Module other = module;
  other.layout_hash ^= 1;
  Story story(module), elsewhere(other);
  live(story);
  const std::string bytes = story.bytes();
  UserState user;
  CHECK_FALSE(unpack(elsewhere.step(), view(bytes), user));
  for (size_t size = 1; size < bytes.size(); ++size) CHECK_FALSE(unpack(story.step(), view(bytes.substr(0, size)), user));
  CHECK_FALSE(unpack(story.step(), view(bytes + "x"), user));
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    CHECK_FALSE(unpack(story.step(), view(damaged), user));
  }
  CHECK_FALSE(user.begun());
}

namespace {

// Bytes changed at random are refused, or say what packing would say again.
int taken_of_hostile(Story& story, const std::string& bytes) {
  uint64_t seed = 88172645463325252ull;
  const auto random = [&] {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
  };
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string hostile = bytes;
    for (uint64_t changes = random() % 4 + 1; changes > 0; --changes) {
      const size_t at = 9 + random() % (hostile.size() - 9);
      switch (random() % 4) {
        case 0: hostile[at] = static_cast<char>(random()); break;
        case 1: hostile.erase(at, random() % 4); break;
        case 2: hostile.insert(at, 1, static_cast<char>(random())); break;
        default: hostile[at] = static_cast<char>(0xff);
      }
      if (hostile.size() <= 10) hostile = bytes;
    }
    seal(hostile);
    UserState user;
    if (!unpack(story.step(), view(hostile), user)) continue;
    ++taken;
    std::string again;
    pack(story.step(), user, again);
    REQUIRE(again == hostile);
    std::vector<Decision> out;   // and it can be lived on
    story.step().advance(user, std::min(user.now + 3 * kDay, time_of("2027-01-01T00:00")), out);
  }
  return taken;
}

// Days, a streak and sums of the same events as the counts, which go as far back.
struct LikeCells {
  Module module = empty_program();
  uint32_t counts = 0, bits = 0, streak = 0, panes = 0;
  LikeCells() {
    module.record_bytes = sizeof(Record) + 128;
    uint32_t at = sizeof(Record);
    const auto place = [&](CellKind kind, int32_t panes, uint32_t bytes) {
      ModuleCell cell;
      cell.kind = kind;
      cell.offset = at;
      cell.panes = panes;
      cell.words = kind == CellKind::bits;
      cell.extremes = false;
      at += bytes;
      module.cells.push_back(cell);
      return cell.offset;
    };
    const auto like = static_cast<int32_t>(module.cells.size()) + 2;   // behind two of them
    bits = place(CellKind::bits, 28, 16);
    streak = place(CellKind::streak, -1, 24);
    counts = place(CellKind::counts, 28, 8);
    panes = place(CellKind::panes, 7, 8);
    for (size_t i : {like - 2, like - 1, like + 1}) module.cells[i].like = like;
  }
  void play(UserState& user, int64_t pane, int64_t today, bool known = true) const {
    uint8_t* record = user.record.bytes();
    wend_counts_add(reinterpret_cast<void**>(record + counts), pane, today - 28);
    wend_bits_add(reinterpret_cast<BitsCell*>(record + bits), 1, pane);
    wend_streak_add(reinterpret_cast<StreakCell*>(record + streak), pane);
    if (known) wend_panes_add(reinterpret_cast<void**>(record + panes), pane, today - 7, 170'000'000 + pane, 0);
  }
};

}  // namespace

TEST_CASE("hostile bytes with a right checksum do no harm") {
  const Module module = rich_program();
  Story story(module);
  live(story);
  CHECK(taken_of_hostile(story, story.bytes()) > 100);
}

TEST_CASE("what counts of the same events tell of days, streaks and sums is not written again") {
  const LikeCells cells;
  Story story(cells.module);
  story.identify("2026-06-15T12:00", {});
  UserState& user = story.user();
  const int64_t today = pane_of(*cells.module.zone, PaneUnit::day, user.now);
  PackedParts parts;
  std::string bytes;
  const auto size_of = [&](uint32_t offset) {
    for (size_t i = 0; i < cells.module.cells.size(); ++i)
      if (cells.module.cells[i].offset == offset) return parts.cells[i];
    return uint64_t{0};
  };
  const auto there_and_back = [&] {
    parts = {};
    pack(story.step(), user, bytes, &parts);
    UserState other;
    REQUIRE(unpack(story.step(), view(bytes), other));
    std::string again;
    pack(story.step(), other, again);
    CHECK(again == bytes);
    CHECK(std::memcmp(user.bytes() + cells.bits, other.bytes() + cells.bits, 16 + 24) == 0);
    const auto* kept = *reinterpret_cast<CellBlock* const*>(other.bytes() + cells.panes);
    const auto* had = *reinterpret_cast<CellBlock* const*>(user.bytes() + cells.panes);
    REQUIRE((kept != nullptr) == (had != nullptr));
    for (uint32_t i = 0; kept && i < kept->count; ++i) {   // extremes are not read, and not kept
      const PaneEntry &a = kept->entries<PaneEntry>()[i], &b = had->entries<PaneEntry>()[i];
      CHECK((a.pane == b.pane && a.count == b.count && a.sum_low == b.sum_low && a.sum_high == b.sum_high));
    }
    CHECK(taken_of_hostile(story, bytes) > 20);
  };
  there_and_back();   // nobody has played
  CHECK((size_of(cells.bits) == 1 && size_of(cells.streak) == 1 && size_of(cells.panes) == 1));
  for (const int64_t day : {20, 19, 5, 4, 1, 0}) cells.play(user, today - day, today);
  there_and_back();
  CHECK(size_of(cells.bits) == 3);     // told, but for two days that may have left the window
  CHECK(size_of(cells.streak) == 3);   // told, nothing older, no run that goes on behind the bits
  UserState late;
  REQUIRE(unpack(story.step(), view(bytes), late));
  cells.play(user, today - 30, today);   // too late for the counts
  reinterpret_cast<BitsCell*>(user.record.bytes() + cells.bits)->words[0] &= (uint64_t{1} << 29) - 1;
  there_and_back();
  CHECK(size_of(cells.bits) == 3);
  CHECK(size_of(cells.streak) > 3);
  cells.play(user, today, today, false);   // one that had nothing to add
  const uint64_t told = size_of(cells.panes);
  there_and_back();
  CHECK(size_of(cells.panes) > told);
  reinterpret_cast<StreakCell*>(user.record.bytes() + cells.streak)->bits &= ~uint64_t{2};   // which no event does
  reinterpret_cast<BitsCell*>(user.record.bytes() + cells.bits)->words[0] &= ~uint64_t{2};
  there_and_back();
  CHECK(size_of(cells.bits) > 3);
}

TEST_CASE("what is known of a zone may be mended: users packed before are read as they were") {
  LikeCells cells;
  ModuleCell pairs;
  pairs.kind = CellKind::pairs;
  pairs.offset = cells.panes + 8;
  pairs.unit = PaneUnit::week;
  pairs.panes = 12;
  cells.module.cells.push_back(pairs);
  Module mended = cells.module;
  mended.zone = find_zone("Asia/Tokyo");   // nine hours further: at half past six another day
  Story story(cells.module), later(mended);
  story.identify("2026-06-14T18:30", {});   // a Sunday, and in Tokyo Monday
  UserState& user = story.user();
  const int64_t today = pane_of(*cells.module.zone, PaneUnit::day, user.now), week = pane_of(*cells.module.zone, PaneUnit::week, user.now);
  REQUIRE(pane_of(*mended.zone, PaneUnit::day, user.now) == today + 1);
  REQUIRE(pane_of(*mended.zone, PaneUnit::week, user.now) == week + 1);
  for (const int64_t day : {28, 20, 7, 6, 1, 0}) cells.play(user, today - day, today);
  Context context(*cells.module.zone, {});
  for (const int64_t back : {12, 3, 0}) wend_pairs_add(&context, reinterpret_cast<void**>(user.record.bytes() + pairs.offset), 64, 5, week - back, week - 12, user.now - back);
  std::string bytes, again;
  pack(story.step(), user, bytes);
  UserState read;
  REQUIRE(unpack(later.step(), view(bytes), read));
  CHECK(std::memcmp(user.bytes() + cells.bits, read.bytes() + cells.bits, 16 + 24) == 0);
  const auto* kept = *reinterpret_cast<CellBlock* const*>(read.bytes() + pairs.offset);
  REQUIRE(kept->count == 3);
  CHECK((kept->entries<PairEntry>()[0].pane == week - 12 && kept->entries<PairEntry>()[2].pane == week));
  pack(later.step(), read, again);
  CHECK(again == bytes);
}

TEST_CASE("bytes are of one program's bounds: an index is written by how many there are") {
  const Module module = rich_program();
  Module other = module;
  add_message(other, "one more");
  Story story(module), elsewhere(other);
  live(story);
  UserState user;
  CHECK_FALSE(unpack(elsewhere.step(), view(story.bytes()), user));
}

TEST_CASE("numbers and instants in rows have one spelling each") {
  const int64_t now = time_of("2026-01-15T12:00");
  for (const int64_t instant : {WEND_NEVER, WEND_FOREVER, int64_t{0}, now, now - 1, now + 1, WEND_NEVER + 1, WEND_FOREVER - 1}) {
    CHECK(instant_of(instant_code(instant, now), now) == instant);
  }
  for (uint64_t code : {uint64_t{0}, uint64_t{1}, uint64_t{2}, uint64_t{3}, uint64_t{1} << 63, ~uint64_t{0}}) {
    CHECK(instant_code(instant_of(code, now), now) == code);
  }
  const auto reads = [](std::vector<uint8_t> bytes) {
    ByteReader reader(bytes);
    reader.varint();
    return reader.good() && reader.at_end();
  };
  CHECK(reads({0x00}));
  CHECK(reads({0xff, 0x01}));
  CHECK_FALSE(reads({0x80, 0x00}));
  CHECK_FALSE(reads({0x80}));
  CHECK(reads({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}));
  CHECK_FALSE(reads({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}));
  CHECK_FALSE(reads({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x81, 0x00}));
}

TEST_CASE("of a set each value stands once, in order, at rest too") {
  ValueType type;
  type.kind = ValueKind::set;
  type.fields = {{"", {ValueKind::text, false, {}, {}, {}}}};
  const auto taken = [&](std::initializer_list<const char*> items) {
    std::string bytes, block;
    PackWriter out(bytes);
    out.number(items.size(), kSome);
    for (const char* item : items) out.shared_text(item);
    out.finish();
    PackReader in(view(bytes));
    unpack_value(in, type, block);
    return in.good();
  };
  CHECK(taken({}));
  CHECK(taken({"", "folk", "jazz"}));
  CHECK_FALSE(taken({"jazz", "folk"}));
  CHECK_FALSE(taken({"folk", "folk"}));
}

TEST_CASE("a time that a program reckoned may lie anywhere") {
  Module module = empty_program();
  ModuleAttribute until;
  until.name = "until";
  until.type.kind = ValueKind::time;
  until.field = {sizeof(Record), -1};
  until.initial.known = true;
  module.record_bytes = sizeof(Record) + 16;
  module.attributes.push_back(until);
  Story story(module);
  for (const int64_t far : {INT64_MAX, INT64_MAX - 1, int64_t{1} << 60, int64_t{-1} << 60, INT64_MIN + 1, INT64_MIN})   // as `now + credit` comes to
    story.identify("2026-01-15T12:00", {set(score + 1, far)});
  story.identify("2026-01-15T12:00", {});
}

TEST_CASE("a baseline of numbers beyond all measure is kept as it is") {
  Module module = empty_program();
  ModuleBaseline baseline;
  baseline.cell = offsetof(Record, usual);
  baseline.value = [](const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) -> int32_t {
    out->number = of(record).plays.count % 2 == 0 ? std::numeric_limits<double>::max() : std::numeric_limits<double>::lowest();
    return 1;
  };
  module.baselines = {baseline};
  Story story(module);
  story.happens("2026-01-01T12:00", play).until("2026-01-10T00:00").happens("2026-01-10T12:00", play).until("2026-02-20T00:00");
  CHECK_FALSE(std::isfinite(of(story.user().bytes()).usual.variance));
  story.happens("2026-02-20T12:00", play);
}

TEST_CASE("a program without attributes, a journey without steps, a list of nothing but its length") {
  Module module = empty_program();
  module.attributes.clear();
  module.channels.clear();
  module.user_time = -1;
  ModuleAttribute all;   // each item is the one word there is, which takes no bits
  all.name = "all";
  all.type.kind = ValueKind::list;
  all.type.fields = {{"", {ValueKind::one_of, false, {"only"}, {}, {}}}};
  all.field = {sizeof(Record), 0};
  Module with_list = module;
  with_list.record_bytes = sizeof(Record) + 16;
  with_list.attributes = {all};
  ListBuilder list(all.type);
  for (int i = 0; i < 50; ++i) {
    list.begin_item();
    list.put(0, wend_slot{});
  }
  Story listed(with_list);
  listed.identify("2026-01-15T12:00", {set(0, list.finish())}).identify("2026-01-16T12:00", {});
  add_journey(module, "only", {wait_node(kDay)}).enters = {on(play)};
  module.journeys[0].steps.clear();
  Story story(module);
  story.happens("2026-01-15T12:00", play, {"abba"}).until("2026-01-17T12:00");
  CHECK(story.lines() == std::vector<std::string>{"2026-01-15T12:00:00Z enter only", "2026-01-16T12:00:00Z leave only finished"});
}

TEST_CASE("counts stay where they can be counted on") {
  const Module module = empty_program();
  Story story(module);
  story.identify("2026-01-01T10:00", {});
  auto& plays = reinterpret_cast<Record*>(story.user().record.bytes())->plays;
  const auto readable = [&](int64_t count) {
    plays.count = count;
    std::string bytes;
    pack(story.step(), story.user(), bytes);
    UserState user;
    return unpack(story.step(), view(bytes), user);
  };
  CHECK(readable(int64_t{1} << 40));
  CHECK_FALSE(readable((int64_t{1} << 40) + 1));
  CHECK_FALSE(readable(INT64_MAX));
}

TEST_CASE("whoever is in a journey has entered it") {
  const Module module = rich_program();
  Story story(module);
  live(story);
  UserState user, other;
  REQUIRE(unpack(story.step(), view(story.bytes()), user));
  user.more().memories.erase(user.more().memories.begin());
  std::string bytes;
  pack(story.step(), user, bytes);
  CHECK_FALSE(unpack(story.step(), view(bytes), other));
}

TEST_CASE("a cell is copied whole, whatever its window and whenever its events were") {
  ModuleCell counts;
  counts.kind = CellKind::counts;
  counts.panes = 7;
  const std::vector<ModuleCell> cells = {counts};
  Context context(*find_zone("UTC"), {});
  OwnedRecord from(std::vector<uint8_t>(16), cells), to(std::vector<uint8_t>(16), cells);
  for (const int64_t pane : {-4000, -3999}) wend_counts_add(reinterpret_cast<void**>(from.bytes()), pane, -4007);   // of 1959
  copy_cell(context, counts, from.bytes(), context, counts, to.bytes());
  CHECK(wend_counts_read(reinterpret_cast<void**>(to.bytes()), -4007) == 2);
}

TEST_CASE("minutes end in the year 6053, and what they counted is kept") {
  Module module = empty_program();
  module.record_bytes = sizeof(Record) + 8;
  ModuleCell counts;
  counts.kind = CellKind::counts;
  counts.offset = sizeof(Record);
  counts.unit = PaneUnit::minute;
  counts.panes = 1;
  module.cells.push_back(counts);
  Story story(module);
  story.identify("7000-01-15T12:00", {});
  const int64_t pane = pane_of(*module.zone, PaneUnit::minute, story.user().now);
  REQUIRE(pane == INT32_MAX);
  wend_counts_add(reinterpret_cast<void**>(story.user().record.bytes() + counts.offset), pane, pane - 1);
  std::string bytes;
  pack(story.step(), story.user(), bytes);
  UserState other;
  REQUIRE(unpack(story.step(), view(bytes), other));
  CHECK(wend_counts_read(reinterpret_cast<void* const*>(other.bytes() + counts.offset), pane - 1) == 1);
}

TEST_CASE("what has left its window is not kept at rest") {
  Module module = empty_program();
  module.record_bytes = sizeof(Record) + 64;
  ModuleCell counts, bits;
  counts.kind = CellKind::counts;
  counts.offset = sizeof(Record);
  counts.panes = 7;
  bits.kind = CellKind::bits;
  bits.offset = sizeof(Record) + 8;
  bits.words = 1;
  bits.panes = 7;
  module.cells.push_back(counts);
  module.cells.push_back(bits);
  Story story(module);
  story.identify("2026-01-15T12:00", {});
  UserState& user = story.user();
  const int64_t today = pane_of(*module.zone, PaneUnit::day, user.now);
  auto* block = static_cast<CellBlock*>(std::calloc(1, sizeof(CellBlock) + 2 * sizeof(CountEntry)));
  block->count = block->capacity = 2;
  block->entries<CountEntry>()[0] = {static_cast<int32_t>(today - 9), 3};
  block->entries<CountEntry>()[1] = {static_cast<int32_t>(today - 8), 4};   // in another zone not passed
  *reinterpret_cast<CellBlock**>(user.record.bytes() + counts.offset) = block;
  auto* days = reinterpret_cast<BitsCell*>(user.record.bytes() + bits.offset);
  days->last = today - 6;
  days->words[0] = 15;   // days ago: 6, 7, 8 and 9
  std::string bytes;
  pack(story.step(), user, bytes);
  UserState other;
  REQUIRE(unpack(story.step(), view(bytes), other));
  const auto* kept = *reinterpret_cast<CellBlock* const*>(other.bytes() + counts.offset);
  REQUIRE(kept);
  CHECK(kept->count == 1);
  CHECK(kept->entries<CountEntry>()[0].count == 4);
  CHECK(reinterpret_cast<const BitsCell*>(other.bytes() + bits.offset)->words[0] == 7);
}

TEST_CASE("every kind of cell survives packing") {
  Module module = empty_program();
  module.record_bytes = sizeof(Record) + 256;
  const auto place = [&](CellKind kind, uint32_t words = 0, bool number = false) {
    ModuleCell cell;
    cell.kind = kind;
    cell.words = words;
    cell.number_value = number;
    cell.offset = static_cast<uint32_t>(sizeof(Record) + (module.cells.size() - 6) * 24);
    module.cells.push_back(cell);
    return cell.offset;
  };
  const uint32_t bits = place(CellKind::bits, 2), streak = place(CellKind::streak), units = place(CellKind::ever_units);
  const uint32_t counts = place(CellKind::counts), panes = place(CellKind::panes, 0, true), firsts = place(CellKind::firsts);
  const uint32_t stamps = place(CellKind::stamps), values = place(CellKind::values), pairs = place(CellKind::pairs);
  Story story(module);
  story.identify("2026-01-01T10:00", {});
  UserState& user = story.user();
  uint8_t* record = user.record.bytes();
  auto* days = reinterpret_cast<BitsCell*>(record + bits);
  days->last = 20'000;
  days->words[0] = 0x8000000000000001;
  reinterpret_cast<uint64_t*>(record + bits)[2] = 5;
  *reinterpret_cast<StreakCell*>(record + streak) = {20'000, ~0ull, 19'000};
  *reinterpret_cast<EverUnitsCell*>(record + units) = {20'000, 3, 90};
  const auto fill = [&]<class Entry>(uint32_t offset, Entry a, Entry b) {
    auto* block = static_cast<CellBlock*>(std::calloc(1, sizeof(CellBlock) + 4 * sizeof(Entry)));
    block->count = 2;
    block->capacity = 4;
    block->entries<Entry>()[0] = a;
    block->entries<Entry>()[1] = b;
    *reinterpret_cast<CellBlock**>(record + offset) = block;
  };
  const int64_t now = user.now;
  fill(counts, CountEntry{20'000, 1}, CountEntry{20'004, 4'000'000'000u});
  fill(panes, PaneEntry{-3, 1, ~0ull, -1, 0, 0}, PaneEntry{20'000, 2, 5, 0, std::bit_cast<int64_t>(1.5), std::bit_cast<int64_t>(-2.5)});
  fill(firsts, FirstEntry{20'000, now - 5, -7}, FirstEntry{20'001, now, INT64_MAX});
  fill(stamps, PaneStamp{20'000, now - 5}, PaneStamp{20'001, now});
  fill(values, ValueEntry{INT64_MIN, now - 5}, ValueEntry{3, now});
  fill(pairs, PairEntry{4, now, 20'000, 9}, PairEntry{4, now, 20'001, 1});
  std::string bytes, again;
  pack(story.step(), user, bytes);
  UserState other;
  REQUIRE(unpack(story.step(), view(bytes), other));
  pack(story.step(), other, again);
  CHECK(bytes == again);
  const uint8_t* read = other.bytes();
  CHECK(reinterpret_cast<const uint64_t*>(read + bits)[2] == 5);
  CHECK(reinterpret_cast<const StreakCell*>(read + streak)->run_start == 19'000);
  const auto* block = *reinterpret_cast<CellBlock* const*>(read + panes);
  CHECK(block->entries<PaneEntry>()[1].largest == std::bit_cast<int64_t>(-2.5));
  CHECK(block->entries<PaneEntry>()[0].sum_high == -1);
}
