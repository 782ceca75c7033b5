// `wend explain`: the page of a diagnostic.
#include "compiler/cli/command.h"
#include "compiler/cli/output.h"
#include "compiler/diagnostics/render.h"

namespace wend::cli {

namespace {

int run(const Arguments& arguments, Terminal& terminal) {
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
    "explain", "what a diagnostic means, with an example",
    "  wend explain E0214\n",
    {{"CODE", "as it stands in brackets behind `error` or `warning`", true}},
    {},
    run};

}  // namespace wend::cli
