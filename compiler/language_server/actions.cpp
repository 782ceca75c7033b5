// Code actions: the fixes that diagnostics carry, the same edits as on the command line; a comment that allows a warning; and all safe
// fixes of a file at once.
#include <algorithm>

#include "compiler/language_server/handlers.h"
#include "compiler/language_server/liquid_context.h"
#include "compiler/language_server/publish.h"
#include "compiler/syntax/words.h"

namespace wend::lsp {
namespace {

bool wanted(const Json& only, std::string_view kind) {
  if (only.items().empty()) return true;
  return std::any_of(only.items().begin(), only.items().end(), [&](const Json& item) {
    const std::string_view asked = item.text();
    return kind == asked || (kind.starts_with(asked) && kind.size() > asked.size() && kind[asked.size()] == '.');
  });
}

// Nothing when some of it is in the library.
std::optional<Json> edit_of(Session& session, const Spot& spot, const std::vector<Edit>& edits) {
  EditsByFile out;
  for (const Edit& edit : edits) {
    const std::string uri = uri_of_span(session, *spot.project, *spot.snapshot, edit.span);
    if (uri.empty()) return std::nullopt;
    out.add(uri, text_edit(session, spot.snapshot->sources().file(edit.span.file).text(), edit));
  }
  return out.workspace_edit(session);
}

// A comment on a line of its own above: above the whole of a text over several lines. In a template, where the end of that line would
// be shown, a tag in front of what is on the line; nothing where the line begins inside a tag.
std::optional<Edit> allowance(const Spot& spot, const Told& told) {
  uint32_t begin = told.span.begin;
  const bool program = spot.path.ends_with(".wend");
  if (program)
    for (const Word& word : words_of(spot.text))
      if (word.kind == WordKind::text && word.begin < begin && begin < word.end) begin = word.begin;
  const size_t line = begin == 0 ? 0 : spot.text.rfind('\n', begin - 1) + 1;   // npos + 1 is 0
  size_t blanks = line;
  while (blanks < spot.text.size() && (spot.text[blanks] == ' ' || spot.text[blanks] == '\t')) ++blanks;
  const std::string said = std::string("wend:allow ") + told.diagnostic->id() + ": say here why it is meant";
  if (!program) {
    const auto at = static_cast<uint32_t>(blanks);
    if (liquid_at(spot.text, at).kind != LiquidSpot::Kind::outside) return std::nullopt;
    const std::string_view next = std::string_view(spot.text).substr(at, 3);
    const bool trims = next == "{%-" || next == "{{-";   // what stands before it is taken away, and still is
    return Edit{{told.span.file, at, at}, (trims ? "{%- # " : "{% # ") + said + " %}"};
  }
  const auto at = static_cast<uint32_t>(line);
  return Edit{{told.span.file, at, at}, spot.text.substr(line, blanks - line) + "# " + said + "\n"};
}

bool overlap(Span a, Span b) { return a.file == b.file && a.begin <= b.end && b.begin <= a.end; }

Json fix_all(Session& session, const Spot& spot) {
  std::vector<Edit> edits;
  for (const Told& told : told_of(session, *spot.project, *spot.snapshot)) {
    if (told.uri != spot.uri) continue;
    const auto safe = std::find_if(told.diagnostic->fixes.begin(), told.diagnostic->fixes.end(), [](const Fix& fix) { return fix.safe; });
    if (safe == told.diagnostic->fixes.end()) continue;
    // Of two that touch one place the first: the other may be another after it.
    const bool free = std::none_of(safe->edits.begin(), safe->edits.end(), [&](const Edit& edit) {
      return edit.span.file != spot.file || std::any_of(edits.begin(), edits.end(), [&](const Edit& other) { return overlap(edit.span, other.span); });
    });
    if (free) edits.insert(edits.end(), safe->edits.begin(), safe->edits.end());
  }
  if (edits.empty()) return {};
  std::optional<Json> edit = edit_of(session, spot, edits);
  return edit ? object({{"title", "mend all that is safe to mend"}, {"kind", "source.fixAll.wend"}, {"edit", *edit}}) : Json();
}

}  // namespace

Json handler::code_action(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  Json out = array();
  const Json& only = params["context"]["only"];
  const Lines lines(spot.text);
  const uint32_t begin = lines.offset(place_of(params["range"]["start"]), session.encoding), end = std::max(begin, lines.offset(place_of(params["range"]["end"]), session.encoding));
  if (wanted(only, "quickfix")) {
    for (const Told& told : told_of(session, *spot.project, *spot.snapshot)) {
      if (told.uri != spot.uri || told.span.file == kNoFile || told.span.begin > end || told.span.end < begin) continue;
      const Json about = array({diagnostic_json(session, *spot.project, *spot.snapshot, told)});
      for (const Fix& fix : told.diagnostic->fixes)
        if (std::optional<Json> edit = edit_of(session, spot, fix.edits))
          out.add(object({{"title", fix.title}, {"kind", "quickfix"}, {"diagnostics", about}, {"isPreferred", fix.safe}, {"edit", *edit}}));
      const bool about_allowances = std::string_view(told.diagnostic->id()).starts_with("W000");   // another would be one too many
      if (told.diagnostic->severity() == Severity::warning && spot.file != kNoFile && !about_allowances)
        if (const std::optional<Edit> comment = allowance(spot, told))
          if (std::optional<Json> edit = edit_of(session, spot, {*comment}))
            out.add(object({{"title", std::string("allow ") + told.diagnostic->id() + " here"}, {"kind", "quickfix"}, {"diagnostics", about}, {"edit", *edit}}));
    }
  }
  if (wanted(only, "source.fixAll.wend"))
    if (Json all = fix_all(session, spot); !all.is_null()) out.add(std::move(all));
  return out;
}

}  // namespace wend::lsp
