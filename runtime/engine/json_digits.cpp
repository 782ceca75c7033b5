// Goes over a text that is known to be well-formed, in one pass, skipping what is not on the way.
#include "runtime/engine/json_digits.h"

#include "runtime/engine/json_cursor.h"

namespace wend {
namespace {

class Walk : JsonCursor {
 public:
  explicit Walk(std::string_view json) : JsonCursor(json), json_(json) {}

  std::string_view find(std::span<const std::string_view> path) {
    for (size_t depth = 0; depth < path.size(); ++depth) {
      space();
      if (peek() == '[' ? !enter_item(path[depth]) : peek() != '{' || !enter(path[depth])) return {};
    }
    space();
    const size_t start = at();
    while (peek() != '\0' && std::string_view("0123456789+-.eE").find(peek()) != std::string_view::npos) step();
    return json_.substr(start, at() - start);
  }

 private:
  // At an object: moves to the value of the key.
  bool enter(std::string_view key) {
    step();
    while (peek() != '\0') {
      space();
      if (peek() != '"') return false;
      const bool here = same(text(), key);
      space();
      step();   // :
      if (here) return true;
      skip();
      space();
      if (peek() != ',') return false;
      step();
    }
    return false;
  }

  // At an array: moves to the item whose number (from 0) is written so.
  bool enter_item(std::string_view number) {
    size_t left = 0;
    for (char c : number) left = left * 10 + static_cast<size_t>(c - '0');
    step();
    for (; left > 0; --left) {
      space();
      if (peek() == ']') return false;
      skip();
      space();
      if (peek() != ',') return false;
      step();
    }
    return true;
  }

  static bool same(std::string_view raw, std::string_view key) {
    return raw.find('\\') == std::string_view::npos ? raw == key : unescape(raw) == key;
  }

  std::string_view json_;
};

}  // namespace

std::string_view number_digits(std::string_view json, std::span<const std::string_view> path) { return Walk(json).find(path); }

}  // namespace wend
