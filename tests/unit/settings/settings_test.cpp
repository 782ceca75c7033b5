// What a configuration means: defaults, every key of the table, channels, paths, and that what is printed reads back the same.
#include <catch2/catch.hpp>

#include <fstream>
#include <set>
#include <sstream>

#include "runtime/settings/rows.h"
#include "runtime/settings/value_reader.h"
#include "runtime/settings/values.h"
#include "test_paths.h"
#include "tests/golden/golden.h"
#include "tests/unit/settings/folder.h"

using namespace wend;
using namespace wend::test;

namespace {

std::string told(const std::vector<SettingsProblem>& problems) {
  std::string out;
  for (const SettingsProblem& problem : problems) out += problem.text() + "\n";
  return out;
}

// Of a text with no error.
ServeSettings well(const std::string& text, const std::string& name = "serve.toml", SecretsOf secrets = SecretsOf::another) {
  std::vector<SettingsProblem> problems;
  const ServeSettings settings = read_settings(text, name, problems, secrets);
  INFO(text << "\n" << told(problems));
  CHECK_FALSE(any_error(problems));
  return settings;
}

const ChannelSettings& channel(const ServeSettings& settings, const std::string& name) {
  for (const ChannelSettings& one : settings.channels) if (one.name == name) return one;
  throw std::runtime_error("no channel " + name);
}

// Of every connector one channel that can work, with keys of every kind.
const char* const kWhole = R"(
[program]
project = "journeys"

[ingest]
address = "0.0.0.0"
port = 9000
write_keys = ["file:keys/ingest", "env:WRITE_KEY"]
queue_events = 20_000
retry_after = "10 s"
body = "1 MB"

[admin]
token = "file:keys/admin"

[store]
folder = "data"
keep_sent = "365 days"

[delivery]
threads = 4
attempts = 7
per_second = 12.5

[log]
format = "json"

[channels.email]
connector = "smtp"
from = "kim@example.org"
from_name = "Kim \"K\" Öberg\\"
user = "kim"
password = "env:SMTP_PASSWORD"
attempts = 3
[channels.email.net]
base_url = "smtps://mail.example.org:465"
ca_file = "ca.pem"
ports = [2525, 2526]
names = ["mail.example.org:465:192.0.2.7"]

[channels.push]
connector = "fcm"
service_account = "file:/etc/wend/fcm.json"
title = ["headline", "title"]

[channels.ios]
connector = "apns"
team_id = "ABCDE12345"
key_id = "KEY1234567"
topic = "org.example.app"
key = "file:apns.p8"

[channels.sms]
connector = "twilio"
account = "AC0123456789abcdef0123456789abcdef"
token = "env:TWILIO"
from = "+15005550006"

[channels.hook]
connector = "webhook"
url = "https://example.org/in"
keys = ["file:new", "file:old"]
on_ambiguous = "retry_same_key"

[channels.grid]
connector = "sendgrid"
from = "kim@example.org"
key = "env:GRID"

[channels.amazon]
connector = "ses"
from = "kim@example.org"
region = "eu-north-1"
access_key_id = "env:ID"
secret_access_key = "env:SECRET"

[channels.team]
connector = "slack"
token = "env:SLACK"

[channels.paper]
connector = "file"
path = "out/messages.jsonl"
sync = false

[channels.screen]
connector = "console"
)";

const char* const kPage = WEND_SOURCE_DIR "/runtime/settings/README.md";

