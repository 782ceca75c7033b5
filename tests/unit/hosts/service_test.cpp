// The two doors of a running project, without sockets: what a request is answered, and when.
#include <catch2/catch.hpp>

#include <fstream>
#include <future>
#include <nlohmann/json.hpp>

#include "compiler/service/service.h"
#include "runtime/hosts/service.h"
#include "runtime/store/memory_store.h"
#include "test_paths.h"

using namespace wend;

namespace {

using Json = nlohmann::json;

const char* const kProject = R"(project shop { time zone "UTC" }
profile {
  identity user_id, anonymous_id many
  email text?
}
event sign_up { source text }
channel email { reaches email, content { subject text } }
protect everyone { categories promotional }
message hello { category promotional, email { subject "Hello" } }
journey welcome { enter on sign_up, step one { send hello, wait 2 days } }
)";

class Mailbox : public Connector {
 public:
  Outcome deliver(const Delivery& delivery) override {
    const std::lock_guard lock(mutex_);
    seen_.push_back(delivery);
    came_.notify_all();
    Outcome outcome;
    outcome.kind = Outcome::Kind::delivered;
    return outcome;
  }
  Delivery first() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return !seen_.empty(); });
    return seen_.front();
  }
  size_t count() {
    const std::lock_guard lock(mutex_);
    return seen_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Delivery> seen_;
};

// Fails when it is told to.
class Brittle : public Store {
 public:
  std::atomic<bool> breaks = false;
  StoreFailure get(Space space, std::string_view key, std::optional<std::string>& value) const override { return store_->get(space, key, value); }
  StoreFailure get_many(Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const override { return store_->get_many(space, keys, values); }
  StoreFailure scan(Space space, const Bounds& bounds, const Visitor& visit) const override { return store_->scan(space, bounds, visit); }
  StoreFailure write(const Batch& batch, bool synced) override {
    if (breaks) return StoreError{StoreError::Kind::unknown, "the disk said no", "", 0, "open it again"};
    return store_->write(batch, synced);
  }
  bool must_close() const override { return false; }
  std::unique_ptr<StoreReader> snapshot() const override { return store_->snapshot(); }
  StoreFailure drop_range(Space space, std::string_view from, std::string_view to) override { return store_->drop_range(space, from, to); }
  StoreFailure flush() override { return {}; }
  StoreFailure checkpoint(const std::string&) override { return {}; }
  StoreFailure verify() override { return {}; }
  StoreStatistics statistics() const override { return store_->statistics(); }
  std::string identity() const override { return store_->identity(); }

 private:
  std::unique_ptr<Store> store_ = make_memory_store();
};

struct House {
  Project project = Project::from_texts({{"project.wend", kProject}});
  std::shared_ptr<const Module> module = compile(project.program(), Tier::fast_compile);
  Brittle store;
  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>();
  std::promise<std::string> fault;
  std::unique_ptr<Daemon> daemon;
  std::unique_ptr<Service> service;

  explicit House(Service::Options options = {}, Daemon::Options running = {}, bool start = true) {
    options.ingest.queue_events = static_cast<uint32_t>(running.queue_events);
    running.fault = [this](std::string_view what) { fault.set_value(std::string(what)); };
    daemon = std::make_unique<Daemon>(Desk::Version{module, {{"first"}, {}, 0}, {}}, std::nullopt, store, system_clock(), std::vector<Daemon::Channel>{{"email", mailbox, {}, false}}, std::move(running));
    service = std::make_unique<Service>(*daemon, std::move(options));
    if (start) daemon->start();
  }

