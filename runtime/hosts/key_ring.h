// The write keys that are set, in the order they stand in. Their files are looked at for each request and read again when they
// have changed, so that a key that was rotated counts at once. Any thread. Tested by tests/unit/hosts/key_ring_test.cpp.
#pragma once

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
  struct Key {
    SecretSource source;
    std::optional<SecretText> text;               // none: it cannot be had
    std::optional<SecretSource::Stamp> stamp;     // of its file when it was read; none: it is read each time
  };
  std::mutex mutex_;
  std::vector<Key> keys_;
};

}  // namespace wend
