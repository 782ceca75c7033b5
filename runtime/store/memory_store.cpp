// Sorted maps that are copied when somebody is still reading them.
#include "runtime/store/memory_store.h"

#include <map>
#include <mutex>

namespace wend {
namespace {

using Rows = std::map<std::string, std::string, std::less<>>;
using Spaces = std::array<std::shared_ptr<Rows>, kSpaces.size()>;

StoreFailure scan_rows(const Rows& rows, const Bounds& bounds, const Visitor& visit) {
  auto begin = rows.lower_bound(bounds.from), end = bounds.to.empty() ? rows.end() : rows.lower_bound(bounds.to);
  if (!bounds.to.empty() && bounds.to <= bounds.from) return {};
  if (bounds.backwards) {
    while (end != begin) {
      --end;
      if (!visit(end->first, end->second)) break;
    }
  } else {
    for (; begin != end; ++begin) {
      if (!visit(begin->first, begin->second)) break;
    }
  }
  return {};
}

class Snapshot : public StoreReader {
 public:
  explicit Snapshot(Spaces spaces) : spaces_(std::move(spaces)) {}
  StoreFailure get(Space space, std::string_view key, std::optional<std::string>& value) const override {
    const Rows& rows = *spaces_[index_of(space)];
    const auto found = rows.find(key);
    value = found == rows.end() ? std::nullopt : std::optional(found->second);
    return {};
  }
  StoreFailure get_many(Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const override {
    values.resize(keys.size());
    for (size_t i = 0; i < keys.size(); ++i) get(space, keys[i], values[i]);
    return {};
  }
  StoreFailure scan(Space space, const Bounds& bounds, const Visitor& visit) const override {
    return scan_rows(*spaces_[index_of(space)], bounds, visit);
  }

 private:
  Spaces spaces_;
};

class MemoryStore : public Store {
 public:
  MemoryStore() {
    for (auto& rows : spaces_) rows = std::make_shared<Rows>();
  }

  StoreFailure get(Space space, std::string_view key, std::optional<std::string>& value) const override { return now().get(space, key, value); }
  StoreFailure get_many(Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const override {
    return now().get_many(space, keys, values);
  }
  StoreFailure scan(Space space, const Bounds& bounds, const Visitor& visit) const override { return now().scan(space, bounds, visit); }
  std::unique_ptr<StoreReader> snapshot() const override { return std::make_unique<Snapshot>(now()); }

  StoreFailure write(const Batch& batch, bool) override {
    if (StoreFailure refusal = refusal_of(batch)) return refusal;
    const std::lock_guard lock(mutex_);
    StoreFailure untrue;
    batch.for_each([&](const Batch::Change& change) {
      Rows& rows = own(change.space);
      switch (change.kind) {
        case Batch::Kind::put: rows.insert_or_assign(std::string(change.key), std::string(change.second)); break;
        case Batch::Kind::erase:
          if (const auto found = rows.find(change.key); found != rows.end()) rows.erase(found);
          break;
        case Batch::Kind::erase_range: rows.erase(rows.lower_bound(change.key), rows.lower_bound(change.second)); break;
        case Batch::Kind::low_water:
          if (!rows.empty() && rows.begin()->first < change.key) {
            untrue = StoreError{StoreError::Kind::misuse, "a low-water mark of `" + std::string(info_of(change.space).name) + "` hides a row", {}, 0, "erase it first"};
          }
          break;
      }
    });
    return untrue;
  }
  bool must_close() const override { return false; }

  StoreFailure drop_range(Space space, std::string_view from, std::string_view to) override {
    Batch batch;
    batch.erase_range(space, from, to);
    return write(batch, false);
  }
  StoreFailure flush() override { return {}; }
  StoreFailure checkpoint(const std::string& folder) override {
    return StoreError{StoreError::Kind::misuse, "a store in memory has no files to copy", folder, 0, {}};
  }
  StoreFailure verify() override { return {}; }
  StoreStatistics statistics() const override {
    const std::lock_guard lock(mutex_);
    StoreStatistics out;
    for (size_t i = 0; i < spaces_.size(); ++i) {
      out.spaces[i].rows_estimate = spaces_[i]->size();
      for (const auto& [key, value] : *spaces_[i]) out.spaces[i].bytes += key.size() + value.size();
      out.memory_bytes += out.spaces[i].bytes;
    }
    return out;
  }
  std::string identity() const override { return std::string(16, '\0'); }

 private:
  Snapshot now() const {
    const std::lock_guard lock(mutex_);
    return Snapshot(spaces_);
  }
  Rows& own(Space space) {
    std::shared_ptr<Rows>& rows = spaces_[index_of(space)];
    if (rows.use_count() > 1) rows = std::make_shared<Rows>(*rows);
    return *rows;
  }

  mutable std::mutex mutex_;
  Spaces spaces_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace wend