  HttpOut call(Router router, std::string method, std::string path, std::string body, HttpFields headers = {}, std::string query = {}) {
    HttpIn in;
    in.method = std::move(method);
    in.path = std::move(path);
    in.query = std::move(query);
    in.body = std::move(body);
    in.headers = std::move(headers);
    std::promise<HttpOut> answer;
    router(std::move(in), [&](HttpOut out) { answer.set_value(std::move(out)); });
    return answer.get_future().get();
  }
  HttpOut post(std::string path, std::string body, HttpFields headers = {}) { return call(service->ingest_door(), "POST", std::move(path), std::move(body), std::move(headers)); }
  HttpOut admin(std::string method, std::string path, std::string body = "", HttpFields headers = {}) {
    return call(service->admin_door(), std::move(method), std::move(path), std::move(body), std::move(headers));
  }
};

std::string sign_up(const std::string& user, const std::string& id = "") {
  return R"({"userId":")" + user + R"(","event":"sign_up","properties":{"source":"ad"},"context":{"traits":{"email":")" + user + "@example.org\"}}" +
         (id.empty() ? "" : ",\"messageId\":\"" + id + "\"") + "}";
}

}  // namespace

TEST_CASE("an event is answered when it is stored, and its message is sent") {
  House house;
  const HttpOut answer = house.post("/v1/track", sign_up("ada", "m1"));
  CHECK(answer.status == 200);
  CHECK(answer.body == "{\"success\":true}");
  CHECK(house.mailbox->first().address == "ada@example.org");
  CHECK(house.post("/v1/track", sign_up("ada", "m1")).status == 200);   // a client that did not hear us
  const Desk::Receipt taken = house.daemon->numbers().taken;
  CHECK(taken.applied == 1);
  CHECK(taken.duplicates == 1);
}

TEST_CASE("one bad event of a batch harms none of the others, and is a dead letter that can be read and tried again") {
  House house;
  const std::string batch = R"({"batch":[{"type":"track",)" + sign_up("ada").substr(1) + R"(,{"type":"track","userId":"bob","event":"sign_up","properties":{"source":7}}]})";
  CHECK(house.post("/v1/batch", batch).status == 200);
  const HttpOut strict = house.post("/v1/batch", batch, {{"x-strict-mode", "1"}});
  CHECK(strict.status == 400);
  const Json said = Json::parse(strict.body);
  REQUIRE(said["errors"].size() == 1);
  CHECK(said["errors"][0]["pointer"] == "/batch/1");
  const Json letters = Json::parse(house.admin("GET", "/v1/dead-letters").body)["dead_letters"];
  REQUIRE(letters.size() == 2);
  const std::string sequence = std::to_string(letters[0]["sequence"].get<uint64_t>());
  CHECK(letters[0]["record"].get<std::string>().find("\"bob\"") != std::string::npos);
  CHECK(house.admin("POST", "/v1/dead-letters/" + sequence + "/replay").status == 422);
  CHECK(house.admin("DELETE", "/v1/dead-letters/" + sequence).status == 404);   // tried again, it has another number
  CHECK(Json::parse(house.admin("GET", "/v1/dead-letters").body)["dead_letters"].size() == 2);
  CHECK(house.daemon->numbers().rejected.size() == 1);
}

TEST_CASE("a write key is asked where one is set, in whatever way clients send it") {
  ::setenv("WEND_TEST_KEY", "abcdefgh12345678", 1);
  std::string problem;
  Service::Options options;
  options.ingest.write_keys.push_back(*SecretSource::from("env:WEND_TEST_KEY", problem));
  House house(options);
  CHECK(house.post("/v1/track", sign_up("ada")).status == 401);
  CHECK(house.post("/v1/track", sign_up("ada"), {{"authorization", "Basic YWJjZGVmZ2gxMjM0NTY3ODo="}}).status == 200);
  CHECK(house.post("/v1/track", sign_up("ada"), {{"authorization", "Bearer abcdefgh12345678"}}).status == 200);
  CHECK(house.post("/v1/track", sign_up("ada"), {{"authorization", "Bearer abcdefgh12345679"}}).status == 401);
  CHECK(house.post("/v1/batch", R"({"writeKey":"abcdefgh12345678","batch":[]})").status == 200);
}

