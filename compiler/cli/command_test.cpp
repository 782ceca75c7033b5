// `wend test`: the project's tests, with time skipped.
#include <filesystem>

#include "compiler/cli/host_tests.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"

namespace wend::cli {

namespace {

struct Asked { std::string project = "."; std::string filter; };

// A word that is a file or a folder names the project, any other is part of a test's name.
Asked asked_for(const Arguments& arguments) {
  Asked asked;
  for (const std::string& word : arguments.positionals) {
    std::error_code ignored;
    if (std::filesystem::exists(word, ignored)) asked.project = word;
    else if (asked.filter.empty()) asked.filter = word;
    else throw UsageError{"`" + word + "` is neither a project nor a second filter"};
  }
  return asked;
}

std::string counted(size_t count, const char* one, const char* many) { return std::to_string(count) + " " + (count == 1 ? one : many); }

int run(const Arguments& arguments, Terminal& terminal) {
  const Asked asked = asked_for(arguments);
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(asked.project, terminal, unsound);
  if (!project) return unsound;
  const std::shared_ptr<const Module> module = compile(project->program(), Tier::fast_compile);
  const bool colour = terminal.colour_out();
  Output output("");
  size_t passed = 0, failed = 0, expectations = 0;
  for (const HostTest& test : host_tests(*project, *module)) {
    if (test.name.find(asked.filter) == std::string::npos && test.file.find(asked.filter) == std::string::npos) continue;
    if (arguments.has("--list")) {
      output.line(test.file + ":" + std::to_string(test.line) + ": " + test.name);
      ++passed;
      continue;
    }
    const TestOutcome outcome = run_test(*module, test);
    expectations += outcome.expectations;
    if (outcome.passed()) {
      ++passed;
      if (!terminal.quiet()) output.line((colour ? "\x1b[32mok\x1b[0m    " : "ok    ") + test.name);
    } else {
      ++failed;
      output.line((colour ? "\x1b[1;31mFAIL\x1b[0m  " : "FAIL  ") + render_failure(test, outcome));
    }
  }
  if (passed + failed == 0) {
    terminal.say(asked.filter.empty() ? "the project has no tests\n" : "no test is named like `" + asked.filter + "`\n");
    return finish_output(output, terminal, asked.filter.empty() ? exit_code::kWell : exit_code::kInput);
  }
  const int code = finish_output(output, terminal, failed > 0 ? exit_code::kInput : exit_code::kWell);
  if (!arguments.has("--list")) {
    terminal.say(counted(passed, "test", "tests") + " passed" + (failed > 0 ? ", " + std::to_string(failed) + " failed" : "") + ", " +
                 counted(expectations, "expectation", "expectations") + " looked at\n");
  }
  return code;
}

}  // namespace

const Command kTest = {
    "test", "run a project's tests, with time skipped",
    "  wend test\n  wend test \"a core listener\"\n  wend test --list\n",
    {{"FILTER", "only tests whose name or file contains this; a folder or file names the project"}, {"PATH", "the project, where it is not this folder"}},
    {{"--list", nullptr, "only tell which tests there are"}},
    run};

}  // namespace wend::cli
