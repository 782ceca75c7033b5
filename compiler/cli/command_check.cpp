// `wend check`: is everything in the project right? What CI runs.
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/diagnostics/render.h"

namespace wend::cli {

namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  const Project project = Project::load(arguments.positional_or(0, "."));
  const Diagnostics& diagnostics = project.diagnostics();
  const std::string format = arguments.value_or("--format", "text");
  Output output("");
  if (format == "text") {
    terminal.complain(render_text(diagnostics, project.sources(), {.colour = terminal.colour_err()}));
    const std::string counts = render_summary(diagnostics);
    terminal.say(counts.empty() ? "all is well\n" : counts + "\n");
  } else {
    output.write(format == "short" ? render_short(diagnostics, project.sources()) : render_json(diagnostics, project.sources()));
  }
  if (arguments.has("--cost") && project.ok()) output.write(cost_report(project.program()));
  const bool warnings_fail = arguments.value_or("--fail-level", "error") == "warning";
  const bool bad = !project.ok() || (warnings_fail && diagnostics.warning_count() > 0);
  return finish_output(output, terminal, !bad ? exit_code::kWell : project.ok() ? exit_code::kInput : exit_code_of(diagnostics));
}

}  // namespace

const Command kCheck = {
    "check", "is everything in a project right?",
    "  wend check\n  wend check examples/tidal_wave --cost\n  wend check --format json --fail-level warning\n",
    {{"PATH", "the project's folder, or a file in it; this folder if none is named"}},
    {{"--format", "FORMAT", "text, short (a line each) or json", false, "text|short|json"},
     {"--cost", nullptr, "also tell bytes of state per user, and what each event triggers"},
     {"--fail-level", "LEVEL", "what ends with 1: error (the default) or warning", false, "error|warning"}},
    run};

}  // namespace wend::cli
