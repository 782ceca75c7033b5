// JSON, so that whoever keeps plans can look into them.
#include "compiler/cli/saved_plan.h"

#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace wend::cli {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kSchema = "wend.saved-plan/1";

Json files_json(const ProgramFiles& files) {
  Json out = Json::array();
  for (const auto& [path, text] : files) out.push_back({{"path", path}, {"text", text}});
  return out;
}

bool read_files(const Json& json, ProgramFiles& files) {
  if (!json.is_array()) return false;
  for (const Json& file : json) {
    if (!file.is_object() || !file.contains("path") || !file.contains("text") || !file["path"].is_string() || !file["text"].is_string()) return false;
    files.emplace_back(file["path"], file["text"]);
  }
  return true;
}

}  // namespace

std::string written(const SavedPlan& plan) {
  const Json out = {{"schema", kSchema}, {"before", plan.before_hash}, {"after", plan.after_hash}, {"changed", plan.changes},
                    {"report", Json::parse(plan.report, nullptr, false)}, {"text", plan.text}, {"markdown", plan.markdown},
                    {"before_files", files_json(plan.before)}, {"files", files_json(plan.files)}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<SavedPlan> read_plan(const std::string& text, std::string& why) {
  const Json json = Json::parse(text, nullptr, false);
  const auto word = [&](const char* field) {
    const auto found = json.find(field);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!json.is_object() || !json.contains("schema")) {
    why = "it is no plan: `wend plan … -o FILE` writes one";
    return std::nullopt;
  }
  if (word("schema") != kSchema) {
    why = "it was written by another version of wend (`" + word("schema") + "`; this one reads `" + kSchema + "`): plan again";
    return std::nullopt;
  }
  SavedPlan plan;
  plan.before_hash = word("before");
  plan.after_hash = word("after");
  plan.text = word("text");
  plan.markdown = word("markdown");
  const auto changed = json.find("changed");
  plan.changes = changed != json.end() && changed->is_boolean() && changed->get<bool>();
  if (json.contains("report")) plan.report = json["report"].dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  if (!json.contains("files") || !json.contains("before_files") || !read_files(json["files"], plan.files) || !read_files(json["before_files"], plan.before) ||
      hash_of(plan.files) != plan.after_hash || hash_of(plan.before) != plan.before_hash) {
    why = "the plan is not as it was written: plan again";
    return std::nullopt;
  }
  return plan;
}

std::optional<SavedPlan> saved_plan_at(const std::string& path, Terminal& terminal, int& code) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in || in.bad()) {
    terminal.fail("the plan `" + path + "` could not be read");
    code = exit_code::kEnvironment;
    return std::nullopt;
  }
  std::string why;
  std::optional<SavedPlan> plan = read_plan(text, why);
  if (!plan) {
    terminal.fail("`" + path + "`: " + why);
    code = exit_code::kInput;
  }
  return plan;
}

}  // namespace wend::cli
