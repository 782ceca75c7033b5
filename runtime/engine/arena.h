// Memory that is only ever added to: blocks that never move, so that views into them stay good as long as the arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace wend {

class Arena {
 public:
  // 8-byte aligned.
  char* alloc(size_t bytes);
  // A copy of the text. A text that was kept a short while ago is not kept again: events repeat their words.
  std::string_view keep(std::string_view text);
  size_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kFirstBlock = 4 << 10, kBlock = 1 << 20;   // each twice the one before
  static constexpr size_t kFirstRecent = 64, kRecent = 4096;         // many once a block is full

  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t used_ = 0, size_ = 0, bytes_ = 0;
  std::vector<std::string_view> recent_;
};

}  // namespace wend
