// Rounds of edits, each over a project that was checked anew. A round takes of every diagnostic its first fix that may be made.
#include "compiler/cli/fix_project.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <vector>

namespace wend::cli {

namespace {

constexpr int kRoundsMax = 20;

using Texts = std::map<std::string, std::string>;   // by path

// The files a fix may be made in: not those of the standard library.
bool is_of_project(const Project& project, const std::string& path) {
  return std::any_of(project.texts().begin(), project.texts().end(), [&](const auto& file) { return file.first == path; });
}

class Round {
 public:
  Round(const Project& project, bool unsafe) : project_(project), unsafe_(unsafe) {
    for (const Diagnostic& diagnostic : project.diagnostics().all())
      for (const Fix& fix : diagnostic.fixes)
        if ((fix.safe || unsafe_) && take(fix)) break;
  }

  size_t fixes() const { return fixes_; }

  // The files that change, as they will be.
  Texts apply() const {
    Texts changed;
    for (const auto& [file, edits] : edits_) {
      std::string text = project_.sources().file(file).text();
      for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) text.replace(edit->first.first, edit->first.second - edit->first.first, edit->second);
      if (text != project_.sources().file(file).text()) changed[project_.sources().file(file).path()] = std::move(text);
    }
    return changed;
  }

 private:
  using Range = std::pair<uint32_t, uint32_t>;

  bool fits(const Edit& edit) const {
    if (edit.span.file >= project_.sources().size() || edit.span.end < edit.span.begin) return false;
    const SourceFile& file = project_.sources().file(edit.span.file);
    if (edit.span.end > file.text().size() || !is_of_project(project_, file.path())) return false;
    const auto known = edits_.find(edit.span.file);
    if (known == edits_.end()) return true;
    for (const auto& [range, text] : known->second)
      if (edit.span.begin <= range.second && range.first <= edit.span.end) return false;
    return true;
  }

  // All edits of a fix or none.
  bool take(const Fix& fix) {
    if (fix.edits.empty() || !std::all_of(fix.edits.begin(), fix.edits.end(), [this](const Edit& edit) { return fits(edit); })) return false;
    for (const Edit& edit : fix.edits) edits_[edit.span.file][{edit.span.begin, edit.span.end}] = edit.text;
    ++fixes_;
    return true;
  }

  const Project& project_;
  bool unsafe_;
  std::map<uint32_t, std::map<Range, std::string>> edits_;
  size_t fixes_ = 0;
};

std::optional<std::string> write(const Project& project, const Texts& texts) {
  for (const auto& [path, text] : texts) {
    const std::string file = (std::filesystem::path(project.root()) / path).string();
    errno = 0;
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) return "cannot write `" + path + "`: " + std::strerror(errno);
  }
  return std::nullopt;
}

// What the files of `changed` hold in the project as it was read.
Texts before(const Project& project, const Texts& changed) {
  Texts texts;
  for (const auto& [path, text] : project.texts()) if (changed.contains(path)) texts[path] = text;
  return texts;
}

}  // namespace

Fixed fix_project(const std::string& path, bool unsafe) {
  Fixed fixed{Project::load(path), 0, 0, 0, std::nullopt};
  std::set<std::string> files;
  for (int round = 0; round < kRoundsMax; ++round) {
    const Round edits(fixed.project, unsafe);
    const Texts changed = edits.apply();
    if (changed.empty()) break;
    fixed.fault = write(fixed.project, changed);
    if (fixed.fault) break;
    Project next = Project::load(path);
    const bool worse = next.diagnostics().error_count() > fixed.project.diagnostics().error_count();
    if (worse) {
      fixed.fault = write(fixed.project, before(fixed.project, changed));
      break;
    }
    fixed.fixes += edits.fixes();
    for (const auto& [file, text] : changed) files.insert(file);
    fixed.project = std::move(next);
  }
  fixed.files = files.size();
  for (const Diagnostic& diagnostic : fixed.project.diagnostics().all())
    fixed.left += !unsafe && std::any_of(diagnostic.fixes.begin(), diagnostic.fixes.end(), [](const Fix& fix) { return !fix.safe; });
  return fixed;
}

}  // namespace wend::cli
