// Source texts of one project and places in them. A Span is a half-open byte range of one file;
// a Position is what a person is told (1-based line, 1-based column in Unicode scalar values).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace wend {

constexpr uint32_t kNoFile = 0xffffffffu;  // the file of a Span that stands nowhere (a project that is missing)

struct Span {
  uint32_t file = 0;
  uint32_t begin = 0;  // byte offset of the first byte
  uint32_t end = 0;    // byte offset behind the last byte

  bool empty() const { return begin == end; }
  friend bool operator==(const Span&, const Span&) = default;
};

// The smallest span that holds both; both must be of one file.
Span join(Span a, Span b);

struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
};

class SourceFile {
 public:
  SourceFile(std::string path, std::string text);

  const std::string& path() const { return path_; }  // relative to the project's root, with '/'
  const std::string& text() const { return text_; }
  Position position(uint32_t offset) const;
  uint32_t line_count() const { return static_cast<uint32_t>(line_starts_.size()); }
  // The text of a 1-based line without its line end.
  std::string_view line(uint32_t line) const;
  uint32_t line_start(uint32_t line) const { return line_starts_[line - 1]; }

 private:
  std::string path_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
};

// All files of a project, in a fixed order. A file keeps its index for as long as the Sources live.
class Sources {
 public:
  uint32_t add(std::string path, std::string text);
  const SourceFile& file(uint32_t index) const { return files_[index]; }
  size_t size() const { return files_.size(); }
  std::string_view text(Span span) const;

 private:
  std::deque<SourceFile> files_;
};

}  // namespace wend
