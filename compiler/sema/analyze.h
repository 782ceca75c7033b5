// Syntax trees of a project -> the typed Program. Everything wrong is reported; the Program is only fit for
// planning when no error was.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostics.h"
#include "compiler/sema/former.h"
#include "compiler/sema/names.h"
#include "compiler/sema/program.h"
#include "compiler/sema/uses.h"
#include "compiler/source/source.h"
#include "compiler/syntax/ast.h"

namespace wend {

// Reads a file a message names (`body file "offer.liquid"`), given by a path relative to the project's root.
// Adds it to the sources and gives its index, or nothing when it cannot be read.
using ReadFile = std::function<std::optional<uint32_t>(const std::string& path)>;

// A message's text that waits for the template phase (liquid/templates.h), which fills
// program.messages[message].contents[content].fields[field].body.
struct PendingTemplate {
  MessageId message;
  uint32_t content = 0;
  uint32_t field = 0;
  std::string text;                 // decoded
  uint32_t file = 0;                // index in Sources
  std::vector<uint32_t> offsets;    // byte of the file for each byte of text, and one behind the last
  Escape escape = Escape::none;     // of the field: html escapes by default
  std::shared_ptr<const Expr> only_if;   // a translation: the reader's language; behind the text it translates
  std::shared_ptr<const UserNames> names;   // what a module's message sees; null: what the project does
};

// A path written in the file `from`, relative to its folder: from the project's root, or nothing where it leads out.
std::optional<std::string> path_inside(const std::string& from, const std::string& named);

struct Analysis {
  Program program;
  std::vector<PendingTemplate> templates;
};

// `former`: the versions live before this one, and where people are in them (former.h).
// `uses`: filled where it is set, finish() apart.
Analysis analyze(Sources& sources, const std::vector<ast::File>& files, const ReadFile& read_file, Diagnostics& diagnostics, const Former& former = {}, Uses* uses = nullptr);

}  // namespace wend
