// `wend sweep`: who is in each audience and state by the rules as they are now, of users that were held as columns.
#include <algorithm>
#include <charconv>
#include <thread>

#include <fmt/format.h>

#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/service/sweep.h"
#include "runtime/abi/printable.h"
#include "runtime/hosts/summary_table.h"
#include "runtime/hosts/sweep.h"

namespace wend::cli {

namespace {

constexpr unsigned kThreadsMax = 256;

unsigned threads_of(const Arguments& arguments) {
  const std::optional<std::string> text = arguments.value("--threads");
  if (!text) return std::clamp(std::thread::hardware_concurrency(), 1u, kThreadsMax);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < 1 || number > kThreadsMax)
    throw UsageError{fmt::format("`--threads` must be a number from 1 to {}, found `{}`", kThreadsMax, *text)};
  return number;
}

int failed(const PopulationFault& fault, Terminal& terminal) {
  terminal.fail(printable(fault.message));
  return fault.content ? exit_code::kInput : exit_code::kEnvironment;
}

std::string rate(const BatchModule& batch, const SweepResult& result) {
  const double asked = static_cast<double>(result.users) * batch.rules;
  return fmt::format("{} by {} in {:.3f} s: {:.0f} million rules of users and {:.0f} MB a second\n", plural(result.users, "user", "users"), plural(batch.rules, "rule", "rules"),
                     result.seconds, asked / result.seconds / 1e6, static_cast<double>(result.bytes) / result.seconds / 1e6);
}

int run(const Arguments& arguments, Terminal& terminal) {
  const std::optional<std::string> path = arguments.value("--population");
  if (!path) throw UsageError{"name the users with `--population FILE`, which `wend snapshot --columns` writes"};
  SweepOptions options;
  options.threads = threads_of(arguments);
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(0, "."), terminal, unsound);
  if (!project) return unsound;
  PopulationFault fault;
  const std::unique_ptr<Population> population = Population::open(*path, fault);
  if (!population) return failed(fault, terminal);
  std::vector<std::string> missing;
  const std::shared_ptr<const BatchModule> batch = compile_sweep(project->program(), population->layout(), missing);
  if (!batch) {
    std::string lines = *path + " does not hold what the rules read";
    for (const std::string& what : missing) lines += "\n  " + printable(what);
    terminal.fail(lines + "\nhold it again with `wend snapshot PROJECT --events E --at T --columns " + *path + "`");
    return exit_code::kInput;
  }
  ProgressBar bar(terminal, "sweeping");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  const SweepResult result = sweep(*population, *batch, options);
  bar.clear();
  if (result.error) return failed(*result.error, terminal);
  const std::string format = arguments.value_or("--format", "table");
  Output output("");
  output.write(format == "json" ? render_sweep_json(population->layout(), *batch, result) : format == "csv" ? render_sweep_csv(*batch, result) : render_sweep_text(*batch, result));
  terminal.say(rate(*batch, result));
  return finish_output(output, terminal, exit_code::kWell);
}

}  // namespace

const Command kSweep = {
    "sweep", "who is in each audience and state by the rules as they are now, of users held as columns",
    "  wend snapshot my_project --events events.ndjson.gz --at 2026-03-01 --columns users.columns\n"
    "  wend sweep my_project --population users.columns\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    {{"--population", "FILE", "the users, as `wend snapshot --columns` holds them"},
     {"--format", "FORMAT", "table, csv or json", false, "table|csv|json"},
     {"--threads", "N", "how many at once; as many as the machine has if not said"}},
    run};

}  // namespace wend::cli
