// `wend snapshot`: what is known of users as of an instant: one CSV row each, or held as columns.
#include "compiler/cli/event_options.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/service/sweep.h"
#include "runtime/hosts/hold.h"

namespace wend::cli {

namespace {

int told(const BatchResult& result, Terminal& terminal, int code) {
  if (result.summary.rejected > 0) terminal.say(std::to_string(result.summary.rejected) + " events were rejected; `wend run` says why\n");
  if (!result.error) return code;
  terminal.fail(result.error->message);
  return result.error->exit_code;
}

// Nothing is held of a run that went wrong.
int hold(const Project& project, BatchOptions& options, const std::string& path, Terminal& terminal) {
  keep_inputs(path, options.files, project, "--columns");
  const HeldModule held = compile_held(project.program());
  Holding holding(held, *options.snapshot_us);
  options.each_user = [&holding](Step& step, std::string_view, UserState& user) { holding.add(step, user); };
  ProgressBar bar(terminal, "running");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  const BatchResult result = run_batch(*held.module, options);
  bar.clear();
  if (const int code = told(result, terminal, exit_code::kWell); code != exit_code::kWell) return code;
  if (const auto fault = holding.write(path)) {
    terminal.fail(*fault);
    return exit_code::kEnvironment;
  }
  terminal.say(plain_count(holding.rows(), "user is held in ", "users are held in ") + path + "\n");
  return exit_code::kWell;
}

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
  if (const auto columns = arguments.value("--columns")) {
    if (arguments.has("--out")) throw UsageError{"`--columns` holds users instead of writing rows: leave out `--out`"};
    return hold(*project, options, *columns, terminal);
  }
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
  return told(result, terminal, code);
}

}  // namespace

const Command kSnapshot = {
    "snapshot", "one CSV row per user: everything known of them at an instant",
    "  wend snapshot my_project --events events.ndjson.gz --at 2026-03-01\n"
    "  wend snapshot my_project --events - --at 2026-03-01T12:00Z --out users.csv\n"
    "  wend snapshot my_project --events events.ndjson.gz --at 2026-03-01 --columns users.columns\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    with_event_options({{"--at", "TIME", "everything before this instant, and every timer due at it, is in the rows"},
                        {"--out", "FILE", "write the rows there; standard output if not said"},
                        {"--columns", "FILE", "hold the users there as columns, which `wend sweep` reads, instead of writing rows"}}),
    run};

}  // namespace wend::cli
