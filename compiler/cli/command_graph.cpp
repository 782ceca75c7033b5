// `wend graph`: a project's journeys and states as a picture.
#include <algorithm>

#include "compiler/cli/event_options.h"
#include "compiler/cli/graph_counts.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/diagnostics/diagnostics.h"
#include "compiler/graph/graph.h"

namespace wend::cli {

namespace {

template <class List>
std::vector<std::string> chosen(const Arguments& arguments, const std::string& option, const char* what, const List& list) {
  std::vector<std::string> names, known;
  for (const auto& each : list) known.push_back(each.name);
  for (const auto& [name, value] : arguments.options) {
    if (name != option) continue;
    if (std::find(known.begin(), known.end(), value) == known.end()) {
      const std::string near = nearest(value, known);
      throw UsageError{std::string("the project has no ") + what + " `" + value + "`" + (near.empty() ? "" : "; did you mean `" + near + "`?")};
    }
    names.push_back(value);
  }
  return names;
}

// What `--format` says, else what the name of the file does.
std::string format_of(const Arguments& arguments, const std::string& out) {
  if (const auto format = arguments.value("--format")) return *format;
  struct Row { const char *end, *format; };
  for (const Row& row : {Row{".svg", "svg"}, {".mmd", "mermaid"}, {".mermaid", "mermaid"}, {".dot", "dot"}, {".gv", "dot"}, {".json", "json"}})
    if (out.ends_with(row.end)) return row.format;
  return "svg";
}

// Nothing where no events are named; `code` is set where they cannot be read.
std::optional<graph::Counts> counted(const Arguments& arguments, const std::vector<InputFile>& files, const Project& project, Terminal& terminal, int& code) {
  if (files.empty()) return std::nullopt;
  const Program& program = project.program();
  BatchOptions options;
  options.files = files;
  options.strict = arguments.has("--strict");
  if (const auto until = arguments.value("--until")) options.until_us = instant_option("--until", *until, program.project.time_zone);
  const std::shared_ptr<const Module> module = rising_code(project);
  GraphCounts counts(program, *module);
  options.observer = &counts;
  ProgressBar bar(terminal, "running");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  const BatchResult result = run_batch(*module, options);
  bar.clear();
  if (result.error) {
    terminal.fail(result.error->message);
    code = result.error->exit_code;
    return std::nullopt;
  }
  return counts.finish(result.summary);
}

int run(const Arguments& arguments, Terminal& terminal) {
  std::vector<InputFile> files;
  if (arguments.has("--events")) files = event_files(arguments);
  for (const char* theirs : {"--as", "--user-column", "--time-column", "--strict", "--until"})
    if (files.empty() && arguments.has(theirs)) throw UsageError{std::string("`") + theirs + "` goes with `--events`"};
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(0, "."), terminal, unsound);
  if (!project) return unsound;
  const Program& program = project->program();
  graph::Choice choice;
  choice.journeys = chosen(arguments, "--journey", "journey", program.journeys);
  choice.states = chosen(arguments, "--states", "states block", program.states);
  const std::string out = arguments.value_or("--out", "-");
  const std::string format = format_of(arguments, out);
  int failed = exit_code::kWell;
  const std::optional<graph::Counts> counts = counted(arguments, files, *project, terminal, failed);
  if (failed != exit_code::kWell) return failed;
  const graph::Graph graph = graph::make(program, choice, counts ? &*counts : nullptr);
  keep_inputs(out, files, *project);
  Output output(out);
  if (output.failed()) return finish_output(output, terminal, exit_code::kEnvironment);
  output.write(format == "svg" ? graph::to_svg(graph) : format == "mermaid" ? graph::to_mermaid(graph) : format == "dot" ? graph::to_dot(graph) : graph::to_json(graph));
  return finish_output(output, terminal, exit_code::kWell);
}

}  // namespace

const Command kGraph = {
    "graph", "journeys and states as a picture",
    "  wend graph my_project --out journeys.svg\n"
    "  wend graph my_project --journey win_back --format mermaid\n"
    "  wend graph my_project --events events.ndjson.gz --out people.svg\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    with_event_options({{"--format", "FORMAT", "svg, mermaid, dot or json; if not said, after the name of the file, else svg", false, "svg|mermaid|dot|json"},
                        {"--journey", "NAME", "only this journey; may be said again", true},
                        {"--states", "NAME", "only this states block; may be said again", true},
                        {"--until", "TIME", "with events: let the clock run on to this time"},
                        {"--out", "FILE", "write it there; standard output if not said"}}),
    run};

}  // namespace wend::cli
