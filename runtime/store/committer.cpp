// See committer.h. A lone thread never waits for company: a write lingers only while fewer have come than last time.
#include "runtime/store/committer.h"

#include <algorithm>
#include <cstdint>
#include <future>
#include <utility>

namespace wend {

Committer::Committer(Store& store, Limits limits) : store_(store), limits_(limits), thread_([this] { run(); }) {}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  came_.notify_all();
  room_.notify_all();
  thread_.join();
}

// A batch that no store takes must not take a group down with it.
StoreFailure Committer::refused(const Batch& batch) const { return failed_ ? failed_ : refusal_of(batch); }

void Committer::add(Waiting waiting) {
  queue_.push_back(std::move(waiting));
  if (queue_.size() >= wake_at_) came_.notify_one();
}

StoreFailure Committer::submit(Batch batch, Done done) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return failed_ || stopping_ || queue_.size() < limits_.queue_max; });
  if (StoreFailure refusal = refused(batch)) return refusal;
  add({std::move(batch), std::move(done)});
  return {};
}

StoreFailure Committer::try_submit(Batch batch, Done done) {
  const std::lock_guard lock(mutex_);
  if (StoreFailure refusal = refused(batch)) return refusal;
  if (queue_.size() >= limits_.queue_max) return StoreError{StoreError::Kind::full, "the committer's queue is full", {}, 0, "try again in a moment"};
  add({std::move(batch), std::move(done)});
  return {};
}

StoreFailure Committer::commit(Batch batch) {
  std::promise<StoreFailure> outcome;
  std::future<StoreFailure> known = outcome.get_future();
  if (StoreFailure refusal = submit(std::move(batch), [&](const StoreFailure& failure) { outcome.set_value(failure); })) return refusal;
  return known.get();
}

Committer::Statistics Committer::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

// False: there is nothing left to do. Waking for each batch that comes would cost more than writing it.
bool Committer::wait_for_group(std::unique_lock<std::mutex>& lock) {
  const auto at_least = [&](size_t count) {
    wake_at_ = count;
    return stopping_ || queue_.size() >= count;
  };
  came_.wait(lock, [&] { return at_least(1); });
  const size_t hoped = std::min({last_group_, limits_.merge_max, limits_.queue_max});
  came_.wait_for(lock, limits_.linger_max, [&] { return at_least(std::max<size_t>(hoped, 1)); });
  wake_at_ = SIZE_MAX;   // it looks by itself when it has written
  return !queue_.empty();
}

void Committer::run() {
  std::unique_lock lock(mutex_);
  std::vector<Waiting> group;
  while (wait_for_group(lock)) {
    Batch merged;
    group.clear();
    while (!queue_.empty() && group.size() < limits_.merge_max &&
           (group.empty() || merged.bytes() + queue_.front().batch.bytes() <= limits_.merge_bytes_max)) {
      if (group.empty()) merged = std::move(queue_.front().batch);
      else merged.append(queue_.front().batch);
      group.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    last_group_ = group.size();
    room_.notify_all();
    lock.unlock();
    const StoreFailure failure = store_.write(merged, true);
    for (const Waiting& waiting : group) waiting.done(failure);
    lock.lock();
    ++statistics_.writes;
    statistics_.batches += group.size();
    if (!failure) continue;
    failed_ = StoreError{StoreError::Kind::closed, "an earlier write failed", failure->file, failure->offset, "close the store and open it again"};
    const std::deque<Waiting> rest = std::exchange(queue_, {});
    room_.notify_all();
    lock.unlock();
    for (const Waiting& waiting : rest) waiting.done(failed_);
    lock.lock();
  }
}

}  // namespace wend
