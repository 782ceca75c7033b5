// Compiling and running a search. Tested by tests/unit/text_format/search_test.cpp.
#include "runtime/abi/text_search.h"

#include <algorithm>
#include <memory>

#include "runtime/abi/cell_ops.h"

namespace wend {

TextSearch::TextSearch(std::string_view query) : nodes_(1) {
  size_t at = 0;
  root_ = read(query, at);
  link();
}

uint32_t TextSearch::read(std::string_view query, size_t& at) {
  const char kind = at < query.size() ? query[at++] : '|';
  Part part{kind, 0, {}};
  if (kind == '"') {
    const size_t end = std::min(query.find('\0', at), query.size());
    part.phrase = add_phrase(query.substr(at, end - at));
    at = std::min(end + 1, query.size());
  } else if (kind == '!') {
    part.of.push_back(read(query, at));
  } else {
    while (at < query.size() && query[at] != ')') part.of.push_back(read(query, at));
    ++at;
  }
  parts_.push_back(std::move(part));
  return static_cast<uint32_t>(parts_.size() - 1);
}

uint32_t TextSearch::add_phrase(std::string_view written) {
  std::string words;
  fold_words(written, words);
  if (written.ends_with('*') && words.size() > 1) words.pop_back();   // what stands behind it may go on
  uint32_t node = 0;
  for (const char letter : words) {
    uint32_t next = step(node, static_cast<unsigned char>(letter));
    if (next == 0) {
      next = static_cast<uint32_t>(nodes_.size());
      nodes_.emplace_back();
      auto& edges = nodes_[node].next;
      const std::pair<unsigned char, uint32_t> edge{static_cast<unsigned char>(letter), next};
      edges.insert(std::lower_bound(edges.begin(), edges.end(), edge), edge);
    }
    node = next;
  }
  nodes_[node].found.push_back(phrases_);
  return phrases_++;
}

uint32_t TextSearch::step(uint32_t node, unsigned char byte) const {
  const auto& edges = nodes_[node].next;
  const auto found = std::lower_bound(edges.begin(), edges.end(), std::pair<unsigned char, uint32_t>{byte, 0});
  return found != edges.end() && found->first == byte ? found->second : 0;
}

// Where to go on when no edge fits: the longest end of what was read that begins a phrase. Breadth first.
void TextSearch::link() {
  std::vector<uint32_t> order{0};
  for (size_t i = 0; i < order.size(); ++i) {
    const uint32_t node = order[i];
    for (const auto& [byte, child] : nodes_[node].next) {
      uint32_t fail = nodes_[node].fail;
      while (fail != 0 && step(fail, byte) == 0) fail = nodes_[fail].fail;
      nodes_[child].fail = node == 0 ? 0 : step(fail, byte);
      const std::vector<uint32_t>& also = nodes_[nodes_[child].fail].found;
      nodes_[child].found.insert(nodes_[child].found.end(), also.begin(), also.end());
      order.push_back(child);
    }
  }
}

bool TextSearch::holds(uint32_t index, const std::vector<bool>& found) const {
  const Part& part = parts_[index];
  const auto is_so = [&](uint32_t inner) { return holds(inner, found); };
  switch (part.kind) {
    case '"': return found[part.phrase];
    case '!': return !is_so(part.of.front());
    case '&': return std::all_of(part.of.begin(), part.of.end(), is_so);
    default: return std::any_of(part.of.begin(), part.of.end(), is_so);
  }
}

bool TextSearch::matches(std::string_view text) const {
  std::string words;
  words.reserve(text.size() + 2);
  fold_words(text, words);
  std::vector<bool> found(phrases_);
  uint32_t node = 0;
  for (const char letter : words) {
    const auto byte = static_cast<unsigned char>(letter);
    uint32_t next = step(node, byte);
    while (next == 0 && node != 0) {
      node = nodes_[node].fail;
      next = step(node, byte);
    }
    node = next;
    for (const uint32_t phrase : nodes_[node].found) found[phrase] = true;
  }
  return holds(root_, found);
}

}  // namespace wend

extern "C" int32_t wend_text_mentions(wend_ctx* ctx, const char* data, int64_t size, const char* query, int64_t query_size) {
  auto& context = *static_cast<wend::Context*>(ctx);
  std::shared_ptr<void>& compiled = context.queries[query];
  if (!compiled) compiled = std::make_shared<wend::TextSearch>(std::string_view(query, static_cast<size_t>(query_size)));
  return static_cast<wend::TextSearch*>(compiled.get())->matches(std::string_view(data, static_cast<size_t>(size))) ? 1 : 0;
}
