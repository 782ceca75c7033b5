// The daemon under many threads, and with more to wake than one turn takes. `WEND_TIMERS=1000000` wakes a million, over a store on
// the disk.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "compiler/service/service.h"
#include "runtime/engine/ingest.h"
#include "runtime/hosts/daemon.h"
#include "runtime/store/memory_store.h"
#include "runtime/store/rocks_store.h"

using namespace wend;

namespace {

constexpr int64_t kSecond = 1'000'000, kHour = 3'600 * kSecond;
constexpr int64_t kMorning = 1'767'254'400'000'000;   // 2026-01-01T08:00Z

// Wall and steady run evenly, when they are told to.
class HandClock : public Clock {
 public:
  int64_t wall() const override { return kMorning + at_; }
  int64_t steady() const override { return kHour + at_; }
  void forward(int64_t by) { at_ += by; }

 private:
  std::atomic<int64_t> at_ = 0;
};

// Counts what it took, by address.
class Mailbox : public Connector {
 public:
  std::function<Outcome::Kind(uint64_t)> answer = [](uint64_t) { return Outcome::Kind::delivered; };   // by the number of the attempt
  Outcome deliver(const Delivery& delivery) override {
    Outcome outcome;
    outcome.kind = answer(attempts_++);
    outcome.permanent = outcome.kind == Outcome::Kind::failed;
    const std::lock_guard lock(mutex_);
    const bool first = ids_.insert(delivery.id).second;
    if (!first) ++twice_;
    if (outcome.kind != Outcome::Kind::failed) ++perhaps_[delivery.address];
    return outcome;
  }
  std::map<std::string, uint64_t> perhaps() const {   // taken, or of which nobody knows
    const std::lock_guard lock(mutex_);
    return perhaps_;
  }
  uint64_t twice() const { return twice_; }

 private:
  mutable std::mutex mutex_;
  std::atomic<uint64_t> attempts_ = 0, twice_ = 0;
  std::set<std::string> ids_;
  std::map<std::string, uint64_t> perhaps_;
};

std::string track(const std::string& user, const std::string& event, const std::string& id) {
  return R"({"type":"track","userId":")" + user + R"(","event":")" + event + R"(","messageId":")" + id + R"(","context":{"traits":{"email":")" + user + "@example.org\"}}}";
}

Arrivals arrivals_of(const std::shared_ptr<const Module>& module, const std::vector<std::string>& lines) {
  Arrivals arrivals{std::make_unique<Intake>(*module), {}, 0, module};
  for (const std::string& line : lines) {
    Arrival arrival;
    arrival.raw = line;
    std::string timed = line;
    timed.insert(timed.size() - 1, R"(,"timestamp":"2026-01-01T00:00:00Z")");   // the daemon says when
    const size_t before = arrivals.intake->log.events().size();
    read_text(timed, "-", false, *arrivals.intake);
    if (arrivals.intake->log.events().size() > before) arrival.record = arrivals.intake->log.events().back().record;
    arrivals.items.push_back(std::move(arrival));
  }
  return arrivals;
}

struct House {
  Project project;
  std::shared_ptr<const Module> module;
  HandClock clock;
  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>();
  std::unique_ptr<Daemon> daemon;

  House(const char* text, Store& store, Daemon::Options options, DeliveryPolicy policy = {}) : project(Project::from_texts({{"project.wend", text}})) {
    for (const auto& diagnostic : project.diagnostics().all()) UNSCOPED_INFO(diagnostic.message);
    REQUIRE(project.ok());
    module = compile(project.program(), Tier::fast_compile);
    daemon = std::make_unique<Daemon>(Desk::Version{module, {{"first"}, {}, 0}, {}}, std::nullopt, store, clock,
                                      std::vector<Daemon::Channel>{{"email", mailbox, policy, false}}, std::move(options));
  }

  // Offered until it is taken; `left` goes down when it is durable.
  void offer(const std::vector<std::string>& lines, std::atomic<int64_t>& left, std::atomic<uint64_t>& lost) {
    Arrivals arrivals = arrivals_of(module, lines);
    while (true) {
      const Daemon::Taken taken = daemon->offer(arrivals, [&](const Desk::Receipt&, bool durable) { lost += durable ? 0 : 1; --left; });
      if (taken == Daemon::Taken::yes) return;
      if (taken != Daemon::Taken::full) { ++lost; --left; return; }
      std::this_thread::yield();
    }
  }

  // Until nothing is queued, waits to go, or is under way.
  void settle() {
    for (bool more = true; more;) {
      more = false;
      REQUIRE(daemon->ask([&](Desk& desk) {
        desk.outbox().visit_all([&](OutboxRow, int64_t at) { return more |= at != Outbox::kUnknown, !more; });
        more |= desk.courier().in_flight() > 0;
      }));
    }
  }
};

const char* const kRace = R"(project race { time zone "UTC" }
profile {
  identity user_id
  email text?
}
event one
event two
event three
channel email { reaches email, content { subject text } }
protect everyone { categories promotional, at most 2 promotional in 7 days, then drop }
message first  { category promotional, email { subject "1" } }
message second { category promotional, email { subject "2" } }
message third  { category promotional, email { subject "3" } }
journey a { enter on one,   re-enter always, step s { send first } }
journey b { enter on two,   re-enter always, step s { send second } }
journey c { enter on three, re-enter always, step s { send third } }
)";

