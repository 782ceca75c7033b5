// Everything else counts bytes; only here is anything else counted.
#include "compiler/language_server/positions.h"

#include <algorithm>

#include "runtime/abi/utf8.h"

namespace wend::lsp {
namespace {

uint32_t units_of(const Scalar& scalar, Encoding encoding) {
  switch (encoding) {
    case Encoding::utf16: return scalar.value > 0xFFFF ? 2 : 1;
    case Encoding::utf8: return scalar.size;
    case Encoding::utf32: return 1;
  }
  return 1;
}

}  // namespace

const char* encoding_word(Encoding encoding) {
  static constexpr const char* kWords[] = {"utf-16", "utf-8", "utf-32"};
  return kWords[static_cast<size_t>(encoding)];
}

Lines::Lines(std::string_view text) : text_(text) {
  starts_.push_back(0);
  for (size_t at = 0; at < text.size(); ++at) {
    const bool ends = text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n'));
    if (ends) starts_.push_back(static_cast<uint32_t>(at + 1));
  }
}

std::string_view Lines::line(size_t line) const {
  if (line >= starts_.size()) return {};
  const uint32_t begin = starts_[line];
  size_t end = line + 1 < starts_.size() ? starts_[line + 1] : text_.size();
  if (line + 1 < starts_.size()) {
    --end;
    if (end > begin && text_[end] == '\n' && text_[end - 1] == '\r') --end;
  }
  return text_.substr(begin, end - begin);
}

uint32_t Lines::offset(Place place, Encoding encoding) const {
  if (place.line >= starts_.size()) return static_cast<uint32_t>(text_.size());
  const std::string_view text = line(place.line);
  size_t at = 0;
  for (uint32_t left = place.character; at < text.size() && left > 0;) {
    const Scalar scalar = read_scalar(text, at);
    const uint32_t taken = units_of(scalar, encoding);
    if (taken > left) break;
    left -= taken;
    at += scalar.size;
  }
  return starts_[place.line] + static_cast<uint32_t>(at);
}

Place Lines::place(uint32_t offset, Encoding encoding) const {
  const uint32_t at = std::min<uint32_t>(offset, static_cast<uint32_t>(text_.size()));
  const size_t number = static_cast<size_t>(std::upper_bound(starts_.begin(), starts_.end(), at) - starts_.begin()) - 1;
  const std::string_view text = line(number);
  const size_t behind = std::min<size_t>(at - starts_[number], text.size());
  uint32_t character = 0;
  for (size_t i = 0; i < behind;) {
    const Scalar scalar = read_scalar(text, i);
    if (i + scalar.size > behind) break;   // inside a character: its beginning
    character += units_of(scalar, encoding);
    i += scalar.size;
  }
  return {static_cast<uint32_t>(number), character};
}

uint32_t units(std::string_view text, Encoding encoding) {
  uint32_t count = 0;
  for (size_t at = 0; at < text.size();) {
    const Scalar scalar = read_scalar(text, at);
    count += units_of(scalar, encoding);
    at += scalar.size;
  }
  return count;
}

}  // namespace wend::lsp
