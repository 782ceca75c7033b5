// `wend run`: decisions for a stream of events, one JSON object a line.
#include "compiler/cli/event_options.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"

namespace wend::cli {

namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  BatchOptions options;
  options.files = event_files(arguments);
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(0, "."), terminal, unsound);
  if (!project) return unsound;
  if (const auto until = arguments.value("--until")) {
    options.until_us = instant_option("--until", *until, project->program().project.time_zone);
  }
  options.strict = arguments.has("--strict");
  const std::shared_ptr<const Module> module = compile(project->program());

  keep_inputs(arguments.value_or("--out", "-"), options.files, *project);
  Output output(arguments.value_or("--out", "-"));
  if (output.failed()) return finish_output(output, terminal, exit_code::kEnvironment);
  options.line = [&output](std::string_view line) { output.line(line); };
  ProgressBar bar(terminal, "running");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  const BatchResult result = run_batch(*module, options);
  bar.clear();
  const int code = finish_output(output, terminal, exit_code::kWell);
  const bool nothing_read = result.summary.events + result.summary.rejected == 0;
  if (!result.error || !nothing_read) terminal.say(render_summary(*module, result.summary));
  if (!result.error) return code;
  if (!nothing_read) terminal.say("\n");
  terminal.fail(result.error->message);
  return result.error->exit_code;
}

}  // namespace

const Command kRun = {
    "run", "what a project decides over events, a JSON line each",
    "  wend run my_project --events events.ndjson.gz\n"
    "  wend run my_project --events plays.csv --as play --user-column listener --time-column played_at\n"
    "  wend run my_project --events - --until 2026-12-31 --out decisions.ndjson\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    with_event_options({{"--out", "FILE", "write the decisions there; standard output if not said"},
                        {"--until", "TIME", "let the clock run on to this time"}}),
    run};

}  // namespace wend::cli
