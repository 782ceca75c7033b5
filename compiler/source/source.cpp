// Line tables and positions. Tested by tests/unit/source.
#include "compiler/source/source.h"

#include <algorithm>

#include "runtime/abi/utf8.h"

namespace wend {

namespace {
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
}  // namespace

Span join(Span a, Span b) { return {a.file, std::min(a.begin, b.begin), std::max(a.end, b.end)}; }

// A leading byte order mark stands before the first line, so that line 1 begins behind it.
SourceFile::SourceFile(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {
  line_starts_.push_back(std::string_view(text_).starts_with(kByteOrderMark) ? 3u : 0u);
  for (size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) {
    line_starts_.push_back(static_cast<uint32_t>(at + 1));
  }
}

Position SourceFile::position(uint32_t offset) const {
  const uint32_t at = std::min<uint32_t>(offset, static_cast<uint32_t>(text_.size()));
  const auto behind = std::upper_bound(line_starts_.begin(), line_starts_.end(), at);
  if (behind == line_starts_.begin()) return {1, 1};  // inside the byte order mark
  const uint32_t start = *(behind - 1);
  const auto number = static_cast<uint32_t>(behind - line_starts_.begin());
  const std::string_view before = std::string_view(text_).substr(start, at - start);
  return {number, static_cast<uint32_t>(count_scalars(before)) + 1};
}

std::string_view SourceFile::line(uint32_t line) const {
  if (line == 0 || line > line_count()) return {};
  const uint32_t start = line_starts_[line - 1];
  const size_t end = line < line_count() ? line_starts_[line] - 1 : text_.size();
  std::string_view text = std::string_view(text_).substr(start, end - start);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

uint32_t Sources::add(std::string path, std::string text) {
  files_.emplace_back(std::move(path), std::move(text));
  return static_cast<uint32_t>(files_.size() - 1);
}

std::string_view Sources::text(Span span) const {
  if (span.file >= files_.size()) return {};
  const std::string_view text = files_[span.file].text();
  const size_t begin = std::min<size_t>(span.begin, text.size());
  const size_t end = std::clamp<size_t>(span.end, begin, text.size());
  return text.substr(begin, end - begin);
}

}  // namespace wend
