// Reports, by trying every way.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "tests/reference/evaluate.h"
#include "tests/reference/intake.h"
#include "tests/reference/reference.h"

namespace wend {
namespace reference {
namespace {

using Events = std::vector<Happening>;   // of one user, in the order in which they are handled

// Inputs of one user have one number. Whoever shares an identity is one user, in the end.
std::vector<size_t> users_of(const std::vector<Input>& inputs) {
  std::vector<size_t> user(inputs.size());
  std::map<std::pair<uint32_t, std::string>, size_t> holder;
  for (size_t i = 0; i < inputs.size(); ++i) {
    user[i] = i;
    for (const auto& [identity, value] : inputs[i].identities) {
      const auto [found, fresh] = holder.emplace(std::pair(identity.value, value), user[i]);
      if (fresh) continue;
      const size_t other = found->second, one = user[i];
      for (size_t& each : user) if (each == other) each = one;
      for (auto& [key, each] : holder) if (each == other) each = one;
    }
  }
  return user;
}

bool fits(const FunnelStep& step, const Happening& event, const World& world) {
  if (event.event != step.event) return false;
  const User nobody;
  return !step.where || holds(*step.where, Scene{world, nobody, event.at, &event});
}

struct Way { size_t last = 0; int64_t began = 0; };   // the event it ends with, and when its first one happened

// Every way through the first `steps` steps.
std::vector<Way> ways(const Report& report, size_t steps, const Events& events, const World& world) {
  std::vector<Way> out;
  const std::function<void(size_t, size_t, int64_t)> go = [&](size_t step, size_t from, int64_t began) {
    for (size_t i = from; i < events.size(); ++i) {
      const int64_t first = step == 0 ? events[i].at : began;
      if (events[i].at - first >= report.within_us || !fits(report.steps[step], events[i], world)) continue;
      if (step + 1 == steps) out.push_back({i, first});
      else go(step + 1, i + 1, first);
    }
  };
  go(0, 0, 0);
  return out;
}

void add_funnel(const Report& report, const std::map<size_t, Events>& users, const World& world, ReferenceReport& out) {
  for (size_t steps = 1; steps <= report.steps.size(); ++steps) {
    std::vector<int64_t> took;
    for (const auto& [user, events] : users) {
      const std::vector<Way> all = ways(report, steps, events, world);
      if (all.empty()) continue;
      size_t earliest = all[0].last;
      for (const Way& way : all) earliest = std::min(earliest, way.last);
      int64_t began = INT64_MIN;
      for (const Way& way : all) if (way.last == earliest) began = std::max(began, way.began);
      took.push_back(events[earliest].at - began);
    }
    std::sort(took.begin(), took.end());
    out.reached.push_back(took.size());
    out.median_us.push_back(took.empty() || steps == 1 ? std::nullopt : std::optional(took[(took.size() - 1) / 2]));
  }
}

void add_without(const Report& report, const std::map<size_t, Events>& users, const World& world, int64_t end, ReferenceReport& out) {
  for (const auto& [user, events] : users) {
    bool began = false, without = false, open = false;
    for (size_t a = 0; a < events.size(); ++a) {
      if (!fits(report.steps[0], events[a], world)) continue;
      began = true;
      bool followed = false;
      for (size_t b = a + 1; b < events.size(); ++b)
        if (events[b].at - events[a].at < report.within_us && fits(report.steps[1], events[b], world)) followed = true;
      if (followed) continue;
      if (end - events[a].at >= report.within_us) without = true;
      else open = true;
    }
    out.began += began;
    out.without += without;
    out.open += open && !without;
    out.followed += began && !open && !without;
  }
}

}  // namespace
}  // namespace reference

std::vector<ReferenceReport> report_reference(const Program& program, std::string_view ndjson) {
  using namespace reference;
  const Zone* zone = Zone::find(program.project.time_zone);
  const World world{program, zone, {}};
  const std::vector<Input> inputs = read_inputs(program, *zone, ndjson, false);
  const std::vector<size_t> user = users_of(inputs);
  std::map<size_t, Events> users;
  std::set<std::pair<size_t, std::string>> seen;
  int64_t end = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].id.empty() && !seen.emplace(user[i], inputs[i].id).second) continue;
    end = inputs[i].at;
    if (inputs[i].identify) continue;
    Happening event;
    event.event = inputs[i].event;
    event.at = inputs[i].at;
    event.properties = inputs[i].properties;
    users[user[i]].push_back(std::move(event));
  }
  std::vector<ReferenceReport> out;
  for (const Report& report : program.reports) {
    ReferenceReport& each = out.emplace_back();
    if (report.without) add_without(report, users, world, end, each);
    else add_funnel(report, users, world, each);
  }
  return out;
}

}  // namespace wend
