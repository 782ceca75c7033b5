// `wend run`: decisions for a stream of events, one JSON object a line.
#include "compiler/cli/event_options.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"

namespace wend::cli {

namespace {

// The version that was live until `--live-from`, where one is named.
struct Before {
  Project project;
  int64_t until = 0;
};

std::optional<Before> version_before(const Arguments& arguments, const std::vector<InputFile>& files, Terminal& terminal, int& code) {
  const auto folder = arguments.value("--before"), from = arguments.value("--live-from");
  if (folder.has_value() != from.has_value()) throw UsageError{"`--before` and `--live-from` go together: which version was live, and until when"};
  if (!folder) return std::nullopt;
  for (const InputFile& file : files)
    if (file.path == "-") throw UsageError{"two versions read the events, and standard input can be read only once: name a file"};
  std::optional<Project> project = load_sound(std::string(*folder), terminal, code);
  if (!project) return std::nullopt;
  const int64_t until = instant_option("--live-from", *from, project->program().project.time_zone);
  return Before{std::move(*project), until};
}

// The version itself, checked against where people are when it goes live.
std::shared_ptr<const Module> go_live(const std::string& path, const Project& before, const std::vector<Change::Place>& places, Terminal& terminal, int& code) {
  Former former;
  former.versions.push_back(before.version());
  for (const Change::Place& place : places) former.places.push_back(before.place(place.journey, place.step, place.people));
  const std::optional<Project> project = load_sound(path, terminal, code, former);
  return project ? rising_code(*project) : nullptr;
}

int run(const Arguments& arguments, Terminal& terminal) {
  BatchOptions options;
  options.files = event_files(arguments);
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(0, "."), terminal, unsound);
  if (!project) return unsound;
  const std::optional<Before> before = version_before(arguments, options.files, terminal, unsound);
  if (!before && arguments.has("--before")) return unsound;
  if (const auto until = arguments.value("--until")) {
    options.until_us = instant_option("--until", *until, project->program().project.time_zone);
  }
  options.strict = arguments.has("--strict");
  std::shared_ptr<const Module> module = rising_code(before ? before->project : *project);

  keep_inputs(arguments.value_or("--out", "-"), options.files, *project);
  if (before) keep_inputs(arguments.value_or("--out", "-"), options.files, before->project);
  Output output(arguments.value_or("--out", "-"));
  if (output.failed()) return finish_output(output, terminal, exit_code::kEnvironment);
  options.line = [&output](std::string_view line) { output.line(line); };
  ProgressBar bar(terminal, "running");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  BatchResult result;
  if (before) {
    Change change;
    change.at = before->until;
    change.next = [&](const std::vector<Change::Place>& places) {
      bar.clear();
      return go_live(std::string(arguments.positional_or(0, ".")), before->project, places, terminal, unsound);
    };
    ChangedResult changed = run_changed(*module, change, options);
    result = std::move(changed.result);
    if (!changed.live && !result.error) return finish_output(output, terminal, unsound);
    if (changed.live) module = std::move(changed.live);
  } else {
    result = run_batch(*module, options);
  }
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
    "  wend run my_project --before my_project_until_now --live-from 2026-11-02 --events events.ndjson.gz\n"
    "  wend run my_project --events - --until 2026-12-31 --out decisions.ndjson\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    with_event_options({{"--before", "FOLDER", "the version that was live before this one"},
                        {"--live-from", "TIME", "when this one goes live; before that the other decides"},
                        {"--out", "FILE", "write the decisions there; standard output if not said"},
                        {"--until", "TIME", "let the clock run on to this time"}}),
    run};

}  // namespace wend::cli
