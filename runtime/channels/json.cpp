// JSON, read with nlohmann and written by hand so that keys keep their order.
#include "runtime/channels/json.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "runtime/abi/text_format.h"

namespace wend {

struct JsonAnswer::Tree { nlohmann::json value; };

namespace {

// Digits, as a place in an array.
std::optional<size_t> place_of(std::string_view step) {
  size_t place = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), place);
  return error == std::errc() && end == step.data() + step.size() ? std::optional(place) : std::nullopt;
}

}  // namespace

JsonAnswer::JsonAnswer(std::string_view text)
    : tree_(new Tree{nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false)}) {}

JsonAnswer::~JsonAnswer() = default;

std::string JsonAnswer::at(std::string_view pointer) const {
  const nlohmann::json* found = &tree_->value;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string step(pointer.substr(0, pointer.find('/')));
    pointer.remove_prefix(step.size());
    if (found->is_object()) {
      const auto it = found->find(step);
      if (it == found->end()) return "";
      found = &*it;
    } else if (const std::optional<size_t> place = place_of(step); found->is_array() && place && *place < found->size()) {
      found = &(*found)[*place];
    } else {
      return "";
    }
  }
  if (found->is_string()) return found->get<std::string>();
  return found->is_number() || found->is_boolean() ? found->dump() : "";
}

bool JsonAnswer::is_array() const { return tree_->value.is_array(); }
bool JsonAnswer::is_object() const { return tree_->value.is_object(); }
size_t JsonAnswer::size() const { return tree_->value.is_structured() ? tree_->value.size() : 0; }

JsonText& JsonText::key(std::string_view name) {
  text(name);
  text_ += ':';
  return *this;
}

JsonText& JsonText::text(std::string_view value) {
  comma();
  append_json_string(text_, value);
  return *this;
}

void JsonText::comma() {
  if (!text_.empty() && text_.back() != '{' && text_.back() != '[' && text_.back() != ':') text_ += ',';
}

}  // namespace wend
