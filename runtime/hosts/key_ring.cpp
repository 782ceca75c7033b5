#include "runtime/hosts/key_ring.h"

#include <sys/stat.h>

#include <ctime>

#include "runtime/engine/write_key.h"

namespace wend {

KeyRing::KeyRing(const std::vector<SecretSource>& sources) {
  for (const SecretSource& source : sources) keys_.push_back({source, std::nullopt, std::nullopt});
}

// Nothing where it cannot be told: there is no file, or it changed a moment ago and might again within the same tick of its clock.
std::optional<KeyRing::Stamp> KeyRing::stamp_of(const SecretSource& source) {
  constexpr std::string_view kFile = "file:";
  constexpr time_t kSettled = 2;
  const std::string place = source.reference();
  struct stat about {};
  timespec now{};
  if (!place.starts_with(kFile) || ::stat(place.c_str() + kFile.size(), &about) != 0 || ::clock_gettime(CLOCK_REALTIME, &now) != 0) return std::nullopt;
  if (about.st_ctim.tv_sec > now.tv_sec - kSettled) return std::nullopt;
  return Stamp{about.st_dev, about.st_ino, static_cast<uint64_t>(about.st_size), about.st_ctim.tv_sec, about.st_ctim.tv_nsec};
}

std::optional<size_t> KeyRing::find(std::string_view given) {
  std::optional<size_t> found;
  const std::lock_guard lock(mutex_);
  for (Key& key : keys_) {
    const std::optional<Stamp> stamp = stamp_of(key.source);
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
