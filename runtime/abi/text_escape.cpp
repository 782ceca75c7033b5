// JSON and HTML escaping. Tested by tests/unit/text_format.
#include "runtime/abi/text_format.h"
#include "runtime/abi/utf8.h"

namespace wend {

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const Scalar scalar = read_scalar(text, at);
    if (!scalar.valid) {
      out += "\xEF\xBF\xBD";
    } else if (scalar.value >= 0x20 && scalar.value != '"' && scalar.value != '\\') {
      out.append(text, at, scalar.size);
    } else if (scalar.value == '"' || scalar.value == '\\') {
      out += '\\';
      out += static_cast<char>(scalar.value);
    } else if (scalar.value == '\n') {
      out += "\\n";
    } else if (scalar.value == '\r') {
      out += "\\r";
    } else if (scalar.value == '\t') {
      out += "\\t";
    } else if (scalar.value == '\b') {
      out += "\\b";
    } else if (scalar.value == '\f') {
      out += "\\f";
    } else {
      out += "\\u00";
      out += kHex[scalar.value >> 4];
      out += kHex[scalar.value & 15];
    }
    at += scalar.size;
  }
  out += '"';
}

void append_html(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
}

}  // namespace wend
