// Measure state against recomputation: random events, also out of order, are added to a cell and kept in a plain vector; at
// every step each reading must be what the vector says.
#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <map>
#include <set>
#include <vector>

#include "runtime/abi/cell_ops.h"
#include "runtime/abi/context.h"
#include "tests/differential/random.h"

using namespace wend;
using wend::differential::Random;

namespace {

struct Cell {
  void* block = nullptr;
  ~Cell() { std::free(block); }
  void** place() { return &block; }
};

struct Happened { int64_t at, value; };

constexpr int64_t kPane = 100;   // instants a pane, in these tests

// Events that mostly move on and sometimes come late, and `now`, which never goes back.
template <class Each>
void story(uint64_t seed, Each each) {
  Random random(seed);
  std::vector<Happened> all;
  int64_t now = 1000;
  for (int i = 0; i < 400; ++i) {
    if (random.below(3)) now += random.below(random.below(10) ? 40 : 900);
    int64_t at = random.below(4) ? now : now - random.below(1500);
    all.push_back({std::max<int64_t>(at, 0), random.below(7) - 3});
    each(all, now);
  }
}

int64_t pane(int64_t at) { return at / kPane; }

}  // namespace

TEST_CASE("counts, panes and firsts hold what the window holds") {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    wend_ctx ctx{};
    Cell counts, panes, firsts;
    story(seed, [&](const std::vector<Happened>& all, int64_t now) {
      constexpr int64_t n = 5;
      const int64_t from = pane(now) - n;
      const Happened& e = all.back();
      wend_counts_add(counts.place(), pane(e.at), from);
      wend_panes_add(panes.place(), pane(e.at), from, e.value, 0);
      wend_firsts_add(firsts.place(), pane(e.at), from, e.at, e.value);
      for (int64_t width : {int64_t{0}, int64_t{2}, n}) {
        int64_t start = pane(now) - width, count = 0, sum = 0, least_pane = WEND_FOREVER, smallest = 99, largest = -99;
        const Happened* first = nullptr;
        for (const Happened& h : all) {
          if (pane(h.at) < start) continue;
          ++count;
          sum += h.value;
          smallest = std::min(smallest, h.value);
          largest = std::max(largest, h.value);
          least_pane = std::min(least_pane, pane(h.at));
          if (!first || h.at < first->at) first = &h;
        }
        REQUIRE(wend_counts_read(counts.place(), start) == count);
        REQUIRE(wend_counts_oldest(counts.place(), start) == least_pane);
        TotalCell total;
        wend_panes_read(panes.place(), start, 0, &total);
        REQUIRE(total.count == count);
        REQUIRE(wend_total_sum_int(&ctx, &total) == sum);
        if (count) {
          REQUIRE(total.smallest == smallest);
          REQUIRE(total.largest == largest);
        }
        REQUIRE(wend_panes_oldest(panes.place(), start) == least_pane);
        int64_t at = 0, value = 0;
        REQUIRE(wend_firsts_read(firsts.place(), start, &at, &value) == (first != nullptr));
        if (first) REQUIRE((at == first->at && value == first->value));
      }
    });
  }
}

TEST_CASE("a ring keeps the latest and answers for what is later than an instant") {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Cell ring;
    const int64_t keep = 1 + static_cast<int64_t>(seed % 12);
    story(seed, [&](const std::vector<Happened>& all, int64_t now) {
      wend_ring_add(ring.place(), keep, all.back().at, all.back().value);
      std::vector<Happened> kept = all;
      std::stable_sort(kept.begin(), kept.end(), [](const Happened& a, const Happened& b) { return a.at < b.at; });
      if (static_cast<int64_t>(kept.size()) > keep) kept.erase(kept.begin(), kept.end() - keep);
      for (int64_t length : {50, 400, 3000}) {
        const int64_t after = now - length;
        std::vector<Happened> inside;
        for (const Happened& h : kept)
          if (h.at > after) inside.push_back(h);
        REQUIRE(wend_ring_count(ring.place(), after) == static_cast<int64_t>(inside.size()));
        REQUIRE(wend_ring_oldest(ring.place(), after) == (inside.empty() ? WEND_FOREVER : inside.front().at));
        std::map<int64_t, int64_t> counts;
        for (const Happened& h : inside) ++counts[h.value];
        int64_t best = 0, top = 0, expected = 0;
        for (size_t i = inside.size(); i-- > 0;)
          if (counts[inside[i].value] > best) {
            best = counts[inside[i].value];
            expected = inside[i].value;
          }
        REQUIRE(wend_ring_top(ring.place(), after, &top) == (best > 0));
        if (best) REQUIRE(top == expected);
      }
    });
  }
}

