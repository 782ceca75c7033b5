// `wend apply`: a new version on a running server, without stopping it.
#include <nlohmann/json.hpp>

#include "compiler/cli/admin_client.h"
#include "compiler/cli/load.h"
#include "compiler/service/programs.h"

namespace wend::cli {
namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  int code = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(0, "."), terminal, code);
  if (!project) return code;
  nlohmann::json body = {{"check", arguments.has("--check")}};
  for (const auto& [path, text] : program_files(*project)) body["files"].push_back({{"path", path}, {"text", text}});
  AdminClient client(arguments);
  const AdminClient::Answer answer = client.post("/v1/apply", body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (!answer.well()) {
    terminal.fail(answer.problem);
    return answer.exit_code();
  }
  const nlohmann::json said = nlohmann::json::parse(answer.body, nullptr, false);
  const std::string status = said.is_object() ? said.value("status", "") : "";
  if (status == "same") {
    terminal.say("this version is live already\n");
    return exit_code::kWell;
  }
  const nlohmann::json people = said.is_object() && said.contains("people") ? said["people"] : nlohmann::json::array();
  for (const nlohmann::json& place : people)
    terminal.say("  " + std::to_string(place.value("people", uint64_t{0})) + " in " + place.value("journey", "") + ", step " + place.value("step", "") + "\n");
  terminal.say(status == "sound" ? "sound: it could go live now, and nobody would be stranded\n" : "live\n");
  return exit_code::kWell;
}

}  // namespace

const Command kApply = {
    "apply", "bring a new version in on a running server, without stopping it",
    "  wend apply my_project --check\n"
    "  wend apply my_project\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    with_admin_options({{"--check", nullptr, "only ask whether it could go live"}}),
    run};

}  // namespace wend::cli
