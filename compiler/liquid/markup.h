// Where in the markup of an html field a value would stand: what it must be escaped for follows from that alone.
// Tested by tests/golden/liquid (html_…) and tests/unit/liquid.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wend::liquid {

class Markup {
 public:
  enum class Place : uint8_t {
    text, tag_name, tag, attribute_name, behind_name, before_value, quoted, single_quoted, bare, comment, script
  };

  // Reads on through text of the template.
  void read(std::string_view text);
  // A value was shown here.
  void shown();

  Place place() const { return place_; }
  bool in_attribute() const { return place_ == Place::quoted || place_ == Place::single_quoted; }
  bool in_url() const { return in_attribute() && url_; }
  bool at_value_start() const { return !begun_; }   // in_attribute(): nothing of the value stands before

  // Where two branches meet. False when they do not end in the same place.
  bool join(const Markup& other);

 private:
  void step(char c);
  void end_of_tag();

  Place place_ = Place::text;
  std::string word_;       // of the tag or attribute, lower case
  std::string tag_;
  std::string tail_;       // the last characters, where an end of several is looked for
  bool closing_ = false;   // </tag
  bool url_ = false;       // the attribute's value is a url
  bool begun_ = false;
};

}  // namespace wend::liquid
