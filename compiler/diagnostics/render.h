// Diagnostics as text for people and for programs. Every renderer takes finished diagnostics and returns a string;
// nothing here reads a clock, a terminal or a file.
//
//   std::cerr << render_text(diagnostics, sources, {.colour = is_terminal});
#pragma once

#include <string>

#include "compiler/diagnostics/diagnostics.h"
#include "runtime/abi/printable.h"

namespace wend {

struct RenderOptions {
  bool colour = false;  // text and the page only: ANSI escapes
  std::string url_base = "reference/diagnostics/";  // json: the code is put behind it
};

// With the lines of source, labels, notes, and the edited line of each fix; one blank line behind each diagnostic.
std::string render_text(const Diagnostics& diagnostics, const Sources& sources, const RenderOptions& options = {});
std::string render_text(const Diagnostic& diagnostic, const Sources& sources, const RenderOptions& options = {});

// `file:line:col: error[E0123]: text`, one line each. What stands nowhere has the file `.` and the place 1:1.
std::string render_short(const Diagnostics& diagnostics, const Sources& sources);

// One object of the schema `wend.diagnostics/1`, a diagnostic a line, with a line end behind it.
std::string render_json(const Diagnostics& diagnostics, const Sources& sources, const RenderOptions& options = {});

// The page of `wend explain E0123`: message, why, a program that draws it, the same mended.
std::string render_page(const CodeInfo& row, const RenderOptions& options = {});

// "2 errors, 1 warning"; empty when there are none.
std::string render_summary(const Diagnostics& diagnostics);

}  // namespace wend
