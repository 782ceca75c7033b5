// Whole copies of a store: making one, looking whether it still is what was written, and a store from it. Errors are data; each
// names the file. Tested by tests/unit/store.
#pragma once

#include <array>

#include "runtime/store/store.h"

namespace wend {

constexpr const char* kBackupFile = "BACKUP";   // its last file: a folder that has one is whole

struct BackupFile {
  std::string name;
  uint64_t bytes = 0;
  std::string sha256;             // hex
};

struct Backup {
  uint64_t store_format = 0;
  std::string store;              // its identity, hex
  int64_t made_us = 0;            // since 1970
  std::string program;            // hash of the program that was active; "": none was said
  std::vector<BackupFile> files;  // by name

  uint64_t bytes() const;
};

// What only the caller knows.
struct BackupNote { int64_t made_us = 0; std::string program; };

// A cut of the store as it is now, in a folder that does not exist yet; it has that name only once it is whole and on the
// disk. On the store's own disk the sorted files are shared with it: a copy that is to outlive that disk goes elsewhere.
StoreFailure back_up(Store& store, const std::string& folder, const BackupNote& note, Backup* made = nullptr);

bool is_backup(const std::string& folder);
// Reads every file. Nothing in it: all is as it was written. Else every file that is missing, cut, changed or strange.
std::vector<StoreError> check_backup(const std::string& folder, Backup& backup);

struct Restored {
  Backup backup;
  uint64_t epoch = 0;             // raised: what was lent out before is void
  size_t erasures_due = 0;        // from the ledger
  uint64_t rows = 0;
};
// A store in a folder that does not exist yet or is empty, once all of the copy is found well; then it has everything of the
// copy, knows that it was restored, sends nothing until an operator releases it, and knows whom it must not know any more
// (`ledger`: a file of erasures.h, or ""; rows of keys.h). The copy is left as it is. On any error there is no such store.
std::vector<StoreError> restore_backup(const std::string& folder, const std::string& to, const std::string& ledger, Restored& restored);

struct Verified {
  bool backup = false;
  std::array<uint64_t, kSpaces.size()> rows{};
  std::vector<std::string> notes;

  uint64_t all_rows() const;
};
// A store or a backup: opens it (a backup: a copy of it beside it) and reads everything.
std::vector<StoreError> verify_folder(const std::string& folder, Verified& verified);

}  // namespace wend
