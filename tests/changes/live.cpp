#include "tests/changes/live.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "compiler/service/programs.h"
#include "compiler/service/service.h"
#include "runtime/engine/desk.h"
#include "runtime/engine/ingest.h"
#include "runtime/store/memory_store.h"

namespace wend::changes {

namespace {

// Lines by the time they say, as a file run has them.
std::vector<std::string> sorted_lines(const std::string& events) {
  const auto time = [](const std::string& line) {
    const size_t at = line.find("\"timestamp\":\"");
    return at == std::string::npos ? std::string() : line.substr(at + 13, 20);
  };
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < events.size();) {
    const size_t end = std::min(events.find('\n', begin), events.size());
    lines.push_back(events.substr(begin, end - begin));
    begin = end + 1;
  }
  std::stable_sort(lines.begin(), lines.end(), [&](const std::string& a, const std::string& b) { return time(a) < time(b); });
  return lines;
}

}  // namespace

std::vector<std::string> run_live(const Files& before, const Files& after, int64_t at, const std::string& events, int64_t until) {
  struct Line { int64_t at; std::string user, text; };
  std::vector<Line> lines;
  ProgramFiles first = before, second = after;
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  const std::unique_ptr<Store> store = make_memory_store();
  Batch batch;
  keep_files(*store, first, batch);
  store->write(batch, true);
  CompileRequest request{{first}, {}};
  CompiledProgram compiled = compile_program(request);
  if (!compiled.module) throw std::runtime_error(compiled.errors);

  int64_t now = 0;
  Dispatcher dispatcher({}, Dispatcher::Clocks{[&] { return now; }});
  Desk::Options options;
  options.tell = [&](const Shard::Told& told) { lines.push_back({told.at, std::string(told.user), std::string(told.line)}); };
  Desk desk({compiled.module, {{hash_of(first)}, {}, 0}, compiled.written}, std::nullopt, *store, dispatcher, {}, options);
  const auto pass = [&](int64_t to) {
    now = std::max(now, to);
    while (desk.tick(now)) desk.commit();
  };
  bool changed = false, refused = false;
  const auto change = [&] {
    pass(at - 1);
    desk.commit();
    changed = true;
    ProgramRecord record;
    record.chain = {hash_of(first), hash_of(second)};
    record.places = desk.places();
    CompiledProgram next = compile_program({{first, second}, record.places});
    refused = !next.module;
    if (!refused) desk.change({next.module, record, next.written}, second);
  };
  size_t count = 0;
  for (const std::string& text : sorted_lines(events)) {
    if (refused) break;
    const auto read = [&](Arrivals& arrivals) {
      arrivals.intake = std::make_unique<Intake>(desk.module());
      read_text(text, "-", false, *arrivals.intake);
      return !arrivals.intake->log.events().empty();
    };
    Arrivals arrivals;
    if (!read(arrivals)) continue;
    if (!changed && arrivals.intake->log.events().front().at >= at) {
      change();
      if (refused || !read(arrivals)) continue;
    }
    const StoredEvent& event = arrivals.intake->log.events().front();
    pass(event.at);
    arrivals.received = now;
    Arrival arrival;
    arrival.record = event.record;
    arrival.timestamp = event.at;
    arrival.raw = text;
    arrivals.items.push_back(std::move(arrival));
    desk.take(arrivals);
    if (++count % 3 == 0) desk.commit();
    if (count % 2 == 0) desk.take_over(1);   // who is not touched before is taken over later
  }
  if (!changed) change();
  if (refused) return {"refused"};
  while (desk.take_over(2)) desk.commit();
  pass(until);
  desk.commit();
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return std::tie(a.at, a.user) < std::tie(b.at, b.user); });
  std::vector<std::string> texts;
  for (Line& line : lines) texts.push_back(std::move(line.text));
  return texts;
}

}  // namespace wend::changes
