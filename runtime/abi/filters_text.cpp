// Filters of templates over texts: the bodies of rows of compiler/builtins/builtins.def.
// Tested by tests/unit/runtime_builtins and the cases of tests/golden/golden_liquid.
#include <algorithm>
#include <string>
#include <string_view>

#include "runtime/abi/text_format.h"
#include "runtime/abi/text_result.h"
#include "runtime/abi/utf8.h"

namespace {

using wend::give_text;
using wend::view_of;

constexpr size_t kNowhere = std::string_view::npos;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view strip_left(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view strip_right(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// An empty text is looked for nowhere. What comes out is cut where it passes what a text may have.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  if (from.empty()) return std::string(text);
  std::string out;
  size_t at = 0;
  for (size_t found = text.find(from); found != kNowhere && out.size() <= wend::kTextResultMax; found = text.find(from, at)) {
    out.append(text, at, found - at).append(to);
    at = found + from.size();
  }
  if (out.size() <= wend::kTextResultMax) out.append(text, at);
  return out;
}

std::string replace_at(std::string_view text, size_t found, size_t size, std::string_view to) {
  if (found == kNowhere || size == 0) return std::string(text);
  std::string out(text.substr(0, found));
  return out.append(to).append(text, found + size);
}

// The byte at which the character of that number begins, or the end.
size_t offset_of(std::string_view text, int64_t character) {
  size_t at = 0;
  for (; character > 0 && at < text.size(); --character) at += wend::read_scalar(text, at).size;
  return at;
}

// Well-formed text of bytes that may be anything.
std::string repaired(const std::string& bytes) {
  if (wend::is_valid_utf8(bytes)) return bytes;
  std::string out;
  for (size_t at = 0; at < bytes.size();) {
    const wend::Scalar scalar = wend::read_scalar(bytes, at);
    wend::append_scalar(out, scalar.value);
    at += scalar.size;
  }
  return out;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins(std::string_view text, size_t at, std::string_view word) {
  if (text.size() - at < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i)
    if (lower(text[at + i]) != word[i]) return false;
  return true;
}

// Behind the first `end` from `at` on; nowhere when there is none.
size_t behind(std::string_view text, size_t at, std::string_view end) {
  for (; at + end.size() <= text.size(); ++at)
    if (begins(text, at, end)) return at + end.size();
  return kNowhere;
}

// Elements whose content goes with them, comments, and tags, each from its begin to the first end of its kind. One that does
// not end stays; then none behind it does either, so the text is searched once a kind.
std::string without_markup(std::string_view text) {
  struct Kind { std::string_view begin, end; bool ends; };
  Kind kinds[] = {{"<script", "</script>", true}, {"<style", "</style>", true}, {"<!--", "-->", true}, {"<", ">", true}};
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t next = kNowhere;
    if (text[at] == '<') {
      for (Kind& kind : kinds) {
        if (!kind.ends || !begins(text, at, kind.begin)) continue;
        next = behind(text, at + kind.begin.size(), kind.end);
        kind.ends = next != kNowhere;
        if (kind.ends) break;
      }
    }
    if (next == kNowhere) out += text[at++];
    else at = next;
  }
  return out;
}

// Whether an entity stands at the `&`: `&amp;`, `&#39;`.
bool is_entity(std::string_view text, size_t at) {
  size_t end = at + 1;
  const bool number = end < text.size() && text[end] == '#';
  if (number) ++end;
  const size_t first = end;
  while (end < text.size() && end - first < 32 && (number ? text[end] >= '0' && text[end] <= '9' : lower(text[end]) >= 'a' && lower(text[end]) <= 'z')) ++end;
  return end > first && end < text.size() && text[end] == ';';
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64(std::string_view bytes, std::string_view alphabet) {
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - at);
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (size_t i = 0; i < 4; ++i) out += i <= count ? alphabet[group >> (18 - 6 * i) & 63u] : '=';
  }
  return out;
}

std::string from_base64(std::string_view text, std::string_view alphabet) {
  std::string out;
  uint32_t group = 0, bits = 0;
  for (const char c : text) {
    const size_t digit = alphabet.find(c);
    if (digit == kNowhere) continue;
    group = group << 6 | static_cast<uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits & 0xFFu);
  }
  return repaired(out);
}

}  // namespace