TEST_CASE("bits and stamps count the panes that hold an event") {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const int64_t n = 3 + static_cast<int64_t>(seed) * 7, words = n / 64 + 1;
    std::vector<int64_t> storage(static_cast<size_t>(1 + words), 0);
    BitsCell* bits = reinterpret_cast<BitsCell*>(storage.data());
    bits->last = WEND_NEVER;
    Cell stamps;
    story(seed, [&](const std::vector<Happened>& all, int64_t now) {
      const int64_t at = all.back().at;
      wend_bits_add(bits, words, pane(at));
      wend_stamps_add(stamps.place(), pane(at), at, now - 777);
      std::set<int64_t> inside, recent;
      for (const Happened& h : all) {
        if (pane(h.at) >= pane(now) - n) inside.insert(pane(h.at));
        if (h.at >= now - 777) recent.insert(pane(h.at));
      }
      REQUIRE(wend_bits_count(bits, words, pane(now) - n, pane(now)) == static_cast<int64_t>(inside.size()));
      REQUIRE(wend_bits_oldest(bits, words, pane(now) - n) == (inside.empty() ? WEND_FOREVER : *inside.begin()));
      REQUIRE(wend_stamps_count(stamps.place(), now - 777) == static_cast<int64_t>(recent.size()));
    });
  }
}

TEST_CASE("a streak runs up to the present pane or the one before") {
  StreakCell cell{WEND_NEVER, 0, WEND_NEVER};
  CHECK(wend_streak_read(&cell, 10) == 0);
  for (int64_t day = 1; day <= 200; ++day) {
    wend_streak_add(&cell, day);
    wend_streak_add(&cell, day);
    REQUIRE(wend_streak_read(&cell, day) == day);
    REQUIRE(wend_streak_read(&cell, day + 1) == day);
    REQUIRE(wend_streak_read(&cell, day + 2) == 0);
  }
  wend_streak_add(&cell, 202);
  CHECK(wend_streak_read(&cell, 202) == 1);
  wend_streak_add(&cell, 201);   // the day between, late
  CHECK(wend_streak_read(&cell, 202) >= 64);
}

TEST_CASE("different values beyond the bound: the one seen longest ago goes, and that is counted") {
  Cell cell;
  wend_ctx ctx;
  wend_values_add(&ctx, cell.place(), 2, 1, 10, 0);
  wend_values_add(&ctx, cell.place(), 2, 2, 20, 0);
  wend_values_add(&ctx, cell.place(), 2, 1, 30, 0);
  wend_values_add(&ctx, cell.place(), 2, 3, 40, 0);
  CHECK(wend_values_count(cell.place(), 0) == 2);
  CHECK(wend_values_count(cell.place(), 31) == 1);   // 3; 1 was seen at 30
  CHECK(ctx.values_dropped == 1);
  wend_values_add(&ctx, cell.place(), 2, 4, 5, 0);    // older than both
  CHECK(ctx.values_dropped == 2);
  CHECK(wend_values_oldest(cell.place(), 0) == 30);
  wend_values_add(&ctx, cell.place(), 2, 5, 90, 80);  // the window has left what goes
  CHECK(ctx.values_dropped == 2);
}

