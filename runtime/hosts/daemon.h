// A project that stays up: one thread owns the users (a Desk), others bring it records and what became of attempts. Requests
// are stepped together, made durable by one write, and answered then; meanwhile the next are stepped. Tested by tests/unit/hosts/daemon_test.cpp.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/engine/clock.h"
#include "runtime/engine/desk.h"
#include "runtime/store/ahead_store.h"

namespace wend {

class Daemon {
 public:
  struct Channel { std::string name; std::shared_ptr<Connector> connector; DeliveryPolicy policy; bool takes_once = false; };
  struct Options {
    TrustedClock::Limits clock;
    size_t queue_events = 10'000;                 // accepted and not yet stored
    size_t commit_events = 256;                   // stepped before a write, if one request has not more
    uint64_t low_disk_bytes = 0;
    std::function<uint64_t()> disk_free;          // empty: never low
    bool keep_log = true, keep_audit = true;
    Desk::Options::Keep keep;
    Breadcrumb* breadcrumb = nullptr;             // see Desk::Options
    bool held_at_start = false;
    uint32_t attempts_at_once = 128;
    std::function<void(const Shard::Told&)> tell; // decisions, once durable; on the daemon's thread
    std::function<void(std::string_view)> warn;
    std::function<void(std::string_view)> fault;  // the store is not to be written any more: the process must end
  };

  // Throws ShardFault where the store cannot be read.
  Daemon(Desk::Version live, std::optional<Desk::Version> before, Store& store, const Clock& clock, std::vector<Channel> channels, Options options);
  ~Daemon();
  Daemon(const Daemon&) = delete;

  void start();
  // Takes nothing more, handles and stores what was taken, waits for attempts under way. False: not all by the deadline.
  bool stop(Deadline deadline);

  enum class Taken : uint8_t { yes, full, low_disk, stopping, broken };
  // `durable` false: it is not known whether the records were kept.
  using Done = std::function<void(const Desk::Receipt&, bool durable)>;
  // Queued; `done` is called once on the daemon's thread when it is on the disk. Otherwise the request comes back untouched.
  Taken offer(Arrivals& arrivals, Done done);

  // Runs on the daemon's thread between two batches; what it changes is durable when this returns. False: it has stopped.
  bool ask(const std::function<void(Desk&)>& question);

  TrustedClock& clock() { return clock_; }
  std::shared_ptr<const Module> module() const;   // the one live now

  struct Applied {
    enum class How : uint8_t { live, checked, same, stale, changing, refused, stopped } how = How::live;
    std::string hash, errors;
    std::vector<ProgramPlace> people;           // where they stood, by the names of the version live until then
  };
  // Another version goes live: compiled here, by `compile`, while the one that is live goes on; then between two batches.
  // `only_check`: it does not. `against`: only where that version is live, by its hash; "": whichever is.
  Applied apply(const ProgramFiles& files, const Compile& compile, bool only_check, const std::string& against = {});

  // Upper ends in seconds of the buckets in which times are counted, and one more.
  static constexpr std::array<double, 12> kBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};
  struct Histogram { std::array<uint64_t, kBuckets.size() + 1> counts{}; double sum = 0; void add(double seconds); };
  struct Numbers {
    Desk::Receipt taken;                          // sums since the start; without reasons
    uint64_t decisions = 0, batches = 0, ticks = 0, held_users = 0, epoch = 0, clock_jumps = 0;
    std::map<std::string, uint64_t> rejected;     // by reason, the first thousand
    Courier::Counts sends;
    uint64_t in_flight = 0;
    size_t queued = 0;                            // records
    bool trusted = true, low_disk = false, broken = false, stopping = false;
    Histogram commit, answer;                     // of a write; from the offer to its end
    int64_t turned_us = 0;                        // by the steady clock: when the thread was last seen alive
    Holds holds;
    std::string program;                          // hash of the version that is live
    int64_t program_since = 0;
    bool changing = false;                        // users of the version before are still being taken over
    std::map<Census::Place, int64_t> census;
    std::vector<ChannelStatistics> channels;
  };
  Numbers numbers() const;

 private:
  struct Post { Arrivals arrivals; Done done; int64_t offered; };
  struct Ended { std::string id; Outcome outcome; };
  struct Question { const std::function<void(Desk&)>* ask; bool* answered; };
  struct Work {
    std::vector<Post> posts;
    std::vector<Ended> ended;
    std::vector<Question> questions;
    bool stopping = false;
    bool none() const { return posts.empty() && ended.empty() && questions.empty() && !stopping; }
  };

  // Handled, and on its way to the disk.
  struct Landing { Work work; std::vector<Desk::Receipt> receipts; int64_t begun = 0; bool whole = false; };

  void run();
  void wait_for_work(Work& work);
  void turn(Work& work);
  void landed();
  void answer();
  void count(const Work& work, const std::vector<Desk::Receipt>& receipts, double commit_seconds, bool whole);
  void break_down(Work& work, const std::string& why);

  std::shared_ptr<const Module> module_;         // the one live now; with the mutex held
  AheadStore store_;
  const Clock& raw_clock_;
  const Options options_;
  mutable TrustedClock clock_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<Desk> desk_;
  std::optional<Landing> landing_;

  mutable std::mutex mutex_;
  std::condition_variable came_, answered_;
  std::deque<Post> posts_;
  std::vector<Ended> ended_;
  std::vector<Question> questions_;
  size_t queued_ = 0;
  bool stopping_ = false, broken_ = false, ended_well_ = false;
  bool more_ = false;                            // to wake or to claim: no need to wait
  int64_t next_tick_ = 0, next_place_ = 0;       // by the steady clock; by ours
  std::atomic<bool> low_disk_ = false;
  uint64_t decisions_ = 0, ticks_ = 0;
  Numbers numbers_;
  std::thread thread_;
};

}  // namespace wend
