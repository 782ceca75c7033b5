// Merging the measure state of two users equals having seen the events of both in one record, for every kind of it. Events of
// equal times are the older user's first.
#include <catch2/catch.hpp>

#include <bit>
#include <cstring>
#include <functional>
#include <random>
#include <vector>

#include "runtime/abi/cell_ops.h"
#include "runtime/core/cell_codec.h"
#include "runtime/core/cell_merge.h"
#include "runtime/core/tables.h"
#include "runtime/core/user_state.h"

using namespace wend;

namespace {

struct Event { int64_t at; int64_t value; };

wend_ctx ctx;
constexpr int64_t kPane = 10;   // a pane is ten instants

// A record with one cell.
struct Holder {
  std::vector<ModuleCell> cells;
  OwnedRecord record;
  explicit Holder(const ModuleCell& cell) : cells{cell} {
    std::vector<uint8_t> fresh(256);
    init_cells(cells, fresh.data());
    record = OwnedRecord(fresh, cells);
  }
  uint8_t* at() { return record.bytes() + cells[0].offset; }
  void** block() { return reinterpret_cast<void**>(at()); }
};

using Add = std::function<void(Holder&, const Event&)>;
using Tell = std::function<std::vector<int64_t>(Holder&)>;

// Random events of two users; `sorted` where the order of handling must be that of time.
void check(const ModuleCell& cell, const Add& add, const Tell& tell, int64_t span = 600) {
  std::minstd_rand random(11);
  for (int round = 0; round < 400; ++round) {
    Holder older(cell), younger(cell), both(cell);
    std::vector<Event> mine, theirs;
    for (std::vector<Event>* list : {&mine, &theirs})
      for (size_t count = random() % 12; count > 0; --count) list->push_back({static_cast<int64_t>(random() % static_cast<uint64_t>(span)), static_cast<int64_t>(random() % 5)});
    for (const Event& event : mine) add(older, event), add(both, event);
    for (const Event& event : theirs) add(younger, event), add(both, event);
    merge_cells({cell}, older.record.bytes(), younger.record.bytes(), ctx);
    INFO("round " << round);
    REQUIRE(tell(older) == tell(both));
  }
}

ModuleCell of_kind(CellKind kind, uint32_t bound = 0, uint32_t words = 0) {
  ModuleCell cell;
  cell.kind = kind;
  cell.offset = 16;
  cell.bound = bound;
  cell.words = words;
  return cell;
}

std::vector<int64_t> told(const TotalCell& total) { return {total.count, static_cast<int64_t>(total.sum_low), total.sum_high, total.count ? total.smallest : 0, total.count ? total.largest : 0}; }

template <class Cell> Cell& in(Holder& holder) { return *reinterpret_cast<Cell*>(holder.at()); }

}  // namespace

TEST_CASE("merged stamps, last and first values") {
  check(of_kind(CellKind::stamp), [](Holder& h, const Event& e) { in<StampCell>(h).at = std::max(in<StampCell>(h).at, e.at); }, [](Holder& h) { return std::vector<int64_t>{in<StampCell>(h).at}; });
  const Tell last = [](Holder& h) { return std::vector<int64_t>{in<LastCell>(h).at, in<LastCell>(h).at == WEND_NEVER ? 0 : in<LastCell>(h).value}; };
  check(of_kind(CellKind::last), [](Holder& h, const Event& e) { wend_last_add(&in<LastCell>(h), e.at, e.value); }, last, 20);
  check(of_kind(CellKind::first), [](Holder& h, const Event& e) { wend_first_add(&in<LastCell>(h), e.at, e.value); }, last, 20);
}

TEST_CASE("merged totals, of whole values and of numbers") {
  for (const bool number : {false, true}) {
    ModuleCell cell = of_kind(CellKind::total);
    cell.number_value = number;
    check(cell, [number](Holder& h, const Event& e) { wend_total_add(&in<TotalCell>(h), number ? std::bit_cast<int64_t>(static_cast<double>(e.value) * 0.1 - 0.2) : e.value - 2, number); },
          [](Holder& h) { return told(in<TotalCell>(h)); });
  }
}