TEST_CASE("the most frequent value: ties go to the more recent, then to the one handled last") {
  Cell cell;
  wend_ctx ctx;
  int64_t top = 0;
  CHECK(wend_pairs_top(cell.place(), 0, &top) == 0);
  wend_pairs_add(&ctx, cell.place(), 10, 7, 1, 0, 100);
  wend_pairs_add(&ctx, cell.place(), 10, 8, 1, 0, 110);
  REQUIRE(wend_pairs_top(cell.place(), 0, &top) == 1);
  CHECK(top == 8);
  wend_pairs_add(&ctx, cell.place(), 10, 9, 1, 0, 110);
  wend_pairs_top(cell.place(), 0, &top);
  CHECK(top == 9);
  wend_pairs_add(&ctx, cell.place(), 10, 7, 2, 0, 105);
  wend_pairs_top(cell.place(), 0, &top);
  CHECK(top == 7);
  wend_pairs_top(cell.place(), 2, &top);   // the window has moved on: only pane 2 counts
  CHECK(top == 7);
  CHECK(wend_pairs_oldest(cell.place(), 0) == 1);
  CHECK(ctx.values_dropped == 0);
  wend_pairs_add(&ctx, cell.place(), 4, 6, 3, 0, 200);
  CHECK(ctx.values_dropped == 1);
}

TEST_CASE("pairs against recomputation") {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Cell cell;
    wend_ctx ctx;
    std::map<std::pair<int64_t, int64_t>, std::pair<int64_t, size_t>> last;   // (value, pane): latest at, when handled
    story(seed, [&](const std::vector<Happened>& all, int64_t now) {
      const int64_t n = 6, from = pane(now) - n;
      const Happened& e = all.back();
      wend_pairs_add(&ctx, cell.place(), 1000, e.value, pane(e.at), from, e.at);
      std::map<int64_t, int64_t> counts;
      std::map<int64_t, int64_t> latest;
      for (const Happened& h : all)
        if (pane(h.at) >= from) {
          ++counts[h.value];
          latest[h.value] = std::max(latest.count(h.value) ? latest[h.value] : WEND_NEVER, h.at);
        }
      int64_t best = 0, top = 0;
      for (auto& [value, count] : counts) best = std::max(best, count);
      REQUIRE(wend_pairs_top(cell.place(), from, &top) == (best > 0));
      if (!best) return;
      REQUIRE(counts[top] == best);
      for (auto& [value, count] : counts)
        if (count == best) REQUIRE(latest[value] <= latest[top]);
    });
  }
}

TEST_CASE("sums of numbers do not depend on the order") {
  std::vector<double> values;
  Random random(3);
  for (int i = 0; i < 200; ++i) values.push_back((static_cast<double>(random.below(2'000'001)) - 1e6) / 1e3 * (i % 7 ? 1 : 1e12));
  TotalCell forward{}, backward{};
  for (double v : values) wend_total_add(&forward, std::bit_cast<int64_t>(v), 1);
  std::reverse(values.begin(), values.end());
  for (double v : values) wend_total_add(&backward, std::bit_cast<int64_t>(v), 1);
  CHECK(wend_total_sum_number(&forward) == wend_total_sum_number(&backward));
  CHECK(std::bit_cast<double>(forward.smallest) == *std::min_element(values.begin(), values.end()));
}

