// A small program's tables for the ingest tests, made by hand, and files that live as long as a test case.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <zlib.h>
#include <zstd.h>

#include "runtime/engine/ingest.h"

namespace wend::sample {

inline ValueType type(ValueKind kind, bool optional = false) { return {kind, optional, {}, {}}; }

// play { track text, played duration, genre text? } and purchase from "Order Completed" { total money from
// "revenue.amount", plan one of free, premium = free, taken duration in milliseconds? }
inline const Module& module() {
  static const Module made = [] {
    Module m;
    m.project = "sample";
    m.zone = find_zone("Europe/Stockholm");
    m.duplicates_within_us = 7 * kMicrosPerDay;
    m.identities = {"user_id", "email", "anonymous_id"};
    for (const std::string& identity : m.identities) m.attributes.push_back({identity, type(ValueKind::text, true), {}, {}, true});
    m.attributes.push_back({"first_name", type(ValueKind::text, true), {}, {}});
    m.attributes.push_back({"opt_in", type(ValueKind::boolean), {true, 0, 0, ""}, {}});
    m.attributes.push_back({"balance", type(ValueKind::money, true), {}, {}});
    ModuleEvent play{"play", "play", {}};
    play.properties.push_back({"track", "track", type(ValueKind::text), {}});
    play.properties.push_back({"played", "played", type(ValueKind::duration), {}});
    play.properties.push_back({"genre", "genre", type(ValueKind::text, true), {}});
    ModuleEvent purchase{"purchase", "Order Completed", {}};
    purchase.properties.push_back({"total", "revenue.amount", type(ValueKind::money), {}});
    purchase.properties.push_back({"plan", "plan", {ValueKind::one_of, false, {"free", "premium"}, {}}, {true, 0, 0, ""}});
    purchase.properties.push_back({"taken", "taken", type(ValueKind::duration, true), {}, true});
    ModuleEvent page{"page", "page", {}};
    page.properties.push_back({"name", "name", type(ValueKind::text), {}});
    m.events = {page, play, purchase};
    return m;
  }();
  return made;
}

constexpr uint32_t kPage = 0, kPlay = 1, kPurchase = 2;

inline std::string text_of(const wend_slot& slot) { return {slot.data, static_cast<size_t>(slot.size)}; }

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("wend_ingest_" + std::to_string(::getpid()) + "_" + std::to_string(++count()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

 private:
  static int& count() { static int made = 0; return made; }
  std::filesystem::path path_;
};

inline std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

}  // namespace wend::sample
