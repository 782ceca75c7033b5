// `wend completions`: the script by which a shell completes commands, options and the names of a project.
#include "compiler/cli/complete.h"
#include "compiler/cli/output.h"

namespace wend::cli {

namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  const std::string script = completion_script(arguments.positionals.front());
  if (script.empty()) throw UsageError{"there are no completions for `" + arguments.positionals.front() + "`; the shell is one of bash, zsh, fish"};
  Output output("");
  output.write(script);
  return finish_output(output, terminal, exit_code::kWell);
}

}  // namespace

const Command kCompletions = {
    "completions", "the script by which a shell completes what is typed",
    "  source <(wend completions bash)\n"
    "  wend completions zsh > ~/.zfunc/_wend\n"
    "  wend completions fish > ~/.config/fish/completions/wend.fish\n",
    {{"SHELL", "bash, zsh or fish", true}},
    {},
    run};

}  // namespace wend::cli
