// `wend check`: is everything in the project right? What CI runs.
#include <charconv>

#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/diagnostics/render.h"

namespace wend::cli {

namespace {

std::optional<uint64_t> budget_of(const Arguments& arguments) {
  const std::optional<std::string> text = arguments.value("--budget");
  if (!text) return std::nullopt;
  uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), bytes);
  if (error != std::errc() || end != text->data() + text->size()) throw UsageError{"`--budget` must be a number of bytes such as 20000, found `" + *text + "`"};
  return bytes;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const std::optional<uint64_t> budget = budget_of(arguments);
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
  bool over = false;
  if (project.ok() && (budget || arguments.has("--cost"))) {
    const Cost cost = cost_of(project.program());
    if (arguments.has("--cost")) output.write(cost.report);
    over = budget && cost.at_most > *budget;
    if (over) terminal.fail("a user may take " + std::to_string(cost.at_most) + " bytes, and the budget is " + std::to_string(*budget) + ": `--cost` tells what for");
  }
  const bool warnings_fail = arguments.value_or("--fail-level", "error") == "warning";
  const bool bad = !project.ok() || over || (warnings_fail && diagnostics.warning_count() > 0);
  return finish_output(output, terminal, !bad ? exit_code::kWell : project.ok() ? exit_code::kInput : exit_code_of(diagnostics));
}

}  // namespace

const Command kCheck = {
    "check", "is everything in a project right?",
    "  wend check\n  wend check examples/tidal_wave --cost --budget 100000\n  wend check --format json --fail-level warning\n",
    {{"PATH", "the project's folder, or a file in it; this folder if none is named"}},
    {{"--format", "FORMAT", "text, short (a line each) or json", false, "text|short|json"},
     {"--cost", nullptr, "also tell bytes of state per user, and what each event triggers"},
     {"--budget", "BYTES", "end with 1 when the state of one user may grow larger"},
     {"--fail-level", "LEVEL", "what ends with 1: error (the default) or warning", false, "error|warning"}},
    run};

}  // namespace wend::cli
