// The write keys that are set, in the order they stand in. Their files are looked at for each request and read again when they
// have changed, so that a key that was rotated counts at once. Any thread. Tested by tests/unit/hosts/key_ring_test.cpp.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/channels/secret.h"

namespace wend {

class KeyRing {
 public:
  explicit KeyRing(const std::vector<SecretSource>& sources);

  bool empty() const { return keys_.empty(); }
  // Its place in the list; nothing: it is none of them. Takes as long whichever it is.
  std::optional<size_t> find(std::string_view given);

 private:
  // Equal to an earlier one: what was read then is what would be read now.
  struct Stamp {
    uint64_t device, inode, size;
    int64_t changed_s, changed_ns;                // ctime: of its bytes, its name or its mode
    bool operator==(const Stamp&) const = default;
  };
  static std::optional<Stamp> stamp_of(const SecretSource& source);
  struct Key {
    SecretSource source;
    std::optional<SecretText> text;               // none: it cannot be had
    std::optional<Stamp> stamp;                   // of its file when it was read; none: it is read each time
  };
  std::mutex mutex_;
  std::vector<Key> keys_;
};

}  // namespace wend
