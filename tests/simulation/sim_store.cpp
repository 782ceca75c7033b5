// See sim_store.h.
#include "tests/simulation/sim_store.h"

#include "runtime/store/memory_store.h"

namespace wend::simulation {

SimStore::SimStore(SimDisk* disk) : rows_(make_memory_store()), disk_(disk) {}

StoreFailure SimStore::keep(const Batch& batch, bool synced) {
  if (StoreFailure failure = rows_->write(batch, synced)) return failure;
  if (kept) kept();
  return {};
}

StoreFailure SimStore::write(const Batch& batch, bool synced) {
  if (closed_) return StoreError{StoreError::Kind::closed, "an earlier write failed", {}, 0, {}};
  const Fate drawn = fate ? fate() : Fate::well;
  bool there = drawn != Fate::killed_before && drawn != Fate::unknown_lost;
  if (disk_ && drawn != Fate::well) there = cut_in(batch);
  else if (disk_)
    if (StoreFailure failure = disk_->write(batch)) problem = failure->text();
  if (there)
    if (StoreFailure failure = keep(batch, synced)) return failure;
  if (disk_ && drawn != Fate::well && problem.empty() && !disk_->holds(*rows_)) problem = "behind a power cut in a write the disk holds neither what was before it nor what is behind it";
  if (drawn == Fate::killed_before || drawn == Fate::killed_behind) throw Killed();
  if (drawn == Fate::well) return {};
  closed_ = true;
  return StoreError{StoreError::Kind::unknown, "the disk said no", {}, 0, {}};
}

StoreFailure SimStore::drop_range(Space space, std::string_view from, std::string_view to) {
  if (disk_)
    if (StoreFailure failure = disk_->drop_range(space, from, to)) problem = failure->text();
  return rows_->drop_range(space, from, to);
}

bool SimStore::cut_in(const Batch& batch) {
  cut_ = true;
  const size_t from = disk_->now();
  StoreFailure failure = disk_->write(batch);
  if (!failure) failure = disk_->cut(from);
  if (failure) problem = failure->text();
  return !failure && !disk_->holds(*rows_);
}

void SimStore::open_again() {
  closed_ = false;
  if (disk_ && !cut_) {
    if (StoreFailure failure = disk_->cut(disk_->now())) problem = failure->text();
    else if (!disk_->holds(*rows_)) problem = "behind a power cut the disk does not hold what was acknowledged";
  }
  cut_ = false;
}

}  // namespace wend::simulation
