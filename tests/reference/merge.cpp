// Two users that turn out to be one: the histories become one list, and what is not worked out from it is joined part by part.
#include <algorithm>
#include <iterator>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

constexpr int kMost = 64;   // instances of a user, and goals watched on

bool older(const User& a, const User& b) { return a.first_sight != b.first_sight ? a.first_sight < b.first_sight : a.unit < b.unit; }

// Consent, also to a topic, if the attribute is one: does this value allow?
std::optional<bool> allows(const Program& program, size_t attribute, const Value& value) {
  for (const Channel& channel : program.channels)
    if (channel.consent.valid() && channel.consent.index() == attribute) return value.known && (value.integer != 0) != channel.consent_negated;
  for (const Topic& topic : program.topics)
    if (topic.attribute.index() == attribute) return value.known && value.integer != 0;
  return std::nullopt;
}

void join_attributes(const Program& program, User& user, User& other) {
  for (size_t i = 0; i < user.attributes.size(); ++i) {
    if (!other.written[i]) continue;
    bool later = !user.written[i] || *other.written[i] > *user.written[i];
    auto mine = allows(program, i, user.attributes[i]), theirs = allows(program, i, other.attributes[i]);
    if (user.written[i] && mine && *mine != *theirs) later = *mine;
    if (later) user.attributes[i] = other.attributes[i];
    user.written[i] = std::max(user.written[i].value_or(INT64_MIN), *other.written[i]);
  }
}

std::vector<Instance*> instances_of(User& user) {
  std::vector<Instance*> all;
  for (auto& [place, instance] : user.live) all.push_back(instance.get());
  for (auto& instance : user.watched) all.push_back(instance.get());
  return all;
}

// What was sent, from the last one back: at the same instant the older's came first.
void join_sent(User& user, User& other) {
  User* parts[] = {&user, &other};
  std::vector<std::pair<size_t, size_t>> order;   // whose, and which of them
  size_t left[] = {user.sent.size(), other.sent.size()};
  while (left[0] + left[1] > 0) {
    bool mine = !left[1] || (left[0] && user.sent[left[0] - 1].at > other.sent[left[1] - 1].at);
    size_t whose = mine ? 0 : 1;
    order.emplace_back(whose, --left[whose]);
  }
  std::reverse(order.begin(), order.end());
  std::map<size_t, size_t> renamed[2];   // places from 1
  std::vector<Sent> joined;
  for (auto [whose, place] : order) {
    joined.push_back(parts[whose]->sent[place]);
    renamed[whose][place + 1] = joined.size();
  }
  for (size_t i = 0; i < joined.size(); ++i)
    if (joined[i].slot) joined[i].slot = renamed[order[i].first][joined[i].slot];
  for (size_t whose : {0, 1})
    for (auto& send : parts[whose]->open)
      if (send->slot) send->slot = renamed[whose][send->slot];
  user.sent = joined;
}

void join_exits(User& user, User& other) {
  for (const auto& [journey, theirs] : other.exits) {
    auto& all = user.exits[journey];
    all.insert(all.end(), theirs.begin(), theirs.end());
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  }
}

// The later of two anchors, with what its own user did since; where nothing else is given, the older's.
void join_anchor(std::optional<Anchor>& mine, const std::optional<Anchor>& theirs, size_t before, size_t joined) {
  if (theirs && (!mine || theirs->at > mine->at)) {
    mine = theirs;
    mine->handled += before;
    for (auto& [first, last] : mine->foreign) { first += before; last += before; }
  } else if (mine) {
    mine->foreign.push_back({before + 1, before + joined});
  }
}

