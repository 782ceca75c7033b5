// `wend bench`: how fast a project is where it runs, what one more rule costs, what a user takes.
#include <charconv>

#include "compiler/cli/event_options.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/service/more_rules.h"
#include "runtime/abi/module.h"
#include "runtime/hosts/bench.h"

namespace wend::cli {

namespace {

uint64_t number_option(const Arguments& arguments, const char* name, uint64_t otherwise, uint64_t most) {
  const std::optional<std::string> text = arguments.value(name);
  if (!text) return otherwise;
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < 1 || number > most)
    throw UsageError{std::string("`") + name + "` must be a number from 1 to " + std::to_string(most) + ", found `" + *text + "`"};
  return number;
}

bool names_events(const Arguments& arguments) {
  for (const char* name : {"--events", "--as", "--user-column", "--time-column"})
    if (arguments.has(name)) return true;
  return false;
}

// Why there is nothing to measure with.
std::string nothing_to_measure(const BenchEvents& events) {
  if (events.made_up) return "the project declares no event that comes from outside, so none can be made up: name some with `--events FILE`";
  if (events.rejected > 0) return "no event could be used: " + std::to_string(events.rejected) + " rejected, the first at " + events.first_rejection;
  if (events.ignored > 0) return "no event could be used: the project declares none of those in the files";
  return "there are no events in the files: leave out `--events` and some are made up";
}

std::vector<uint64_t> seen_of(const Module& module, const BenchEvents& events) {
  std::vector<uint64_t> seen(module.events.size());
  for (const BenchEvents::Line& line : events.lines)
    if (line.type < seen.size()) ++seen[line.type];
  return seen;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const bool named = names_events(arguments);
  MadeUpRequest request;
  request.users = number_option(arguments, "--users", request.users, kBenchUsersMax);
  request.days = number_option(arguments, "--days", request.days, kBenchDaysMax);
  if (named && (arguments.has("--users") || arguments.has("--days"))) throw UsageError{"`--users` and `--days` are for events that are made up: leave them out, or `--events`"};
  if (!named && arguments.has("--strict")) throw UsageError{"`--strict` goes with `--events`: events that are made up are not rejected"};
  const std::vector<InputFile> files = named ? event_files(arguments) : std::vector<InputFile>();
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(0, "."), terminal, unsound);
  if (!project) return unsound;
  const std::shared_ptr<const Module> module = compile(project->program());

  BenchReading reading;
  if (named) reading = read_bench_events(*module, files, arguments.has("--strict"));
  else reading.events = make_up_events(*module, request);
  if (reading.error) {
    terminal.fail(reading.error->message);
    return reading.error->exit_code;
  }
  const BenchEvents& events = reading.events;
  if (events.lines.empty()) {
    terminal.fail(nothing_to_measure(events));
    return exit_code::kInput;
  }

  const std::optional<MoreRules> more = with_more_rules(*project, seen_of(*module, events));
  const std::shared_ptr<const Module> with = more ? compile(more->project.program()) : nullptr;
  BenchReport report;
  BenchLimits limits;
  ProgressBar bar(terminal, "measuring");
  limits.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  if (with) {
    const BenchVariant variant{*with, more->rules, more->touching};
    report.figures = measure(*module, events, &variant, limits);
    report.added = more->condition;
  } else {
    report.figures = measure(*module, events, nullptr, limits);
  }
  bar.clear();
  report.project = project->program().project.name;
  report.made_up = events.made_up;
  report.more_events = events.more;
  report.events = events.lines.size();
  report.ignored = events.ignored;
  report.rejected = events.rejected;
  report.first_rejection = events.first_rejection;
  const Cost cost = cost_of(project->program());
  report.cost_fixed = cost.fixed;
  report.cost_at_most = cost.at_most;
  Output output("");
  output.write(arguments.value_or("--format", "text") == "json" ? render_json(report) : render_text(report));
  return finish_output(output, terminal, exit_code::kWell);
}

}  // namespace

const Command kBench = {
    "bench", "how fast a project is on this machine: rules a second, an event, one more rule, bytes of a user",
    "  wend bench my_project\n"
    "  wend bench my_project --events events.ndjson.gz --format json\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    with_event_options({{"--users", "N", "without `--events`: make up events of so many users (1000)"},
                        {"--days", "N", "without `--events`: and of so many days (30)"},
                        {"--format", "FORMAT", "text or json", false, "text|json"}}),
    run};

}  // namespace wend::cli
