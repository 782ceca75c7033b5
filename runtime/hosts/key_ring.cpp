#include "runtime/hosts/key_ring.h"

#include "runtime/engine/write_key.h"

namespace wend {

KeyRing::KeyRing(const std::vector<SecretSource>& sources) {
  for (const SecretSource& source : sources) keys_.push_back({source, std::nullopt, std::nullopt});
}

std::optional<size_t> KeyRing::find(std::string_view given) {
  std::optional<size_t> found;
  const std::lock_guard lock(mutex_);
  for (Key& key : keys_) {
    const std::optional<SecretSource::Stamp> stamp = key.source.stamp();
    if (!stamp || stamp != key.stamp) {
      std::string trouble;
      key.text = key.source.read(trouble);
      key.stamp = stamp;   // taken before: what changed meanwhile has another
    }
    if (key.text && same_key(given, key.text->reveal())) found = static_cast<size_t>(&key - keys_.data());
  }
  return found;
}

}  // namespace wend
