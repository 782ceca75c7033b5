// Workloads whose instructions are counted (instructions.sh): parse, check, one step, one rest, one sweep. Each once through, without clocks or
// chance, so that a count tells of the code alone. Outside of callgrind the marks do nothing.
#include <valgrind/callgrind.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "compiler/service/service.h"
#include "runtime/core/codec.h"
#include "runtime/engine/event_input.h"
#include "runtime/engine/profiles.h"
#include "test_paths.h"
#include "tests/bench/listeners.h"

using namespace wend;

namespace {

// One listener behind the other, not in order of time.
std::string events() {
  tidal_wave::Request request;
  request.users = 40;
  request.days = 20;
  std::vector<tidal_wave::Event> all;
  for (uint32_t user = 0; user < request.users; ++user)
    for (tidal_wave::Event& event : tidal_wave::live(request, user)) all.push_back(std::move(event));
  return bench::lines_of(all);
}

// What the workload executes is dumped under its name.
template <class Work>
auto counted(const char* name, Work work) {
  CALLGRIND_TOGGLE_COLLECT;
  auto result = work();
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_DUMP_STATS_AT(name);
  return result;
}

struct Users {
  explicit Users(const Module& module) : context(*module.zone, module.windows), step(module, context) {}
  Context context;
  Step step;
  std::vector<UserState> states;
};

bool check(const char* path) { return Project::load(path).ok(); }

size_t step(Users& users, const Intake& intake, Profiles& profiles) {
  std::vector<AttributeChange> changes;
  std::vector<Decision> decisions;
  size_t decided = 0;
  for (const StoredEvent& event : intake.log.events()) {
    const uint32_t user = profiles.resolve(event.record->identities()).profile;
    if (user >= users.states.size()) users.states.resize(user + 1);
    changes.clear();
    users.step.handle(users.states[user], input_of(event, changes, profiles.name(user), event.at), decisions);
    decided += decisions.size();
    decisions.clear();
  }
  return decided;
}

// Each user to bytes and back, twenty times.
size_t rest(Users& users) {
  std::string bytes;
  size_t total = 0;
  for (int round = 0; round < 20; ++round) {
    for (const UserState& user : users.states) {
      pack(users.step, user, bytes);
      UserState again;
      total += unpack(users.step, {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, again) ? bytes.size() : 0;
    }
  }
  return total;
}

// Every block for every user, at a hundred instants.
size_t sweep(Users& users, const Module& module, int64_t at) {
  size_t total = 0;
  for (int64_t hour = 0; hour < 100; ++hour) {
    for (UserState& user : users.states) {
      if (!user.begun()) continue;
      users.step.look(user, at + hour * kMicrosPerHour);
      for (const ModuleStates& states : module.states) total += static_cast<size_t>(states.find(user.bytes(), &users.context, state_slot(user, states)->current));
    }
  }
  return total;
}

}  // namespace

int main() {
  const std::string text = events(), path = WEND_SOURCE_DIR "/tests/bench/streaming";
  if (!counted("check", [&] { return check(path.c_str()); })) return 1;
  const Project project = Project::load(path);
  const std::shared_ptr<const Module> module = compile(project.program());
  Intake intake(*module);
  counted("parse", [&] { return bench::read_lines(intake, text), 0; });
  intake.log.sort();
  Profiles profiles(intake.identities, many_by_rank(*module));
  Users users(*module);
  const size_t decided = counted("step", [&] { return step(users, intake, profiles); });
  const size_t rested = counted("rest", [&] { return rest(users); });
  const size_t swept = counted("sweep", [&] { return sweep(users, *module, intake.log.events().back().at); });
  std::printf("%zu events, %zu users, %zu decisions, %zu bytes, %zu\n", intake.log.events().size(), users.states.size(), decided, rested, swept);
}
