// Blocks of four kilobytes to one megabyte, since most arenas hold the event of one request and a few those of a file; what is
// larger gets a block of its own.
#include "runtime/engine/arena.h"

#include <string.h>

#include <algorithm>
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace wend {

char* Arena::alloc(size_t bytes) {
  bytes = (bytes + 7) & ~size_t{7};
  bytes_ += bytes;
  if (used_ + bytes > size_) {
    const size_t block = std::min(kBlock, std::max(kFirstBlock, 2 * size_));
    if (bytes > block / 4) {   // leaves the present block in use
      auto own = std::make_unique_for_overwrite<char[]>(bytes);
      char* at = own.get();
      blocks_.insert(blocks_.empty() ? blocks_.end() : blocks_.end() - 1, std::move(own));
      if (blocks_.size() == 1) used_ = size_ = 0;
      return at;
    }
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
    used_ = 0;
    size_ = block;
  }
  char* at = blocks_.back().get() + used_;
  used_ += bytes;
  return at;
}

std::string_view Arena::keep(std::string_view text) {
  if (text.empty()) return {};
  if (recent_.empty()) recent_.resize(kFirstRecent);
  else if (recent_.size() == kFirstRecent && size_ > kFirstBlock) {
    std::vector<std::string_view> more(kRecent);
    for (const std::string_view kept : recent_) if (!kept.empty()) more[XXH3_64bits(kept.data(), kept.size()) % kRecent] = kept;
    recent_.swap(more);
  }
  std::string_view& recent = recent_[XXH3_64bits(text.data(), text.size()) % recent_.size()];
  if (recent == text) return recent;
  char* at = alloc(text.size());
  memcpy(at, text.data(), text.size());
  return recent = {at, text.size()};
}

}  // namespace wend
