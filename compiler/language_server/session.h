// What every handler sees: the workspace, what client and server have agreed on, and the way from a request's parameters to a
// place in an analysis. Internal to compiler/language_server.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/language_server/json.h"
#include "compiler/language_server/workspace.h"

namespace wend::lsp {

// Answers a request with an error of the protocol. Thrown by handlers, caught by the server.
struct Refused {
  int code;
  std::string message;
};
namespace error_code {
constexpr int kParse = -32700, kInvalidRequest = -32600, kMethodNotFound = -32601, kInvalidParams = -32602, kInternal = -32603;
constexpr int kNotInitialized = -32002, kRequestFailed = -32803, kCancelled = -32800;
}  // namespace error_code

// What the client can take.
struct Client {
  bool snippets = false;
  bool markdown = false;           // in hovers and documentation
  bool related_places = false;     // of diagnostics
  bool watches_files = false;      // when it is asked to
  bool symbol_trees = false;
  bool document_changes = false;   // edits with the version they are of
  bool runs_tests = false;         // knows the command `wend.runTest` (initializationOptions: `runTests`)
};

// The body of GET `path` of the running server, by its address; nothing when there is none.
using Fetch = std::function<std::optional<std::string>(const std::string& url, const std::string& path)>;

struct Session {
  Encoding encoding = Encoding::utf16;
  Client client;
  Workspace workspace;
  std::string server;              // the address of a running `wend serve`; empty: none
  Fetch fetch;
  std::vector<Json> outbox;        // what goes to the client beside answers
};

// A place of a request: in the text as it is, and in the analysis of it.
struct Spot {
  OpenProject* project = nullptr;
  std::shared_ptr<const Snapshot> snapshot;
  std::string uri, path;           // path from the project's root
  uint32_t file = kNoFile;         // in the snapshot's sources; kNoFile: no part of the program
  std::string text;
  uint32_t offset = 0;
};

// Of `textDocument` and, if there is one, `position`. Throws Refused for a document nobody has opened.
Spot spot_of(Session& session, const Json& params);
// The same place in the last analysis without errors, if it is there too.
std::optional<Spot> in_sound(const Spot& spot);

Place place_of(const Json& json);
Json json_of(Place place);
Json range_json(const Session& session, std::string_view text, uint32_t begin, uint32_t end);
// The range of a span of the snapshot.
Json range_json(const Session& session, const Snapshot& snapshot, Span span);
std::string uri_of_span(const Session& session, const OpenProject& project, const Snapshot& snapshot, Span span);   // empty: of the library
// `{uri, range}`, or null for what stands in no file of the project.
Json location(const Session& session, const OpenProject& project, const Snapshot& snapshot, Span span);
// The edit as the protocol writes it; new lines end as those of the text do.
Json text_edit(const Session& session, std::string_view text, const Edit& edit);
// Edits by file, as the client takes them.
class EditsByFile {
 public:
  void add(const std::string& uri, Json edit);
  Json workspace_edit(Session& session) const;
  bool empty() const { return edits_.empty(); }

 private:
  std::map<std::string, Json::Array> edits_;
};

}  // namespace wend::lsp
