// `wend emit`: what a stage of the compiler makes of a project, as text.
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/diagnostics/render.h"
#include "compiler/sema/print.h"
#include "compiler/syntax/print.h"

namespace wend::cli {

namespace {

// Shown even for a project with errors: it is how one looks for them.
int emit_ast(const Project& project, Terminal& terminal) {
  Output output("");
  for (const ast::File& file : project.files()) output.write(print_ast(file));
  if (project.ok()) return finish_output(output, terminal, exit_code::kWell);
  terminal.complain(render_text(project.diagnostics(), project.sources(), {.colour = terminal.colour_err()}));
  return finish_output(output, terminal, exit_code_of(project.diagnostics()));
}

int run(const Arguments& arguments, Terminal& terminal) {
  const std::optional<std::string> stage = arguments.value("--stage");
  if (!stage) throw UsageError{"name the stage with `--stage`: one of ast, program, plan, llvm, asm"};
  const std::string path = arguments.positional_or(0, ".");
  if (*stage == "ast") return emit_ast(Project::load(path), terminal);
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(path, terminal, unsound);
  if (!project) return unsound;
  const Program& program = project->program();
  Output output("");
  output.write(*stage == "program" ? print_program(program)
               : *stage == "plan"  ? emit_plan(program)
               : *stage == "llvm"  ? emit_llvm(program, !arguments.has("--unoptimised"))
                                   : emit_assembly(program));
  return finish_output(output, terminal, exit_code::kWell);
}

}  // namespace

const Command kEmit = {
    "emit", "print a stage of the compiler",
    "  wend emit --stage plan\n  wend emit --stage llvm examples/tidal_wave\n",
    {{"PATH", "the project's folder, or a file in it; this folder if none is named"}},
    {{"--stage", "STAGE", "ast, program, plan, llvm or asm", false, "ast|program|plan|llvm|asm"},
     {"--unoptimised", nullptr, "llvm: as it was generated"}},
    run};

}  // namespace wend::cli
