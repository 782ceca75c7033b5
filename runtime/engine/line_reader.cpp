// One growing window over the source; lines are found with memchr and never copied.
#include "runtime/engine/line_reader.h"

#include <string.h>

namespace wend {

namespace {
constexpr size_t kChunk = 1 << 20;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
}  // namespace

LineReader::LineReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)), buffer_(2 * kChunk + kSlack) {}

bool LineReader::fill() {
  if (ended_) return false;
  if (begin_ > 0 && end_ + kChunk / 4 + kSlack > buffer_.size()) {
    memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const size_t room = buffer_.size() - kSlack - end_;
  const size_t got = source_->read(buffer_.data() + end_, room);
  if (got == 0) ended_ = true;
  end_ += got;
  if (!started_ && end_ - begin_ >= kByteOrderMark.size()) {
    started_ = true;
    if (std::string_view(buffer_.data() + begin_, kByteOrderMark.size()) == kByteOrderMark) begin_ += kByteOrderMark.size();
  }
  return got > 0;
}

std::string_view LineReader::peek() {
  while (end_ - begin_ < 4096 && fill()) {}
  size_t at = begin_;
  while (at < end_ && strchr(" \t\r\n", buffer_[at]) != nullptr && buffer_[at] != 0) ++at;
  return {buffer_.data() + at, end_ - at};
}

bool LineReader::give(Line& line, size_t length, size_t skipped) {
  const char* start = buffer_.data() + begin_;
  begin_ += length + skipped;
  ++number_;
  if (length > 0 && start[length - 1] == '\r') --length;
  line.text = {start, length};
  line.too_long = false;
  return true;
}

// Behind a line that is too long: everything up to its end, however far that is.
void LineReader::skip_rest_of_line() {
  do {
    const char* start = buffer_.data() + begin_;
    if (const void* found = memchr(start, '\n', end_ - begin_)) {
      begin_ += static_cast<size_t>(static_cast<const char*>(found) - start) + 1;
      return;
    }
    begin_ = end_ = 0;
  } while (fill());
}

bool LineReader::next(Line& line) {
  size_t searched = 0;
  while (true) {
    const char* start = buffer_.data() + begin_;
    const size_t held = end_ - begin_;
    if (held > searched) {
      if (const void* found = memchr(start + searched, '\n', held - searched)) {
        const size_t length = static_cast<size_t>(static_cast<const char*>(found) - start);
        if (length <= kLineBytesMax) return give(line, length, 1);
      }
    }
    if (held > kLineBytesMax) {
      static thread_local std::string beginning;   // the buffer moves on while the rest is skipped
      beginning.assign(start, 200);
      begin_ += kLineBytesMax;
      skip_rest_of_line();
      ++number_;
      line = {beginning, true};
      return true;
    }
    searched = held;
    if (fill()) continue;
    if (begin_ == end_ || !error().empty()) return false;
    return give(line, end_ - begin_, 0);
  }
}

}  // namespace wend
