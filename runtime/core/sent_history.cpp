// What was sent to a user, as far as it can still matter: to a cap, the gap, the floor, the choice of the best channel, and to
// a failure that gives a slot back. Tested by tests/unit/core and tests/stories/protection_feedback.
#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

constexpr int64_t kAnswersWithin = 90 * kMicrosPerDay;   // the best channel looks so far back

}  // namespace

bool counts_for(const ModuleSubject& subject, const SentStamp& stamp) {
  if (stamp.exempt) return false;
  const auto id = static_cast<int32_t>(subject.id);
  switch (subject.kind) {
    case ModuleSubject::Kind::messages: return stamp.holds_slot();
    case ModuleSubject::Kind::channel: return stamp.channel == id;
    case ModuleSubject::Kind::category: return stamp.holds_slot() && stamp.category == id;
    case ModuleSubject::Kind::message: return stamp.holds_slot() && stamp.message == id;
  }
  return false;
}

uint32_t Input::remember_sent(SentStamp stamp) {
  UserState::More& more = user_.more();
  stamp.number = ++more.sent_count;
  if (stamp.slot == 0) stamp.slot = stamp.number;
  const auto place = std::upper_bound(more.sent.begin(), more.sent.end(), stamp.at,
                                      [](int64_t at, const SentStamp& other) { return at < other.at; });
  more.sent.insert(place, stamp);
  forget_sent();
  return stamp.number;
}

// A cap looks at no more than its N latest, and only so far back; as many more are kept as may yet be given back.
void Input::forget_sent() {
  UserState::More& more = user_.more();
  std::vector<int64_t> seen(module_.caps.size());
  size_t kept = more.sent.size();
  for (size_t i = more.sent.size(); i-- > 0;) {
    const SentStamp stamp = more.sent[i];
    const uint32_t behind = more.sent_count - stamp.number;
    bool visible = behind < kGivenBackOf || (tables_.chooses_best && stamp.id != 0 && behind < kAnswersOf && stamp.at > add_micros(now_, -kAnswersWithin));
    for (size_t c = 0; c < module_.caps.size(); ++c) {
      const ModuleCap& cap = module_.caps[c];
      if (!counts_for(cap.subject, stamp) || seen[c] >= cap.count + kGivenBackOf) continue;
      if (stamp.at <= add_micros(now_, -tables_.cap_horizons[c])) continue;
      ++seen[c];
      visible = true;
    }
    if (visible) {
      more.sent[--kept] = stamp;
    } else if (!stamp.exempt) {
      more.last_message = std::max(more.last_message, stamp.at);
      if (stamp.holds_slot()) more.last_slot = std::max(more.last_slot, stamp.at);
    }
  }
  more.sent.erase(more.sent.begin(), more.sent.begin() + static_cast<std::ptrdiff_t>(kept));
}

// Both histories, numbered anew as if one user had been sent all. A slot whose holder is forgotten is never given back: all that
// is kept of it is that it was taken, by the first of all numbers.
void Input::join_sent(UserState::More& older, UserState::More& younger) {
  UserState::More* const parts[] = {&older, &younger};
  for (UserState::More* part : parts) {
    std::sort(part->sent.begin(), part->sent.end(), [](const SentStamp& a, const SentStamp& b) { return a.number < b.number; });
  }
  const uint32_t total = older.sent_count + younger.sent_count;
  std::vector<std::pair<uint32_t, uint32_t>> renamed[2];   // from, to
  size_t left[] = {older.sent.size(), younger.sent.size()};
  uint32_t later[] = {0, 0};   // sent behind the one at hand, forgotten ones too
  while (left[0] + left[1] > 0) {
    for (size_t i : {0u, 1u}) if (left[i] > 0) later[i] = parts[i]->sent_count - parts[i]->sent[left[i] - 1].number;
    const size_t from = left[1] == 0 || (left[0] > 0 && older.sent[left[0] - 1].at > younger.sent[left[1] - 1].at) ? 0 : 1;
    renamed[from].emplace_back(parts[from]->sent[--left[from]].number, total - later[0] - later[1]);
    ++later[from];
  }
  for (size_t i : {0u, 1u}) {
    const auto name = [&](uint32_t number) {
      const auto found = std::find_if(renamed[i].begin(), renamed[i].end(), [&](const auto& each) { return each.first == number; });
      return found == renamed[i].end() ? 1 : found->second;
    };
    for (SentStamp& stamp : parts[i]->sent) {
      stamp.slot = name(stamp.slot);
      stamp.number = name(stamp.number);
    }
    for (PendingSend& send : parts[i]->deferred) if (send.slot != 0) send.slot = name(send.slot);
  }
  older.sent.insert(older.sent.end(), younger.sent.begin(), younger.sent.end());
  std::stable_sort(older.sent.begin(), older.sent.end(), [](const SentStamp& a, const SentStamp& b) { return a.at < b.at; });
  older.sent_count = total;
  older.last_slot = std::max(older.last_slot, younger.last_slot);
  older.last_message = std::max(older.last_message, younger.last_message);
  forget_sent();
}

// The leg was not delivered after all. Where another leg of its send was sent, that one holds the slot from now on.
void Input::give_back(uint32_t number) {
  UserState::More& more = user_.more();
  const auto place = std::find_if(more.sent.begin(), more.sent.end(), [&](const SentStamp& stamp) { return stamp.number == number; });
  if (place == more.sent.end()) return;
  const bool held = place->holds_slot();
  more.sent.erase(place);
  if (!held) return;
  uint32_t heir = 0;
  for (const SentStamp& stamp : more.sent) {
    if (stamp.slot == number && (heir == 0 || stamp.number < heir)) heir = stamp.number;
  }
  for (SentStamp& stamp : more.sent) if (stamp.slot == number) stamp.slot = heir;
  for (PendingSend& send : more.deferred) if (send.slot == number) send.slot = heir;
}

int64_t Input::last_slot() const {
  const UserState::More* more = user_.more_or_null();
  if (!more) return WEND_NEVER;
  for (size_t i = more->sent.size(); i-- > 0;) {
    if (!more->sent[i].exempt && more->sent[i].holds_slot()) return std::max(more->last_slot, more->sent[i].at);
  }
  return more->last_slot;
}

int64_t Input::last_message() const {
  const UserState::More* more = user_.more_or_null();
  if (!more) return WEND_NEVER;
  for (size_t i = more->sent.size(); i-- > 0;) {
    if (!more->sent[i].exempt) return std::max(more->last_message, more->sent[i].at);
  }
  return more->last_message;
}

// Whether the user answers one channel better than the other: (opened or clicked + 1) per (sent + 2).
bool Input::is_better(uint32_t channel, uint32_t than) const {
  struct Tally { int64_t sent = 2, answered = 1; } first, second;
  if (const UserState::More* more = user_.more_or_null()) {
    for (const SentStamp& stamp : more->sent) {
      const bool looked_at = stamp.id != 0 && more->sent_count - stamp.number < kAnswersOf && stamp.at > add_micros(now_, -kAnswersWithin);
      if (!looked_at || stamp.channel < 0) continue;
      const auto by = static_cast<uint32_t>(stamp.channel);
      if (by != channel && by != than) continue;
      Tally& tally = by == channel ? first : second;
      ++tally.sent;
      tally.answered += stamp.answered;
    }
  }
  return first.answered * second.sent > second.answered * first.sent;
}

}  // namespace wend
