// The dispatcher over scripted connectors and clocks that stand until a test moves them.
#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "runtime/channels/outcomes.h"
#include "runtime/delivery/dispatcher.h"

using namespace wend;

namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kNow = 1'772'359'200 * kSecond;

// Answers as scripted; while it is held, attempts stay inside.
class Scripted : public Connector {
 public:
  explicit Scripted(std::function<Outcome(const Delivery&)> answer = [](const Delivery&) { return delivered(); }) : answer_(std::move(answer)) {}

  Outcome deliver(const Delivery& delivery) override {
    std::unique_lock lock(mutex_);
    greatest_ = std::max(greatest_, ++inside_);
    deadlines.push_back(delivery.deadline);
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_ || allowed_ > 0; });
    if (held_) --allowed_;
    --inside_;
    lock.unlock();
    return answer_(delivery);
  }

  void hold() { set([&] { held_ = true; }); }
  void release() { set([&] { held_ = false; }); }
  void let_one() { set([&] { ++allowed_; }); }
  void wait_for_inside(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ >= count; });
  }
  int greatest() {
    const std::lock_guard lock(mutex_);
    return greatest_;
  }

  std::vector<Deadline> deadlines;

 private:
  template <typename Change>
  void set(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }

  const std::function<Outcome(const Delivery&)> answer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int allowed_ = 0, inside_ = 0, greatest_ = 0;
};

// What came back, by message id; each at most once.
class Heard {
 public:
  Dispatcher::Done done(const std::string& id) {
    return [this, id](const Outcome& outcome) {
      const std::lock_guard lock(mutex_);
      static constexpr const char* kWords[] = {"delivered", "failed", "unknown"};
      all_[id].push_back(kWords[static_cast<size_t>(outcome.kind)] + (outcome.reason.empty() ? "" : ": " + outcome.reason));
      changed_.notify_all();
    };
  }
  std::string wait_for(const std::string& id) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !all_[id].empty(); });
    return all_[id].size() == 1 ? all_[id][0] : "more than once";
  }
  size_t count() {
    const std::lock_guard lock(mutex_);
    size_t sum = 0;
    for (const auto& [id, outcomes] : all_) sum += outcomes.size();
    return sum;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::vector<std::string>> all_;
};

struct World {
  std::atomic<int64_t> now = kNow;
  std::atomic<int64_t> steady_us = 0;

  Dispatcher::Clocks clocks() {
    return {[this] { return now.load(); }, [this] { return Deadline(std::chrono::microseconds(steady_us.load())); }};
  }
};

Deadline far_off() { return std::chrono::steady_clock::now() + std::chrono::hours(1); }

bool send(Dispatcher& dispatcher, Heard& heard, const std::string& channel, const std::string& id, int64_t now = kNow) {
  std::optional<Dispatcher::Place> place = dispatcher.take(channel, now);
  if (!place) return false;
  Delivery delivery;
  delivery.id = id;
  delivery.channel = channel;
  dispatcher.hand_over(std::move(*place), std::move(delivery), heard.done(id));
  return true;
}

DeliveryPolicy at_once(uint32_t count) {
  DeliveryPolicy policy;
  policy.at_once = count;
  return policy;
}

}  // namespace

TEST_CASE("each message handed over is attempted once, and its outcome told once") {
  World world;
  Heard heard;
  auto connector = std::make_shared<Scripted>([](const Delivery& delivery) {
    return delivery.id.back() == '7' ? failed_for_good("status 400") : delivery.id.back() == '8' ? failed_for_now("reply 450") : delivered();
  });
  Dispatcher dispatcher({{"email", connector, at_once(4)}}, world.clocks());
  for (int i = 0; i < 1000; ++i) {
    const std::string id = std::to_string(i);
    while (!send(dispatcher, heard, "email", id)) std::this_thread::yield();
  }
  CHECK(dispatcher.drain(far_off()));
  CHECK(heard.count() == 1000);
  CHECK(heard.wait_for("17") == "failed: status 400");
  CHECK(connector->greatest() <= 4);
  const ChannelStatistics numbers = dispatcher.statistics().at(0);
  CHECK(numbers.handed_over == 1000);
  CHECK(numbers.delivered == 800);
  CHECK(numbers.failed == 100);
  CHECK(numbers.failed_for_now == 100);
  CHECK(numbers.unknown + numbers.waiting + numbers.in_flight == 0);
}

