// Loading a project: files of a folder, or texts given, through parse, analyze and the template phase.
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/templates.h"
#include "compiler/sema/analyze.h"
#include "compiler/service/service.h"
#include "compiler/syntax/parse.h"

namespace wend {
namespace {

namespace fs = std::filesystem;

constexpr Span kNowhere{kNoFile, 0, 0};

// A project folder holds sources, not data: what is larger is refused by the parser anyway and need not be read whole.
constexpr uintmax_t kFileBytesMax = 16u << 20;

// Nothing when it cannot be read; `why` says so then.
std::optional<std::string> read_file(const fs::path& path, std::string& why) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    why = error ? error.message() : "it is no file";
    return std::nullopt;
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    why = errno != 0 ? std::strerror(errno) : "it could not be opened";
    return std::nullopt;
  }
  std::string text;
  text.resize(std::min(fs::file_size(path, error), kFileBytesMax));
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  if (in.bad()) {
    why = "it could not be read to its end";
    return std::nullopt;
  }
  return text;
}

bool ends_with(const std::string& text, std::string_view end) { return std::string_view(text).ends_with(end); }

// The declarations in which something could not be read.
std::vector<Span> broken_declarations(const std::vector<ast::File>& files, const Diagnostics& diagnostics) {
  std::vector<Span> broken;
  for (const ast::File& file : files)
    for (const ast::Decl& decl : file.decls)
      for (const Diagnostic& diagnostic : diagnostics.all()) {
        const Span& span = diagnostic.primary.span;
        if (span.file != decl.span.file || span.begin < decl.span.begin || span.begin > decl.span.end) continue;
        broken.push_back(decl.span);
        break;
      }
  return broken;
}

bool is_word(char c) { return c == '_' || (c & 0x80) != 0 || std::isalnum(static_cast<unsigned char>(c)); }

// Whether a word stands in text that was not read whole: such a declaration may be the one that is missed.
bool may_be_unread(const Sources& sources, const std::vector<ast::File>& files, const std::vector<Span>& broken, std::string_view word) {
  for (const ast::File& file : files) {
    const std::string& text = sources.file(file.file).text();
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      if ((at > 0 && is_word(text[at - 1])) || (at + word.size() < text.size() && is_word(text[at + word.size()]))) continue;
      const bool read = std::any_of(file.decls.begin(), file.decls.end(), [&](const ast::Decl& decl) {
        return decl.span.begin <= at && at < decl.span.end && std::find(broken.begin(), broken.end(), decl.span) == broken.end();
      });
      if (!read) return true;
    }
  }
  return false;
}

// The folder with project.wend at or above `path`; empty when there is none.
fs::path find_root(fs::path path) {
  std::error_code error;
  path = fs::absolute(path, error).lexically_normal();
  if (!fs::is_directory(path, error)) path = path.parent_path();
  for (fs::path folder = path;; folder = folder.parent_path()) {
    if (fs::is_regular_file(folder / "project.wend", error)) return folder;
    if (folder == folder.root_path() || folder.empty()) return {};
  }
}

}  // namespace

std::string find_project_root(const std::string& path) { return find_root(path).string(); }

