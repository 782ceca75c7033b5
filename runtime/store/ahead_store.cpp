// See ahead_store.h.
#include "runtime/store/ahead_store.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace wend {

struct AheadStore::Flight {
  struct Row {
    Space space;
    std::string_view key;
    std::optional<std::string_view> value;       // nothing: erased
    auto place() const { return std::pair(space, key); }
  };
  Batch batch;
  std::vector<Row> rows;                         // by place; of one place the last change only
  bool ranges = false;                           // some are erased that are not among the rows

  explicit Flight(Batch batch_) : batch(std::move(batch_)) {
    batch.for_each([&](const Batch::Change& change) {
      if (change.kind == Batch::Kind::put) rows.push_back({change.space, change.key, change.second});
      if (change.kind == Batch::Kind::erase) rows.push_back({change.space, change.key, std::nullopt});
      ranges |= change.kind == Batch::Kind::erase_range;
    });
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.place() < b.place(); });
    const auto same = [](const Row& a, const Row& b) { return a.place() == b.place(); };
    rows.erase(rows.begin(), std::unique(rows.rbegin(), rows.rend(), same).base());
  }
  const Row* find(Space space, std::string_view key) const {
    const auto at = std::lower_bound(rows.begin(), rows.end(), std::pair(space, key), [](const Row& row, const auto& place) { return row.place() < place; });
    return at != rows.end() && at->place() == std::pair(space, key) ? &*at : nullptr;
  }
};

AheadStore::AheadStore(Store& store, bool by_hand) : store_(store), by_hand_(by_hand) {
  if (!by_hand) thread_ = std::thread([this] { run(); });
}

AheadStore::~AheadStore() {
  if (by_hand_) return;   // whoever writes by hand says when
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    came_.notify_one();
  }
  thread_.join();
}

// ---- on its way

StoreFailure AheadStore::begin(Batch batch) {
  if (StoreFailure refusal = refusal_of(batch)) return refusal;
  auto flight = std::make_shared<const Flight>(std::move(batch));
  if (StoreFailure failure = wait()) return failure;
  const std::lock_guard lock(mutex_);
  flight_ = std::move(flight);
  came_.notify_one();
  return {};
}

StoreFailure AheadStore::landed() { return wait(); }

StoreFailure AheadStore::wait() const {
  if (by_hand_) {
    if (const auto flight = in_flight(); flight && !failed_) land(flight);
    return failed_;
  }
  std::unique_lock lock(mutex_);
  gone_.wait(lock, [&] { return !flight_ || failed_; });
  return failed_;
}

// One that failed stays: whoever reads goes on to see what they wrote, until the store is opened again.
void AheadStore::land(const std::shared_ptr<const Flight>& flight) const {
  StoreFailure failure;
  try {
    failure = store_.write(flight->batch, true);
  } catch (const std::exception& unforeseen) {
    failure = StoreError{StoreError::Kind::unknown, unforeseen.what(), {}, 0, "close the store and open it again"};
  }
  const std::lock_guard lock(mutex_);
  if (failure) failed_ = std::move(failure);
  else flight_.reset();
  gone_.notify_all();
}

void AheadStore::run() {
  for (;;) {
    std::shared_ptr<const Flight> flight;
    {
      std::unique_lock lock(mutex_);
      came_.wait(lock, [&] { return (flight_ && !failed_) || stopping_; });
      if (!flight_ || failed_) return;
      flight = flight_;
    }
    land(flight);
  }
}

std::shared_ptr<const AheadStore::Flight> AheadStore::in_flight() const {
  const std::lock_guard lock(mutex_);
  return flight_;
}

// ---- reading

StoreFailure AheadStore::get(Space space, std::string_view key, std::optional<std::string>& value) const {
  const auto flight = in_flight();
  if (flight && flight->ranges) {
    if (StoreFailure failure = wait()) return failure;
  } else if (const Flight::Row* row = flight ? flight->find(space, key) : nullptr) {
    value = row->value;
    return {};
  }
  return store_.get(space, key, value);
}

StoreFailure AheadStore::get_many(Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const {
  const auto flight = in_flight();
  if (flight && flight->ranges) {
    if (StoreFailure failure = wait()) return failure;
  }
  if (StoreFailure failure = store_.get_many(space, keys, values)) return failure;
  for (size_t i = 0; flight && !flight->ranges && i < keys.size(); ++i)
    if (const Flight::Row* row = flight->find(space, keys[i])) values[i] = row->value;
  return {};
}

StoreFailure AheadStore::scan(Space space, const Bounds& bounds, const Visitor& visit) const {
  if (StoreFailure failure = wait()) return failure;
  return store_.scan(space, bounds, visit);
}

std::unique_ptr<StoreReader> AheadStore::snapshot() const {
  wait();
  return store_.snapshot();
}

// ---- the rest

StoreFailure AheadStore::write(const Batch& batch, bool synced) {
  if (StoreFailure failure = wait()) return failure;
  return store_.write(batch, synced);
}

bool AheadStore::must_close() const {
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return true;
  }
  return store_.must_close();
}

StoreFailure AheadStore::drop_range(Space space, std::string_view from, std::string_view to) {
  if (StoreFailure failure = wait()) return failure;
  return store_.drop_range(space, from, to);
}

StoreFailure AheadStore::flush() {
  if (StoreFailure failure = wait()) return failure;
  return store_.flush();
}

StoreFailure AheadStore::checkpoint(const std::string& folder) {
  if (StoreFailure failure = wait()) return failure;
  return store_.checkpoint(folder);
}

StoreFailure AheadStore::verify() {
  if (StoreFailure failure = wait()) return failure;
  return store_.verify();
}

}  // namespace wend
