// Events that came twice: the same user and message id within a span. What is remembered is a 128-bit hash and a time, in
// two generations of one span each, so that old ones go all at once.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace wend {

class Duplicates {
 public:
  explicit Duplicates(int64_t within_us);
  // Whether less than the span has passed since the same was seen; it is remembered otherwise. An event without an id is
  // never a duplicate. Times must not go back.
  bool seen(uint32_t profile, std::string_view id, int64_t at_us);
  // The same, remembering nothing.
  bool knows(uint32_t profile, std::string_view id, int64_t at_us);
  // A hint: seen() will be asked soon.
  void expect(uint32_t profile, std::string_view id) const;

 private:
  struct Entry { uint64_t low = 0, high = 0; int64_t at = 0; };   // low and high 0: free
  struct Table {
    std::vector<Entry> entries;
    size_t used = 0;
    Entry* find(uint64_t low, uint64_t high);   // the entry, or the free place for it; null while there is no table
    void add(const Entry& entry);
    void clear();
  };

  int64_t within_us_;
  int64_t generation_ = INT64_MIN;
  Table present_, before_;
};

class Profiles;
// Whether the event has been seen of this profile or of one that has joined it; it is remembered otherwise.
bool is_duplicate(const Profiles& profiles, Duplicates& duplicates, uint32_t profile, std::string_view id, int64_t at_us);

}  // namespace wend
