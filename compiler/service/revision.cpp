// Runs `git` as a child without a shell: a revision is an argument, whatever stands in it.
#include "compiler/service/revision.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>

extern char** environ;

namespace wend {
namespace {

constexpr size_t kOutputMax = 256u << 20;
constexpr size_t kFileMax = 16u << 20;      // as Project::load reads

struct Ran {
  int status = -1;                          // -1: it could not be run
  std::string out, err;
  bool well() const { return status == 0; }
};

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
  }
  ~Pipe() { close_read(), close_write(); }
  Pipe(const Pipe&) = delete;
  bool open() const { return ends_[0] >= 0; }
  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void close_read() { shut(0); }
  void close_write() { shut(1); }

 private:
  void shut(size_t end) {
    if (ends_[end] >= 0) close(ends_[end]);
    ends_[end] = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

// `input`: read from its present place; null: nothing.
Ran git(const std::string& folder, const std::vector<std::string>& words, FILE* input = nullptr) {
  Ran ran;
  std::vector<std::string> owned = {"git", "-C", folder};
  owned.insert(owned.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& word : owned) argv.push_back(word.data());
  argv.push_back(nullptr);
  Pipe out, err;
  if (!out.open() || !err.open()) {
    ran.err = std::strerror(errno);
    return ran;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (input) posix_spawn_file_actions_adddup2(&actions, fileno(input), 0);
  else posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write_end(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.write_end(), 2);
  pid_t child = 0;
  std::vector<char*> environment;   // a hook's own repository is not the one that is asked
  for (char** each = environ; *each; ++each) {
    const std::string_view variable(*each);
    const bool elsewhere = variable.starts_with("GIT_DIR=") || variable.starts_with("GIT_WORK_TREE=") || variable.starts_with("GIT_INDEX_FILE=") || variable.starts_with("GIT_PREFIX=") ||
                           variable.starts_with("GIT_OBJECT_DIRECTORY=") || variable.starts_with("GIT_COMMON_DIR=") || variable.starts_with("GIT_NAMESPACE=");
    if (!elsewhere) environment.push_back(*each);
  }
  environment.push_back(nullptr);
  const int fault = posix_spawnp(&child, "git", &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (fault != 0) {
    ran.err = fault == ENOENT ? "`git` is not installed" : std::strerror(fault);
    return ran;
  }
  out.close_write(), err.close_write();
  std::array<pollfd, 2> waiting = {{{out.read_end(), POLLIN, 0}, {err.read_end(), POLLIN, 0}}};
  std::array<std::string*, 2> into = {&ran.out, &ran.err};
  bool too_much = false;
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    if (poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      break;
    }
    for (size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      char piece[1 << 16];
      const ssize_t got = read(waiting[i].fd, piece, sizeof piece);
      if (got > 0 && into[i]->size() + static_cast<size_t>(got) <= kOutputMax) into[i]->append(piece, static_cast<size_t>(got));
      else if (got > 0) too_much = true;
      else if (got == 0 || errno != EINTR) waiting[i].fd = -1;
    }
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  if (too_much) ran.status = 128, ran.err = "the project is larger than 256 MB there";
  return ran;
}

// A row of a listing: a file, a link, or another repository at a commit.
struct Blob {
  enum class Kind : uint8_t { file, link, repository } kind = Kind::file;
  std::string hash, path;
  size_t size = 0;
  std::string repository;                    // the folder of the one that has it
};

// Lines of `ls-tree -r -z -l`: `100644 blob HASH SIZE<tab>PATH`, each with a NUL behind. `at`: stands before the paths.
std::vector<Blob> blobs_of(const std::string& listing, const std::string& at = "") {
  std::vector<Blob> blobs;
  for (size_t begin = 0; begin < listing.size();) {
    const size_t end = std::min(listing.find('\0', begin), listing.size());
    const std::string_view row = std::string_view(listing).substr(begin, end - begin);
    begin = end + 1;
    const size_t tab = row.find('\t');
    if (tab == std::string_view::npos) continue;
    std::vector<std::string> words;
    std::istringstream reading{std::string(row.substr(0, tab))};
    for (std::string word; reading >> word;) words.push_back(word);
    if (words.size() < 4) continue;
    const auto kind = words[0] == "120000" ? Blob::Kind::link : words[0] == "160000" ? Blob::Kind::repository : Blob::Kind::file;
    Blob blob{kind, words[2], at + std::string(row.substr(tab + 1)), 0, ""};
    std::from_chars(words[3].data(), words[3].data() + words[3].size(), blob.size);
    blobs.push_back(std::move(blob));
  }
  return blobs;
}

bool hidden(const std::string& path) { return path.starts_with('.') || path.find("/.") != std::string::npos; }

// Their contents, by one `cat-file --batch`. Empty where git fails; `fault` says how.
bool contents_of(const std::string& root, const std::vector<Blob>& blobs, ProgramFiles& files, std::string& fault) {
  if (blobs.empty()) return true;
  const std::unique_ptr<FILE, int (*)(FILE*)> asked(std::tmpfile(), &std::fclose);
  if (!asked) {
    fault = std::string("a temporary file is needed and could not be made: ") + std::strerror(errno);
    return false;
  }
  for (const Blob& blob : blobs) std::fprintf(asked.get(), "%s\n", blob.hash.c_str());
  std::fflush(asked.get());
  std::rewind(asked.get());
  const Ran ran = git(root, {"cat-file", "--batch"}, asked.get());
  if (!ran.well()) {
    fault = trimmed(ran.err);
    return false;
  }
  size_t at = 0;
  for (const Blob& blob : blobs) {
    const size_t line = ran.out.find('\n', at);
    if (line == std::string::npos || line + 1 + blob.size >= ran.out.size() + 1) {
      fault = "git gave less of `" + blob.path + "` than it promised";
      return false;
    }
    files.emplace_back(blob.path, ran.out.substr(line + 1, blob.size));
    at = line + 1 + blob.size + 1;
  }
  return true;
}

bool contents_of(const std::vector<Blob>& blobs, ProgramFiles& files, std::string& fault) {
  std::map<std::string, std::vector<Blob>> by_repository;
  for (const Blob& blob : blobs) by_repository[blob.repository].push_back(blob);
  return std::all_of(by_repository.begin(), by_repository.end(), [&](const auto& of) { return contents_of(of.first, of.second, files, fault); });
}

// What a commit has of a project, in this repository and in those inside it.
class Reading {
 public:
  Reading(const std::string& root, std::string told) : root_(root), told_(std::move(told)) {}

  std::vector<Blob> sources, others;
  std::string fault;

  bool read(const std::string& commit) {
    const Ran listing = git(root_, {"ls-tree", "-r", "-z", "-l", commit});
    if (!listing.well()) return failed("git could not list the files of `" + told_ + "`: " + trimmed(listing.err));
    const std::string prefix = trimmed(git(root_, {"rev-parse", "--show-prefix"}).out);
    for (Blob& blob : blobs_of(listing.out)) {
      if (hidden(blob.path)) continue;
      if (blob.kind == Blob::Kind::link ? !follow(commit, prefix, blob) : blob.kind == Blob::Kind::repository ? !enter(blob) : !take(std::move(blob))) return false;
    }
    return true;
  }

 private:
  bool failed(std::string why) {
    fault = std::move(why);
    return false;
  }

  bool take(Blob blob) {
    blob.repository = root_;
    if (blob.size <= kFileMax) (blob.path.ends_with(".wend") ? sources : others).push_back(std::move(blob));
    return true;
  }

  // As the file system follows it: a link to a file is that file; one to a folder has files that can be named, and no sources.
  bool follow(const std::string& commit, const std::string& prefix, const Blob& link) {
    const bool source = link.path.ends_with(".wend");
    if (link.path.find('\n') != std::string::npos) return true;
    const std::unique_ptr<FILE, int (*)(FILE*)> asked(std::tmpfile(), &std::fclose);
    if (!asked) return failed(std::string("a temporary file is needed and could not be made: ") + std::strerror(errno));
    std::fprintf(asked.get(), "%s:%s%s\n", commit.c_str(), prefix.c_str(), link.path.c_str());
    std::fflush(asked.get());
    std::rewind(asked.get());
    const Ran ran = git(root_, {"cat-file", "--batch-check", "--follow-symlinks"}, asked.get());
    std::istringstream reading(ran.out);
    std::string hash, type;
    size_t size = 0;
    reading >> hash >> type >> size;
    if (type == "blob") return take({Blob::Kind::file, hash, link.path, size, ""});
    if (type == "tree") {
      const Ran listing = git(root_, {"ls-tree", "-r", "-z", "-l", "--full-tree", hash});
      for (Blob& blob : blobs_of(listing.out, link.path + "/"))
        if (blob.kind == Blob::Kind::file && !hidden(blob.path) && blob.size <= kFileMax) blob.repository = root_, others.push_back(std::move(blob));
      return true;
    }
    return !source || failed("`" + link.path + "` of `" + told_ + "` is a link to what that revision does not have: what stood there then is not known; keep the file itself in the repository");
  }

  // Another repository (a submodule) at the commit it had then. One that is not checked out has no files here either.
  bool enter(const Blob& inside) {
    const std::string folder = root_ + "/" + inside.path;
    std::error_code error;
    if (!std::filesystem::exists(folder + "/.git", error)) return true;
    if (!git(folder, {"cat-file", "-e", inside.hash + "^{commit}"}).well())
      return failed("`" + inside.path + "` is a repository of its own, and the commit it had in `" + told_ + "` is not here: fetch it with `git -C " + inside.path + " fetch`");
    if (++depth_ > kDepthMax) return failed("`" + inside.path + "` lies in too many repositories inside one another");
    Reading reading(folder, inside.hash.substr(0, 8));
    reading.depth_ = depth_;
    if (!reading.read(inside.hash)) return failed(std::move(reading.fault));
    --depth_;
    const auto put = [&](std::vector<Blob>& from, std::vector<Blob>& to) {
      for (Blob& blob : from) blob.path = inside.path + "/" + blob.path, to.push_back(std::move(blob));
    };
    put(reading.sources, sources), put(reading.others, others);
    return true;
  }

  static constexpr int kDepthMax = 8;
  const std::string root_, told_;
  int depth_ = 0;
};

}  // namespace

std::optional<Revision> read_revision(const std::string& root, const std::string& revision, RevisionFault& fault) {
  const auto failed = [&](std::string message, bool unknown = false) {
    fault = {std::move(message), unknown};
    return std::nullopt;
  };
  const Ran inside = git(root, {"rev-parse", "--is-inside-work-tree"});
  if (inside.status < 0) return failed("git could not be run: " + inside.err);
  if (!inside.well()) return failed("`" + root + "` is not in a git repository: " + trimmed(inside.err));
  const Ran found = git(root, {"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"});
  if (!found.well()) {
    if (git(root, {"rev-list", "--all", "--max-count=1"}).out.empty())
      return failed("this repository has no commit yet, so there is no `" + revision + "` to compare with: commit what there is first, or compare with a folder");
    if (trimmed(git(root, {"rev-parse", "--is-shallow-repository"}).out) == "true")
      return failed("there is no revision `" + revision + "` here, but this clone is shallow: fetch the rest with `git fetch --unshallow` (in a GitHub workflow: `fetch-depth: 0` of actions/checkout)");
    return failed("there is no revision `" + revision + "`: `git log --oneline` and `git branch --all` list what there is", true);
  }
  Revision out;
  out.commit = trimmed(found.out);
  Reading reading(root, revision);
  if (!reading.read(out.commit)) return failed(std::move(reading.fault));
  std::vector<Blob>&sources = reading.sources, &others = reading.others;
  if (std::none_of(sources.begin(), sources.end(), [](const Blob& blob) { return blob.path == "project.wend"; }))
    return failed("`" + revision + "` has no project here: there is no `project.wend` in this folder then", true);
  std::string why;
  if (!contents_of(sources, out.files, why)) return failed("git could not read `" + revision + "`: " + why);
  // What a message or a model names: the rest of a repository is none of the project's.
  // A body may name others in turn.
  for (std::vector<Blob> named; !others.empty(); named.clear()) {
    const auto is_named = [&](const Blob& blob) {
      const std::string name = std::filesystem::path(blob.path).filename().string();
      return std::any_of(out.files.begin(), out.files.end(), [&](const auto& file) { return file.second.find(name) != std::string::npos; });
    };
    const auto rest = std::stable_partition(others.begin(), others.end(), [&](const Blob& blob) { return !is_named(blob); });
    named.assign(rest, others.end());
    others.erase(rest, others.end());
    if (named.empty()) break;
    if (!contents_of(named, out.files, why)) return failed("git could not read `" + revision + "`: " + why);
  }
  std::sort(out.files.begin(), out.files.end());
  return out;
}

std::vector<std::string> ignored_by_git(const std::string& root) {
  std::vector<std::string> paths;
  const Ran ran = git(root, {"ls-files", "-z", "--others", "--ignored", "--exclude-standard"});
  for (size_t begin = 0; ran.well() && begin < ran.out.size();) {
    const size_t end = std::min(ran.out.find('\0', begin), ran.out.size());
    paths.push_back(ran.out.substr(begin, end - begin));
    begin = end + 1;
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace wend
