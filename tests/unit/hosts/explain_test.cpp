// Why somebody did or did not get a message, as a growth engineer reads it. Every case is a golden text in tests/golden/explain:
// what happened above the rule, what `wend explain --user U …` says below it.
#include <catch2/catch.hpp>

#include "runtime/hosts/explain.h"
#include "test_paths.h"
#include "tests/golden/golden.h"
#include "tests/unit/engine/desk_world.h"

using namespace wend;
using namespace wend::test;

namespace {

const char* const kProject = R"(project shop { time zone "Europe/Stockholm" }
profile {
  identity user_id, anonymous_id many
  email       text?
  token       text?     sensitive
  wants_email bool = true
  wants_push  bool = false
  plan        one of free, premium = free
}
event sign_up { }
event order   { cart text }
event visit   { }
measure visits = count of visit in last 7 days
states pulse {
  evaluate continuously
  active when visits >= 2
  idle otherwise
}
channel email { reaches email, consent wants_email, content { subject text } }
channel push  { reaches token, consent wants_push, content { title text } }
topic news { }
protect everyone {
  categories transactional > lifecycle > promotional
  exempt transactional
  hold out 50% from lifecycle
  at most 2 promotional in 7 days
  quiet from 22:00 to 06:00, then wait
}
message hello   { category promotional, topic news, valid for 12 hours, email { subject "Hello" }, push { title "Hello" } }
message digest  { category lifecycle, email { subject "Your week" } }
message receipt { category transactional, email { subject "Thanks" } }
journey welcome {
  enter on sign_up
  re-enter always
  step greet { send hello by push, else email }
}
journey follow_up {
  enter when pulse becomes active
  step quiet_week { wait 2 days }
  step ask        { send hello by email }
}
journey weekly {
  enter on visit
  only if plan is premium
  re-enter after 3 days
  step only { send digest }
}
journey receipts {
  enter on order
  one per cart
  step only { send receipt, wait 1 day }
}
)";

constexpr int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
const int64_t kMorning = 1'767'254'400'000'000;   // 2026-01-01T08:00Z, 09:00 in Stockholm

struct World : DeskWorld {
  explicit World(DeliveryPolicy policy = {}) : DeskWorld(kProject, kMorning, policy) {}

  void identify(const std::string& user, const std::string& traits) {
    post(R"({"type":"identify","userId":")" + user + R"(","timestamp":")" + format_instant(now) + R"(","traits":)" + traits + "}");
  }
  Proof ask(const std::string& user, const std::string& message = "", std::optional<int64_t> at = {}) {
    desk->commit();
    Ledger ledger(*module, *store);
    return explain(ledger, {user, message, at});
  }
  // What is woken is claimed when that is stored.
  void deliver() {
    DeskWorld::deliver();
    DeskWorld::deliver();
  }
  // Compares with the file of that name, whose first lines tell what happened.
  void says(const std::string& name, const Proof& proof) {
    const std::string path = std::string(WEND_SOURCE_DIR) + "/tests/golden/explain/" + name + ".golden";
    INFO(name);
    golden::check_case(golden::read(path), render_text(proof));
    const std::string json = render_json(proof);
    const std::optional<Proof> back = proof_of_json(json);
    REQUIRE(back);
    CHECK(render_json(*back) == json);
    CHECK(render_text(*back) == render_text(proof));
  }
};

std::string everything_in(const Store& store) {
  std::string all;
  for (size_t space = 0; space < kSpaces.size(); ++space)
    store.scan(static_cast<Space>(space), {}, [&](std::string_view key, std::string_view value) {
      all.append(key).append("=").append(value).append("\n");
      return true;
    });
  return all;
}

}  // namespace

TEST_CASE("explain: sent, from the event that let them in to the provider's word") {
  World world;
  world.post(world.line("ada", "sign_up"));
  world.now += 3 * kSecond;
  world.deliver();
  world.says("sent", world.ask("ada", "hello"));
}

TEST_CASE("explain: sent after a wait, into a journey that a state let them into") {
  World world;
  world.post(world.line("ada", "visit"));
  world.now += kHour;
  world.post(world.line("ada", "visit"));
  world.now += 2 * kDay;
  world.deliver();
  world.says("sent_after_a_wait", world.ask("ada", "hello"));
}

TEST_CASE("explain: a cap names the sends that used it up") {
  World world;
  for (int i = 0; i < 2; ++i) {
    world.post(world.line("ada", "sign_up"));
    world.deliver();
    world.now += kHour;
  }
  world.post(world.line("ada", "sign_up"));
  world.says("cap", world.ask("ada", "hello"));
}

TEST_CASE("explain: no consent on any channel") {
  World world;
  world.identify("ada", R"({"email":"ada@example.org","wants_email":false,"token":"t"})");
  world.post(world.line("ada", "sign_up"));
  world.says("consent", world.ask("ada", "hello"));
}

TEST_CASE("explain: quiet hours, and then the validity was over") {
  World world;
  world.now += 14 * kHour;   // 23:00
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.now += 13 * kHour;   // nothing ran until noon
  world.deliver();
  CHECK(world.provider->seen().empty());
  world.says("quiet_then_expired", world.ask("ada", "hello"));
}

TEST_CASE("explain: held out") {
  World world;
  world.identify("cleo", R"({"email":"cleo@example.org","plan":"premium"})");
  world.post(world.line("cleo", "visit"));
  world.says("hold_out", world.ask("cleo", "digest"));
}

