// Everything that can be wrong with a configuration: told at once, where it stands, with what to do, and never with a secret.
#include <catch2/catch.hpp>

#include <cstdlib>

#include "runtime/settings/rows.h"
#include "runtime/settings/settings.h"
#include "tests/unit/settings/folder.h"

using namespace wend;
using namespace wend::test;

namespace {

std::string told(const std::string& text, const std::string& name = "serve.toml", SecretsOf secrets = SecretsOf::this_machine) {
  std::vector<SettingsProblem> problems;
  read_settings(text, name, problems, secrets);
  std::string out;
  for (const SettingsProblem& problem : problems) if (!problem.warning) out += problem.text() + "\n";
  return out;
}

const std::string kStore = "store.folder = \"data\"\n";

// The problem of one line behind the folder of the store.
std::string of_line(const std::string& line) { return told(kStore + line + "\n"); }

}  // namespace

TEST_CASE("an empty configuration lacks the folder of the store") {
  for (const char* text : {"", "\n", "# nothing\n", "\xef\xbb\xbf", "[store]\n"}) {
    INFO(text);
    CHECK(told(text).find("error: `store.folder`: it is missing: where all is kept; made if absent\n") != std::string::npos);
  }
}

TEST_CASE("all that is wrong is told at once, in the order of the file") {
  CHECK(told("[ingest]\n"
             "port = 70000\n"
             "addres = \"::1\"\n"
             "threads = \"four\"\n"
             "idle = \"-5 s\"\n"
             "retry_after = 5\n"
             "[admin]\n"
             "port = 2.5\n"
             "[log]\n"
             "level = \"warn\"\n"
             "[channels.email]\n"
             "connector = \"smpt\"\n"
             "[stor]\n"
             "folder = \"data\"\n") ==
        "serve.toml: error: `store.folder`: it is missing: where all is kept; made if absent\n"
        "serve.toml:2:1: error: `ingest.port`: 70000 is not a whole number from 0 to 65535\n"
        "serve.toml:3:1: error: `ingest.addres`: there is no such key; did you mean `address`?\n"
        "serve.toml:4:1: error: `ingest.threads`: `four` is not a whole number from 1 to 256\n"
        "serve.toml:5:1: error: `ingest.idle`: `-5 s` is not a duration from 100 ms to 1 hour\n"
        "serve.toml:6:1: error: `ingest.retry_after`: 5 is not a duration from 1 s to 1 hour; write it with a unit: us, ms, s, min, hours or days\n"
        "serve.toml:8:1: error: `admin.port`: 2.5 is not a whole number from 0 to 65535\n"
        "serve.toml:10:1: error: `log.level`: `warn` is not one of `error`, `warning`, `info`, `debug`\n"
        "serve.toml:12:1: error: `channels.email.connector`: there is no connector `smpt`; did you mean `smtp`?\n"
        "serve.toml:13:2: error: `stor`: there is no such table; did you mean `store`?\n");
}

TEST_CASE("limits of 0 and past all bounds are out of range") {
  for (const SettingTable& table : [] { static ServeSettings settings; return fixed_tables(settings); }()) {
    for (const SettingPart& part : table.parts) {
      for (const SettingRow& row : rows_of(part.group)) {
        if (row.kind != SettingKind::integer && row.kind != SettingKind::duration && row.kind != SettingKind::bytes && row.kind != SettingKind::decimal) continue;
        const std::string unit = row.kind == SettingKind::duration ? " us" : row.kind == SettingKind::bytes ? " B" : "";
        const std::string quote = unit.empty() ? "" : "\"", path = table.path + "." + std::string(row.key);
        for (const char* number : {"0", "-1", "9223372036854775807", "9223372036854775808", "18446744073709551616"}) {
          if (row.least == 0 && std::string(number) == "0") continue;
          INFO(path << " = " << number);
          const std::string found = of_line(path + " = " + quote + number + unit + quote);
          CHECK((found.find("error: `" + path + "`") != std::string::npos || found.find("is not representable in 64 bits") != std::string::npos));
        }
      }
    }
  }
  for (const char* number : {"nan", "inf", "-inf", "-0.5", "1e300"}) CHECK(of_line(std::string("delivery.per_second = ") + number) != "");
}

TEST_CASE("what is no TOML is told where it ends to be") {
  CHECK(told("[store\nfolder = 1\n").find("serve.toml:1:7: error: this is no TOML: ") == 0);
  CHECK(told(kStore + "store.folder = \"other\"\n").find("serve.toml:2:") == 0);
  CHECK(told(std::string("a = \"\0\"", 7)).find("no TOML") != std::string::npos);
  CHECK(told("a = \"\xff\"").find("no TOML") != std::string::npos);
}

