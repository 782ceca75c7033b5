// Group commit: batches of many threads become one synced write, and each thread hears when its own is on the disk. One
// committer a store, in the order in which batches come; the only one that writes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "runtime/store/store.h"

namespace wend {

class Committer {
 public:
  struct Limits {
    size_t merge_max = 256;                         // batches in one write
    size_t merge_bytes_max = 4 << 20;               // no further batch is added beyond
    std::chrono::microseconds linger_max{2000};     // how long a write waits for as many as the one before it had
    size_t queue_max = 4096;                        // batches waiting
  };
  // On the committer's thread, in order; it must not wait for another batch. After an `unknown` nothing more is taken.
  using Done = std::function<void(const StoreFailure&)>;

  explicit Committer(Store& store) : Committer(store, Limits{}) {}
  Committer(Store& store, Limits limits);
  ~Committer();   // what was taken is still written

  // Waits for room in the queue. A failure here: the batch was not taken, `done` will not be called.
  StoreFailure submit(Batch batch, Done done);
  // Does not wait: `full` if there is no room.
  StoreFailure try_submit(Batch batch, Done done);
  // Returns when the batch is on the disk.
  StoreFailure commit(Batch batch);

  struct Statistics { uint64_t writes = 0, batches = 0; };
  Statistics statistics() const;

 private:
  struct Waiting {
    Batch batch;
    Done done;
  };
  StoreFailure refused(const Batch& batch) const;
  void add(Waiting waiting);
  void run();
  bool wait_for_group(std::unique_lock<std::mutex>& lock);

  Store& store_;
  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable came_, room_;
  std::deque<Waiting> queue_;
  bool stopping_ = false;
  StoreFailure failed_;          // what a batch hears that comes after a failure
  size_t last_group_ = 0;
  size_t wake_at_ = 1;           // batches that must wait before the thread is woken
  Statistics statistics_;
  std::thread thread_;           // last: it uses all of the above
};

}  // namespace wend
