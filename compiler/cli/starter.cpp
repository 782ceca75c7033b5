#include "compiler/cli/starter.h"

#include <algorithm>
#include <string_view>

namespace wend::cli {
namespace {

constexpr std::string_view kCommon = "common";

// Of a README: what stands behind its heading.
std::string first_sentence(std::string_view readme) {
  const size_t begin = std::min(readme.find("\n\n"), readme.size());
  const std::string_view rest = readme.substr(std::min(begin + 2, readme.size()));
  std::string out(rest.substr(0, rest.find('\n')));
  if (out.ends_with(".")) out.pop_back();
  return out;
}

}  // namespace

std::vector<StarterTemplate> starter_templates() {
  std::vector<StarterTemplate> out;
  for (const StarterFile& file : all_starter_files())
    if (file.folder != kCommon && std::string_view(file.path) == "README.md") out.push_back({file.folder, first_sentence(file.text)});
  std::sort(out.begin(), out.end(), [](const StarterTemplate& a, const StarterTemplate& b) {
    const bool usual_a = a.name == kStarterTemplate, usual_b = b.name == kStarterTemplate;
    return usual_a != usual_b ? usual_a : a.name < b.name;
  });
  return out;
}

std::vector<const StarterFile*> starter_files(const std::string& name) {
  std::vector<const StarterFile*> out;
  bool found = false;
  for (const StarterFile& file : all_starter_files()) {
    const bool own = file.folder == name && name != kCommon;
    found |= own;
    if (own || file.folder == kCommon) out.push_back(&file);
  }
  if (!found) out.clear();
  return out;
}

}  // namespace wend::cli
