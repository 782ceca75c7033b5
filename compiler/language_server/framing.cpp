// Header lines one by one; what cannot be one costs a word to the client, and reading goes on at the next `Content-Length`.
#include "compiler/language_server/framing.h"

#include <algorithm>
#include <charconv>

namespace wend::lsp {
namespace {

constexpr std::string_view kLength = "content-length:";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Where the word of a length begins at or behind `from`; the end where none does.
size_t find_length(std::string_view text, size_t from) {
  const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(std::min(from, text.size())), text.end(), kLength.begin(), kLength.end(),
                                 [](char a, char b) { return lower(a) == b; });
  return static_cast<size_t>(found - text.begin());
}

// The length a header names; nothing when it names none that is a number.
std::optional<uint64_t> length_of(std::string_view header) {
  std::optional<uint64_t> length;
  while (!header.empty()) {
    const size_t end = std::min(header.find('\n'), header.size());
    std::string_view line = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    if (line.size() < kLength.size() || find_length(line.substr(0, kLength.size()), 0) != 0) continue;
    line.remove_prefix(kLength.size());
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
    uint64_t number = 0;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error != std::errc() || stop != line.data() + line.size()) return std::nullopt;
    length = number;
  }
  return length;
}

}  // namespace

std::optional<FrameReader::Frame> FrameReader::next() {
  if (to_skip_ > 0) {
    const size_t gone = static_cast<size_t>(std::min<uint64_t>(to_skip_, buffer_.size()));
    buffer_.erase(0, gone);
    to_skip_ -= gone;
    if (to_skip_ > 0) return std::nullopt;
  }
  if (!in_body_) return header();
  if (buffer_.size() < wanted_) return std::nullopt;
  Frame frame{true, buffer_.substr(0, wanted_)};
  buffer_.erase(0, wanted_);
  in_body_ = false;
  return frame;
}

std::optional<FrameReader::Frame> FrameReader::header() {
  // Lines end as the protocol says, or with a line feed alone.
  const size_t with_returns = buffer_.find("\r\n\r\n"), without = buffer_.find("\n\n");
  const size_t end = std::min(with_returns, without);
  if (end == std::string::npos) {
    if (buffer_.size() <= kHeaderBytesMax) return std::nullopt;
    return refuse(1, "no header of a message");
  }
  const std::optional<uint64_t> length = end <= kHeaderBytesMax ? length_of(std::string_view(buffer_).substr(0, end)) : std::nullopt;
  if (!length) return refuse(1, "a header without a length");
  buffer_.erase(0, end + (end == with_returns ? 4 : 2));
  if (*length > kMessageBytesMax) {
    to_skip_ = *length;
    Frame passed = {false, "a message of more than 64 MiB"};
    return passed;
  }
  wanted_ = static_cast<size_t>(*length);
  in_body_ = true;
  return next();
}

// Drops what stands before the next place at which a header may begin.
FrameReader::Frame FrameReader::refuse(size_t from, const char* why) {
  size_t found = find_length(buffer_, from);
  if (found == buffer_.size()) found = buffer_.size() > kLength.size() ? buffer_.size() - kLength.size() : buffer_.size();   // the word may be coming
  buffer_.erase(0, std::max<size_t>(found, 1));
  return {false, why};
}

std::string framed(std::string_view message) {
  return "Content-Length: " + std::to_string(message.size()) + "\r\n\r\n" + std::string(message);
}

}  // namespace wend::lsp
