// A store that is one write ahead of its disk: begin() returns while the write is still on its way, so that the next batch is
// prepared meanwhile. What is on its way is read as if it were there; writes reach the store behind it one at a time, in
// order. One thread writes; any thread may read. Tested by tests/unit/store, by the cases of the stores themselves.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "runtime/store/store.h"

namespace wend {

class AheadStore : public Store {
 public:
  // `by_hand`: there is no thread; what is on its way is written when the next one begins, or it is waited for.
  explicit AheadStore(Store& store, bool by_hand = false);
  ~AheadStore() override;   // what is on its way is written first

  StoreFailure begin(Batch batch) override;
  StoreFailure landed() override;

  StoreFailure write(const Batch& batch, bool synced) override;
  bool must_close() const override;
  StoreFailure get(Space space, std::string_view key, std::optional<std::string>& value) const override;
  StoreFailure get_many(Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const override;
  // All others wait until nothing is on its way.
  StoreFailure scan(Space space, const Bounds& bounds, const Visitor& visit) const override;
  std::unique_ptr<StoreReader> snapshot() const override;
  StoreFailure drop_range(Space space, std::string_view from, std::string_view to) override;
  StoreFailure flush() override;
  StoreFailure checkpoint(const std::string& folder) override;
  StoreFailure verify() override;
  StoreStatistics statistics() const override { return store_.statistics(); }
  std::string identity() const override { return store_.identity(); }

 private:
  struct Flight;                                 // a batch on its way, and where its keys are in it
  std::shared_ptr<const Flight> in_flight() const;
  StoreFailure wait() const;                     // until nothing is on its way
  void land(const std::shared_ptr<const Flight>& flight) const;
  void run();

  Store& store_;
  const bool by_hand_;
  mutable std::mutex mutex_;
  mutable std::condition_variable came_, gone_;
  mutable std::shared_ptr<const Flight> flight_; // null: all is on the disk
  mutable StoreFailure failed_;                  // of the first write that did not go well
  bool stopping_ = false;
  std::thread thread_;                           // last: it uses all of the above
};

}  // namespace wend
