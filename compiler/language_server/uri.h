// `file:` addresses and paths of this machine. Tested by tests/unit/language_server.
#pragma once

#include <string>
#include <string_view>

namespace wend::lsp {

// The path of a `file:` address; empty for any other address, and for one that is broken.
std::string path_of(std::string_view uri);
std::string uri_of(std::string_view path);

}  // namespace wend::lsp
