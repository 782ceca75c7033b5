// See erasures.h. A line is `HASH MICROSECONDS`, the hash as 32 hex digits.
#include "runtime/store/erasures.h"

#include <charconv>
#include <cstdio>
#include <filesystem>

#include "runtime/store/disk.h"
#include "runtime/store/keys.h"

namespace wend {
namespace {

constexpr std::string_view kHead = "wend erasures 1\n";
constexpr size_t kHashBytes = 16, kLedgerBytesMax = size_t{1} << 30, kBatchBytes = 1 << 20;

std::optional<std::string> unhex(std::string_view digits) {
  std::string out;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    uint8_t byte = 0;
    const auto [end, failure] = std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    if (failure != std::errc{} || end != digits.data() + i + 2) return {};
    out += static_cast<char>(byte);
  }
  return out;
}

struct Erasure { std::string hash; int64_t at = 0; };

std::optional<Erasure> erasure_of(std::string_view line) {
  if (line.size() < 2 * kHashBytes + 2 || line[2 * kHashBytes] != ' ') return {};
  const std::optional<std::string> hash = unhex(line.substr(0, 2 * kHashBytes));
  Erasure found;
  const auto [end, failure] = std::from_chars(line.data() + 2 * kHashBytes + 1, line.data() + line.size(), found.at);
  if (!hash || failure != std::errc{} || end != line.data() + line.size()) return {};
  found.hash = *hash;
  return found;
}

StoreError no_ledger(const std::string& name) {
  return {StoreError::Kind::damaged, "this is no ledger of erasures, or not as it was written", name, 0, "name the newest good one"};
}

}  // namespace

StoreFailure ledger_text(const StoreReader& store, std::string& text) {
  text = kHead;
  const std::string from(kErasedKeys);
  const StoreFailure failure = store.scan(Space::meta, {from, behind_prefix(from)}, [&](std::string_view key, std::string_view at) {
    text += hex_text(key.substr(from.size())) + " " + std::to_string(read_big_endian_signed(at)) + "\n";
    return true;
  });
  text = sealed(std::move(text));
  return failure;
}

StoreFailure write_ledger(const StoreReader& store, const std::string& file) {
  std::string text;
  if (StoreFailure wrong = ledger_text(store, text)) return wrong;
  const std::string fresh = file + ".new";
  if (StoreFailure wrong = write_file_synced(fresh, text)) return wrong;
  if (std::rename(fresh.c_str(), file.c_str()) != 0) return disk_error("cannot be written", file, errno);
  if (!sync_folder(std::filesystem::path(file).parent_path().string())) return disk_error("the folder cannot be synced", file, errno);
  return {};
}

StoreFailure merge_ledger(Store& store, std::string_view text, const std::string& name, size_t& added) {
  added = 0;
  const std::optional<std::string_view> body = unsealed(text);
  if (!body || body->substr(0, kHead.size()) != kHead) return no_ledger(name);
  Batch batch;
  for (std::string_view rest = body->substr(kHead.size()); !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::optional<Erasure> erasure = erasure_of(rest.substr(0, end));
    if (!erasure) return no_ledger(name);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    std::optional<std::string> known;
    if (StoreFailure wrong = store.get(Space::meta, std::string(kErasedKeys) + erasure->hash, known)) return wrong;
    if (known && read_big_endian_signed(*known) >= erasure->at) continue;
    std::string at;
    append_big_endian_signed(at, erasure->at);
    batch.put(Space::meta, std::string(kErasedKeys) + erasure->hash, at);
    batch.put(Space::meta, std::string(kErasureDueKeys) + erasure->hash, at);
    ++added;
    if (batch.bytes() < kBatchBytes) continue;
    if (StoreFailure wrong = store.write(batch, true)) return wrong;
    batch.clear();
  }
  return store.write(batch, true);
}

StoreFailure merge_ledger_file(Store& store, const std::string& file, size_t& added) {
  std::string text;
  if (StoreFailure wrong = read_whole_file(file, kLedgerBytesMax, text)) return wrong;
  return merge_ledger(store, text, file, added);
}

}  // namespace wend
