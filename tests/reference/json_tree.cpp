// The tree is built from nlohmann's SAX events, which give a fraction's digits as they were written.
#include "tests/reference/json_tree.h"

#include <nlohmann/json.hpp>

namespace wend::reference {
namespace {

constexpr size_t kDepthMax = 64;

class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Json root;

  bool null() override { return put({}); }
  bool boolean(bool value) override {
    Json json;
    json.kind = Json::Kind::boolean;
    json.boolean = value;
    return put(std::move(json));
  }
  bool number_integer(number_integer_t value) override { return scalar(Json::Kind::number, std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(Json::Kind::number, std::to_string(value)); }
  bool number_float(number_float_t, const string_t& digits) override { return scalar(Json::Kind::number, digits); }
  bool string(string_t& value) override { return scalar(Json::Kind::text, value); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return open(Json::Kind::object); }
  bool start_array(size_t) override { return open(Json::Kind::array); }
  bool key(string_t& value) override { return key_ = value, true; }
  bool end_object() override { return open_.pop_back(), true; }
  bool end_array() override { return open_.pop_back(), true; }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool scalar(Json::Kind kind, std::string text) {
    Json json;
    json.kind = kind;
    json.text = std::move(text);
    return put(std::move(json));
  }
  bool put(Json json) { return place(std::move(json)), true; }
  Json* place(Json json) {
    if (open_.empty()) return root = std::move(json), &root;
    Json& parent = *open_.back();
    if (parent.kind == Json::Kind::array) return &parent.items.emplace_back(std::move(json));
    return &parent.members.emplace_back(key_, std::move(json)).second;
  }
  bool open(Json::Kind kind) {
    if (open_.size() >= kDepthMax) return false;
    Json json;
    json.kind = kind;
    open_.push_back(place(std::move(json)));
    return true;
  }

  std::vector<Json*> open_;  // stays valid: only the innermost grows
  std::string key_;
};

}  // namespace

const Json* Json::member(std::string_view name) const {
  const Json* found = nullptr;
  for (const auto& [key, value] : members)
    if (key == name) found = &value;
  return found;
}

const Json* Json::path(std::string_view dotted) const {
  const Json* at = this;
  while (at) {
    size_t dot = dotted.find('.');
    at = at->member(dotted.substr(0, dot));
    if (dot == std::string_view::npos) return at;
    dotted.remove_prefix(dot + 1);
  }
  return nullptr;
}

std::optional<Json> read_json(std::string_view text) {
  Builder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return std::move(builder.root);
}

}  // namespace wend::reference
