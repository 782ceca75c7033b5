// The way back: a provider reports by HTTP what became of a message, and the user's journey hears of it.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <future>
#include <nlohmann/json.hpp>

#include "compiler/service/service.h"
#include "runtime/channels/signatures.h"
#include "runtime/hosts/service.h"
#include "runtime/store/memory_store.h"

using namespace wend;

namespace {

using Json = nlohmann::json;

const char* const kProject = R"(project shop { time zone "UTC" }
profile { identity user_id, partner_id text?, phone text? }
event sign_up { }
channel partner { reaches partner_id, content { title text } }
channel sms     { reaches phone, content { body text } }
protect everyone { categories promotional }
message hello { category promotional, partner { title "Hello" } }
message text  { category promotional, sms { body "Hello" } }
journey welcome { enter on sign_up, step one { send hello } }
journey arrived { enter on delivered hello, step one { wait 30 days } }
)";

const char* const kKey = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr int64_t kNow = 1'772'359'200;   // of who checks signatures; reports say no time of their own, and so are of now

// Takes what comes, and its answer is lost; reads callbacks as the webhook connector does.
class Partner : public Connector {
 public:
  Partner() {
    ::setenv("WEND_TEST_CALLBACK_KEY", kKey, 1);
    std::string problem;
    const SecretSource key = *SecretSource::from("env:WEND_TEST_CALLBACK_KEY", problem);
    std::vector<std::string> problems;
    webhook_ = make_webhook({.url = "https://partner.example/in", .keys = {key}, .callback_keys = {key}}, [] { return kNow * 1'000'000; }, problems);
    REQUIRE(webhook_);
  }
  Outcome deliver(const Delivery&) override { return {.kind = Outcome::Kind::unknown, .reason = "late"}; }
  CallbackReading hear(const CallbackRequest& request) override { return webhook_->hear(request); }

 private:
  std::unique_ptr<Connector> webhook_;
};

// Of a channel whose provider never calls back.
class Mute : public Connector {
  Outcome deliver(const Delivery&) override { return {}; }
};

struct House {
  Project project = Project::from_texts({{"project.wend", kProject}});
  std::shared_ptr<const Module> module = compile(project.program(), Tier::fast_compile);
  std::unique_ptr<Store> store = make_memory_store();
  std::mutex mutex;
  std::vector<std::string> told;
  std::unique_ptr<Daemon> daemon;
  std::unique_ptr<Service> service;

  explicit House(bool start = true) {
    const auto partner = std::make_shared<Partner>();
    const auto mute = std::make_shared<Mute>();
    Daemon::Options running;
    running.tell = [this](const Shard::Told& line) {
      const std::lock_guard lock(mutex);
      told.emplace_back(line.line);
    };
    Service::Options options;
    options.channels = {{"partner", partner}, {"sms", mute}};
    options.ingest.body_events = 2;
    daemon = std::make_unique<Daemon>(Desk::Version{module, {{"first"}, {}, 0}, {}}, std::nullopt, *store, system_clock(),
                                      std::vector<Daemon::Channel>{{"partner", partner, {}, false}, {"sms", mute, {}, false}}, std::move(running));
    service = std::make_unique<Service>(*daemon, std::move(options));
    if (start) daemon->start();
  }

  std::future<HttpOut> begin(const Router& router, std::string method, std::string path, std::string body, HttpFields headers) {
    HttpIn in;
    in.method = std::move(method);
    in.path = std::move(path);
    in.body = std::move(body);
    in.headers = std::move(headers);
    auto answer = std::make_shared<std::promise<HttpOut>>();
    router(std::move(in), [answer](HttpOut out) { answer->set_value(std::move(out)); });
    return answer->get_future();
  }
  HttpOut admin(std::string method, std::string path) { return begin(service->admin_door(), std::move(method), std::move(path), "", {}).get(); }
  std::future<HttpOut> call_back(const std::string& body, const std::string& webhook_id = "evt_1", const std::string& channel = "partner") {
    return begin(service->ingest_door(), "POST", "/v1/callbacks/" + channel, body,
                 {{"webhook-id", webhook_id}, {"webhook-timestamp", std::to_string(kNow)}, {"webhook-signature", standard_webhooks_signature(kKey, webhook_id, kNow, body).value()}});
  }

