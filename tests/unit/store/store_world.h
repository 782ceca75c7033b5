// What the tests of the store share: a folder that goes away, and short ways to write and read.
#pragma once

#include <catch2/catch.hpp>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/store/memory_store.h"
#include "runtime/store/rocks_store.h"

namespace wend::test {

namespace fs = std::filesystem;

struct Folder {
  std::string path;
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "wend_store_XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string at(const std::string& name) const { return path + "/" + name; }
};

inline std::unique_ptr<Store> open(const std::string& folder, RocksStoreOptions options = {}) {
  options.folder = folder;
  OpenedStore opened = open_rocks_store(options);
  INFO((opened.failure ? opened.failure->text() : ""));
  REQUIRE(opened.store);
  return std::move(opened.store);
}

inline StoreError refused(const std::string& folder, RocksStoreOptions options = {}) {
  options.folder = folder;
  OpenedStore opened = open_rocks_store(options);
  REQUIRE(!opened.store);
  REQUIRE(opened.failure);
  return *opened.failure;
}

inline void must(const StoreFailure& failure) {
  INFO((failure ? failure->text() : ""));
  REQUIRE(!failure);
}

inline std::optional<std::string> get(const StoreReader& store, Space space, std::string_view key) {
  std::optional<std::string> value;
  must(store.get(space, key, value));
  return value;
}

// "key=value" of what a scan sees, at most so many.
inline std::vector<std::string> rows(const StoreReader& store, Space space, const Bounds& bounds = {}, size_t most = 1000) {
  std::vector<std::string> out;
  must(store.scan(space, bounds, [&](std::string_view key, std::string_view value) {
    out.push_back(std::string(key) + "=" + std::string(value));
    return out.size() < most;
  }));
  return out;
}

inline void put(Store& store, Space space, std::string_view key, std::string_view value, bool synced = false) {
  Batch batch;
  batch.put(space, key, value);
  must(store.write(batch, synced));
}

// The files of a kind, by the end or the beginning of their names, oldest first.
inline std::vector<std::string> files(const std::string& folder, const std::string& piece) {
  std::vector<std::string> out;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().find(piece) != std::string::npos) out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

inline std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline void write_bytes(const std::string& file, const std::string& bytes) { std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes; }

inline void flip(const std::string& file, size_t at) {
  std::string bytes = bytes_of(file);
  REQUIRE(at < bytes.size());
  bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
  write_bytes(file, bytes);
}

inline void copy_folder(const std::string& from, const std::string& to) { fs::copy(from, to, fs::copy_options::recursive); }

using Rows = std::vector<std::string>;

}  // namespace wend::test
