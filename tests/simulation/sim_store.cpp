// See sim_store.h.
#include "tests/simulation/sim_store.h"

#include "runtime/store/memory_store.h"

namespace wend::simulation {

SimStore::SimStore() : rows_(make_memory_store()) {}

StoreFailure SimStore::write(const Batch& batch, bool synced) {
  if (closed_) return StoreError{StoreError::Kind::closed, "an earlier write failed", {}, 0, {}};
  const Fate drawn = fate ? fate() : Fate::well;
  if (drawn == Fate::killed_before) throw Killed();
  if (drawn != Fate::unknown_lost) {
    if (StoreFailure failure = rows_->write(batch, synced)) return failure;
    if (kept) kept();
  }
  if (drawn == Fate::killed_behind) throw Killed();
  if (drawn == Fate::well) return {};
  closed_ = true;
  return StoreError{StoreError::Kind::unknown, "the disk said no", {}, 0, {}};
}

}  // namespace wend::simulation
