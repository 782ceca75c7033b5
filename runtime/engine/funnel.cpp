#include "runtime/engine/funnel.h"

#include <algorithm>

#include "runtime/abi/value.h"

namespace wend {
namespace {

// Marks in place of an instant. kNever lies so far back that nothing comes in time after it, and kDone so far ahead that
// everything does; both so that a difference to an instant of a log does not overflow.
constexpr int64_t kNever = INT64_MIN / 2, kDone = INT64_MAX / 2, kFollowed = kNever + 1;

constexpr size_t kAhead = 24;      // events: as far as memory is asked for before it is needed
constexpr size_t kBlock = 2048;    // events that are sifted at once

// Calls `each(i)` for the events that fit any step, in their order, with the state of later ones on its way.
template <class Prefetch, class Each>
void sift(const FunnelEvents& events, Prefetch prefetch, Each each) {
  uint32_t rows[kBlock + kAhead];
  const size_t n = events.fits.size();
  for (size_t from = 0; from < n; from += kBlock) {
    const size_t to = std::min(n, from + kBlock);
    size_t count = 0;
    for (size_t i = from; i < to; ++i) {
      rows[count] = static_cast<uint32_t>(i - from);
      count += events.fits[i] != 0;
    }
    if (count == 0) continue;
    for (size_t i = count; i < count + kAhead; ++i) rows[i] = rows[count - 1];
    for (size_t i = 0; i < std::min(kAhead, count); ++i) prefetch(events.users[from + rows[i]]);
    for (size_t i = 0; i < count; ++i) {
      prefetch(events.users[from + rows[i + kAhead]]);
      each(from + rows[i]);
    }
  }
}

}  // namespace

Funnel::Funnel(uint32_t steps, int64_t within_us, uint32_t users)
    : steps_(steps), within_us_(within_us), users_(users), began_(size_t{users} * (steps - 1), kNever), took_(size_t{users} * (steps - 1), -1) {}

// Steps are tried from the last, so that an event serves one step of a way. Whoever has come through keeps kDone in front, and
// everything is in time for them: their later events change nothing that is counted.
template <uint32_t Steps>
void Funnel::run(const FunnelEvents& events) {
  constexpr uint32_t kKept = Steps - 1;
  const auto prefetch = [this](uint32_t user) { __builtin_prefetch(&began_[size_t{user} * kKept], 1); };
  sift(events, prefetch, [&](size_t i) {
    const uint32_t fits = events.fits[i], user = events.users[i];
    const int64_t at = events.at[i];
    int64_t* began = &began_[size_t{user} * kKept];
    const auto reach = [&](uint32_t step, int64_t from) { took_[size_t{step - 1} * users_ + user] = at - from; };
    if ((fits >> kKept & 1) & (at - began[kKept - 1] < within_us_) & (began[0] != kDone)) [[unlikely]] {
      reach(kKept, began[kKept - 1]);
      began[0] = kDone;
    }
    for (uint32_t step = kKept - 1; step > 0; --step) {
      const bool on = (fits >> step & 1) & (at - began[step - 1] < within_us_);
      if (on & (began[step] == kNever)) [[unlikely]] reach(step, began[step - 1]);
      began[step] = on ? began[step - 1] : began[step];
    }
    began[0] = (fits & 1) & (began[0] != kDone) ? at : began[0];
  });
}

void Funnel::add(const FunnelEvents& events) {
  switch (steps_) {
    case 2: return run<2>(events);
    case 3: return run<3>(events);
    case 4: return run<4>(events);
    case 5: return run<5>(events);
    case 6: return run<6>(events);
    case 7: return run<7>(events);
    case 8: return run<8>(events);
    default: return;
  }
}

std::vector<uint64_t> Funnel::reached() const {
  std::vector<uint64_t> out(steps_);
  for (size_t user = 0; user < users_; ++user) out[0] += began_[user * (steps_ - 1)] != kNever;
  for (uint32_t step = 1; step < steps_; ++step)
    for (size_t user = 0; user < users_; ++user) out[step] += took_[(step - 1) * size_t{users_} + user] >= 0;
  return out;
}

std::optional<int64_t> Funnel::median_us(uint32_t step) const {
  std::vector<int64_t> took;
  for (size_t user = 0; user < users_; ++user)
    if (const int64_t each = took_[(step - 1) * size_t{users_} + user]; each >= 0) took.push_back(each);
  if (took.empty()) return std::nullopt;
  const auto middle = took.begin() + static_cast<std::ptrdiff_t>((took.size() - 1) / 2);
  std::nth_element(took.begin(), middle, took.end());
  return *middle;
}

Unfollowed::Unfollowed(int64_t within_us, uint32_t users) : within_us_(within_us), waiting_(users, kNever) {}

void Unfollowed::add(const FunnelEvents& events) {
  const auto prefetch = [this](uint32_t user) { __builtin_prefetch(&waiting_[user], 1); };
  sift(events, prefetch, [&](size_t i) {
    int64_t& waiting = waiting_[events.users[i]];
    if (waiting == kDone) return;   // is without already
    const int64_t at = events.at[i];
    if ((events.fits[i] & 2) && waiting > kFollowed) waiting = at - waiting < within_us_ ? kFollowed : kDone;
    if ((events.fits[i] & 1) && waiting <= kFollowed) waiting = at;
  });
}

Unfollowed::Counts Unfollowed::counts(int64_t end_us) const {
  Counts out;
  for (const int64_t waiting : waiting_) {
    if (waiting == kNever) continue;
    ++out.began;
    if (waiting == kFollowed) ++out.followed;
    else if (waiting == kDone || end_us - waiting >= within_us_) ++out.without;
    else ++out.open;
  }
  return out;
}

}  // namespace wend
