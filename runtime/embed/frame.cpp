// See frame.h. Both kinds of frame have one header; its fields mean the same or nearly so.
#include "runtime/embed/frame.h"

#include <cstring>

#include <zlib.h>

namespace wend {
namespace {

constexpr uint16_t kVersion = 1;
constexpr uint32_t kSummedFrom = 8;

// Behind four letters and the sum.
struct Header {
  uint16_t kind = 0;
  uint32_t length = 0;
  int64_t instant = 0;
  uint32_t text = 0, state = 0, last = 0;   // lengths of what follows; of a result `last` is a count

  uint64_t summed_end() const { return uint64_t{kFrameHeaderBytes} + text; }
};

uint64_t get(const uint8_t* from, int size) {
  uint64_t value = 0;
  for (int i = 0; i < size; ++i) value |= static_cast<uint64_t>(from[i]) << (8 * i);
  return value;
}
void put(uint8_t* to, uint64_t value, int size) {
  for (int i = 0; i < size; ++i) to[i] = static_cast<uint8_t>(value >> (8 * i));
}

uint32_t sum_of(const uint8_t* frame, uint64_t end) {
  return static_cast<uint32_t>(crc32(0, frame + kSummedFrom, static_cast<uInt>(end - kSummedFrom)));
}

bool read_header(std::span<const uint8_t> bytes, const char* letters, Header& header) {
  if (bytes.size() < kFrameHeaderBytes || bytes.size() > kFrameBytesMax || std::memcmp(bytes.data(), letters, 4) != 0) return false;
  const uint8_t* at = bytes.data();
  header = {static_cast<uint16_t>(get(at + 10, 2)), static_cast<uint32_t>(get(at + 12, 4)), static_cast<int64_t>(get(at + 16, 8)),
            static_cast<uint32_t>(get(at + 24, 4)), static_cast<uint32_t>(get(at + 28, 4)), static_cast<uint32_t>(get(at + 32, 4))};
  return get(at + 8, 2) == kVersion && header.length == bytes.size() && header.summed_end() <= bytes.size() && get(at + 36, 4) == 0 &&
         get(at + 4, 4) == sum_of(at, header.summed_end());
}

// Behind what follows it.
void write_header(uint8_t* to, const char* letters, const Header& header) {
  std::memcpy(to, letters, 4);
  put(to + 8, kVersion, 2);
  put(to + 10, header.kind, 2);
  put(to + 12, header.length, 4);
  put(to + 16, static_cast<uint64_t>(header.instant), 8);
  put(to + 24, header.text, 4);
  put(to + 28, header.state, 4);
  put(to + 32, header.last, 4);
  put(to + 36, 0, 4);
  put(to + 4, sum_of(to, header.summed_end()), 4);
}

uint8_t* append(uint8_t* to, const void* bytes, size_t size) {
  if (size > 0) std::memcpy(to, bytes, size);
  return to + size;
}

}  // namespace

bool read_input(std::span<const uint8_t> bytes, InputFrame& frame) {
  Header header;
  if (!read_header(bytes, "WNDI", header)) return false;
  if (header.summed_end() + header.state + header.last != bytes.size()) return false;
  if (header.instant < kFrameEarliest || header.instant > kFrameLatest) return false;
  if (header.kind > static_cast<uint16_t>(InputKind::merge)) return false;
  frame.kind = static_cast<InputKind>(header.kind);
  if (frame.kind == InputKind::wake && header.text > 0) return false;
  if (frame.kind != InputKind::merge && header.last > 0) return false;
  frame.at = header.instant;
  frame.line = {reinterpret_cast<const char*>(bytes.data()) + kFrameHeaderBytes, header.text};
  frame.state = bytes.subspan(header.summed_end(), header.state);
  frame.other = bytes.subspan(header.summed_end() + header.state);
  return true;
}

uint64_t write_input(const InputFrame& frame, std::span<uint8_t> out) {
  const uint64_t length = uint64_t{kFrameHeaderBytes} + frame.line.size() + frame.state.size() + frame.other.size();
  if (length > kFrameBytesMax || length > out.size()) return length;
  uint8_t* to = append(out.data() + kFrameHeaderBytes, frame.line.data(), frame.line.size());
  to = append(to, frame.state.data(), frame.state.size());
  append(to, frame.other.data(), frame.other.size());
  write_header(out.data(), "WNDI", {static_cast<uint16_t>(frame.kind), static_cast<uint32_t>(length), frame.at, static_cast<uint32_t>(frame.line.size()),
                                    static_cast<uint32_t>(frame.state.size()), static_cast<uint32_t>(frame.other.size())});
  return length;
}

bool read_result(std::span<const uint8_t> bytes, ResultFrame& frame) {
  Header header;
  if (!read_header(bytes, "WNDO", header) || header.kind != 0 || header.summed_end() + header.state != bytes.size()) return false;
  frame = {header.instant, header.last, bytes.subspan(kFrameHeaderBytes, header.text), bytes.subspan(header.summed_end())};
  uint64_t at = 0;
  for (uint32_t left = frame.count; left > 0; --left) {
    if (frame.decisions.size() - at < 4) return false;
    const uint64_t size = get(frame.decisions.data() + at, 4);
    at += 4;
    if (frame.decisions.size() - at < size) return false;
    at += size;
  }
  return at == frame.decisions.size();
}

uint64_t write_result(const ResultFrame& frame, std::span<uint8_t> out) {
  const uint64_t length = uint64_t{kFrameHeaderBytes} + frame.decisions.size() + frame.state.size();
  if (length > kFrameBytesMax || length > out.size()) return length;
  append(append(out.data() + kFrameHeaderBytes, frame.decisions.data(), frame.decisions.size()), frame.state.data(), frame.state.size());
  write_header(out.data(), "WNDO", {0, static_cast<uint32_t>(length), frame.next_due, static_cast<uint32_t>(frame.decisions.size()),
                                    static_cast<uint32_t>(frame.state.size()), frame.count});
  return length;
}

}  // namespace wend
