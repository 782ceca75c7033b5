// See report.h.
#include "runtime/settings/report.h"

#include <algorithm>

namespace wend {

TomlPlace SettingsReport::place_of(std::string path) const {
  for (;;) {
    if (const auto found = places_.find(path); found != places_.end()) return found->second;
    const size_t dot = path.rfind('.');
    if (dot == std::string::npos) return {};
    path.resize(dot);
  }
}

void SettingsReport::add(const std::string& path, const std::string& what, const std::string& remedy, bool warning) {
  if (!warning) wrong_.insert(path);
  if (problems_.size() >= kSettingsProblemsMax) {
    ++left_out_;
    return;
  }
  const TomlPlace place = place_of(path);
  problems_.push_back({file_, place.line, place.column, path, what, remedy, warning});
}

bool SettingsReport::is_wrong(const std::string& path) const {
  const auto at = wrong_.lower_bound(path);
  if (at != wrong_.end() && *at == path) return true;
  const auto inside = wrong_.lower_bound(path + ".");
  return inside != wrong_.end() && inside->compare(0, path.size() + 1, path + ".") == 0;
}

void SettingsReport::finish() {
  std::stable_sort(problems_.begin(), problems_.end(), [](const SettingsProblem& a, const SettingsProblem& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  if (left_out_ > 0) problems_.push_back({file_, 0, 0, "", "and " + std::to_string(left_out_) + " more", "", false});
}

bool any_error(const std::vector<SettingsProblem>& problems) {
  return std::any_of(problems.begin(), problems.end(), [](const SettingsProblem& problem) { return !problem.warning; });
}

std::string SettingsProblem::text() const {
  std::string out = file.empty() ? "" : file + ":";
  if (line > 0) out += std::to_string(line) + ":" + std::to_string(column) + ":";
  if (!out.empty()) out += " ";
  out += warning ? "warning: " : "error: ";
  if (!path.empty()) out += "`" + path + "`: ";
  return out + what + (remedy.empty() ? "" : "; " + remedy);
}

}  // namespace wend
