// The audiences of a project over columns, as `wend sweep` asks them, and the funnel over the log, as `wend report` does. One thread.
//   wend_columns_peer PROJECT predicate|segments USERS RUNS
//   wend_columns_peer log EVENTS RUNS
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <filesystem>

#include "compiler/service/service.h"
#include "compiler/service/sweep.h"
#include "runtime/engine/funnel.h"
#include "runtime/hosts/sweep.h"
#include "tests/bench/peers/log.h"
#include "tests/bench/peers/population.h"
#include "tests/bench/peers/said.h"

using namespace peers;

namespace {

const char* const kVersion = "in columns";

// As columns of a population hold it.
int64_t held_value(Kind kind, int64_t value) {
  switch (kind) {
    case Kind::number: return std::bit_cast<int64_t>(static_cast<double>(value) / 100);
    case Kind::money: return value * 10'000;   // cents to millionths
    default: return value;                     // words stand in one order in both
  }
}

wend::ColumnRows rows_of(const Column& column, size_t first, size_t rows) {
  wend::ColumnRows out;
  out.values.assign(rows, 0);
  out.known.assign((rows + 63) / 64, 0);
  for (size_t i = 0; i < rows; ++i) {
    if (!column.is_known(first + i)) continue;
    out.values[i] = held_value(column.kind, column.values[first + i]);
    out.known[i / 64] |= uint64_t{1} << i % 64;
  }
  return out;
}

// Empty: it is there.
std::string hold(const wend::Program& program, const Population& population, const std::string& path) {
  wend::PopulationLayout layout;
  layout.at = 1'768'471'200'000'000;   // 2026-01-15T10:00Z
  layout.project = program.project.name;
  layout.zone = program.project.time_zone;
  layout.columns = wend::compile_held(program).columns;
  std::erase_if(layout.columns, [&](const wend::ColumnLayout& held) {   // who they are is not asked, and nobody was in an audience before
    const auto same = [&](const Column& column) { return column.name == held.name; };
    return held.role != wend::ColumnRole::attribute || std::none_of(population.columns.begin(), population.columns.end(), same);
  });
  for (wend::ColumnLayout& column : layout.columns) wend::fit_column(column, rows_of(population[column.name], 0, population.users).values);
  wend::PopulationWriter writer(path, layout);
  for (size_t first = 0; first < population.users; first += wend::kBlockRows) {
    const auto rows = static_cast<uint32_t>(std::min<size_t>(wend::kBlockRows, population.users - first));
    std::vector<wend::ColumnRows> columns;
    for (const wend::ColumnLayout& column : layout.columns) columns.push_back(rows_of(population[column.name], first, rows));
    writer.add(rows, columns);
  }
  return writer.finish().value_or("");
}

int users(const char* folder, const char* name, size_t count, int runs) {
  const wend::Project project = wend::Project::load(folder);
  if (!project.ok()) return fmt::print(stderr, "{} has errors\n", folder), 1;
  const std::string path = (std::filesystem::temp_directory_path() / fmt::format("wend_columns_{}", ::getpid())).string();
  std::string wrong = hold(project.program(), make_users(name, count), path);
  wend::PopulationFault fault;
  const std::unique_ptr<wend::Population> population = wrong.empty() ? wend::Population::open(path, fault) : nullptr;
  ::unlink(path.c_str());
  if (!population) return fmt::print(stderr, "{}{}\n", wrong, fault.message), 1;
  std::vector<std::string> missing;
  const auto batch = wend::compile_sweep(project.program(), population->layout(), missing);
  if (!batch) return fmt::print(stderr, "{}\n", missing.front()), 1;
  std::vector<wend::PopulationBlock> blocks(population->blocks());
  for (size_t i = 0; i < blocks.size(); ++i)
    if (const auto unread = population->read(i, batch->columns, blocks[i])) return fmt::print(stderr, "{}\n", unread->message), 1;
  std::vector<wend_set_count> in(batch->sets);
  wend::BlockSweep sweep(population->layout(), *batch);
  const auto seconds = timed(runs, [&] {
    std::fill(in.begin(), in.end(), wend_set_count{});
    for (const wend::PopulationBlock& block : blocks) sweep.run(block, in);
  });
  Counts counts;
  for (const wend::BatchModule::Audience& audience : batch->audiences) counts.emplace_back(audience.name, in[audience.set].users);
  say("Wend", kVersion, counts.size() == 1 ? "each" : "pass", count, counts, seconds);
  return 0;
}

int log(size_t events, int runs) {
  constexpr uint8_t kFits[] = {0, 1, 2, 4};   // play, view, add_to_cart, purchase
  constexpr int64_t kSecond = 1'000'000, kWithin = 7 * 86'400 * kSecond;
  std::vector<uint32_t> who;
  std::vector<int64_t> at;
  std::vector<uint8_t> fits;
  for (const LoggedEvent& event : make_log(events)) {
    who.push_back(event.user);
    at.push_back(event.at * kSecond);
    fits.push_back(kFits[static_cast<size_t>(event.kind)]);
  }
  const uint32_t people = who.empty() ? 0 : *std::max_element(who.begin(), who.end()) + 1;
  uint64_t through = 0;
  const auto seconds = timed(runs, [&] {
    wend::Funnel funnel(3, kWithin, people);
    funnel.add({who, at, fits});
    through = funnel.reached().back();
  });
  say("Wend", kVersion, "log", events, {{"funnel", through}}, seconds);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count == 4 && std::string_view(words[1]) == "log") return log(std::strtoull(words[2], nullptr, 10), std::atoi(words[3]));
  if (count == 5) return users(words[1], words[2], std::strtoull(words[3], nullptr, 10), std::atoi(words[4]));
  return std::fputs("wend_columns_peer PROJECT predicate|segments USERS RUNS\nwend_columns_peer log EVENTS RUNS\n", stderr), 2;
}