TEST_CASE("explain: consent was withdrawn between the decision and the claim") {
  World world;
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.now += 5 * kMinute;
  world.identify("ada", R"({"wants_email":false})");
  world.now += kMinute;
  world.deliver();
  CHECK(world.provider->seen().empty());
  world.says("blocked_at_the_claim", world.ask("ada", "hello"));
}

TEST_CASE("explain: nobody heard how the attempt ended") {
  World world;
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.claim();
  { std::unique_lock lock(world.mutex); world.came.wait(lock, [&] { return world.came_back == 1; }); }
  world.restart();
  world.now += kMinute;
  world.deliver();
  world.says("unknown_after_a_restart", world.ask("ada", "hello"));
}

TEST_CASE("explain: an operator holds it") {
  World world;
  world.desk->hold("message", "hello", "the link in it is broken");
  world.desk->commit();
  world.now += kMinute;
  world.post(world.line("ada", "sign_up"));
  world.deliver();
  world.says("held", world.ask("ada", "hello"));
}

TEST_CASE("explain: deferred by quiet hours, and sent in the morning") {
  World world;
  world.now += 14 * kHour;
  world.post(world.line("ada", "sign_up"));
  world.deliver();
  world.says("deferred", world.ask("ada", "hello"));
  world.now += 8 * kHour;
  world.deliver();
  CHECK(world.provider->seen().size() == 1);
  world.says("deferred_and_later_sent", world.ask("ada", "hello"));
}

TEST_CASE("explain: an exempt message, of a journey with a key, that a provider will not take now") {
  World world;
  world.provider->script(failed("status 503"));
  world.post(world.line("ada", "order", "", R"({"cart":"c-7"})"));
  world.deliver();
  world.says("waits_for_the_provider", world.ask("ada", "receipt"));
  world.now += kHour;
  world.deliver();
  world.post(world.line("ada", "opened", "", R"({"message_id":")" + world.last_id() + "\"}"));
  world.now += kDay;
  world.deliver();
  world.says("exempt", world.ask("ada", "receipt"));
}

TEST_CASE("explain: nobody has that name, and nobody has it any more") {
  World world;
  world.post(world.line("ada", "sign_up"));
  world.says("nobody", world.ask("bob", "hello"));
  world.desk->erase(world.desk->user_named("ada"));
  world.says("erased", world.ask("ada"));
}

TEST_CASE("explain: a message that was never up, with what would send it") {
  World world;
  world.identify("ada", R"({"email":"ada@example.org"})");
  world.post(world.line("ada", "visit"));
  world.says("never_up", world.ask("ada", "digest"));
  world.says("no_such_message", world.ask("ada", "goodbye"));
}

TEST_CASE("explain: all that is known of somebody") {
  World world;
  for (int i = 0; i < 3; ++i) {
    world.post(world.line("ada", "sign_up"));
    world.post(world.line("ada", "visit"));
    world.deliver();
    world.now += kHour;
  }
  world.post(world.line("ada", "order", "", R"({"cart":"c-7"})"));
  world.deliver();
  world.says("overview", world.ask("ada"));
  world.says("overview_then", world.ask("ada", "", kMorning + kMinute));
  world.says("a_message_then", world.ask("ada", "hello", kMorning + kHour + kMinute));
}

TEST_CASE("a message is found by its id, or the first eight digits of it") {
  World world;
  world.post(world.line("ada", "sign_up"));
  world.deliver();
  const std::string id = world.last_id();
  CHECK(world.ask("ada", id).id == id);
  CHECK(world.ask("ada", id.substr(0, 8)).id == id);
  CHECK(world.ask("ada", id.substr(0, 7)).answer == Proof::Answer::no_message);
  CHECK(world.ask("ada", std::string(32, 'f')).answer == Proof::Answer::no_message);
}

TEST_CASE("explaining changes nothing, and needs no process that runs") {
  World world;
  world.post(world.line("ada", "sign_up"));
  world.deliver();
  const std::string alive = render_text(world.ask("ada", "hello"));
  world.desk.reset();
  const std::string before = everything_in(*world.store);
  Ledger ledger(*world.module, *world.store);
  CHECK(render_text(explain(ledger, {"ada", "hello", {}})) == alive);
  CHECK(everything_in(*world.store) == before);
}

TEST_CASE("what is no proof is none") {
  for (const char* text : {"", "{", "[]", "null", "{\"answer\":1}", "{\"answer\":\"perhaps\"}"}) CHECK_FALSE(proof_of_json(text));
  const auto odd = proof_of_json(R"({"answer":"sent","sections":[1,{"steps":[2,{"at":3,"place":[]}]},{"steps":"x"}],"untold":{},"decided_by":7})");
  REQUIRE(odd);
  CHECK(odd->sections.size() == 3);
  render_text(*odd);
}

TEST_CASE("what the page of `wend explain` shows is what is said") {
  const std::string page = golden::read_text(std::string(WEND_SOURCE_DIR) + "/grammar/reference/explain.md");
  const std::string opening = "```text golden=";
  size_t shown = 0;
  for (size_t at = page.find(opening); at != std::string::npos; at = page.find(opening, at + 1), ++shown) {
    const size_t name = at + opening.size(), text = page.find('\n', name) + 1;
    const golden::Case file = golden::read(std::string(WEND_SOURCE_DIR) + "/tests/golden/explain/" + page.substr(name, text - 1 - name) + ".golden");
    INFO(file.path);
    CHECK(page.substr(text, page.find("```", text) - text) == file.expected);
  }
  CHECK(shown == 4);
}
