// A project's files as they stand, and the wait until they stand otherwise: `--watch`.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace wend::cli {

// Size and time of the last change, by path from the folder. Left out are hidden files and folders, those of `without` (paths as
// the file system knows them: what the command itself writes), and what is behind the first 10,000.
using FileStamps = std::map<std::string, std::pair<uint64_t, int64_t>>;
FileStamps stamps_of(const std::string& folder, const std::set<std::string>& without = {});

// While it lives SIGINT and SIGTERM wait to be asked for instead of ending the process, also in threads begun meanwhile.
class FileWatch {
 public:
  FileWatch();
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;

  // Until the folder is no longer as `seen` and has come to rest: 0. Or until somebody ends it: the number of the signal.
  int wait(const std::string& folder, const FileStamps& seen, const std::set<std::string>& without = {});

 private:
  int asked(int64_t for_ms);            // a signal that came within that time; 0: none
};

}  // namespace wend::cli
