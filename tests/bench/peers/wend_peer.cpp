// The audiences of a project through Wend's native code, a record at a time.
//   wend_peer PROJECT predicate|segments USERS RUNS
#include <cstdlib>

#include "compiler/service/service.h"
#include "runtime/abi/context.h"
#include "tests/bench/peers/said.h"
#include "tests/bench/peers/wend_records.h"

using namespace peers;

int main(int count, char** words) {
  if (count != 5) return std::fputs("wend_peer PROJECT predicate|segments USERS RUNS\n", stderr), 2;
  wend::Project project = wend::Project::load(words[1]);
  for (const wend::Diagnostic& found : project.diagnostics().all()) fmt::print(stderr, "{} {}\n", found.id(), found.message);
  if (!project.ok()) return 1;
  const std::shared_ptr<const wend::Module> module = wend::compile(project.program());
  const Population population = make_users(words[2], std::strtoull(words[3], nullptr, 10));
  const WendRecords records(*module, population);
  const int runs = std::atoi(words[4]);
  wend::Context context(*module->zone, module->windows);
  context.set_now(1'768'471'200'000'000);   // 2026-01-15T10:00Z

  Counts counts;
  for (const wend::ModuleReading& audience : module->audiences) counts.emplace_back(audience.name, 0);
  const auto is_in = [&](size_t audience, size_t user) -> uint64_t {
    wend_slot slot{};
    return module->audiences[audience].value(records[user], nullptr, nullptr, &context, &slot) && slot.integer != 0;
  };
  auto each = timed(runs, [&] {
    for (size_t a = 0; a < counts.size(); ++a) {
      counts[a].second = 0;
      for (size_t user = 0; user < population.users; ++user) counts[a].second += is_in(a, user);
    }
  });
  say("Wend", "a record at a time", "each", population.users, counts, each);
  if (counts.size() == 1) return 0;
  auto pass = timed(runs, [&] {
    for (auto& [name, in] : counts) in = 0;
    for (size_t user = 0; user < population.users; ++user)
      for (size_t a = 0; a < counts.size(); ++a) counts[a].second += is_in(a, user);
  });
  say("Wend", "a record at a time", "pass", population.users, counts, pass);
}
