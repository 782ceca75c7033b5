// See embedded_step.h.
#include "runtime/embed/embedded_step.h"

#include <algorithm>
#include <map>

#include "runtime/core/codec.h"
#include "runtime/core/migration.h"
#include "runtime/core/refill.h"
#include "runtime/engine/event_input.h"
#include "runtime/engine/profiles.h"

namespace wend {

// What works on inputs. It remembers texts, so it is made anew now and then.
struct EmbeddedStep::Machine {
  // From the version before to this one.
  struct Succession {
    Succession(const Module& before, Step& step) : context(*before.zone, before.windows), old(before, context), migration(old, step) {}
    Context context;
    Step old;
    Migration migration;
  };
  explicit Machine(const wend_prog& program) : context(*program.module->zone, program.module->windows), step(*program.module, context) {
    if (program.before) succession.emplace(*program.before, step);
  }
  Context context;
  Step step;
  std::optional<Succession> succession;
};

namespace {

// The strongest identity there is; without one the name stays.
void rename(UserRow& row) {
  for (uint32_t rank = 0; rank < row.values.size(); ++rank) {
    if (!row.values[rank]) continue;
    row.name = {rank, *row.values[rank]};
    return;
  }
}

}  // namespace

EmbeddedStep::EmbeddedStep(const wend_prog& program)
    : program_(program), module_(*program.module), attributes_(attributes_by_rank(module_)), reader_(module_) {}
EmbeddedStep::~EmbeddedStep() = default;

EmbeddedStep::Machine& EmbeddedStep::machine(size_t bytes) {
  if (!machine_ || fed_ > kBytesBetweenFresh) {
    machine_ = std::make_unique<Machine>(program_);
    fed_ = 0;
  }
  fed_ += bytes;
  return *machine_;
}

EmbeddedStep::Fault EmbeddedStep::handle(std::span<const uint8_t> bytes) {
  decisions_.clear();
  told_.clear();
  count_ = 0;
  said_.clear();
  InputFrame frame;
  if (!read_input(bytes, frame)) {
    said_ = "the frame is cut, damaged or of another version";
    return Fault::frame;
  }
  try {
    return run(machine(bytes.size()), frame);
  } catch (...) {
    machine_.reset();
    throw;
  }
}

EmbeddedStep::Fault EmbeddedStep::run(Machine& machine, const InputFrame& frame) {
  const auto state_fault = [&](const char* whose) {
    if (said_.empty()) said_ = std::string(whose) + " is damaged, or of another version of the program";
    return Fault::state;
  };
  Person person, other;
  if (!load(machine, frame.state, frame.at, person)) return state_fault("the state");
  if (!load(machine, frame.other, frame.at, other)) return state_fault("the other state");
  std::optional<StoredEvent> event;
  if ((frame.kind == InputKind::event || !frame.line.empty()) && !reader_.read(frame.line, frame.at, event)) {
    said_ = reader_.said();
    return Fault::event;
  }
  if (event || frame.kind != InputKind::event) advance(machine, person, frame.at);
  if (other.known) join(machine, person, other, event, frame.at);
  else if (event) link(person, *event, false);
  if (event) handle_event(machine, person, *event, frame.at);
  finish(machine, person);
  return Fault::none;
}

bool EmbeddedStep::load(Machine& machine, std::span<const uint8_t> bytes, int64_t at, Person& person) {
  person.row.values.resize(module_.identities.size());
  person.row.told.resize(module_.identities.size());
  if (bytes.empty()) return true;
  person.known = true;
  const bool of_before = machine.succession && version_of(bytes) == program_.version_before;
  const Module& module = of_before ? *program_.before : module_;
  if (!decode(bytes, module.identities.size(), person.row) || person.row.into != kNoUser) return false;
  if (of_before) return take_over(machine, at, person);
  const std::string& state = person.row.state;
  return person.row.version == program_.version && unpack(machine.step, {reinterpret_cast<const uint8_t*>(state.data()), state.size()}, person.state);
}

// The version before decides all that was due before `at`. There is no log to fill from what is new: it begins empty.
bool EmbeddedStep::take_over(Machine& machine, int64_t at, Person& person) {
  Machine::Succession& s = *machine.succession;
  const std::string& state = person.row.state;
  UserState old;
  if (!unpack(s.old, {reinterpret_cast<const uint8_t*>(state.data()), state.size()}, old)) return false;
  person.row.values.resize(module_.identities.size());
  person.row.told.resize(module_.identities.size());
  if (!old.begun()) return true;
  std::map<std::string, uint64_t> misfits;
  s.migration.count_misfits(old, misfits);
  if (!misfits.empty()) {
    said_ = "this version has no place for " + misfits.begin()->first;
    return false;
  }
  at = std::max(at, old.now);
  s.old.advance(old, at - 1, decisions_);
  person.state = s.migration.move(old, at, decisions_);
  gather(s.old.module(), person);
  Refill refill(s.migration, person.state);
  UserState shadow;
  s.migration.take_over(person.state, shadow, at);
  refill.finish();
  return true;
}

void EmbeddedStep::advance(Machine& machine, Person& person, int64_t until) {
  machine.step.advance(person.state, until, decisions_);
  gather(person);
}

// Each is brought up to the instant under its own name; then one record holds both.
void EmbeddedStep::join(Machine& machine, Person& person, Person& other, const std::optional<StoredEvent>& event, int64_t received) {
  const int64_t now = std::max({received, person.state.now, other.state.now});
  advance(machine, person, now);
  advance(machine, other, now);
  for (size_t rank = 0; rank < person.row.values.size(); ++rank)
    if (!person.row.values[rank]) person.row.values[rank] = other.row.values[rank];
  person.row.told.assign(person.row.told.size(), std::nullopt);   // which value the joined record holds is asked no more: it is told again
  if (!person.known) person.row.name = other.row.name;
  person.known = true;
  rename(person.row);
  if (event) link(person, *event, true);
  if (person.state.begun() && other.state.begun()) tell_identities(person);
  else changes_.clear();
  machine.step.merge(person.state, other.state, merge_input(now, changes_, person.row.name.second), decisions_);
  gather(person);
}

void EmbeddedStep::handle_event(Machine& machine, Person& person, const StoredEvent& event, int64_t received) {
  if (event.record->type == kAliasCall) return;
  tell_identities(person);
  machine.step.handle(person.state, input_of(event, changes_, person.row.name.second, received), decisions_);
  gather(person);
}

// What the event calls the user is what the user is called from now on. An alias names the previous identity for the sake of
// whom it joins (`met`); without them it is kept only by a user who has none of its kind.
void EmbeddedStep::link(Person& person, const StoredEvent& event, bool met) const {
  const Interner& names = reader_.intake().identities;
  const std::span<const uint32_t> identities = event.record->identities();
  UserRow& row = person.row;
  const auto has = [&](uint32_t identity) { return row.values[names.kind(identity)].has_value(); };
  const auto take = [&](uint32_t identity) { row.values[names.kind(identity)] = std::string(names.text(identity)); };
  if (event.record->type == kAliasCall) {
    if (!met && identities.size() > 1 && !has(identities[1])) take(identities[1]);
    take(identities.front());
  } else {
    std::for_each(identities.begin(), identities.end(), take);
  }
  person.known = true;
  rename(row);
}

void EmbeddedStep::tell_identities(Person& person) {
  changes_.clear();
  UserRow& row = person.row;
  for (size_t rank = 0; rank < row.values.size(); ++rank) {
    if (!row.values[rank] || attributes_[rank] < 0 || row.told[rank] == row.values[rank]) continue;
    row.told[rank] = row.values[rank];
    wend_slot value{};
    value.data = row.values[rank]->data();
    value.size = static_cast<int64_t>(row.values[rank]->size());
    changes_.push_back({static_cast<uint32_t>(attributes_[rank]), true, value});
  }
}

void EmbeddedStep::gather(const Module& module, const Person& person) {
  for (const Decision& decision : decisions_) {
    const size_t start = told_.size();
    told_.append(4, '\0');
    append_json(module, decision, person.row.name.second, told_);
    const size_t size = told_.size() - start - 4;
    for (int i = 0; i < 4; ++i) told_[start + static_cast<size_t>(i)] = static_cast<char>(size >> (8 * i));
    ++count_;
  }
  decisions_.clear();
}

void EmbeddedStep::finish(Machine& machine, Person& person) {
  next_due_ = machine.step.next_due(person.state);
  state_.clear();
  if (!person.known) return;
  pack(machine.step, person.state, person.row.state);
  person.row.version = program_.version;
  state_ = encode(person.row);
}

ResultFrame EmbeddedStep::result() const {
  const auto bytes = [](const std::string& text) { return std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()); };
  return {next_due_, count_, bytes(told_), bytes(state_)};
}

}  // namespace wend