TEST_CASE("I16: a key that is wrong, missing, cut or in the address lets nobody in, and nothing tells which it was") {
  ::setenv("WEND_TEST_KEY", "abcdefgh12345678", 1);
  std::string problem, warned;
  Service::Options options;
  options.ingest.write_keys.push_back(*SecretSource::from("env:WEND_TEST_KEY", problem));
  options.warn = [&](std::string_view text) { warned += text; };
  House house(options);
  std::vector<HttpOut> refused;
  for (const char* key : {"Bearer xxxxxxxxxxxxxxxx", "Bearer abcdefgh1234567", "Bearer abcdefgh123456789", "Basic Og==", "Bearer ", "abcdefgh12345678", "Digest abcdefgh12345678"}) {
    refused.push_back(house.post("/v1/track", sign_up("ada"), {{"authorization", key}}));
    refused.push_back(house.post("/v1/track", "{", {{"authorization", key}}));
  }
  refused.push_back(house.post("/v1/track", sign_up("ada")));
  refused.push_back(house.post("/v1/track", "{"));
  refused.push_back(house.post("/v1/batch", R"({"writeKey":["abcdefgh12345678"],"batch":[]})"));
  refused.push_back(house.call(house.service->ingest_door(), "POST", "/v1/track", sign_up("ada"), {}, "writeKey=abcdefgh12345678"));
  for (const HttpOut& out : refused) {
    CHECK(out.status == 401);
    CHECK(out.body == refused.front().body);
  }
  CHECK(house.daemon->numbers().taken.applied == 0);
  CHECK(warned.empty());
}

TEST_CASE("I20: a write key that sends too fast is told when to come again, others are not, and it is counted") {
  ::setenv("WEND_TEST_KEY", "abcdefgh12345678", 1);
  ::setenv("WEND_TEST_KEY_2", "abcdefgh87654321", 1);
  std::string problem;
  auto now = std::make_shared<std::atomic<int64_t>>(9'000'000);
  Service::Options options;
  for (const char* key : {"env:WEND_TEST_KEY", "env:WEND_TEST_KEY_2"}) options.ingest.write_keys.push_back(*SecretSource::from(key, problem));
  options.ingest.rate_per_key = 2;
  options.steady = [now] { return now->load(); };
  House house(options);
  const auto post = [&](const char* key, const std::string& body) { return house.post("/v1/track", body, {{"authorization", std::string("Bearer ") + key}}); };
  for (const char* user : {"a", "b"}) CHECK(post("abcdefgh12345678", sign_up(user)).status == 200);
  for (const std::string& body : {sign_up("c"), std::string("no JSON, and not even read")}) {
    const HttpOut slow = post("abcdefgh12345678", body);
    CHECK(slow.status == 429);
    CHECK(std::find(slow.headers.begin(), slow.headers.end(), std::pair<std::string, std::string>("Retry-After", "1")) != slow.headers.end());
  }
  CHECK(post("abcdefgh87654321", sign_up("c")).status == 200);
  CHECK(house.post("/v1/batch", R"({"writeKey":"abcdefgh12345678","batch":[]})").status == 429);
  *now += 1'000'000;
  CHECK(post("abcdefgh12345678", sign_up("d")).status == 200);
  CHECK(house.daemon->numbers().taken.applied == 4);
  CHECK(house.admin("GET", "/metrics").body.find("wend_requests_too_fast_total{who=\"key\"} 3\n") != std::string::npos);
}

TEST_CASE("I20: one user who floods is told to come again, whatever they are called by others goes on") {
  auto now = std::make_shared<std::atomic<int64_t>>(9'000'000);
  Service::Options options;
  options.ingest.rate_per_user = 3;
  options.steady = [now] { return now->load(); };
  House house(options);
  uint64_t taken = 0;
  for (int i = 0; i < 50; ++i) {
    taken += house.post("/v1/track", sign_up("flood")).status == 200;
    CHECK(house.post("/v1/track", sign_up("user" + std::to_string(i))).status == 200);
  }
  CHECK(taken == 3);
  const std::string both = R"({"batch":[{"type":"track",)" + sign_up("flood").substr(1) + R"(,{"type":"track",)" + sign_up("ada").substr(1) + "]}";
  CHECK(house.post("/v1/batch", both).status == 200);
  CHECK(house.admin("GET", "/metrics").body.find("wend_requests_too_fast_total{who=\"user\"} 47\n") != std::string::npos);
}

