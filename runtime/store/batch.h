// What one step changes, over as many key spaces as it likes: all of it is kept or nothing of it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wend {

enum class Space : uint8_t {
#define WEND_SPACE(name, key, value, buffer_mb, reads) name,
#include "runtime/store/spaces.def"
#undef WEND_SPACE
};

enum class SpaceReads : uint8_t { plain, looked_up, queue };

struct SpaceInfo {
  std::string_view name, key, value;
  uint32_t buffer_mb;
  SpaceReads reads;
};

inline constexpr auto kSpaces = std::to_array<SpaceInfo>({
#define WEND_SPACE(name, key, value, buffer_mb, reads) {#name, key, value, buffer_mb, SpaceReads::reads},
#include "runtime/store/spaces.def"
#undef WEND_SPACE
});

inline constexpr size_t index_of(Space space) { return static_cast<size_t>(space); }
inline constexpr const SpaceInfo& info_of(Space space) { return kSpaces[index_of(space)]; }

// Changes are applied in the order in which they were added.
class Batch {
 public:
  enum class Kind : uint8_t { put, erase, erase_range, low_water };
  struct Change {
    Kind kind;
    Space space;
    std::string_view key;
    std::string_view second;   // put: the value; erase_range: the end
  };

  void put(Space space, std::string_view key, std::string_view value) { add(Kind::put, space, key, value); }
  void erase(Space space, std::string_view key) { add(Kind::erase, space, key, {}); }
  // From `from` up to, and without, `to`; nothing if `from` is not before `to`.
  void erase_range(Space space, std::string_view from, std::string_view to) {
    if (from < to) add(Kind::erase_range, space, from, to);
  }
  // For a queue: nothing is left below `key`, so that scans need not step over what was erased there. Whoever says so has
  // erased it; a later put below the mark takes the mark back, so that nothing is ever hidden that was put after it.
  void low_water(Space space, std::string_view key) { add(Kind::low_water, space, key, {}); }

  void append(const Batch& other);   // behind what is here
  void clear();
  bool empty() const { return changes_.empty(); }
  size_t count() const { return changes_.size(); }
  size_t bytes() const { return bytes_.size(); }   // of keys and values

  template <class Visit>
  void for_each(const Visit& visit) const {
    const char* at = bytes_.data();
    for (const Entry& entry : changes_) {
      const std::string_view key(at, entry.key_size), second(at + entry.key_size, entry.second_size);
      at += entry.key_size + entry.second_size;
      visit(Change{entry.kind, entry.space, key, second});
    }
  }

 private:
  struct Entry {
    size_t key_size, second_size;
    Kind kind;
    Space space;
  };
  void add(Kind kind, Space space, std::string_view key, std::string_view second);

  std::vector<Entry> changes_;
  std::string bytes_;
};

}  // namespace wend
