// What the files of explain.h share: a row of history taken apart, and the pieces a proof is made of. Private to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/named.h"
#include "runtime/hosts/explain.h"

namespace wend {

// A row of history by its members, as far as an explanation reads them. What a row lacks is empty.
struct Happened {
  HistoryEntry entry;
  std::string kind;                     // decision: as in its line; record: its `type`
  std::string journey, key, step, message, channel, category, outcome, reason, id;
  std::string states, from, to, signal, experiment, variant;
  std::optional<int64_t> until;
  std::string event, about;             // record: its event, and the id of the message it is about
  std::vector<std::string> traits;      // record: those it sets
  // By the clock of decisions: a record counts from when it was handled.
  int64_t now() const { return entry.decision ? entry.at : entry.received; }
};
Happened taken_apart(const HistoryEntry& entry);

ProofStep proof_step(const Module& module, ProofStep::Kind kind, int64_t at, std::string text, SourcePlace place = {});
std::string duration_words(int64_t micros);

// The rules that a judgement asked, in their order, up to the one that decided; what a message line alone knows where an
// earlier version judged. explain_judgement.cpp
std::vector<ProofStep> rules_of(const Module& module, const Happened& line);
// Why a message line says no, in words that follow "because".
std::string because(const Module& module, const Happened& line);

// Where a user stands in a journey and, as far as that can be told, why they are not in it. explain_journeys.cpp
struct JourneyView {
  Ledger& ledger;
  Ledger::Seen& user;
  const std::vector<Happened>& history;
  bool past = false;                    // by the history alone
};
std::vector<ProofStep> journey_steps(JourneyView& view, uint32_t journey);

}  // namespace wend
