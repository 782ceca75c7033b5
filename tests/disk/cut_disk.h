// A disk whose power may be cut: it keeps in order what was done to the files of a folder, knows what of it a sync has made safe, and
// makes another folder of what a disk could hold after a cut. Of what was not safe, by a seed, nothing is left, or the first of it,
// or any of it, torn.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "tests/disk/file_calls.h"

namespace wend::disk {

struct Cut {
  // dropped: only what is safe. torn: of each file and of the names the first so many changes, the last of a file in half. reordered:
  // any change of names, and any 512 bytes of a file, some of them garbled.
  enum class Kind : uint8_t { dropped, torn, reordered } kind = Kind::dropped;
  size_t at = 0;                     // in front of which event
  uint64_t seed = 0;
  // Syncs of files whose name ends so, and of folders, make nothing safe.
  std::string lying_ending;
  bool folders_lie = false;
};

class CutDisk : public Watcher {
 public:
  // What is in the folder now is safe. Syncs are believed, not made.
  explicit CutDisk(std::string folder);
  ~CutDisk() override;
  void stop();                       // watches no more
  CutDisk(const CutDisk&) = delete;
  void operator=(const CutDisk&) = delete;

  size_t now() const { return count_; }   // how many events there have been

  // The rest is for when nobody changes files in the folder.
  // An event that changes or syncs names, or files that are no logs: there are few.
  bool seldom(size_t event) const;
  // The folder as it is left by a cut, at `to`, which is not there yet.
  void leave(const Cut& cut, const std::string& to) const;
  // "" where a disk that loses nothing holds what the folder does; else the name of a file.
  std::string difference() const;

  Verdict before(const Call& call) override;
  void behind(const Call& call, bool well) override;

 private:
  struct Event { Call::Kind kind; std::string path, to, bytes; uint64_t file, offset; bool makes, empties, begins; };
  struct Content;
  struct Files;
  Files replay(const Cut& cut, size_t upto) const;
  void add(const Call& call, bool begins);

  const std::string folder_;
  bool watched_ = true;
  std::map<std::string, std::string> base_;   // file: its bytes
  std::vector<std::string> base_folders_;
  std::deque<Event> events_;                  // stay where they are
  std::atomic<size_t> count_ = 0;
};

// Syncs below a folder are believed, not made, as long as it lives: for what only looks at the folder.
class NoSyncs : public Watcher {
 public:
  explicit NoSyncs(const std::string& folder) { watch(this, folder); }
  ~NoSyncs() override { watch(nullptr, {}); }
  NoSyncs(const NoSyncs&) = delete;
  void operator=(const NoSyncs&) = delete;
  Verdict before(const Call& call) override;
};

}  // namespace wend::disk
