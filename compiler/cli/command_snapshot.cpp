// `wend snapshot`: one CSV row a user, as of an instant.
#include "compiler/cli/event_options.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"

namespace wend::cli {

namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  BatchOptions options;
  options.files = event_files(arguments);
  const std::optional<std::string> at = arguments.value("--at");
  if (!at) throw UsageError{"name the instant with `--at TIME`"};
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(0, "."), terminal, unsound);
  if (!project) return unsound;
  options.snapshot_us = instant_option("--at", *at, project->program().project.time_zone);
  options.strict = arguments.has("--strict");
  const std::shared_ptr<const Module> module = rising_code(*project);

  keep_inputs(arguments.value_or("--out", "-"), options.files, *project);
  Output output(arguments.value_or("--out", "-"));
  if (output.failed()) return finish_output(output, terminal, exit_code::kEnvironment);
  ProgressBar bar(terminal, "running");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  const BatchResult result = run_batch(*module, options);
  bar.clear();
  output.write(result.snapshot_csv);
  const int code = finish_output(output, terminal, exit_code::kWell);
  if (result.summary.rejected > 0) terminal.say(std::to_string(result.summary.rejected) + " events were rejected; `wend run` says why\n");
  if (!result.error) return code;
  terminal.fail(result.error->message);
  return result.error->exit_code;
}

}  // namespace

const Command kSnapshot = {
    "snapshot", "one CSV row per user: everything known of them at an instant",
    "  wend snapshot my_project --events events.ndjson.gz --at 2026-03-01\n"
    "  wend snapshot my_project --events - --at 2026-03-01T12:00Z --out users.csv\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    with_event_options({{"--at", "TIME", "everything before this instant, and every timer due at it, is in the rows"},
                        {"--out", "FILE", "write the rows there; standard output if not said"}}),
    run};

}  // namespace wend::cli
