// `body file "weekly_mix.liquid"`: read off the syntax tree.
#include "compiler/language_server/links.h"

#include <variant>

#include "compiler/language_server/handlers.h"
#include "compiler/sema/analyze.h"

namespace wend::lsp {
namespace {

void add(const std::vector<ast::ChannelContent>& contents, const std::string& from, std::vector<FileLink>& out) {
  for (const ast::ChannelContent& content : contents)
    for (const ast::FieldText& field : content.fields)
      if (field.file)
        if (const auto path = path_inside(from, field.file->value)) out.push_back({field.file->content, *path});
}

}  // namespace

std::vector<FileLink> file_links(const Snapshot& snapshot, uint32_t file) {
  std::vector<FileLink> links;
  if (file >= snapshot.project.files().size()) return links;
  const std::string& from = snapshot.sources().file(file).path();
  for (const ast::Decl& decl : snapshot.project.files()[file].decls) {
    const auto* message = std::get_if<ast::Message>(&decl.node);
    if (!message) continue;
    add(message->contents, from, links);
    for (const ast::Translation& translation : message->translations) add(translation.contents, from, links);
  }
  return links;
}

Json linked_file(const Session& session, const Spot& spot) {
  if (spot.file == kNoFile || spot.snapshot != spot.project->now) return {};
  for (const FileLink& link : file_links(*spot.snapshot, spot.file))
    if (link.span.begin <= spot.offset && spot.offset <= link.span.end)
      return object({{"uri", session.workspace.uri_in(*spot.project, link.path)}, {"range", range_json(session, "", 0, 0)}});
  return {};
}

Json handler::document_link(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  Json out = array();
  if (spot.file == kNoFile) return out;
  for (const FileLink& link : file_links(*spot.snapshot, spot.file))
    out.add(object({{"range", range_json(session, spot.text, link.span.begin, link.span.end)}, {"target", session.workspace.uri_in(*spot.project, link.path)}}));
  return out;
}

}  // namespace wend::lsp
