// Zones by name, offsets, local times and calendar panes. Tested by tests/unit/zones.
#include "runtime/abi/zones.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "runtime/abi/zone_data.h"

namespace wend {

class Zone {
 public:
  std::string name;
  ZoneData data;
};

namespace {

constexpr const char* kZoneFolder = "/usr/share/zoneinfo/";
constexpr size_t kZoneFileMax = 1 << 20;
constexpr size_t kIndexFileMax = 4 << 20;
constexpr int64_t kInstantMax = 9'200'000'000'000'000'000;  // an offset added to it still fits
constexpr int64_t kForever = std::numeric_limits<int64_t>::max();

std::string read_file(const std::string& path, size_t bytes_max) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes;
  char block[16384];
  while (in && bytes.size() <= bytes_max) {
    in.read(block, sizeof block);
    bytes.append(block, static_cast<size_t>(in.gcount()));
  }
  return bytes.size() <= bytes_max ? bytes : std::string();
}

// tzdata.zi: its version, and the names it defines. A name has to be one of these: other files in the folder are
// copies under another name, zones with leap seconds, and the zone of this machine.
struct Index {
  std::string version = "unknown";
  std::unordered_set<std::string> names;
};

Index read_index() {
  Index index;
  const std::string text = read_file(std::string(kZoneFolder) + "tzdata.zi", kIndexFileMax);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    constexpr std::string_view kVersion = "# version ";
    if (at == 0 && line.starts_with(kVersion)) index.version = line.substr(kVersion.size());
    if (line.starts_with("Z ")) {  // Z NAME …
      index.names.emplace(line.substr(2, line.find(' ', 2) - 2));
    } else if (line.starts_with("L ")) {  // L TARGET NAME
      const size_t space = line.find(' ', 2);
      if (space != std::string_view::npos) index.names.emplace(line.substr(space + 1));
    }
    at = end + 1;
  }
  return index;
}

const Index& zone_index() {
  static const Index index = read_index();
  return index;
}

bool well_formed(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '/' || name.back() == '/') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' || c == '/';
  });
}

// Without an index (some small systems leave it out) the known strangers are refused by name.
bool is_iana_name(const std::string& name) {
  const Index& index = zone_index();
  if (!index.names.empty()) return index.names.contains(name);
  return !name.starts_with("posix") && !name.starts_with("right/") && name != "localtime";
}

// Zones already read. Entries are only ever added, so a Zone handed out stays where it is.
struct Cache {
  std::shared_mutex mutex;
  std::unordered_map<std::string, std::unique_ptr<const Zone>> zones;
};

Cache& cache() {
  static Cache* const table = new Cache;  // never destroyed: zones outlive every static
  return *table;
}

std::unique_ptr<const Zone> load(const std::string& name) {
  auto zone = std::make_unique<Zone>();
  zone->name = name;
  const std::string bytes = read_file(kZoneFolder + name, kZoneFileMax);
  if (read_zone_data(bytes, zone->data)) return zone;
  if (name != "UTC") return nullptr;
  zone->data = ZoneData{};  // UTC needs no file
  return zone;
}

int64_t clamp_instant(int64_t instant_us) { return std::clamp(instant_us, -kInstantMax, kInstantMax); }

int32_t clamp_pane(int64_t pane) {
  using Limits = std::numeric_limits<int32_t>;
  return static_cast<int32_t>(std::clamp<int64_t>(pane, Limits::min(), Limits::max()));
}

// The span of a ZoneData that holds an instant within its table.
OffsetSpan span_in_table(const ZoneData& data, int64_t instant_us) {
  const auto next = std::upper_bound(data.changes_us.begin(), data.changes_us.end(), instant_us);
  const auto index = next - data.changes_us.begin();
  const int64_t until = next == data.changes_us.end() ? kForever : *next;
  if (index == 0) return {data.first_offset, std::numeric_limits<int64_t>::min(), until};
  return {data.offsets[static_cast<size_t>(index - 1)], *(next - 1), until};
}

// The date whose pane [start_of_day(d), start_of_day(d + 1)) holds the instant. It differs from the date on the wall
// only where clocks go back over midnight: the new date has begun and stays.
int32_t day_pane(const Zone& zone, int64_t instant_us) {
  const int64_t instant = clamp_instant(instant_us);
  const OffsetSpan span = offset_at(zone, instant);
  const auto day = static_cast<int32_t>(floor_div(instant + span.seconds * kMicrosPerSecond, kMicrosPerDay));
  const bool just_changed = span.from_us > -kInstantMax && instant - span.from_us < 2 * kMicrosPerDay;
  return just_changed && start_of_day(zone, day + 1) <= instant ? day + 1 : day;
}

}  // namespace

