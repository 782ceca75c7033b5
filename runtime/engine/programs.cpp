#include "runtime/engine/programs.h"

#include <algorithm>

#include <fmt/format.h>
#include <xxhash.h>

#include "runtime/engine/sealed_row.h"

namespace wend {
namespace {

const std::string kLive = "program/live", kBefore = "program/before";
constexpr uint64_t kFormat = 1;
constexpr uint64_t kFilesMost = 100'000, kChainMost = 1'000, kPlacesMost = 1'000'000;

std::string packed(const ProgramFiles& files) {
  std::string payload;
  ByteWriter out(payload);
  out.varint(files.size());
  for (const auto& [path, text] : files) {
    out.text(path);
    out.text(text);
  }
  return payload;
}

std::string encode(const ProgramRecord& record) {
  std::string payload;
  ByteWriter out(payload);
  out.instant(record.since);
  out.varint(record.chain.size());
  for (const std::string& hash : record.chain) out.text(hash);
  out.varint(record.places.size());
  for (const ProgramPlace& place : record.places) {
    out.varint(place.version);
    out.text(place.journey);
    out.text(place.step);
    out.varint(place.people);
  }
  return seal_row(payload, kFormat);
}

bool decode(std::string_view bytes, ProgramRecord& record) {
  ByteReader in(bytes_of(bytes));
  if (!open_row(in, bytes_of(bytes), kFormat)) return false;
  record.since = in.instant();
  for (uint32_t left = in.count(kChainMost); left > 0 && in.good(); --left) record.chain.emplace_back(in.text());
  for (uint32_t left = in.count(kPlacesMost); left > 0 && in.good(); --left) {
    ProgramPlace place;
    place.version = static_cast<uint32_t>(in.below(record.chain.size()));
    place.journey = std::string(in.text());
    place.step = std::string(in.text());
    place.people = in.varint();
    record.places.push_back(std::move(place));
  }
  return in.check(!record.chain.empty()) && in.at_end();
}

}  // namespace

uint64_t number_of(const ProgramRecord& record) {
  const std::string text = record.hash() + "/" + std::to_string(record.since);
  return XXH3_64bits(text.data(), text.size());
}

std::string hash_of(const ProgramFiles& files) {
  const std::string bytes = packed(files);
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

StoreFailure keep_files(const StoreReader& store, const ProgramFiles& files, Batch& batch) {
  std::optional<std::string> kept;
  const std::string hash = hash_of(files);
  if (StoreFailure failure = store.get(Space::prog, hash, kept)) return failure;
  if (!kept) batch.put(Space::prog, hash, seal_row(packed(files), kFormat));
  return {};
}

std::optional<ProgramFiles> kept_files(const StoreReader& store, const std::string& hash) {
  std::optional<std::string> kept;
  if (store.get(Space::prog, hash, kept) || !kept) return std::nullopt;
  ByteReader in(bytes_of(*kept));
  if (!open_row(in, bytes_of(*kept), kFormat)) return std::nullopt;
  ProgramFiles files;
  for (uint32_t left = in.count(kFilesMost); left > 0 && in.good(); --left) {
    std::string path(in.text());
    files.emplace_back(std::move(path), std::string(in.text()));
  }
  if (!in.good() || !in.at_end() || hash_of(files) != hash) return std::nullopt;
  return files;
}

void keep_live(const ProgramRecord& live, const ProgramRecord* before, Batch& batch) {
  batch.put(Space::meta, kLive, encode(live));
  if (before) batch.put(Space::meta, kBefore, encode(*before));
}

void drop_before(Batch& batch) { batch.erase(Space::meta, kBefore); }

KeptPrograms kept_programs(const StoreReader& store) {
  KeptPrograms kept;
  const auto read = [&](const std::string& key, std::optional<ProgramRecord>& record) {
    std::optional<std::string> bytes;
    if (store.get(Space::meta, key, bytes)) kept.damaged = true;
    if (!bytes) return;
    record.emplace();
    if (decode(*bytes, *record)) return;
    record.reset();
    kept.damaged = true;
  };
  read(kLive, kept.live);
  read(kBefore, kept.before);
  return kept;
}

std::optional<CompileRequest> request_of(const StoreReader& store, const ProgramRecord& record) {
  CompileRequest request;
  request.places = record.places;
  for (const std::string& hash : record.chain) {
    std::optional<ProgramFiles> files = kept_files(store, hash);
    if (!files) return std::nullopt;
    request.chain.push_back(std::move(*files));
  }
  return request;
}

}  // namespace wend
