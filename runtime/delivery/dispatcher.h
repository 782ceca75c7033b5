// Between the outbox and the connectors: how much each channel may send now, threads that make the attempts, and the numbers
// of it. Keeps nothing: what an outcome means is next_move's to say and the caller's to write down. Tested by
// tests/unit/delivery.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/channels/channel.h"
#include "runtime/channels/connectors.h"
#include "runtime/delivery/next_move.h"

namespace wend {

// Upper ends, in milliseconds, of the buckets in which the lengths of attempts are counted; one more for what is longer.
constexpr std::array<int64_t, 12> kAttemptBucketsMs = {5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10'000, 30'000};

struct ChannelStatistics {
  std::string channel;
  uint64_t handed_over = 0;                          // = the next four, what waits and what is in flight
  uint64_t delivered = 0, failed = 0, failed_for_now = 0, unknown = 0;
  uint32_t waiting = 0, in_flight = 0;
  uint32_t overdue = 0;                              // in flight past its deadline: the connector hangs
  bool breaker_open = false;
  bool endpoint_gone = false;                        // the last answer said so
  std::array<uint64_t, kAttemptBucketsMs.size() + 1> attempts_by_length{};
  int64_t attempts_us = 0;                           // the sum of their lengths
};

// Each channel has threads of its own, as many as it may have attempts at once, made when they are needed; so a channel
// whose provider is slow, or whose connector hangs, takes nothing from another. Thread-safe.
class Dispatcher {
  struct Core;
  struct Job;

 public:
  struct Way {
    std::string channel;                             // each once
    std::shared_ptr<Connector> connector;
    DeliveryPolicy policy;
  };
  struct Clocks {
    WallClock wall;                                  // µs since 1970
    std::function<Deadline()> steady = [] { return std::chrono::steady_clock::now(); };   // lengths and deadlines
  };

  // All channels together have at most `threads_max` attempts at once, but each may have one. By hand: there are no
  // threads, and whoever hands over makes the attempts too, with make_attempt(), when and in which order it likes.
  static constexpr uint32_t kByHand = UINT32_MAX;
  Dispatcher(std::vector<Way> ways, Clocks clocks, uint32_t threads_max = 128);
  // What waits fails as `stopping`; what is in flight is told as unknown, and its connector may end when it likes.
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // A place for one attempt of a channel, kept while its claim is written down; one that is not used goes back.
  class Place {
   public:
    Place(Place&&) noexcept = default;
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    friend class Dispatcher;
    Place(std::shared_ptr<Core> core, size_t way, bool trial) : core_(std::move(core)), way_(way), trial_(trial) {}
    std::shared_ptr<Core> core_;                     // null: moved from, or used
    size_t way_;
    bool trial_;
  };

  // <= now: take() gives a place. Else when to ask again, by rate and breaker; INT64_MAX: when an attempt of this channel has
  // come back, or never, since the channel is unknown or the doors are closed.
  int64_t ready_at(std::string_view channel, int64_t now) const;
  std::optional<Place> take(std::string_view channel, int64_t now);

  // Makes the attempt, unless the right to has run out by then (it fails for now, as `too late`); its deadline is set when it
  // begins. `done` is called exactly once, on a thread of the channel, where
  // another place may be taken; it must not throw, and not wait for another outcome.
  using Done = std::function<void(const Outcome&)>;
  void hand_over(Place place, Delivery delivery, Done done);

  // By hand: the attempt that has waited longest on a channel is made, and its `done` called, before this returns. False:
  // none waits.
  bool make_attempt(std::string_view channel);

  // Gives no more places, and waits until all that were given have been used or gone back and every `done` has returned.
  // False: not by the deadline. What is in flight goes on.
  bool drain(Deadline deadline);

  std::vector<ChannelStatistics> statistics() const;   // in the order of the ways

 private:
  static void add_worker(const std::shared_ptr<Core>& core, size_t way);   // under the lock
  static void work(const std::shared_ptr<Core>& core, size_t way);
  static void attempt(Core& core, size_t way, const std::shared_ptr<Job>& job);

  const std::shared_ptr<Core> core_;                 // shared with threads whose connector hangs
};

}  // namespace wend
