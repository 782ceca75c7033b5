// Lists of users are handed on from instant to instant, so that a run of many instants allocates few of them.
#include "runtime/hosts/wake_queue.h"

namespace wend {

void WakeQueue::schedule(uint32_t user, int64_t instant) {
  if (user >= scheduled_.size()) scheduled_.resize(user + 1, WEND_FOREVER);
  if (instant >= scheduled_[user]) return;
  scheduled_[user] = instant;
  const auto [place, fresh] = users_.try_emplace(instant);
  if (fresh) {
    instants_.push(instant);
    if (!spare_.empty()) {
      place->second = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  place->second.push_back(user);
}

void WakeQueue::take(std::vector<uint32_t>& users) {
  users.clear();
  if (instants_.empty()) return;
  const int64_t instant = instants_.top();
  instants_.pop();
  const auto place = users_.find(instant);
  for (uint32_t user : place->second) {
    if (scheduled_[user] != instant) continue;   // woken earlier since, or listed twice
    scheduled_[user] = WEND_FOREVER;
    users.push_back(user);
  }
  place->second.clear();
  if (spare_.size() < 64) spare_.push_back(std::move(place->second));
  users_.erase(place);
}

}  // namespace wend
