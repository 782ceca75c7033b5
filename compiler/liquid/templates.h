// The template phase: Liquid text of messages -> typed TemplateBody in the Program. Runs behind analyze().
#pragma once

#include <vector>

#include "compiler/diagnostics/diagnostics.h"
#include "compiler/sema/analyze.h"

namespace wend {

// Parses and checks every pending template and fills the bodies of program.messages. What is wrong is reported at
// the template's own place (a .liquid file, or inside the text literal). `read_file`: files that `render` takes in.
void check_templates(Program& program, const std::vector<PendingTemplate>& templates, Sources& sources, const ReadFile& read_file, Diagnostics& diagnostics, Uses* uses = nullptr);

}  // namespace wend