const Zone* find_zone(std::string_view name) {
  if (!well_formed(name)) return nullptr;
  const std::string key(name);
  Cache& table = cache();
  {
    const std::shared_lock lock(table.mutex);
    const auto found = table.zones.find(key);
    if (found != table.zones.end()) return found->second.get();
  }
  if (!is_iana_name(key)) return nullptr;
  std::unique_ptr<const Zone> zone = load(key);
  if (zone == nullptr) return nullptr;
  const std::unique_lock lock(table.mutex);
  return table.zones.emplace(key, std::move(zone)).first->second.get();  // whoever was first stays
}

std::string_view zone_name(const Zone& zone) { return zone.name; }

std::vector<std::string> zone_names() {
  std::vector<std::string> names(zone_index().names.begin(), zone_index().names.end());
  std::sort(names.begin(), names.end());
  return names;
}

std::string tzdata_version() { return zone_index().version; }

OffsetSpan offset_at(const Zone& zone, int64_t instant_us) {
  const ZoneData& data = zone.data;
  if (!data.repeats || instant_us < data.repeat_from_us + kRepeatUs) return span_in_table(data, instant_us);
  const int64_t instant = clamp_instant(instant_us);
  const int64_t shift = (instant - data.repeat_from_us) / kRepeatUs * kRepeatUs;
  OffsetSpan span = span_in_table(data, instant - shift);
  span.from_us += shift;
  span.until_us = span.until_us > kForever - shift ? kForever : span.until_us + shift;
  return span;
}

LocalTime to_local(const Zone& zone, int64_t instant_us) {
  const int64_t instant = clamp_instant(instant_us);
  const int64_t local = instant + offset_at(zone, instant).seconds * kMicrosPerSecond;
  const int64_t day = floor_div(local, kMicrosPerDay);
  return {static_cast<int32_t>(day), local - day * kMicrosPerDay};
}

int64_t to_instant(const Zone& zone, int32_t day, int64_t time_us) {
  const __int128 exact = static_cast<__int128>(day) * kMicrosPerDay + time_us;
  const auto local = static_cast<int64_t>(std::clamp<__int128>(exact, -kInstantMax, kInstantMax));
  // No instant before this one can show that wall time; the first span that reaches it answers.
  OffsetSpan span = offset_at(zone, local - zone.data.largest_offset * kMicrosPerSecond);
  while (true) {
    const int64_t instant = local - span.seconds * kMicrosPerSecond;
    if (instant < span.until_us) return std::max(instant, span.from_us);  // before it: skipped by this span's change
    span = offset_at(zone, span.until_us);
  }
}

int64_t start_of_day(const Zone& zone, int32_t day) { return to_instant(zone, day, 0); }

int32_t pane_of(const Zone& zone, PaneUnit unit, int64_t instant_us) {
  switch (unit) {
    case PaneUnit::minute: return clamp_pane(floor_div(instant_us, kMicrosPerMinute));
    case PaneUnit::hour: return clamp_pane(floor_div(instant_us, kMicrosPerHour));
    case PaneUnit::day: return day_pane(zone, instant_us);
    case PaneUnit::week: return clamp_pane(floor_div(int64_t{day_pane(zone, instant_us)} + 3, 7));
    case PaneUnit::month: break;
  }
  const CivilDate date = civil_from_days(day_pane(zone, instant_us));
  return clamp_pane((int64_t{date.year} - 1970) * 12 + date.month - 1);
}

int64_t pane_start(const Zone& zone, PaneUnit unit, int32_t pane) {
  switch (unit) {
    case PaneUnit::minute: return pane * kMicrosPerMinute;
    case PaneUnit::hour: return pane * kMicrosPerHour;
    case PaneUnit::day: return start_of_day(zone, pane);
    case PaneUnit::week: return start_of_day(zone, clamp_pane(int64_t{pane} * 7 - 3));
    case PaneUnit::month: break;
  }
  const int64_t year = floor_div(pane, 12);
  const auto month = static_cast<int32_t>(pane - year * 12) + 1;
  return start_of_day(zone, days_from_civil(clamp_pane(year + 1970), month, 1));
}

}  // namespace wend
