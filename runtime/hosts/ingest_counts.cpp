#include "runtime/hosts/ingest_counts.h"

#include <vector>

#include "runtime/abi/printable.h"

namespace wend {

void IngestCounts::past_limit(uint64_t events) {
  const std::lock_guard lock(mutex_);
  numbers_.past_limit += events;
}

void IngestCounts::key_too_fast() {
  const std::lock_guard lock(mutex_);
  ++numbers_.key_too_fast;
}

void IngestCounts::user_too_fast() {
  const std::lock_guard lock(mutex_);
  ++numbers_.user_too_fast;
}

void IngestCounts::undeclared(const std::map<std::string, uint64_t>& events) {
  std::vector<std::string> fresh;
  {
    const std::lock_guard lock(mutex_);
    std::map<std::string, uint64_t>& all = numbers_.undeclared;
    for (const auto& [name, count] : events) {
      const std::string shown = printable(name);
      const bool known = all.count(shown) > 0;
      if (!known && all.size() < kToldMost) fresh.push_back(shown);
      all[known || all.size() < kNamesMost ? shown : "other names"] += count;
    }
  }
  for (const std::string& name : fresh)
    if (warn_) warn_("events `" + name + "` come in, which the program does not declare: they are counted, and otherwise ignored");
}

IngestCounts::Numbers IngestCounts::numbers() const {
  const std::lock_guard lock(mutex_);
  return numbers_;
}

}  // namespace wend
