// From parameters to places and back.
#include "compiler/language_server/session.h"

#include <algorithm>

#include "compiler/language_server/uri.h"

namespace wend::lsp {

Place place_of(const Json& json) {
  const auto number = [](const Json& value) { return static_cast<uint32_t>(std::clamp<int64_t>(value.integer(), 0, INT32_MAX)); };
  return {number(json["line"]), number(json["character"])};
}

Json json_of(Place place) { return object({{"line", place.line}, {"character", place.character}}); }

Json range_json(const Session& session, std::string_view text, uint32_t begin, uint32_t end) {
  const Lines lines(text);
  return object({{"start", json_of(lines.place(begin, session.encoding))}, {"end", json_of(lines.place(std::max(begin, end), session.encoding))}});
}

Json range_json(const Session& session, const Snapshot& snapshot, Span span) {
  if (span.file >= snapshot.sources().size()) return range_json(session, "", 0, 0);
  return range_json(session, snapshot.sources().file(span.file).text(), span.begin, span.end);
}

Spot spot_of(Session& session, const Json& params) {
  Spot spot;
  spot.uri = params["textDocument"]["uri"].text();
  const Document* document = session.workspace.find(spot.uri);
  if (!document) throw Refused{error_code::kInvalidParams, "no such document is open: " + spot.uri};
  spot.project = &session.workspace.project_of(spot.uri);
  session.workspace.fresh(*spot.project);
  spot.snapshot = spot.project->now;
  spot.path = spot.project->root.empty() ? "file.wend" : below(spot.project->root, document->path);
  if (const auto found = spot.snapshot->files.find(spot.path); found != spot.snapshot->files.end()) spot.file = found->second;
  spot.text = document->text;
  if (params.has("position")) spot.offset = Lines(spot.text).offset(place_of(params["position"]), session.encoding);
  return spot;
}

std::optional<Spot> in_sound(const Spot& spot) {
  const auto& sound = spot.project->sound;
  if (!sound || sound == spot.snapshot) return std::nullopt;
  const auto file = sound->files.find(spot.path);
  if (file == sound->files.end()) return std::nullopt;
  Spot there = spot;
  there.snapshot = sound;
  there.file = file->second;
  there.text = sound->sources().file(there.file).text();
  const std::optional<uint32_t> offset = moved(spot.text, there.text, spot.offset);
  if (!offset) return std::nullopt;
  there.offset = *offset;
  return there;
}

std::string uri_of_span(const Session& session, const OpenProject& project, const Snapshot& snapshot, Span span) {
  if (span.file >= snapshot.sources().size()) return {};
  const std::string& path = snapshot.sources().file(span.file).path();
  for (const auto& [name, text] : snapshot.project.texts())
    if (name == path) return session.workspace.uri_in(project, path);
  return {};
}

Json location(const Session& session, const OpenProject& project, const Snapshot& snapshot, Span span) {
  const std::string uri = uri_of_span(session, project, snapshot, span);
  if (uri.empty()) return {};
  return object({{"uri", uri}, {"range", range_json(session, snapshot, span)}});
}

namespace {

bool has_windows_ends(std::string_view text) {
  const size_t end = text.find('\n');
  return end != std::string_view::npos && end > 0 && text[end - 1] == '\r';
}

}  // namespace

Json text_edit(const Session& session, std::string_view text, const Edit& edit) {
  std::string with;
  const bool windows = has_windows_ends(text);
  for (const char c : edit.text) (with += c == '\n' && windows && !with.ends_with('\r') ? "\r" : "") += c;
  return object({{"range", range_json(session, text, edit.span.begin, edit.span.end)}, {"newText", with}});
}

void EditsByFile::add(const std::string& uri, Json edit) { edits_[uri].push_back(std::move(edit)); }

Json EditsByFile::workspace_edit(Session& session) const {
  if (!session.client.document_changes) {
    Json changes = object();
    for (const auto& [uri, edits] : edits_) changes.set(uri, edits);
    return object({{"changes", changes}});
  }
  Json changes = array();
  for (const auto& [uri, edits] : edits_) {
    const Document* document = session.workspace.find(uri);
    changes.add(object({{"textDocument", object({{"uri", uri}, {"version", document ? Json(document->version) : Json()}})}, {"edits", edits}}));
  }
  return object({{"documentChanges", changes}});
}

}  // namespace wend::lsp