std::string read_page() {
  std::ifstream in(kPage, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A value that is never the default.
std::string other_value(const SettingRow& row, const std::string& usual) {
  switch (row.kind) {
    case SettingKind::integer: return std::to_string(static_cast<int64_t>(usual == std::to_string(static_cast<int64_t>(row.most)) ? row.least : row.most));
    case SettingKind::decimal: return "0.25";
    case SettingKind::yes_no: return usual == "true" ? "false" : "true";
    case SettingKind::text: return R"("other \"text\" \\ å")";
    case SettingKind::path: return R"("/elsewhere")";
    case SettingKind::address: return R"("2001:db8::1")";
    case SettingKind::duration: return toml_text(duration_text(static_cast<int64_t>(row.most)));
    case SettingKind::bytes: return toml_text(bytes_text(static_cast<uint64_t>(row.most)));
    case SettingKind::choice: return toml_text(names_of(row).back());
    case SettingKind::texts: return R"(["some", "other"])";
    case SettingKind::ports: return "[1, 65535]";
    case SettingKind::secret: return R"("env:OTHER")";
    case SettingKind::secrets: return R"(["file:/other", "env:OTHER"])";
  }
  return {};
}

// How many fields an aggregate has.
struct Anything {
  template <class T> operator T() const;
};
template <class Struct, class... Fields>
constexpr size_t fields() {
  if constexpr (requires { Struct{Fields{}..., Anything{}}; }) return fields<Struct, Fields..., Anything>();
  else return sizeof...(Fields);
}

// Those that are structs with rows of their own, and where the console is, which the process knows.
template <class Struct>
constexpr size_t fields_elsewhere() {
  return size_t{requires(Struct s) { s.net; }} + size_t{requires(Struct s) { s.mail; }} + size_t{requires(Struct s) { s.fields; }} +
         size_t{requires(Struct s) { s.policy; }} + size_t{requires(Struct s) { s.out; }};
}

std::string values_of(const SettingTable& table) {
  std::string out;
  for (const SettingPart& part : table.parts)
    for (const SettingRow& row : rows_of(part.group)) out += value_text(row, part.of_struct) + "\n";
  return out;
}

// Sets each key of the table, looks that it reads back and that no other changed, and sets it back.
void check_each_key(const SettingTable& table) {
  for (const SettingPart& part : table.parts) {
    for (const SettingRow& row : rows_of(part.group)) {
      INFO("[" << table.path << "] " << row.key);
      const std::string usual = value_text(row, part.of_struct), before = values_of(table), other = other_value(row, usual);
      TomlProblem problem;
      std::string what, remedy;
      REQUIRE(other != usual);
      const std::optional<TomlValue> value = parse_toml("x = " + other, problem);
      REQUIRE(value);
      const ValueReader reader{.folder = "", .try_secrets = false};
      CHECK(reader.read(row, part.of_struct, find_entry(*value, "x")->value, what, remedy));
      CHECK(what == "");
      CHECK(value_text(row, part.of_struct) == other);
      const std::string after = values_of(table);
      size_t differing = 0;
      std::istringstream a(before), b(after);
      for (std::string one, two; std::getline(a, one) && std::getline(b, two);) differing += one != two;
      CHECK(differing == 1);
    }
  }
}

}  // namespace

TEST_CASE("a folder for the store is all that must be said") {
  const ServeSettings settings = well("store.folder = \"data\"\n");
  CHECK(settings.store.folder == "data");
  CHECK(settings.ingest.address == "127.0.0.1");
  CHECK(settings.ingest.port == 8080);
  CHECK(settings.admin.port == 8081);
  CHECK(settings.ingest.write_keys.empty());
  CHECK(settings.store.commit_events == 256);
  CHECK(settings.delivery.policy.on_ambiguous == OnAmbiguous::hold);
  CHECK(settings.channels.empty());
}

TEST_CASE("without keys on a loopback address the settings hold, with a warning") {
  std::vector<SettingsProblem> problems;
  read_settings("[store]\nfolder = \"data\"\n[ingest]\nport = 1\n", "serve.toml", problems);
  CHECK(told(problems) ==
        "serve.toml: warning: `admin`: everybody on this machine may do everything: stop sends, erase people; `token` asks them for a secret\n"
        "serve.toml:3:2: warning: `ingest`: everybody on this machine may send events; `write_keys` asks them for a secret\n");
  CHECK_FALSE(any_error(problems));
}

