#include "compiler/cli/live_program.h"

#include <nlohmann/json.hpp>

namespace wend::cli {

ProgramFiles files_of_answer(const std::string& body) {
  const nlohmann::json said = nlohmann::json::parse(body, nullptr, false);
  ProgramFiles files;
  if (said.is_object() && said.contains("files") && said["files"].is_array())
    for (const nlohmann::json& file : said["files"])
      if (file.is_object()) files.emplace_back(file.value("path", ""), file.value("text", ""));
  return files;
}

std::string apply_request(const ProgramFiles& files, bool check, const std::string& against) {
  nlohmann::json body = {{"check", check}};
  if (!against.empty()) body["against"] = against;
  for (const auto& [path, text] : files) body["files"].push_back({{"path", path}, {"text", text}});
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace wend::cli
