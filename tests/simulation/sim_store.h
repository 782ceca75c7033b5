// The store of a simulated process: in memory, and of each write it is drawn whether it goes well, fails without anybody
// knowing whether it is kept, or never returns because the process ends before or behind it.
#pragma once

#include <functional>
#include <memory>

#include "runtime/store/store.h"

namespace wend::simulation {

struct Killed {};   // thrown: the process ends here

enum class Fate : uint8_t { well, unknown_lost, unknown_kept, killed_before, killed_behind };

// The disk on which the rows lie, too, and whose power is cut whenever the process ends.
class SimDisk {
 public:
  virtual ~SimDisk() = default;
  virtual StoreFailure write(const Batch& batch) = 0;
  virtual StoreFailure drop_range(Space space, std::string_view from, std::string_view to) = 0;
  virtual size_t now() const = 0;
  // At any moment from `from` until now; then the store is opened again.
  virtual StoreFailure cut(size_t from) = 0;
  virtual bool holds(const StoreReader& rows) const = 0;
};

class SimStore : public Store {
 public:
  explicit SimStore(SimDisk* disk = nullptr);

  std::function<Fate()> fate;            // of the next write; may be empty
  std::function<void()> kept;            // a batch is durable
  void open_again();                     // another process
  std::string problem;                   // of the disk; "": none
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
  StoreFailure drop_range(Space space, std::string_view from, std::string_view to) override;
  StoreFailure flush() override { return {}; }
  StoreFailure checkpoint(const std::string& folder) override { return rows_->checkpoint(folder); }
  StoreFailure verify() override { return {}; }
  StoreStatistics statistics() const override { return rows_->statistics(); }
  std::string identity() const override { return rows_->identity(); }

 private:
  StoreFailure keep(const Batch& batch, bool synced);
  bool cut_in(const Batch& batch);       // whether it is kept

  std::unique_ptr<Store> rows_;
  SimDisk* disk_;
  bool cut_ = false;                     // since the process began to end
  bool closed_ = false;
};

}  // namespace wend::simulation
