// A store on the disk for a simulated host: RocksDB over files whose power is cut, by a seed, whenever the process ends.
#pragma once

#include <memory>
#include <random>
#include <string>

#include "tests/disk/cut_disk.h"
#include "tests/simulation/sim_store.h"

namespace wend::simulation {

class CutRows : public SimDisk {
 public:
  // In a folder that is empty. `lies`: syncs of the logs make nothing safe.
  CutRows(std::string folder, uint64_t seed, bool lies = false);
  ~CutRows() override;

  StoreFailure write(const Batch& batch) override { return store_ ? store_->write(batch, true) : failure_; }
  StoreFailure drop_range(Space space, std::string_view from, std::string_view to) override { return store_ ? store_->drop_range(space, from, to) : failure_; }
  size_t now() const override { return disk_->now(); }
  StoreFailure cut(size_t from) override;
  bool holds(const StoreReader& rows) const override;
  uint64_t cuts() const { return cuts_; }

 private:
  StoreFailure open();
  std::string place(uint64_t which) const { return folder_ + "/" + std::to_string(which); }

  const std::string folder_;
  const bool lies_;
  std::mt19937_64 random_;
  std::unique_ptr<disk::CutDisk> disk_;
  std::unique_ptr<Store> store_;
  StoreFailure failure_;
  uint64_t cuts_ = 0;
};

}  // namespace wend::simulation