TEST_CASE("merged panes") {
  check(of_kind(CellKind::counts), [](Holder& h, const Event& e) { wend_counts_add(h.block(), e.at / kPane, 0); },
        [](Holder& h) { return std::vector<int64_t>{wend_counts_read(h.block(), 0), wend_counts_read(h.block(), 20), wend_counts_oldest(h.block(), 10)}; });
  check(of_kind(CellKind::panes), [](Holder& h, const Event& e) { wend_panes_add(h.block(), e.at / kPane, 0, e.value, 0); },
        [](Holder& h) {
          TotalCell whole{}, part{};
          wend_panes_read(h.block(), 0, 0, &whole);
          wend_panes_read(h.block(), 30, 0, &part);
          std::vector<int64_t> all = told(whole), rest = told(part);
          all.insert(all.end(), rest.begin(), rest.end());
          return all;
        });
  check(of_kind(CellKind::firsts), [](Holder& h, const Event& e) { wend_firsts_add(h.block(), e.at / kPane, 0, e.at, e.value); },
        [](Holder& h) {
          int64_t at = 0, value = 0;
          wend_firsts_read(h.block(), 25, &at, &value);
          return std::vector<int64_t>{at, value, wend_firsts_oldest(h.block(), 3)};
        });
  check(of_kind(CellKind::stamps), [](Holder& h, const Event& e) { wend_stamps_add(h.block(), e.at / kPane, e.at, 0); },
        [](Holder& h) { return std::vector<int64_t>{wend_stamps_count(h.block(), 0), wend_stamps_count(h.block(), 255), wend_stamps_streak(h.block(), 0, 30)}; }, 300);
}

TEST_CASE("merged rings hold the latest of both") {
  for (const uint32_t keep : {1u, 3u, 50u}) {
    check(of_kind(CellKind::ring, keep), [keep](Holder& h, const Event& e) { wend_ring_add(h.block(), keep, e.at, e.value); },
          [](Holder& h) {
            int64_t top = -1;
            wend_ring_top(h.block(), 100, &top);
            TotalCell total{};
            wend_ring_read(h.block(), 50, 0, &total);
            std::vector<int64_t> all = told(total);
            all.insert(all.end(), {wend_ring_count(h.block(), 0), wend_ring_distinct(h.block(), 0), top, wend_ring_oldest(h.block(), 0)});
            return all;
          });
  }
}

TEST_CASE("merged different values and frequencies") {
  check(of_kind(CellKind::values, 256), [](Holder& h, const Event& e) { wend_values_add(&ctx, h.block(), 256, e.value, e.at, WEND_NEVER); },
        [](Holder& h) { return std::vector<int64_t>{wend_values_count(h.block(), 0), wend_values_count(h.block(), 300), wend_values_oldest(h.block(), 100)}; });
  check(of_kind(CellKind::pairs, 256), [](Holder& h, const Event& e) { wend_pairs_add(&ctx, h.block(), 256, e.value, e.at / 100, 0, e.at); },
        [](Holder& h) {
          int64_t whole = -1, part = -1;
          wend_pairs_top(h.block(), 0, &whole);
          wend_pairs_top(h.block(), 3, &part);
          return std::vector<int64_t>{whole, part, wend_pairs_oldest(h.block(), 2)};
        });
}

TEST_CASE("merged days, runs of days and days of all time") {
  for (const uint32_t words : {1u, 2u}) {
    check(of_kind(CellKind::bits, 0, words), [words](Holder& h, const Event& e) { wend_bits_add(&in<BitsCell>(h), words, e.at / kPane); },
          [words](Holder& h) { return std::vector<int64_t>{wend_bits_count(&in<BitsCell>(h), words, 30, 60), wend_bits_oldest(&in<BitsCell>(h), words, 40)}; });
  }
  check(of_kind(CellKind::streak), [](Holder& h, const Event& e) { wend_streak_add(&in<StreakCell>(h), e.at / kPane); },
        [](Holder& h) { return std::vector<int64_t>{wend_streak_read(&in<StreakCell>(h), 30), wend_streak_read(&in<StreakCell>(h), 20)}; }, 300);
  check(of_kind(CellKind::ever_units), [](Holder& h, const Event& e) { wend_ever_units_add(&in<EverUnitsCell>(h), e.at / kPane); },
        [](Holder& h) { return std::vector<int64_t>{in<EverUnitsCell>(h).count}; });
}

TEST_CASE("a run of a hundred days is one run, whoever lived which part of it") {
  const ModuleCell cell = of_kind(CellKind::streak);
  for (int64_t seam : {1, 30, 64, 65, 99}) {
    for (const bool alternate : {false, true}) {
      Holder older(cell), younger(cell);
      for (int64_t day = 0; day < 100; ++day) {
        const bool mine = alternate && day < 60 ? day % 2 == 0 : day < seam;
        wend_streak_add(&in<StreakCell>(mine ? older : younger), day);
      }
      merge_cells({cell}, older.record.bytes(), younger.record.bytes(), ctx);
      INFO(seam << " " << alternate);
      if (!alternate) CHECK(wend_streak_read(&in<StreakCell>(older), 99) == 100);
      else CHECK(wend_streak_read(&in<StreakCell>(older), 99) >= 64);
    }
  }
}

