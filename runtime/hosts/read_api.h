// What a console shows, as JSON: how many users stand where, what became of messages, and one user. Values are texts, as
// `wend snapshot` prints them, the unknown null; instants in UTC. Tested by tests/unit/hosts/read_api_test.cpp.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/engine/ledger.h"
#include "runtime/hosts/daemon.h"

namespace wend {

// {"users":N,"states":[{"name","states":[{"name","users"}]}]}; also states that nobody is in.
std::string populations_json(const Module& module, const Daemon::Numbers& numbers);

// {"days":[{"day","states":[{"name","moves":[{"from","to","users"}]}],"journeys":[{"name","entered","reached_goal","steps":[{"name","reached"}],
// "left":[{"outcome","users"}]}],"messages":[{"name","decided":[{"outcome","reason","count"}]}]}]}: what was decided on each day from
// `first` to `last` (of the project's zone) on which something was. Names as they were then. Throws ShardFault.
std::string flows_json(const StoreReader& store, int32_t first, int32_t last);
constexpr int32_t kFlowDaysMost = 92;

// {"journeys":[{"name","place","closed","paused","held","inside","steps":[{"name","place","inside"}]}]}; steps
// of earlier versions with people in them stand behind the others, under the same names if need be.
std::string journeys_json(const Module& module, const Daemon::Numbers& numbers);

// {"channels":[{"name","held","delivered","failed","blocked","expired","unknown","dropped","cancelled","in_flight","breaker_open"}],
// "deferred","retries"}: what ended since the process began, by channel and outcome.
std::string sends_json(const Module& module, const Daemon::Numbers& numbers);

// {"user","identities","first_seen","now","profile","hidden","measures","scores","states","audiences","journeys","deferred"}: as they
// were at the last commit. Values of `sensitive` attributes are left out; `hidden` names them. "": nobody, or not to be read.
std::string user_json(Ledger& ledger, UserId user);

// {"entries":[{"sequence","at","received","record":…}|{…,"decision":{…},"place","rule"}],"next":N|null,"unread":N}: oldest first, from a
// sequence on; `next` is where the page behind begins. A record that is no JSON is a text.
std::string timeline_json(Ledger& ledger, UserId user, uint64_t from, size_t limit);
constexpr size_t kTimelineMost = 1'000;

// {"at","received","record":"…"} a line: what is kept of what the next `users` users behind the one numbered `after` did, a user after the
// other, each oldest first; the record as it came, as a text. Then {"users":N,"next":number|null,"now","unread":N}. A page ends early when it
// is long.
std::string records_lines(Ledger& ledger, uint64_t after, size_t users, int64_t now);
constexpr size_t kRecordUsersMost = 1'000;

}  // namespace wend
