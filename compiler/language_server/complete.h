// The ways in to completion: in code and in templates. Internal to compiler/language_server.
#pragma once

#include <string>
#include <vector>

#include "compiler/language_server/code_context.h"
#include "compiler/language_server/liquid_context.h"
#include "compiler/language_server/session.h"

namespace wend::lsp {

struct Completion {
  std::string label, detail, doc;
  std::string insert;      // empty: the label
  bool snippet = false;    // `insert` has places to fill in
  int kind = 14;           // the protocol's; 14 a keyword
  int rank = 5;            // lower comes first
  std::optional<Symbol> symbol;
};

std::vector<Completion> complete_code(const Spot& spot, const CodeSpot& at);
std::vector<Completion> complete_liquid(const Spot& spot, const LiquidSpot& at, std::string_view before, const std::string& message);

// ---- names, of the analysis as it is, and of the last sound one where the text is broken
void add_names(const Spot& spot, std::initializer_list<SymbolKind> kinds, int rank, std::vector<Completion>& out);
void add_parts(const Spot& spot, SymbolKind kind, const std::string& owner, const std::string& behind, std::vector<Completion>& out);
// What a user name can be compared with: states, the words of a `one of`, true and false.
void add_values(const Spot& spot, const std::string& name, std::vector<Completion>& out);
void add_builtins(bool filters, std::vector<Completion>& out);
// The snippet without its places, for a client that has none.
std::string plain(const std::string& snippet);

// Rows of members.def, for their test.
struct MemberRow { const char *block, *label, *snippet, *doc; };
std::vector<MemberRow> member_table();

}  // namespace wend::lsp
