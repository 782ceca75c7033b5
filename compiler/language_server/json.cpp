// The one file that sees nlohmann's reader: its events become values of ours, so that depth is bounded while reading.
#include "compiler/language_server/json.h"

#include <nlohmann/json.hpp>

#include "runtime/abi/text_format.h"

namespace wend::lsp {
namespace {

const Json kNull;

class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return put({}); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(static_cast<int64_t>(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    return put(value <= static_cast<uint64_t>(INT64_MAX) ? Json(static_cast<int64_t>(value)) : Json(static_cast<double>(value)));
  }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return open(Json(Json::Object{})); }
  bool start_array(size_t) override { return open(Json(Json::Array{})); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    keys_.back() = std::move(value);
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  Json take() { return std::move(done_); }

 private:
  bool open(Json value) {
    if (open_.size() >= kJsonDepthMax) return false;
    open_.push_back(std::move(value));
    keys_.emplace_back();
    return true;
  }
  bool close() {
    Json value = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    return put(std::move(value));
  }
  bool put(Json value) {
    if (open_.empty()) done_ = std::move(value);
    else if (open_.back().is_array()) open_.back().add(std::move(value));
    else open_.back().set(std::move(keys_.back()), std::move(value));
    return true;
  }

  std::vector<Json> open_;
  std::vector<std::string> keys_;   // of the member that is read, one for each that is open
  Json done_;
};

}  // namespace

const Json& Json::operator[](std::string_view key) const {
  if (const auto* members = std::get_if<Object>(&value_))
    for (const auto& [name, value] : *members)
      if (name == key) return value;
  return kNull;
}

bool Json::has(std::string_view key) const {
  const auto* members = std::get_if<Object>(&value_);
  if (!members) return false;
  for (const auto& [name, value] : *members)
    if (name == key) return true;
  return false;
}

const std::string& Json::text() const {
  static const std::string kNone;
  const auto* text = std::get_if<std::string>(&value_);
  return text ? *text : kNone;
}

int64_t Json::integer(int64_t otherwise) const {
  if (const auto* number = std::get_if<int64_t>(&value_)) return *number;
  if (const auto* number = std::get_if<double>(&value_); number && *number > -9e15 && *number < 9e15) return static_cast<int64_t>(*number);
  return otherwise;
}

bool Json::truth(bool otherwise) const {
  const auto* value = std::get_if<bool>(&value_);
  return value ? *value : otherwise;
}

const Json::Array& Json::items() const {
  static const Array kNone;
  const auto* items = std::get_if<Array>(&value_);
  return items ? *items : kNone;
}

const Json::Object& Json::members() const {
  static const Object kNone;
  const auto* members = std::get_if<Object>(&value_);
  return members ? *members : kNone;
}

// Members are few wherever a key may come twice: what is large in the protocol are arrays.
void Json::set(std::string key, Json value) {
  if (is_null()) value_ = Object{};
  auto* members = std::get_if<Object>(&value_);
  if (!members) return;
  if (members->size() < 256)
    for (auto& [name, held] : *members)
      if (name == key) {
        held = std::move(value);
        return;
      }
  members->emplace_back(std::move(key), std::move(value));
}

void Json::add(Json value) {
  if (is_null()) value_ = Array{};
  if (auto* items = std::get_if<Array>(&value_)) items->push_back(std::move(value));
}

std::string Json::dump() const {
  std::string out;
  append_to(out);
  return out;
}

void Json::append_to(std::string& out) const {
  if (is_null()) {
    out += "null";
  } else if (const auto* truth = std::get_if<bool>(&value_)) {
    out += *truth ? "true" : "false";
  } else if (const auto* integer = std::get_if<int64_t>(&value_)) {
    append_int(out, *integer);
  } else if (const auto* number = std::get_if<double>(&value_)) {
    append_number(out, *number);
  } else if (const auto* text = std::get_if<std::string>(&value_)) {
    append_json_string(out, *text);
  } else if (const auto* items = std::get_if<Array>(&value_)) {
    out += '[';
    for (size_t i = 0; i < items->size(); ++i) {
      if (i) out += ',';
      (*items)[i].append_to(out);
    }
    out += ']';
  } else if (const auto* members = std::get_if<Object>(&value_)) {
    out += '{';
    for (size_t i = 0; i < members->size(); ++i) {
      if (i) out += ',';
      append_json_string(out, (*members)[i].first);
      out += ':';
      (*members)[i].second.append_to(out);
    }
    out += '}';
  }
}

std::optional<Json> parse_json(std::string_view text) {
  Reader reader;
  try {
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &reader)) return std::nullopt;
  } catch (...) {
    return std::nullopt;   // nlohmann's promise is not ours
  }
  return reader.take();
}

}  // namespace wend::lsp
