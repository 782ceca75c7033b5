// What is open in the editor, and the projects it belongs to: texts on the disk with those of the editor over them, analysed
// when somebody asks and something has changed. Several projects live side by side, each under its own root.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/language_server/positions.h"
#include "compiler/service/service.h"

namespace wend::lsp {

struct Document {
  std::string uri;
  std::string path;      // empty: it is nowhere on the disk
  int64_t version = 0;
  std::string text;
};

// One analysis. Places in it are those of its own texts.
struct Snapshot {
  Project project;
  Uses uses;
  std::map<std::string, uint32_t, std::less<>> files;   // number of a file in the project's sources, by path from the root

  mutable std::shared_ptr<const Cost> cost;             // once somebody has asked

  const Sources& sources() const { return project.sources(); }
};

struct OpenProject {
  std::string root;                             // empty: one file that belongs to no project
  std::map<std::string, std::string> on_disk;   // texts of its .wend files by path from the root
  bool to_list = true;                          // the folder may have changed
  bool dirty = true;                            // something has changed since `now`
  bool to_tell = true;                          // what `now` says has not been published
  std::shared_ptr<const Snapshot> now;          // the last analysis
  std::shared_ptr<const Snapshot> sound;        // the last one without errors: answers come from it while the text is broken
  std::map<std::string, std::string> told;      // what was last published, by address
  uint64_t analyses = 0;                        // so far
};

class Workspace {
 public:
  // ---- documents ----
  void open(const std::string& uri, int64_t version, std::string text);
  void close(const std::string& uri);
  Document* find(std::string_view uri);
  const std::map<std::string, Document>& documents() const { return documents_; }
  // A document's text is another now, or a file of this path is another on the disk.
  void changed(const std::string& uri, bool on_disk);

  // ---- projects ----
  // The project of a document or path; it is made when it is new.
  OpenProject& project_of(const std::string& uri);
  void add_folder(const std::string& path);     // its project is checked although nothing of it is open
  // The folder is none of the editor's any more: its project goes, unless something of it is open.
  void leave_folder(const std::string& path) { folders_.erase(path); }
  // Takes in the projects that have come, and drops those whose `project.wend` is gone or that nobody looks at any more. What
  // those had told of files that nobody tells of now: their addresses.
  std::vector<std::string> settle();
  // Whether a document belongs to the project, and whether it is the one that tells of a file of its own: not when another that is
  // looked at lies further in.
  bool is_of(const OpenProject& project, const std::string& uri) const { return find_project(key_of(uri)) == &project; }
  bool tells_of(const OpenProject& project, const std::string& uri) const;
  std::map<std::string, OpenProject>& projects() { return projects_; }
  // The analysis of the texts as they are.
  const Snapshot& fresh(OpenProject& project);
  // The address of a file of a project by its path from the root; of a file of the library there is none.
  std::string uri_in(const OpenProject& project, const std::string& path) const;

 private:
  std::string key_of(const std::string& uri) const;
  const OpenProject* find_project(const std::string& key) const;
  void list(OpenProject& project);

  std::map<std::string, Document> documents_;     // by address
  std::set<std::string> folders_;                 // that the editor has open
  std::map<std::string, OpenProject> projects_;   // by root; one that is alone by `alone:` and its address
};

// `path` from the root; empty where it does not lie under it.
std::string below(const std::string& root, const std::string& path);
// The text between which two versions of a text differ: everything before `same_before` and behind `same_behind` from the end
// is alike. A place of the one text in the other; nothing for what lies in what differs.
std::optional<uint32_t> moved(std::string_view from, std::string_view to, uint32_t offset);

}  // namespace wend::lsp