// Six threads send events of the same thirty users.
void race(House& house, uint64_t seed) {
  constexpr int kThreads = 6, kRequests = 60, kEvents = 5;
  std::atomic<int64_t> left = kThreads * kRequests;
  std::atomic<uint64_t> lost = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([&, thread] {
      std::mt19937_64 random(seed * 100 + static_cast<uint64_t>(thread));
      static const char* const kNames[] = {"one", "two", "three"};
      for (int request = 0; request < kRequests; ++request) {
        std::vector<std::string> lines;
        for (int event = 0; event < kEvents; ++event)
          lines.push_back(track("u" + std::to_string(random() % 30), kNames[random() % 3], std::to_string(thread) + "-" + std::to_string(request) + "-" + std::to_string(event)));
        house.offer(lines, left, lost);
      }
    });
  for (std::thread& thread : threads) thread.join();
  while (left > 0) std::this_thread::yield();
  CHECK(lost == 0);
  house.settle();
}

}  // namespace

TEST_CASE("F22: journeys that race for one slot from many threads never send more than one may be sent") {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const std::unique_ptr<Store> store = make_memory_store();
    Daemon::Options options;
    options.queue_events = 50;   // often full
    House house(kRace, *store, std::move(options));
    house.daemon->start();
    race(house, seed);
    const auto sent = house.mailbox->perhaps();
    CHECK(sent.size() == 30);
    for (const auto& [user, count] : sent) {
      INFO(user);
      CHECK(count == 2);
    }
    CHECK(house.mailbox->twice() == 0);
    CHECK(house.daemon->stop(std::chrono::steady_clock::now() + std::chrono::minutes(5)));
  }
}

TEST_CASE("F22: nor while slots are given back by failures, or kept by sends of which nobody knows") {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const std::unique_ptr<Store> store = make_memory_store();
    House house(kRace, *store, {});
    house.mailbox->answer = [](uint64_t attempt) { return attempt % 3 == 0 ? Outcome::Kind::failed : attempt % 3 == 1 ? Outcome::Kind::unknown : Outcome::Kind::delivered; };
    house.daemon->start();
    race(house, seed);
    const auto perhaps = house.mailbox->perhaps();
    CHECK(perhaps.size() > 20);
    for (const auto& [user, count] : perhaps) {
      INFO(user);
      CHECK(count <= 2);
    }
    CHECK(house.mailbox->twice() == 0);
    CHECK(house.daemon->stop(std::chrono::steady_clock::now() + std::chrono::minutes(5)));
  }
}

namespace {

const char* const kWaiting = R"(project waiting { time zone "UTC" }
profile {
  identity user_id
  email text?
}
event come
event look
event woken
channel email { reaches email, content { subject text } }
protect everyone { categories service }
journey wait_for_it {
  enter on come
  step one { wait 1 hour, emit woken }
}
)";

struct Folder {
  std::string path = (std::filesystem::temp_directory_path() / ("wend-timers-" + std::to_string(::getpid()))).string();
  Folder() { std::filesystem::remove_all(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("F26: timers of very many users due at once are handled in order, and events are taken between") {
  const char* const wanted = std::getenv("WEND_TIMERS");
  const size_t users = wanted ? std::strtoull(wanted, nullptr, 10) : 40'000;
  const Folder folder;
  std::unique_ptr<Store> store;
  if (wanted) {
    RocksStoreOptions opening;
    opening.folder = folder.path;
    OpenedStore opened = open_rocks_store(opening);
    REQUIRE(opened.store);
    store = std::move(opened.store);
  } else {
    store = make_memory_store();
  }

  std::atomic<uint64_t> woken = 0, backwards = 0, done_at = 0;
  int64_t last = 0;
  std::function<void()> at_first;
  Daemon::Options options;
  options.keep_log = options.keep_audit = false;
  options.tell = [&](const Shard::Told& told) {
    if (told.line.find("woken") == std::string_view::npos) return;
    if (++woken == 1 && at_first) at_first();
    if (told.at < last) ++backwards;
    last = told.at;
  };
  House house(kWaiting, *store, std::move(options));
  house.daemon->start();
  std::atomic<int64_t> left = 0;
  std::atomic<uint64_t> lost = 0;
  for (size_t from = 0; from < users; from += 250) {
    std::vector<std::string> lines;
    for (size_t i = from; i < std::min(users, from + 250); ++i) lines.push_back(track("u" + std::to_string(i), "come", ""));
    ++left;
    house.offer(lines, left, lost);
    while (left > 40) std::this_thread::yield();
  }
  while (left > 0) std::this_thread::yield();
  REQUIRE(lost == 0);

  // An event that comes while the first of them are being told is stored before the last of them is.
  at_first = [&] {
    Arrivals arrivals = arrivals_of(house.module, {track("other", "look", "late")});
    REQUIRE(house.daemon->offer(arrivals, [&](const Desk::Receipt&, bool) { done_at = woken.load(); }) == Daemon::Taken::yes);
  };
  const auto begun = std::chrono::steady_clock::now();
  house.clock.forward(kHour + kSecond);
  while (woken < users) REQUIRE(house.daemon->ask([](Desk&) {}));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  if (wanted) WARN(users << " timers in " << seconds << " s; answers took at most " << [&] {
    const auto& counts = house.daemon->numbers().answer.counts;
    size_t most = 0;
    for (size_t i = 0; i < counts.size(); ++i) if (counts[i] > 0) most = i;
    return most < Daemon::kBuckets.size() ? Daemon::kBuckets[most] : 1e9;
  }() << " s");
  CHECK(woken == users);
  CHECK(backwards == 0);
  CHECK(done_at > 0);
  CHECK(done_at < users);
  CHECK(house.daemon->stop(std::chrono::steady_clock::now() + std::chrono::minutes(5)));
}
