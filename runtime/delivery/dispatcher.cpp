// See dispatcher.h. One lock for all: it is held for moments only, never while an attempt is made or a `done` runs.
#include "runtime/delivery/dispatcher.h"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "runtime/channels/outcomes.h"
#include "runtime/delivery/limits.h"

namespace wend {

struct Dispatcher::Job {
  Delivery delivery;
  Done done;
  bool trial = false;
  bool begun = false;              // and has a deadline
  bool told = false;               // `done` has been called, or is about to be; by one thread only
};

struct Dispatcher::Core {
  struct Worker {
    std::thread thread;
    std::shared_ptr<Job> job;      // the one in flight
  };
  struct Channel {
    Channel(Way given, uint32_t places) : way(std::move(given)), bucket(way.policy.per_second, way.policy.burst), breaker(way.policy), places(places) {
      numbers.channel = way.channel;
    }
    const Way way;
    TokenBucket bucket;
    Breaker breaker;
    const uint32_t places;
    uint32_t taken = 0;            // of them
    uint32_t untold = 0;           // handed over, and `done` has not returned
    uint32_t idle = 0;             // threads that wait
    std::deque<std::shared_ptr<Job>> queue;
    std::list<Worker> workers;
    std::condition_variable came;
    ChannelStatistics numbers;
  };

  Clocks clocks;
  std::mutex mutex;
  std::condition_variable returned;
  std::deque<Channel> channels;
  bool closed = false, stopping = false;
  bool threads = true;             // of its own

