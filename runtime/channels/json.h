// JSON as the connectors need it: a value of an answer by its place, and texts put together. nlohmann stays in one .cpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace wend {

// An answer that may be anything. Absent, of another kind, not JSON: "".
class JsonAnswer {
 public:
  explicit JsonAnswer(std::string_view text);
  ~JsonAnswer();
  JsonAnswer(const JsonAnswer&) = delete;
  JsonAnswer& operator=(const JsonAnswer&) = delete;

  // A text, number or truth value at a JSON pointer (`/errors/0/message`), as text.
  std::string at(std::string_view pointer) const;
  bool is_array() const;
  bool is_object() const;
  size_t size() const;                 // of an array or object; else 0

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

// Writes an object or array key by key; the caller opens and closes what is inside.
class JsonText {
 public:
  JsonText& open(char bracket) { comma(); text_ += bracket; return *this; }
  JsonText& close(char bracket) { text_ += bracket; return *this; }
  JsonText& key(std::string_view name);
  JsonText& text(std::string_view value);
  JsonText& raw(std::string_view json) { comma(); text_ += json; return *this; }   // must be JSON
  JsonText& pair(std::string_view name, std::string_view value) { return key(name).text(value); }

  const std::string& str() const { return text_; }

 private:
  void comma();
  std::string text_;
};

}  // namespace wend
