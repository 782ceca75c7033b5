// `wend apply`: a new version on a running server, without stopping it; a saved plan only where what it was made for is live.
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

#include "compiler/cli/admin_client.h"
#include "compiler/cli/load.h"
#include "compiler/cli/saved_plan.h"
#include "compiler/service/programs.h"

namespace wend::cli {
namespace {

// A project, or a saved plan.
bool is_plan(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && !path.ends_with(".wend");
}

std::optional<SavedPlan> plan_at(const std::string& path, Terminal& terminal, int& code) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::string why = "it could not be read";
  code = in ? exit_code::kInput : exit_code::kEnvironment;
  std::optional<SavedPlan> plan;
  if (in) plan = read_plan(text, why);
  if (!plan) terminal.fail("`" + path + "`: " + why);
  return plan;
}

// What has changed on the server since a plan was made for it.
void tell_since(const SavedPlan& plan, AdminClient& client, Terminal& terminal) {
  const AdminClient::Answer answer = client.get("/v1/program");
  const nlohmann::json said = nlohmann::json::parse(answer.body, nullptr, false);
  ProgramFiles files;
  if (answer.well() && said.is_object() && said.contains("files") && said["files"].is_array())
    for (const nlohmann::json& file : said["files"])
      if (file.is_object()) files.emplace_back(file.value("path", ""), file.value("text", ""));
  const Project before = Project::from_texts(plan.before), live = Project::from_texts(std::move(files));
  if (!before.ok() || !live.ok()) return;
  PlanReport report;
  report.project = live.program().project.name;
  report.against = "what the plan was made for";
  report.before_hash = plan.before_hash;
  report.after_hash = said.value("version", "");
  report.difference = change::difference(before.program(), live.program());
  terminal.complain("what has changed there since:\n" + as_text(document_of(report), terminal.colour_err()));
}

int run(const Arguments& arguments, Terminal& terminal) {
  int code = exit_code::kInput;
  const std::string path = arguments.positional_or(0, ".");
  nlohmann::json body = {{"check", arguments.has("--check")}};
  ProgramFiles files;
  std::optional<SavedPlan> plan;
  if (is_plan(path)) {
    plan = plan_at(path, terminal, code);
    if (!plan) return code;
    files = plan->files;
    body["against"] = plan->before_hash;
  } else {
    const std::optional<Project> project = load_sound(path, terminal, code);
    if (!project) return code;
    files = program_files(*project);
  }
  for (const auto& [name, text] : files) body["files"].push_back({{"path", name}, {"text", text}});
  AdminClient client(arguments);
  const AdminClient::Answer answer = client.post("/v1/apply", body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
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