extern "C" {

#define TEXT const char *data, int64_t size

void wend_fn_strip(wend_ctx* ctx, wend_text* out, TEXT) noexcept { give_text(ctx, out, strip_right(strip_left(view_of(data, size)))); }
void wend_fn_lstrip(wend_ctx* ctx, wend_text* out, TEXT) noexcept { give_text(ctx, out, strip_left(view_of(data, size))); }
void wend_fn_rstrip(wend_ctx* ctx, wend_text* out, TEXT) noexcept { give_text(ctx, out, strip_right(view_of(data, size))); }

void wend_fn_append(wend_ctx* ctx, wend_text* out, TEXT, const char* other, int64_t other_size) noexcept {
  give_text(ctx, out, std::string(view_of(data, size)).append(view_of(other, other_size)));
}

void wend_fn_prepend(wend_ctx* ctx, wend_text* out, TEXT, const char* other, int64_t other_size) noexcept {
  give_text(ctx, out, std::string(view_of(other, other_size)).append(view_of(data, size)));
}

void wend_fn_replace(wend_ctx* ctx, wend_text* out, TEXT, const char* from, int64_t from_size, const char* to, int64_t to_size) noexcept {
  give_text(ctx, out, replace_all(view_of(data, size), view_of(from, from_size), view_of(to, to_size)));
}

void wend_fn_replace_first(wend_ctx* ctx, wend_text* out, TEXT, const char* from, int64_t from_size, const char* to, int64_t to_size) noexcept {
  const std::string_view text = view_of(data, size), sought = view_of(from, from_size);
  give_text(ctx, out, replace_at(text, text.find(sought), sought.size(), view_of(to, to_size)));
}

void wend_fn_replace_last(wend_ctx* ctx, wend_text* out, TEXT, const char* from, int64_t from_size, const char* to, int64_t to_size) noexcept {
  const std::string_view text = view_of(data, size), sought = view_of(from, from_size);
  give_text(ctx, out, replace_at(text, text.rfind(sought), sought.size(), view_of(to, to_size)));
}

void wend_fn_remove(wend_ctx* ctx, wend_text* out, TEXT, const char* other, int64_t other_size) noexcept {
  wend_fn_replace(ctx, out, data, size, other, other_size, "", 0);
}

void wend_fn_remove_first(wend_ctx* ctx, wend_text* out, TEXT, const char* other, int64_t other_size) noexcept {
  wend_fn_replace_first(ctx, out, data, size, other, other_size, "", 0);
}

void wend_fn_remove_last(wend_ctx* ctx, wend_text* out, TEXT, const char* other, int64_t other_size) noexcept {
  wend_fn_replace_last(ctx, out, data, size, other, other_size, "", 0);
}

void wend_fn_truncate(wend_ctx* ctx, wend_text* out, TEXT, int64_t most, const char* end, int64_t end_size) noexcept {
  const std::string_view text = view_of(data, size), ending = view_of(end, end_size);
  if (static_cast<int64_t>(wend::count_scalars(text)) <= most) return give_text(ctx, out, text);
  const int64_t kept = std::max<int64_t>(0, most) - static_cast<int64_t>(wend::count_scalars(ending));
  give_text(ctx, out, std::string(text.substr(0, offset_of(text, kept))).append(ending));
}

void wend_fn_truncatewords(wend_ctx* ctx, wend_text* out, TEXT, int64_t most, const char* end, int64_t end_size) noexcept {
  const std::string_view text = view_of(data, size);
  most = std::max<int64_t>(most, 1);
  std::string kept;
  std::string_view rest = strip_left(text);
  for (int64_t words = 0; !rest.empty(); ++words) {
    if (words == most) return give_text(ctx, out, kept.append(view_of(end, end_size)));
    size_t stop = 0;
    while (stop < rest.size() && !is_space(rest[stop])) ++stop;
    if (words > 0) kept += ' ';
    kept += rest.substr(0, stop);
    rest = strip_left(rest.substr(stop));
  }
  give_text(ctx, out, text);
}

void wend_fn_slice_text(wend_ctx* ctx, wend_text* out, TEXT, int64_t from, int64_t count) noexcept {
  std::string_view text = view_of(data, size);
  const auto length = static_cast<int64_t>(wend::count_scalars(text));
  if (from < 0) from = from < -length ? length : from + length;
  if (from >= length || count <= 0) return give_text(ctx, out, {});
  text.remove_prefix(offset_of(text, from));
  give_text(ctx, out, text.substr(0, offset_of(text, count)));
}

void wend_fn_strip_html(wend_ctx* ctx, wend_text* out, TEXT) noexcept { give_text(ctx, out, without_markup(view_of(data, size))); }

void wend_fn_strip_newlines(wend_ctx* ctx, wend_text* out, TEXT) noexcept {
  give_text(ctx, out, replace_all(replace_all(view_of(data, size), "\r\n", ""), "\n", ""));
}

void wend_fn_newline_to_br(wend_ctx* ctx, wend_text* out, TEXT) noexcept {
  std::string text;
  wend::append_html(text, replace_all(view_of(data, size), "\r\n", "\n"));
  give_text(ctx, out, replace_all(text, "\n", "<br />\n"));
}

void wend_fn_escape(wend_ctx* ctx, wend_text* out, TEXT) noexcept {
  std::string text;
  wend::append_html(text, view_of(data, size));
  give_text(ctx, out, text);
}

void wend_fn_escape_once(wend_ctx* ctx, wend_text* out, TEXT) noexcept {
  const std::string_view text = view_of(data, size);
  std::string escaped;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '&' && is_entity(text, at)) escaped += '&';
    else wend::append_html(escaped, text.substr(at, 1));
  }
  give_text(ctx, out, escaped);
}