  // Ada signs up; the id of her message, of which nobody knows whether it arrived.
  std::string unknown_send() {
    REQUIRE(begin(service->ingest_door(), "POST", "/v1/track", R"({"userId":"ada","event":"sign_up","context":{"traits":{"partner_id":"p1"}}})", {}).get().status == 200);
    while (true) {
      const Json list = Json::parse(admin("GET", "/v1/messages/unknown").body)["messages"];
      if (!list.empty()) return list[0]["id"];
      std::this_thread::yield();
    }
  }
  size_t entered(const std::string& journey) {
    const std::lock_guard lock(mutex);
    size_t count = 0;
    for (const std::string& line : told) count += line.find("\"kind\":\"enter\"") != std::string::npos && line.find("\"" + journey + "\"") != std::string::npos;
    return count;
  }
  bool counted(const std::string& result, int count) {
    return admin("GET", "/metrics").body.find("wend_callbacks_total{channel=\"partner\",result=\"" + result + "\"} " + std::to_string(count) + "\n") != std::string::npos;
  }
};

std::string report(const std::string& event, const std::string& id) { return R"({"type":"message.)" + event + R"(","data":{"id":")" + id + "\"}}"; }

}  // namespace

TEST_CASE("a send of which nobody knows ends when its provider calls back, and the journey that waits for it begins") {
  House house;
  const std::string id = house.unknown_send();
  CHECK(house.entered("arrived") == 0);
  const HttpOut answer = house.call_back(report("delivered", id)).get();
  CHECK(answer.status == 200);
  CHECK(answer.body == "{\"success\":true}");
  const Json send = Json::parse(house.admin("GET", "/v1/messages/" + id).body);
  CHECK(send["status"] == "delivered");
  CHECK(house.entered("arrived") == 1);
  CHECK(house.call_back(report("delivered", id)).get().status == 200);            // the same again
  CHECK(house.call_back(report("delivered", id), "evt_2").get().status == 200);   // and by another name
  CHECK(house.call_back(report("opened", id), "evt_3").get().status == 200);
  CHECK(house.call_back(report("opened", id), "evt_3").get().status == 200);
  CHECK(house.entered("arrived") == 1);
  CHECK(house.counted("heard", 2));
  CHECK(house.counted("duplicate", 3));
}

TEST_CASE("a callback is answered when it is stored, and not before") {
  House house(false);
  std::future<HttpOut> answer = house.call_back(report("delivered", std::string(32, 'a')));
  CHECK(answer.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  house.daemon->start();
  CHECK(answer.get().status == 200);
  house.daemon->stop(std::chrono::steady_clock::now() + std::chrono::minutes(1));
  CHECK(house.call_back(report("delivered", std::string(32, 'a'))).get().status == 503);   // it comes again
}

TEST_CASE("I22: a callback that is unsigned, of no message of ours or too long changes nothing") {
  House house;
  const std::string id = house.unknown_send(), body = report("delivered", id);
  const Router door = house.service->ingest_door();
  CHECK(house.begin(door, "POST", "/v1/callbacks/partner", body, {}).get().status == 401);
  CHECK(house.begin(door, "POST", "/v1/callbacks/partner", body, {{"webhook-id", "a"}, {"webhook-timestamp", std::to_string(kNow)}, {"webhook-signature", "v1,AAAA"}}).get().status == 401);
  CHECK(house.counted("unsigned", 2));
  CHECK(house.call_back(report("delivered", std::string(32, '0'))).get().status == 200);
  CHECK(house.counted("unknown_id", 1));
  CHECK(house.call_back("[1]").get().status == 400);
  CHECK(house.counted("unreadable", 1));
  CHECK(house.call_back(R"({"type":"invoice.paid"})").get().status == 200);
  CHECK(house.counted("passed_over", 1));
  CHECK(house.call_back(body + std::string(1 << 20, ' ')).get().status == 413);
  CHECK(Json::parse(house.admin("GET", "/v1/messages/" + id).body)["status"] == "unknown");
}

TEST_CASE("a channel whose provider does not call back, or that does not exist, is not found") {
  House house;
  const HttpOut mute = house.call_back("{}", "a", "sms").get();
  CHECK(mute.status == 404);
  CHECK(mute.body.find("nobody calls back for a channel of this kind") != std::string::npos);
  CHECK(house.call_back("{}", "a", "fax").get().status == 404);
  CHECK(house.begin(house.service->ingest_door(), "GET", "/v1/callbacks/partner", "", {}).get().status == 405);
}
