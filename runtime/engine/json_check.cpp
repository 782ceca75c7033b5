// One parser a thread, which keeps its memory from body to body.
#include "runtime/engine/json_check.h"

#include <string>

#include <simdjson.h>

namespace wend {

namespace {

size_t digits_end(std::string_view json, size_t at) {
  while (at < json.size() && json[at] >= '0' && json[at] <= '9') ++at;
  return at;
}

// Where a number that begins here ends; `at` when it is not written as JSON asks.
size_t number_end(std::string_view json, size_t at) {
  const size_t start = at, first = at + (json[at] == '-' ? 1 : 0);
  size_t end = digits_end(json, first);
  if (end == first || (json[first] == '0' && end > first + 1)) return start;
  if (end < json.size() && json[end] == '.') {
    const size_t fraction = end + 1;
    if ((end = digits_end(json, fraction)) == fraction) return start;
  }
  if (end < json.size() && (json[end] | 0x20) == 'e') {
    size_t power = end + 1;
    if (power < json.size() && (json[power] == '+' || json[power] == '-')) ++power;
    if ((end = digits_end(json, power)) == power) return start;
  }
  return end == json.size() || std::string_view(",:{}[]\" \t\r\n").find(json[end]) != std::string_view::npos ? end : start;
}

// Each well-written number outside of texts as a 0 and blanks.
std::string without_numbers(std::string_view json) {
  std::string out(json);
  for (size_t at = 0; at < out.size();) {
    if (out[at] == '"') {
      for (++at; at < out.size() && out[at] != '"'; ++at) at += out[at] == '\\' ? 1 : 0;
      ++at;
    } else if (out[at] == '-' || (out[at] >= '0' && out[at] <= '9')) {
      const size_t end = number_end(json, at);
      if (end == at) return out;   // malformed: it will be found again
      out[at++] = '0';
      while (at < end) out[at++] = ' ';
    } else {
      ++at;
    }
  }
  return out;
}

int parse(std::string_view json) {
  thread_local simdjson::dom::parser parser;
  if (parser.capacity() < json.size() && parser.allocate(json.size() + kJsonSlack, kJsonDepthMax) != simdjson::SUCCESS) return simdjson::MEMALLOC;
  return parser.parse(json.data(), json.size(), false).error();
}

}  // namespace

const char* json_fault_words(int code) {
  switch (code) {
    case simdjson::UTF8_ERROR: return "its bytes are not valid UTF-8";
    case simdjson::DEPTH_ERROR: return "it is nested deeper than 64 levels";
    case simdjson::NUMBER_ERROR: return "a number is malformed or out of range";
    case simdjson::STRING_ERROR: return "a text has an invalid escape";
    case simdjson::UNCLOSED_STRING: return "a text is not closed";
    case simdjson::UNESCAPED_CHARS: return "a text holds an unescaped control character";
    case simdjson::T_ATOM_ERROR: case simdjson::F_ATOM_ERROR: case simdjson::N_ATOM_ERROR:
      return "a word is not `true`, `false` or `null`";
    default: return "its brackets, commas or colons do not fit together";
  }
}

const char* json_fault(std::string_view json) {
  int code = parse(json);
  if (code == simdjson::NUMBER_ERROR) {
    std::string blanked = without_numbers(json);
    blanked.resize(json.size() + kJsonSlack);
    code = parse(std::string_view(blanked).substr(0, json.size()));
  }
  return code == simdjson::SUCCESS ? nullptr : json_fault_words(code);
}

}  // namespace wend