TEST_CASE("events that the program does not declare are counted by name, told of once, and no more names than may be") {
  std::vector<std::string> told;
  Service::Options options;
  options.warn = [&](std::string_view text) { told.emplace_back(text); };
  House house(options);
  const auto event = [&](const std::string& name) { return house.post("/v1/track", R"({"userId":"u","event":")" + name + "\"}").status; };
  const auto metrics = [&] { return house.admin("GET", "/metrics").body; };
  for (int i = 0; i < 3; ++i) CHECK(event("Sign Up") == 200);
  CHECK(event(R"(a\n\"b\\)") == 200);
  CHECK(event(std::string(99, 'x') + "ö") == 200);   // cut in the midst of a letter
  CHECK(metrics().find("wend_undeclared_events_total{event=\"Sign Up\"} 3\n") != std::string::npos);
  CHECK(metrics().find(R"(wend_undeclared_events_total{event="a \"b\\"} 1)" "\n") != std::string::npos);
  CHECK(metrics().find(std::string(99, 'x') + "\uFFFD") != std::string::npos);
  REQUIRE(told.size() == 3);
  CHECK(told[0].find("`Sign Up`") != std::string::npos);
  CHECK(told[1].find('\n') == std::string::npos);
  std::string batch = R"({"batch":[)";
  for (int i = 0; i < 2'000; ++i) batch += std::string(i ? "," : "") + R"({"type":"track","userId":"u","event":"e)" + std::to_string(i) + "\"}";
  CHECK(house.post("/v1/batch", batch + "]}").status == 200);
  CHECK(metrics().find("{event=\"other names\"} 1003\n") != std::string::npos);
  CHECK(told.size() == IngestCounts::kToldMost);
}

TEST_CASE("I4: events behind the most that a request may have are counted, and with X-Strict-Mode told") {
  Service::Options options;
  options.ingest.body_events = 2;
  House house(options);
  std::string batch;
  for (const char* user : {"a", "b", "c", "d", "e"}) batch += (batch.empty() ? "" : ",") + (R"({"type":"track",)" + sign_up(user).substr(1));
  CHECK(house.post("/v1/batch", "{\"batch\":[" + batch + "]}").status == 200);
  CHECK(house.post("/v1/batch", "{\"batch\":[" + batch + "]}", {{"x-strict-mode", "1"}}).status == 400);
  CHECK(house.daemon->numbers().taken.applied == 4);
  CHECK(house.admin("GET", "/metrics").body.find("wend_events_past_limit_total 6\n") != std::string::npos);
}

TEST_CASE("what cannot be stored is never answered with success") {
  House house;
  house.store.breaks = true;
  const HttpOut answer = house.post("/v1/track", sign_up("ada"));
  CHECK(answer.status == 503);
  CHECK(std::any_of(answer.headers.begin(), answer.headers.end(), [](const auto& field) { return field.first == "Retry-After"; }));
  CHECK(house.fault.get_future().get().find("the disk said no") != std::string::npos);
  CHECK(house.post("/v1/track", sign_up("bob")).status == 503);
  CHECK(house.admin("GET", "/readyz").status == 503);
  CHECK(house.admin("GET", "/v1/holds").status == 503);
  CHECK(house.mailbox->count() == 0);
}

TEST_CASE("F25: more than may wait is asked to come again, never told that it was wrong") {
  Daemon::Options running;
  running.queue_events = 3;
  House house({}, running, false);   // nothing is taken from the queue
  std::vector<std::future<HttpOut>> waiting;
  const auto post = [&](const std::string& user) {
    auto answer = std::make_shared<std::promise<HttpOut>>();
    waiting.push_back(answer->get_future());
    HttpIn in;
    in.method = "POST";
    in.path = "/v1/track";
    in.body = sign_up(user);
    house.service->ingest_door()(std::move(in), [answer](HttpOut out) { answer->set_value(std::move(out)); });
  };
  for (const char* user : {"a", "b", "c", "d"}) post(user);
  const HttpOut refused = waiting.back().get();
  CHECK(refused.status == 503);
  CHECK(std::any_of(refused.headers.begin(), refused.headers.end(), [](const auto& field) { return field.first == "Retry-After"; }));
  CHECK(house.admin("GET", "/readyz").status == 503);
  house.daemon->start();
  waiting.pop_back();
  for (auto& answer : waiting) CHECK(answer.get().status == 200);
}

