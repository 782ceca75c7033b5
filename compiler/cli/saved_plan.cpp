// JSON, so that whoever keeps plans can look into them.
#include "compiler/cli/saved_plan.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "compiler/cli/plan_report.h"
#include "compiler/service/programs.h"
#include "compiler/service/service.h"
#include "runtime/abi/printable.h"

namespace wend::cli {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kSchema = "wend.saved-plan/2";
constexpr int kDepthMax = 64;             // of JSON in JSON; what is written here is far flatter
constexpr const char* kNotAsWritten = "the plan is not as it was written: plan again";

// Of all that is told: so that a report that was changed by accident or by hand is seen.
std::string seal_of(const SavedPlan& plan, const Json& report) {
  return hash_of({{"before", plan.before_hash}, {"after", plan.after_hash}, {"changed", plan.changes ? "true" : "false"},
                  {"report", report.dump(-1, ' ', false, Json::error_handler_t::replace)}, {"text", plan.text}, {"markdown", plan.markdown}});
}

// Text in lines that a terminal shows as it is.
std::string printable_lines(const std::string& text) {
  std::string out;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    out += printable(std::string_view(text).substr(begin, end - begin)) + (end < text.size() ? "\n" : "");
    begin = end + 1;
  }
  return out;
}

// A seal can be made anew by whoever changes a plan; what is told of the difference must be what the stored files say.
bool tells_its_files(const SavedPlan& plan, const Json& report) {
  const Project before = Project::from_texts(plan.before), after = Project::from_texts(plan.files);
  if (!before.ok() || !after.ok() || !report.is_object()) return false;
  PlanReport own;
  own.project = after.program().project.name;
  const auto against = report.find("against");
  if (against == report.end() || !against->is_string()) return false;
  own.against = against->get<std::string>();
  own.before_hash = plan.before_hash;
  own.after_hash = plan.after_hash;
  own.difference = change::difference(before.program(), after.program());
  const Document document = document_of(own);
  const Json told = Json::parse(json_of(own), nullptr, false);
  for (const char* field : {"project", "before", "after", "changed", "grade", "changes"})
    if (!report.contains(field) || report[field] != told[field]) return false;
  return plan.changes == own.changes() && plan.text.starts_with(as_text(document, false)) && plan.markdown.starts_with(as_markdown(document));
}

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
  const Json report = Json::parse(plan.report, nullptr, false);
  const Json out = {{"schema", kSchema}, {"before", plan.before_hash}, {"after", plan.after_hash}, {"changed", plan.changes},
                    {"seal", seal_of(plan, report)}, {"report", report}, {"text", plan.text}, {"markdown", plan.markdown},
                    {"before_files", files_json(plan.before)}, {"files", files_json(plan.files)}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<SavedPlan> read_plan(const std::string& text, std::string& why) {
  bool deep = false;
  const Json json = Json::parse(text, [&deep](int depth, Json::parse_event_t, Json&) { return !(deep = deep || depth > kDepthMax); }, false);
  if (deep) {
    why = "it is no plan: its JSON is nested deeper than a plan's";
    return std::nullopt;
  }
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
    why = kNotAsWritten;
    return std::nullopt;
  }
  const Json report = json.contains("report") ? json["report"] : Json();
  if (word("seal") != seal_of(plan, report) || !tells_its_files(plan, report)) {
    why = kNotAsWritten;
    return std::nullopt;
  }
  plan.text = printable_lines(plan.text);
  plan.markdown = printable_lines(plan.markdown);
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
