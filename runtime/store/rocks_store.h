// The store on the disk: RocksDB 7.8.3, whose headers stay in rocks_store.cpp. How it is set and why:
// runtime/store/README.md.
#pragma once

#include "runtime/store/store.h"

namespace wend {

struct RocksStoreOptions {
  std::string folder;                       // made if absent, unless `create` is off
  bool create = true;
  bool verify = false;                      // read everything while opening: bytes that rotted are then found at once
  size_t cache_bytes = 64 << 20;            // of blocks read
  size_t write_buffer_bytes_max = 0;        // a bound for every key space; 0: as spaces.def says
  std::function<void(std::string_view)> log;   // warnings of RocksDB; may be called by any thread
};

struct OpenedStore {
  std::unique_ptr<Store> store;             // none: see `failure`
  StoreFailure failure;
  std::vector<std::string> notes;           // what an operator should know although all is well
};

OpenedStore open_rocks_store(const RocksStoreOptions& options);

}  // namespace wend
