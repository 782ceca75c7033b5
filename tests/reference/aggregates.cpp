// Aggregates, each worked out from the whole list of a user's events.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

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

// What `since last E` counts from: the latest E, or the first one handled.
const Happening* anchor(const Window& window, const Scene& scene) {
  const Happening* found = nullptr;
  for (const Happening& h : scene.user.history)
    if (h.event == window.event && (!found || (!window.first && h.at >= found->at))) found = &h;
  return found;
}

bool in_window(const Window& window, const Happening& h, const Scene& scene) {
  switch (window.kind) {
    case WindowKind::none: case WindowKind::ever: return true;
    case WindowKind::rolling: return h.at > scene.now - window.length_us && h.at <= scene.now;
    case WindowKind::since_entry:
      return scene.instance && h.number > scene.instance->entered_after && h.at >= scene.instance->entered_at;
    case WindowKind::since_event: {
      const Happening* since = anchor(window, scene);
      return since && h.number > since->number && h.at >= since->at;
    }
    case WindowKind::since_state: {
      auto became = scene.user.became.find({window.states.index(), window.state});
      return became != scene.user.became.end() && h.number > became->second.history && h.at >= became->second.now;
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
  std::vector<std::vector<Open>> waiting(aggregate.hops.size());   // by how many events a match has seen
  Events found;
  for (const Happening& h : scene.user.history) {
    if (aggregate.window.kind == WindowKind::since_entry && !in_window(aggregate.window, h, scene)) continue;
    const std::vector<bool> may = may_serve(id, h, scene);
    bool served = false, completed = false;
    for (size_t hop = may.size(); hop-- > 0 && !served;)
      if (may[hop]) served = serves(aggregate, hop, h, scene.world.program, waiting, completed);
    if (completed && served) found.push_back(&h);
  }
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

// Different units. Where all of time counts, an event that comes more than 64 units behind the latest is out of reach.
std::set<int64_t> units(const Question& q, const Events& events, bool reach) {
  std::set<int64_t> panes;
  for (const Happening* h : events) {
    int64_t pane = q.pane(q.aggregate.unit, h);
    if (reach && !panes.empty() && pane < *panes.rbegin() - 64) continue;
    panes.insert(pane);
  }
  return panes;
}

Value streak(const Question& q, const Events& events) {
  std::set<int64_t> panes = units(q, events, true);
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
  std::map<std::string, std::pair<Seen, const Happening*>> values;
  for (const Happening* h : handled) {
    auto& [seen, latest] = values[q.key(h)];
    see(seen, h);
    if (seen.number == h->number) latest = h;
    if (values.size() > q.aggregate.up_to)
      values.erase(std::min_element(values.begin(), values.end(), [](auto& a, auto& b) { return earlier(a.second.first, b.second.first); }));
  }
  int64_t live = 0;
  for (const auto& [key, entry] : values) live += in_window(q.aggregate.window, *entry.second, q.scene);
  return integer_value(live);
}

// Pairs of value and pane, bounded; the panes are those of the window, or one for all of time.
Value most_frequent(const Question& q, const Events& handled) {
  bool past = q.aggregate.window.kind == WindowKind::ago, panes = past || q.aggregate.window.kind == WindowKind::last_units;
  std::map<int64_t, std::map<std::string, int64_t>> pairs;
  std::map<std::string, Seen> seen;                                  // of a value
  std::map<std::pair<int64_t, std::string>, Seen> seen_in;           // of a pair
  std::map<std::string, const Happening*> sample;
  size_t count = 0;
  for (const Happening* h : handled) {
    std::string key = q.key(h);
    int64_t pane = panes ? q.pane(q.aggregate.window.unit, h) : 0;
    see(seen[key], h);
    see(seen_in[{pane, key}], h);
    sample[key] = h;
    count += pairs[pane][key]++ == 0;
    if (count <= q.aggregate.up_to) continue;
    auto& [first_pane, oldest] = *pairs.begin();
    auto victim = std::min_element(oldest.begin(), oldest.end(), [&, at = first_pane](auto& a, auto& b) { return earlier(seen_in[{at, a.first}], seen_in[{at, b.first}]); });
    seen_in.erase({first_pane, victim->first});
    oldest.erase(victim);
    if (oldest.empty()) pairs.erase(pairs.begin());
    --count;
  }
  int64_t present = panes ? pane_of(*q.scene.world.zone, q.aggregate.window.unit, q.scene.now) : 0;
  std::map<std::string, int64_t> totals;
  std::map<std::string, Seen> seen_inside;
  for (const auto& [pane, of_pane] : pairs)
    if (!panes || (pane >= present - q.aggregate.window.count && pane <= present - (past ? q.aggregate.window.until : 0)))
      for (const auto& [key, n] : of_pane) {
        totals[key] += n;
        if (past && (totals[key] == n || earlier(seen_inside[key], seen_in[{pane, key}]))) seen_inside[key] = seen_in[{pane, key}];
      }
  if (past) seen = seen_inside;   // ties by what the window holds
  if (q.aggregate.kind == AggregateKind::distinct) return integer_value(static_cast<int64_t>(totals.size()));
  const std::pair<const std::string, int64_t>* best = nullptr;
  for (const auto& entry : totals)
    if (!best || entry.second > best->second || (entry.second == best->second && earlier(seen[best->first], seen[entry.first]))) best = &entry;
  return best ? q.value(sample[best->first]) : unknown_value();
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
    case AggregateKind::units_with: return integer_value(static_cast<int64_t>(units(q, events, all_of_time).size()));
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
