// The pages of the project: every Markdown file of the tree, in pieces.
#pragma once

#include <string>
#include <vector>

namespace wend::pages {

struct Fence {
  std::string info;       // what stands behind the opening ```: "wend", "console", "wend E0123", "json file=events.ndjson"
  std::string text;       // its lines
  size_t line = 0;        // of the opening
  std::string language() const;   // the first word of info
  std::string option(const std::string& name) const;   // the value of `name=…` in info, or empty
};

// Paths from the root of the source tree, in order: README.md, grammar/reference/journeys.md, …
std::vector<std::string> all_pages();
std::string read_page(const std::string& page);
std::vector<Fence> fences(const std::string& text);

}  // namespace wend::pages
