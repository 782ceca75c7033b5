// See erasures.h. A line is `HASH MICROSECONDS`, the hash as 32 hex digits.
#include "runtime/store/erasures.h"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <map>

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

using Erasures = std::map<std::string, int64_t>;   // by hash

StoreFailure read_store(const StoreReader& store, Erasures& all) {
  const std::string from(kErasedKeys);
  return store.scan(Space::meta, {from, behind_prefix(from)}, [&](std::string_view key, std::string_view at) {
    int64_t& last = all.try_emplace(std::string(key.substr(from.size())), INT64_MIN).first->second;
    last = std::max(last, read_big_endian_signed(at));
    return true;
  });
}

std::string text_of(const Erasures& all) {
  std::string text(kHead);
  for (const auto& [hash, at] : all) text += hex_text(hash) + " " + std::to_string(at) + "\n";
  return sealed(std::move(text));
}

StoreFailure read_text(std::string_view text, const std::string& name, Erasures& all) {
  const std::optional<std::string_view> body = unsealed(text);
  if (!body || body->substr(0, kHead.size()) != kHead) return no_ledger(name);
  for (std::string_view rest = body->substr(kHead.size()); !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::optional<Erasure> erasure = erasure_of(rest.substr(0, end));
    if (!erasure) return no_ledger(name);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    int64_t& last = all.try_emplace(erasure->hash, INT64_MIN).first->second;
    last = std::max(last, erasure->at);
  }
  return {};
}

StoreFailure write_text(const std::string& text, const std::string& file) {
  const std::string fresh = file + ".new";
  if (StoreFailure wrong = write_file_synced(fresh, text)) return wrong;
  if (std::rename(fresh.c_str(), file.c_str()) != 0) return disk_error("cannot be written", file, errno);
  if (!sync_folder(std::filesystem::path(file).parent_path().string())) return disk_error("the folder cannot be synced", file, errno);
  return {};
}

}  // namespace

StoreFailure ledger_text(const StoreReader& store, std::string& text) {
  Erasures all;
  const StoreFailure failure = read_store(store, all);
  text = text_of(all);
  return failure;
}

StoreFailure write_ledger(const StoreReader& store, const std::string& file) {
  std::string text;
  if (StoreFailure wrong = ledger_text(store, text)) return wrong;
  return write_text(text, file);
}

StoreFailure complete_ledger(const StoreReader& store, const std::string& file) {
  std::error_code failure;
  std::string text;
  Erasures all;
  if (std::filesystem::exists(file, failure)) {
    if (StoreFailure wrong = read_whole_file(file, kLedgerBytesMax, text)) return wrong;
    if (StoreFailure wrong = read_text(text, file, all)) return wrong;
  }
  const Erasures written = all;
  if (StoreFailure wrong = read_store(store, all)) return wrong;
  return all == written ? StoreFailure{} : write_text(text_of(all), file);
}

StoreFailure merge_ledger(Store& store, std::string_view text, const std::string& name, size_t& added) {
  added = 0;
  Erasures all;
  if (StoreFailure wrong = read_text(text, name, all)) return wrong;
  Batch batch;
  for (const auto& [hash, instant] : all) {
    std::optional<std::string> known;
    if (StoreFailure wrong = store.get(Space::meta, std::string(kErasedKeys) + hash, known)) return wrong;
    if (known && read_big_endian_signed(*known) >= instant) continue;
    const std::string at = big_endian_signed(instant);
    batch.put(Space::meta, std::string(kErasedKeys) + hash, at);
    batch.put(Space::meta, std::string(kErasureDueKeys) + hash, at);
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
