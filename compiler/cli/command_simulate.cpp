// `wend simulate`: what a project would have done over a log, and whose decisions another version would have made otherwise.
#include <filesystem>

#include "compiler/cli/event_options.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "runtime/hosts/decision_changes.h"
#include "runtime/hosts/simulation.h"

namespace wend::cli {

namespace {

int tell(const BatchError& error, Terminal& terminal) {
  terminal.fail(error.message);
  return error.exit_code;
}

// The other version: a folder, or a revision of the project.
std::optional<Project> other_version(const Project& project, const std::string& against, Terminal& terminal, int& code) {
  if (!against.starts_with("git:")) {
    std::error_code error;
    if (!std::filesystem::exists(against, error)) throw UsageError{"`--against " + against + "`: there is no such folder; say `git:REVISION` for a revision"};
    return load_sound(against, terminal, code);
  }
  std::optional<Revision> read = revision_of(project, against, terminal, code);
  if (!read) return std::nullopt;
  Project other = Project::from_texts(std::move(read->files));
  if (other.ok()) return other;
  tell_errors(other, terminal, ", in " + against);
  code = exit_code_of(other.diagnostics());
  return std::nullopt;
}

int run(const Arguments& arguments, Terminal& terminal) {
  BatchOptions options;
  options.files = event_files(arguments);
  const auto against = arguments.value("--against");
  const std::string format = arguments.value_or("--format", "text");
  if (against && format == "csv") throw UsageError{"`--format csv` is what one version sends each day: leave out `--against`, or say `--format json`"};
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(0, "."), terminal, unsound);
  if (!project) return unsound;
  std::optional<Project> other;
  if (against) {
    for (const InputFile& file : options.files)
      if (file.path == "-") throw UsageError{"two versions read the events, and standard input can be read only once: name a file"};
    other = other_version(*project, *against, terminal, unsound);
    if (!other) return unsound;
  }
  if (const auto until = arguments.value("--until")) options.until_us = instant_option("--until", *until, project->program().project.time_zone);
  options.strict = arguments.has("--strict");
  keep_inputs(arguments.value_or("--out", "-"), options.files, *project);

  DecisionComparison comparison;
  SimulationResult before;
  if (other) {
    ProgressBar bar(terminal, "the other version");
    options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
    options.line = [&comparison](std::string_view line) { comparison.before(line); };
    before = simulate(*rising_code(*other), options);
    bar.clear();
    if (before.error) return tell(*before.error, terminal);
    options.line = [&comparison](std::string_view line) { comparison.after(line); };
  }
  ProgressBar bar(terminal, "running");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  const SimulationResult result = simulate(*rising_code(*project), options);
  bar.clear();
  if (result.error) return tell(*result.error, terminal);
  DecisionChanges changes;
  if (other)
    if (const auto fault = comparison.finish(changes)) return tell(BatchError{*fault, exit_code::kEnvironment}, terminal);
  Output output(arguments.value_or("--out", "-"));
  if (output.failed()) return finish_output(output, terminal, exit_code::kEnvironment);
  if (format == "csv") {
    output.write(render_csv(result.simulation));
  } else if (format == "json") {
    output.write(render_json(result.simulation, other ? &before.simulation : nullptr, other ? &changes : nullptr));
  } else {
    output.write(render_text(result.simulation));
    if (other) output.write(render_changes(result.simulation, before.simulation, changes));
  }
  return finish_output(output, terminal, exit_code::kWell);
}

}  // namespace

const Command kSimulate = {
    "simulate", "what a project would have done over events: sends a day, what stood in the way, arms, states",
    "  wend simulate my_project --events events.ndjson.gz\n"
    "  wend simulate my_project --against git:main --events events.ndjson.gz\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    with_event_options({{"--against", "VERSION", "`git:REVISION` or a folder: also tell whose decisions are others than by that version"},
                        {"--until", "TIME", "let the clock run on to this time"},
                        {"--format", "FORMAT", "text, json, or csv: a row a day, what was sent by channel", false, "text|json|csv"},
                        {"--out", "FILE", "write it there; standard output if not said"}}),
    run};

}  // namespace wend::cli
