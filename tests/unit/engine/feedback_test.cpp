// What is heard of sends later, from providers and in events: it ends what nobody knows the end of, it stops what was to be tried
// again, and the user's history hears of each report once.
#include "tests/unit/engine/desk_world.h"

#include <algorithm>

using namespace wend;
using namespace wend::test;

namespace {

const char* const kProject = R"(project shop { time zone "UTC" }
profile {
  identity user_id
  email text?
  phone text?
  wants_email bool = true
}
event sign_up { }
measure openings = count of opened ever
channel email { reaches email, consent wants_email, content { subject text } }
channel sms   { reaches phone, content { body text } }
protect everyone {
  categories transactional > promotional
  exempt transactional
  at most 1 promotional in 7 days, then drop
}
message hello  { category promotional, email { subject "Hello" } }
message thanks { category transactional, sms { body "Thanks" } }
journey welcome {
  enter on sign_up
  re-enter always
  step one { send hello }
}
journey arrived {
  enter on delivered hello
  re-enter always
  step one { wait 30 days }
}
journey lost {
  enter on failed hello
  re-enter always
  step one { wait 30 days }
}
)";

constexpr int64_t kHour = 3'600'000'000, kDay = 24 * kHour;
const int64_t kMorning = 1'767'254'400'000'000;   // 2026-01-01T08:00Z

struct World : DeskWorld {
  explicit World(DeliveryPolicy policy = {}, bool takes_once = false) : DeskWorld(kProject, kMorning, policy, takes_once) {}

  Desk::Receipt report(Callback said, const std::string& channel = "email") {
    Arrivals arrivals;
    arrivals.received = now;
    arrivals.items.emplace_back().report = ProviderReport{channel, std::move(said)};
    return desk->take(arrivals);
  }
  Desk::Receipt report(const std::string& id, const std::string& event, const std::string& key = "") {
    Callback said;
    said.id = id;
    said.event = event;
    said.key = key;
    return report(std::move(said));
  }
  // Decided, and handed to the provider, which answers so.
  std::string send(Outcome outcome) {
    provider->script(std::move(outcome));
    post(line("ada", "sign_up"));
    deliver();
    return last_id();
  }
  size_t entered(const std::string& journey) const {
    return static_cast<size_t>(std::count_if(told.begin(), told.end(), [&](const std::string& line) {
      return line.find("\"kind\":\"enter\"") != std::string::npos && line.find("\"" + journey + "\"") != std::string::npos;
    }));
  }
  std::string attribute(const std::string& name) const {
    const std::string all = desk->export_user(desk->user_named("ada"));
    const std::string before = "\"name\":\"" + name + "\",\"value\":";
    const size_t at = all.find(before);
    return at == std::string::npos ? "" : all.substr(at + before.size(), all.find('}', at) - at - before.size());
  }
};

}  // namespace

TEST_CASE("a send of which nobody knows ends as the provider says later, and its user's history hears of it once") {
  World world;
  const std::string id = world.send(unknown("status 500"));
  CHECK(world.ended_as(id).empty());
  SECTION("delivered") {
    CHECK(world.report(id, "delivered").applied == 1);
    CHECK(world.report(id, "delivered").duplicates == 1);   // in the same write
    world.desk->commit();
    CHECK(world.report(id, "delivered").duplicates == 1);
    world.desk->commit();
    CHECK(world.ended_as(id) == "delivered delivered");
    CHECK(world.entered("arrived") == 1);
    CHECK(world.entered("lost") == 0);
    CHECK(world.desk->courier().counts().ended.at({"email", SentRow::How::delivered}) == 1);
  }
  SECTION("failed: the slot is free again") {
    CHECK(world.report(id, "failed").applied == 1);
    world.desk->commit();
    CHECK(world.ended_as(id) == "failed failed");
    CHECK(world.entered("lost") == 1);
    world.send(Provider::good());
    CHECK(world.provider->seen().size() == 2);
  }
  SECTION("bounced: failed, and the address is dead") {
    Callback said;
    said.id = id;
    said.event = "bounced";
    said.permanent = true;
    CHECK(world.report(said).applied == 1);
    world.desk->commit();
    CHECK(world.ended_as(id) == "failed bounced");
    CHECK(world.entered("lost") == 1);
    world.send(Provider::good());
    CHECK(world.provider->seen().size() == 1);
  }
  SECTION("who opened it has it") {
    CHECK(world.report(id, "opened", "e1").applied == 1);
    world.desk->commit();
    CHECK(world.ended_as(id) == "delivered opened");
    CHECK(world.entered("arrived") == 1);
  }
  CHECK(world.rows(Space::outbox) == 0);
}

