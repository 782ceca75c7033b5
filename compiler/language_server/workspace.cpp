// Files are read when a folder may have changed, trees kept for files whose text is the same, and one analysis made for any
// number of changes before it.
#include "compiler/language_server/workspace.h"

#include <algorithm>

#include "compiler/language_server/uri.h"

namespace wend::lsp {
namespace {

constexpr std::string_view kAlone = "alone:";
constexpr size_t kFilesMax = 10'000;   // of one project
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

std::string below(const std::string& root, const std::string& path) {
  if (root.empty() || path.size() <= root.size() + 1 || !path.starts_with(root)) return {};
  if (root.ends_with('/')) return path.substr(root.size());
  return path[root.size()] == '/' ? path.substr(root.size() + 1) : std::string();
}

std::optional<uint32_t> moved(std::string_view from, std::string_view to, uint32_t offset) {
  const size_t shorter = std::min(from.size(), to.size());
  size_t before = 0, behind = 0;
  while (before < shorter && from[before] == to[before]) ++before;
  if (offset <= before) return offset;
  while (behind < shorter - before && from[from.size() - 1 - behind] == to[to.size() - 1 - behind]) ++behind;
  if (offset >= from.size() - behind) return static_cast<uint32_t>(to.size() - (from.size() - offset));
  return std::nullopt;
}

void Workspace::open(const std::string& uri, int64_t version, std::string text) {
  documents_[uri] = {uri, path_of(uri), version, std::move(text)};
  changed(uri, true);
}

void Workspace::close(const std::string& uri) {
  if (documents_.count(uri) == 0) return;
  const std::string key = key_of(uri);
  documents_.erase(uri);
  if (key.starts_with(kAlone)) projects_.erase(key);
  if (const auto project = projects_.find(key); project != projects_.end()) project->second.to_list = project->second.dirty = true;
}

Document* Workspace::find(std::string_view uri) {
  const auto found = documents_.find(std::string(uri));
  return found == documents_.end() ? nullptr : &found->second;
}

void Workspace::changed(const std::string& uri, bool on_disk) {
  OpenProject& project = project_of(uri);
  project.dirty = true;
  project.to_list = project.to_list || on_disk;
}

std::string Workspace::key_of(const std::string& uri) const {
  const std::string path = path_of(uri);
  const std::string root = path.empty() ? std::string() : find_project_root(path);
  return root.empty() ? std::string(kAlone) + uri : root;
}

OpenProject& Workspace::project_of(const std::string& uri) {
  const std::string key = key_of(uri);
  OpenProject& project = projects_[key];
  if (!key.starts_with(kAlone)) project.root = key;
  return project;
}

void Workspace::add_folder(const std::string& path) {
  if (path.empty()) return;
  folders_.insert(path);
  const std::string root = find_project_root(path);
  if (!root.empty()) projects_[root].root = root;
}

std::vector<std::string> Workspace::settle() {
  std::set<std::string> looked_at, told;
  for (const std::string& folder : folders_)
    if (const std::string root = find_project_root(folder); !root.empty()) {
      projects_[root].root = root;
      looked_at.insert(root);
    }
  for (const auto& [uri, document] : documents_) looked_at.insert(key_of(uri));
  for (auto project = projects_.begin(); project != projects_.end();) {
    if (looked_at.count(project->first) > 0) {
      ++project;
      continue;
    }
    for (const auto& [uri, list] : project->second.told) told.insert(uri);
    project = projects_.erase(project);
  }
  // What is open belongs to another project now, which tells of it.
  std::vector<std::string> untold;
  for (const std::string& uri : told) {
    if (find(uri)) changed(uri, true);
    else untold.push_back(uri);
  }
  return untold;
}

bool Workspace::tells_of(const OpenProject& project, const std::string& uri) const {
  const OpenProject* innermost = find_project(key_of(uri));
  return innermost == nullptr || innermost == &project;
}

const OpenProject* Workspace::find_project(const std::string& key) const {
  const auto found = projects_.find(key);
  return found == projects_.end() ? nullptr : &found->second;
}

std::string Workspace::uri_in(const OpenProject& project, const std::string& path) const {
  if (!project.root.empty()) {
    // As the editor writes it, where it has it open: there is more than one way to write an address.
    const std::string whole = project.root + (project.root.ends_with('/') ? "" : "/") + path;
    for (const auto& [uri, document] : documents_)
      if (document.path == whole) return uri;
    return uri_of(whole);
  }
  for (const auto& [key, alone] : projects_)
    if (&alone == &project && key.starts_with(kAlone)) return key.substr(kAlone.size());
  return {};
}

void Workspace::list(OpenProject& project) {
  project.to_list = false;
  project.on_disk.clear();
  if (project.root.empty()) return;
  for (const std::string& name : project_file_names(project.root)) {
    if (project.on_disk.size() >= kFilesMax) break;
    std::string why;
    std::optional<std::string> text = read_project_file(project.root, name, why);
    if (!text) continue;
    // An editor does not count the mark as text, and neither do places.
    if (std::string_view(*text).starts_with(kByteOrderMark)) text->erase(0, kByteOrderMark.size());
    project.on_disk[name] = std::move(*text);
  }
}

const Snapshot& Workspace::fresh(OpenProject& project) {
  if (project.now && !project.dirty) return *project.now;
  if (project.to_list) list(project);
  project.dirty = false;
  std::map<std::string, std::string> texts = project.on_disk;
  for (const auto& [uri, document] : documents_) {
    if (project.root.empty()) {
      const auto alone = projects_.find(std::string(kAlone) + uri);
      if (alone != projects_.end() && &alone->second == &project) texts["file.wend"] = document.text;
    } else if (const std::string name = below(project.root, document.path); !name.empty()) {
      texts[name] = document.text;
    }
  }
  auto next = std::make_shared<Snapshot>();
  Reading reading{project.root, &next->uses, true, project.now ? const_cast<Project*>(&project.now->project) : nullptr};   // its trees are nobody's any more
  next->project = Project::from_texts({texts.begin(), texts.end()}, {}, reading);
  for (uint32_t file = static_cast<uint32_t>(next->sources().size()); file-- > 0;) next->files[next->sources().file(file).path()] = file;   // of two of a path the first
  project.now = next;
  if (next->project.ok()) project.sound = next;
  ++project.analyses;
  project.to_tell = true;
  return *next;
}

}  // namespace wend::lsp
