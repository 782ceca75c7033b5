// The ledger of who was erased, as a file beside the store: a copy of the store from before cannot know of later erasures, so
// what is restored from it is told. Tested by tests/unit/store.
#pragma once

#include "runtime/store/store.h"

namespace wend {

// All erasures the store knows, done and due, one a line, sealed (disk.h).
StoreFailure ledger_text(const StoreReader& store, std::string& text);
// The file anew, whole or not at all.
StoreFailure write_ledger(const StoreReader& store, const std::string& file);
// Adds what the store knows and the file does not, because a process ended between the two; what only the file knows stays.
StoreFailure complete_ledger(const StoreReader& store, const std::string& file);

// Puts each erasure that the store does not know, or knows an earlier one of, among those that are done *and* those that are
// due (keys.h), synced: whoever opens the store next has to do them before anything else. `added`: how many.
// `name` is for errors.
StoreFailure merge_ledger(Store& store, std::string_view text, const std::string& name, size_t& added);
StoreFailure merge_ledger_file(Store& store, const std::string& file, size_t& added);

}  // namespace wend
