// See cut_rows.h. No cut is of the kind that reorders: a store may refuse what is left then, and a host cannot go on.
#include "tests/simulation/cut_rows.h"

#include <filesystem>

#include "runtime/store/rocks_store.h"
#include "tests/disk/rows.h"

namespace fs = std::filesystem;

namespace wend::simulation {

using disk::Cut;
using disk::CutDisk;

CutRows::CutRows(std::string folder, uint64_t seed, bool lies) : folder_(std::move(folder)), lies_(lies), random_(seed * 40'503 + 1) {
  fs::create_directory(place(0));
  failure_ = open();
}

CutRows::~CutRows() {
  store_.reset();
  disk_.reset();
}

StoreFailure CutRows::open() {
  disk_ = std::make_unique<CutDisk>(place(cuts_));
  RocksStoreOptions options;
  options.folder = place(cuts_) + "/kept";
  options.write_buffer_bytes_max = 64 << 10;
  OpenedStore opened = open_rocks_store(options);
  store_ = std::move(opened.store);
  return opened.failure;
}

StoreFailure CutRows::cut(size_t from) {
  Cut cut;
  cut.at = from + random_() % (now() - from + 1);
  cut.kind = random_() % 2 ? Cut::Kind::torn : Cut::Kind::dropped;
  cut.seed = random_();
  if (lies_) cut.lying_ending = ".log";
  store_.reset();
  disk_->stop();
  disk_->leave(cut, place(cuts_ + 1));
  fs::remove_all(place(cuts_));
  ++cuts_;
  return failure_ = open();
}

bool CutRows::holds(const StoreReader& rows) const { return store_ && disk::differing_space(*store_, rows).empty(); }

}  // namespace wend::simulation
