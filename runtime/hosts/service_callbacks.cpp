// What providers call back with, on the ingest door: the channel's connector says whether it is the provider's and what it reports; that
// is queued like events, and answered when it is on the disk.
#include "runtime/hosts/service.h"

namespace wend {
namespace {

constexpr std::string_view kTaken = "{\"success\":true}";

// What stands in the way of a reading; nothing: it is the provider's.
std::optional<HttpOut> refusal(const CallbackReading& reading) {
  using How = CallbackReading::How;
  switch (reading.how) {
    case How::heard: return std::nullopt;
    case How::unsigned_: return problem(401, "not signed", reading.why);
    case How::unreadable: return problem(400, "not read", reading.why);
    case How::unset: return problem(404, "not listened to", reading.why);
    case How::none: return problem(404, "no callbacks", reading.why);
    case How::trouble: break;
  }
  HttpOut out = problem(503, "cannot be checked", reading.why);
  out.headers.emplace_back("Retry-After", "60");
  return out;
}

}  // namespace

void Service::callback(HttpIn in, Reply reply) {
  const std::string channel(in.segment("channel"));
  const auto place = options_.channels.find(channel);
  if (place == options_.channels.end()) return reply(problem(404, "no such channel", "the program has no channel of this name, or it is not set up"));
  if (in.body.size() > options_.ingest.body_bytes) return reply(problem(413, "too long", "no request may be longer than `ingest.body`"));
  CallbackReading reading = place->second->hear({in.headers, in.query, in.body});
  if (std::optional<HttpOut> refused = refusal(reading)) {
    if (reading.how == CallbackReading::How::unsigned_) callbacks_->add(channel, "unsigned");
    if (reading.how == CallbackReading::How::unreadable) callbacks_->add(channel, "unreadable");
    return reply(std::move(*refused));
  }
  if (reading.reports.size() > options_.ingest.body_events) return reply(problem(413, "too many", "no request may report more than `ingest.body_events`"));
  callbacks_->add(channel, "passed_over", reading.passed_over);
  HttpOut out;
  out.body = kTaken;
  if (reading.reports.empty()) return reply(std::move(out));
  Arrivals arrivals;
  for (Callback& said : reading.reports) arrivals.items.emplace_back().report = ProviderReport{channel, std::move(said)};
  offer(std::move(arrivals), reply, [counts = callbacks_, channel, out](const Desk::Receipt& receipt) {
    counts->add(channel, "heard", receipt.applied);
    counts->add(channel, "duplicate", receipt.duplicates + receipt.conflicts);
    counts->add(channel, "unknown_id", receipt.ignored);
    counts->add(channel, "rejected", receipt.rejected);
    return out;
  });
}

void CallbackCounts::add(const std::string& channel, std::string_view result, uint64_t count) {
  if (count == 0) return;
  const std::lock_guard lock(mutex_);
  counts_[{channel, std::string(result)}] += count;
}

CallbackCounts::ByResult CallbackCounts::all() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace wend