  Channel* find(std::string_view name) {
    const auto it = std::find_if(channels.begin(), channels.end(), [&](const Channel& channel) { return channel.way.channel == name; });
    return it == channels.end() ? nullptr : &*it;
  }
  int64_t ready_at(Channel& channel, int64_t now) {
    if (closed || channel.taken >= channel.places) return INT64_MAX;
    return std::max(channel.breaker.ready_at(now), channel.bucket.ready_at(now));
  }
  void place_back(Channel& channel) {
    --channel.taken;
    returned.notify_all();
  }
  bool quiet() const {
    return std::all_of(channels.begin(), channels.end(), [](const Channel& channel) { return channel.taken == 0 && channel.untold == 0; });
  }
};

namespace {

// How many attempts each channel may have at once, so that all together are within the bound: the greatest give first.
std::vector<uint32_t> places_of(const std::vector<Dispatcher::Way>& ways, uint32_t bound) {
  constexpr uint32_t kPlacesMax = 1024;
  std::vector<uint32_t> places;
  uint64_t sum = 0;
  for (const Dispatcher::Way& way : ways) sum += places.emplace_back(std::clamp(way.policy.at_once, 1u, kPlacesMax));
  for (; sum > bound; --sum) {
    const auto greatest = std::max_element(places.begin(), places.end());
    if (*greatest <= 1) break;
    --*greatest;
  }
  return places;
}

void count(ChannelStatistics& numbers, const Outcome& outcome, std::chrono::steady_clock::duration length) {
  using namespace std::chrono;
  switch (outcome.kind) {
    case Outcome::Kind::delivered: ++numbers.delivered; break;
    case Outcome::Kind::failed: ++(outcome.permanent ? numbers.failed : numbers.failed_for_now); break;
    case Outcome::Kind::unknown: ++numbers.unknown; break;
  }
  numbers.endpoint_gone = outcome.endpoint_gone;
  const auto place = std::lower_bound(kAttemptBucketsMs.begin(), kAttemptBucketsMs.end(), ceil<milliseconds>(length).count());
  ++numbers.attempts_by_length[static_cast<size_t>(place - kAttemptBucketsMs.begin())];
  numbers.attempts_us += std::max<int64_t>(duration_cast<microseconds>(length).count(), 0);
}

}  // namespace

Dispatcher::Dispatcher(std::vector<Way> ways, Clocks clocks, uint32_t threads_max) : core_(std::make_shared<Core>()) {
  core_->clocks = std::move(clocks);
  core_->threads = threads_max != kByHand;
  const std::vector<uint32_t> places = places_of(ways, threads_max);
  for (size_t i = 0; i < ways.size(); ++i) {
    assert(ways[i].connector && !core_->find(ways[i].channel));
    core_->channels.emplace_back(std::move(ways[i]), places[i]);
  }
  const std::lock_guard lock(core_->mutex);
  for (size_t i = 0; core_->threads && i < core_->channels.size(); ++i) add_worker(core_, i);   // one each, so that there always is one
}

Dispatcher::~Dispatcher() {
  std::vector<std::pair<std::shared_ptr<Job>, Outcome>> left;
  std::vector<std::thread> own;
  {
    const std::lock_guard lock(core_->mutex);
    core_->closed = core_->stopping = true;
    for (Core::Channel& channel : core_->channels) {
      for (std::shared_ptr<Job>& job : std::exchange(channel.queue, {})) left.emplace_back(std::move(job), failed_for_now("stopping"));
      for (Core::Worker& worker : channel.workers) {
        const bool in_flight = worker.job && !std::exchange(worker.job->told, true);
        if (in_flight) {
          left.emplace_back(worker.job, unknown("not heard"));
          worker.thread.detach();
        } else {
          own.push_back(std::move(worker.thread));
        }
      }
      channel.came.notify_all();
    }
  }
  for (const auto& [job, outcome] : left) job->done(outcome);
  for (std::thread& thread : own) thread.join();
}

Dispatcher::Place::~Place() {
  if (!core_) return;
  const std::lock_guard lock(core_->mutex);
  Core::Channel& channel = core_->channels[way_];
  channel.bucket.give_back();
  channel.breaker.give_back(trial_);
  core_->place_back(channel);
}

int64_t Dispatcher::ready_at(std::string_view name, int64_t now) const {
  const std::lock_guard lock(core_->mutex);
  Core::Channel* channel = core_->find(name);
  return channel ? core_->ready_at(*channel, now) : INT64_MAX;
}

std::optional<Dispatcher::Place> Dispatcher::take(std::string_view name, int64_t now) {
  const std::lock_guard lock(core_->mutex);
  Core::Channel* channel = core_->find(name);
  if (!channel || core_->ready_at(*channel, now) > now) return std::nullopt;
  ++channel->taken;
  channel->bucket.take(now);
  size_t way = 0;
  while (&core_->channels[way] != channel) ++way;
  return Place(core_, way, channel->breaker.begin());
}

void Dispatcher::hand_over(Place place, Delivery delivery, Done done) {
  assert(place.core_ == core_);
  const auto job = std::make_shared<Job>(Job{.delivery = std::move(delivery), .done = std::move(done), .trial = place.trial_});
  const std::lock_guard lock(core_->mutex);
  Core::Channel& channel = core_->channels[place.way_];
  channel.queue.push_back(job);
  const size_t way = place.way_;
  place.core_.reset();             // used
  ++channel.untold;
  ++channel.numbers.handed_over;
  if (core_->threads && channel.queue.size() > channel.idle && channel.workers.size() < channel.places) {
    try {
      add_worker(core_, way);
    } catch (const std::system_error&) {}   // no thread to be had: those there are do it, one after another
  }
  channel.came.notify_one();
}

void Dispatcher::add_worker(const std::shared_ptr<Core>& core, size_t way) {
  std::thread thread([core, way] { work(core, way); });
  core->channels[way].workers.emplace_back().thread = std::move(thread);
}

void Dispatcher::work(const std::shared_ptr<Core>& core, size_t way) {
  Core::Channel& channel = core->channels[way];
  std::unique_lock lock(core->mutex);
  const auto self = std::find_if(channel.workers.begin(), channel.workers.end(),
                                 [](const Core::Worker& worker) { return worker.thread.get_id() == std::this_thread::get_id(); });
  for (;;) {
    ++channel.idle;
    channel.came.wait(lock, [&] { return core->stopping || !channel.queue.empty(); });
    --channel.idle;
    if (core->stopping) return;
    const std::shared_ptr<Job> job = self->job = std::move(channel.queue.front());
    channel.queue.pop_front();
    lock.unlock();
    attempt(*core, way, job);
    lock.lock();
    if (self->job == job) self->job.reset();
  }
}

void Dispatcher::attempt(Core& core, size_t way, const std::shared_ptr<Job>& job) {
  Core::Channel& channel = core.channels[way];
  const Deadline begun = core.clocks.steady();
  {
    const std::lock_guard lock(core.mutex);
    job->begun = true;
    job->delivery.deadline = begun + std::chrono::microseconds(channel.way.policy.attempt_timeout_us);
  }
  Outcome outcome;
  try {
    outcome = core.clocks.wall() > job->delivery.begin_by_us ? failed_for_now(std::string(kTooLate)) : channel.way.connector->deliver(job->delivery);
  } catch (...) {
    outcome = unknown("connector");   // whatever it had done by then
  }
  const auto length = core.clocks.steady() - begun;
  const int64_t now = core.clocks.wall();
  {
    const std::lock_guard lock(core.mutex);
    if (std::exchange(job->told, true)) return;   // the dispatcher has gone, and said so
    count(channel.numbers, outcome, length);
    channel.breaker.end(job->trial, sign_of(outcome), outcome.retry_at_us, now);
    core.place_back(channel);
  }
  job->done(outcome);
  const std::lock_guard lock(core.mutex);
  --channel.untold;
  core.returned.notify_all();
}

bool Dispatcher::make_attempt(std::string_view name) {
  std::unique_lock lock(core_->mutex);
  Core::Channel* channel = core_->find(name);
  if (!channel || core_->threads || channel->queue.empty()) return false;
  const std::shared_ptr<Job> job = std::move(channel->queue.front());
  channel->queue.pop_front();
  size_t way = 0;
  while (&core_->channels[way] != channel) ++way;
  lock.unlock();
  attempt(*core_, way, job);
  return true;
}

bool Dispatcher::drain(Deadline deadline) {
  std::unique_lock lock(core_->mutex);
  core_->closed = true;
  return core_->returned.wait_until(lock, deadline, [&] { return core_->quiet(); });
}

std::vector<ChannelStatistics> Dispatcher::statistics() const {
  const std::lock_guard lock(core_->mutex);
  const Deadline now = core_->clocks.steady();
  std::vector<ChannelStatistics> all;
  for (const Core::Channel& channel : core_->channels) {
    ChannelStatistics numbers = channel.numbers;
    numbers.waiting = static_cast<uint32_t>(channel.queue.size());
    numbers.breaker_open = channel.breaker.open();
    for (const Core::Worker& worker : channel.workers) {
      if (!worker.job || worker.job->told) continue;
      ++numbers.in_flight;
      numbers.overdue += worker.job->begun && now > worker.job->delivery.deadline;
    }
    all.push_back(std::move(numbers));
  }
  return all;
}

}  // namespace wend