std::vector<std::string> project_file_names(const std::string& root) {
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, error), end;
  for (; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename().string();
    if (it->is_directory(error) && name.starts_with(".")) {
      it.disable_recursion_pending();
      continue;
    }
    if (name.starts_with(".") || !ends_with(name, ".wend")) continue;
    names.push_back(it->path().lexically_relative(root).generic_string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::string> read_project_file(const std::string& root, const std::string& name, std::string& why) { return read_file(fs::path(root) / name, why); }

Project Project::load(const std::string& path, const Former& former) {
  Project project;
  std::error_code error;
  if (!fs::exists(path, error)) {
    project.diagnostics_.report(Code::file_unreadable, kNowhere, path, "there is no such file or folder");
    return project;
  }
  fs::path root = find_root(path);
  if (root.empty()) {
    project.diagnostics_.report(Code::project_missing, kNowhere, path);
    return project;
  }
  project.root_ = root.string();
  for (const std::string& name : project_file_names(project.root_)) {
    std::string why;
    std::optional<std::string> text = read_file(root / name, why);
    project.sources_->add(name, text.value_or(""));
    if (!text) project.diagnostics_.report(Code::file_unreadable, kNowhere, name, why);
  }
  project.check({}, former);
  return project;
}

FormerVersion Project::version() const {
  FormerVersion version;
  version.id = program_->version;
  for (const ast::File& file : files_) version.files.push_back({sources_->file(file.file).path(), sources_->file(file.file).text()});
  return version;
}

FormerPlace Project::place(uint32_t journey, uint32_t step, uint64_t people) const {
  const Journey& at = program_->journeys[journey];
  return {0, at.name, at.steps[step].name, people};
}

Project Project::from_texts(std::vector<std::pair<std::string, std::string>> files, const Former& former, const Reading& reading) {
  Project project;
  project.root_ = reading.root;
  std::vector<std::pair<std::string, std::string>> others;
  std::sort(files.begin(), files.end());
  for (auto& [path, text] : files) {
    if (ends_with(path, ".wend")) project.sources_->add(path, std::move(text));
    else others.push_back({path, std::move(text)});
  }
  project.check(others, former, reading);
  return project;
}

// A tree names its file by number, so only one at the same place can be taken over.
void Project::read_tree(uint32_t file, const Reading& reading) {
  if (!reading.keep_trees) {
    files_.push_back(parse(*sources_, file, diagnostics_));
    return;
  }
  Project* before = reading.before;
  const bool same = before && file < before->said_.size() && file < before->files_.size() && before->files_[file].file == file &&
                    before->sources_->file(file).path() == sources_->file(file).path() && before->sources_->file(file).text() == sources_->file(file).text();
  if (same) {
    files_.push_back(std::move(before->files_[file]));
    before->files_[file].file = kNoFile;   // gone
    said_.push_back(before->said_[file]);
  } else {
    Diagnostics said;
    files_.push_back(parse(*sources_, file, said));
    said_.push_back(std::move(said));
  }
  diagnostics_.take(said_.back(), [](const Diagnostic&) { return true; });
}

void Project::check(const std::vector<std::pair<std::string, std::string>>& others, const Former& former, const Reading& reading) {
  for (uint32_t file = 0, count = static_cast<uint32_t>(sources_->size()); file < count; ++file) {
    read_tree(file, reading);
    texts_.emplace_back(sources_->file(file).path(), sources_->file(file).text());
  }
  std::map<std::string, uint32_t> opened;
  ReadFile read = [&](const std::string& path) -> std::optional<uint32_t> {
    if (auto it = opened.find(path); it != opened.end()) return it->second;
    std::optional<std::string> text;
    for (const auto& [name, content] : others)
      if (name == path) text = content;
    if (!text && !root_.empty()) {
      // A link may not lead out of the project either.
      std::error_code error;
      fs::path real = fs::weakly_canonical(fs::path(root_) / path, error), root = fs::weakly_canonical(root_, error);
      fs::path relative = real.lexically_relative(root);
      std::string why;
      if (!error && !relative.empty() && *relative.begin() != "..") text = read_file(real, why);
    }
    if (!text) return std::nullopt;
    texts_.emplace_back(path, *text);
    uint32_t file = sources_->add(path, std::move(*text));
    opened[path] = file;
    return file;
  };
  // Where a text could not be read, what is missing would be reported again by its consequences. Then only what is wrong
  // inside declarations that were read whole is told, and of unknown names those that no unread text can have meant.
  Diagnostics meaning;
  Analysis analysis = analyze(*sources_, files_, read, meaning, former, reading.uses);
  *program_ = std::move(analysis.program);
  program_->sources = sources_;
  check_templates(*program_, analysis.templates, *sources_, read, meaning, reading.uses);
  if (reading.uses) reading.uses->finish();
  const bool whole = diagnostics_.ok();
  std::vector<Span> broken = broken_declarations(files_, diagnostics_);
  diagnostics_.take(meaning, [&](const Diagnostic& diagnostic) {
    if (whole) return true;
    const Span& span = diagnostic.primary.span;
    const bool about_a_name = std::string_view(diagnostic.id()).substr(1, 2) == "02";
    if (about_a_name && (span.file >= sources_->size() || span.empty() || may_be_unread(*sources_, files_, broken, sources_->text(span)))) return false;
    if (diagnostic.code == Code::project_block_missing || diagnostic.code == Code::profile_missing) return false;
    return std::none_of(broken.begin(), broken.end(), [&](const Span& b) { return b.file == span.file && span.begin >= b.begin && span.end <= b.end; });
  });
  diagnostics_.finish(*sources_);
}

}  // namespace wend