TEST_CASE("every key of every kind is read") {
  const ServeSettings settings = well(kWhole, "/etc/wend/serve.toml");
  CHECK(settings.ingest.address == "0.0.0.0");
  CHECK(settings.ingest.queue_events == 20'000);
  CHECK(settings.ingest.retry_after_us == 10 * kSecondUs);
  CHECK(settings.ingest.body_bytes == kMegabyte);
  CHECK(settings.ingest.write_keys.size() == 2);
  CHECK(settings.store.keep_sent_us == 365 * kDayUs);
  CHECK(settings.log.format == LogFormat::json);
  CHECK(settings.channels.size() == 10);
  const ChannelSettings& email = channel(settings, "email");
  const auto& smtp = std::get<SmtpSettings>(email.settings);
  CHECK(smtp.mail.from_name == "Kim \"K\" Öberg\\");
  CHECK(smtp.net.ports == std::vector<uint16_t>{2525, 2526});
  CHECK(smtp.password.reference() == "env:SMTP_PASSWORD");
  CHECK(std::get<FcmSettings>(channel(settings, "push").settings).fields.title == FieldNames{"headline", "title"});
  CHECK_FALSE(std::get<FileSettings>(channel(settings, "paper").settings).sync);
  CHECK(channel(settings, "hook").policy.on_ambiguous == OnAmbiguous::retry_same_key);
}

TEST_CASE("a channel tries as [delivery] says, but for what it says itself") {
  const ServeSettings settings = well(kWhole);
  CHECK(channel(settings, "email").policy.attempts_max == 3);
  CHECK(channel(settings, "email").policy.per_second == 12.5);
  CHECK(channel(settings, "sms").policy.attempts_max == 7);
}

TEST_CASE("paths are taken from the folder of the configuration, wherever the process runs") {
  const ServeSettings settings = well(kWhole, "/etc/wend/serve.toml");
  CHECK(settings.program.project == "/etc/wend/journeys");
  CHECK(settings.store.folder == "/etc/wend/data");
  CHECK(settings.ingest.write_keys[0].reference() == "file:/etc/wend/keys/ingest");
  CHECK(settings.ingest.write_keys[1].reference() == "env:WRITE_KEY");
  CHECK(std::get<SmtpSettings>(channel(settings, "email").settings).net.ca_file == "/etc/wend/ca.pem");
  CHECK(std::get<FileSettings>(channel(settings, "paper").settings).path == "/etc/wend/out/messages.jsonl");
  CHECK(std::get<FcmSettings>(channel(settings, "push").settings).service_account.reference() == "file:/etc/wend/fcm.json");
  CHECK(well("store.folder = \"../data\"", "here/serve.toml").store.folder == "data");
}

TEST_CASE("what is printed reads back the same, and has every key") {
  for (const char* text : {"store.folder = \"data\"\n", kWhole}) {
    const std::string printed = print_settings(well(text, "/etc/wend/serve.toml"));
    CHECK(print_settings(well(printed, "/elsewhere/serve.toml")) == printed);
    for (const SettingRow& row : all_setting_rows()) {
      if (text != kWhole) continue;
      INFO(row.key);
      CHECK((printed.find("\n" + std::string(row.key) + " = ") != std::string::npos || printed.find("\n# " + std::string(row.key) + " =\n") != std::string::npos));
    }
  }
}

TEST_CASE("of a secret only the reference is printed") {
  const Folder folder;
  folder.write("key", "canary-0123456789abcdef");
  folder.write("serve.toml", "[store]\nfolder = \"data\"\n[admin]\ntoken = \"file:key\"\n");
  const std::string printed = print_settings(well(folder.read("serve.toml"), folder.path("serve.toml"), SecretsOf::this_machine));
  CHECK(printed.find("canary") == std::string::npos);
  CHECK(printed.find("token = \"file:" + folder.path("key") + "\"") != std::string::npos);
}

TEST_CASE("each key has a field of its own, and its value comes back as it was written") {
  ServeSettings settings;
  for (const SettingTable& table : fixed_tables(settings)) check_each_key(table);
  for (const ConnectorRow& row : connector_rows()) {
    ChannelSettings channel;
    REQUIRE(choose_connector(channel, row.name));
    check_each_key(table_of(channel));
    if (const auto net = net_table_of(channel)) check_each_key(*net);
  }
}

TEST_CASE("every field of a struct has a key") {
#define WEND_GROUP(group, Struct) \
  { INFO(#group); CHECK(fields<Struct>() == rows_of(SettingGroup::group).size() + fields_elsewhere<Struct>()); }
#define WEND_VALUE(group, key, field, kind, need, doc)
#define WEND_NUMBER(group, key, field, kind, least, most, doc)
#define WEND_CHOICE(group, key, field, names, doc)
#include "runtime/settings/settings.def"
#undef WEND_GROUP
#undef WEND_VALUE
#undef WEND_NUMBER
#undef WEND_CHOICE
}

TEST_CASE("no table has a key twice, and every default is within its range") {
  ServeSettings settings;
  std::vector<SettingTable> tables = fixed_tables(settings);
  std::vector<ChannelSettings> channels(connector_rows().size());
  for (size_t i = 0; i < channels.size(); ++i) {
    choose_connector(channels[i], connector_rows()[i].name);
    tables.push_back(table_of(channels[i]));
  }
  for (const SettingTable& table : tables) {
    std::set<std::string_view> keys = {"connector", "net"};
    for (const SettingPart& part : table.parts) {
      for (const SettingRow& row : rows_of(part.group)) {
        INFO("[" << table.path << "] " << row.key);
        CHECK(keys.insert(row.key).second);
        if (row.kind == SettingKind::secret || row.kind == SettingKind::secrets || value_text(row, part.of_struct).empty()) continue;
        TomlProblem problem;
        std::string what, remedy;
        const std::optional<TomlValue> value = parse_toml("x = " + value_text(row, part.of_struct), problem);
        REQUIRE(value);
        if (row.needed && value_text(row, part.of_struct) == "[]") continue;
        CHECK(ValueReader{}.read(row, part.of_struct, find_entry(*value, "x")->value, what, remedy));
      }
    }
  }
}

TEST_CASE("durations and sizes are a whole number and a unit") {
  CHECK(read_duration("2 ms") == 2'000);
  CHECK(read_duration("5min") == 5 * kMinuteUs);
  CHECK(read_duration("1 hour") == kHourUs);
  CHECK(read_duration("36 hours") == 36 * kHourUs);
  CHECK(read_duration("30 days") == 30 * kDayUs);
  for (const char* none : {"", "5", " 5 s", "5  s", "-5 s", "5 S", "5 fortnights", "s", "1e9 s", "5 s ", "99999999999999999999 s", "999999999999 days", "|", "5 |"}) {
    INFO(none);
    CHECK_FALSE(read_duration(none));
  }
  CHECK(read_bytes("64 MB") == 64 * kMegabyte);
  CHECK(read_bytes("1KB") == 1024);
  CHECK_FALSE(read_bytes("17179869184 GB"));
  for (const int64_t us : {int64_t{0}, int64_t{1}, int64_t{1'500}, kSecondUs, 90 * kSecondUs, kHourUs, kDayUs, 23 * kHourUs, INT64_MAX}) CHECK(read_duration(duration_text(us)) == us);
  CHECK(duration_text(90 * kDayUs) == "90 days");
  CHECK(duration_text(90 * kSecondUs) == "90 s");
  CHECK(duration_text(0) == "0 s");
  CHECK(bytes_text(500 * kKilobyte) == "500 KB");
}

TEST_CASE("a provider that is told with each message where to call is told our own address, or the channel's") {
  const std::string text = "store.folder = \"data\"\ningest.public_url = \"https://events.example.org/wend/\"\n";
  const std::string channel = "[channels.sms]\nconnector = \"twilio\"\naccount = \"AC1\"\ntoken = \"env:TOKEN\"\nfrom = \"+1555\"\n";
  const auto called = [](const std::string& whole) { return std::get<TwilioSettings>(well(whole).channels.at(0).settings).status_callback; };
  CHECK(called(text + channel) == "https://events.example.org/wend/v1/callbacks/sms");
  CHECK(called(text + channel + "status_callback = \"https://other.example/sms\"\n") == "https://other.example/sms");
  CHECK(called("store.folder = \"data\"\n" + channel) == "");
}

TEST_CASE("a connector is made from a channel's settings") {
  const ServeSettings settings = well(kWhole);
  for (const ChannelSettings& one : settings.channels) {
    std::vector<std::string> problems;
    CHECK(make_connector(one, [] { return int64_t{0}; }, problems));
    CHECK(problems.empty());
  }
  std::vector<std::string> problems;
  CHECK_FALSE(make_connector(ChannelSettings{}, [] { return int64_t{0}; }, problems));
  CHECK(problems.size() == 1);
}

TEST_CASE("the example of the page is a configuration") {
  const std::string page = read_page(), begin = "```toml\n";
  const size_t at = page.find(begin) + begin.size();
  CHECK(well(page.substr(at, page.find("```", at) - at)).channels.size() == 2);
}

TEST_CASE("the page of keys is the table's") {
  const std::string begin = "<!-- from settings.def -->\n", page = read_page();
  const size_t at = page.find(begin);
  REQUIRE(at != std::string::npos);
  const std::string whole = page.substr(0, at + begin.size()) + settings_reference();
  if (wend::golden::updating()) std::ofstream(kPage, std::ios::binary) << whole;
  else CHECK(page == whole);
}
