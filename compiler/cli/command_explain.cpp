// `wend explain`: the page of a diagnostic; with `--user`, why a message was or was not sent.
#include "compiler/cli/admin_client.h"
#include "compiler/cli/command.h"
#include "compiler/cli/event_options.h"
#include "compiler/cli/explain_user.h"
#include "compiler/cli/output.h"
#include "compiler/diagnostics/render.h"

namespace wend::cli {

namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--user")) {
    if (!arguments.positionals.empty() && !arguments.has("--events")) throw UsageError{"`wend explain` takes a code or `--user`, not both: the server and its store know their program"};
    return explain_user(arguments, terminal);
  }
  for (const auto& [name, value] : arguments.options)
    for (const char* theirs : {"--message", "--at", "--store", "--server", "--token", "--format", "--events", "--as", "--user-column", "--time-column", "--strict"})
      if (name == theirs) throw UsageError{"`" + name + "` goes with `--user`"};
  if (arguments.positionals.empty()) throw UsageError{"`wend explain` needs CODE, or `--user USER`"};
  const std::string& asked = arguments.positionals.front();
  const CodeInfo* row = find_code(asked);
  if (row == nullptr) {
    std::vector<std::string> codes;
    for (const CodeInfo& each : all_codes()) codes.emplace_back(each.id);
    const std::string near = nearest(asked, codes);
    throw UsageError{"there is no diagnostic `" + asked + "`" + (near.empty() ? "" : "; did you mean `" + near + "`?")};
  }
  Output output("");
  output.write(render_page(*row, {.colour = terminal.colour_out()}));
  return finish_output(output, terminal, exit_code::kWell);
}

}  // namespace

const Command kExplain = {
    "explain", "why a user did or did not get a message; what a diagnostic means",
    "  wend explain --user ada --message weekly_mix\n"
    "  wend explain --user ada --at 2026-03-01T08:00 --store data\n"
    "  wend explain my_project --user ada --events events.ndjson.gz\n"
    "  wend explain E0214\n",
    {{"CODE", "a diagnostic, as it stands in brackets behind `error` or `warning`; with `--events` the project's folder, this one if none is named"}},
    with_admin_options(with_event_options({{"--user", "USER", "one of the identities of a user"},
                        {"--message", "MESSAGE", "its name, for the latest; or an id, or the first eight digits of one; all of them in short if not said"},
                        {"--at", "TIME", "as it stood at this instant"},
                        {"--store", "FOLDER", "read the store of a server that has stopped, in place of asking one that runs"},
                        {"--format", "FORMAT", "text or json", false, "text|json"}})),
    run};

}  // namespace wend::cli
