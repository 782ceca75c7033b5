// Messages out of a stream of bytes and into one: `Content-Length: N`, a blank line, N bytes. Whatever the bytes are, reading
// goes on at the next header that makes sense, and memory stays bounded. Tested by tests/unit/language_server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wend::lsp {

constexpr size_t kHeaderBytesMax = 4096;       // of all header lines of one message
constexpr size_t kMessageBytesMax = 64 << 20;  // a longer one is passed over

class FrameReader {
 public:
  struct Frame {
    bool sound = true;   // false: something that is no message was passed over; `text` says what
    std::string text;
  };

  void feed(std::string_view bytes) { buffer_ += bytes; }
  // The next message, or nothing until more is fed.
  std::optional<Frame> next();
  size_t held() const { return buffer_.size(); }   // bytes; never more than one message and what was fed last

 private:
  std::optional<Frame> header();
  Frame refuse(size_t from, const char* why);

  std::string buffer_;
  size_t wanted_ = 0;        // bytes of the message that is being read
  uint64_t to_skip_ = 0;     // bytes of one that is too long
  bool in_body_ = false;
};

std::string framed(std::string_view message);

}  // namespace wend::lsp
