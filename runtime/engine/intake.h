// What reading gathers, whatever the format: the events, the identities they name, and what was not taken and why.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/abi/module.h"
#include "runtime/engine/event_log.h"
#include "runtime/engine/interner.h"

namespace wend {

constexpr uint32_t kNoIdentity = 0xffffffffu;
constexpr size_t kIdentityBytesMax = 255;
constexpr size_t kMessageIdCharactersMax = 100;

// An event that was not taken.
struct Rejection {
  std::optional<int64_t> at;            // when it says it happened, if that can be read
  uint32_t identity = kNoIdentity;      // whose it is, if that can be read
  std::string place;                    // "plays.ndjson:17"
  std::string reason;
  std::string group;                    // the same without what was found, for counting
};

// Why: the reason as told for this line, and the same without what was found, for counting.
struct Fault {
  std::string reason;
  std::string group;
};

class Intake {
 public:
  explicit Intake(const Module& module);
  Intake(const Intake&) = delete;

  const Module& module;
  EventLog log;
  Interner identities;                  // kind: the rank in Module::identities
  std::vector<Rejection> rejected;
  std::map<std::string, uint64_t> rejected_by_reason;
  uint64_t unknown_events = 0, unknown_traits = 0, unknown_properties = 0, bad_traits = 0, not_handled = 0;
  uint64_t list_entries_dropped = 0;    // behind the 50 that a list or a set keeps

  // Ignored names are counted; past 10,000 different ones only their sum is.
  void unknown(std::string_view what, std::string_view name, std::string_view of = {}, uint64_t times = 1);
  std::map<std::string, uint64_t> unknown_by_name() const { return {unknown_.begin(), unknown_.end()}; }

  void reject(const Fault& fault, std::string place, std::optional<int64_t> at, uint32_t identity);

  // -1 when there is none.
  int32_t event_of(std::string_view source_name) const;
  int32_t attribute_of(std::string_view name) const;
  int32_t rank_of(std::string_view identity) const;     // in Module::identities
  int32_t rank_of_attribute(uint32_t attribute) const { return ranks_[attribute]; }

  // The values an event names its user by, one a rank; empty: absent.
  std::vector<std::string_view> named;
  // Interns what `named` holds into the draft, strongest first. False when the event names nobody.
  bool take_identities(EventDraft& draft);

  // A property that is absent: its default, or unknown. False when it must be there.
  bool take_absent(uint32_t type, uint32_t property, EventDraft& draft);

 private:
  std::unordered_map<std::string_view, int32_t> events_, attributes_;
  std::vector<int32_t> ranks_;          // by attribute
  std::unordered_map<std::string, uint64_t> unknown_;
};

// "`amount` must be an amount of money, found the text "abc"", and how a lack is said.
Fault wrong_value(const ModuleEvent& event, const ModuleProperty& property, const std::string& found);
Fault lacks_value(const ModuleEvent& event, const ModuleProperty& property);
Fault plain_fault(std::string reason);

}  // namespace wend
