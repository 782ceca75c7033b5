// What stands in a path and behind its `?`, as a handler wants it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace wend {

// %XX as bytes; what is no code stays.
inline std::string decoded(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    out += coded ? static_cast<char>(digit(text[i + 1]) << 4 | digit(text[i + 2])) : text[i];
    i += coded ? 2 : 0;
  }
  return out;
}

// The first value of that name; "" when there is none.
inline std::string query_text(std::string_view query, std::string_view name) {
  for (size_t at = 0; at < query.size();) {
    const size_t end = std::min(query.find('&', at), query.size());
    const std::string_view pair = query.substr(at, end - at);
    at = end + 1;
    if (pair.size() > name.size() && pair.substr(0, name.size()) == name && pair[name.size()] == '=') return decoded(pair.substr(name.size() + 1));
  }
  return {};
}

// A whole number; `otherwise` where it is none.
inline uint64_t query_number(std::string_view query, std::string_view name, uint64_t otherwise) {
  const std::string text = query_text(query, name);
  uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > UINT64_MAX / 16) return otherwise;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return text.empty() ? otherwise : value;
}

}  // namespace wend
