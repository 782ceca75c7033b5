// Semantic tokens: names by what they mean, words of the language where they are no names, and the rest by the lexer. Numbers go
// out as differences, so order is all.
#include <algorithm>

#include "compiler/language_server/describe.h"
#include "compiler/language_server/handlers.h"
#include "compiler/syntax/words.h"

namespace wend::lsp {

namespace {

constexpr std::string_view kTypes[] = {"namespace_", "class_", "enum_", "interface", "parameter", "variable", "property", "enumMember", "event",
                                       "function", "method", "keyword", "comment", "string", "number", "type", "operator"};
constexpr std::string_view kModifiers[] = {"declaration"};

uint32_t number_of(std::string_view type) {
  return static_cast<uint32_t>(std::find(std::begin(kTypes), std::end(kTypes), type) - std::begin(kTypes));
}

bool is_type(std::string_view word) {
  static constexpr std::string_view kWords[] = {"bool", "int", "number", "percent", "text", "html", "url", "email", "money", "duration", "weekday", "timezone"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

struct Coloured { uint32_t begin, end, type, modifiers; };

// Pieces that lie on one line each: clients take no others.
class Writer {
 public:
  Writer(std::string_view text, Encoding encoding) : text_(text), lines_(text), encoding_(encoding) {}

  void put(const Coloured& piece) {
    for (Place place = lines_.place(piece.begin, encoding_); place.line < lines_.count();) {
      const uint32_t line_end = lines_.start(place.line) + static_cast<uint32_t>(lines_.line(place.line).size());
      const uint32_t begin = std::max(piece.begin, lines_.start(place.line)), end = std::min(piece.end, line_end);
      if (end > begin) write(lines_.place(begin, encoding_), units(text_.substr(begin, end - begin), encoding_), piece);
      if (piece.end <= line_end) return;
      ++place.line;
    }
  }
  Json take() { return Json(std::move(data_)); }

 private:
  void write(Place at, uint32_t length, const Coloured& piece) {
    data_.emplace_back(at.line - last_.line);
    data_.emplace_back(at.line == last_.line ? at.character - last_.character : at.character);
    data_.emplace_back(length);
    data_.emplace_back(piece.type);
    data_.emplace_back(piece.modifiers);
    last_ = at;
  }

  std::string_view text_;
  Lines lines_;
  Encoding encoding_;
  Json::Array data_;
  Place last_;
};

std::vector<Coloured> pieces(const Spot& spot) {
  std::vector<NameUse> uses;
  if (spot.file != kNoFile)
    for (const NameUse& use : spot.snapshot->uses.all())
      if (use.span.file == spot.file && (uses.empty() || uses.back().span.end <= use.span.begin)) uses.push_back(use);
  std::vector<Coloured> out;
  const std::string_view text = spot.text;
  size_t next = 0;
  const auto name = [&](const NameUse& use) {
    out.push_back({use.span.begin, use.span.end, number_of(row_of(use.symbol.kind).token_type), use.declares ? 1u : 0u});
  };
  if (!spot.path.ends_with(".wend")) {
    for (const NameUse& use : uses) name(use);
    return out;
  }
  const std::vector<Word> words = words_of(text);
  for (size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    while (next < uses.size() && uses[next].span.end <= word.begin) ++next;
    const std::string_view spelled = text.substr(word.begin, word.end - word.begin);
    const bool called = i + 1 < words.size() && text[words[i + 1].begin] == '(';
    switch (word.kind) {
      case WordKind::comment: out.push_back({word.begin, word.end, number_of("comment"), 0}); break;
      case WordKind::number: out.push_back({word.begin, word.end, number_of("number"), 0}); break;
      case WordKind::text: {
        uint32_t at = word.begin;   // the names of its template stand out
        for (; next < uses.size() && uses[next].span.end <= word.end; ++next) {
          if (uses[next].span.begin > at) out.push_back({at, uses[next].span.begin, number_of("string"), 0});
          name(uses[next]);
          at = uses[next].span.end;
        }
        if (word.end > at) out.push_back({at, word.end, number_of("string"), 0});
        break;
      }
      case WordKind::name: case WordKind::soft_word: case WordKind::hard_word:
        if (next < uses.size() && uses[next].span.begin <= word.begin && word.end <= uses[next].span.end) {
          if (uses[next].span.begin == word.begin) name(uses[next]);
        } else if (word.kind != WordKind::name) {
          out.push_back({word.begin, word.end, number_of("keyword"), 0});
        } else if (called) {
          out.push_back({word.begin, word.end, number_of("function"), 0});
        } else if (is_type(spelled)) {
          out.push_back({word.begin, word.end, number_of("type"), 0});
        }
        break;
      default: break;
    }
  }
  return out;
}

Json tokens_between(const Session& session, const Spot& spot, uint32_t begin, uint32_t end) {
  Writer writer(spot.text, session.encoding);
  for (const Coloured& piece : pieces(spot))
    if (piece.end > begin && piece.begin < end) writer.put(piece);
  return object({{"data", writer.take()}});
}

}  // namespace

Json token_legend() {
  Json types = array(), modifiers = array();
  for (std::string_view type : kTypes) {
    if (type.ends_with('_')) type.remove_suffix(1);
    types.add(type);
  }
  for (const std::string_view modifier : kModifiers) modifiers.add(modifier);
  return object({{"tokenTypes", types}, {"tokenModifiers", modifiers}});
}

namespace handler {

Json semantic_tokens(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  return tokens_between(session, spot, 0, static_cast<uint32_t>(spot.text.size()));
}

Json semantic_tokens_range(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  const Lines lines(spot.text);
  return tokens_between(session, spot, lines.offset(place_of(params["range"]["start"]), session.encoding), lines.offset(place_of(params["range"]["end"]), session.encoding));
}

}  // namespace handler
}  // namespace wend::lsp
