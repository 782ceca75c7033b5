// The store of a simulated process: in memory, and of each write it is drawn whether it goes well, fails without anybody
// knowing whether it is kept, or never returns because the process ends before or behind it.
#pragma once

#include <functional>
#include <memory>

#include "runtime/store/store.h"

namespace wend::simulation {

struct Killed {};   // thrown: the process ends here

enum class Fate : uint8_t { well, unknown_lost, unknown_kept, killed_before, killed_behind };

class SimStore : public Store {
 public:
  SimStore();

  std::function<Fate()> fate;            // of the next write; may be empty
  std::function<void()> kept;            // a batch is durable
  void open_again() { closed_ = false; }  // another process
  const Store& rows() const { return *rows_; }
  Store& rows() { return *rows_; }

  StoreFailure write(const Batch& batch, bool synced) override;
  bool must_close() const override { return closed_; }

  StoreFailure get(Space space, std::string_view key, std::optional<std::string>& value) const override { return rows_->get(space, key, value); }
  StoreFailure get_many(Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const override {
    return rows_->get_many(space, keys, values);
  }
  StoreFailure scan(Space space, const Bounds& bounds, const Visitor& visit) const override { return rows_->scan(space, bounds, visit); }
  std::unique_ptr<StoreReader> snapshot() const override { return rows_->snapshot(); }
  StoreFailure drop_range(Space space, std::string_view from, std::string_view to) override { return rows_->drop_range(space, from, to); }
  StoreFailure flush() override { return {}; }
  StoreFailure checkpoint(const std::string& folder) override { return rows_->checkpoint(folder); }
  StoreFailure verify() override { return {}; }
  StoreStatistics statistics() const override { return rows_->statistics(); }
  std::string identity() const override { return rows_->identity(); }

 private:
  std::unique_ptr<Store> rows_;
  bool closed_ = false;
};

}  // namespace wend::simulation
