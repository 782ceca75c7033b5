// `wend check`: is everything in the project right? What CI runs.
#include <charconv>

#include "compiler/cli/check_report.h"
#include "compiler/cli/event_options.h"
#include "compiler/cli/fix_project.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/diagnostics/render.h"
#include "runtime/hosts/user_bytes.h"

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

// Options about events are for `--cost` alone.
bool names_events(const Arguments& arguments) {
  bool any = false;
  for (const Option& option : with_event_options({})) {
    if (!arguments.has(option.name)) continue;
    any = true;
    if (!arguments.has("--cost")) throw UsageError{"`" + std::string(option.name) + "` goes with `--cost`"};
  }
  return any;
}

// What the users of a log come to.
int tell_bytes(const Project& project, const Arguments& arguments, Output& output, Terminal& terminal) {
  const std::shared_ptr<const Module> module = rising_code(project);
  UserBytesSum sum;
  BatchOptions options;
  options.files = event_files(arguments);
  options.strict = arguments.has("--strict");
  options.each_user = [&sum](Step& step, std::string_view, UserState& user) { sum.add(step, user); };
  ProgressBar bar(terminal, "running");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  const BatchResult result = run_batch(*module, options);
  bar.clear();
  if (result.summary.rejected > 0) terminal.say(plain_count(result.summary.rejected, "event was", "events were") + " rejected; `wend run` says why\n");
  if (result.error) {
    terminal.fail(result.error->message);
    return result.error->exit_code;
  }
  output.write("\n" + render_text(sum.of(*module), result.summary.events));
  return exit_code::kWell;
}

Project load(const Arguments& arguments, Terminal& terminal, int& code) {
  const std::string path = arguments.positional_or(0, ".");
  const bool unsafe = arguments.has("--unsafe");
  if (!arguments.has("--fix")) {
    if (unsafe) throw UsageError{"`--unsafe` goes with `--fix`"};
    return Project::load(path);
  }
  Fixed fixed = fix_project(path, unsafe);
  if (fixed.fixes > 0) terminal.say(plain_count(fixed.fixes, "fix", "fixes") + " made in " + plain_count(fixed.files, "file", "files") + "\n");
  if (fixed.left > 0) terminal.say(plain_count(fixed.left, "fix wants", "fixes want") + " a look: `--fix --unsafe` makes " + (fixed.left == 1 ? "it" : "them") + "\n");
  if (fixed.fault) {
    terminal.fail(*fixed.fault);
    code = exit_code::kEnvironment;
  }
  return std::move(fixed.project);
}

int run(const Arguments& arguments, Terminal& terminal) {
  const std::optional<uint64_t> budget = budget_of(arguments);
  const std::vector<ReportTarget> targets = report_targets(arguments);
  const bool warnings_fail = arguments.value_or("--fail-level", "error") == "warning";
  const bool measures = names_events(arguments);
  int code = exit_code::kWell;
  const Project project = load(arguments, terminal, code);
  const Diagnostics& diagnostics = project.diagnostics();
  const CheckReport report(project, "wend check", warnings_fail, targets);
  Output output("");
  if (targets.front().format == "text") {
    terminal.complain(report.text(terminal.colour_err()));
    const std::string counts = render_summary(diagnostics);
    terminal.say(counts.empty() ? "all is well\n" : counts + "\n");
  } else {
    output.write(report.in(targets.front().format));
  }
  bool over = false;
  if (project.ok() && (budget || arguments.has("--cost"))) {
    const Cost cost = cost_of(project.program());
    if (arguments.has("--cost")) output.write(cost.report);
    if (measures) code = std::max(code, tell_bytes(project, arguments, output, terminal));
    over = budget && cost.at_most > *budget;
    if (over) terminal.fail("a user may take " + std::to_string(cost.at_most) + " bytes, and the budget is " + std::to_string(*budget) + ": `--cost` tells what for");
  }
  const bool bad = !project.ok() || over || (warnings_fail && diagnostics.warning_count() > 0);
  if (code == exit_code::kWell && bad) code = project.ok() ? exit_code::kInput : exit_code_of(diagnostics);
  code = write_reports(targets, project, terminal, code, [&report](const std::string& format) { return report.in(format); });
  return finish_output(output, terminal, code);
}

}  // namespace

const Command kCheck = {
    "check", "is everything in a project right?",
    "  wend check\n  wend check examples/tidal_wave --cost --budget 100000\n  wend check --cost --events events.ndjson.gz\n  wend check --fix\n  wend check --fail-level warning --output sarif=wend.sarif --output junit=wend.xml\n",
    {{"PATH", "the project's folder, or a file in it; this folder if none is named"}},
    with_report_options(with_event_options({
        {"--fail-level", "LEVEL", "what ends with 1: error (the default) or warning", false, "error|warning"},
        {"--fix", nullptr, "make the fixes that are safe, then tell what is left"},
        {"--unsafe", nullptr, "with `--fix`: also those that want a look; read the difference"},
        {"--cost", nullptr, "also tell bytes of state per user, and what each event triggers; with `--events`, what their users take at rest"},
        {"--budget", "BYTES", "end with 1 when the state of one user may grow larger"}})),
    run};

}  // namespace wend::cli
