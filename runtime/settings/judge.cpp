// See judge.h.
#include "runtime/settings/judge.h"

#include <algorithm>

#include "runtime/settings/value_reader.h"
#include "runtime/settings/values.h"

namespace wend {
namespace {

constexpr size_t kKeyBytesMin = 16;

// A port without a key stands open to whoever reaches it: this machine at most.
void judge_door(const std::string& table, const std::string& key, const std::string& address, bool open, const std::string& who, SettingsReport& report) {
  if (!open || report.is_wrong(table + "." + key) || report.is_wrong(table + ".address")) return;
  if (is_loopback_address(address)) {
    report.warning(table, "everybody on this machine may " + who, "`" + key + "` asks them for a secret");
  } else {
    report.error(table + "." + key, "nothing is set, and `" + address + "` is reached from other machines", "set it, or keep to `127.0.0.1`");
  }
}

// Providers are given it with a path behind it.
void judge_public_url(const std::string& url, SettingsReport& report) {
  if (url.empty() || report.is_wrong("ingest.public_url")) return;
  const size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  const bool plain = url.size() <= 1'024 && std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 127 && std::string_view("?#@\"<>\\").find(c) == std::string_view::npos; });
  if (scheme == 0 || !plain || url.size() == scheme || url[scheme] == '/') {
    report.error("ingest.public_url", "it is no address that a path can be put behind", "such as `https://events.example.org`");
  }
}

void judge_length(const SecretSource& source, const std::string& path, SettingsReport& report) {
  std::string problem;
  if (source.none() || report.is_wrong(path)) return;
  const std::optional<SecretText> text = source.read(problem);
  if (text && text->reveal().size() < kKeyBytesMin) {
    report.error(path, "the secret is shorter than " + std::to_string(kKeyBytesMin) + " bytes", "`openssl rand -hex 16` makes a good one");
  }
}

// What its values are to one another; each in its own range is the rows' business.
void judge_policy(const DeliveryPolicy& policy, bool takes_once, const std::string& table, SettingsReport& report) {
  if (report.is_wrong(table)) return;
  for (const std::string& problem : problems_of(policy, takes_once)) report.error(table, problem);
}

}  // namespace

void judge(const ServeSettings& settings, SecretsOf secrets, SettingsReport& report) {
  judge_door("ingest", "write_keys", settings.ingest.address, settings.ingest.write_keys.empty(), "send events", report);
  judge_door("admin", "token", settings.admin.address, settings.admin.token.none(), "do everything: stop sends, erase people", report);
  judge_public_url(settings.ingest.public_url, report);
  if (secrets == SecretsOf::this_machine) {
    for (const SecretSource& key : settings.ingest.write_keys) judge_length(key, "ingest.write_keys", report);
    judge_length(settings.admin.token, "admin.token", report);
  }
  if (settings.ingest.port != 0 && settings.ingest.port == settings.admin.port) {
    report.error("admin.port", "it is that of `ingest`, too", "events and operators never come in by the same port");
  }
  if (settings.ingest.event_bytes > settings.ingest.body_bytes) {
    report.error("ingest.event", "an event may be longer than a request, of which `body` is " + bytes_text(settings.ingest.body_bytes));
  }
  if (settings.store.commit_events > settings.ingest.queue_events) {
    report.error("store.commit_events", "it is more than `ingest.queue_events`, which is " + std::to_string(settings.ingest.queue_events));
  }
  judge_policy(settings.delivery.policy, true, "delivery", report);
}

void judge(const ChannelSettings& channel, SettingsReport& report) {
  const std::string table = "channels." + channel.name;
  const ConnectorRow* const row = find_connector(channel.connector);
  if (!row || report.is_wrong(table)) return;
  if (!report.is_wrong("delivery")) judge_policy(channel.policy, row->takes_once, table, report);
  std::vector<std::string> problems;
  const std::unique_ptr<Connector> made = make_connector(channel, [] { return int64_t{0}; }, problems);
  for (const std::string& problem : problems) report.error(table, problem);
}

}  // namespace wend
