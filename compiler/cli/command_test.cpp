// `wend test`: the project's tests, with time skipped.
#include <algorithm>
#include <filesystem>

#include "compiler/cli/check_report.h"
#include "compiler/cli/event_options.h"
#include "compiler/cli/file_watch.h"
#include "compiler/cli/host_tests.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/cli/record_test.h"
#include "compiler/cli/snapshots.h"
#include "compiler/cli/test_report.h"
#include "compiler/cli/test_runner.h"
#include "compiler/cli/test_selection.h"
#include "compiler/diagnostics/render.h"

namespace wend::cli {

namespace {

namespace fs = std::filesystem;

// All that the command line asks for, read before anything is run.
struct Asked {
  std::string project = ".";
  TestFilter filter;
  std::optional<Shard> shard;
  std::optional<uint64_t> seed;
  std::optional<unsigned> coverage_min;   // under it the command ends with 1
  unsigned jobs = 0;
  bool list = false, coverage = false, update = false;
  std::vector<ReportTarget> targets;
};

uint64_t number_option(const Arguments& arguments, const char* name, uint64_t most) {
  const std::string text = arguments.value_or(name, "");
  const std::optional<uint64_t> number = number_of(text);
  if (!number || *number > most) throw UsageError{"`" + std::string(name) + "` must be a whole number, found `" + text + "`"};
  return *number;
}

std::optional<unsigned> coverage_of(const Arguments& arguments) {
  std::string text = arguments.value_or("--coverage", "");
  if (text.ends_with('%')) text.pop_back();
  if (text.empty()) return std::nullopt;
  const std::optional<uint64_t> percent = number_of(text);
  if (!percent || *percent > 100) throw UsageError{"`--coverage` takes a share such as `--coverage=80%`, found `" + arguments.value_or("--coverage", "") + "`"};
  return static_cast<unsigned>(*percent);
}

// A word that is a file or a folder names the project, FILE:LINE a test in it, any other is part of a test's name.
void take_words(const Arguments& arguments, Asked& asked) {
  for (const std::string& word : arguments.positionals) {
    std::error_code ignored;
    const auto place = file_and_line(word);
    if (fs::exists(word, ignored)) {
      asked.project = word;
      continue;
    }
    if (!asked.filter.text.empty()) throw UsageError{"`" + word + "` is neither a project nor a second filter"};
    asked.filter.text = word;
    if (!place) continue;
    asked.filter.file = place->first;
    asked.filter.line = place->second;
    if (fs::is_regular_file(place->first, ignored)) asked.project = place->first;
  }
}

Asked asked_for(const Arguments& arguments) {
  Asked asked;
  take_words(arguments, asked);
  asked.targets = report_targets(arguments);
  if (const auto text = arguments.value("--shard")) {
    asked.shard = shard_of(*text);
    if (!asked.shard) throw UsageError{"`--shard` takes which part of how many, such as `2/3`, found `" + *text + "`"};
  }
  if (arguments.has("--shuffle")) asked.seed = number_option(arguments, "--shuffle", UINT64_MAX);
  if (arguments.has("--jobs")) asked.jobs = static_cast<unsigned>(number_option(arguments, "--jobs", 1'000));
  asked.list = arguments.has("--list");
  asked.coverage = arguments.has("--coverage");
  asked.coverage_min = coverage_of(arguments);
  if (asked.coverage && !asked.coverage_min && asked.filter.text.ends_with('%')) throw UsageError{"`--coverage` takes a share behind `=`: `--coverage=" + asked.filter.text + "`"};
  asked.update = arguments.has("--update");
  return asked;
}

// The file of a place as the project knows it.
TestFilter filter_in(const Project& project, TestFilter filter) {
  std::error_code error;
  if (filter.line == 0 || !fs::is_regular_file(filter.file, error)) return filter;
  const fs::path way = fs::weakly_canonical(filter.file, error).lexically_relative(fs::weakly_canonical(project.root(), error));
  if (!error && !way.empty() && *way.begin() != "..") filter.file = way.generic_string();
  return filter;
}

std::vector<const HostTest*> chosen(const Project& project, const Asked& asked, const std::vector<HostTest>& tests) {
  const TestFilter filter = filter_in(project, asked.filter);
  std::vector<const HostTest*> out;
  for (const HostTest& test : tests)
    if (filter.takes(test) && (!asked.shard || is_in(*asked.shard, test.name))) out.push_back(&test);
  if (asked.seed) shuffle(out, *asked.seed);
  return out;
}

// Who reads a machine format is given an empty report, not none.
int none_chosen(const Project& project, const Asked& asked, bool any, Terminal& terminal) {
  const bool filtered = !asked.filter.text.empty();
  terminal.say(!any ? "the project has no tests\n" : asked.shard ? "no test falls to this part\n" : "no test is named like `" + asked.filter.text + "`\n");
  const int code = any && filtered && !asked.shard ? exit_code::kInput : exit_code::kWell;
  if (asked.list) return code;
  const TestReport told(project, {}, nullptr, asked.targets);
  Output output("");
  if (asked.targets.front().format != "text") output.write(told.in(asked.targets.front().format));
  return finish_output(output, terminal, write_reports(asked.targets, project, terminal, code, [&told](const std::string& format) { return told.in(format); }));
}

int list(const std::vector<const HostTest*>& tests, Terminal& terminal) {
  Output output("");
  for (const HostTest* test : tests) output.line(test->file + ":" + std::to_string(test->line) + ": " + test->name);
  return finish_output(output, terminal, exit_code::kWell);
}

// A project with errors is told as `wend check` tells it, in every format that was asked for.
int unsound(const Project& project, const Asked& asked, Terminal& terminal) {
  const CheckReport report(project, "wend test", false, asked.targets);
  Output output("");
  if (asked.targets.front().format == "text") terminal.complain(report.text(terminal.colour_err()) + render_summary(project.diagnostics()) + "\n");
  else output.write(report.in(asked.targets.front().format));
  const int code = write_reports(asked.targets, project, terminal, exit_code_of(project.diagnostics()), [&report](const std::string& format) { return report.in(format); });
  return finish_output(output, terminal, code);
}

int snapshots(const Module& module, const std::string& root, const Asked& asked, std::vector<TestResult>& results, const std::vector<HostTest>& all, Terminal& terminal) {
  if (asked.update) {
    const SnapshotUpdate update = update_snapshots(module, root, results, all);
    if (!update.unwritable.empty()) {
      terminal.fail(update.unwritable);
      return exit_code::kEnvironment;
    }
    terminal.say(update.changed == 0 ? "no message says anything else\n" : plain_count(update.changed, "snapshot", "snapshots") + " written in " + plain_count(update.files, "file", "files") + "\n");
    return exit_code::kWell;
  }
  const SnapshotCheck check = compare_snapshots(module, root, results);
  if (!check.unreadable.empty()) {
    terminal.fail(check.unreadable);
    return exit_code::kEnvironment;
  }
  if (check.missing > 0) terminal.say(plain_count(check.missing, "test has", "tests have") + " no snapshot yet: `wend test --update` writes " + (check.missing == 1 ? "it" : "them") + "\n");
  return exit_code::kWell;
}

bool is_file_of(const Project& project, std::string_view file) {
  return std::any_of(project.texts().begin(), project.texts().end(), [file](const auto& text) { return text.first == file; });
}

CoverageSource source_of(const Project& project) {
  CoverageSource source;
  source.keeps = [&project](std::string_view file) { return is_file_of(project, file); };
  for (const States& block : project.program().states) {
    std::vector<SourcePlace>& places = source.states.emplace_back();
    for (const StateRule& rule : block.rules) {
      const FindingPlace at = finding_place(rule.span, project.sources());
      places.push_back({at.file + ":" + std::to_string(at.start.line), std::string(project.sources().text(rule.span))});
    }
  }
  return source;
}

int report(const Project& project, const Asked& asked, const std::vector<TestResult>& results, const Coverage* coverage, int code, Terminal& terminal) {
  const TestReport told(project, results, coverage, asked.targets);
  Output output("");
  const std::string& format = asked.targets.front().format;
  output.write(format == "text" ? told.text(terminal.colour_out(), terminal.quiet()) : told.in(format));
  if (told.failed() > 0) code = std::max(code, exit_code::kInput);
  code = write_reports(asked.targets, project, terminal, code, [&told](const std::string& each) { return told.in(each); });
  code = finish_output(output, terminal, code);
  if (format == "text") terminal.say(told.summary() + (asked.seed ? ", in the order of seed " + std::to_string(*asked.seed) : "") + "\n");
  if (coverage && asked.coverage_min && coverage->count().percent() < *asked.coverage_min) {
    terminal.fail("the tests reach " + std::to_string(coverage->count().percent()) + "% of the project, and " + std::to_string(*asked.coverage_min) + "% is asked for");
    code = std::max(code, exit_code::kInput);
  }
  return code;
}

// Once through; `root` becomes the project's folder as soon as it is known.
int run_once(const Asked& asked, Terminal& terminal, std::string& root) {
  const Project project = Project::load(asked.project);
  if (!project.root().empty()) root = project.root();
  if (!project.ok()) return unsound(project, asked, terminal);
  const std::shared_ptr<const Module> module = fast_code(project.program());
  const std::vector<HostTest> all = host_tests(project, *module);
  const std::vector<const HostTest*> tests = chosen(project, asked, all);
  if (tests.empty()) return none_chosen(project, asked, !all.empty(), terminal);
  if (asked.list) return list(tests, terminal);
  std::vector<TestResult> results = run_tests(*module, tests, asked.jobs);
  const int code = snapshots(*module, project.root(), asked, results, all, terminal);
  std::optional<Coverage> coverage;
  if (asked.coverage) {
    coverage.emplace(*module, source_of(project));
    for (const TestResult& result : results) coverage->add(result.trace);
  }
  return report(project, asked, results, coverage ? &*coverage : nullptr, code, terminal);
}

// Again whenever a file changes, until somebody ends it.
int watch(const Asked& asked, Terminal& terminal) {
  std::error_code error;
  std::string root = fs::is_directory(asked.project, error) ? asked.project : fs::path(asked.project).parent_path().string();
  if (root.empty()) root = ".";
  std::set<std::string> written;
  for (const ReportTarget& target : asked.targets)
    if (!target.path.empty()) written.insert(fs::weakly_canonical(target.path, error).string());
  FileWatch files;
  while (true) {
    FileStamps seen = stamps_of(root, written);
    const std::string before = root;
    run_once(asked, terminal, root);
    if (root != before) seen = stamps_of(root, written);
    terminal.say("waiting for a file to change; Ctrl-C ends it\n");
    if (const int signal = files.wait(root, seen, written)) return 128 + signal;
    terminal.say("\n");
  }
}

// `--record`: the files are those of the `--events` options.
std::vector<InputFile> log_of(const Arguments& arguments) {
  for (const char* name : {"--events", "--as", "--user-column", "--time-column"})
    if (arguments.has(name) && !arguments.has("--record")) throw UsageError{"`" + std::string(name) + "` goes with `--record`"};
  return arguments.has("--record") ? event_files(arguments) : std::vector<InputFile>();
}

int record(const std::string& user, const std::vector<InputFile>& files, const Asked& asked, Terminal& terminal) {
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(asked.project, terminal, unsound);
  if (!project) return unsound;
  const std::shared_ptr<const Module> module = fast_code(project->program());
  const Recorded recorded = record_test(*project, *module, files, user);
  if (recorded.fault) {
    terminal.fail(recorded.fault->message);
    return recorded.fault->exit_code;
  }
  Output output("");
  output.write(recorded.text);
  const int code = finish_output(output, terminal, exit_code::kWell);
  for (const std::string& note : recorded.notes) terminal.say("note: " + note + "\n");
  terminal.say(plain_count(recorded.events, "event", "events") + ", " + plain_count(recorded.expectations, "expectation", "expectations") + ": the test passes\n");
  return code;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const std::vector<InputFile> log = log_of(arguments);
  const Asked asked = asked_for(arguments);
  if (const auto user = arguments.value("--record")) return record(*user, log, asked, terminal);
  if (arguments.has("--watch")) {
    if (asked.update || asked.list) throw UsageError{"`--watch` goes with neither `--update` nor `--list`"};
    return watch(asked, terminal);
  }
  std::string root;
  return run_once(asked, terminal, root);
}

}  // namespace

const Command kTest = {
    "test", "run a project's tests, with time skipped",
    "  wend test\n  wend test \"a core listener\"\n  wend test tests.wend:12 --watch\n  wend test --coverage=80% --output junit=tests.xml --output sarif=tests.sarif\n",
    {{"FILTER", "only tests whose name or file contains this, or the one at FILE:LINE; a folder or file names the project"},
     {"PATH", "the project, where it is not this folder"}},
    with_report_options({
        {"--list", nullptr, "only tell which tests there are"},
        {"--watch", nullptr, "run them again whenever a file changes, until Ctrl-C"},
        {"--coverage", "MIN%", "tell what the tests reach and what they never do; end with 1 under MIN", false, nullptr, true},
        {"--update", nullptr, "keep what messages say in the tests, in a file beside each file of tests"},
        {"--shard", "I/N", "only the I-th of N parts; together they are all"},
        {"--shuffle", "SEED", "in an order that the number decides"},
        {"--jobs", "N", "so many at once; as many as there are cores if not said"},
        {"--record", "USER", "write a test from what happened to this user in `--events`"},
        {"--events", "FILE", "with `--record`: events as `wend run` takes them", true},
        {"--as", "EVENT", "CSV: the rows of the file before are this event (or `identify`)", true},
        {"--user-column", "NAME", "CSV: the column that says who", true},
        {"--time-column", "NAME", "CSV: the column that says when", true}}),
    run};

}  // namespace wend::cli
