// The instant at which one input is handled and what follows from it, the text pool, and scratch memory. Calendar units
// are kept as spans, so that inputs near one another in time cost a comparison each. Tested by tests/unit/core.
#include "runtime/abi/context.h"

#include <cstring>
#include <utility>

#include <xxhash.h>

namespace wend {
namespace {
constexpr size_t kBlockBytes = 64 * 1024;
}

size_t TextPool::Hash::operator()(std::string_view text) const { return XXH3_64bits(text.data(), text.size()); }

// The empty text is id 0, so that zeroed memory holds it.
TextPool::TextPool() { intern(""); }

uint32_t TextPool::intern(std::string_view text) {
  if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
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

Context::Context(const Zone& project_zone, std::vector<WindowSpec> windows)
    : zone(project_zone), windows_(std::move(windows)), starts_(windows_.size()), firsts_(windows_.size()) {
  pool = texts.views();
  window_starts = starts_.data();
  window_firsts = firsts_.data();
  for (int64_t& first : panes_now) first = WEND_NEVER;   // so that the first set_now computes every window
  set_now(0);
  set_event_at(0);
}

int64_t Context::pane(PaneUnit unit, int64_t at_us, PaneSpan& cache) {
  if (at_us < cache.start || at_us >= cache.end) {
    const int32_t index = pane_of(zone, unit, at_us);
    cache = {pane_start(zone, unit, index), pane_start(zone, unit, index + 1), index};
  }
  return cache.index;
}

void Context::set_now(int64_t now_us) {
  now = now_us;
  bool moved[kPaneUnits];
  for (int i = 0; i < kPaneUnits; ++i) {
    const int64_t index = pane(static_cast<PaneUnit>(i), now_us, now_spans_[i]);
    moved[i] = index != panes_now[i];
    panes_now[i] = index;
  }
  today = panes_now[static_cast<int>(PaneUnit::day)];
  for (size_t i = 0; i < windows_.size(); ++i) {
    const auto unit = static_cast<int>(windows_[i].unit);
    if (!moved[unit]) continue;
    firsts_[i] = panes_now[unit] - windows_[i].count;
    starts_[i] = pane_start(zone, windows_[i].unit, static_cast<int32_t>(firsts_[i]));
  }
}

void Context::set_event_at(int64_t at_us) {
  for (int i = 0; i < kPaneUnits; ++i) panes_event[i] = pane(static_cast<PaneUnit>(i), at_us, event_spans_[i]);
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