TEST_CASE("of two baselines the older's stays") {
  const ModuleCell cell = of_kind(CellKind::baseline);
  Holder older(cell), younger(cell);
  in<BaselineCell>(older) = {4, 1, 5, 100};
  in<BaselineCell>(younger) = {9, 2, 7, 50};
  merge_cells({cell}, older.record.bytes(), younger.record.bytes(), ctx);
  CHECK(in<BaselineCell>(older).mean == 4);
  CHECK(in<BaselineCell>(older).samples == 5);
}

TEST_CASE("what counts since an anchor is that of the later anchor") {
  ModuleCell stamp = of_kind(CellKind::stamp), total = of_kind(CellKind::total), values = of_kind(CellKind::values, 10);
  total.offset = 24;
  values.offset = 128;
  total.anchor = values.anchor = static_cast<int32_t>(stamp.offset);
  const std::vector<ModuleCell> cells = {stamp, total, values};
  const auto told_after = [&](int64_t mine, int64_t theirs) {
    std::vector<uint8_t> fresh(256);
    init_cells(cells, fresh.data());
    OwnedRecord older(fresh, cells), younger(fresh, cells);
    const auto tell = [&](OwnedRecord& record, int64_t anchor, int64_t events) {
      reinterpret_cast<StampCell*>(record.bytes() + stamp.offset)->at = anchor;
      for (int64_t i = 0; i < events; ++i) {
        wend_total_add(reinterpret_cast<TotalCell*>(record.bytes() + total.offset), 1, 0);
        wend_values_add(&ctx, reinterpret_cast<void**>(record.bytes() + values.offset), 10, i, anchor + i, WEND_NEVER);
      }
    };
    tell(older, mine, 3);
    if (theirs != WEND_NEVER) tell(younger, theirs, 5);
    merge_cells(cells, older.bytes(), younger.bytes(), ctx);
    const int64_t different = wend_values_count(reinterpret_cast<void**>(older.bytes() + values.offset), 0);
    return std::vector<int64_t>{reinterpret_cast<StampCell*>(older.bytes() + stamp.offset)->at, reinterpret_cast<TotalCell*>(older.bytes() + total.offset)->count, different};
  };
  CHECK(told_after(100, 50) == std::vector<int64_t>{100, 3, 3});
  CHECK(told_after(50, 100) == std::vector<int64_t>{100, 5, 5});
  CHECK(told_after(70, 70) == std::vector<int64_t>{70, 3, 3});
  CHECK(told_after(70, WEND_NEVER) == std::vector<int64_t>{70, 3, 3});
}

TEST_CASE("matches that wait join, the later of two of one value, and keep their bound") {
  const ModuleCell cell = of_kind(CellKind::sequence, 3);
  Holder older(cell), younger(cell);
  const auto open = [](Holder& h, int64_t hop, int64_t value, int64_t at) {
    wend_sequence_step(&ctx, h.block(), hop - 1, 0, value, at, 0, 64);
  };
  const auto waiting = [](Holder& h) {
    std::vector<std::vector<int64_t>> all;
    const CellBlock* block = *reinterpret_cast<CellBlock**>(h.at());
    for (uint32_t i = 0; block && i < block->count; ++i) {
      const SequenceEntry& entry = block->entries<SequenceEntry>()[i];
      all.push_back({entry.hop, entry.value, entry.at});
    }
    return all;
  };
  for (int64_t value : {1, 2, 3}) open(older, 1, value, 10 * value);
  open(younger, 1, 2, 15);
  open(younger, 1, 3, 40);
  open(younger, 1, 4, 25);
  const uint64_t dropped = ctx.open_dropped;
  merge_cells({cell}, older.record.bytes(), younger.record.bytes(), ctx);
  CHECK(ctx.open_dropped == dropped + 1);   // of four the one that began at 10
  CHECK(waiting(older) == std::vector<std::vector<int64_t>>{{1, 2, 20}, {1, 3, 40}, {1, 4, 25}});
}

TEST_CASE("of more different values than are kept the oldest go, and are counted") {
  const ModuleCell cell = of_kind(CellKind::values, 3);
  Holder older(cell), younger(cell);
  for (int64_t i = 0; i < 3; ++i) wend_values_add(&ctx, older.block(), 3, i, 10 * i, WEND_NEVER);
  for (int64_t i = 2; i < 5; ++i) wend_values_add(&ctx, younger.block(), 3, i, 10 * i + 5, WEND_NEVER);
  const uint64_t dropped = ctx.values_dropped;
  merge_cells({cell}, older.record.bytes(), younger.record.bytes(), ctx);
  CHECK(ctx.values_dropped == dropped + 2);
  CHECK(wend_values_count(older.block(), 0) == 3);
  CHECK(wend_values_oldest(older.block(), 0) == 25);
}
