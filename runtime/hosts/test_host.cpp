// Time is skipped: from block to block the step is advanced to the block's instant, whatever lies between.
#include "runtime/hosts/test_host.h"

#include <algorithm>
#include <map>

#include "runtime/core/step.h"
#include "runtime/engine/convert.h"
#include "runtime/hosts/test_expectations.h"
#include "runtime/hosts/test_timeline.h"

namespace wend {
namespace {

class TestRun {
 public:
  TestRun(const Module& module, const HostTest& test, TestTrace* trace)
      : module_(module), test_(test), trace_(trace), context_(*module.zone, module.windows), step_(module, context_), timeline_(module) {
    overrides_.held_out = test.held_out;
    overrides_.never_held_out = !test.held_out;
    overrides_.pinned = test.pinned;
    if (trace) overrides_.passages = &trace->passages;
    step_.set_overrides(&overrides_);
  }

  TestOutcome run() {
    for (const auto& [instant, block] : schedule()) {
      advance(instant);
      for (const auto& part : block->body) {
        if (const auto* event = std::get_if<HostTestEvent>(&part)) handle(instant, *event);
      }
      advance(instant);
      for (const auto& part : block->body) {
        if (const auto* expectation = std::get_if<HostExpectation>(&part)) look(instant, *expectation);
      }
    }
    if (!outcome_.passed()) outcome_.timeline = timeline_.render();
    if (trace_) trace_->decisions = std::move(decisions_);
    return std::move(outcome_);
  }

 private:
  // Every block at each of its instants, by time; equal ones as written.
  std::vector<std::pair<int64_t, const HostTestBlock*>> schedule() const {
    std::vector<std::pair<int64_t, const HostTestBlock*>> all;
    const Zone& users = user_zone();
    int64_t above = 0;
    for (const HostTestBlock& block : test_.blocks) {
      if (block.after_us) all.push_back({above += *block.after_us, &block});
      for (const HostTestInstant& at : block.instants) {
        above = instant_of(at, users);
        all.push_back({above, &block});
      }
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return all;
  }

  static int64_t instant_of(const HostTestInstant& at, const Zone& users) {
    return at.user_time ? to_instant(users, at.day, at.time_of_day_us) : at.instant_us;
  }

  // The zone the test gives its user; the project's where it gives none.
  const Zone& user_zone() const {
    const Zone* zone = nullptr;
    if (module_.user_time >= 0) {
      const uint32_t attribute = static_cast<uint32_t>(module_.user_time);
      const OwnedValue* value = &module_.attributes[attribute].initial;
      for (const TestValue& given : test_.given) if (given.place == attribute) value = &given.value;
      if (value->known) zone = find_zone(value->text);
    }
    return zone != nullptr ? *zone : *module_.zone;
  }

  void advance(int64_t instant) {
    if (!seen_) return;
    const size_t from = decisions_.size();
    step_.advance(user_, instant, decisions_);
    note(from);
  }

  void note(size_t from) {
    for (size_t i = from; i < decisions_.size(); ++i) timeline_.decision(decisions_[i]);
  }

  void change(const TestValue& given) {
    const ModuleAttribute& attribute = module_.attributes[given.place];
    const OwnedValue& value = given.value.known ? given.value : attribute.initial;   // null restores a default
    changes_.push_back({given.place, value.known, owned_slot(value, attribute.type.kind)});
  }

  void first_changes() {
    if (!module_.identities.empty()) {
      for (uint32_t a = 0; a < module_.attributes.size(); ++a) {
        if (module_.attributes[a].name == module_.identities.front()) changes_.push_back({a, true, text_slot(test_.user_id)});
      }
    }
    for (const TestValue& given : test_.given) change(given);
  }

  bool is_duplicate(const HostTestEvent& event, int64_t at) {
    if (event.id.empty()) return false;
    const auto [place, fresh] = ids_.try_emplace(event.id, at);
    if (fresh) return false;
    if (at - place->second < module_.duplicates_within_us) return true;
    place->second = at;
    return false;
  }

  void handle(int64_t instant, const HostTestEvent& event) {
    const int64_t at = event.at_us.value_or(instant);
    const bool duplicate = is_duplicate(event, at);
    timeline_.event(instant, event, duplicate);
    if (duplicate) return;
    changes_.clear();
    if (!seen_) first_changes();
    EventInput input;
    slots_.clear();
    if (event.type == WEND_IDENTIFY) {
      for (const TestValue& trait : event.values) change(trait);
    } else {
      fill(event, input.event.known);
    }
    input.event.type = event.type;
    input.event.at = at;
    input.event.slots = slots_.data();
    input.attributes = changes_;
    input.id = event.id;
    input.user = test_.user_id;
    input.arrival = instant;
    const size_t from = decisions_.size();
    step_.handle(user_, input, decisions_);
    seen_ = true;
    note(from);
  }

  // Properties as written, defaults where they are not.
  void fill(const HostTestEvent& event, uint64_t& known) {
    const std::vector<ModuleProperty>& properties = module_.events[event.type].properties;
    slots_.assign(properties.size(), wend_slot{});
    const auto put = [&](uint32_t i, const OwnedValue& value) {
      if (!value.known) return;
      slots_[i] = owned_slot(value, properties[i].type.kind);
      known |= uint64_t{1} << i;
    };
    for (uint32_t i = 0; i < properties.size(); ++i) put(i, properties[i].initial);
    for (const TestValue& value : event.values) put(value.place, value.value);
  }

  void look(int64_t instant, const HostExpectation& expectation) {
    ++outcome_.expectations;
    TestSoFar so_far{step_, user_, seen_, instant, decisions_, {}};
    if (expectation.until) so_far.until = instant_of(*expectation.until, user_zone());
    std::optional<std::string> found = unmet(expectation, so_far);
    if (!found) return;
    outcome_.failures.push_back({expectation.range, instant, expectation.source, std::move(*found)});
    timeline_.failure(outcome_.failures.back());
  }

  const Module& module_;
  const HostTest& test_;
  TestTrace* trace_;
  Context context_;
  Step step_;
  Step::Overrides overrides_;
  UserState user_;
  bool seen_ = false;
  std::vector<Decision> decisions_;
  std::vector<AttributeChange> changes_;
  std::vector<wend_slot> slots_;
  std::map<std::string, int64_t> ids_;
  TestTimeline timeline_;
  TestOutcome outcome_;
};

}  // namespace

TestOutcome run_test(const Module& module, const HostTest& test, TestTrace* trace) { return TestRun(module, test, trace).run(); }

std::string render_failure(const HostTest& test, const TestOutcome& outcome) {
  std::string out = test.file + ":" + std::to_string(test.line) + ": " + test.name + "\n";
  for (const TestFailure& failure : outcome.failures) {
    out += "  " + test.file + ":" + std::to_string(failure.range.line) + ": expected `" + failure.expectation + "`\n";
    out += "    but " + failure.found + "\n";
  }
  if (!outcome.timeline.empty()) out += "\n  what happened\n" + outcome.timeline;
  if (!outcome.difference.empty()) out += "\n" + outcome.difference;
  return out;
}

}  // namespace wend
