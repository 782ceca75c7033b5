// What stands here: a name of the project, a function or filter, or the code of a warning that is allowed.
#include <algorithm>

#include "compiler/builtins/builtins.h"
#include "compiler/language_server/builtin_text.h"
#include "compiler/language_server/describe.h"
#include "compiler/language_server/handlers.h"
#include "compiler/language_server/liquid_context.h"

namespace wend::lsp {
namespace {

bool is_word_byte(char c) { return c == '_' || (c & 0x80) != 0 || std::isalnum(static_cast<unsigned char>(c)); }

Span word_at(std::string_view text, uint32_t offset) {
  uint32_t begin = std::min<uint32_t>(offset, static_cast<uint32_t>(text.size())), end = begin;
  while (begin > 0 && is_word_byte(text[begin - 1])) --begin;
  while (end < text.size() && is_word_byte(text[end])) ++end;
  return {0, begin, end};
}

Json content(const Session& session, const std::string& text) {
  return object({{"kind", session.client.markdown ? "markdown" : "plaintext"}, {"value", text}});
}

// A place in another version of the text is not a range of this one.
Json answer(const Session& session, const Spot& spot, Span span, const std::string& text, bool here = true) {
  Json out = object({{"contents", content(session, text)}});
  if (here) out.set("range", range_json(session, spot.text, span.begin, span.end));
  return out;
}

}  // namespace

Json handler::hover(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  const bool markdown = session.client.markdown;
  const Span word = word_at(spot.text, spot.offset);
  const std::string name = spot.text.substr(word.begin, word.end - word.begin);
  const bool filter = behind_bar(spot.text, word.begin);
  for (std::optional<Spot> at = spot.file == kNoFile ? std::nullopt : std::optional(spot); at && !filter; at = at->snapshot == spot.snapshot ? in_sound(spot) : std::nullopt) {
    std::string text;
    Span place;
    for (const NameUse& use : at->snapshot->uses.at(at->file, at->offset)) {
      if (!text.empty()) text += markdown ? "\n\n---\n\n" : "\n\n";
      text += text_of(describe_symbol(*at->snapshot, use.symbol), markdown);
      place = use.span;
    }
    if (!text.empty()) return answer(session, spot, place, text, at->snapshot == spot.snapshot);
  }
  const bool called = word.end < spot.text.size() && spot.text[word.end] == '(';
  if (filter || called)
    if (std::string text = builtin_text(name, filter, markdown); !text.empty()) return answer(session, spot, word, text);
  if (const CodeInfo* code = name.size() == 5 ? find_code(name) : nullptr) return answer(session, spot, word, std::string(code->id) + ": " + code->why);
  return {};
}

}  // namespace wend::lsp
