// Machine code kept between runs: a folder of files, each named by the hash of all that its code hangs on. What lies there is run, so
// the folder must be the user's own and nobody else's to write; a file that is not whole, or not what its name says, is
// passed over and written anew. Without a folder there is no cache, and nothing else changes. Safe to use by threads and processes
// at once. Tested by tests/unit/jit.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace wend {

using CodeKey = std::array<unsigned char, 32>;

// Of an object: all that its code hangs on. The machine it was made for (machine.h), how it was optimised, and its IR, which holds what
// is the program's own, offsets of the runtime's structures among it.
CodeKey object_key(std::string_view machine, std::string_view tier, std::string_view ir);

class CodeCache {
 public:
  static constexpr uint64_t kBytesMax = uint64_t{256} << 20;

  // WEND_CACHE_DIR, else XDG_CACHE_HOME/wend, else HOME/.cache/wend; empty where none of them is told, or WEND_CACHE_DIR is empty.
  static std::string usual_folder();
  static std::shared_ptr<CodeCache> of_user();   // in that folder; null where it is not usable

  // Opens the folder, and makes it where it is not there. `bytes_max`: past it the files that were used longest ago go.
  explicit CodeCache(std::string folder, uint64_t bytes_max = kBytesMax);
  ~CodeCache();
  CodeCache(const CodeCache&) = delete;

  bool usable() const { return folder_ >= 0; }
  const std::string& folder() const { return path_; }
  const std::string& problem() const { return problem_; }   // why it is not usable; empty where no folder was told

  std::optional<std::string> get(const CodeKey& key) const;
  void put(const CodeKey& key, std::string_view bytes);
  void trim();   // to `bytes_max`, if something was put since the last time

  struct Size { uint64_t files = 0, bytes = 0; };
  Size size() const;

 private:
  std::string path_, problem_;
  const uint64_t bytes_max_;
  int folder_ = -1;
  std::atomic<bool> grown_ = false;
};

}  // namespace wend
