// Lines of a ByteSource, as views into one buffer that always has room behind a line for a parser that reads ahead.
// Tested by tests/unit/ingest/line_reader_test.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/byte_source.h"

namespace wend {

class LineReader {
 public:
  static constexpr size_t kLineBytesMax = 1 << 20;   // a longer line is skipped and said to be too long
  static constexpr size_t kSlack = 64;               // readable bytes behind every line

  explicit LineReader(std::unique_ptr<ByteSource> source);

  struct Line {
    std::string_view text;   // without its line end (\n or \r\n); valid until the next call
    bool too_long = false;   // then the text is its beginning
  };
  // False at the end, and when the source failed: then error() says why, and a last line that was cut off is not given.
  bool next(Line& line);
  // The first bytes that are no white space, without taking them; for telling formats apart.
  std::string_view peek();

  uint64_t number() const { return number_; }        // 1-based, of the line given last
  uint64_t consumed() const { return source_->consumed(); }
  const std::string& error() const { return source_->error(); }

 private:
  bool fill();              // more bytes behind end_; false at the end
  void skip_rest_of_line();
  bool give(Line& line, size_t length, size_t skipped);

  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  size_t begin_ = 0, end_ = 0;
  uint64_t number_ = 0;
  bool ended_ = false, started_ = false;
};

}  // namespace wend
