// The numbers of a running project as Prometheus reads them. Tested by tests/unit/hosts/service_test.cpp and by promtool.
#include <fmt/format.h>

#include "runtime/hosts/service.h"

namespace wend {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') out += "\\n";
    else out += c;
  }
  return out;
}

class Page {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;

  Page& family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
    return *this;
  }
  template <class Value>
  Page& value(Value value, const Labels& labels = {}, std::string_view suffix = {}) {
    text_ += name_;
    text_ += suffix;
    char before = '{';
    for (const auto& [name, text] : labels) {
      text_ += fmt::format("{}{}=\"{}\"", before, name, escaped(text));
      before = ',';
    }
    if (!labels.empty()) text_ += '}';
    text_ += fmt::format(" {}\n", value);
    return *this;
  }
  // Counts of single buckets with their upper ends; the last has none.
  template <class Counts, class Ends>
  void histogram(const Counts& counts, const Ends& ends, double scale, double sum, Labels labels = {}) {
    uint64_t running = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
      running += counts[i];
      Labels with = labels;
      with.emplace_back("le", i < ends.size() ? fmt::format("{}", static_cast<double>(ends[i]) * scale) : "+Inf");
      value(running, with, "_bucket");
    }
    value(sum, labels, "_sum");
    value(running, labels, "_count");
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
  std::string name_;
};

void census(Page& page, const std::map<Census::Place, int64_t>& counts) {
  const auto each = [&](std::string_view prefix, std::string_view first, std::string_view second) {
    for (const auto& [place, count] : counts) {
      if (place.rfind(prefix, 0) != 0) continue;
      const size_t cut = place.find('/', prefix.size());
      page.value(count, {{first, place.substr(prefix.size(), cut - prefix.size())}, {second, place.substr(cut + 1)}});
    }
  };
  page.family("wend_state_users", "gauge", "Users in each state.");
  each("state/", "states", "state");
  page.family("wend_journey_instances", "gauge", "Users in each step of each journey.");
  each("journey/", "journey", "step");
  page.family("wend_deferred_sends", "gauge", "Sends that wait for their time, by the step that sends them.");
  each("deferred/", "journey", "step");
  const auto users = counts.find("users");
  page.family("wend_users", "gauge", "Users known.").value(users == counts.end() ? 0 : users->second);
}

}  // namespace

