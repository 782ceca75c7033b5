// What is agreed on at the start, and how texts are kept in step with the editor.
#include <algorithm>

#include "compiler/language_server/handlers.h"
#include "compiler/language_server/uri.h"

namespace wend::lsp {
namespace {

constexpr size_t kDocumentBytesMax = 16u << 20;

Encoding chosen_encoding(const Json& offered) {
  // The first of theirs that is one of ours: bytes are least work for both.
  for (const Json& word : offered.items())
    for (const Encoding encoding : {Encoding::utf8, Encoding::utf16, Encoding::utf32})
      if (word.text() == encoding_word(encoding)) return encoding;
  return Encoding::utf16;
}

bool contains(const Json& list, std::string_view word) {
  return std::any_of(list.items().begin(), list.items().end(), [&](const Json& item) { return item.text() == word; });
}

void take_settings(Session& session, const Json& settings) {
  const Json& own = settings.has("wend") ? settings["wend"] : settings;
  if (own["server"].is_string()) session.server = own["server"].text();
}

Json abilities(const Session& session) {
  return object({
      {"positionEncoding", encoding_word(session.encoding)},
      {"textDocumentSync", object({{"openClose", true}, {"change", 2}, {"save", object({{"includeText", false}})}})},
      {"hoverProvider", true},
      {"definitionProvider", true},
      {"referencesProvider", true},
      {"documentHighlightProvider", true},
      {"documentSymbolProvider", true},
      {"documentLinkProvider", object({{"resolveProvider", false}})},
      {"workspaceSymbolProvider", true},
      {"workspace", object({{"workspaceFolders", object({{"supported", true}, {"changeNotifications", true}})}})},
      {"renameProvider", object({{"prepareProvider", true}})},
      {"completionProvider", object({{"resolveProvider", true}, {"triggerCharacters", array({".", "|", "{", " "})}})},
      {"signatureHelpProvider", object({{"triggerCharacters", array({"(", ",", ":"})}})},
      {"documentFormattingProvider", true},
      {"foldingRangeProvider", true},
      {"selectionRangeProvider", true},
      {"codeActionProvider", object({{"codeActionKinds", array({"quickfix", "source.fixAll.wend"})}})},
      {"codeLensProvider", object({{"resolveProvider", false}})},
      {"inlayHintProvider", true},
      {"semanticTokensProvider", object({{"legend", token_legend()}, {"full", true}, {"range", true}})},
  });
}

// One change of a text; false when it makes no sense.
void apply_change(const Session& session, Document& document, const Json& change) {
  const std::string& text = change["text"].text();
  if (!change.has("range")) {
    document.text = text;
    return;
  }
  const Lines lines(document.text);
  const uint32_t begin = lines.offset(place_of(change["range"]["start"]), session.encoding);
  const uint32_t end = std::max(begin, lines.offset(place_of(change["range"]["end"]), session.encoding));
  document.text.replace(begin, end - begin, text);
}

}  // namespace

namespace handler {

Json initialize(Session& session, const Json& params) {
  const Json& text = params["capabilities"]["textDocument"];
  const Json& workspace = params["capabilities"]["workspace"];
  session.encoding = chosen_encoding(params["capabilities"]["general"]["positionEncodings"]);
  Client& client = session.client;
  client.snippets = text["completion"]["completionItem"]["snippetSupport"].truth();
  client.markdown = !text["hover"].has("contentFormat") || contains(text["hover"]["contentFormat"], "markdown");
  client.related_places = text["publishDiagnostics"]["relatedInformation"].truth();
  client.watches_files = workspace["didChangeWatchedFiles"]["dynamicRegistration"].truth();
  client.symbol_trees = text["documentSymbol"]["hierarchicalDocumentSymbolSupport"].truth();
  client.document_changes = workspace["workspaceEdit"]["documentChanges"].truth();
  client.runs_tests = params["initializationOptions"]["runTests"].truth();
  take_settings(session, params["initializationOptions"]);
  if (const Json& folders = params["workspaceFolders"]; !folders.items().empty()) {
    for (const Json& folder : folders.items()) session.workspace.add_folder(path_of(folder["uri"].text()));
  } else {
    session.workspace.add_folder(path_of(params["rootUri"].text()));
  }
  return object({{"capabilities", abilities(session)}, {"serverInfo", object({{"name", "wend"}, {"version", WEND_VERSION}})}});
}

void initialized(Session& session, const Json&) {
  if (!session.client.watches_files) return;
  const Json watchers = array({object({{"globPattern", "**/*.wend"}}), object({{"globPattern", "**/*.liquid"}})});
  const Json registration = object({{"id", "files"}, {"method", "workspace/didChangeWatchedFiles"}, {"registerOptions", object({{"watchers", watchers}})}});
  session.outbox.push_back(object({{"jsonrpc", "2.0"}, {"id", "wend/files"}, {"method", "client/registerCapability"}, {"params", object({{"registrations", array({registration})}})}}));
}

void did_open(Session& session, const Json& params) {
  const Json& document = params["textDocument"];
  if (document["uri"].text().empty() || document["text"].text().size() > kDocumentBytesMax) return;
  session.workspace.open(document["uri"].text(), document["version"].integer(), document["text"].text());
}

void did_change(Session& session, const Json& params) {
  Document* document = session.workspace.find(params["textDocument"]["uri"].text());
  if (!document) return;
  for (const Json& change : params["contentChanges"].items()) {
    if (!change["text"].is_string() || document->text.size() + change["text"].text().size() > kDocumentBytesMax) continue;
    apply_change(session, *document, change);
  }
  document->version = params["textDocument"]["version"].integer(document->version);
  session.workspace.changed(document->uri, false);
}

void did_close(Session& session, const Json& params) {
  const std::string uri = params["textDocument"]["uri"].text();
  if (!session.workspace.find(uri)) return;
  const bool alone = session.workspace.project_of(uri).root.empty();
  session.workspace.close(uri);
  if (alone) forget(session, uri);
}

void did_save(Session& session, const Json& params) {
  const std::string& uri = params["textDocument"]["uri"].text();
  if (session.workspace.find(uri)) session.workspace.changed(uri, true);
}

void did_change_watched_files(Session& session, const Json& params) {
  for (const Json& change : params["changes"].items())
    if (!path_of(change["uri"].text()).empty())
      for (auto& [key, project] : session.workspace.projects())
        if (!below(project.root, path_of(change["uri"].text())).empty()) project.to_list = project.dirty = true;
}

void did_change_workspace_folders(Session& session, const Json& params) {
  for (const Json& folder : params["event"]["removed"].items()) session.workspace.leave_folder(path_of(folder["uri"].text()));
  for (const Json& folder : params["event"]["added"].items()) session.workspace.add_folder(path_of(folder["uri"].text()));
}

void did_change_configuration(Session& session, const Json& params) { take_settings(session, params["settings"]); }

}  // namespace handler
}  // namespace wend::lsp
