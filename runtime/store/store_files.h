// The folder of a store on the disk, looked at before RocksDB opens it: who holds it, whether its files are those that were
// there when it was last open, and whether its logs are whole. RocksDB checks less than one would think: without CURRENT it
// would begin anew over the old files, and it takes a manifest that was cut, or a newest log that is gone, as it finds them.
#pragma once

#include <string>

#include "runtime/store/store.h"

namespace wend {

// Held as long as it lives; the system lets go when the process ends, however that happens.
class FolderLock {
 public:
  FolderLock() = default;
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  void operator=(const FolderLock&) = delete;
  StoreFailure take(const std::string& folder);

 private:
  int file_ = -1;
};

struct FolderState {
  enum class Kind : uint8_t { empty, half_made, store } kind = Kind::empty;
  // The last log ends in something that is no record, with none behind it: a write that was torn.
  bool torn_tail = false;
  std::string torn_file;
  uint64_t torn_at = 0;
  uint64_t sound_bytes = 0;   // of that file: where its last whole record ends
};

// Whether a store may lie there: a folder of our own, no link, on a disk of this machine; where another machine may write behind our back, neither
// a lock nor a sync can be relied on.
StoreFailure look_at_place(const std::string& folder);
// "" for a file system of this machine, by its number (statfs).
std::string_view network_file_system(uint64_t number);

// A failure names the file, and the offset where there is one.
StoreFailure look_at_folder(const std::string& folder, FolderState& state);

// Behind a good opening: lets go what is torn, if the file is still there. RocksDB keeps a log of which it had nothing to recover, and
// once a later one goes on, a torn log can no longer be told from one that lost records.
StoreFailure end_torn_log(const FolderState& state);

// While a store is being made it holds nothing that anybody was told of; a crash then leaves the mark, and it is made again.
StoreFailure begin_making(const std::string& folder);
StoreFailure end_making(const std::string& folder);

// Writes down how long the manifest is and which log is the newest, so that a later opening notices when either has been cut
// or is gone. Best effort: an older note stays true.
void note_landmark(const std::string& folder);

// The write-ahead logs up to where they are now; for verification while the store is open and nobody writes.
struct LogEnd { std::string file; uint64_t size; };
std::vector<LogEnd> log_ends(const std::string& folder);
StoreFailure verify_logs(const std::vector<LogEnd>& ends);

// The files of the store in another folder on the same disk: sorted files by hard link, all others copied.
StoreFailure copy_store_files(const std::string& from, const std::string& to);

std::string restore_hint();

}  // namespace wend