TEST_CASE("a text that would take the process down is refused") {
  std::string keys, lists, tables;
  for (int i = 0; i < 100'000; ++i) keys += "a.";
  for (int i = 0; i < 100'000; ++i) lists += "[";
  for (int i = 0; i < 4'000; ++i) tables += "{a={";
  CHECK(told(keys + "a = 1").find("serve.toml:1:1: error: a key has too many parts") == 0);
  CHECK(told("[" + keys + "a]").find("too many parts") != std::string::npos);
  CHECK(told("x = \"\"\"a\"\"\"\"\n\n'b' = {x = \"\"\"\"\"\", " + keys + "a = 1}").find("serve.toml:3:1: error: a key has too many parts") == 0);
  CHECK(told("x = { y = \"\"\"q\"\"\"\"\", " + keys + "a = 1 }").find("too many parts") != std::string::npos);
  CHECK(told("x = 'it''" + keys + "'") != "");
  CHECK(told("x = " + lists).find("no TOML") != std::string::npos);
  CHECK(told("x = " + tables).find("no TOML") != std::string::npos);
  CHECK(told(std::string(kSettingsBytesMax + 1, '\n')).find("longer than 1 MB") != std::string::npos);
  CHECK(told(kStore + "# see a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r\nprogram.project = \"../../../../../../../../../../../../../../../..\"\n") == "");
}

TEST_CASE("a file of nothing but mistakes gives a bounded number of problems") {
  std::string text = "[ingest]\n";
  for (int i = 0; i < 50'000; ++i) text += "k" + std::to_string(i) + " = 1\n";
  std::vector<SettingsProblem> problems;
  read_settings(text, "serve.toml", problems);
  CHECK(problems.size() == kSettingsProblemsMax + 1);
  CHECK(problems.back().what.find(" more") != std::string::npos);
}

TEST_CASE("a key that another table or connector has is told so") {
  CHECK(of_line("ingest.folder = 1") == "serve.toml:2:8: error: `ingest.folder`: there is no such key; `[store]` has one\n");
  CHECK(of_line("ingest.zzzzzzzz = 1") == "serve.toml:2:8: error: `ingest.zzzzzzzz`: there is no such key; `wend serve --print-config` shows all\n");
  const std::string file = kStore + "[channels.paper]\nconnector = \"file\"\npath = \"p\"\n";
  CHECK(told(file + "password = \"env:HOME\"\n") ==
        "serve.toml:5:1: error: `channels.paper.password`: connector `file` has no such key; it is a key of `smtp`\n");
  CHECK(told(file + "from = \"a@b.org\"\n").find("it is a key of `smtp`, `sendgrid`, `ses`, `twilio`") != std::string::npos);
  CHECK(told(file + "[channels.paper.net]\ninside = true\n").find("`channels.paper.net`: connector `file` has no such key; it goes nowhere") != std::string::npos);
  CHECK(told(file + "pth = 1\n").find("did you mean `path`?") != std::string::npos);
  CHECK(of_line("[channels.hook]\nconnector = \"webhook\"\nurl = \"https://example.org/\"\nkeys = [\"env:HOME\"]\nbase_url = \"x\"")
            .find("it stands in `[channels.hook.net]`") != std::string::npos);
}

TEST_CASE("a channel says which connector it has, and the connector what it lacks") {
  CHECK(of_line("[channels.email]\nattempts = 3") ==
        "serve.toml:2:11: error: `channels.email.connector`: it is missing; one of `file`, `console`, `webhook`, `smtp`, `sendgrid`, `ses`, `twilio`, `fcm`, `apns`, `slack`\n");
  CHECK(of_line("[channels.sms]\nconnector = \"twilio\"\nfrom = \"x\"\nmessaging_service = \"y\"\naccount = \"AC1\"\ntoken = \"env:HOME\"") ==
        "serve.toml:2:11: error: `channels.sms`: twilio: one of `from` and `messaging_service` says who sends\n");
  CHECK(of_line("[channels.paper]\nconnector = \"file\"").find("`channels.paper.path`: it is missing") != std::string::npos);
  CHECK(of_line("channels.email = 3").find("a whole number is not a table") != std::string::npos);
  CHECK(of_line("channels.\"e-mail\".connector = \"console\"").find("a channel cannot be called so") != std::string::npos);
  CHECK(of_line("channels = []").find("`channels`: a list is not a table") != std::string::npos);
}

TEST_CASE("the same id twice is only sent to a provider that knows it again") {
  const std::string paper = "[channels.paper]\nconnector = \"file\"\npath = \"p\"\n";
  CHECK(of_line(paper + "on_ambiguous = \"retry_same_key\"").find("`channels.paper`: `on_ambiguous` cannot be `retry_same_key`: this provider does not know a message again by its id") != std::string::npos);
  CHECK(of_line(paper + "on_ambiguous = \"drop\"") == "");
  CHECK(of_line("delivery.on_ambiguous = \"retry_same_key\"\n" + paper).find("`channels.paper`: `on_ambiguous` cannot be") != std::string::npos);
}

TEST_CASE("settings that contradict one another are told") {
  CHECK(of_line("ingest.port = 8081").find("`admin.port`: it is that of `ingest`, too") != std::string::npos);
  CHECK(of_line("ingest.port = 0\nadmin.port = 0") == "");
  CHECK(of_line("ingest.event = \"64 KB\"\ningest.body = \"32 KB\"").find("`ingest.event`: an event may be longer") != std::string::npos);
  CHECK(of_line("ingest.queue_events = 10").find("`store.commit_events`: it is more than `ingest.queue_events`, which is 10") != std::string::npos);
  CHECK(of_line("delivery.retry_base = \"20 min\"\n").find("`delivery`: `retry_cap` must be from `retry_base` to a day") != std::string::npos);
  CHECK(of_line("[channels.c]\nconnector = \"console\"\nretry_cap = \"100 ms\"").find("`channels.c`: `retry_cap` must be from `retry_base`") != std::string::npos);
}

TEST_CASE("what providers are told to call is an address that a path can be put behind") {
  for (const char* url : {"https://events.example.org", "https://example.org:8443/wend/", "http://10.0.0.1:8080"}) CHECK(of_line("ingest.public_url = \"" + std::string(url) + "\"").empty());
  for (const char* url : {"events.example.org", "ftp://example.org", "https://", "https:///a", "https://a b", "https://example.org/?a=1", "https://me@example.org", "https://ex\u00e4mple.org"})
    CHECK(of_line("ingest.public_url = \"" + std::string(url) + "\"") == "serve.toml:2:8: error: `ingest.public_url`: it is no address that a path can be put behind; such as `https://events.example.org`\n");
}

TEST_CASE("one range of delivery is no narrower in the file than what delivery takes, and no wider") {
  for (const SettingRow& row : rows_of(SettingGroup::policy)) {
    if (row.kind == SettingKind::choice || row.key == "retry_base" || row.key == "breaker_open") continue;   // bound by another, too
    INFO(row.key);
    for (const bool most : {false, true}) {
      DeliveryPolicy policy;
      policy.retry_base_us = kMillisecondUs;
      policy.breaker_open_us = 100 * kMillisecondUs;
      const double bound = most ? row.most : row.least;
      const auto set = [&](double value) {
        std::visit([&](auto* to) {
          if constexpr (std::is_arithmetic_v<std::remove_pointer_t<decltype(to)>>) *to = static_cast<std::remove_pointer_t<decltype(to)>>(value);
        }, std::visit([](auto place) -> std::variant<uint32_t*, int64_t*, double*> {
          if constexpr (std::is_same_v<decltype(place), uint32_t*> || std::is_same_v<decltype(place), int64_t*> || std::is_same_v<decltype(place), double*>) return place;
          else return static_cast<double*>(nullptr);
        }, row.place(&policy)));
      };
      set(bound);
      CHECK(problems_of(policy, true).empty());
      if (!most && bound == 0) continue;
      set(most ? bound + 1 : bound - 1);
      CHECK(problems_of(policy, true).size() == 1);
    }
  }
}

TEST_CASE("beyond this machine nothing is open") {
  for (const char* address : {"0.0.0.0", "::", "192.168.1.2", "203.0.113.9", "::ffff:127.0.0.1"}) {
    INFO(address);
    CHECK(of_line(std::string("ingest.address = \"") + address + "\"").find("error: `ingest.write_keys`: nothing is set, and `" + std::string(address)) != std::string::npos);
    CHECK(of_line(std::string("ingest = {address = \"") + address + "\", write_keys = []}").find("error: `ingest.write_keys`: nothing is set") != std::string::npos);
    CHECK(of_line(std::string("admin.address = \"") + address + "\"").find("error: `admin.token`: nothing is set") != std::string::npos);
  }
  for (const char* address : {"127.0.0.1", "127.9.9.9", "::1"}) CHECK(of_line(std::string("ingest.address = \"") + address + "\"") == "");
  for (const char* address : {"", "localhost", "0x7f.1", "2130706433", "127.1", "example.org", "127.0.0.1:80", " 127.0.0.1"}) {
    INFO(address);
    CHECK(of_line(std::string("ingest.address = \"") + address + "\"") != "");
  }
}

TEST_CASE("a secret is a reference to a file that is closed to others, and not empty") {
  const Folder folder;
  folder.write("open", "0123456789abcdef", 0604);
  folder.write("closed", "0123456789abcdef", 0640);
  folder.write("empty", "");
  folder.write("short", "canary-short");
  const auto of_token = [&](const std::string& token) { return told(kStore + "admin.token = " + token + "\n", folder.path("serve.toml")); };
  CHECK(of_token("\"file:closed\"") == "");
  CHECK(of_token("\"file:open\"").find("everybody on this machine may read or write") != std::string::npos);
  CHECK(of_token("\"file:empty\"").find("the secret is empty") != std::string::npos);
  CHECK(of_token("\"file:none\"").find("cannot be opened") != std::string::npos);
  CHECK(of_token("\"env:WEND_NO_SUCH_NAME\"").find("the environment has no") != std::string::npos);
  CHECK(of_token("\"file:short\"").find("shorter than 16 bytes") != std::string::npos);
  CHECK(of_token("\"\"").find("never as it is") != std::string::npos);
  CHECK(of_token("\"canary-0123456789\"").find("a secret is given as `file:PATH` or `env:NAME`, never as it is") != std::string::npos);
  CHECK(of_token("12345678901234567").find("a whole number is not `file:PATH` or `env:NAME`") != std::string::npos);
  CHECK(told(kStore + "admin.token = \"file:none\"\n", folder.path("serve.toml"), SecretsOf::another) == "");
}

TEST_CASE("no problem ever has the text of a secret") {
  const Folder folder;
  folder.write("key", "canary-0123456789abcdef");
  for (const char* value : {"\"canary-0123456789\"", "canary", "tcanary", "[\"canary\"]", "{canary = 1}", "98765432109876543210", "\"\\canary\"", "'canary", "\"\"\"canary",
                            "9876543210.98765x", "0xcanary", "2026-98-76canary", "\"file:canary\" canary", "+canary", "_canary", "infcanary"}) {
    for (const char* key : {"admin.token", "ingest.write_keys"}) {
      INFO(key << " = " << value);
      const std::string found = told(kStore + key + " = " + value + "\n", folder.path("serve.toml"));
      CHECK(found != "");
      if (std::string(value).find("file:") == std::string::npos) CHECK(found.find("canary") == std::string::npos);
      CHECK(found.find("98765") == std::string::npos);
    }
  }
}

TEST_CASE("whatever a configuration is cut or garbled to, it is read or refused") {
  const std::string text = "# c\n[store]\nfolder = \"a\"\n[ingest]\nwrite_keys = [\"env:HOME\", 'env:PATH']\nidle = \"\"\"5 s\"\"\"\n[channels.x]\nconnector='file'\npath=\"p\"\n"
                           "attempts = 1_0\nper_second = 1.5\n[channels.h.net]\nports = [1, 2,]\n";
  for (size_t at = 0; at <= text.size(); ++at) {
    told(text.substr(0, at));
    for (const char c : {'"', '\'', '[', '}', '.', '\n', '\0', '\xff', '=', '#'}) {
      std::string garbled = text;
      garbled.insert(at, 1, c);
      told(garbled);
      if (at < text.size()) told(garbled.erase(at + 1, 1));
    }
  }
  SUCCEED();
}

TEST_CASE("lists are lists, and texts are plain") {
  const std::string mail = "[channels.m]\nconnector = \"sendgrid\"\nfrom = \"a@example.org\"\nkey = \"env:HOME\"\n";
  CHECK(of_line(mail + "subject = \"title\"").find("`title` is not a list of texts; put it in brackets: [\"title\"]") != std::string::npos);
  CHECK(of_line(mail + "subject = []").find("it may not be empty") != std::string::npos);
  CHECK(of_line(mail + "html = [1]").find("each must be a text that is not empty") != std::string::npos);
  CHECK(of_line(mail + "html = [\"\"]") != "");
  CHECK(of_line(mail + "from_name = \"a\\r\\nBcc: x\"").find("a control character") != std::string::npos);
  CHECK(of_line(mail + "[channels.m.net]\nports = [0]").find("each must be a whole number from 1 to 65535") != std::string::npos);
  CHECK(of_line(mail + "[channels.m.net]\nports = [70000]") != "");
}

TEST_CASE("a configuration that cannot be read says why") {
  const Folder folder;
  std::string problem;
  CHECK_FALSE(settings_text(folder.path("none.toml"), problem));
  CHECK(problem == "the configuration `" + folder.path("none.toml") + "` cannot be read: No such file or directory");
  CHECK_FALSE(settings_text(folder.path(""), problem));
  CHECK(problem.find("no regular file") != std::string::npos);
  folder.write("serve.toml", kStore);
  CHECK(settings_text(folder.path("serve.toml"), problem) == kStore);
}
