// The handlers of the table of methods: parameters in, result out. Each stands in the file of its concern; one that cannot answer
// throws Refused. Internal to compiler/language_server.
#pragma once

#include "compiler/language_server/session.h"

namespace wend::lsp {

namespace handler {
#define WEND_REQUEST(method, handler, doc) Json handler(Session& session, const Json& params);
#define WEND_NOTICE(method, handler, doc) void handler(Session& session, const Json& params);
#include "compiler/language_server/methods.def"
#undef WEND_REQUEST
#undef WEND_NOTICE
}  // namespace handler

// The types of semantic tokens (tokens.cpp).
Json token_legend();
// Publishes what the analysis of every changed project says (publish.cpp).
void publish(Session& session);
// What was published of a file goes: nobody tells of it any more.
void forget(Session& session, const std::string& uri);

}  // namespace wend::lsp
