// Parser, checker and templates over one text.
#include "tests/differential/front.h"

#include "compiler/diagnostics/diagnostics.h"
#include "compiler/liquid/templates.h"
#include "compiler/sema/analyze.h"
#include "compiler/syntax/parse.h"

namespace wend::differential {

std::optional<Program> program_of(const std::string& text, std::string* why) {
  Sources sources;
  Diagnostics diagnostics;
  std::vector<ast::File> files;
  files.push_back(parse(sources, sources.add("project.wend", text), diagnostics));
  const ReadFile no_file = [](const std::string&) { return std::nullopt; };
  Analysis analysis = analyze(sources, files, no_file, diagnostics);
  if (diagnostics.ok()) check_templates(analysis.program, analysis.templates, sources, no_file, diagnostics);
  if (diagnostics.ok()) return std::move(analysis.program);
  for (const Diagnostic& d : diagnostics.all()) {
    if (!why || d.severity() != Severity::error) continue;
    bool placed = d.primary.span.file != kNoFile;
    uint32_t line = placed ? sources.file(d.primary.span.file).position(d.primary.span.begin).line : 0;
    *why += std::string(d.id()) + ": " + d.message + (placed ? " | " + std::string(sources.file(d.primary.span.file).line(line)) : "") + "\n";
  }
  return std::nullopt;
}

}  // namespace wend::differential
