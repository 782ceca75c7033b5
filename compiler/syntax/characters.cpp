// The bytes of a file before anything reads them as words: size, UTF-8, characters that show a text other
// than it is. Tested by tests/unit/syntax/hostile_test.cpp.
#include <cstdio>
#include <string>

#include "compiler/diagnostics/codes.h"
#include "compiler/syntax/front.h"

namespace wend {
namespace {

constexpr char32_t kInvalid = 0xFFFFFFFF;

// Decodes one scalar value at `at`; kInvalid for anything that is not shortest-form UTF-8.
char32_t decode(std::string_view text, size_t at, size_t& length) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(at);
  length = 1;
  if (first < 0x80) return first;
  const size_t wanted = first >= 0xF0 && first <= 0xF4 ? 4 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xC2 && first < 0xE0 ? 2 : 0;
  if (wanted == 0 || at + wanted > text.size()) return kInvalid;
  char32_t value = first & (0xFFu >> (wanted + 1));
  for (size_t i = 1; i < wanted; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return kInvalid;
    value = (value << 6) | (byte(at + i) & 0x3F);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[wanted] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return kInvalid;
  length = wanted;
  return value;
}

// Characters that are not seen, or turn the direction of what is seen.
bool is_invisible(char32_t c) {
  return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x061C || c == 0xFEFF || c == 0x180E || c == 0x2028 || c == 0x2029;
}

// U+200D joins emoji and letters of some scripts, so texts need it; U+200C likewise.
bool is_joiner(char32_t c) { return c == 0x200C || c == 0x200D; }

bool is_name_letter(char32_t c) {
  if (c == 0xD7 || c == 0xF7) return false;
  return c == 0xAA || c == 0xBA || (c >= 0xC0 && c <= 0x24F);
}

std::string code_point(char32_t c) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "U+%04X", static_cast<unsigned>(c));
  return buffer;
}

std::string hex_byte(char c) {
  char buffer[8];
  std::snprintf(buffer, sizeof buffer, "0x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return buffer;
}

bool check_size(const FrontFile& file, const ParseLimits& limits) {
  const auto refuse = [&](uint32_t at, std::string what, std::string most) {
    file.diagnostics.report(Code::file_too_large, Span{file.file, at, at}, what, most)
        .help("split it: the order of files means nothing");
    return false;
  };
  if (file.text.size() > limits.bytes_max) return refuse(0, "bytes", std::to_string(limits.bytes_max));
  size_t lines = 1, line_start = 0;
  for (size_t i = 0; i <= file.text.size(); ++i) {
    if (i < file.text.size() && file.text[i] != '\n') continue;
    if (i - line_start > kLineBytesMax) {
      return refuse(static_cast<uint32_t>(line_start), "bytes on one line", std::to_string(kLineBytesMax));
    }
    line_start = i + 1;
    if (i < file.text.size() && ++lines > limits.lines_max) {
      return refuse(static_cast<uint32_t>(i), "lines", std::to_string(limits.lines_max));
    }
  }
  return true;
}

}  // namespace

bool check_characters(const FrontFile& file, const ParseLimits& limits) {
  if (!check_size(file, limits)) return false;
  const std::string_view text = file.text;
  const auto at = [&](size_t i, size_t length) {
    return Span{file.file, static_cast<uint32_t>(i), static_cast<uint32_t>(i + length)};
  };
  size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (i < text.size()) {
    size_t length = 1;
    const char32_t c = decode(text, i, length);
    if (c == kInvalid) {
      file.diagnostics.report(Code::bad_encoding, at(i, 1), hex_byte(text[i])).help("save the file as UTF-8");
      return false;
    }
    const bool lone_return = c == '\r' && (i + 1 >= text.size() || text[i + 1] != '\n');
    if (lone_return || (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || (c >= 0x7F && c < 0xA0)) {
      file.diagnostics.report(Code::control_character, at(i, length), code_point(c))
          .label(lone_return ? "a carriage return without a line feed" : "not seen when read");
      return false;
    }
    if (is_invisible(c) && !is_joiner(c)) {
      file.diagnostics.report(Code::invisible_character, at(i, length), code_point(c))
          .fix("remove it", at(i, length), "");
      return false;
    }
    i += length;
  }
  return true;
}

void check_names(const FrontFile& file, const std::vector<Token>& tokens) {
  for (const Token& token : tokens) {
    if (token.type != tok::IDENT) continue;
    const std::string_view name = file.spelled(token);
    if (name.size() > kNameBytesMax) {
      file.diagnostics.report(Code::name_too_long, file.span(token), std::to_string(kNameBytesMax));
      continue;
    }
    for (size_t i = 0; i < name.size();) {
      size_t length = 1;
      const char32_t c = decode(name, i, length);
      if (c >= 0x80 && !is_name_letter(c)) {
        const auto begin = static_cast<uint32_t>(token.begin + i);
        file.diagnostics.report(Code::name_letter, Span{file.file, begin, begin + static_cast<uint32_t>(length)}, code_point(c));
        break;
      }
      i += length;
    }
  }
}

}  // namespace wend
