// The store: key spaces with ordered keys, one atomic write over all of them, consistent reading. Two stand behind it: one in
// memory (memory_store.h), which is also what the other is compared with, and RocksDB (rocks_store.h).
// Any thread may call any of it. Tested by tests/unit/store, both by the same cases.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/store/batch.h"

namespace wend {

struct StoreError {
  enum class Kind : uint8_t {
    misuse,        // the call cannot be meant; nothing was done
    io,            // the machine said no; nothing was lost
    in_use,        // another process has the store open
    other_format,  // written by a newer version, or one whose stores are no longer read
    damaged,       // a file is not what was written: restore
    unknown,       // a write failed; whether it is kept shows when the store is opened again
    closed,        // an earlier write failed; this one was not tried
  };
  Kind kind = Kind::io;
  std::string what;
  std::string file;      // empty: none in particular
  uint64_t offset = 0;   // in `file`
  std::string remedy;

  std::string text() const;
};
using StoreFailure = std::optional<StoreError>;   // nothing: all went well

// From `from` up to, and without, `to`; an empty `to` is the end.
struct Bounds {
  std::string from, to;
  bool backwards = false;
};
// Views are good until it returns; false stops the scan. It may read and write the store.
using Visitor = std::function<bool(std::string_view key, std::string_view value)>;

class StoreReader {
 public:
  virtual ~StoreReader() = default;
  // Nothing in `value`: no such key.
  virtual StoreFailure get(Space space, std::string_view key, std::optional<std::string>& value) const = 0;
  // `values` has the order and number of `keys`.
  virtual StoreFailure get_many(Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const = 0;
  // In the order of the bytes of the keys, over the rows as they are when it begins.
  virtual StoreFailure scan(Space space, const Bounds& bounds, const Visitor& visit) const = 0;
};

struct SpaceStatistics { uint64_t rows_estimate = 0, bytes = 0; };

struct StoreStatistics {
  uint64_t table_bytes = 0;      // in sorted files
  uint64_t log_bytes = 0;        // in write-ahead logs: what a restart replays
  uint64_t memory_bytes = 0;     // not yet in sorted files
  uint64_t disk_free_bytes = 0;  // where the store lies
  std::array<SpaceStatistics, kSpaces.size()> spaces{};
};

constexpr size_t kBatchBytesMax = 64 << 20;
constexpr uint32_t kStoreFormat = 2;   // of rows; the first is no longer read
// Of a store, or a backup of one, in `folder` that has another.
StoreFailure format_refusal(uint64_t format, const std::string& folder);
constexpr std::string_view kStoreKeys = "store/";   // in `meta`: not for batches

class Store : public StoreReader {
 public:
  // All of the batch or nothing. `synced`: it is on the disk when this returns well. A write that fails is *unknown*, and
  // from then on the store takes no other: it must be closed and opened again, for a second sync that succeeds proves
  // nothing about the first.
  virtual StoreFailure write(const Batch& batch, bool synced) = 0;
  // A synced write that may still be on its way when this returns; reading shows it already. It is kept, and all that was begun
  // before, once landed() has returned well; and all that was begun before this is when this has.
  virtual StoreFailure begin(Batch batch) { return write(batch, true); }
  virtual StoreFailure landed() { return {}; }
  virtual bool must_close() const = 0;

  // The store as it is now, whatever is written meanwhile. It must not outlive the store.
  virtual std::unique_ptr<StoreReader> snapshot() const = 0;

  // What has expired goes, whole files at once. Not part of any batch, and snapshots may lose it, too.
  virtual StoreFailure drop_range(Space space, std::string_view from, std::string_view to) = 0;
  // All that is in memory into sorted files.
  virtual StoreFailure flush() = 0;
  // A copy that can be opened, in a folder that does not exist yet.
  virtual StoreFailure checkpoint(const std::string& folder) = 0;
  // Reads everything and compares it with its checksums.
  virtual StoreFailure verify() = 0;
  virtual StoreStatistics statistics() const = 0;
  // 16 bytes, drawn when the store was made; kept by its copies.
  virtual std::string identity() const = 0;
};

// Why a batch cannot be taken by any store.
StoreFailure refusal_of(const Batch& batch);

}  // namespace wend
