// JSON as the protocol needs it: small plain values, so that handlers are read, and compiled, without a heavy header.
// Reading is nlohmann's (json.cpp); it is bounded in depth and never throws. Tested by tests/unit/language_server.
//
//   Json answer = object({{"line", 3}, {"character", 7}});
//   answer["line"].integer();   // 3; of what is absent or of another kind: the value given, or an empty one
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wend::lsp {

constexpr size_t kJsonDepthMax = 128;

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;   // in the order written

  Json() = default;
  Json(bool value) : value_(value) {}
  Json(int value) : value_(static_cast<int64_t>(value)) {}
  Json(uint32_t value) : value_(static_cast<int64_t>(value)) {}
  Json(int64_t value) : value_(value) {}
  Json(size_t value) : value_(static_cast<int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_integer() const { return std::holds_alternative<int64_t>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }

  // A member of an object; of an object that has none of the name, and of any other value, null.
  const Json& operator[](std::string_view key) const;
  bool has(std::string_view key) const;
  const std::string& text() const;                       // empty for what is no string
  int64_t integer(int64_t otherwise = 0) const;
  bool truth(bool otherwise = false) const;
  const Array& items() const;                            // none for what is no array
  const Object& members() const;

  void set(std::string key, Json value);                 // into an object, which null becomes; a key it has is replaced
  void add(Json value);                                  // into an array, which null becomes

  std::string dump() const;                              // on one line
  friend bool operator==(const Json&, const Json&) = default;

 private:
  void append_to(std::string& out) const;

  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> value_;
};

inline Json object(std::initializer_list<std::pair<std::string, Json>> members = {}) { return Json(Json::Object(members)); }
inline Json array(std::initializer_list<Json> items = {}) { return Json(Json::Array(items)); }

// Nothing for what is no JSON, is nested deeper than kJsonDepthMax, or is not UTF-8.
std::optional<Json> parse_json(std::string_view text);

}  // namespace wend::lsp
