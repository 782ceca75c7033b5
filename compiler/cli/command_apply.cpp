// `wend apply`: a new version on a running server, without stopping it; a saved plan only where what it was made for is live.
#include <nlohmann/json.hpp>

#include <filesystem>

#include "compiler/cli/admin_client.h"
#include "compiler/cli/live_program.h"
#include "compiler/cli/load.h"
#include "compiler/cli/plan_report.h"
#include "compiler/cli/saved_plan.h"
#include "compiler/service/programs.h"

namespace wend::cli {
namespace {

// A project, or a saved plan.
bool is_plan(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && !path.ends_with(".wend");
}

// What has changed on the server since a plan was made for it.
void tell_since(const SavedPlan& plan, AdminClient& client, Terminal& terminal) {
  const AdminClient::Answer answer = client.get("/v1/program");
  if (!answer.well()) return;
  const Project before = Project::from_texts(plan.before), live = Project::from_texts(files_of_answer(answer.body));
  if (!before.ok() || !live.ok()) return;
  PlanReport report;
  report.project = live.program().project.name;
  report.against = "what the plan was made for";
  report.before_hash = plan.before_hash;
  report.after_hash = hash_of(program_files(live));
  report.difference = change::difference(before.program(), live.program());
  terminal.complain("what has changed there since:\n" + as_text(document_of(report), terminal.colour_err()));
}

int run(const Arguments& arguments, Terminal& terminal) {
  int code = exit_code::kInput;
  const std::string path = arguments.positional_or(0, ".");
  ProgramFiles files;
  std::optional<SavedPlan> plan;
  if (is_plan(path)) {
    plan = saved_plan_at(path, terminal, code);
    if (!plan) return code;
    files = plan->files;
  } else {
    const std::optional<Project> project = load_sound(path, terminal, code);
    if (!project) return code;
    files = program_files(*project);
  }
  AdminClient client(arguments);
  const AdminClient::Answer answer = client.post("/v1/apply", apply_request(files, arguments.has("--check"), plan ? plan->before_hash : ""));
  if (answer.status == 412 && plan) {
    terminal.fail("the plan is stale: another version is live at " + client.server() + " than the one it was made for; plan again");
    tell_since(*plan, client, terminal);
    return exit_code::kStale;
  }
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
    "  wend apply my_project\n"
    "  wend apply change.plan\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named; or a plan that `wend plan -o` saved"}},
    with_admin_options({{"--check", nullptr, "only ask whether it could go live"}}),
    run};

}  // namespace wend::cli
