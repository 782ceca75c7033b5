// See oracle.h.
#include "tests/simulation/oracle.h"

#include <algorithm>
#include <sstream>
#include <tuple>

#include "runtime/engine/ndjson.h"
#include "runtime/store/memory_store.h"
#include "tests/reference/clock.h"
#include "tests/reference/reference.h"

namespace wend::simulation {
namespace {

constexpr size_t kPadding = 64;

// By instant and user; within a user as they were made, also when they were two records at the time.
std::vector<std::string> in_order(std::vector<Kept> decisions) {
  struct Line { int64_t at; std::string user; uint64_t sequence; std::string text; };
  std::vector<Line> lines;
  for (Kept& each : decisions) lines.push_back({each.at, word_at(each.line, "user"), each.sequence, std::move(each.line)});
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return std::tie(a.at, a.user, a.sequence) < std::tie(b.at, b.user, b.sequence); });
  std::vector<std::string> texts;
  for (Line& line : lines) texts.push_back(std::move(line.text));
  return texts;
}

std::string difference(const std::vector<std::string>& host, const std::vector<std::string>& other, const std::string& name) {
  size_t at = 0;
  while (at < host.size() && at < other.size() && host[at] == other[at]) ++at;
  if (at == host.size() && at == other.size()) return "";
  std::ostringstream out;
  out << "I4: decision " << at + 1 << " of " << host.size() << " (host) and " << other.size() << " (" << name << ")\n";
  for (size_t i = at < 3 ? 0 : at - 3; i < at; ++i) out << "    both  " << host[i] << "\n";
  for (size_t i = at; i < at + 2 && i < host.size(); ++i) out << "  - host  " << host[i] << "\n";
  for (size_t i = at; i < at + 2 && i < other.size(); ++i) out << "  + " << name << "  " << other[i] << "\n";
  return out.str();
}

// As a line of a live stream: with its instant by our clock, and its arrival.
std::string dated(const Accepted& each) {
  std::string line = with_word(each.raw, "timestamp", reference::print_instant(each.at));
  return line.insert(1, "\"receivedAt\":\"" + reference::print_instant(each.received) + "\",");
}

void take(Desk& desk, const Accepted& each) {
  Arrivals arrivals{std::make_unique<Intake>(desk.module()), {}, each.received};
  Arrival arrival;
  arrival.raw = each.raw;
  NdjsonReader reader(*arrivals.intake);
  const std::string padded = each.raw + std::string(kPadding, '\0');
  reader.line(std::string_view(padded).substr(0, each.raw.size()), "line", 1, {std::nullopt, each.received});
  if (!arrivals.intake->rejected.empty()) arrival.rejected = arrivals.intake->rejected.back().reason;
  if (!arrivals.intake->log.events().empty()) {
    arrival.record = arrivals.intake->log.events().back().record;
    arrival.timestamp = each.at;
  }
  arrivals.items.push_back(std::move(arrival));
  desk.take(arrivals);
}

}  // namespace

std::vector<Accepted> whole_log(const World& world) {
  std::vector<Accepted> log = world.accepted();
  const std::vector<Accepted> feedback = kept_feedback(world.store());
  log.insert(log.end(), feedback.begin(), feedback.end());
  std::stable_sort(log.begin(), log.end(), [](const Accepted& a, const Accepted& b) { return a.received < b.received; });
  return log;
}

std::string difference_from_reference(World& world) {
  std::string ndjson;
  for (const Accepted& each : whole_log(world)) ndjson += dated(each) + "\n";
  const ReferenceResult reference = run_reference(world.project().program(), ndjson, world.now(), {true});
  return difference(in_order(kept_decisions(world.store())), reference.lines, "reference");
}

std::string difference_from_second_desk(World& world) {
  const std::unique_ptr<Store> store = make_memory_store();
  Dispatcher dispatcher({}, Dispatcher::Clocks{[] { return int64_t{0}; }}, Dispatcher::kByHand);
  Desk desk(world.version(0), std::nullopt, *store, dispatcher, {}, {});
  const auto tick = [&](int64_t now) {
    while (desk.tick(now)) desk.commit();
  };
  for (const Accepted& each : whole_log(world)) {
    switch (each.kind) {
      case Accepted::Kind::line: take(desk, each); break;
      case Accepted::Kind::erase:
        tick(each.received);
        desk.erase(each.user);
        break;
      case Accepted::Kind::change:
        tick(each.at - 1);
        desk.change(world.version(1), world.next_files());
        while (desk.take_over(100)) {}
        break;
    }
    desk.commit();
  }
  tick(world.now());
  desk.commit();
  return difference(in_order(kept_decisions(world.store())), in_order(kept_decisions(*store)), "second desk");
}

}  // namespace wend::simulation
