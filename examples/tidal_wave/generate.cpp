// tidal_wave_events: a made-up listening population as Segment-shaped NDJSON on standard output, in order of time. The
// same options give the same bytes on every machine.
//   tidal_wave_events --users 500 --days 90 --seed 1 --start 2026-01-01
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "examples/tidal_wave/population.h"
#include "examples/tidal_wave/segment.h"

namespace {

using tidal_wave::Event;
using tidal_wave::Request;

constexpr uint64_t kUsersMax = 1'000'000, kDaysMax = 3'660;

int usage(const char* what) {
  std::fprintf(stderr, "tidal_wave_events: %s\nusage: tidal_wave_events [--users N] [--days N] [--seed N] [--start YYYY-MM-DD]\n", what);
  return 2;
}

bool whole_number(const char* text, uint64_t max, uint64_t& out) {
  char* end = nullptr;
  if (*text < '0' || *text > '9') return false;
  out = std::strtoull(text, &end, 10);
  return *end == '\0' && out <= max;
}

bool start_day(const char* text, int64_t& out) {
  tidal_wave::Date date{};
  char tail = 0;
  if (std::sscanf(text, "%4d-%2d-%2d%c", &date.year, &date.month, &date.day, &tail) != 3) return false;
  if (date.year < 1971 || date.month < 1 || date.month > 12 || date.day < 1) return false;
  out = tidal_wave::day_of(date);
  return tidal_wave::date_of(out).day == date.day;   // no 31 February
}

// True when option `name` with `value` is understood.
bool take(const char* name, const char* value, Request& request) {
  uint64_t number = 0;
  if (std::strcmp(name, "--users") == 0 && whole_number(value, kUsersMax, number)) return request.users = static_cast<uint32_t>(number), true;
  if (std::strcmp(name, "--days") == 0 && whole_number(value, kDaysMax, number) && number > 0) return request.days = static_cast<uint32_t>(number), true;
  if (std::strcmp(name, "--seed") == 0 && whole_number(value, UINT64_MAX, number)) return request.seed = number, true;
  return std::strcmp(name, "--start") == 0 && start_day(value, request.start_day);
}

}  // namespace

int main(int argc, char** argv) {
  Request request;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 >= argc || !take(argv[i], argv[i + 1], request)) return usage((std::string("cannot read ") + argv[i]).c_str());
  }
  std::vector<Event> events;
  for (uint32_t user = 1; user <= request.users; ++user) {
    std::vector<Event> life = tidal_wave::live(request, user);
    events.insert(events.end(), std::make_move_iterator(life.begin()), std::make_move_iterator(life.end()));
  }
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    if (a.at_ms != b.at_ms) return a.at_ms < b.at_ms;
    return a.user != b.user ? a.user < b.user : a.number < b.number;
  });
  for (const Event& event : events) {
    std::fwrite(event.json.data(), 1, event.json.size(), stdout);
    std::fputc('\n', stdout);
  }
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? 0 : 5;
}
