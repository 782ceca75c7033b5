#include "tests/bench/listeners.h"

#include <algorithm>

#include "runtime/engine/ndjson.h"

namespace bench {

std::vector<tidal_wave::Event> events_of(uint32_t users, uint32_t days) {
  tidal_wave::Request request;
  request.users = users;
  request.days = days;
  std::vector<tidal_wave::Event> events;
  for (uint32_t user = 0; user < users; ++user)
    for (tidal_wave::Event& event : tidal_wave::live(request, user)) events.push_back(std::move(event));
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.at_ms < b.at_ms; });
  return events;
}

std::string lines_of(const std::vector<tidal_wave::Event>& events) {
  std::string lines;
  for (const tidal_wave::Event& event : events) lines += event.json + "\n";
  lines.append(64, '\0');
  return lines;
}

void read_lines(wend::Intake& intake, std::string_view lines) {
  wend::NdjsonReader reader(intake);
  uint64_t number = 0;
  for (size_t at = 0; at < lines.size() && lines[at] != '\0';) {
    const size_t end = lines.find('\n', at);
    reader.line(lines.substr(at, end - at), "bench", ++number);
    at = end + 1;
  }
}

}  // namespace bench
