// Blocks of one megabyte; what is larger gets a block of its own.
#include "runtime/engine/arena.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace wend {

char* Arena::alloc(size_t bytes) {
  bytes = (bytes + 7) & ~size_t{7};
  bytes_ += bytes;
  if (used_ + bytes > size_) {
    if (bytes > kBlock / 4) {   // leaves the present block in use
      auto block = std::make_unique_for_overwrite<char[]>(bytes);
      char* at = block.get();
      blocks_.insert(blocks_.empty() ? blocks_.end() : blocks_.end() - 1, std::move(block));
      if (blocks_.size() == 1) used_ = size_ = 0;
      return at;
    }
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
    used_ = 0;
    size_ = kBlock;
  }
  char* at = blocks_.back().get() + used_;
  used_ += bytes;
  return at;
}

std::string_view Arena::keep(std::string_view text) {
  if (text.empty()) return {};
  std::string_view& recent = recent_[XXH3_64bits(text.data(), text.size()) % kRecent];
  if (recent == text) return recent;
  char* at = alloc(text.size());
  memcpy(at, text.data(), text.size());
  return recent = {at, text.size()};
}

}  // namespace wend