TEST_CASE("without threads of its own it makes an attempt when it is told to, the oldest of a channel first") {
  World world;
  Heard heard;
  auto connector = std::make_shared<Scripted>();
  Dispatcher dispatcher({{"email", connector, at_once(2)}, {"push", connector, at_once(1)}}, world.clocks(), Dispatcher::kByHand);
  CHECK_FALSE(dispatcher.make_attempt("email"));
  CHECK(send(dispatcher, heard, "email", "1"));
  CHECK(send(dispatcher, heard, "email", "2"));
  CHECK_FALSE(send(dispatcher, heard, "email", "3"));
  CHECK(heard.count() == 0);
  CHECK_FALSE(dispatcher.make_attempt("push"));
  CHECK(dispatcher.make_attempt("email"));
  CHECK(heard.wait_for("1") == "delivered");
  CHECK(heard.count() == 1);
  CHECK(send(dispatcher, heard, "email", "3"));
  while (dispatcher.make_attempt("email")) {}
  CHECK(heard.count() == 3);
  CHECK(dispatcher.drain(far_off()));
}

TEST_CASE("an attempt that comes too long after its permit is not begun, and says nothing of the provider") {
  World world;
  Heard heard;
  int asked = 0;
  auto connector = std::make_shared<Scripted>([&](const Delivery&) { return ++asked, delivered(); });
  DeliveryPolicy policy = at_once(2);
  policy.breaker_failures = 1;
  Dispatcher dispatcher({{"email", connector, policy}}, world.clocks(), Dispatcher::kByHand);
  for (const char* id : {"in time", "late"}) {
    Delivery delivery;
    delivery.id = id;
    delivery.begin_by_us = kNow + 60'000'000;
    dispatcher.hand_over(std::move(*dispatcher.take("email", kNow)), std::move(delivery), heard.done(id));
  }
  world.now = kNow + 60'000'000;
  CHECK(dispatcher.make_attempt("email"));
  world.now = kNow + 60'000'001;
  CHECK(dispatcher.make_attempt("email"));
  CHECK(heard.wait_for("in time") == "delivered");
  CHECK(heard.wait_for("late") == "failed: too late");
  CHECK(asked == 1);
  CHECK_FALSE(dispatcher.statistics().at(0).breaker_open);
}

TEST_CASE("a slow channel takes nothing from another, whatever the bound on threads") {
  World world;
  Heard heard;
  auto slow = std::make_shared<Scripted>(), quick = std::make_shared<Scripted>();
  slow->hold();
  Dispatcher dispatcher({{"slow", slow, at_once(100)}, {"quick", quick, at_once(1)}}, world.clocks(), 3);
  int taken = 0;
  while (send(dispatcher, heard, "slow", "slow " + std::to_string(taken))) ++taken;
  CHECK(taken == 2);   // of three threads one is the other's
  slow->wait_for_inside(2);
  CHECK(dispatcher.ready_at("slow", kNow) == INT64_MAX);
  for (int i = 0; i < 10; ++i) {
    CHECK(send(dispatcher, heard, "quick", "quick " + std::to_string(i)));
    CHECK(heard.wait_for("quick " + std::to_string(i)) == "delivered");
  }
  CHECK(heard.count() == 10);
  slow->release();
  CHECK(dispatcher.drain(far_off()));
  CHECK(heard.count() == 12);
}

TEST_CASE("every channel has a thread, however few there are") {
  World world;
  Heard heard;
  std::vector<Dispatcher::Way> ways;
  for (int i = 0; i < 5; ++i) ways.push_back({std::to_string(i), std::make_shared<Scripted>(), at_once(3)});
  Dispatcher dispatcher(ways, world.clocks(), 0);
  for (int i = 0; i < 5; ++i) {
    CHECK(send(dispatcher, heard, std::to_string(i), std::to_string(i)));
    CHECK(heard.wait_for(std::to_string(i)) == "delivered");
  }
}

