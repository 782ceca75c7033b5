// A desk from one version of the program to the next. Tested by tests/changes, every case of which runs at a desk, too.
#include <algorithm>

#include "runtime/channels/json.h"
#include "runtime/engine/desk.h"
#include "runtime/engine/desk_rows.h"
#include "runtime/engine/history.h"

namespace wend {

using namespace desk;

std::vector<ProgramPlace> Desk::places(bool all) const {
  const Module& module = *live_.module;
  const auto& counts = shard_->census().counts();
  const auto count = [&](std::string_view kind, uint32_t journey, uint32_t step) {
    const auto found = counts.find(std::string(kind) + Census::step_of(module, journey, step));
    return found == counts.end() ? 0 : static_cast<uint64_t>(std::max<int64_t>(0, found->second));
  };
  std::vector<ProgramPlace> places;
  for (uint32_t journey = 0; journey < live_.written.size(); ++journey)
    for (uint32_t step = 0; step < live_.written[journey].size(); ++step) {
      ProgramPlace place = live_.written[journey][step];
      if (place.version == UINT32_MAX) continue;
      place.people = count("journey/", journey, step);
      const bool own = place.version + 1 == live_.record.chain.size();
      if ((all && own) || place.people > 0 || count("deferred/", journey, step) > 0) places.push_back(std::move(place));
    }
  return places;
}

void Desk::change(Version version, const ProgramFiles& files) {
  commit();
  version.record.since = last_ == INT64_MIN ? 0 : last_ + 1;
  if (last_ != INT64_MIN) last_ = version.record.since;
  Batch batch;
  throw_if(keep_files(store_, files, batch));
  keep_live(version.record, &live_.record, batch);
  batch.put(Space::meta, kLast, big_endian_signed(last_));
  throw_if(store_.write(batch, true));
  before_ = std::move(live_);
  live_ = std::move(version);
  take_over_from_ = 0;
  make_shard();
  courier_->change(module(), *shard_);
}

bool Desk::take_over(size_t most) {
  if (!before_) return false;
  if (const auto next = shard_->take_over(take_over_from_, most)) {
    take_over_from_ = *next;
    return true;
  }
  commit();
  drop_before(shard_->batch());
  commit();
  before_.reset();
  make_shard();
  courier_->change(module(), *shard_);
  return false;
}

// What a journey did, as a record that the shadow of a later version reads.
void Desk::note_effect(UserId id, const Module& module, const Decision& decision) {
  JsonText text;
  std::string value;
  text.open('{');
  if (decision.kind == Decision::Kind::set) {
    const ModuleAttribute& attribute = module.attributes[static_cast<size_t>(decision.subject)];
    append_json_value(attribute.type, decision.values.front(), value);
    text.pair("type", "identify").key("traits").open('{').key(attribute.name).raw(value).close('}');
  } else {
    const ModuleEvent& event = module.events[static_cast<size_t>(decision.subject)];
    if (event.signal) return;
    text.pair("type", "track").pair("event", event.source_name).key("properties").open('{');
    for (size_t i = 0; i < event.properties.size() && i < decision.values.size(); ++i) {
      if (!decision.values[i].known) continue;
      value.clear();
      append_json_value(event.properties[i].type, decision.values[i], value);
      text.key(event.properties[i].path).raw(value);
    }
    text.close('}');
  }
  text.pair("userId", "-").close('}');
  shard_->batch().put(Space::log, big_endian(id) + big_endian(next()), effect_row(decision.at, clock_, text.str()));
}

void Desk::visit_log(UserId id, const std::function<void(const Shard::Kept&)>& visit) const {
  throw_if(store_.scan(Space::log, {big_endian(id), behind_prefix(big_endian(id)), false}, [&](std::string_view, std::string_view value) {
    HistoryEntry row;
    if (read_row(value, row) != RowKind::unread) visit({row.at, row.received, row.text});
    return true;
  }));
}

}  // namespace wend
