// A project at a desk over a store in memory, with a clock that tests turn and a provider that does as it is told.
#pragma once

#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "compiler/service/service.h"
#include "runtime/abi/zones.h"
#include "runtime/engine/desk.h"
#include "runtime/engine/ingest.h"
#include "runtime/store/memory_store.h"

namespace wend::test {

// Takes what comes and answers as scripted; `delivered` where the script has ended.
class Provider : public Connector {
 public:
  Outcome deliver(const Delivery& delivery) override {
    const std::lock_guard lock(mutex_);
    seen_.push_back(delivery);
    if (script_.empty()) return good();
    Outcome outcome = script_.front();
    script_.pop_front();
    return outcome;
  }
  void script(Outcome outcome) {
    const std::lock_guard lock(mutex_);
    script_.push_back(std::move(outcome));
  }
  std::vector<Delivery> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  static Outcome good() {
    Outcome outcome;
    outcome.kind = Outcome::Kind::delivered;
    outcome.provider_id = "p1";
    return outcome;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<Outcome> script_;
  std::vector<Delivery> seen_;
};

struct DeskWorld {
  Project project;
  std::shared_ptr<const Module> module;
  Desk::Version version;
  std::optional<Desk::Version> before;
  std::unique_ptr<Store> store = make_memory_store();
  std::shared_ptr<Provider> provider = std::make_shared<Provider>();
  std::map<std::string, Courier::Way> ways;
  std::vector<std::string> told, warnings;
  std::mutex mutex;
  std::condition_variable came;
  std::deque<std::pair<std::string, Outcome>> ended;
  size_t handed_over = 0, came_back = 0;
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<Desk> desk;
  int64_t now;
  Desk::Options::Keep keep;
  Breadcrumb* breadcrumb = nullptr;

  DeskWorld(const std::string& text, int64_t start, DeliveryPolicy policy = {}, bool takes_once = false)
      : project(Project::from_texts({{"project.wend", text}})), now(start) {
    for (const auto& diagnostic : project.diagnostics().all()) UNSCOPED_INFO(diagnostic.message);
    REQUIRE(project.ok());
    module = compile(project.program(), Tier::fast_compile);
    for (const ModuleChannel& channel : module->channels) ways[channel.name] = {policy, takes_once};
    version = {module, {{"first"}, {}, 0}, {}};
    restart();
  }
  ~DeskWorld() { desk.reset(); dispatcher.reset(); }

  // The process ends without another word, and a new one begins over what is durable.
  void restart() {
    desk.reset();
    dispatcher.reset();
    ended.clear();
    handed_over = came_back = 0;
    std::vector<Dispatcher::Way> all;
    for (const auto& [name, way] : ways) all.push_back({name, provider, way.policy});
    dispatcher = std::make_unique<Dispatcher>(all, Dispatcher::Clocks{[this] { return now; }});
    Desk::Options options;
    options.keep = keep;
    options.breadcrumb = breadcrumb;
    options.tell = [this](const Shard::Told& line) { told.emplace_back(line.line); };
    options.warn = [this](std::string_view text) { warnings.emplace_back(text); };
    options.came_back = [this](std::string id, Outcome outcome) {
      const std::lock_guard lock(mutex);
      ended.emplace_back(std::move(id), std::move(outcome));
      ++came_back;
      came.notify_all();
    };
    desk = std::make_unique<Desk>(version, before, *store, *dispatcher, ways, std::move(options));
  }

  // Lines of JSON, received now; `at` is theirs or now.
  Desk::Receipt post(const std::string& lines) {
    Arrivals arrivals{std::make_unique<Intake>(*module), {}, now};
    for (size_t begin = 0; begin < lines.size();) {
      const size_t end = std::min(lines.find('\n', begin), lines.size());
      Arrival arrival;
      arrival.raw = lines.substr(begin, end - begin);
      begin = end + 1;
      const size_t before = arrivals.intake->log.events().size(), refused = arrivals.intake->rejected.size();
      read_text(arrival.raw, "-", false, *arrivals.intake);
      if (arrivals.intake->rejected.size() > refused) arrival.rejected = arrivals.intake->rejected.back().reason;
      if (arrivals.intake->log.events().size() > before) {
        arrival.record = arrivals.intake->log.events().back().record;
        arrival.timestamp = arrivals.intake->log.events().back().at;
      }
      arrivals.items.push_back(std::move(arrival));
    }
    return desk->take(arrivals);
  }
  std::string line(const std::string& user, const std::string& event, const std::string& id = "", const std::string& properties = "{}") const {
    return R"({"type":"track","userId":")" + user + R"(","event":")" + event + R"(","timestamp":")" + format_instant(now) + "\"" +
           (id.empty() ? "" : R"(,"messageId":")" + id + "\"") + R"(,"properties":)" + properties + R"(,"context":{"traits":{"email":")" + user + "@example.org\"}}}";
  }

  void claim() {
    while (true) {
      while (desk->tick(now)) desk->commit();
      const size_t before = desk->courier().in_flight();
      const bool more = desk->claim(now, 256);
      desk->commit();
      handed_over += desk->courier().in_flight() - before;
      if (!more) return;
    }
  }
  // What has been handed over comes back.
  void hear() {
    std::unique_lock lock(mutex);
    came.wait(lock, [this] { return came_back == handed_over; });
    while (!ended.empty()) {
      auto [id, outcome] = std::move(ended.front());
      ended.pop_front();
      lock.unlock();
      desk->outcome(id, outcome, now);
      lock.lock();
    }
    lock.unlock();
    desk->commit();
  }
  void deliver() {
    desk->commit();
    claim();
    hear();
  }

  size_t rows(Space space) const {
    size_t count = 0;
    store->scan(space, {}, [&](std::string_view, std::string_view) { return ++count > 0; });
    return count;
  }
  // The one message decided last.
  std::string last_id() const {
    for (size_t i = told.size(); i-- > 0;) {
      const size_t at = told[i].find("\"outcome\":\"sent\"");
      if (at != std::string::npos) return told[i].substr(told[i].find("\"id\":\"") + 6, 32);
    }
    return "";
  }
  std::string ended_as(const std::string& id) const {
    const auto row = desk->outbox().ended(id);
    return row ? std::string(word(row->how)) + (row->reason.empty() ? "" : " " + row->reason) : "";
  }
};

inline Outcome failed(const std::string& reason, bool permanent = false) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::failed;
  outcome.permanent = permanent;
  outcome.reason = reason;
  return outcome;
}
inline Outcome unknown(const std::string& reason) {
  Outcome outcome;
  outcome.reason = reason;
  return outcome;
}

}  // namespace wend::test