TEST_CASE("a connector that throws has perhaps delivered, and goes on") {
  World world;
  Heard heard;
  auto connector = std::make_shared<Scripted>([](const Delivery& delivery) -> Outcome {
    if (delivery.id == "a") throw std::runtime_error("oh");
    if (delivery.id == "b") throw 7;
    return delivered();
  });
  Dispatcher dispatcher({{"push", connector, at_once(1)}}, world.clocks());
  for (const char* id : {"a", "b", "c"}) {
    while (!send(dispatcher, heard, "push", id)) std::this_thread::yield();
    CHECK(heard.wait_for(id) == (*id == 'c' ? "delivered" : "unknown: connector"));
  }
}

TEST_CASE("a connector that hangs is seen, and the end of the process does not wait for it") {
  World world;
  Heard heard;
  auto hangs = std::make_shared<Scripted>(), well = std::make_shared<Scripted>();
  hangs->hold();
  {
    Dispatcher dispatcher({{"hangs", hangs, at_once(1)}, {"well", well, at_once(1)}}, world.clocks());
    CHECK(send(dispatcher, heard, "hangs", "a"));
    hangs->wait_for_inside(1);
    CHECK(dispatcher.statistics().at(0).overdue == 0);
    world.steady_us = 31 * kSecond;
    CHECK(dispatcher.statistics().at(0).overdue == 1);
    CHECK(dispatcher.statistics().at(0).in_flight == 1);
    CHECK(send(dispatcher, heard, "well", "b"));
    CHECK(heard.wait_for("b") == "delivered");
    CHECK_FALSE(dispatcher.drain(std::chrono::steady_clock::now()));
  }
  CHECK(heard.wait_for("a") == "unknown: not heard");
  hangs->release();   // its late answer is nobody's
  while (hangs.use_count() > 1) std::this_thread::yield();
  CHECK(heard.wait_for("a") == "unknown: not heard");
}

TEST_CASE("draining waits for what is in flight, gives no more places, and minds those that were given") {
  World world;
  Heard heard;
  auto connector = std::make_shared<Scripted>();
  connector->hold();
  Dispatcher dispatcher({{"email", connector, at_once(3)}}, world.clocks());
  CHECK(send(dispatcher, heard, "email", "a"));
  connector->wait_for_inside(1);
  std::optional<Dispatcher::Place> used = dispatcher.take("email", kNow), unused = dispatcher.take("email", kNow);
  CHECK_FALSE(dispatcher.drain(std::chrono::steady_clock::now()));
  CHECK(dispatcher.ready_at("email", kNow) == INT64_MAX);
  CHECK_FALSE(dispatcher.take("email", kNow));
  Delivery delivery;
  delivery.id = "b";
  dispatcher.hand_over(std::move(*used), delivery, heard.done("b"));   // its claim had been written down
  connector->release();
  CHECK(heard.wait_for("a") == "delivered");
  CHECK(heard.wait_for("b") == "delivered");
  CHECK_FALSE(dispatcher.drain(std::chrono::steady_clock::now()));
  unused.reset();
  CHECK(dispatcher.drain(far_off()));
}

TEST_CASE("a place may outlive the dispatcher") {
  World world;
  std::optional<Dispatcher::Place> place;
  {
    Dispatcher dispatcher({{"email", std::make_shared<Scripted>(), {}}}, world.clocks());
    place.emplace(*dispatcher.take("email", kNow));
  }
  place.reset();
}

TEST_CASE("a place that is not used gives back its token and its concurrency") {
  World world;
  DeliveryPolicy policy = at_once(1);
  policy.per_second = 1;
  Dispatcher dispatcher({{"email", std::make_shared<Scripted>(), policy}}, world.clocks());
  for (int i = 0; i < 10; ++i) {
    const std::optional<Dispatcher::Place> place = dispatcher.take("email", kNow);
    CHECK(place);
    CHECK(dispatcher.ready_at("email", kNow) == INT64_MAX);
  }
  CHECK(dispatcher.ready_at("email", kNow) == kNow);
}

TEST_CASE("the rate of a channel says when the next may go") {
  World world;
  Heard heard;
  DeliveryPolicy policy;
  policy.per_second = 2;
  policy.burst = 2;
  Dispatcher dispatcher({{"sms", std::make_shared<Scripted>(), policy}, {"other", std::make_shared<Scripted>(), {}}}, world.clocks());
  CHECK(send(dispatcher, heard, "sms", "a"));
  CHECK(send(dispatcher, heard, "sms", "b"));
  CHECK_FALSE(send(dispatcher, heard, "sms", "c"));
  CHECK(dispatcher.ready_at("sms", kNow) == kNow + kSecond / 2);
  CHECK(dispatcher.ready_at("other", kNow) == kNow);
  CHECK(send(dispatcher, heard, "sms", "c", kNow + kSecond / 2));
}

