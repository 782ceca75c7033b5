// textDocument/completion and its resolve: where the place is decides who is asked; the client filters by what is written.
#include "compiler/language_server/complete.h"

#include <algorithm>

#include "compiler/language_server/describe.h"
#include "compiler/language_server/handlers.h"
#include "compiler/sema/analyze.h"

namespace wend::lsp {
namespace {

// The message whose text a place stands in: by the block around it, or by the file a message names.
std::string message_of_file(const Spot& spot) {
  for (const auto& [path, file] : spot.snapshot->files) {
    if (file >= spot.snapshot->project.files().size()) continue;
    for (const ast::Decl& decl : spot.snapshot->project.files()[file].decls) {
      const auto* message = std::get_if<ast::Message>(&decl.node);
      if (!message) continue;
      for (const ast::ChannelContent& content : message->contents)
        for (const ast::FieldText& field : content.fields)
          if (field.file && path_inside(path, field.file->value) == spot.path) return message->name.text;
    }
  }
  return {};
}

Json item(const Session& session, const Spot& spot, const Completion& one) {
  Json out = object({{"label", one.label}, {"kind", one.kind}, {"sortText", std::to_string(one.rank) + one.label}});
  if (!one.detail.empty()) out.set("detail", one.detail);
  if (!one.insert.empty()) {
    const bool snippet = one.snippet && session.client.snippets;
    out.set("insertText", one.snippet && !snippet ? plain(one.insert) : one.insert);
    if (snippet) out.set("insertTextFormat", 2);
    // A construct has more than one word: what is written of it is its first.
    if (one.label.find(' ') != std::string::npos) out.set("filterText", one.label);
  }
  if (!one.doc.empty()) out.set("documentation", one.doc.starts_with("```") && session.client.markdown ? object({{"kind", "markdown"}, {"value", one.doc}}) : Json(one.doc));
  if (one.symbol)
    out.set("data", object({{"uri", spot.uri}, {"kind", static_cast<int>(one.symbol->kind)}, {"id", one.symbol->id}, {"part", one.symbol->part}}));
  return out;
}

}  // namespace

namespace handler {

Json completion(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  std::vector<Completion> found;
  if (!spot.path.ends_with(".wend")) {
    found = complete_liquid(spot, liquid_at(spot.text, spot.offset), std::string_view(spot.text).substr(0, spot.offset), message_of_file(spot));
  } else {
    const CodeSpot at = code_at(spot.text, spot.offset);
    if (at.where == CodeSpot::Where::code) {
      found = complete_code(spot, at);
    } else if (at.where == CodeSpot::Where::text) {
      const std::string_view written = std::string_view(spot.text).substr(at.text_begin, spot.offset - at.text_begin);
      found = complete_liquid(spot, liquid_at(written, static_cast<uint32_t>(written.size())), written, at.name_around("message"));
    }
  }
  Json items = array();
  for (const Completion& one : found) items.add(item(session, spot, one));
  return object({{"isIncomplete", false}, {"items", items}});
}

Json resolve_completion(Session& session, const Json& params) {
  Json out = params;
  const Json& data = params["data"];
  const Document* document = session.workspace.find(data["uri"].text());
  if (!document) return out;
  OpenProject& project = session.workspace.project_of(document->uri);
  session.workspace.fresh(project);
  const int64_t kind = data["kind"].integer(-1);
  if (kind < 0 || kind > static_cast<int64_t>(SymbolKind::module)) return out;
  const Symbol symbol{static_cast<SymbolKind>(kind), static_cast<uint32_t>(data["id"].integer()), static_cast<uint32_t>(data["part"].integer())};
  for (const auto& snapshot : {project.now, project.sound}) {
    if (!snapshot || name_of(snapshot->project.program(), symbol) != params["label"].text()) continue;   // it was another's then
    out.set("documentation", object({{"kind", session.client.markdown ? "markdown" : "plaintext"}, {"value", text_of(describe_symbol(*snapshot, symbol), session.client.markdown)}}));
    break;
  }
  return out;
}

}  // namespace handler
}  // namespace wend::lsp
