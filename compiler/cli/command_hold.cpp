// `wend hold`, `wend release`: the red button on a running server.
#include <nlohmann/json.hpp>

#include "compiler/cli/admin_client.h"
#include "compiler/cli/output.h"

namespace wend::cli {
namespace {

int ask(const Arguments& arguments, Terminal& terminal, const char* path) {
  const std::string& kind = arguments.positionals.front();
  if (kind != "all" && kind != "channel" && kind != "journey" && kind != "message") throw UsageError{"`" + kind + "` cannot be held: say `journey`, `message`, `channel` or `all`"};
  if ((kind == "all") != (arguments.positionals.size() == 1)) throw UsageError{kind == "all" ? "`all` goes without a name" : "say which " + kind};
  nlohmann::json body = {{"kind", kind}, {"name", arguments.positional_or(1, "")}};
  if (const auto why = arguments.value("--because")) body["why"] = *why;
  AdminClient client(arguments);
  const AdminClient::Answer answer = client.post(path, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (!answer.well()) {
    terminal.fail(answer.problem);
    return answer.exit_code();
  }
  terminal.say(std::string(path == std::string("/v1/hold") ? "held: " : "released: ") + (kind == "all" ? "everything" : kind + " " + arguments.positionals[1]) + "\n");
  return exit_code::kWell;
}

const std::vector<Positional> kWhat = {{"KIND", "journey, message, channel, or all", true}, {"NAME", "which of them"}};

}  // namespace

const Command kHold = {
    "hold", "stop what a running server hands over, at once",
    "  wend hold message weekly_mix --because 'the price is wrong'\n"
    "  wend hold all\n",
    kWhat,
    with_admin_options({{"--because", "TEXT", "why, for whoever asks later"}}),
    [](const Arguments& arguments, Terminal& terminal) { return ask(arguments, terminal, "/v1/hold"); }};

const Command kRelease = {
    "release", "let it go on; what is not valid any more expires",
    "  wend release message weekly_mix\n",
    kWhat,
    with_admin_options({}),
    [](const Arguments& arguments, Terminal& terminal) { return ask(arguments, terminal, "/v1/release"); }};

}  // namespace wend::cli