TEST_CASE("a provider in trouble is left alone, tried with one message, and trusted again") {
  World world;
  Heard heard;
  std::atomic<bool> well = false;
  auto connector = std::make_shared<Scripted>([&](const Delivery&) { return well ? delivered() : unknown("status 503"); });
  Dispatcher dispatcher({{"email", connector, {}}}, world.clocks());
  int sent = 0;
  for (; send(dispatcher, heard, "email", std::to_string(sent)); ++sent) heard.wait_for(std::to_string(sent));
  CHECK(sent == 5);
  CHECK(dispatcher.statistics().at(0).breaker_open);
  CHECK(dispatcher.ready_at("email", kNow) == kNow + 30 * kSecond);
  world.now = kNow + 30 * kSecond;
  connector->hold();
  CHECK(send(dispatcher, heard, "email", "trial", world.now));
  CHECK(dispatcher.ready_at("email", world.now) == INT64_MAX);
  well = true;
  connector->release();
  CHECK(heard.wait_for("trial") == "delivered");
  CHECK_FALSE(dispatcher.statistics().at(0).breaker_open);
  CHECK(dispatcher.ready_at("email", world.now) == world.now);
}

TEST_CASE("when a provider asks for time the channel waits, and others do not") {
  World world;
  Heard heard;
  auto connector = std::make_shared<Scripted>([](const Delivery&) { return failed_for_now("status 429", kNow + 9 * kSecond); });
  Dispatcher dispatcher({{"slack", connector, {}}, {"email", std::make_shared<Scripted>(), {}}}, world.clocks());
  CHECK(send(dispatcher, heard, "slack", "a"));
  CHECK(heard.wait_for("a") == "failed: status 429");
  CHECK(dispatcher.ready_at("slack", kNow) == kNow + 9 * kSecond);
  CHECK(dispatcher.ready_at("email", kNow) == kNow);
}

TEST_CASE("the deadline runs from the attempt's beginning, and lengths are counted in buckets") {
  World world;
  Heard heard;
  auto connector = std::make_shared<Scripted>();
  connector->hold();
  Dispatcher dispatcher({{"email", connector, at_once(1)}}, world.clocks());
  int64_t begun = 0;
  for (const int64_t length_ms : {5, 6, 900, 40'000}) {
    const std::string id = std::to_string(length_ms);
    begun = world.steady_us;
    CHECK(send(dispatcher, heard, "email", id));
    connector->wait_for_inside(1);
    world.steady_us = begun + length_ms * 1000;
    connector->let_one();
    heard.wait_for(id);
  }
  CHECK(connector->deadlines.back() == Deadline(std::chrono::microseconds(begun + 30 * kSecond)));
  const ChannelStatistics numbers = dispatcher.statistics().at(0);
  CHECK(numbers.attempts_by_length == std::array<uint64_t, 13>{1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
  CHECK(numbers.attempts_us == 40'911'000);
}

TEST_CASE("the next may be handed over from within the news of the one before") {
  World world;
  Heard heard;
  Dispatcher dispatcher({{"email", std::make_shared<Scripted>(), at_once(1)}}, world.clocks());
  std::function<void(int)> go = [&](int left) {
    std::optional<Dispatcher::Place> place = dispatcher.take("email", kNow);
    if (!place) return heard.done("0")(failed_for_good("no place"));
    dispatcher.hand_over(std::move(*place), {}, [&, left](const Outcome& outcome) {
      if (left > 0) go(left - 1);
      heard.done(std::to_string(left))(outcome);
    });
  };
  go(100);
  CHECK(heard.wait_for("0") == "delivered");
  CHECK(dispatcher.drain(far_off()));
  CHECK(heard.count() == 101);
}

TEST_CASE("a channel nobody knows is never ready") {
  World world;
  Dispatcher dispatcher({{"email", std::make_shared<Scripted>(), {}}}, world.clocks());
  CHECK(dispatcher.ready_at("fax", kNow) == INT64_MAX);
  CHECK_FALSE(dispatcher.take("fax", kNow));
}
