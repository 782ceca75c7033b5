// The instant at which one input is handled and what follows from it, the text pool, and scratch memory. Calendar units
// are kept as spans, so that inputs near one another in time cost a comparison each. Tested by tests/unit/core.
#include "runtime/abi/context.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <xxhash.h>

namespace wend {
namespace {
constexpr size_t kBlockBytes = 64 * 1024;

// As pane_of() has minutes and hours.
int64_t fine_pane(int64_t at_us, int64_t length_us) { return std::clamp<int64_t>(floor_div(at_us, length_us), INT32_MIN, INT32_MAX); }
}

size_t TextPool::Hash::operator()(std::string_view text) const { return XXH3_64bits(text.data(), text.size()); }

// The empty text is id 0, so that zeroed memory holds it.
TextPool::TextPool() : lately_(kLately) { add(""); }

uint32_t TextPool::intern(std::string_view text) {
  uint32_t& lately = lately_[Hash()(text) % kLately];
  if (at(lately) == text) return lately;
  const auto found = ids_.find(text);
  return lately = found != ids_.end() ? found->second : add(text);
}

uint32_t TextPool::add(std::string_view text) {
  char* place = nullptr;
  if (text.size() > kBlockBytes / 4) {   // a block of its own, behind the one being filled
    blocks_.push_back(std::make_unique<char[]>(text.size()));
    place = blocks_.back().get();
    if (blocks_.size() > 1) std::swap(blocks_.back(), blocks_[blocks_.size() - 2]);
    else block_size_ = block_used_ = text.size();
  } else {
    if (block_size_ - block_used_ < text.size() || blocks_.empty()) {
      blocks_.push_back(std::make_unique<char[]>(kBlockBytes));
      block_size_ = kBlockBytes;
      block_used_ = 0;
    }
    place = blocks_.back().get() + block_used_;
    block_used_ += text.size();
  }
  if (!text.empty()) std::memcpy(place, text.data(), text.size());
  const auto id = static_cast<uint32_t>(views_.size());
  views_.push_back({place, static_cast<int64_t>(text.size())});
  ids_.emplace(std::string_view(place, text.size()), id);
  return id;
}

Context::Context(const Zone& project_zone, std::vector<WindowSpec> windows) : zone(project_zone), windows_(std::move(windows)) {
  pool = texts.views();
  for (uint32_t i = 0; i < windows_.size(); ++i)
    if (windows_[i].unit == PaneUnit::minute || windows_[i].unit == PaneUnit::hour) fine_.push_back(i);
  for (Sheet& sheet : sheets_) {
    sheet.starts.resize(windows_.size());
    sheet.firsts.resize(windows_.size());
  }
  if (!fine_.empty()) {
    starts_.resize(windows_.size());
    firsts_.resize(windows_.size());
  }
  set_now(0);
  set_event_at(0);
}

void Context::fill(Day& day, int64_t at_us) const {
  const int32_t today = pane_of(zone, PaneUnit::day, at_us);
  day.start = pane_start(zone, PaneUnit::day, today);
  day.end = pane_start(zone, PaneUnit::day, today + 1);
  day.panes[static_cast<int>(PaneUnit::day)] = today;
  for (const PaneUnit unit : {PaneUnit::week, PaneUnit::month}) day.panes[static_cast<int>(unit)] = pane_of(zone, unit, at_us);
}

void Context::set_now(int64_t now_us) {
  now = now_us;
  if (fine_.empty() && sheet_ && now_us >= sheet_->start && now_us < sheet_->end) {   // the day it was
    panes_now[0] = fine_pane(now_us, kMicrosPerMinute);
    panes_now[1] = fine_pane(now_us, kMicrosPerHour);
    return;
  }
  Sheet& sheet = sheets_[static_cast<uint64_t>(floor_div(now_us, kMicrosPerDay / 4)) % kSheets];
  const bool fresh = now_us < sheet.start || now_us >= sheet.end;
  if (fresh) {
    fill(sheet, now_us);
    for (size_t i = 0; i < windows_.size(); ++i) {
      const PaneUnit unit = windows_[i].unit;
      if (unit == PaneUnit::minute || unit == PaneUnit::hour) continue;
      sheet.firsts[i] = sheet.panes[static_cast<int>(unit)] - windows_[i].count;
      sheet.starts[i] = pane_start(zone, unit, static_cast<int32_t>(sheet.firsts[i]));
    }
  }
  static_assert(static_cast<int>(PaneUnit::day) == 2 && static_cast<int>(PaneUnit::month) == kPaneUnits - 1);
  const int64_t minute = fine_pane(now_us, kMicrosPerMinute), hour = fine_pane(now_us, kMicrosPerHour);
  const bool turns = !fine_.empty() && (fresh || &sheet != sheet_ || minute != panes_now[0] || hour != panes_now[1]);
  panes_now[0] = minute;
  panes_now[1] = hour;
  panes_now[2] = today = sheet.panes[2];
  panes_now[3] = sheet.panes[3];
  panes_now[4] = sheet.panes[4];
  sheet_ = &sheet;
  if (turns) turn_fine_windows();
  window_starts = fine_.empty() ? sheet.starts.data() : starts_.data();
  window_firsts = fine_.empty() ? sheet.firsts.data() : firsts_.data();
}

void Context::turn_fine_windows() {
  starts_ = sheet_->starts;
  firsts_ = sheet_->firsts;
  for (const uint32_t i : fine_) {
    firsts_[i] = panes_now[static_cast<int>(windows_[i].unit)] - windows_[i].count;
    starts_[i] = pane_start(zone, windows_[i].unit, static_cast<int32_t>(firsts_[i]));
  }
}

void Context::set_event_at(int64_t at_us) {
  if (at_us == now) return std::copy(panes_now, panes_now + kPaneUnits, panes_event), void();
  const Day& day = day_at(at_us);
  panes_event[0] = fine_pane(at_us, kMicrosPerMinute);
  panes_event[1] = fine_pane(at_us, kMicrosPerHour);
  for (int unit = 2; unit < kPaneUnits; ++unit) panes_event[unit] = day.panes[unit];
}

const Context::Day& Context::day_at(int64_t at_us) const {
  Day& day = days_[static_cast<uint64_t>(floor_div(at_us, kMicrosPerDay / 4)) % kDays];
  if (at_us < day.start || at_us >= day.end) fill(day, at_us);
  return day;
}

int64_t Context::pane_at(PaneUnit unit, int64_t at_us) const {
  if (unit == PaneUnit::minute || unit == PaneUnit::hour) return fine_pane(at_us, unit == PaneUnit::minute ? kMicrosPerMinute : kMicrosPerHour);
  return day_at(at_us).panes[static_cast<int>(unit)];
}

int64_t Context::start_of(PaneUnit unit, int32_t pane) {
  const int64_t key = int64_t{pane} * kPaneUnits + static_cast<int>(unit);
  PaneStart& known = pane_starts_[static_cast<uint64_t>(key) % kStarts];
  if (known.key != key) known = {key, pane_start(zone, unit, pane)};
  return known.start;
}

char* Context::alloc(size_t bytes) {
  const size_t rounded = (bytes + 15) & ~size_t{15};
  if (scratch_.empty() || scratch_used_ + rounded > scratch_block_) {
    scratch_block_ = rounded > kBlockBytes ? rounded : kBlockBytes;
    scratch_.push_back(std::make_unique<char[]>(scratch_block_));
    scratch_used_ = 0;
  }
  char* place = scratch_.back().get() + scratch_used_;
  scratch_used_ += rounded;
  return place;
}

void Context::reset_scratch() {
  if (scratch_.size() > 1) {   // an ordinary step needs one block at most; larger ones are given back
    scratch_.clear();
    scratch_block_ = 0;
  }
  scratch_used_ = 0;
}

}  // namespace wend
