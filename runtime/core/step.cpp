// The two doors of the step: time passing and events. Tested by tests/unit/core.
#include "runtime/core/step.h"

#include <algorithm>
#include <cstring>

#include "runtime/core/input.h"
#include "runtime/core/tables.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {
// Waits that are over at once go on as further inputs at the same instant; a chain longer than this goes on a moment later.
constexpr int kInputsAtOneInstant = 64;

// A step as an earlier version has it is one with that of its name.
bool is_at(const ModuleJourney& journey, uint32_t at, uint32_t step) { return at == step || journey.steps[at] == journey.steps[step]; }
}  // namespace

Step::Step(const Module& module, Context& context)
    : module_(module), context_(context), tables_(std::make_unique<Tables>(module, context)),
      scratch_(std::make_unique<Scratch>()) {
  scratch_->ask = scratch_->asked = tables_->asking.always;
  scratch_->entering = bits_for(module.journeys.size());
  scratch_->moves.resize(module.states.size());
  scratch_->fired.resize(module.watches.size());
  scratch_->rung.resize(module.clocks.size());
}

Step::~Step() = default;

void Step::advance(UserState& user, int64_t until, std::vector<Decision>& out) {
  int here = 0;
  while (user.begun() && user.due <= until) {
    const int64_t instant = std::max(user.due, user.now);
    here = instant == user.now ? here + 1 : 0;
    if (here > kInputsAtOneInstant) {
      user.due = user.now + 1;
      here = 0;
      continue;
    }
    Input(*this, user, nullptr, instant, out).handle();
  }
}

void Step::handle(UserState& user, const EventInput& input, std::vector<Decision>& out) {
  const int64_t at = std::clamp(std::max(input.event.at, input.arrival), kEarliest, kLatest);
  const int64_t now = user.begun() ? std::max(at, user.now) : at;
  advance(user, now, out);
  Input(*this, user, &input, now, out).handle();
  advance(user, now, out);
}

void Step::merge(UserState& user, UserState& other, const EventInput& input, std::vector<Decision>& out) {
  if (!other.begun()) return;
  if (!user.begun()) {
    std::swap(user, other);
    return;
  }
  const int64_t now = std::max({std::clamp(input.event.at, kEarliest, kLatest), user.now, other.now});
  advance(user, now, out);
  Input(*this, user, &input, now, out).merge(other);
  advance(user, now, out);
}

Decision Step::given_up(UserState& user, const PendingSend& send, int64_t at) {
  std::vector<Decision> nothing;
  return Input(*this, user, nullptr, at, nothing).given_up(send);
}

Permit Step::permit(UserState& user, const ClaimedSend& send, int64_t now) {
  std::vector<Decision> none;
  return Input(*this, user, nullptr, std::max(now, user.now), none).permit(send);
}

namespace {
// Of a record, and of a block: the rest comes when it is read.
constexpr size_t kLine = 64, kRecordNear = 24 * kLine, kBlockNear = 3 * kLine;

void bring_near(const void* at, size_t bytes) {
  const auto first = reinterpret_cast<uintptr_t>(at) / kLine * kLine, end = reinterpret_cast<uintptr_t>(at) + bytes;
  for (uintptr_t line = first; line < end; line += kLine) __builtin_prefetch(reinterpret_cast<const void*>(line), 1);
}
}  // namespace

void Step::expect(const UserState& user, Layer layer) const {
  if (layer == Layer::state) return bring_near(&user, sizeof user);
  if (!user.begun()) return;
  if (layer == Layer::record) {
    bring_near(user.bytes(), std::min<size_t>(tables_->tail.bytes, kRecordNear));
    if (const UserState::More* more = user.more_or_null()) bring_near(more, sizeof *more);
    return;
  }
  for (const uint32_t offset : tables_->blocks) {
    const void* block;
    std::memcpy(&block, user.bytes() + offset, sizeof block);
    if (block) bring_near(block, kBlockNear);
  }
}

int64_t Step::next_due(const UserState& user) { return user.begun() ? user.due : WEND_FOREVER; }

void Step::look(UserState& user, int64_t at) {
  context_.reset_scratch();
  context_.set_now(user.begun() ? std::max(user.now, at) : at);
}

bool Step::inside(const UserState& user, uint32_t journey, int32_t step, const std::string* key) const {
  const UserState::More* more = user.more_or_null();
  if (!more) return false;
  return std::any_of(more->instances.begin(), more->instances.end(), [&](const Instance& instance) {
    if (key && context_.texts.at(instance.key) != *key) return false;
    return instance.journey == journey && (step < 0 || is_at(module_.journeys[journey], instance.step, static_cast<uint32_t>(step)));
  });
}

}  // namespace wend
