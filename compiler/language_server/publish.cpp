// Diagnostics, the same that `wend check` tells: of every file of a project whenever one of its texts has changed, and only where
// they are others than before.
#include "compiler/language_server/handlers.h"
#include "compiler/language_server/publish.h"
#include "compiler/language_server/uri.h"

namespace wend::lsp {
namespace {

constexpr const char* kNothing = "[]";

std::string told_words(const Diagnostic& diagnostic, bool with_places, const Sources& sources) {
  std::string text = diagnostic.message;
  if (!diagnostic.primary.text.empty()) text += ": " + diagnostic.primary.text;
  for (const std::string& note : diagnostic.notes) text += "\n" + note;
  for (const std::string& help : diagnostic.helps) text += "\nhelp: " + help;
  if (with_places) return text;
  for (const Label& label : diagnostic.secondary) {
    if (label.span.file >= sources.size()) continue;
    const SourceFile& file = sources.file(label.span.file);
    text += "\n" + file.path() + ":" + std::to_string(file.position(label.span.begin).line) + ": " + label.text;
  }
  return text;
}

// Of a project without a root only its syntax means anything.
bool is_about_syntax(const Diagnostic& diagnostic) { return std::string_view(diagnostic.id()).substr(1, 2) == "01"; }

}  // namespace

std::vector<Told> told_of(const Session& session, const OpenProject& project, const Snapshot& snapshot) {
  std::vector<Told> all;
  for (const Diagnostic& diagnostic : snapshot.project.diagnostics().all()) {
    if (project.root.empty() && !is_about_syntax(diagnostic)) continue;
    Told told{&diagnostic, uri_of_span(session, project, snapshot, diagnostic.primary.span), diagnostic.primary.span};
    // What is wrong in the library shows where it is used, and what stands nowhere in the file that makes the project.
    for (size_t i = 0; told.uri.empty() && i < diagnostic.secondary.size(); ++i) {
      told.span = diagnostic.secondary[i].span;
      told.uri = uri_of_span(session, project, snapshot, told.span);
    }
    if (told.uri.empty()) {
      told.uri = session.workspace.uri_in(project, project.root.empty() ? "file.wend" : "project.wend");
      told.span = {kNoFile, 0, 0};
    }
    all.push_back(std::move(told));
  }
  return all;
}

Json diagnostic_json(const Session& session, const OpenProject& project, const Snapshot& snapshot, const Told& told) {
  const Diagnostic& diagnostic = *told.diagnostic;
  const bool places = session.client.related_places;
  Json out = object({{"range", range_json(session, snapshot, told.span)},
                     {"severity", diagnostic.severity() == Severity::error ? 1 : 2},
                     {"code", diagnostic.id()},
                     {"source", "wend"},
                     {"message", told_words(diagnostic, places, snapshot.sources())}});
  Json related = array();
  for (const Label& label : diagnostic.secondary)
    if (Json at = location(session, project, snapshot, label.span); places && !at.is_null()) related.add(object({{"location", at}, {"message", label.text.empty() ? "here" : label.text}}));
  if (!related.items().empty()) out.set("relatedInformation", related);
  return out;
}

namespace {

void tell(Session& session, OpenProject& project, const std::string& uri, const std::string& list, Json diagnostics) {
  const Document* document = session.workspace.find(uri);
  // With its version: a client drops what is told of a text it has no longer.
  const std::string now = list + (document ? " " + std::to_string(document->version) : "");
  const auto before = project.told.find(uri);
  if (before == project.told.end() ? list == kNothing && !document : before->second == now) return;
  Json params = object({{"uri", uri}, {"diagnostics", std::move(diagnostics)}});
  if (document) params.set("version", document->version);
  session.outbox.push_back(object({{"jsonrpc", "2.0"}, {"method", "textDocument/publishDiagnostics"}, {"params", params}}));
  if (list == kNothing && !document) project.told.erase(uri);
  else project.told[uri] = now;
}

void publish_project(Session& session, OpenProject& project) {
  const Snapshot& snapshot = session.workspace.fresh(project);
  project.to_tell = false;
  std::map<std::string, Json> lists;
  std::erase_if(project.told, [&](const auto& told) {
    if (session.workspace.tells_of(project, told.first)) return false;
    if (!session.workspace.find(told.first)) forget(session, told.first);   // a project further in tells of it now
    return true;
  });
  for (const auto& [uri, _] : project.told) lists[uri] = array();
  for (const auto& [uri, document] : session.workspace.documents())
    if (session.workspace.is_of(project, uri)) lists[uri] = array();
  for (const Told& told : told_of(session, project, snapshot))
    if (!told.uri.empty() && session.workspace.tells_of(project, told.uri)) {
      Json& list = lists[told.uri];
      if (list.is_null()) list = array();
      list.add(diagnostic_json(session, project, snapshot, told));
    }
  for (auto& [uri, list] : lists) {
    const std::string text = list.dump();
    tell(session, project, uri, text, std::move(list));
  }
}

}  // namespace

void publish(Session& session) {
  for (const std::string& uri : session.workspace.settle()) forget(session, uri);
  std::vector<OpenProject*> changed;
  for (auto& [key, project] : session.workspace.projects())
    if (project.dirty || project.to_tell) changed.push_back(&project);
  for (OpenProject* project : changed) publish_project(session, *project);
}

void forget(Session& session, const std::string& uri) {
  session.outbox.push_back(object({{"jsonrpc", "2.0"}, {"method", "textDocument/publishDiagnostics"}, {"params", object({{"uri", uri}, {"diagnostics", array()}})}}));
}

}  // namespace wend::lsp
