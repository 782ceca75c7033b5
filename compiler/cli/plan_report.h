// What a change of a project means, put together: the difference in meaning, whom it concerns, and what would happen to those on
// their way. Said for a person, for a pull request and for a machine (`wend.plan/1`).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/change/difference.h"
#include "compiler/cli/document.h"
#include "runtime/hosts/compare.h"

namespace wend::cli {

struct PlanReport {
  std::string project, against;              // as a reader calls them: "shop", "git:main (1a2b3c4d)"
  std::string before_hash, after_hash;       // of what each version hangs on; hash_of() of runtime/engine/programs.h
  change::Difference difference;

  std::optional<Comparison> comparison;      // over events
  std::string events;                        // where they come from

  // Who is on their way through what changes, as it would go live.
  struct Place { std::string journey, step; uint64_t people = 0; std::string becomes; };
  std::vector<Place> places;
  bool asked_people = false;                 // whether it is known where people are
  std::string refusal;                       // why it could not go live now; empty: it could

  // Columns of a snapshot that a states block reads, by its name.
  std::map<std::string, std::vector<std::string>> read_by;

  bool changes() const { return before_hash != after_hash && !difference.empty(); }
};

Document document_of(const PlanReport& report);
std::string json_of(const PlanReport& report);

}  // namespace wend::cli
