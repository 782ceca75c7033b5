// Two records that turned out to be one user's: step.md, "Merges". A merge is an input without an event: it raises no
// trigger, but goals and exits are tested and the blocks that are evaluated continuously take the state they find.
// Tested by tests/unit/core.
#include <algorithm>
#include <iterator>
#include <tuple>

#include "runtime/core/cell_merge.h"
#include "runtime/core/input.h"

namespace wend {
namespace {

// The keys left last, of both.
void join_keys(std::vector<JourneyMemory::Key>& older, const std::vector<JourneyMemory::Key>& younger) {
  using Key = JourneyMemory::Key;
  older.insert(older.end(), younger.begin(), younger.end());
  std::stable_sort(older.begin(), older.end(), [](const Key& a, const Key& b) { return a.last_exit < b.last_exit; });
  std::vector<Key> kept;
  for (size_t i = 0; i < older.size(); ++i) {
    const bool again = std::any_of(older.begin() + static_cast<std::ptrdiff_t>(i) + 1, older.end(), [&](const Key& later) { return later.key == older[i].key; });
    if (!again) kept.push_back(older[i]);
  }
  if (kept.size() > kKeysRemembered) kept.erase(kept.begin(), kept.end() - kKeysRemembered);
  older = std::move(kept);
}

bool is_older(const Context& context, const UserState& a, const UserState& b) {
  return std::tuple(a.first_sight, context.texts.at(a.unit)) < std::tuple(b.first_sight, context.texts.at(b.unit));
}

// The attributes that are consents, those of topics too, and whether true means yes.
bool consent_of(const Module& module, uint32_t attribute, bool& negated) {
  for (const ModuleChannel& channel : module.channels) {
    if (channel.consent != static_cast<int32_t>(attribute)) continue;
    negated = channel.consent_negated;
    return true;
  }
  negated = false;
  return std::any_of(module.topics.begin(), module.topics.end(), [&](const ModuleTopic& topic) { return topic.attribute == attribute; });
}

}  // namespace

void Input::merge(UserState& other) {
  begin();
  for (Scratch::Rung& rung : scratch_.rung) rung = Scratch::silent;
  scratch_.rang = false;
  user_.now = now_;
  join(other);
  other = UserState();
  apply_attributes();
  before_ = now_;   // nothing is reached by a merge
  ask_all();
  gather_asks();
  evaluate_states();
  test_watches();
  std::fill(scratch_.moves.begin(), scratch_.moves.end(), Move{});
  std::fill(scratch_.fired.begin(), scratch_.fired.end(), uint8_t{0});
  scratch_.firing.clear();
  watch_goals();
  handle_instances();
  handle_raised();
  end();
}

// Afterwards `user_` holds both.
void Input::join(UserState& other) {
  if (is_older(context_, other, user_)) std::swap(user_, other);
  user_.now = now_;
  uint8_t* older = user_.record.bytes();
  uint8_t* younger = other.record.bytes();
  join_attributes(user_, other);
  merge_cells(module_.cells, older, younger, context_);
  for (uint32_t at = tables_.tail.exposures; at < tables_.tail.truths; at += 8) {
    *reinterpret_cast<uint64_t*>(older + at) |= *reinterpret_cast<const uint64_t*>(younger + at);
  }
  for (uint32_t i = 0; i < module_.floors.size(); ++i) {
    int64_t& fired = tail_value(older, tables_.tail.floors, i);
    fired = std::max(fired, tail_value(younger, tables_.tail.floors, i));
  }
  if (UserState::More* more = other.more_or_null()) {
    join_sends(user_.more(), *more);
    join_opened(user_.more(), *more);
    join_dead(user_.more(), *more);
    join_instances(user_.more(), *more);
    bound_deferrals(user_.more());
  }
  zone_changed();
}

// By last write, the older's where both were written at once; consent by the stricter of those that ever said something.
void Input::join_attributes(const UserState& older, const UserState& younger) {
  uint8_t* into = older.record.bytes();
  uint8_t* from = younger.record.bytes();
  for (uint32_t i = 0; i < module_.attributes.size(); ++i) {
    int64_t& written = tail_value(into, tables_.tail.writes, i);
    const int64_t theirs = tail_value(from, tables_.tail.writes, i);
    if (theirs == WEND_NEVER) continue;
    const ModuleAttribute& attribute = module_.attributes[i];
    wend_slot mine{}, value{};
    const bool known_here = read_field(into, attribute.field, attribute.type.kind, context_, mine);
    const bool known_there = read_field(from, attribute.field, attribute.type.kind, context_, value);
    bool negated = false, take = theirs > written;
    if (written != WEND_NEVER && consent_of(module_, i, negated)) {
      const auto allows = [&](bool known, const wend_slot& slot) { return known && (slot.integer != 0) != negated; };
      if (allows(known_here, mine) != allows(known_there, value)) take = allows(known_here, mine);
    }
    written = std::max(written, theirs);
    if (!take) continue;
    if (known_there) write_field(into, attribute.field, attribute.type.kind, value, context_);
    else clear_field(into, attribute.field);
  }
}

void Input::join_sends(UserState::More& older, UserState::More& younger) {
  join_sent(older, younger);
  std::move(younger.deferred.begin(), younger.deferred.end(), std::back_inserter(older.deferred));
  std::stable_sort(older.deferred.begin(), older.deferred.end(), [](const PendingSend& a, const PendingSend& b) { return a.reached < b.reached; });
  for (const JourneyMemory& memory : younger.memories) {
    const auto place = std::lower_bound(older.memories.begin(), older.memories.end(), memory.journey,
                                        [](const JourneyMemory& one, uint32_t wanted) { return one.journey < wanted; });
    if (place == older.memories.end() || place->journey != memory.journey) {
      older.memories.insert(place, memory);
    } else {
      place->entries += memory.entries;
      place->last_exit = std::max(place->last_exit, memory.last_exit);
      join_keys(place->keys, memory.keys);
    }
  }
}

// Of two dead addresses the one that the user has now.
void Input::join_dead(UserState::More& older, const UserState::More& younger) {
  for (const DeadAddress& dead : younger.dead) {
    const auto place = std::lower_bound(older.dead.begin(), older.dead.end(), dead.attribute,
                                        [](const DeadAddress& one, uint32_t wanted) { return one.attribute < wanted; });
    const Field& field = module_.attributes[dead.attribute].field;
    if (place == older.dead.end() || place->attribute != dead.attribute) older.dead.insert(place, dead);
    else if (*reinterpret_cast<const uint32_t*>(user_.record.bytes() + field.offset) == dead.text) place->text = dead.text;
  }
}

// Past the bound the sends reached last do not go.
void Input::bound_deferrals(UserState::More& more) {
  for (; more.deferred.size() > kDeferredOfAUser; more.deferred.pop_back()) {
    Decision line = message_line(more.deferred.back());
    line.outcome = Decision::Outcome::suppressed;
    line.reason = Decision::Reason::limit;
    scratch_.withdrawn.push_back(std::move(line));
  }
}

// Of two instances of one journey and key the one entered first stays; of two entered at once the older user's.
void Input::join_instances(UserState::More& older, UserState::More& younger) {
  const auto before = [this](const Instance& a, const Instance& b) {
    return std::pair(a.journey, context_.texts.at(a.key)) < std::pair(b.journey, context_.texts.at(b.key));
  };
  std::move(younger.watched.begin(), younger.watched.end(), std::back_inserter(older.watched));
  if (older.watched.size() > kGoalsWatched) older.watched.erase(older.watched.begin(), older.watched.end() - kGoalsWatched);
  std::move(younger.instances.begin(), younger.instances.end(), std::back_inserter(older.instances));
  std::stable_sort(older.instances.begin(), older.instances.end(), before);
  size_t living = older.instances.size();
  for (size_t i = 1; i < older.instances.size(); ++i) {
    Instance &first = older.instances[i - 1], &second = older.instances[i];
    if (before(first, second)) continue;
    leave(second.entered_at < first.entered_at ? first : second, Decision::Leave::merged);
    --living;
  }
  while (living > kInstancesOfAUser) {   // the bound holds here too: whoever entered last leaves
    Instance* last = nullptr;
    for (Instance& instance : older.instances) {
      if (instance.phase != Instance::Phase::gone && (!last || instance.entered_at >= last->entered_at)) last = &instance;
    }
    leave(*last, Decision::Leave::merged);
    --living;
  }
  drop_gone();
}

}  // namespace wend
