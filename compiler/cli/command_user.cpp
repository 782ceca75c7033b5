// `wend export`, `wend erase`: all that a running server knows of one user, and nothing of it.
#include <nlohmann/json.hpp>

#include "compiler/cli/admin_client.h"
#include "compiler/cli/output.h"

namespace wend::cli {
namespace {

int export_user(const Arguments& arguments, Terminal& terminal) {
  AdminClient client(arguments);
  const AdminClient::Answer answer = client.get(path_of_user(arguments.positionals.front()) + "/export");
  if (!answer.well()) {
    terminal.fail(answer.problem);
    return answer.exit_code();
  }
  Output output(arguments.value_or("--out", "-"));
  output.write(answer.body);
  return finish_output(output, terminal, exit_code::kWell);
}

int erase_user(const Arguments& arguments, Terminal& terminal) {
  const std::string& user = arguments.positionals.front();
  const std::string path = path_of_user(user);
  if (arguments.value_or("--yes-erase", "") != user) throw UsageError{"this cannot be undone: say `--yes-erase " + user + "` as well"};
  AdminClient client(arguments);
  const AdminClient::Answer answer = client.remove(path);
  if (!answer.well()) {
    terminal.fail(answer.problem);
    return answer.exit_code();
  }
  terminal.say("erased: nothing of them is left but a mark that keeps them from coming back\n");
  return exit_code::kWell;
}

}  // namespace

const Command kExport = {
    "export", "all that a running server knows of a user, a JSON line each",
    "  wend export ada --out ada.ndjson\n",
    {{"USER", "one of their identities", true}},
    with_admin_options({{"--out", "FILE", "write it there; standard output if not said"}}),
    export_user};

const Command kErase = {
    "erase", "leave nothing of a user, on a running server",
    "  wend erase ada --yes-erase ada\n",
    {{"USER", "one of their identities", true}},
    with_admin_options({{"--yes-erase", "USER", "the same again: it cannot be undone"}}),
    erase_user};

}  // namespace wend::cli
