#include "tests/bench/peers/log.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/bench/peers/population.h"

namespace peers {

const char* event_name(EventKind kind) {
  static const char* const names[] = {"play", "view", "add_to_cart", "purchase"};
  return names[static_cast<size_t>(kind)];
}

std::vector<LoggedEvent> make_log(size_t events) {
  constexpr int64_t kBegin = 1'767'225'600, kSeconds = 90 * 86'400;
  constexpr size_t kLately = 4'096;   // the latest events, whose users may go on
  const int64_t users = static_cast<int64_t>(std::max<size_t>(1'000, events / 40));
  std::vector<int64_t> last(static_cast<size_t>(users), 0);
  std::vector<LoggedEvent> log;
  log.reserve(events);
  Random random(1);
  for (size_t i = 0; i < events; ++i) {
    const int64_t at = kBegin + static_cast<int64_t>(static_cast<double>(i) * kSeconds / static_cast<double>(events));
    const bool goes_on = !log.empty() && random.chance(50);
    uint32_t user = goes_on ? log[log.size() - 1 - static_cast<size_t>(random.below(static_cast<int64_t>(std::min(log.size(), kLately))))].user
                            : static_cast<uint32_t>(random.below(users));
    while (last[user] >= at) user = (user + 1) % static_cast<uint32_t>(users);
    last[user] = at;
    log.push_back({at, user, static_cast<EventKind>(random.weighted({60, 25, 10, 5}))});
  }
  return log;
}

void write_csv(const std::vector<LoggedEvent>& log, std::FILE* out) {
  fmt::print(out, "happened,user_id,kind\n");
  for (const LoggedEvent& event : log) fmt::print(out, "{},{},{}\n", event.at, event.user, event_name(event.kind));
}

}  // namespace peers