TEST_CASE("a nearly full disk takes no events and sends nothing, and is told by readyz") {
  Daemon::Options running;
  running.low_disk_bytes = 100;
  running.disk_free = [] { return uint64_t{99}; };
  House house({}, running);
  while (!house.daemon->numbers().low_disk) std::this_thread::yield();
  CHECK(house.post("/v1/track", sign_up("ada")).status == 503);
  CHECK(house.admin("GET", "/readyz").body.find("disk") != std::string::npos);
  CHECK(house.admin("GET", "/livez").status == 200);
}

TEST_CASE("the red button works at once and is undone") {
  House house;
  CHECK(house.admin("POST", "/v1/hold", R"({"kind":"channel","name":"email","why":"wrong price"})").status == 200);
  CHECK(house.admin("POST", "/v1/hold", R"({"kind":"channel","name":"pigeon"})").status == 404);
  CHECK(house.admin("POST", "/v1/hold", "no").status == 400);
  CHECK(house.post("/v1/track", sign_up("ada")).status == 200);
  CHECK(Json::parse(house.admin("GET", "/v1/holds").body)["channels"] == Json::array({"email"}));
  CHECK(house.mailbox->count() == 0);
  CHECK(house.admin("POST", "/v1/release", R"({"kind":"channel","name":"email"})").status == 200);
  CHECK(house.mailbox->first().address == "ada@example.org");
}

TEST_CASE("all that is known of a user can be read, and be gone") {
  House house;
  house.post("/v1/track", sign_up("a/da"));
  house.mailbox->first();
  const HttpOut known = house.admin("GET", "/v1/users/a%2Fda/export");
  CHECK(known.status == 200);
  CHECK(known.body.find(R"({"kind":"attribute","name":"email","value":"a/da@example.org"})") != std::string::npos);
  CHECK(known.body.find("journey/welcome/one") != std::string::npos);
  CHECK(house.admin("DELETE", "/v1/users/a%2Fda").status == 200);
  CHECK(house.admin("GET", "/v1/users/a%2Fda/export").status == 404);
  CHECK(house.admin("DELETE", "/v1/users/nobody").status == 404);
}

TEST_CASE("the admin door asks for its token, but health and numbers are open") {
  ::setenv("WEND_TEST_TOKEN", "12345678abcdefgh", 1);
  std::string problem;
  Service::Options options;
  options.admin_token = *SecretSource::from("env:WEND_TEST_TOKEN", problem);
  options.version = "9.9";
  House house(options);
  CHECK(house.admin("GET", "/v1/holds").status == 401);
  CHECK(house.admin("GET", "/v1/holds", "", {{"authorization", "Bearer 12345678abcdefgh"}}).status == 200);
  CHECK(house.admin("GET", "/livez").status == 200);
  CHECK(house.admin("GET", "/metrics").body.find("wend_build_info{version=\"9.9\"} 1\n") != std::string::npos);
}

TEST_CASE("every route stands in the README, as in the table") {
  std::ifstream in(WEND_SOURCE_DIR "/runtime/hosts/README.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
#define WEND_ROUTE(door, method, pattern, handler, cors, key, summary) CHECK(page.find("| " #method " | `" pattern "` | " summary " |\n") != std::string::npos);
#include "runtime/hosts/routes.def"
#undef WEND_ROUTE
}

TEST_CASE("every route stands in the description") {
  House house;
  const Json page = Json::parse(house.admin("GET", "/openapi.json").body);
  size_t count = 0;
#define WEND_ROUTE(door, method, pattern, handler, cors, key, summary) \
  CHECK(page["paths"].contains(pattern));                              \
  ++count;
#include "runtime/hosts/routes.def"
#undef WEND_ROUTE
  size_t described = 0;
  for (const auto& path : page["paths"]) described += path.size();
  CHECK(described == count);
}