TEST_CASE("a report of what has ended is heard where it is news") {
  World world;
  const std::string id = world.send(Provider::good());
  CHECK(world.ended_as(id) == "delivered");
  CHECK(world.entered("arrived") == 1);
  CHECK(world.report(id, "delivered").duplicates == 1);
  CHECK(world.report(id, "opened", "e1").applied == 1);
  CHECK(world.report(id, "opened", "e1").duplicates == 1);
  CHECK(world.report(id, "opened", "e2").applied == 1);
  CHECK(world.report(id, "failed").applied == 1);
  CHECK(world.report(id, "failed").duplicates == 1);
  world.desk->commit();
  CHECK(world.entered("arrived") == 1);
  CHECK(world.entered("lost") == 1);
  CHECK(world.ended_as(id) == "delivered");   // as the provider said then
}

TEST_CASE("an unsubscribing that the provider reports is one") {
  World world;
  const std::string id = world.send(Provider::good());
  CHECK(world.report(id, "unsubscribed", "e1").applied == 1);
  world.desk->commit();
  CHECK(world.attribute("wants_email") == "false");
}

TEST_CASE("a report that overtakes the attempt it is about ends it, and the attempt's own end is no news") {
  World world;
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.claim();
  const std::string id = world.last_id();
  REQUIRE(world.desk->courier().in_flight() == 1);
  SECTION("delivered, and the answer never came") {
    CHECK(world.report(id, "delivered").applied == 1);
    world.desk->commit();
    CHECK(world.ended_as(id) == "delivered delivered");
    world.desk->outcome(id, unknown("late"), world.now);
    world.desk->commit();
    CHECK(world.ended_as(id) == "delivered delivered");
    CHECK(world.entered("arrived") == 1);
  }
  SECTION("failed, though the provider took it") {
    CHECK(world.report(id, "failed").applied == 1);
    world.desk->commit();
    world.hear();
    CHECK(world.ended_as(id) == "failed failed");
    CHECK(world.entered("arrived") == 0);
    CHECK(world.entered("lost") == 1);
  }
  CHECK(world.rows(Space::outbox) == 0);
}

TEST_CASE("a report that comes in one write with the unknown end of its attempt finds it") {
  World world;
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.claim();
  const std::string id = world.last_id();
  world.desk->outcome(id, unknown("late"), world.now);
  CHECK(world.report(id, "bounced").applied == 1);
  CHECK(world.report(id, "delivered").applied == 1);   // it says otherwise: heard, but the send has ended
  world.desk->commit();
  CHECK(world.ended_as(id) == "failed bounced");
  CHECK(world.rows(Space::outbox) == 0);
}

TEST_CASE("what the provider says it has is not tried again") {
  DeliveryPolicy policy;
  policy.on_ambiguous = OnAmbiguous::retry_same_key;
  World world(policy, true);
  const std::string id = world.send(unknown("status 500"));
  CHECK(world.ended_as(id).empty());
  CHECK(world.report(id, "delivered").applied == 1);
  world.desk->commit();
  CHECK(world.ended_as(id) == "delivered delivered");
  world.now += kHour;
  world.deliver();
  CHECK(world.provider->seen().size() == 1);
  CHECK(world.rows(Space::outbox) == 0);
}

TEST_CASE("a report about nothing of ours changes nothing") {
  World world;
  const std::string id = world.send(unknown("status 500"));
  CHECK(world.report(std::string(32, '0'), "delivered").ignored == 1);
  CHECK(world.report("not an id", "delivered").ignored == 1);
  Callback other;
  other.id = id;
  other.event = "delivered";
  CHECK(world.report(other, "sms").ignored == 1);   // who may speak for one channel may not for another
  world.desk->commit();
  CHECK(world.ended_as(id).empty());
  world.desk->erase(world.desk->user_named("ada"));
  world.desk->commit();
  CHECK(world.report(id, "delivered").ignored == 1);
}

TEST_CASE("a report without a time that comes again when duplicates are forgotten is not believed") {
  World world;
  const std::string id = world.send(Provider::good());
  world.now += 8 * kDay;
  CHECK(world.report(id, "failed").ignored == 1);
  Callback dated;
  dated.id = id;
  dated.event = "opened";
  dated.at_us = world.now - kHour;
  CHECK(world.report(dated).applied == 1);
}

TEST_CASE("an event that names an unknown message gives its slot back when it says that nothing arrived") {
  World world;
  const std::string id = world.send(unknown("status 500"));
  world.post(world.line("ada", "bounced", "b1", R"({"permanent":false,"message_id":")" + id + "\"}"));
  world.desk->commit();
  CHECK(world.ended_as(id) == "failed bounced");
  CHECK(world.entered("lost") == 1);
  world.send(Provider::good());
  CHECK(world.provider->seen().size() == 2);
}
