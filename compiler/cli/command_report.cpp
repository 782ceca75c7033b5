// `wend report`: what a project's reports say over events.
#include <algorithm>

#include "compiler/cli/event_options.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/service/compile_reports.h"
#include "runtime/hosts/report_run.h"

namespace wend::cli {

namespace {

// Those that are named, in the order of their names; all where none is. Throws UsageError for a name that is none.
std::vector<ModuleReport> wanted_reports(const ReportModule& all, const Arguments& arguments, const std::string& project) {
  if (arguments.positionals.size() < 2) return all.reports;
  std::vector<std::string> known;
  for (const ModuleReport& report : all.reports) known.push_back(report.name);
  for (size_t i = 1; i < arguments.positionals.size(); ++i) {
    const std::string& name = arguments.positionals[i];
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = nearest(name, known);
    std::string list;
    for (const std::string& each : known) list += (list.empty() ? "`" : ", `") + each + "`";
    throw UsageError{"`" + project + "` has no report `" + name + "`" + (!near.empty() ? ": did you mean `" + near + "`?" : "; it has " + list)};
  }
  std::vector<ModuleReport> out;
  std::copy_if(all.reports.begin(), all.reports.end(), std::back_inserter(out), [&](const ModuleReport& report) {
    return std::find(arguments.positionals.begin() + 1, arguments.positionals.end(), report.name) != arguments.positionals.end();
  });
  return out;
}

int run(const Arguments& arguments, Terminal& terminal) {
  BatchOptions options;
  options.files = event_files(arguments);
  options.strict = arguments.has("--strict");
  const std::string format = arguments.value_or("--format", "text");
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(0, "."), terminal, unsound);
  if (!project) return unsound;
  const Program& program = project->program();
  if (program.reports.empty()) {
    terminal.fail("`" + program.project.name + "` declares no report: write one, such as `report bought = funnel of signup then purchase within 30 days`");
    return exit_code::kInput;
  }
  const std::shared_ptr<const ReportModule> all = compile_reports(program);
  const std::vector<ModuleReport> reports = wanted_reports(*all, arguments, program.project.name);
  keep_inputs(arguments.value_or("--out", "-"), options.files, *project);
  ProgressBar bar(terminal, "reading");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  const ReportsResult result = run_reports(*fast_code(program), reports, options);   // only its tables are read
  bar.clear();
  if (result.error) {   // half a log says nothing
    terminal.fail(result.error->message);
    return result.error->exit_code;
  }
  Output output(arguments.value_or("--out", "-"));
  if (output.failed()) return finish_output(output, terminal, exit_code::kEnvironment);
  output.write(format == "csv" ? render_csv(result) : format == "json" ? render_json(result) : render_text(result));
  const int code = finish_output(output, terminal, exit_code::kWell);
  if (result.rejected > 0) terminal.say(plain_count(result.rejected, "event was", "events were") + " rejected; `wend run` says why\n");
  return code;
}

}  // namespace

const Command kReport = {
    "report", "how far users come: what the project's reports say over events",
    "  wend report my_project --events events.ndjson.gz\n"
    "  wend report my_project first_purchase --events events.ndjson.gz --format csv\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}, {"NAME", "a report; all of them if none is named", false, true}},
    with_event_options({{"--format", "FORMAT", "text, json, or csv: a row a step", false, "text|json|csv"},
                        {"--out", "FILE", "write it there; standard output if not said"}}),
    run};

}  // namespace wend::cli
