// Where a diagnostic is told, and how it looks to a client. Internal to compiler/language_server.
#pragma once

#include <string>
#include <vector>

#include "compiler/language_server/session.h"

namespace wend::lsp {

struct Told {
  const Diagnostic* diagnostic = nullptr;
  std::string uri;
  Span span;   // kNoFile: the first line of the file
};

std::vector<Told> told_of(const Session& session, const OpenProject& project, const Snapshot& snapshot);
Json diagnostic_json(const Session& session, const OpenProject& project, const Snapshot& snapshot, const Told& told);

}  // namespace wend::lsp
