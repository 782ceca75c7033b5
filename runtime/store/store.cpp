// What both stores share: batches, what is refused of them, and errors as text.
#include "runtime/store/store.h"

namespace wend {

void Batch::add(Kind kind, Space space, std::string_view key, std::string_view second) {
  changes_.push_back({key.size(), second.size(), kind, space});
  bytes_ += key;
  bytes_ += second;
}

void Batch::append(const Batch& other) {
  changes_.insert(changes_.end(), other.changes_.begin(), other.changes_.end());
  bytes_ += other.bytes_;
}

void Batch::clear() {
  changes_.clear();
  bytes_.clear();
}

std::string StoreError::text() const {
  std::string out = what;
  if (!file.empty()) out += " (" + file + (offset ? ", byte " + std::to_string(offset) : "") + ")";
  if (!remedy.empty()) out += ": " + remedy;
  return out;
}

StoreFailure format_refusal(uint64_t format, const std::string& folder) {
  if (format == kStoreFormat) return {};
  return StoreError{StoreError::Kind::other_format, "the store has format " + std::to_string(format) + ", this version reads format " + std::to_string(kStoreFormat), folder, 0,
                    format > kStoreFormat ? "use the version that wrote it, or a newer one" : "use the version that wrote it, or fill a new store from the events"};
}

namespace {

// A range that reaches into the store's own rows counts, too.
bool touches_own_rows(const Batch::Change& change) {
  if (change.space != Space::meta) return false;
  if (change.kind != Batch::Kind::erase_range) return change.key.substr(0, kStoreKeys.size()) == kStoreKeys;
  const std::string last = std::string(kStoreKeys.substr(0, kStoreKeys.size() - 1)) + '0';   // '0' follows '/'
  return change.key < last && change.second > kStoreKeys;
}

}  // namespace

StoreFailure refusal_of(const Batch& batch) {
  if (batch.bytes() > kBatchBytesMax) {
    return StoreError{StoreError::Kind::misuse, "a batch of " + std::to_string(batch.bytes()) + " bytes is too large", {}, 0,
                      "at most " + std::to_string(kBatchBytesMax)};
  }
  StoreFailure refusal;
  batch.for_each([&](const Batch::Change& change) {
    if (touches_own_rows(change)) {
      refusal = StoreError{StoreError::Kind::misuse, "a batch may not touch the store's own rows of `meta`", {}, 0,
                           "choose a key that does not begin with `" + std::string(kStoreKeys) + "`"};
    }
    if (change.kind == Batch::Kind::low_water && info_of(change.space).reads != SpaceReads::queue) {
      refusal = StoreError{StoreError::Kind::misuse, "`" + std::string(info_of(change.space).name) + "` is no queue and has no low-water mark", {}, 0, {}};
    }
  });
  return refusal;
}

}  // namespace wend
