// A small part of the tokenizer of HTML: tags, attributes and their quotes, comments, and elements whose text is no markup.
#include "compiler/liquid/markup.h"

#include <algorithm>

namespace wend::liquid {
namespace {

constexpr size_t kWordMax = 32;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool names_url(std::string_view attribute) {
  static constexpr std::string_view kUrls[] = {"href", "src", "action", "formaction", "background", "cite", "poster", "data", "longdesc", "xlink:href"};
  return std::find(std::begin(kUrls), std::end(kUrls), attribute) != std::end(kUrls);
}

}  // namespace

void Markup::read(std::string_view text) {
  for (char c : text) step(c);
}

void Markup::shown() {
  begun_ = true;
  tail_.clear();
}

void Markup::end_of_tag() {
  place_ = !closing_ && tag_ == "script" ? Place::script : Place::text;
  tail_.clear();
}

void Markup::step(char c) {
  switch (place_) {
    case Place::text:
      // `<` before a letter, `/` or `!` begins a tag; elsewhere it is a character.
      if (tail_ == "<" && (is_letter(c) || c == '/' || c == '!')) {
        place_ = Place::tag_name;
        closing_ = c == '/';
        word_.clear();
        if (is_letter(c) || c == '!') word_ += lower(c);
        tail_.clear();
        return;
      }
      tail_ = c == '<' ? "<" : "";
      return;
    case Place::tag_name:
      if (c == '>' || is_space(c) || (c == '/' && !word_.empty())) {
        tag_ = word_;
        if (c == '>') return end_of_tag();
        place_ = Place::tag;
        return;
      }
      if (word_.size() < kWordMax) word_ += lower(c);
      if (word_ == "!--") {
        place_ = Place::comment;
        tail_.clear();
      }
      return;
    case Place::tag:
      if (c == '>') return end_of_tag();
      if (is_space(c) || c == '/') return;
      place_ = Place::attribute_name;
      word_.assign(1, lower(c));
      return;
    case Place::attribute_name:
      if (c == '=') {
        place_ = Place::before_value;
      } else if (c == '>') {
        end_of_tag();
      } else if (is_space(c)) {
        place_ = Place::behind_name;
      } else if (c == '/') {
        place_ = Place::tag;
      } else if (word_.size() < kWordMax) {
        word_ += lower(c);
      }
      return;
    case Place::behind_name:
      if (is_space(c)) return;
      if (c == '=') {
        place_ = Place::before_value;
        return;
      }
      place_ = Place::tag;
      return step(c);
    case Place::before_value:
      if (is_space(c)) return;
      url_ = names_url(word_);
      begun_ = false;
      if (c == '"') place_ = Place::quoted;
      else if (c == '\'') place_ = Place::single_quoted;
      else if (c == '>') end_of_tag();
      else place_ = Place::bare;
      return;
    case Place::quoted:
    case Place::single_quoted:
      if (c == (place_ == Place::quoted ? '"' : '\'')) place_ = Place::tag;
      else if (!is_space(c)) begun_ = true;
      return;
    case Place::bare:
      if (is_space(c)) place_ = Place::tag;
      else if (c == '>') end_of_tag();
      return;
    case Place::comment:
    case Place::script: {
      const std::string_view end = place_ == Place::comment ? "-->" : "</script";
      tail_ += lower(c);
      if (tail_.size() > end.size()) tail_.erase(0, tail_.size() - end.size());
      if (tail_ != end) return;
      if (place_ == Place::comment) {
        place_ = Place::text;
      } else {
        place_ = Place::tag;
        closing_ = true;
      }
      tail_.clear();
      return;
    }
  }
}

bool Markup::join(const Markup& other) {
  if (place_ != other.place_) {
    // Between attributes it does not matter how the last one ended.
    const auto between = [](Place place) { return place == Place::tag || place == Place::attribute_name || place == Place::behind_name; };
    if (!between(place_) || !between(other.place_)) return false;
    place_ = Place::tag;
  }
  if (word_ != other.word_) word_.clear();
  if (tag_ != other.tag_) tag_.clear();
  if (tail_ != other.tail_) tail_.clear();
  url_ = url_ || other.url_;
  begun_ = begun_ && other.begun_;
  return true;
}

}  // namespace wend::liquid
