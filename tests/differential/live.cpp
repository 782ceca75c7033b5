// A live stream told to the product: lines in the order of their arrival, handled by a shard over a store in memory. Where
// a batch ends is drawn anew from the text, so that what is stored between events is compared too.
#include <algorithm>
#include <tuple>

#include "compiler/service/service.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/shard.h"
#include "runtime/store/memory_store.h"
#include "tests/differential/product.h"
#include "tests/differential/random.h"
#include "tests/reference/clock.h"

namespace wend::differential {
namespace {

struct Arrival { int64_t time; StoredEvent event; };
struct Line { int64_t at; std::string user; UserId id; std::string text; };

int64_t received(std::string_view line, int64_t at) {
  constexpr std::string_view kKey = "\"receivedAt\":\"";
  const size_t found = line.find(kKey);
  if (found == std::string_view::npos) return at;
  const std::string_view rest = line.substr(found + kKey.size());
  int64_t instant = at;
  reference::read_instant(rest.substr(0, rest.find('"')), *reference::Zone::find("UTC"), instant);
  return instant;
}

std::vector<Arrival> read(std::string_view ndjson, Intake& intake) {
  std::vector<Arrival> arrivals;
  while (!ndjson.empty()) {
    const size_t end = ndjson.find('\n');
    const std::string_view line = ndjson.substr(0, end);
    ndjson.remove_prefix(end == std::string_view::npos ? ndjson.size() : end + 1);
    const size_t before = intake.log.events().size();
    read_text(line, "-", false, intake);
    if (intake.log.events().size() == before) continue;
    const StoredEvent& event = intake.log.events().back();
    arrivals.push_back({received(line, event.at), event});
  }
  std::stable_sort(arrivals.begin(), arrivals.end(), [](const Arrival& a, const Arrival& b) { return a.time < b.time; });
  return arrivals;
}

}  // namespace

std::vector<std::string> run_product_live(const Program& program, std::string_view ndjson, std::optional<int64_t> until_us, bool optimised) {
  return run_module_live(*compile(program, optimised ? Tier::optimised : Tier::fast_compile), ndjson, until_us);
}

std::vector<std::string> run_module_live(const Module& module, std::string_view ndjson, std::optional<int64_t> until_us, const std::function<void()>& handled) {
  Intake intake(module);
  const std::vector<Arrival> arrivals = read(ndjson, intake);
  const std::unique_ptr<Store> store = make_memory_store();
  std::vector<Line> lines;
  const Shard::Tell tell = [&](const Shard::Told& told) { lines.push_back({told.at, std::string(told.user), told.id, std::string(told.line)}); };
  Random random(ndjson.size());
  int64_t last = until_us.value_or(INT64_MIN);
  try {
    auto shard = std::make_unique<Shard>(module, *store, tell);
    for (const Arrival& arrival : arrivals) {
      while (random.between(0, 2) == 0 && shard->tick(arrival.time)) shard->commit();
      shard->handle(intake, arrival.event, arrival.time);
      if (handled) handled();
      const bool alias = arrival.event.record->type == kAliasCall;
      last = std::max({last, arrival.time, alias ? arrival.time : arrival.event.at});
      if (random.between(0, 3) > 0) continue;
      shard->commit();
      if (random.between(0, 3) == 0) shard = std::make_unique<Shard>(module, *store, tell);   // the process ended
    }
    while (shard->tick(last)) shard->commit();
    shard->commit();
  } catch (const ShardFault& fault) {
    return {"error: " + fault.what};
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return std::tie(a.at, a.user, a.id) < std::tie(b.at, b.user, b.id); });
  std::vector<std::string> texts;
  for (Line& line : lines) texts.push_back(std::move(line.text));
  return texts;
}

}  // namespace wend::differential
