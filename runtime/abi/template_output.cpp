// Values written into a template's output, escaped for the field they stand in.
#include <cstdio>
#include <string>
#include <string_view>

#include "runtime/abi/builtins.h"
#include "runtime/abi/text_format.h"
#include "runtime/abi/utf8.h"

namespace {

std::string& text_of(wend_out* out) { return *reinterpret_cast<std::string*>(out); }

bool is_unreserved(unsigned char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

void append_url(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(byte)) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

// The text with U+FFFD for each ill-formed byte; `kept` holds it where that changed anything.
std::string_view well_formed(std::string_view text, std::string& kept) {
  if (wend::is_valid_utf8(text)) return text;
  for (size_t at = 0; at < text.size();) {
    const wend::Scalar scalar = wend::read_scalar(text, at);
    wend::append_scalar(kept, scalar.value);
    at += scalar.size;
  }
  return kept;
}

constexpr size_t kFieldBytesMax = size_t{1} << 20;

// Control characters become a space, so that what is shown in the header of a mail stays in it.
void append_line(std::string& out, std::string_view text) {
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
}

// A url that a mail program or browser would run: `javascript:` and its like, however it is spaced or cased.
bool runs(std::string_view url) {
  std::string scheme;
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) continue;
    if (c == ':' || c == '&') break;   // an entity may stand for the colon
    if (c == '/' || c == '?' || c == '#' || scheme.size() > 16) return false;
    scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return scheme == "javascript" || scheme == "vbscript" || scheme == "data";
}

// What would take the field past its bound is left out.
void write(wend_out* out, std::string_view text, int32_t escape) {
  std::string& target = text_of(out);
  const size_t before = target.size();
  switch (escape) {
    case 1: wend::append_html(target, text); break;
    case 2: append_url(target, text); break;
    case 3: append_line(target, text); break;
    case 4: runs(text) ? void(target += '#') : wend::append_html(target, text); break;
    case 5: target += runs(text) ? std::string_view("#") : text; break;
    default: target += text;
  }
  if (target.size() > kFieldBytesMax) target.resize(before);
}

}  // namespace

extern "C" {

void wend_out_text(wend_out* out, const char* data, int64_t size, int32_t escape) noexcept {
  if (size <= 0) return;
  std::string kept;
  write(out, well_formed({data, static_cast<size_t>(size)}, kept), escape);
}

void wend_out_int(wend_out* out, int64_t value, int32_t) noexcept {
  std::string text;
  wend::append_int(text, value);
  write(out, text, 0);
}

void wend_out_number(wend_out* out, double value, int32_t escape) noexcept {
  std::string text;   // "1e+300" has a sign a url would read as a space
  wend::append_number(text, value);
  write(out, text, escape);
}

void wend_out_percent(wend_out* out, int64_t millionths, int32_t escape) noexcept {
  // Millionths are hundredths of a hundredth of a percent: the percentage has at most four places.
  std::string text;
  const bool negative = millionths < 0;
  const uint64_t size = negative ? 0 - static_cast<uint64_t>(millionths) : static_cast<uint64_t>(millionths);
  if (negative) text += '-';
  text += std::to_string(size / 10'000);
  if (uint64_t part = size % 10'000; part != 0) {
    char digits[8];
    std::snprintf(digits, sizeof digits, ".%04u", static_cast<unsigned>(part));
    text += digits;
    while (text.back() == '0') text.pop_back();
  }
  text += '%';
  write(out, text, escape);
}

void wend_out_money(wend_out* out, int64_t micros, const char* currency, int64_t currency_size, int32_t escape) noexcept {
  std::string text;
  wend::append_money(text, micros);
  if (currency_size > 0) text.append(1, ' ').append(currency, static_cast<size_t>(currency_size));
  write(out, text, escape);
}

void wend_out_duration(wend_out* out, int64_t micros, int32_t escape) noexcept {
  std::string text;
  wend::append_duration(text, micros);
  write(out, text, escape);
}

void wend_out_time(wend_out* out, int64_t micros, int32_t escape) noexcept { write(out, wend::format_instant(micros), escape); }

void wend_out_date(wend_out* out, int64_t days, int32_t escape) noexcept {
  const int64_t day = days < INT32_MIN ? INT32_MIN : days > INT32_MAX ? INT32_MAX : days;
  write(out, wend::format_date(static_cast<int32_t>(day)), escape);
}

void wend_out_time_of_day(wend_out* out, int64_t micros, int32_t escape) noexcept {
  const int64_t within = micros < 0 ? 0 : micros >= wend::kMicrosPerDay ? wend::kMicrosPerDay - 1 : micros;
  const auto seconds = static_cast<unsigned>(within / wend::kMicrosPerSecond);
  char text[16];
  if (seconds % 60 == 0) std::snprintf(text, sizeof text, "%02u:%02u", seconds / 3600, seconds / 60 % 60);
  else std::snprintf(text, sizeof text, "%02u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
  write(out, text, escape);
}

void wend_out_weekday(wend_out* out, int64_t weekday, int32_t) noexcept {
  static constexpr const char* kWords[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  if (weekday >= 0 && weekday < 7) write(out, kWords[weekday], 0);
}

void wend_out_bool(wend_out* out, int32_t value, int32_t) noexcept { write(out, value ? "true" : "false", 0); }

}  // extern "C"