void join_anchors(const Program& program, User& user, const User& other) {
  size_t mine = user.history.size(), theirs = other.history.size();
  std::map<std::pair<uint32_t, bool>, Anchor> anchors;
  for (const Aggregate& aggregate : program.aggregates) {
    if (aggregate.window.kind != WindowKind::since_event) continue;
    std::optional<Anchor> anchor = anchor_of(aggregate.window, user);
    join_anchor(anchor, anchor_of(aggregate.window, other), mine, theirs);
    if (anchor) anchors[{aggregate.window.event.value, aggregate.window.first}] = *anchor;
  }
  user.anchors = anchors;
  for (const auto& [place, became] : other.became) user.became.try_emplace(place);
  for (auto& [place, became] : user.became) {
    std::optional<Anchor> anchor = became;
    auto found = other.became.find(place);
    join_anchor(anchor, found == other.became.end() ? std::nullopt : std::optional(found->second), mine, theirs);
    became = *anchor;
  }
  user.merged_after = mine + theirs;
}

void join_history(const Program& program, User& user, User& other) {
  join_anchors(program, user, other);
  size_t mine = user.history.size(), theirs = other.history.size();
  for (Instance* instance : instances_of(user)) instance->foreign.push_back({mine + 1, mine + theirs});
  for (Instance* instance : instances_of(other)) {
    instance->entered_after += mine;
    for (auto& [first, last] : instance->foreign) { first += mine; last += mine; }
  }
  user.seams.push_back({mine, true});
  for (const Seam& seam : other.seams) user.seams.push_back({seam.after + mine, seam.opens});
  user.seams.push_back({mine + theirs, false});
  for (Happening& happening : other.history) {
    happening.number += mine;
    user.history.push_back(std::move(happening));
  }
}

int64_t reached(const Program& program, const Send& send) { return send.valid_until - program.messages[send.message.index()].valid_for_us; }

void join_sends(const Program& program, User& user, User& other) {
  join_sent(user, other);
  for (Instance* instance : instances_of(other)) instance->id += user.instances_made;
  for (auto& send : other.open) {
    if (send->instance) send->instance += user.instances_made;
    user.open.push_back(send);
  }
  user.instances_made += other.instances_made;
  std::stable_sort(user.open.begin(), user.open.end(), [&](const auto& a, const auto& b) { return reached(program, *a) < reached(program, *b); });
  user.sends_reached = 0;
  for (auto& send : user.open) send->order = ++user.sends_reached;
  for (size_t i = 0; i < user.floor_fired.size(); ++i)
    if (other.floor_fired[i]) user.floor_fired[i] = std::max(user.floor_fired[i].value_or(INT64_MIN), *other.floor_fired[i]);
}

}  // namespace

void join_users(Moment& m, User& other) {
  User& user = m.user;
  auto identities = user.identities;
  auto name = user.name;
  auto parts = user.parts;
  if (older(other, user)) std::swap(user, other);
  user.identities = identities;
  user.name = name;
  user.parts = parts;
  user.now = m.now;
  join_attributes(m.program(), user, other);
  join_history(m.program(), user, other);
  join_sends(m.program(), user, other);
  for (const auto& [journey, count] : other.entries) user.entries[journey] += count;
  join_exits(user, other);
  join_open(m, other);
  user.exposed.insert(other.exposed.begin(), other.exposed.end());
  for (const auto& [attribute, address] : other.dead_addresses)
    if (!user.dead_addresses.count(attribute) || user.attributes[attribute].text == address) user.dead_addresses[attribute] = address;
  for (auto& instance : other.watched) user.watched.push_back(std::move(instance));
  if (user.watched.size() > size_t{kMost}) user.watched.erase(user.watched.begin(), user.watched.end() - kMost);
  for (auto& [place, instance] : other.live) {
    auto& mine = user.live[place];
    if (mine && instance->entered_at < mine->entered_at) std::swap(mine, instance);
    if (!mine) {
      mine = std::move(instance);
      continue;
    }
    leave_merged(m, *instance);
  }
  while (user.live.size() > size_t{kMost}) {   // whoever entered last
    auto last = user.live.begin();
    for (auto each = user.live.begin(); each != user.live.end(); ++each)
      if (each->second->entered_at >= last->second->entered_at) last = each;
    leave_merged(m, *last->second);
    user.live.erase(last);
  }
  other = User();
}

}  // namespace wend::reference
