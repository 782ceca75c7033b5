// What is kept of a user, row by row: records as they were accepted, and decisions with what their lines do not say. Tested by
// tests/unit/engine/ledger_test.cpp.
//
// A row is its kind, when it happened, when it was handled, and a text; that of a decision has a DecisionWhy in front of it.
// Places and names are texts, so that a row outlives the version of the program that wrote it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/engine/user_row.h"
#include "runtime/store/store.h"

namespace wend {

struct DecisionWhy {
  uint64_t version = 0;                 // of the program that decided (Module::version); 0: not kept
  int32_t rule = -1, node = -1;         // as in Decision::Why; good in that version only
  SourcePlace rule_place, node_place;
  std::string key;                      // message: of its journey instance
  struct Used { int64_t at = 0; std::string id, message, channel; };          // id: its first 16 hex digits; "": sent by others
  struct PassedOver { std::string channel, reason; };
  std::vector<Used> used;
  std::vector<PassedOver> passed_over;
};
DecisionWhy why_of(const Module& module, const Decision& decision);

struct HistoryEntry {
  uint64_t sequence = 0;
  bool decision = false;
  int64_t at = 0, received = 0;         // of a decision: its instant, and that of what was being handled
  std::string text;                     // the record as it came, or the decision's line
  DecisionWhy why;                      // decision
};

// plain: a record, or a decision of a time when no more was kept. effect: what a journey did, as a record that shadows of a later
// version read; no part of the history. unread: of a later version of wend, or damaged.
enum class RowKind : uint8_t { unread, plain, effect, why };
std::string log_row(int64_t at, int64_t received, std::string_view text);
std::string effect_row(int64_t at, int64_t received, std::string_view text);
std::string audit_row(int64_t at, int64_t received, std::string_view line, const DecisionWhy& why);
RowKind read_row(std::string_view value, HistoryEntry& entry);   // sets neither `sequence` nor `decision`

struct HistoryRange {
  uint64_t from = 0;                    // sequence
  size_t most = 1'000'000;
  bool latest = false;                  // of more than `most` the last, else the first
};
struct HistoryRead { size_t unread = 0; bool cut = false; StoreFailure failure; };   // unread: how many rows
// Of all parts of one user, oldest first; false from `visit` stops.
HistoryRead read_history(const StoreReader& store, std::span<const UserId> parts, const HistoryRange& range, const std::function<bool(const HistoryEntry&)>& visit);

}  // namespace wend
