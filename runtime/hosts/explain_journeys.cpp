// Journeys, as far as what is kept tells why somebody is not in one. Whether an `enter` line fired and something kept the user
// out at that moment leaves no trace, so that is said of no journey.
#include "runtime/core/tables.h"
#include "runtime/core/wall.h"
#include "runtime/hosts/explain_parts.h"
#include "runtime/hosts/test_timeline.h"

namespace wend {
namespace {

using Kind = ProofStep::Kind;
using Mark = ProofStep::Mark;

std::string for_key(std::string_view key) { return key.empty() ? "" : " for \"" + std::string(key) + "\""; }

void inside_now(JourneyView& view, uint32_t index, std::vector<ProofStep>& out) {
  const Module& module = view.ledger.module();
  const ModuleJourney& journey = module.journeys[index];
  const UserState::More* more = view.user.state.more_or_null();
  if (!more) return;
  for (const Instance& instance : more->instances) {
    if (instance.journey != index) continue;
    ProofStep step = proof_step(module, Kind::say, instance.entered_at, journey.name + ": inside" + for_key(view.ledger.step().context().texts.at(instance.key)) + ", at " + journey.steps[instance.step], journey.place);
    if (instance.phase == Instance::Phase::waiting && instance.node < journey.nodes.size()) {
      step.place = journey.nodes[instance.node].place;
      if (instance.due != WEND_FOREVER) step.text += ", waits until " + local_text(module, instance.due);
    }
    out.push_back(std::move(step));
  }
}

// By lines of the history: those in whose last line of this journey they did not leave.
void inside_then(JourneyView& view, uint32_t index, std::vector<ProofStep>& out) {
  const Module& module = view.ledger.module();
  const ModuleJourney& journey = module.journeys[index];
  std::vector<const Happened*> last;   // a key each
  for (const Happened& line : view.history) {
    if (!line.entry.decision || line.journey != journey.name || (line.kind != "enter" && line.kind != "step" && line.kind != "leave")) continue;
    std::erase_if(last, [&](const Happened* other) { return other->key == line.key; });
    last.push_back(&line);
  }
  for (const Happened* line : last)
    if (line->kind != "leave") out.push_back(proof_step(module, Kind::say, line->now(), journey.name + ": inside" + for_key(line->key) + (line->step.empty() ? "" : ", at " + line->step), line->entry.why.node_place));
}

const Happened* last_line(const JourneyView& view, const std::string& journey, std::string_view kind) {
  for (size_t i = view.history.size(); i-- > 0;)
    if (view.history[i].entry.decision && view.history[i].kind == kind && view.history[i].journey == journey) return &view.history[i];
  return nullptr;
}

void outside_now(JourneyView& view, uint32_t index, std::vector<ProofStep>& out) {
  const Module& module = view.ledger.module();
  const ModuleJourney& journey = module.journeys[index];
  const auto say = [&](Mark mark, const std::string& text, const SourcePlace& place) {
    out.push_back(proof_step(module, Kind::say, INT64_MIN, journey.name + ": " + text, place));
    out.back().mark = mark;
  };
  if (journey.closed) return say(Mark::stopped, "closed: nobody enters", journey.place);
  if (journey.paused) return say(Mark::stopped, "paused: nobody enters", journey.place);
  const Happened* left = last_line(view, journey.name, "leave");
  const std::string before = left ? ", left " + left->outcome + " on " + local_text(module, left->now()) : "";
  const UserState::More* more = view.user.state.more_or_null();
  for (const JourneyMemory& memory : more ? more->memories : std::vector<JourneyMemory>()) {
    if (memory.journey != index) continue;
    if (journey.re_enter == ModuleJourney::ReEnter::never) return say(Mark::stopped, "entered once, and it is not entered again" + before, journey.place);
    if (journey.re_enter != ModuleJourney::ReEnter::after || journey.keyed || memory.last_exit == WEND_NEVER) continue;
    const int64_t from = add_micros(memory.last_exit, journey.re_enter_after_us);
    if (from > view.ledger.last_instant()) return say(Mark::stopped, "not entered again before " + local_text(module, from) + before, journey.place);
  }
  if (journey.only_if && journey.entry.empty() && view.user.state.begun()) {
    Step& step = view.ledger.step();
    step.look(view.user.state, view.ledger.last_instant());
    const OwnedRecord fresh = journey.instance_bytes ? OwnedRecord(step.tables().fresh_instances[index], journey.cells) : OwnedRecord();
    const bool holds = journey.only_if(view.user.state.bytes(), fresh.bytes(), nullptr, &step.context()) != 0;
    step.context().reset_scratch();
    if (!holds) return say(Mark::stopped, "its `only if` does not hold now" + before, journey.only_if_place);
  }
  say(Mark::none, (left ? "not inside" : "never entered, as far as is kept") + before, journey.enters.size() == 1 ? journey.enters[0].place : journey.place);
}

}  // namespace

std::vector<ProofStep> journey_steps(JourneyView& view, uint32_t index) {
  std::vector<ProofStep> out;
  const Module& module = view.ledger.module();
  const ModuleJourney& journey = module.journeys[index];
  if (!view.past) {
    inside_now(view, index, out);
    if (out.empty()) outside_now(view, index, out);
    return out;
  }
  inside_then(view, index, out);
  if (!out.empty()) return out;
  const Happened* left = last_line(view, journey.name, "leave");
  out.push_back(left ? proof_step(module, Kind::say, left->now(), journey.name + ": not inside, left " + left->outcome, left->entry.why.rule_place.at.empty() ? journey.place : left->entry.why.rule_place)
                     : proof_step(module, Kind::say, INT64_MIN, journey.name + ": not entered, as far as is kept", journey.place));
  return out;
}

}  // namespace wend
