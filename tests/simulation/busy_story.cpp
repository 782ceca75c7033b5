// A project in which nearly everything that comes in leads to a message, under every rule that may stop one between its
// decision and its delivery; and people who come, buy, withdraw consent, move, and turn out to be somebody.
#include "tests/simulation/story.h"

#include "tests/differential/random.h"
#include "tests/reference/clock.h"

namespace wend::simulation {
namespace {

using differential::Random;
using reference::kDay;
using reference::kHour;
using reference::kMinute;
using reference::kSecond;

std::string then(Random& random) { return random.word({", then wait", ", then wait", ", then drop"}); }

std::string project_text(Random& random, bool joins) {
  std::string text = "project shop { time zone \"" + random.word({"UTC", "Europe/Stockholm", "America/New_York", "Asia/Kathmandu"}) + "\" }\n";
  text += "profile {\n  identity user_id" + std::string(joins ? random.word({", anonymous_id many", ", anonymous_id"}) : "") + "\n";
  text += "  address text?\n  handle text?\n  opt_in bool = true\n  opt_out bool = false\n  time_zone timezone?\n}\n";
  text += "topic weekly {\n  default subscribed\n}\n";
  text += "event sign_up { }\nevent paid { amount int = 1 }\nevent visit { }\n";
  text += "channel email {\n  reaches address\n  consent opt_in" + random.word({"", ", except transactional"}) + "\n  content { subject text, link url? }\n}\n";
  text += "channel push {\n  reaches handle\n  consent not opt_out\n  content { title text }\n}\n";
  text += "measure visits = count of visit in last 7 days\n";
  text += "states life {\n  evaluate daily at 06:00\n  active when visits >= 2\n  idle otherwise\n}\n";
  text += "protect everyone {\n  categories transactional > service > promotional\n";
  if (random.chance(70)) text += "  exempt transactional\n";
  if (random.chance(70)) text += "  quiet from " + random.word({"22:00 to 08:00", "12:00 to 14:30", "00:30 to 23:00"}) + random.word({"", " user time"}) + then(random) + "\n";
  if (random.chance(70)) text += "  at most " + std::to_string(random.between(1, 3)) + " " + random.word({"messages", "promotional", "email", "hello"}) + " in " + random.word({"6 hours", "1 day", "7 days"}) + then(random) + "\n";
  if (random.chance(30)) text += "  at most " + std::to_string(random.between(1, 3)) + " messages per day" + then(random) + "\n";
  if (random.chance(30)) text += "  at least " + random.word({"10 minutes", "3 hours"}) + " between messages" + then(random) + "\n";
  if (random.chance(30)) text += "  never promotional while visits >= 3" + then(random) + "\n";
  if (random.chance(30)) text += "  at least 1 message in 4 days, else send news\n";
  text += "}\n";
  const auto valid = [&] { return random.chance(60) ? "  valid for " + random.word({"20 minutes", "3 hours", "12 hours", "2 days"}) + "\n" : std::string(); };
  text += "message hello {\n  category promotional\n" + valid() + "  email { subject \"Hello {{ handle | default: 'you' }}\" }\n  push { title \"Hello\" }\n}\n";
  text += "message news {\n  category service\n  topic weekly\n" + valid() + "  push { title \"{{ visits }} visits\" }\n  email { subject \"News\" }\n}\n";
  text += "message receipt {\n  category transactional\n" + valid() + "  email { subject \"Thanks\" }\n}\n";
  text += "journey j0 {\n  enter on sign_up\n  re-enter always\n  step step_0 { send hello" + random.word({"", " by email", " by push, else email", " at 09:00 user time"}) +
          ", wait " + random.word({"1 hour", "1 day", "40 minutes"}) + " }\n  step step_1 { wait for paid up to 2 days { then send news else send hello } }\n}\n";
  text += "journey j1 {\n  enter on paid\n  re-enter always\n  priority 2\n  step step_0 { send receipt, wait 30 minutes, send news" + random.word({"", " by best channel", " by email"}) + " }\n}\n";
  text += "journey j2 {\n  enter on visit\n  re-enter after 90 minutes\n  exit when opt_out\n  step step_0 { wait " + random.word({"5 minutes", "until 09:00 user time", "3 hours"}) + ", send hello }\n}\n";
  if (random.chance(50)) text += "journey j3 {\n  enter when life is active\n  re-enter always\n  step step_0 { send news, wait for opened up to 1 day { else send hello by push } }\n}\n";
  if (random.chance(50)) text += "journey j4 {\n  enter every day at " + random.word({"09:00", "23:30"}) + random.word({"", " user time"}) + "\n  re-enter always\n  step step_0 { send hello by push }\n}\n";
  return text;
}

class Stream {
 public:
  Stream(Random& random, bool joins) : random_(random), joins_(joins) {}

