// Aggregates, each worked out from the whole list of a user's events.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "tests/reference/evaluate.h"

namespace wend::reference {
namespace {

using Events = std::vector<const Happening*>;

std::string value_key(Type type, const Value& v) {
  if (type.is_text() || type.kind == TypeKind::timezone) return v.text;
  if (type.kind == TypeKind::number) return number_text(v.number);
  return std::to_string(v.integer);
}

struct Question {
  const Aggregate& aggregate;
  const Scene& scene;
  Type type;  // of the property

  const Value& value(const Happening* h) const { return h->properties[aggregate.property]; }
  int64_t pane(TimeUnit unit, const Happening* h) const { return pane_of(*scene.world.zone, unit, h->at); }
  // Values of different kinds as one key that is equal when they are.
  std::string key(const Happening* h) const {
    return value_key(type, value(h));
  }
};

bool is_foreign(const std::vector<std::pair<size_t, size_t>>& foreign, const Happening& h) {
  return std::any_of(foreign.begin(), foreign.end(), [&](const auto& range) { return range.first <= h.number && h.number <= range.second; });
}

bool counts_since(const Anchor& anchor, const Happening& h) {
  return h.number > anchor.handled && h.at >= anchor.at && !is_foreign(anchor.foreign, h);
}

bool in_window(const Window& window, const Happening& h, const Scene& scene) {
  switch (window.kind) {
    case WindowKind::none: case WindowKind::ever: return true;
    case WindowKind::rolling: return h.at > scene.now - window.length_us && h.at <= scene.now;
    case WindowKind::since_entry:
      return scene.instance && h.number > scene.instance->entered_after && h.at >= scene.instance->entered_at && !is_foreign(scene.instance->foreign, h);
    case WindowKind::since_event: {
      auto since = anchor_of(window, scene.user);
      return since && counts_since(*since, h);
    }
    case WindowKind::since_state: {
      auto became = scene.user.became.find({window.states.index(), window.state});
      return became != scene.user.became.end() && counts_since(became->second, h);
    }
    case WindowKind::ago: {
      int64_t ago = pane_of(*scene.world.zone, window.unit, scene.now) - pane_of(*scene.world.zone, window.unit, h.at);
      return ago <= window.count && ago >= window.until;
    }
    case WindowKind::dates: {
      int64_t day = scene.world.zone->local_day(h.at);
      return day >= window.from_day && day <= window.to_day;
    }
    case WindowKind::last_units: {
      int64_t present = pane_of(*scene.world.zone, window.unit, scene.now), pane = pane_of(*scene.world.zone, window.unit, h.at);
      return pane >= present - window.count && pane <= present;
    }
  }
  return false;
}

// In order of time; equal times in order of handling.
Events by_time(Events events) {
  std::stable_sort(events.begin(), events.end(), [](const Happening* a, const Happening* b) { return a->at < b->at; });
  return events;
}

// Goes over events in order of handling. Where somebody joined, their events are gone over from a fresh state, and then both are joined.
template <class State, class See, class Join>
State over_joins(const Scene& scene, const State& fresh, const Events& events, See see, Join join) {
  const std::vector<Seam>& seams = scene.user.seams;
  std::vector<State> states = {fresh};
  size_t next = 0;
  auto pass = [&](size_t number) {
    for (; next < seams.size() && seams[next].after < number; ++next) {
      if (seams[next].opens) {
        states.push_back(fresh);
        continue;
      }
      State younger = std::move(states.back());
      states.pop_back();
      join(states.back(), younger);
    }
  };
  for (const Happening* h : events) {
    pass(h->number);
    see(states.back(), h);
  }
  pass(SIZE_MAX);
  return states.front();
}

// A match of a sequence that waits for its next event.
struct Open { std::string key; int64_t at; };

// False: a newer one waits with this key.
bool wait(std::vector<Open>& waiting, const std::string& key, int64_t at, size_t open_max) {
  for (size_t i = 0; i < waiting.size(); ++i)
    if (waiting[i].key == key) {
      if (waiting[i].at > at) return false;
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
  waiting.push_back({key, at});
  if (waiting.size() > open_max) waiting.erase(std::min_element(waiting.begin(), waiting.end(), [](const Open& a, const Open& b) { return a.at < b.at; }));
  return true;
}

bool reads_entry(const Expr* expr) {
  if (!expr) return false;
  return expr->kind == ExprKind::entry_property || std::any_of(expr->args.begin(), expr->args.end(), [](const ExprPtr& arg) { return reads_entry(arg.get()); });
}

// What compares with the event that entered is asked for each instance, of the profile as it was.
bool holds_inside(const Expr& where, const Happening& h, const Scene& scene) {
  User then;
  then.attributes = h.profile;
  return holds(where, Scene{scene.world, then, h.now, &h, scene.instance});
}

bool counts(uint32_t id, const Happening& h, const Scene& scene) {
  const Aggregate& aggregate = scene.world.program.aggregates[id];
  if (!reads_entry(aggregate.where.get())) return h.counts[id];
  if (aggregate.event != h.event || (aggregate.has_property && !h.properties[aggregate.property].known)) return false;
  return holds_inside(*aggregate.where, h, scene);
}

std::vector<bool> may_serve(uint32_t id, const Happening& h, const Scene& scene) {
  const Aggregate& aggregate = scene.world.program.aggregates[id];
  std::vector<bool> may = h.hops.at(id);
  for (size_t i = 0; i < may.size(); ++i) {
    const Hop& hop = aggregate.hops[i];
    if (!reads_entry(hop.where.get())) continue;
    const bool fits = hop.event == h.event && (!aggregate.matching || h.properties[hop.matching].known);
    may[i] = fits && holds_inside(*hop.where, h, scene);
  }
  return may;
}

// Does the event serve as the hop-th of a match? `completed` when it is the last one.
bool serves(const Aggregate& aggregate, size_t hop, const Happening& h, const Program& program, std::vector<std::vector<Open>>& waiting, bool& completed) {
  const Hop& step = aggregate.hops[hop];
  std::string key;
  if (aggregate.matching) key = value_key(program.events[step.event.index()].properties[step.matching].type.known(), h.properties[step.matching]);
  if (hop == 0) return wait(waiting[1], key, h.at, aggregate.open_max);
  auto& before = waiting[hop];
  auto open = std::find_if(before.begin(), before.end(), [&](const Open& o) { return o.key == key; });
  if (open == before.end() || h.at < open->at || (step.within_us && h.at - open->at >= step.within_us)) return false;
  completed = hop + 1 == aggregate.hops.size();
  if (!completed && !wait(waiting[hop + 1], key, h.at, aggregate.open_max)) return false;
  before.erase(open);
  return true;
}

// The events that completed a match, in order of handling.
Events matches(uint32_t id, const Scene& scene) {
  const Aggregate& aggregate = scene.world.program.aggregates[id];
  using Waiting = std::vector<std::vector<Open>>;   // by how many events a match has seen
  Events found, events;
  for (const Happening& h : scene.user.history)
    if (aggregate.window.kind != WindowKind::since_entry || in_window(aggregate.window, h, scene)) events.push_back(&h);
  auto see = [&](Waiting& waiting, const Happening* h) {
    const std::vector<bool> may = may_serve(id, *h, scene);
    bool served = false, completed = false;
    for (size_t hop = may.size(); hop-- > 0 && !served;)
      if (may[hop]) served = serves(aggregate, hop, *h, scene.world.program, waiting, completed);
    if (completed && served) found.push_back(h);
  };
  over_joins(scene, Waiting(aggregate.hops.size()), events, see, [&](Waiting& waiting, const Waiting& younger) {
    for (size_t hop = 0; hop < younger.size(); ++hop)
      for (const Open& open : younger[hop]) wait(waiting[hop], open.key, open.at, aggregate.open_max);
  });
  return found;
}

bool begins_anew(WindowKind kind) {
  return kind == WindowKind::since_entry || kind == WindowKind::since_event || kind == WindowKind::since_state || kind == WindowKind::dates;
}

// All events that ever counted, whatever the window (but for windows that begin anew, which know nothing of before).
Events all_counted(uint32_t id, const Scene& scene) {
  const Aggregate& aggregate = scene.world.program.aggregates[id];
  Events events;
  if (aggregate.hops.empty()) {
    for (const Happening& h : scene.user.history)
      if (counts(id, h, scene)) events.push_back(&h);
  } else {
    events = matches(id, scene);
  }
  if (begins_anew(aggregate.window.kind)) std::erase_if(events, [&](const Happening* h) { return !in_window(aggregate.window, *h, scene); });
  return events;
}

// What a rolling window keeps: its latest events.
Events within_window(const Aggregate& aggregate, Events events, const Scene& scene) {
  if (aggregate.window.kind == WindowKind::rolling && aggregate.window.keep > 0) {
    Events ordered = by_time(events);
    if (ordered.size() > aggregate.window.keep) ordered.erase(ordered.begin(), ordered.end() - aggregate.window.keep);
    std::set<const Happening*> kept(ordered.begin(), ordered.end());
    std::erase_if(events, [&](const Happening* h) { return !kept.count(h); });
  }
  std::erase_if(events, [&](const Happening* h) { return !in_window(aggregate.window, *h, scene); });
  return events;
}

struct Units { std::set<int64_t> panes; int64_t twice = 0; };   // twice: those that two who merged had both counted long before

// Different units. Where all of time counts, an event that comes 64 units or more behind the latest is out of reach.
Units units(const Question& q, const Events& events, bool reach) {
  auto see = [&](Units& seen, const Happening* h) {
    int64_t pane = q.pane(q.aggregate.unit, h);
    if (!reach || seen.panes.empty() || pane > *seen.panes.rbegin() - 64) seen.panes.insert(pane);
  };
  return over_joins(q.scene, Units(), events, see, [&](Units& seen, const Units& younger) {
    int64_t last = INT64_MIN;
    for (const Units* each : {&std::as_const(seen), &younger})
      if (!each->panes.empty()) last = std::max(last, *each->panes.rbegin());
    seen.twice += younger.twice;
    for (int64_t pane : younger.panes)
      if (!seen.panes.insert(pane).second && reach && last - pane >= 64) ++seen.twice;
  });
}

Value streak(const Question& q, const Events& events) {
  std::set<int64_t> panes = units(q, events, true).panes;
  int64_t present = pane_of(*q.scene.world.zone, q.aggregate.unit, q.scene.now);
  int64_t pane = panes.count(present) ? present : present - 1;
  int64_t length = 0;
  for (; panes.count(pane); --pane) ++length;
  return integer_value(length);
}

// The exact total, in the unit of the kind; numbers on a grid of 2^-40.
__int128 total(const Question& q, const Events& events) {
  __int128 sum = 0;
  for (const Happening* h : events) {
    if (q.type.kind != TypeKind::number) {
      sum += q.value(h).integer;
      continue;
    }
    double scaled = std::ldexp(q.value(h).number, 40), bound = std::ldexp(1.0, 100);
    sum += static_cast<__int128>(std::nearbyint(std::clamp(scaled, -bound, bound)));
  }
  return sum;
}

Value sum(const Question& q, const Events& events) {
  __int128 all = total(q, events);
  if (q.type.kind == TypeKind::number) return number_value(std::ldexp(static_cast<double>(all), -40));
  return integer_value(saturate(all));
}

Value average(const Question& q, const Events& events) {
  if (events.empty()) return unknown_value();
  __int128 all = total(q, events), count = static_cast<__int128>(events.size());
  if (q.type.kind == TypeKind::number) return number_value(std::ldexp(static_cast<double>(all), -40) / static_cast<double>(count));
  if (q.aggregate.type.kind == TypeKind::number) return number_value(static_cast<double>(all) / static_cast<double>(count));
  __int128 twice = (all < 0 ? -all : all) * 2 + count;
  __int128 rounded = twice / (2 * count);  // halves away from zero
  return integer_value(saturate(all < 0 ? -rounded : rounded));
}

Value extreme(const Question& q, const Events& events, int wanted) {
  const Happening* best = nullptr;
  for (const Happening* h : events)
    if (!best || compare(q.scene.world.program, q.type, q.value(h), q.value(best)) == wanted) best = h;
  return best ? q.value(best) : unknown_value();
}

struct Seen { int64_t at = INT64_MIN; size_t number = 0; };
bool earlier(const Seen& a, const Seen& b) { return a.at != b.at ? a.at < b.at : a.number < b.number; }
void see(Seen& seen, const Happening* h) {
  Seen now{h->at, h->number};
  if (earlier(seen, now)) seen = now;
}

Value distinct(const Question& q, const Events& handled) {
  struct Latest { Seen seen; const Happening* event = nullptr; };
  using Values = std::map<std::string, Latest>;
  auto add = [](Values& values, const std::string& key, const Latest& latest) {
    Latest& known = values[key];
    if (!known.event || earlier(known.seen, latest.seen)) known = latest;
  };
  auto bound = [&](Values& values) {
    while (values.size() > q.aggregate.up_to)
      values.erase(std::min_element(values.begin(), values.end(), [](auto& a, auto& b) { return earlier(a.second.seen, b.second.seen); }));
  };
  auto see = [&](Values& values, const Happening* h) {
    add(values, q.key(h), {{h->at, h->number}, h});
    bound(values);
  };
  Values values = over_joins(q.scene, Values(), handled, see, [&](Values& into, const Values& younger) {
    for (const auto& [key, latest] : younger) add(into, key, latest);
    bound(into);
  });
  int64_t live = 0;
  for (const auto& [key, latest] : values) live += in_window(q.aggregate.window, *latest.event, q.scene);
  return integer_value(live);
}

// (value, pane) pairs, how often each was seen and when last.
struct Pairs {
  struct Pair { int64_t count = 0; Seen seen; };
  std::map<int64_t, std::map<std::string, Pair>> by_pane;
  std::map<std::string, Seen> seen;                                  // of a value
  std::map<std::string, const Happening*> sample;
  size_t count = 0;

  void add(int64_t pane, const std::string& key, const Pair& more) {
    Pair& pair = by_pane[pane][key];
    count += pair.count == 0;
    pair.count += more.count;
    if (earlier(pair.seen, more.seen)) pair.seen = more.seen;
  }

  // Past it the oldest pane's go: the value seen longest ago, or where windows that have passed are asked, the pair.
  void bound(size_t up_to, bool past) {
    for (; count > up_to; --count) {
      auto& oldest = by_pane.begin()->second;
      oldest.erase(std::min_element(oldest.begin(), oldest.end(), [&](auto& a, auto& b) {
        return past ? earlier(a.second.seen, b.second.seen) : earlier(seen[a.first], seen[b.first]);
      }));
      if (oldest.empty()) by_pane.erase(by_pane.begin());
    }
  }
};

// Pairs of value and pane, bounded; the panes are those of the window, or one for all of time.
Value most_frequent(const Question& q, const Events& handled) {
  bool past = q.aggregate.window.kind == WindowKind::ago, panes = past || q.aggregate.window.kind == WindowKind::last_units;
  auto see_event = [&](Pairs& pairs, const Happening* h) {
    std::string key = q.key(h);
    see(pairs.seen[key], h);
    pairs.sample[key] = h;
    pairs.add(panes ? q.pane(q.aggregate.window.unit, h) : 0, key, {1, {h->at, h->number}});
    pairs.bound(q.aggregate.up_to, past);
  };
  Pairs pairs = over_joins(q.scene, Pairs(), handled, see_event, [&](Pairs& into, const Pairs& younger) {
    for (const auto& [pane, of_pane] : younger.by_pane)
      for (const auto& [key, pair] : of_pane) into.add(pane, key, pair);
    for (const auto& [key, seen] : younger.seen)
      if (earlier(into.seen[key], seen)) into.seen[key] = seen;
    into.sample.insert(younger.sample.begin(), younger.sample.end());
    into.bound(q.aggregate.up_to, past);
  });
  int64_t present = panes ? pane_of(*q.scene.world.zone, q.aggregate.window.unit, q.scene.now) : 0;
  std::map<std::string, int64_t> totals;
  std::map<std::string, Seen> seen_inside;
  for (const auto& [pane, of_pane] : pairs.by_pane)
    if (!panes || (pane >= present - q.aggregate.window.count && pane <= present - (past ? q.aggregate.window.until : 0)))
      for (const auto& [key, pair] : of_pane) {
        totals[key] += pair.count;
        if (past && (totals[key] == pair.count || earlier(seen_inside[key], pair.seen))) seen_inside[key] = pair.seen;
      }
  std::map<std::string, Seen>& seen = past ? seen_inside : pairs.seen;   // ties by what the window holds
  if (q.aggregate.kind == AggregateKind::distinct) return integer_value(static_cast<int64_t>(totals.size()));
  const std::pair<const std::string, int64_t>* best = nullptr;
  for (const auto& entry : totals)
    if (!best || entry.second > best->second || (entry.second == best->second && earlier(seen[best->first], seen[entry.first]))) best = &entry;
  return best ? q.value(pairs.sample[best->first]) : unknown_value();
}

Value answer(const Question& q, uint32_t id) {
  const Aggregate& aggregate = q.aggregate;
  Events handled = all_counted(id, q.scene), events = within_window(aggregate, handled, q.scene), ordered = by_time(events);
  bool all_of_time = aggregate.window.kind == WindowKind::ever || begins_anew(aggregate.window.kind);
  switch (aggregate.kind) {
    case AggregateKind::count: return integer_value(static_cast<int64_t>(events.size()));
    case AggregateKind::has: return integer_value(!events.empty());
    case AggregateKind::sum: return sum(q, events);
    case AggregateKind::average: return average(q, events);
    case AggregateKind::smallest: return extreme(q, events, -1);
    case AggregateKind::largest: return extreme(q, events, 1);
    case AggregateKind::units_with: {
      Units seen = units(q, events, all_of_time);
      return integer_value(static_cast<int64_t>(seen.panes.size()) + seen.twice);
    }
    case AggregateKind::streak: return streak(q, events);
    case AggregateKind::distinct:
      if (aggregate.window.kind == WindowKind::ago) return most_frequent(q, handled);   // the same pairs, counted by value
      return distinct(q, aggregate.window.kind == WindowKind::rolling ? events : handled);
    case AggregateKind::most_frequent: return most_frequent(q, aggregate.window.kind == WindowKind::rolling ? events : handled);
    case AggregateKind::last: return ordered.empty() ? unknown_value() : q.value(ordered.back());
    case AggregateKind::first: return ordered.empty() ? unknown_value() : q.value(ordered.front());
    case AggregateKind::time_since_last: return ordered.empty() ? unknown_value() : integer_value(q.scene.now - ordered.back()->at);
    case AggregateKind::time_since_first: return ordered.empty() ? unknown_value() : integer_value(q.scene.now - ordered.front()->at);
  }
  return unknown_value();
}

}  // namespace

std::optional<Anchor> anchor_of(const Window& window, const User& user) {
  std::optional<Anchor> found;
  if (auto known = user.anchors.find({window.event.value, window.first}); known != user.anchors.end()) found = known->second;
  for (size_t i = user.merged_after; i < user.history.size(); ++i) {
    const Happening& h = user.history[i];
    if (h.event == window.event && (!found || (!window.first && h.at >= found->at))) found = Anchor{h.number, h.at};
  }
  return found;
}

bool counts_when_handled(uint32_t id, const Happening& happening, const World& world, const User& user) {
  const Aggregate& aggregate = world.program.aggregates[id];
  if (aggregate.event != happening.event) return false;
  if (aggregate.has_property && !happening.properties[aggregate.property].known) return false;
  return !aggregate.where || holds(*aggregate.where, Scene{world, user, user.now, &happening});
}

std::vector<bool> hops_when_handled(const Aggregate& aggregate, const Happening& happening, const World& world, const User& user) {
  std::vector<bool> may;
  for (const Hop& hop : aggregate.hops) {
    bool fits = hop.event == happening.event && (!aggregate.matching || happening.properties[hop.matching].known);
    may.push_back(fits && (!hop.where || holds(*hop.where, Scene{world, user, user.now, &happening})));
  }
  return may;
}

std::vector<const Happening*> counted_now(uint32_t id, const Scene& scene) {
  return within_window(scene.world.program.aggregates[id], all_counted(id, scene), scene);
}

Value evaluate_aggregate(uint32_t id, const Scene& scene) {
  const Aggregate& aggregate = scene.world.program.aggregates[id];
  Type type;
  if (aggregate.has_property) type = scene.world.program.events[aggregate.event.index()].properties[aggregate.property].type.known();
  return answer(Question{aggregate, scene, type}, id);
}

}  // namespace wend::reference
