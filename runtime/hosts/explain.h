// Why a message was or was not sent to somebody: what is kept of them, put in order from the event that let them in to what
// the provider said, each step with the line of source that decided it. Tested by tests/unit/hosts/explain_test.cpp, whose
// golden texts stand in tests/golden/explain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/ledger.h"

namespace wend {

struct ExplainQuestion {
  std::string user;                     // an identity, of whatever kind
  std::string message;                  // its name, or an id or the first eight or more digits of one; "": an overview
  std::optional<int64_t> at;            // as it stood then
  bool of_files = false;                // decided over files: nothing was handed to a provider
};

// One thing that happened, or one rule that was asked.
struct ProofStep {
  // record: what came in; the others as in the lines of `wend run`; judged, and the rules that were asked; outbox, provider:
  // behind the decision; say: of a journey, a message, the user.
  enum class Kind : uint8_t { record, state, signal, exposure, enter, wait, step, goal, leave, floor, judged, rule, used, outbox, provider, say } kind = Kind::say;
  enum class Mark : uint8_t { none, passed, stopped, waits } mark = Mark::none;
  int64_t at = INT64_MIN;               // INT64_MIN: no instant of its own
  std::string when;                     // the same, by the project's clock
  std::string text;
  SourcePlace place;                    // in the version that decided
  bool inside = false;                  // belongs to the step before it: a rule of a judgement, a send that filled a cap
};
std::string_view word(ProofStep::Kind kind);
std::string_view word(ProofStep::Mark mark);

struct Proof {
  enum class Answer : uint8_t {
    nobody,      // nobody has that identity
    erased,      // somebody had it who has been erased
    unreadable,  // their row is damaged
    overview,    // no message was named
    no_message,  // the program has no such message, and nothing of it is kept
    not_reached, // nothing ever sent it to them
    sent,        // the provider took it
    not_sent,    // it will not be sent
    waiting,     // it may yet be
    unknown,     // nobody knows whether it arrived
  } answer = Answer::nobody;
  std::string user, message, id;        // the user's strongest identity; what is explained
  std::string verdict;                  // one sentence
  SourcePlace decided_by;
  std::string time_zone;                // of `when`
  struct Section { std::string title; std::vector<ProofStep> steps; };
  std::vector<Section> sections;
  std::vector<std::string> untold;      // what cannot be told, and why
};
std::string_view word(Proof::Answer answer);

// An instant as `--at` and `?at=` take it: ISO 8601, or a date for its first instant; without a zone the project's.
std::optional<int64_t> explain_instant(const Module& module, std::string_view text);

// Throws ShardFault where the store cannot be read.
Proof explain(Ledger& ledger, const ExplainQuestion& question);

// For a terminal, with a line end behind the last line.
std::string render_text(const Proof& proof, bool colour = false);
// For HTTP: one object; times in UTC.
std::string render_json(const Proof& proof);
// The same back again; nothing: it is none.
std::optional<Proof> proof_of_json(std::string_view json);

}  // namespace wend
