// What the step costs on one core, parsing aside and with it: tests/bench/streaming over the listeners of examples/tidal_wave, in
// memory. And what a user takes at rest, and what for.
#include <algorithm>
#include <cstring>
#include <deque>
#include <string>

#include "compiler/service/service.h"
#include "runtime/core/codec.h"
#include "runtime/engine/event_input.h"
#include "runtime/engine/intake.h"
#include "runtime/engine/profiles.h"
#include "runtime/hosts/user_bytes.h"
#include "test_paths.h"
#include "tests/bench/bench.h"
#include "tests/bench/listeners.h"

namespace {

using namespace wend;

int rounds = 5;

// One shard's users and what it takes to move them.
struct Users {
  explicit Users(const Module& module) : module(module), context(*module.zone, module.windows), step(module, context) {}
  const Module& module;
  Context context;
  Step step;
  std::vector<UserState> states;
  std::vector<Decision> decisions;
  uint64_t decided = 0;

  void take(uint32_t user, const EventInput& input) {
    step.handle(states[user], input, decisions);
    decided += decisions.size();
    decisions.clear();
  }
};

// Events with their users found and their values converted, as they reach the step.
struct Prepared {
  std::vector<uint32_t> users;
  std::vector<EventInput> inputs;
  std::deque<std::vector<AttributeChange>> changes;
  size_t people = 0;
};

Prepared prepare(const Intake& intake) {
  Prepared out;
  Profiles profiles(intake.identities, many_by_rank(intake.module));
  const std::vector<int32_t> by_rank = attributes_by_rank(intake.module);
  std::vector<AttributeChange> changes;
  for (const StoredEvent& event : intake.log.events()) {
    const Profiles::Found found = profiles.resolve(event.record->identities());
    out.people = std::max<size_t>(out.people, found.profile + 1);
    out.users.push_back(found.profile);
    changes.clear();
    untold(profiles, found.profile, intake.identities, by_rank, changes);
    EventInput input = input_of(event, changes, profiles.name(found.profile), event.at);
    if (!changes.empty()) {
      out.changes.push_back(changes);
      input.attributes = out.changes.back();
    }
    out.inputs.push_back(input);
  }
  return out;
}

void row(const char* what, double events, double seconds);

// Every event once; the users as they are then.
std::unique_ptr<Users> handle(const Module& module, const Prepared& prepared) {
  auto users = std::make_unique<Users>(module);
  users->states.resize(prepared.people);
  const auto expect = [&](size_t input, Step::Layer layer) {
    if (input < prepared.users.size()) users->step.expect(users->states[prepared.users[input]], layer);
  };
  for (size_t i = 0; i < prepared.inputs.size(); ++i) {
    expect(i + 3 * Step::kLayersApart, Step::Layer::state);
    expect(i + 2 * Step::kLayersApart, Step::Layer::record);
    expect(i + Step::kLayersApart, Step::Layer::blocks);
    users->take(prepared.users[i], prepared.inputs[i]);
  }
  return users;
}

// Pairs of a measure and a journey that enters when it passes a number no user reaches.
std::string more_definitions(int count, const char* event) {
  std::string text = "event never_seen { at_all int }\n";
  for (int i = 0; i < count / 2; ++i) {
    const std::string n = std::to_string(i);
    text += "measure more_" + n + " = count of " + event + " in last " + std::to_string(1 + i % 60) + " days\njourney of_more_" + n +
            " {\n  enter when more_" + n + " >= " + std::to_string(1'000'000 + i) + "\n  step only { wait 1 day }\n}\n";
  }
  return text;
}

// What an event costs with more and more definitions beside it.
void curve(const Project& project, const std::string& text, double events) {
  for (const char* event : {"never_seen", "play"}) {
    std::printf("definitions more, of %s\n", std::strcmp(event, "play") == 0 ? "the event that most are" : "an event that does not come");
    for (const int count : {0, 10, 100, 300, 1000}) {
      std::vector<std::pair<std::string, std::string>> texts = project.texts();
      texts.push_back({"more.wend", more_definitions(count, event)});
      const Project more = Project::from_texts(texts);
      if (!more.ok()) {
        std::printf("  %s\n", more.diagnostics().all().front().message.c_str());
        return;
      }
      const std::shared_ptr<const Module> module = compile(more.program());
      Intake intake(*module);
      bench::read_lines(intake, text);
      const Prepared prepared = prepare(intake);
      row(std::to_string(count).c_str(), events, bench::median_seconds(rounds, [&] { handle(*module, prepared); }));
    }
  }
}

void row(const char* what, double events, double seconds) {
  std::printf("  %-44s %10.0f events/s   %6.0f ns an event\n", what, events / seconds, seconds / events * 1e9);
}

}  // namespace

int main(int argc, char** argv) {
  const char* path = argc > 1 ? argv[1] : WEND_SOURCE_DIR "/tests/bench/streaming";
  const uint32_t listeners = argc > 2 ? static_cast<uint32_t>(std::atoi(argv[2])) : 10'000;
  const uint32_t days = argc > 3 ? static_cast<uint32_t>(std::atoi(argv[3])) : 30;
  const Project project = Project::load(path);
  if (!project.ok()) return 1;
  const std::shared_ptr<const Module> module = compile(project.program());
  const std::vector<tidal_wave::Event> made_up = bench::events_of(listeners, days);
  const size_t count = made_up.size();
  const std::string text = bench::lines_of(made_up);
  const auto events = static_cast<double>(count);
  std::printf("one core, in memory: %zu events of %u listeners over %u days; median of %d rounds\n", count, listeners, days, rounds);

  const std::string only = argc > 4 ? argv[4] : "";   // one part, for a profiler
  if (!only.empty()) rounds = argc > 5 ? std::atoi(argv[5]) : 25;
  const auto wanted = [&](const char* part) { return only.empty() || only == part; };
  if (wanted("parse")) row("parse", events, bench::median_seconds(rounds, [&] {
        Intake intake(*module);
        bench::read_lines(intake, text);
      }));

  Intake intake(*module);
  bench::read_lines(intake, text);
  const Prepared prepared = prepare(intake);
  std::unique_ptr<Users> users;
  std::vector<std::unique_ptr<Users>> before;   // giving memory back is no part of an event
  if (only == "curve") return curve(project, text, events), 0;
  row("measures, states, journeys, protection", events, bench::median_seconds(rounds, [&] {
    before.push_back(std::move(users));
    users = handle(*module, prepared);
  }));
  before.clear();
  std::printf("  %lu decisions, %zu users\n", static_cast<unsigned long>(users->decided), prepared.people);

  if (wanted("all")) row("lines to decisions", events, bench::median_seconds(rounds, [&] {
    Intake lines(*module);
    bench::read_lines(lines, text);
    handle(*module, prepare(lines));
  }));

  // The same, at rest between events.
  if (wanted("rest")) row("the same, unpacked and packed at every event", events, bench::median_seconds(rounds, [&] {
    Users at_hand(*module);
    at_hand.states.resize(1);
    std::vector<std::string> rest(prepared.people);
    for (size_t i = 0; i < prepared.inputs.size(); ++i) {
      std::string& bytes = rest[prepared.users[i]];
      at_hand.states[0] = UserState();
      if (!unpack(at_hand.step, {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, at_hand.states[0])) std::abort();
      at_hand.take(0, prepared.inputs[i]);
      pack(at_hand.step, at_hand.states[0], bytes);
    }
  }));

  UserBytesSum sum;
  for (const UserState& user : users->states) sum.add(users->step, user);
  std::fputs(render_text(sum.of(*module), count).c_str(), stdout);
}
