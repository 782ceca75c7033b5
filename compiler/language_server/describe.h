// What can be told of a name: its kind, type and declaration, and what is written above it. Internal to compiler/language_server.
#pragma once

#include <string>
#include <vector>

#include "compiler/language_server/session.h"

namespace wend::lsp {

struct SymbolRow { const char* word; int symbol_kind; int completion_kind; const char* token_type; };
const SymbolRow& row_of(SymbolKind kind);

struct Description {
  std::string name, kind;      // "plays_week", "measure"
  std::string type;            // "int"; empty where it has none
  std::string declaration;     // source text; empty for what every project has
  std::string remarks;         // the comment above it, without its signs
  std::vector<std::string> facts;   // a line each
};

Description describe_symbol(const Snapshot& snapshot, Symbol symbol);
std::string name_of(const Program& program, Symbol symbol);
// As markdown, or as plain text for a client that takes no other.
std::string text_of(const Description& description, bool markdown);

// The symbols meant at a place, with those declared where they are: a word of a module has one for each use.
std::vector<Symbol> symbols_at(const Snapshot& snapshot, uint32_t file, uint32_t offset, Span* place = nullptr);

}  // namespace wend::lsp