std::string metrics_text(const Daemon::Numbers& n, const IngestCounts::Numbers& ingest, const std::vector<std::pair<std::string, HttpCounts>>& doors, const CallbackCounts::ByResult& callbacks,
                         const StoreStatistics* store, std::string_view version) {
  Page page;
  page.family("wend_build_info", "gauge", "Which wend this is.").value(1, {{"version", std::string(version)}});
  page.family("wend_events_total", "counter", "Records by what became of them.");
  const std::pair<const char*, uint64_t> taken[] = {{"applied", n.taken.applied}, {"duplicate", n.taken.duplicates}, {"conflict", n.taken.conflicts},
                                                    {"rejected", n.taken.rejected}, {"ignored", n.taken.ignored}, {"set_aside", n.taken.set_aside}};
  for (const auto& [result, count] : taken) page.value(count, {{"result", result}});
  page.family("wend_events_ahead_total", "counter", "Records that said they lie in the future.").value(n.taken.ahead);
  page.family("wend_rejected_total", "counter", "Records rejected since the start, by reason.");
  for (const auto& [reason, count] : n.rejected) page.value(count, {{"reason", reason}});
  page.family("wend_undeclared_events_total", "counter", "Events that the program does not declare, by name.");
  for (const auto& [event, count] : ingest.undeclared) page.value(count, {{"event", event}});
  page.family("wend_events_past_limit_total", "counter", "Events behind the most that one request may have; they were not taken.").value(ingest.past_limit);
  page.family("wend_requests_too_fast_total", "counter", "Requests told to come again because a write key, or a user, sends faster than it may.");
  page.value(ingest.key_too_fast, {{"who", "key"}}).value(ingest.user_too_fast, {{"who", "user"}});
  page.family("wend_queued_events", "gauge", "Records accepted and not yet stored.").value(n.queued);
  page.family("wend_commit_seconds", "histogram", "How long a write with its sync takes.").histogram(n.commit.counts, Daemon::kBuckets, 1, n.commit.sum);
  page.family("wend_answer_seconds", "histogram", "From a request that was queued to its records on the disk.").histogram(n.answer.counts, Daemon::kBuckets, 1, n.answer.sum);
  page.family("wend_decisions_total", "counter", "Decisions since the start.").value(n.decisions);
  page.family("wend_sends_total", "counter", "Sends by how they ended since the start.");
  for (const auto& [key, count] : n.sends.ended) page.value(count, {{"channel", key.first}, {"outcome", std::string(word(key.second))}});
  page.family("wend_send_retries_total", "counter", "Attempts that will be made again.").value(n.sends.retries);
  page.family("wend_sends_deferred_total", "counter", "Claims put off by a rule.").value(n.sends.deferred);
  page.family("wend_callbacks_total", "counter", "Reports of providers about messages they took, by what became of them.");
  for (const auto& [key, count] : callbacks) page.value(count, {{"channel", key.first}, {"result", key.second}});
  page.family("wend_channel_in_flight", "gauge", "Attempts under way.");
  for (const ChannelStatistics& channel : n.channels) page.value(channel.in_flight, {{"channel", channel.channel}});
  page.family("wend_channel_breaker_open", "gauge", "1 while a channel rests because its provider is in trouble.");
  for (const ChannelStatistics& channel : n.channels) page.value(channel.breaker_open ? 1 : 0, {{"channel", channel.channel}});
  page.family("wend_attempt_seconds", "histogram", "How long attempts took.");
  for (const ChannelStatistics& channel : n.channels)
    page.histogram(channel.attempts_by_length, kAttemptBucketsMs, 1e-3, static_cast<double>(channel.attempts_us) / 1e6, {{"channel", channel.channel}});
  census(page, n.census);
  page.family("wend_users_held", "gauge", "Users whose rows cannot be read.").value(n.held_users);
  page.family("wend_holds", "gauge", "Holds an operator has set.").value((n.holds.all ? 1 : 0) + n.holds.channels.size() + n.holds.journeys.size() + n.holds.messages.size());
  page.family("wend_clock_trusted", "gauge", "0 while the wall clock is not believed and nothing is sent.").value(n.trusted ? 1 : 0);
  page.family("wend_clock_jumps_total", "counter", "Times the wall clock jumped.").value(n.clock_jumps);
  page.family("wend_disk_low", "gauge", "1 while events are refused for want of room.").value(n.low_disk ? 1 : 0);
  page.family("wend_epoch", "gauge", "Raised at every start.").value(n.epoch);
  if (store) {
    page.family("wend_store_bytes", "gauge", "Bytes of the store.");
    page.value(store->table_bytes, {{"kind", "table"}}).value(store->log_bytes, {{"kind", "log"}}).value(store->memory_bytes, {{"kind", "memory"}});
    page.family("wend_store_rows", "gauge", "Rows of each key space, estimated.");
    for (size_t i = 0; i < kSpaces.size(); ++i) page.value(store->spaces[i].rows_estimate, {{"space", std::string(kSpaces[i].name)}});
    page.family("wend_disk_free_bytes", "gauge", "Bytes free where the store lies.").value(store->disk_free_bytes);
  }
  page.family("wend_http_connections", "gauge", "Connections open.");
  for (const auto& [door, counts] : doors) page.value(counts.open, {{"door", door}});
  page.family("wend_http_answers_total", "counter", "Answers by status.");
  for (const auto& [door, counts] : doors)
    for (const auto& [status, count] : counts.by_status) page.value(count, {{"door", door}, {"status", std::to_string(status)}});
  return std::move(page).text();
}

}  // namespace wend
