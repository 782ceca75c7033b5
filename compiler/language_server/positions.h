// The one conversion between bytes of a text and the places of the protocol: lines from 0, and in a line units of the
// encoding agreed on. Lines end at CR LF, LF or CR. Tested by tests/unit/language_server.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace wend::lsp {

enum class Encoding : uint8_t { utf16, utf8, utf32 };
const char* encoding_word(Encoding encoding);   // "utf-16"

struct Place {
  uint32_t line = 0;
  uint32_t character = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

// The lines of a text that outlives it.
class Lines {
 public:
  explicit Lines(std::string_view text);

  // Behind the end of a line is its end, behind the last line the end of the text; inside a character is its beginning.
  uint32_t offset(Place place, Encoding encoding) const;
  Place place(uint32_t offset, Encoding encoding) const;

  size_t count() const { return starts_.size(); }
  uint32_t start(size_t line) const { return starts_[line]; }
  std::string_view line(size_t line) const;   // without its end

 private:
  std::string_view text_;
  std::vector<uint32_t> starts_;
};

// Units of a text in an encoding.
uint32_t units(std::string_view text, Encoding encoding);

}  // namespace wend::lsp
