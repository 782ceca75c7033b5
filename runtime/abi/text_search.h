// `text mentions (…)`: words and phrases searched in a text, whole words, case and accents folded. A query is compiled
// once (an Aho-Corasick automaton over the folded text) and then takes time linear in the text, however it is made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wend {

// The words of a text, folded, each between single blanks: " the app is down ". No word: " ".
void fold_words(std::string_view text, std::string& out);

class TextSearch {
 public:
  // The query as the Program writes it (ExprKind::mentions): `"words` NUL, `!Q`, `&Q…)`, `|Q…)`. A phrase that ends with
  // `*` is found where a word begins with its last word.
  explicit TextSearch(std::string_view query);
  bool matches(std::string_view text) const;

 private:
  struct Part { char kind; uint32_t phrase = 0; std::vector<uint32_t> of; };   // `"`, `!`, `&`, `|`
  struct Node { std::vector<std::pair<unsigned char, uint32_t>> next; uint32_t fail = 0; std::vector<uint32_t> found; };

  uint32_t read(std::string_view query, size_t& at);
  uint32_t add_phrase(std::string_view written);
  uint32_t step(uint32_t node, unsigned char byte) const;   // 0 where no edge is
  void link();
  bool holds(uint32_t part, const std::vector<bool>& found) const;

  std::vector<Part> parts_;
  std::vector<Node> nodes_;
  uint32_t root_ = 0, phrases_ = 0;
};

}  // namespace wend
