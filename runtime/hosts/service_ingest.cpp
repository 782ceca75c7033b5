// The ingest door: what a request holds is read on its thread, queued, and answered when it is on the disk.
#include <nlohmann/json.hpp>

#include "runtime/engine/envelope.h"
#include "runtime/engine/ndjson.h"
#include "runtime/engine/write_key.h"
#include "runtime/hosts/ingest_limits.h"
#include "runtime/hosts/service.h"

namespace wend {
namespace {

constexpr size_t kPadding = 64;   // simdjson reads so far behind a line

// Each item as a record of the Intake, or why it is none.
Arrivals read(std::shared_ptr<const Module> module, const Envelope& envelope) {
  Arrivals arrivals{std::make_unique<Intake>(*module), {}, 0, module};
  Intake& intake = *arrivals.intake;
  NdjsonReader reader(intake);
  std::string padded;
  for (size_t i = 0; i < envelope.items.size(); ++i) {
    const EnvelopeItem& item = envelope.items[i];
    Arrival arrival;
    arrival.raw = item.line;
    arrival.timestamp = item.timestamp_us;
    arrival.sent_at = item.sent_at_us;
    arrival.rejected = arrival.group = item.problem;
    if (arrival.rejected.empty()) {
      const size_t events = intake.log.events().size(), rejected = intake.rejected.size();
      padded.assign(item.line).append(kPadding, '\0');
      reader.line(std::string_view(padded).substr(0, item.line.size()), "request", i + 1, {std::nullopt, 0});   // the daemon says when
      if (intake.rejected.size() > rejected) {
        arrival.rejected = intake.rejected.back().reason;
        arrival.group = intake.rejected.back().group;
      } else if (intake.log.events().size() > events) arrival.record = intake.log.events().back().record;
    }
    arrivals.items.push_back(std::move(arrival));
  }
  return arrivals;
}

HttpOut later(int status, std::string_view title, std::string_view detail, int64_t after_us) {
  HttpOut out = problem(status, title, detail);
  out.headers.emplace_back("Retry-After", std::to_string(std::max<int64_t>(1, (after_us + 999'999) / 1'000'000)));
  return out;
}

HttpOut answer(const Desk::Receipt& receipt, uint64_t dropped, bool strict) {
  if (strict && (receipt.rejected > 0 || dropped > 0)) {
    std::vector<HttpError> errors;
    for (const Desk::Receipt::Why& why : receipt.why) errors.push_back({"/batch/" + std::to_string(why.place), why.reason});
    if (dropped > 0) errors.push_back({"/batch", std::to_string(dropped) + " events past the most one request may have were not taken"});
    return problem(400, "some events were not taken", "the others are stored", errors);
  }
  HttpOut out;
  out.body = "{\"success\":true}";
  return out;
}

using Who = IngestLimits::Answer::Who;

HttpOut unknown_key() { return problem(401, "unknown write key", "send it as the user name of Basic authorization, or as `writeKey` in the body"); }

HttpOut too_fast(const IngestLimits::Answer& answer, IngestCounts& counts) {
  const bool key = answer.who == Who::key;
  key ? counts.key_too_fast() : counts.user_too_fast();
  return later(429, "too fast", key ? "this write key sends more events a second than it may; send it again" : "one user has more events a second than they may; send it again", answer.wait_us);
}

// By the strongest identity each names.
std::vector<uint64_t> users_of(const Arrivals& arrivals) {
  std::vector<uint64_t> users;
  for (const Arrival& arrival : arrivals.items) {
    const bool known = arrival.record != nullptr && !arrival.record->identities().empty();
    users.push_back(known ? Desk::record_hash(arrivals.intake->identities.text(arrival.record->identities().front())) : IngestLimits::kNobody);
  }
  return users;
}

// Of what is undeclared, the events, by their names alone.
std::map<std::string, uint64_t> events_of(const std::map<std::string, uint64_t>& undeclared) {
  constexpr std::string_view kBefore = "event `";
  std::map<std::string, uint64_t> events;
  for (const auto& [what, count] : undeclared) {
    if (!what.starts_with(kBefore)) continue;
    std::string name = what.substr(kBefore.size());
    if (name.ends_with('`')) name.pop_back();
    events[name] += count;
  }
  return events;
}

}  // namespace

void Service::take(EnvelopeRoute route, HttpIn in, Reply reply) {
  // Whoever says a key in a header is known, or told to wait, before anything of the body is read.
  const std::string in_header = keys_.empty() ? std::string() : write_key_of(in.header("authorization"));
  std::optional<size_t> key = in_header.empty() ? std::nullopt : keys_.find(in_header);
  if (!in_header.empty() && !key) return reply(unknown_key());
  if (key || keys_.empty())
    if (const IngestLimits::Answer answer = limits_.look(key.value_or(0), options_.steady()); answer.who != Who::nobody) return reply(too_fast(answer, counts_));
  EnvelopeRules rules;
  rules.event_bytes_max = options_.ingest.event_bytes;
  rules.body_bytes_max = options_.ingest.body_bytes;
  rules.events_max = options_.ingest.body_events;
  const std::shared_ptr<const Module> module = daemon_.module();
  rules.zone = module->zone;
  const Envelope envelope = read_envelope(route, in.headers, in.body, rules);
  if (!key && !keys_.empty()) key = keys_.find(envelope.write_key);
  if (!key && !keys_.empty()) return reply(unknown_key());   // where none is set, whoever reaches the door may come in
  if (envelope.status != 200) return reply(problem(envelope.status, "not taken", envelope.detail));
  Arrivals arrivals = read(module, envelope);
  const IngestLimits::Answer limit = limits_.take(key.value_or(0), users_of(arrivals), options_.steady());
  if (limit.who != Who::nobody) return reply(too_fast(limit, counts_));
  const bool strict = in.header("x-strict-mode") == "1";
  const uint64_t dropped = envelope.dropped_past_limit;
  const std::map<std::string, uint64_t> undeclared = events_of(arrivals.intake->unknown_by_name());
  if (!offer(std::move(arrivals), reply, [dropped, strict](const Desk::Receipt& receipt) { return answer(receipt, dropped, strict); })) return;
  if (dropped > 0) counts_.past_limit(dropped);
  if (!undeclared.empty()) counts_.undeclared(undeclared);
}

bool Service::offer(Arrivals arrivals, const Reply& reply, std::function<HttpOut(const Desk::Receipt&)> answer) {
  const int64_t after = options_.ingest.retry_after_us;
  const auto done = [reply, answer = std::move(answer), after](const Desk::Receipt& receipt, bool durable) {
    reply(durable ? answer(receipt) : later(503, "not stored", "the store has failed; send it again", after));
  };
  switch (daemon_.offer(arrivals, done)) {
    case Daemon::Taken::yes: return true;
    case Daemon::Taken::full: reply(later(503, "busy", "more events wait than may; send it again", after)); break;
    case Daemon::Taken::low_disk: reply(later(503, "no room", "the disk is nearly full; send it again", after)); break;
    case Daemon::Taken::stopping: reply(later(503, "stopping", "the server is going down; send it again", after)); break;
    case Daemon::Taken::broken: reply(later(503, "not stored", "the store has failed; send it again", after)); break;
  }
  return false;
}

void Service::sdk_settings(HttpIn in, Reply reply) {
  nlohmann::ordered_json page = {{"integrations", {{"Segment.io", {{"apiKey", std::string(in.segment("key"))}, {"unbundledIntegrations", nlohmann::json::array()}}}}},
                                 {"plan", {{"track", {{"__default", {{"enabled", true}}}}}}}};
  HttpOut out;
  out.body = page.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  reply(std::move(out));
}

}  // namespace wend
