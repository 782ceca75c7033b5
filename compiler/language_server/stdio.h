// The server on two streams: a thread reads, so that what has come meanwhile is seen before work is begun. The one file here with
// a thread and a descriptor.
#pragma once

#include <string>

#include "compiler/language_server/server.h"

namespace wend::lsp {

struct StdioOptions {
  int in = 0, out = 1;      // descriptors
  std::string log;          // a file that every message is added to; empty: none
  Server::Fetch fetch;
};

// Until `exit` or the end of the stream; the exit code of the protocol. 5 when the log cannot be written (`trouble` says why).
int serve_stdio(const StdioOptions& options, std::string& trouble);

}  // namespace wend::lsp