void wend_fn_url_encode(wend_ctx* ctx, wend_text* out, TEXT) noexcept {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : view_of(data, size)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~') encoded += c;
    else if (c == ' ') encoded += '+';
    else encoded.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  give_text(ctx, out, encoded);
}

void wend_fn_url_decode(wend_ctx* ctx, wend_text* out, TEXT) noexcept {
  const std::string_view text = view_of(data, size);
  std::string decoded;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool coded = text[at] == '%' && at + 2 < text.size() && digit_of(text[at + 1]) >= 0 && digit_of(text[at + 2]) >= 0;
    if (!coded) {
      decoded += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    decoded += static_cast<char>(digit_of(text[at + 1]) * 16 + digit_of(text[at + 2]));
    at += 2;
  }
  give_text(ctx, out, repaired(decoded));
}

void wend_fn_base64_encode(wend_ctx* ctx, wend_text* out, TEXT) noexcept { give_text(ctx, out, base64(view_of(data, size), kBase64)); }
void wend_fn_base64_decode(wend_ctx* ctx, wend_text* out, TEXT) noexcept { give_text(ctx, out, from_base64(view_of(data, size), kBase64)); }
void wend_fn_base64_url_safe_encode(wend_ctx* ctx, wend_text* out, TEXT) noexcept { give_text(ctx, out, base64(view_of(data, size), kBase64Url)); }
void wend_fn_base64_url_safe_decode(wend_ctx* ctx, wend_text* out, TEXT) noexcept { give_text(ctx, out, from_base64(view_of(data, size), kBase64Url)); }

void wend_fn_pluralize(wend_ctx* ctx, wend_text* out, int64_t count, const char* one, int64_t one_size, const char* many, int64_t many_size) noexcept {
  give_text(ctx, out, count == 1 ? view_of(one, one_size) : view_of(many, many_size));
}

#undef TEXT

}  // extern "C"
