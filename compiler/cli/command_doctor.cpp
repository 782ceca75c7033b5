// `wend doctor`: what this is, where it runs and whether it is well: a report to paste into an issue.
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "compiler/cli/admin_client.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/diagnostics/render.h"
#include "compiler/jit/code_cache.h"
#include "runtime/abi/zones.h"
#include "runtime/channels/json.h"

namespace wend::cli {

namespace {

// A line of the report. A fact is neither well nor wrong.
struct Finding {
  enum class Kind : uint8_t { fact, well, wrong } kind = Kind::fact;
  std::string about, text, remedy;
  int code = exit_code::kWell;   // what the command ends with where it is wrong
};

class Report {
 public:
  void fact(std::string about, std::string text) { findings.push_back({Finding::Kind::fact, std::move(about), std::move(text), "", exit_code::kWell}); }
  void well(std::string about, std::string text) { findings.push_back({Finding::Kind::well, std::move(about), std::move(text), "", exit_code::kWell}); }
  void wrong(std::string about, std::string text, std::string remedy, int code) { findings.push_back({Finding::Kind::wrong, std::move(about), std::move(text), std::move(remedy), code}); }

  std::vector<Finding> findings;
};

void machine(Report& report) {
  report.fact("wend", WEND_VERSION);
#ifdef __VERSION__
  report.fact("built with", std::string(__VERSION__) + (sizeof(void*) == 8 ? ", 64 bits" : ", 32 bits"));
#endif
  utsname name{};
  if (::uname(&name) == 0) report.fact("system", std::string(name.sysname) + " " + name.release + " " + name.machine);
  std::string variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;   // names alone: values may be secrets
    if (text.starts_with("WEND_") || text.starts_with("NO_COLOR=") || text.starts_with("TERM=") || text.starts_with("LANG=") || text.starts_with("LC_ALL=") || text.starts_with("TZ="))
      variables += (variables.empty() ? "" : ", ") + std::string(text.substr(0, text.find('=')));
  }
  if (!variables.empty()) report.fact("variables that are set", variables);
}

void surroundings(Report& report) {
  const std::string zones = tzdata_version();
  if (zones.empty() || zones == "unknown" || !find_zone("Europe/Stockholm")) report.wrong("time zones", "their data cannot be read", "install the package tzdata", exit_code::kEnvironment);
  else report.well("time zones", zones);
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (error || ::access(folder.c_str(), W_OK) != 0) report.wrong("temporary files", "there is no folder they can be written to", "set TMPDIR to a folder of yours", exit_code::kEnvironment);
  else report.well("temporary files", "can be written");
}

// A folder that may not be used is no fault: everything works without it.
void kept_code(Report& report) {
  const CodeCache cache(CodeCache::usual_folder());
  const CodeCache::Size size = cache.size();
  if (cache.usable()) report.fact("compiled code", "is kept in " + cache.folder() + ": " + std::to_string(size.files) + (size.files == 1 ? " file, " : " files, ") + std::to_string((size.bytes + 1023) / 1024) + " KiB");
  else if (cache.folder().empty()) report.fact("compiled code", "is not kept: no folder is named for it");
  else report.fact("compiled code", "is not kept in " + cache.folder() + ": " + cache.problem());
}

// From text to native code, on this machine.
void engine(Report& report) {
  const Project project = Project::from_texts({{"project.wend", "project doctor { time zone \"UTC\" }\nprofile { identity user_id }\nevent visit\nmeasure visits = count of visit in last 7 days\n"}});
  if (project.ok() && compile(project.program())) report.well("native code", "is made");
  else report.wrong("native code", "a program of four lines does not compile", "this is a bug in wend: report it with this page", exit_code::kBug);
}

void project(const std::string& path, bool named, Report& report) {
  std::error_code error;
  if (named && !std::filesystem::exists(path, error)) {
    report.wrong("project", "there is no file or folder `" + path + "`", "name the folder of the project, or a file in it", exit_code::kEnvironment);
    return;
  }
  const Project project = Project::load(path);
  if (project.root().empty()) {
    if (!named) return report.fact("project", "none in this folder");
    return report.wrong("project", "no folder at or above `" + path + "` has a `project.wend`", "`wend new` begins a project", exit_code_of(project.diagnostics()));
  }
  const Diagnostics& diagnostics = project.diagnostics();
  if (!project.ok()) {
    report.wrong("project", render_summary(diagnostics), "`wend check` tells what", exit_code_of(diagnostics));
    return;
  }
  const Program& program = project.program();
  const auto counted = [](size_t count, const char* one, const char* many) { return std::to_string(count) + " " + (count == 1 ? one : many); };
  report.well("project", program.project.name + ": " + counted(project.files().size(), "file", "files") + ", " + counted(program.journeys.size(), "journey", "journeys") + ", " +
                             counted(program.messages.size(), "message", "messages") + ", " + counted(program.tests.size(), "test", "tests"));
  if (diagnostics.warning_count() > 0) report.fact("warnings", std::to_string(diagnostics.warning_count()) + ": `wend check` tells which");
  report.fact("a user takes", std::to_string(cost_of(program).at_most) + " bytes at most");
  report.fact("its time zone", program.project.time_zone);
}

void server(const Arguments& arguments, Report& report) {
  AdminClient client(arguments);
  const AdminClient::Answer answer = client.get("/readyz");
  if (answer.well()) report.well("server", client.server() + " is ready");
  else report.wrong("server", answer.problem, "its log says more", answer.exit_code());
}

std::string text_of(const Report& report) {
  size_t widest = 0;
  for (const Finding& finding : report.findings) widest = std::max(widest, finding.about.size());
  std::string out;
  for (const Finding& finding : report.findings) {
    const char* mark = finding.kind == Finding::Kind::well ? "✓ " : finding.kind == Finding::Kind::wrong ? "✗ " : "  ";
    out += mark + finding.about + std::string(widest - finding.about.size() + 2, ' ') + finding.text + "\n";
    if (!finding.remedy.empty()) out += std::string(widest + 4, ' ') + finding.remedy + "\n";
  }
  return out;
}

std::string json_of(const Report& report) {
  JsonText out;
  out.open('{').pair("schema", "wend.doctor/1").key("findings").open('[');
  for (const Finding& finding : report.findings) {
    const char* kind = finding.kind == Finding::Kind::well ? "well" : finding.kind == Finding::Kind::wrong ? "wrong" : "fact";
    out.open('{').pair("kind", kind).pair("about", finding.about).pair("text", finding.text).key("remedy");
    if (finding.remedy.empty()) out.raw("null");
    else out.text(finding.remedy);
    out.close('}');
  }
  return out.close(']').close('}').str() + "\n";
}

int run(const Arguments& arguments, Terminal& terminal) {
  Report report;
  machine(report);
  surroundings(report);
  engine(report);
  kept_code(report);
  project(arguments.positional_or(0, "."), !arguments.positionals.empty(), report);
  if (arguments.has("--server")) server(arguments, report);
  int code = exit_code::kWell;
  for (const Finding& finding : report.findings) code = std::max(code, finding.code);
  Output output("");
  output.write(arguments.value_or("--format", "text") == "json" ? json_of(report) : text_of(report));
  return finish_output(output, terminal, code);
}

}  // namespace

const Command kDoctor = {
    "doctor", "what this is, where it runs, and whether it is well: to paste into an issue",
    "  wend doctor\n"
    "  wend doctor my_project --server http://localhost:8081 --format json\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    with_admin_options({{"--format", "FORMAT", "text or json", false, "text|json"}}),
    run};

}  // namespace wend::cli
