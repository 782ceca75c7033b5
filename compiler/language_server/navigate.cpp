// From a name to where it is declared and everywhere it is used.
#include <algorithm>

#include "compiler/language_server/describe.h"
#include "compiler/language_server/handlers.h"
#include "compiler/language_server/links.h"

namespace wend::lsp {
namespace {

// A place whose name is known: in the text as it is, or, where that cannot be read, as it last could be.
std::optional<Spot> with_names(const Spot& spot) {
  if (spot.file != kNoFile && !spot.snapshot->uses.at(spot.file, spot.offset).empty()) return spot;
  std::optional<Spot> sound = in_sound(spot);
  if (sound && !sound->snapshot->uses.at(sound->file, sound->offset).empty()) return sound;
  return std::nullopt;
}

Json places(const Session& session, const Spot& spot, const std::vector<Span>& spans) {
  Json out = array();
  std::vector<Json> seen;
  for (const Span span : spans) {
    Json at = location(session, *spot.project, *spot.snapshot, span);
    if (at.is_null() || std::find(seen.begin(), seen.end(), at) != seen.end()) continue;
    seen.push_back(at);
    out.add(std::move(at));
  }
  return out;
}

}  // namespace

namespace handler {

Json definition(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  if (Json file = linked_file(session, spot); !file.is_null()) return array({file});
  const std::optional<Spot> at = with_names(spot);
  if (!at) return {};
  std::vector<Span> declared;
  for (const Symbol symbol : symbols_at(*at->snapshot, at->file, at->offset))
    for (const Span span : at->snapshot->uses.declarations(symbol)) declared.push_back(span);
  return places(session, *at, declared);
}

Json references(Session& session, const Json& params) {
  const std::optional<Spot> at = with_names(spot_of(session, params));
  if (!at) return {};
  const bool declarations = params["context"]["includeDeclaration"].truth(true);
  std::vector<Span> spans;
  const std::vector<Symbol> symbols = symbols_at(*at->snapshot, at->file, at->offset);
  for (const NameUse& use : at->snapshot->uses.all())
    if ((declarations || !use.declares) && std::find(symbols.begin(), symbols.end(), use.symbol) != symbols.end()) spans.push_back(use.span);
  return places(session, *at, spans);
}

Json document_highlight(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  if (spot.file == kNoFile) return {};
  const std::vector<Symbol> symbols = symbols_at(*spot.snapshot, spot.file, spot.offset);
  Json out = array();
  for (const NameUse& use : spot.snapshot->uses.all())
    if (use.span.file == spot.file && std::find(symbols.begin(), symbols.end(), use.symbol) != symbols.end())
      out.add(object({{"range", range_json(session, spot.text, use.span.begin, use.span.end)}, {"kind", use.declares ? 3 : 2}}));
  return out;
}

}  // namespace handler
}  // namespace wend::lsp