  std::vector<Posted> build() {
    const int64_t begin = random_.pick(std::vector<int64_t>{reference::days_of(2026, 1, 10), reference::days_of(2026, 3, 26), reference::days_of(2026, 10, 22)}) * kDay;
    const int64_t days = random_.between(3, 20);
    for (int64_t user = random_.between(1, 6); user > 0; --user) {
      const std::string id = "user-" + std::to_string(user);
      int64_t at = begin + random_.between(0, 24 * 60) * kMinute;
      if (random_.chance(90)) add(at, id, "identify", profile(id, true));
      for (int64_t count = random_.between(4, 30); count > 0; --count) {
        at += random_.pick(std::vector<int64_t>{0, kSecond, kMinute, 20 * kMinute, kHour, 5 * kHour, 14 * kHour, kDay, days * kDay / 20});
        something(at, id);
      }
    }
    return std::move(posted_);
  }

 private:
  std::string who(const std::string& id) {
    if (!joins_ || random_.chance(60)) return "\"userId\":\"" + id + "\"";
    const std::string of = random_.chance(90) ? id : "user-" + std::to_string(random_.between(1, 6));
    const std::string browser = "\"anonymousId\":\"browser-of-" + of + "\"";
    return random_.chance(60) ? browser : browser + ",\"userId\":\"" + id + "\"";
  }

  void add(int64_t at, const std::string& id, const std::string& type, const std::string& rest) {
    std::string line = "{\"type\":\"" + type + "\"," + who(id) + ",\"timestamp\":\"" + reference::print_instant(at) + "\"";
    if (random_.chance(85)) line += ",\"messageId\":\"b" + std::to_string(++ids_) + "\"";
    posted_.push_back({at, line + rest + "}"});
  }

  std::string profile(const std::string& id, bool first) {
    std::string traits;
    const auto put = [&](int percent, const std::string& name, const std::string& value) {
      if (random_.chance(first ? percent : 30)) traits += (traits.empty() ? "\"" : ",\"") + name + "\":" + value;
    };
    const std::string number = std::to_string(random_.between(0, 3));
    put(90, "address", first || random_.chance(80) ? "\"canary-" + id + "-" + number + "@example.org\"" : "null");
    put(90, "handle", "\"canary-" + id + "-" + number + "\"");
    put(20, "opt_in", random_.chance(60) ? "true" : "false");
    put(10, "opt_out", random_.chance(50) ? "true" : "false");
    put(50, "time_zone", "\"" + random_.word({"UTC", "Asia/Tokyo", "America/Los_Angeles", "Australia/Lord_Howe"}) + "\"");
    put(10, "weekly", random_.chance(50) ? "true" : "false");
    return ",\"traits\":{" + traits + "}";
  }

  void something(int64_t at, const std::string& id) {
    const auto track = [&](const std::string& event, const std::string& properties) { add(at, id, "track", ",\"event\":\"" + event + "\",\"properties\":{" + properties + "}"); };
    switch (random_.between(0, 13)) {
      case 0: case 1: return add(at, id, "identify", profile(id, false));
      case 2: case 3: case 4: return track("sign_up", "");
      case 5: case 6: return track("paid", "\"amount\":" + std::to_string(random_.between(1, 9)));
      case 7: return track("unsubscribed", random_.word({"\"channel\":\"email\"", "\"topic\":\"weekly\"", ""}));
      case 8: return track(random_.word({"opened", "external_send", "undeclared"}), "\"channel\":\"email\"");
      case 9:
        if (!joins_ || !random_.chance(50)) return track("visit", "");
        posted_.push_back({at, "{\"type\":\"alias\",\"userId\":\"" + id + "\",\"previousId\":\"" + random_.word({"browser-of-" + id, "user-" + std::to_string(random_.between(1, 6))}) +
                                   "\",\"timestamp\":\"" + reference::print_instant(at) + "\"}"});
        return;
      default: return track("visit", "");
    }
  }

  Random& random_;
  const bool joins_;
  int64_t ids_ = 0;
  std::vector<Posted> posted_;
};

}  // namespace

Story busy_story(uint64_t seed) {
  Random random(seed * 6151 + 3);
  Story story;
  story.joins = random.chance(45);
  story.project = project_text(random, story.joins);
  story.lines = Stream(random, story.joins).build();
  return story;
}

}  // namespace wend::simulation
