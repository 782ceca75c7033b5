// Where in a Liquid template a byte stands, told by the text alone, so that it holds while the template is being written.
// Tested by tests/unit/language_server.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wend::lsp {

struct LiquidSpot {
  enum class Kind : uint8_t { outside, output, tag } kind = Kind::outside;   // `{{ }}`, `{% %}`
  bool filter = false;    // behind a `|`: the name of a filter
  bool tag_name = false;  // the first word of a tag
  std::string tag;        // that word, where it stands before
  uint32_t word = 0;      // where the word that is being written begins
};

// `text` up to the byte; what stands in front of the innermost `{{` or `{%` does not matter.
LiquidSpot liquid_at(std::string_view text, uint32_t offset);
// Whether the word that begins here is the name of a filter.
bool behind_bar(std::string_view text, uint32_t word);

}  // namespace wend::lsp
