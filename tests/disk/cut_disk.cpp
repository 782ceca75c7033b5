// See cut_disk.h. A sync of a file makes its bytes and its length safe, one of a folder the names in it; nothing else does.
#include "tests/disk/cut_disk.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

namespace wend::disk {
namespace {

constexpr size_t kSector = 512;

std::string parent(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

using Random = std::mt19937_64;
size_t below(Random& random, size_t bound) { return bound == 0 ? 0 : random() % bound; }

void put(std::string& content, uint64_t at, std::string_view bytes) {
  if (content.size() < at + bytes.size()) content.resize(at + bytes.size(), '\0');
  content.replace(at, bytes.size(), bytes);
}

}  // namespace

// A file or a folder, whatever its names are: what is safe of it, and what has been done since.
struct CutDisk::Content {
  struct Change { size_t event; bool resize; uint64_t offset; std::string_view bytes; };
  bool folder = false;
  std::string safe;
  std::vector<Change> pending;

  static void apply(std::string& content, const Change& change) {
    if (change.resize) content.resize(change.offset, '\0');
    else put(content, change.offset, change.bytes);
  }
  void sync(size_t begun) {
    auto change = pending.begin();
    for (; change != pending.end() && change->event < begun; ++change) apply(safe, *change);
    pending.erase(pending.begin(), change);
  }

  std::string all() const {
    std::string content = safe;
    for (const Change& change : pending) apply(content, change);
    return content;
  }
  std::string torn(Random& random) const {
    std::string content = safe;
    size_t left = below(random, pending.size() + 1);
    for (const Change& change : pending) {
      if (left-- == 0) {
        if (!change.resize) put(content, change.offset, change.bytes.substr(0, below(random, change.bytes.size())));
        break;
      }
      apply(content, change);
    }
    return content;
  }
  // The length may be known without the bytes: what was not written is zeros, or what lay there before.
  std::string reordered(Random& random) const {
    std::string content = safe;
    for (const Change& change : pending) {
      if (change.resize) {
        if (below(random, 2)) apply(content, change);
        continue;
      }
      for (size_t at = 0; at < change.bytes.size();) {
        const size_t size = std::min(change.bytes.size() - at, kSector - (change.offset + at) % kSector);
        std::string piece(change.bytes.substr(at, size));
        const size_t fate = below(random, 16);
        if (fate == 0) std::generate(piece.begin(), piece.end(), [&] { return static_cast<char>(random()); });
        if (fate < 9) put(content, change.offset + at, piece);
        at += size;
      }
    }
    return content;
  }
};

// Everything below the folder, by name, as it is for those that run and as it is safe.
struct CutDisk::Files {
  using ContentP = std::shared_ptr<Content>;
  using Names = std::map<std::string, ContentP>;
  struct Change { size_t event; std::string gone, name; ContentP content; };   // `gone` is no name any more, `name` is one of `content`
  Names names, safe;
  std::vector<Change> pending;
  std::map<uint64_t, ContentP> opened;
  std::map<uint64_t, size_t> syncs;        // begun, by the number of the opening

  static void apply(Names& names, const Change& change) {
    if (!change.gone.empty()) names.erase(change.gone);
    if (!change.name.empty()) names[change.name] = change.content;
  }
  void change(size_t event, std::string gone, std::string name, ContentP content) {
    pending.push_back({event, std::move(gone), std::move(name), std::move(content)});
    apply(names, pending.back());
  }
  void sync_folder(const std::string& folder, size_t begun) {
    const auto done = [&](const Change& change) {
      return change.event < begun && ((!change.gone.empty() && parent(change.gone) == folder) || (!change.name.empty() && parent(change.name) == folder));
    };
    for (const Change& change : pending)
      if (done(change)) apply(safe, change);
    pending.erase(std::remove_if(pending.begin(), pending.end(), done), pending.end());
  }
};

CutDisk::CutDisk(std::string folder) : folder_(std::move(folder)) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_)) {
    if (entry.is_directory()) base_folders_.push_back(entry.path().string());
    else base_[entry.path().string()] = bytes_of(entry.path());
  }
  watch(this, folder_);
}

CutDisk::~CutDisk() { stop(); }

void CutDisk::stop() {
  if (watched_) watch(nullptr, {});
  watched_ = false;
}

bool CutDisk::seldom(size_t event) const { return (events_[event].kind != Call::Kind::write && events_[event].kind != Call::Kind::sync) || fs::path(events_[event].path).extension() != ".log"; }

