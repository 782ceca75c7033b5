// The admin door, reading: who stands where, what became of messages, one user, and why. On a snapshot, so that nobody waits.
#include <nlohmann/json.hpp>

#include "runtime/abi/zones.h"
#include "runtime/hosts/explain.h"
#include "runtime/hosts/query.h"
#include "runtime/hosts/read_api.h"
#include "runtime/hosts/service.h"

namespace wend {
namespace {

constexpr int32_t kFlowDays = 7;   // where nobody says

HttpOut said(std::string body) {
  HttpOut out;
  out.body = std::move(body);
  return out;
}

}  // namespace

void Service::look(const Reply& reply, const std::function<HttpOut(Ledger&)>& question) {
  if (!options_.snapshot) return reply(problem(501, "cannot be", "this server's store cannot be read from aside"));
  try {
    const std::shared_ptr<const Module> module = daemon_.module();
    const std::unique_ptr<StoreReader> snapshot = options_.snapshot();
    Ledger ledger(*module, *snapshot);
    reply(question(ledger));
  } catch (const ShardFault& fault) {
    reply(problem(500, "the store cannot be read", fault.what));
  }
}

void Service::populations(HttpIn, Reply reply) { reply(said(populations_json(*daemon_.module(), daemon_.numbers()))); }

void Service::flows(HttpIn in, Reply reply) {
  const std::string from = query_text(in.query, "from"), to = query_text(in.query, "to");
  look(reply, [&](Ledger& ledger) {
    int32_t last = to_local(*ledger.module().zone, daemon_.clock().now()).day, first = 0;
    if (!to.empty() && !parse_date(to, last)) return problem(400, "no date", "`to` is a date such as 2026-03-01");
    first = last - kFlowDays + 1;
    if (!from.empty() && !parse_date(from, first)) return problem(400, "no date", "`from` is a date such as 2026-03-01");
    if (first > last || last - first >= kFlowDaysMost) return problem(400, "no days", "`from` lies before `to`, and they are at most " + std::to_string(kFlowDaysMost) + " days");
    return said(flows_json(ledger.store(), first, last));
  });
}

void Service::journeys(HttpIn, Reply reply) { reply(said(journeys_json(*daemon_.module(), daemon_.numbers()))); }
void Service::sends(HttpIn, Reply reply) { reply(said(sends_json(*daemon_.module(), daemon_.numbers()))); }

void Service::user(HttpIn in, Reply reply) {
  const std::string name = decoded(in.segment("user"));
  look(reply, [&](Ledger& ledger) {
    std::string body = user_json(ledger, ledger.user_named(name));
    return body.empty() ? problem(404, "no such user", "nobody has the identity `" + name + "`, or their row cannot be read") : said(std::move(body));
  });
}

void Service::timeline(HttpIn in, Reply reply) {
  const std::string name = decoded(in.segment("user"));
  look(reply, [&](Ledger& ledger) {
    const UserId user = ledger.user_named(name);
    if (user == kNoUser) return problem(404, "no such user", "nobody has the identity `" + name + "`");
    return said(timeline_json(ledger, user, query_number(in.query, "from", 0), std::min<uint64_t>(query_number(in.query, "limit", 100), kTimelineMost)));
  });
}

void Service::records(HttpIn in, Reply reply) {
  look(reply, [&](Ledger& ledger) {
    HttpOut out = said(records_lines(ledger, query_number(in.query, "after", 0), std::clamp<uint64_t>(query_number(in.query, "users", 100), 1, kRecordUsersMost), daemon_.clock().now()));
    out.type = "application/x-ndjson";
    return out;
  });
}

void Service::explain_user(HttpIn in, Reply reply) {
  ExplainQuestion question{decoded(in.segment("user")), query_text(in.query, "message"), {}};
  look(reply, [&](Ledger& ledger) {
    if (const std::string at = query_text(in.query, "at"); !at.empty()) {
      question.at = explain_instant(ledger.module(), at);
      if (!question.at) return problem(400, "no instant", "`at` is an instant such as 2026-03-01T08:00Z, or a date");
    }
    return said(render_json(explain(ledger, question)));
  });
}

}  // namespace wend