TEST_CASE("arithmetic on micros rounds halves to even, and what saturates is counted") {
  wend_ctx ctx{};
  CHECK(wend_multiply_share(&ctx, 25, 500'000) == 12);    // 12.5
  CHECK(wend_multiply_share(&ctx, 35, 500'000) == 18);    // 17.5
  CHECK(wend_multiply_share(&ctx, -25, 500'000) == -12);
  CHECK(wend_divide_int(&ctx, 7, 2) == 4);                // 3.5
  CHECK(wend_divide_int(&ctx, 5, 2) == 2);                // 2.5
  CHECK(wend_divide_int(&ctx, -5, -2) == 2);
  CHECK(wend_divide_number(&ctx, 5, 2.0) == 2);
  CHECK(ctx.saturations == 0);
  CHECK(wend_divide_int(&ctx, INT64_MIN, -1) == INT64_MAX);
  CHECK(wend_multiply_number(&ctx, INT64_MAX, 2.0) == INT64_MAX);
  CHECK(wend_multiply_number(&ctx, INT64_MIN, 2.0) == INT64_MIN);
  CHECK(wend_multiply_number(&ctx, 1000, 0.0025) == 2);   // 2.5
  CHECK(wend_divide_number(&ctx, INT64_MAX, 0.5) == INT64_MAX);
  CHECK(ctx.saturations == 4);
  TotalCell total{};
  wend_total_add(&total, INT64_MAX, 0);
  wend_total_add(&total, INT64_MAX, 0);
  CHECK(wend_total_sum_int(&ctx, &total) == INT64_MAX);
  CHECK(ctx.saturations == 5);
  wend_total_add(&total, -INT64_MAX, 0);
  wend_total_add(&total, -INT64_MAX, 0);
  CHECK(wend_total_sum_int(&ctx, &total) == 0);           // the sum itself never overflowed
  TotalCell halves{};
  wend_total_add(&halves, 1, 0);
  wend_total_add(&halves, 2, 0);
  CHECK(wend_total_average_micros(&halves) == 2);   // 1.5, away from zero
}

TEST_CASE("a sequence: what serves, what completes, and what falls out of its bound") {
  Cell cell;
  wend_ctx ctx;
  const auto step = [&](int64_t hop, bool last, int64_t value, int64_t at) { return wend_sequence_step(&ctx, cell.place(), hop, last, value, at, 100, 2); };
  CHECK(step(1, true, 7, 50) == 0);      // nothing waits
  CHECK(step(0, false, 7, 50) == 1);
  CHECK(step(0, false, 7, 40) == 0);     // older than the one that waits
  CHECK(step(1, true, 7, 49) == 0);      // before it
  CHECK(step(1, true, 7, 150) == 0);     // not less than 100 after it
  CHECK(step(1, true, 8, 60) == 0);      // another value
  CHECK(step(1, true, 7, 149) == 2);
  CHECK(step(1, true, 7, 149) == 0);     // it served
  for (int64_t value : {1, 2, 3}) CHECK(step(0, false, value, value) == 1);
  CHECK(ctx.open_dropped == 1);
  CHECK(step(1, true, 1, 10) == 0);
  CHECK(step(1, true, 2, 10) == 2);
}

TEST_CASE("what passed windows hold, pane by pane") {
  Cell counts, lasts, pairs;
  wend_ctx ctx;
  struct Row { int64_t pane, at, value; };
  for (const Row& row : {Row{1, 10, 5}, Row{1, 12, 6}, Row{2, 20, 5}, Row{4, 40, 9}}) {
    wend_counts_add(counts.place(), row.pane, 0);
    wend_lasts_add(lasts.place(), row.pane, 0, row.at, row.value);
    wend_pairs_add(&ctx, pairs.place(), 10, row.value, row.pane, 0, row.at);
  }
  CHECK(wend_counts_between(counts.place(), 1, 2) == 3);
  CHECK(wend_counts_panes(counts.place(), 1, 3) == 2);
  int64_t at = 0, value = 0;
  REQUIRE(wend_lasts_between(lasts.place(), 1, 3, &at, &value));
  CHECK(at == 20);
  CHECK(value == 5);
  CHECK_FALSE(wend_lasts_between(lasts.place(), 3, 3, &at, &value));
  CHECK(wend_pairs_distinct(pairs.place(), 1, 3) == 2);
  REQUIRE(wend_pairs_top_between(pairs.place(), 1, 3, &value));
  CHECK(value == 5);
  REQUIRE(wend_pairs_top_between(pairs.place(), 4, 9, &value));
  CHECK(value == 9);
}

TEST_CASE("a cell begun anew is as before any event") {
  Cell counts;
  wend_counts_add(counts.place(), 3, 0);
  wend_cell_reset(reinterpret_cast<uint8_t*>(counts.place()), static_cast<int32_t>(CellKind::counts), 0);
  CHECK(wend_counts_read(counts.place(), 0) == 0);
  StreakCell streak{5, 3, 2};
  wend_cell_reset(reinterpret_cast<uint8_t*>(&streak), static_cast<int32_t>(CellKind::streak), 0);
  CHECK(streak.last == WEND_NEVER);
  CHECK(wend_streak_read(&streak, 5) == 0);
}
