// The bytes of a file or of standard input, decompressed on the way: gzip and zstd are known by their first bytes, whatever
// the name says. Tested by tests/unit/ingest/byte_source_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace wend {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Up to `size` bytes; 0 at the end, or when something went wrong: then error() is not empty. What was given before an
  // error is good.
  virtual size_t read(char* into, size_t size) = 0;
  virtual uint64_t consumed() const = 0;   // bytes of the file itself so far, for the progress bar

  const std::string& error() const { return error_; }

 protected:
  std::string error_;
};

// Never null: what cannot be opened (missing, a folder, no permission) is a source whose first read fails. "-" is
// standard input.
std::unique_ptr<ByteSource> open_source(const std::string& path);

// Bytes in memory, as they are; the text must live as long.
std::unique_ptr<ByteSource> text_source(std::string_view text);

// Bytes of the file, for the progress bar; 0 when it cannot be told.
uint64_t file_bytes(const std::string& path);

}  // namespace wend
