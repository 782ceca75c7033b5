// The members of a cell, one call each; the inner part of cell_codec.cpp, whose code for a kind of cell is written once and passes over it to
// write or to read.
#pragma once

#include <algorithm>
#include <bit>
#include <limits>

#include "runtime/core/packing.h"
#include "runtime/core/user_state.h"

namespace wend {

constexpr int64_t kLeastPane = INT32_MIN, kMostPane = INT32_MAX;
constexpr unsigned kPaneOrder = 2, kTotalOrder = 4;
constexpr uint64_t kMostCounted = uint64_t{1} << 40;   // of one user's events: what is counted on and added up stays in range
constexpr int64_t kSumOfOne = int64_t{1} << 40;   // sums of numbers are counted in parts of it

inline bool bit_at(const uint64_t* words, uint32_t at) { return words[at / 64] >> (at % 64) & 1; }

// Passes over the members of a cell in a fixed order. Writing and reading differ in what a member's call does.
class Writing {
 public:
  static constexpr bool reads = false;
  Writing(PackWriter& out, const Context& context) : out_(out), context_(context) {}
  void instant(const int64_t& value) { out_.behind(value, out_.now); }
  void true_instant(const int64_t& value) { out_.behind(value, out_.now); }
  void later(const int64_t& value, int64_t before, Distance::Tag& usual) { out_.next(value, before, usual); }
  void pane(const int64_t& value, int64_t near) { out_.near_or_none(value == WEND_NEVER, value, near, kPaneOrder); }
  template <class Pane>
  void first_pane(const Pane& value, int64_t near) { out_.number(zigzag(static_cast<uint64_t>(near - value)), kPaneOrder); }
  template <class Pane>
  void next_pane(const Pane& value, int64_t before, Column& gaps) { out_.number(static_cast<uint64_t>(value - before - 1), gaps); }
  template <class Pane>
  void any_pane(const Pane& value, int64_t before, Column& gaps) { out_.number(zigzag(static_cast<uint64_t>(value - before)), gaps); }
  template <class Count>   // at least 1
  void count(const Count& value, Column& counts) { out_.number(static_cast<uint64_t>(value) - 1, counts); }
  void total(const int64_t& value) { out_.number(static_cast<uint64_t>(value), kTotalOrder); }
  void flag(const bool& value) { out_.flag(value); }
  void word(const uint64_t& value) { out_.bits(value, 64); }
  void runs(const uint64_t* words, uint32_t bits, bool begins_set = true);
  void hop(const int64_t& value) { out_.integer(value, 1); }
  void sum(const uint64_t& low, const int64_t&, const ModuleCell& cell, AmountColumn& sums) {
    const auto value = static_cast<int64_t>(low);
    if (!cell.number_value) return out_.amount(value, sums);
    const bool is_whole = value % kSumOfOne == 0;
    out_.flag(is_whole);
    out_.number(zigzag(static_cast<uint64_t>(is_whole ? value / kSumOfOne : value)), sums.numbers);
  }
  void real(const double& value) { out_.bits(std::bit_cast<uint64_t>(value), 64); }
  void value(const int64_t& value, const ModuleCell& cell, AmountColumn& values) {
    if (cell.text_value) out_.shared_text(context_.texts.at(static_cast<uint32_t>(value)));
    else if (cell.number_value) out_.real(std::bit_cast<double>(value));
    else out_.amount(value, values);
  }
  bool good() const { return true; }
  const Context& context() const { return context_; }
  void require(bool) {}

 private:
  PackWriter& out_;
  const Context& context_;
};

class Reading {
 public:
  static constexpr bool reads = true;
  Reading(PackReader& in, Context& context) : in_(in), context_(context) {}
  void instant(int64_t& value) { value = in_.behind(in_.now); in_.check(value != WEND_FOREVER); }
  void true_instant(int64_t& value) { value = in_.true_behind(in_.now); }
  void later(int64_t& value, int64_t before, Distance::Tag& usual) { value = in_.true_next(before, usual); }
  void pane(int64_t& value, int64_t near) { value = in_.near_or_none(WEND_NEVER, near, kLeastPane, kMostPane, kPaneOrder); }
  template <class Pane>
  void first_pane(Pane& value, int64_t near) { value = pane_of<Pane>(near - static_cast<__int128>(static_cast<int64_t>(unzigzag(in_.number(kPaneOrder))))); }
  template <class Pane>
  void next_pane(Pane& value, int64_t before, Column& gaps) { value = pane_of<Pane>(static_cast<__int128>(before) + 1 + in_.number(gaps)); }
  template <class Pane>
  void any_pane(Pane& value, int64_t before, Column& gaps) { value = pane_of<Pane>(static_cast<__int128>(before) + static_cast<int64_t>(unzigzag(in_.number(gaps)))); }
  template <class Count>
  void count(Count& value, Column& counts) {
    const uint64_t less = in_.number(counts);
    value = in_.check(less < std::min(static_cast<uint64_t>(std::numeric_limits<Count>::max()), kMostCounted)) ? static_cast<Count>(less + 1) : Count{1};
  }
  void total(int64_t& value) {
    const uint64_t read = in_.number(kTotalOrder);
    value = in_.check(read <= kMostCounted) ? static_cast<int64_t>(read) : 0;
  }
  void flag(bool& value) { value = in_.flag(); }
  void word(uint64_t& value) { value = in_.bits(64); }
  void runs(uint64_t* words, uint32_t bits, bool begins_set = true);
  void hop(int64_t& value) { value = in_.integer(1); }
  void sum(uint64_t& low, int64_t& high, const ModuleCell& cell, AmountColumn& sums) {
    int64_t value = 0;
    if (!cell.number_value) {
      value = in_.amount(sums);
    } else {
      const bool is_whole = in_.flag();
      const auto number = static_cast<int64_t>(unzigzag(in_.number(sums.numbers)));
      in_.check(is_whole ? !__builtin_mul_overflow(number, kSumOfOne, &value) : number % kSumOfOne != 0);
      if (!is_whole) value = number;
    }
    low = static_cast<uint64_t>(value);
    high = value < 0 ? -1 : 0;
  }
  void real(double& value) { value = std::bit_cast<double>(in_.bits(64)); }   // of measures beyond all measure it may be none
  void value(int64_t& value, const ModuleCell& cell, AmountColumn& values) {
    if (cell.text_value) value = context_.intern(in_.shared_text());
    else if (cell.number_value) value = std::bit_cast<int64_t>(in_.real());
    else value = in_.amount(values);
  }
  bool good() const { return in_.good(); }
  void require(bool holds) { in_.check(holds); }

 private:
  template <class Pane>
  Pane pane_of(__int128 wide) { return in_.check(wide >= kLeastPane && wide <= kMostPane) ? static_cast<Pane>(wide) : Pane{0}; }

  PackReader& in_;
  Context& context_;
};

}  // namespace wend
