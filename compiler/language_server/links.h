// Names of files in a program, and the files they name. Internal to compiler/language_server.
#pragma once

#include "compiler/language_server/session.h"

namespace wend::lsp {

struct FileLink { Span span; std::string path; };   // of the text in its quotes; from the project's root

std::vector<FileLink> file_links(const Snapshot& snapshot, uint32_t file);
// The file named where the spot is, as a location; null: none is.
Json linked_file(const Session& session, const Spot& spot);

}  // namespace wend::lsp