Verdict NoSyncs::before(const Call& call) {
  Verdict verdict;
  verdict.pretend = call.kind == Call::Kind::sync;
  return verdict;
}

Verdict CutDisk::before(const Call& call) {
  Verdict verdict;
  verdict.pretend = call.kind == Call::Kind::sync;
  if (verdict.pretend) add(call, true);
  return verdict;
}

void CutDisk::behind(const Call& call, bool well) {
  if (well && call.kind != Call::Kind::read) add(call, false);
}

void CutDisk::add(const Call& call, bool begins) {
  events_.push_back({call.kind, call.path, call.to, std::string(call.bytes), call.file, call.offset, call.makes, call.empties, begins});
  ++count_;
}

CutDisk::Files CutDisk::replay(const Cut& cut, size_t upto) const {
  Files files;
  for (const std::string& path : base_folders_) (files.names[path] = std::make_shared<Content>())->folder = true;
  for (const auto& [path, bytes] : base_) (files.names[path] = std::make_shared<Content>())->safe = bytes;
  (files.names[folder_] = std::make_shared<Content>())->folder = true;
  files.safe = files.names;
  for (size_t i = 0; i < upto; ++i) {
    const Event& event = events_[i];
    const auto named = [&](const std::string& path) { return files.names.count(path) ? files.names[path] : nullptr; };
    switch (event.kind) {
      case Call::Kind::make_folder: {
        const auto made = std::make_shared<Content>();
        made->folder = true;
        files.change(i, {}, event.path, made);
        break;
      }
      case Call::Kind::open:
        if (event.makes) files.change(i, {}, event.path, std::make_shared<Content>());
        files.opened[event.file] = named(event.path);
        if (event.empties && named(event.path)) named(event.path)->pending.push_back({i, true, 0, {}});
        break;
      case Call::Kind::write:
      case Call::Kind::resize:
        if (const auto& content = files.opened[event.file]) content->pending.push_back({i, event.kind == Call::Kind::resize, event.offset, event.bytes});
        break;
      case Call::Kind::rename: files.change(i, event.path, event.to, named(event.path)); break;
      case Call::Kind::link: files.change(i, {}, event.to, named(event.path)); break;
      case Call::Kind::remove: files.change(i, event.path, {}, nullptr); break;
      case Call::Kind::sync:
        if (event.begins) {
          files.syncs[event.file] = i;
        } else if (const auto content = files.opened[event.file]) {
          const size_t begun = files.syncs[event.file];
          const bool lies = !cut.lying_ending.empty() && event.path.ends_with(cut.lying_ending);
          if (content->folder && !cut.folders_lie) files.sync_folder(event.path, begun);
          if (!content->folder && !lies) content->sync(begun);
        }
        break;
      default: break;
    }
  }
  return files;
}

void CutDisk::leave(const Cut& cut, const std::string& to) const {
  Files files = replay(cut, std::min(cut.at, events_.size()));
  Random random(cut.seed);
  size_t left = cut.kind == Cut::Kind::torn ? below(random, files.pending.size() + 1) : 0;
  for (const Files::Change& change : files.pending)
    if (cut.kind == Cut::Kind::reordered ? below(random, 2) == 1 : left > 0 && left-- > 0) Files::apply(files.safe, change);
  std::set<std::string> lost;              // folders that are not there, and what was in them is not, either
  fs::create_directories(to);
  for (const auto& [path, content] : files.safe) {   // a folder comes before what is in it
    if (path == folder_ || !content) continue;
    if (parent(path) != folder_ && !(files.safe.count(parent(path)) && !lost.count(parent(path)))) {
      lost.insert(path);
      continue;
    }
    const std::string target = to + path.substr(folder_.size());
    if (content->folder) {
      fs::create_directory(target);
      continue;
    }
    std::ofstream(target, std::ios::binary) << (cut.kind == Cut::Kind::dropped ? content->safe : cut.kind == Cut::Kind::torn ? content->torn(random) : content->reordered(random));
  }
}

std::string CutDisk::difference() const {
  const Files files = replay({}, events_.size());
  std::set<std::string> seen;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_)) {
    const std::string path = entry.path().string();
    const auto found = files.names.find(path);
    if (found == files.names.end() || !found->second) return path + " is there";
    if (!entry.is_directory() && found->second->all() != bytes_of(path)) return path + " has other bytes";
    seen.insert(path);
  }
  for (const auto& [path, content] : files.names)
    if (path != folder_ && !seen.count(path)) return path + " is not there";
  return {};
}

}  // namespace wend::disk
