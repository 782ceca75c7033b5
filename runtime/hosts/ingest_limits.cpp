// A bucket is one instant: each event moves it ahead by the time it stands for, and time catches up with it.
#include "runtime/hosts/ingest_limits.h"

#include <algorithm>

namespace wend {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kBurst = kSecond;           // a second's worth may go at once
constexpr int64_t kDebtMost = 60 * kSecond;

}  // namespace

IngestLimits::IngestLimits(uint32_t per_key, uint32_t per_user) : per_key_(per_key), per_user_(per_user) {}

int64_t IngestLimits::wait_of(Pace pace, int64_t now) const { return pace <= now ? 0 : std::max<int64_t>(0, pace - now - kBurst + 1); }

void IngestLimits::charge(Pace& pace, uint32_t rate, uint64_t events, int64_t now) const {
  const int64_t cost = static_cast<int64_t>(std::min<uint64_t>((events * kSecond + rate - 1) / rate, kDebtMost));
  pace = std::min(std::max(pace, now) + cost, now + kBurst + kDebtMost);
}

IngestLimits::Answer IngestLimits::look(size_t key, int64_t now) {
  const std::lock_guard lock(mutex_);
  const int64_t wait = per_key_ > 0 && key < keys_.size() ? wait_of(keys_[key], now) : 0;
  return wait > 0 ? Answer{Answer::Who::key, wait} : Answer{};
}

IngestLimits::Answer IngestLimits::take(size_t key, std::span<const uint64_t> users, int64_t now) {
  if (Answer answer = look(key, now); answer.who != Answer::Who::nobody) return answer;
  const std::lock_guard lock(mutex_);
  if (per_user_ > 0) {
    size_t over = 0;
    int64_t wait = INT64_MAX;                 // of the first who may go
    for (const uint64_t user : users) {
      const auto found = users_.find(user);
      const int64_t theirs = user == kNobody || found == users_.end() ? 0 : wait_of(found->second, now);
      if (theirs == 0) continue;
      ++over;
      wait = std::min(wait, theirs);
    }
    if (over > users.size() / 2) return {Answer::Who::user, wait};
    if (users_.size() + users.size() > kUsersMost) forget(now);
    for (const uint64_t user : users) {
      if (user == kNobody) continue;
      const auto found = users_.find(user);
      if (found != users_.end()) charge(found->second, per_user_, 1, now);
      else if (users_.size() < kUsersMost) charge(users_[user], per_user_, 1, now);
    }
  }
  if (per_key_ > 0) {
    if (key >= keys_.size()) keys_.resize(key + 1, INT64_MIN);
    charge(keys_[key], per_key_, users.size(), now);
  }
  return {};
}

// Whose every event is paid for is as good as never seen. Looked through once a second, however many come.
void IngestLimits::forget(int64_t now) {
  if (forgot_ != INT64_MIN && now - forgot_ < kSecond) return;
  forgot_ = now;
  std::erase_if(users_, [now](const auto& each) { return each.second <= now; });
}

}  // namespace wend
