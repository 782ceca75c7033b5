// What follows from the shape of a text alone: folds, what a selection grows to, and the one style.
#include <algorithm>

#include "compiler/language_server/handlers.h"
#include "compiler/syntax/format.h"
#include "compiler/syntax/words.h"

namespace wend::lsp {
namespace {

struct Fold { uint32_t begin, end; const char* kind; };

std::vector<Fold> folds_of(std::string_view text) {
  std::vector<Fold> folds;
  std::vector<uint32_t> open;
  uint32_t comment = UINT32_MAX, comment_end = 0;
  const auto end_comment = [&] {
    if (comment != UINT32_MAX) folds.push_back({comment, comment_end, "comment"});
    comment = UINT32_MAX;
  };
  bool line_is_comment = true;
  for (const Word& word : words_of(text)) {
    if (word.kind == WordKind::line_end) {
      line_is_comment = true;
      continue;
    }
    if (word.kind == WordKind::comment && line_is_comment) {
      if (comment == UINT32_MAX) comment = word.begin;
      comment_end = word.end;
      continue;
    }
    line_is_comment = false;
    end_comment();
    if (word.kind == WordKind::text) folds.push_back({word.begin, word.end, ""});
    if (word.kind != WordKind::sign) continue;
    if (text[word.begin] == '{') open.push_back(word.begin);
    if (text[word.begin] == '}' && !open.empty()) {
      folds.push_back({open.back(), word.begin, ""});
      open.pop_back();
    }
  }
  end_comment();
  return folds;
}

// The ranges around a place, innermost first: the word, what is between braces, the braces with the line before them, the whole.
std::vector<std::pair<uint32_t, uint32_t>> ranges_around(std::string_view text, uint32_t offset) {
  std::vector<std::pair<uint32_t, uint32_t>> ranges;
  const std::vector<Word> words = words_of(text);
  std::vector<size_t> open;
  std::vector<std::pair<uint32_t, uint32_t>> blocks;
  for (size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    if (word.kind != WordKind::line_end && word.begin <= offset && offset <= word.end && ranges.empty()) ranges.emplace_back(word.begin, word.end);
    if (word.kind != WordKind::sign) continue;
    if (text[word.begin] == '{') open.push_back(i);
    if (text[word.begin] != '}' || open.empty()) continue;
    const Word& brace = words[open.back()];
    size_t first = open.back();
    while (first > 0 && words[first - 1].kind != WordKind::line_end && text[words[first - 1].begin] != '{' && text[words[first - 1].begin] != '}') --first;
    open.pop_back();
    if (brace.begin <= offset && offset <= word.end) {
      if (brace.end <= offset && offset <= word.begin) ranges.emplace_back(brace.end, word.begin);
      ranges.emplace_back(brace.begin, word.end);
    }
    if (words[first].begin <= offset && offset <= word.end) ranges.emplace_back(words[first].begin, word.end);
  }
  ranges.emplace_back(0, static_cast<uint32_t>(text.size()));
  std::vector<std::pair<uint32_t, uint32_t>> growing;
  for (const auto& range : ranges)
    if (growing.empty() || (range.first <= growing.back().first && range.second >= growing.back().second && range != growing.back())) growing.push_back(range);
  return growing;
}

// Line by line where the style moves no line, else what differs as a whole: an editor keeps its marks in what it is not told of.
std::vector<Edit> edits_between(std::string_view from, std::string_view to) {
  const Lines old_lines(from), new_lines(to);
  std::vector<Edit> edits;
  if (old_lines.count() == new_lines.count()) {
    for (size_t line = 0; line < old_lines.count(); ++line) {
      const uint32_t begin = old_lines.start(line);
      const uint32_t end = line + 1 < old_lines.count() ? old_lines.start(line + 1) : static_cast<uint32_t>(from.size());
      const uint32_t to_begin = new_lines.start(line), to_end = line + 1 < new_lines.count() ? new_lines.start(line + 1) : static_cast<uint32_t>(to.size());
      const std::string_view text = to.substr(to_begin, to_end - to_begin);
      if (from.substr(begin, end - begin) != text) edits.push_back({{0, begin, end}, std::string(text)});
    }
    return edits;
  }
  const size_t shorter = std::min(from.size(), to.size());
  size_t before = 0, behind = 0;
  while (before < shorter && from[before] == to[before]) ++before;
  while (before > 0 && from[before - 1] != '\n') --before;
  while (behind < shorter - before && from[from.size() - 1 - behind] == to[to.size() - 1 - behind]) ++behind;
  while (behind > 0 && from[from.size() - behind - 1] != '\n') --behind;
  return {{{0, static_cast<uint32_t>(before), static_cast<uint32_t>(from.size() - behind)}, std::string(to.substr(before, to.size() - behind - before))}};
}

}  // namespace

namespace handler {

Json folding_range(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  Json out = array();
  if (!spot.path.ends_with(".wend")) return out;
  const Lines lines(spot.text);
  for (const Fold& fold : folds_of(spot.text)) {
    const uint32_t first = lines.place(fold.begin, session.encoding).line, last = lines.place(fold.end, session.encoding).line;
    const bool comment = *fold.kind != 0;
    if (last <= first + (comment ? 0 : 1) && !(last > first && comment)) continue;
    Json range = object({{"startLine", first}, {"endLine", comment ? last : last - 1}});   // the closing brace stays to be seen
    if (comment) range.set("kind", fold.kind);
    out.add(std::move(range));
  }
  return out;
}

Json selection_range(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  const Lines lines(spot.text);
  Json out = array();
  for (const Json& position : params["positions"].items()) {
    const auto ranges = ranges_around(spot.text, lines.offset(place_of(position), session.encoding));
    Json around;
    for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
      Json next = object({{"range", range_json(session, spot.text, range->first, range->second)}});
      if (!around.is_null()) next.set("parent", std::move(around));
      around = std::move(next);
    }
    out.add(std::move(around));
  }
  return out;
}

// A text with errors, and one that is no program, stays as it is.
Json formatting(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  Json out = array();
  if (!spot.path.ends_with(".wend")) return out;
  const std::optional<std::string> formatted = format(spot.text);
  if (!formatted || *formatted == spot.text) return out;
  for (const Edit& edit : edits_between(spot.text, *formatted)) out.add(text_edit(session, spot.text, edit));
  return out;
}

}  // namespace handler
}  // namespace wend::lsp
