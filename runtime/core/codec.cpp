// A user as bytes and back. Tested by tests/unit/core, with hostile bytes too.
#include "runtime/core/codec.h"

#include <algorithm>

#include <xxhash.h>

#include "runtime/core/bytes.h"
#include "runtime/core/cell_codec.h"
#include "runtime/core/journey_codec.h"
#include "runtime/core/packing.h"
#include "runtime/core/step.h"
#include "runtime/core/tables.h"
#include "runtime/core/value_codec.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

constexpr size_t kHeaderBytes = 9, kUsualBytes = 512;
constexpr int64_t kMostNominal = 100'000'000;   // dates and hours far behind any year we know

constexpr unsigned kDatesOff = 1;               // how many are usual
constexpr int64_t kNearNow = 1'577'836'800'000'000;   // 2020: inputs come after it

// The half of a hash that a header has room for.
uint32_t short_hash(uint64_t hash) { return static_cast<uint32_t>(hash ^ hash >> 32); }

// In front of a payload that stands behind room for it.
void write_header(const Step& step, std::string& bytes) {
  std::string head;
  ByteWriter header(head);
  header.byte(kStateVersion);
  header.raw(step.tables().packed_layout, 4);
  header.raw(short_hash(XXH3_64bits(bytes.data() + kHeaderBytes, bytes.size() - kHeaderBytes)), 4);
  std::copy(head.begin(), head.end(), bytes.begin());
}

bool read_header(const Step& step, std::span<const uint8_t> bytes) {
  ByteReader header(bytes);
  header.check(header.byte() == kStateVersion);
  header.check(header.raw(4) == step.tables().packed_layout);
  const uint64_t sum = header.raw(4);
  return header.good() && short_hash(XXH3_64bits(bytes.data() + kHeaderBytes, bytes.size() - kHeaderBytes)) == sum;
}

// ---- states
// The next evaluation lies near the date of the last, what a state dates from a whole number of days before it.
int64_t cadence_base(const ModuleStates& states, int32_t nominal, int64_t now) {
  if (nominal == INT32_MIN) return now;
  return nominal * (states.cadence == ModuleStates::Cadence::hourly ? kMicrosPerHour : kMicrosPerDay);
}
int64_t finite(int64_t instant, int64_t otherwise) { return instant == WEND_NEVER || instant == WEND_FOREVER ? otherwise : instant; }

// Dates and hours of this time are near its own; INT32_MIN: none.
void pack_date(PackWriter& out, int32_t date, int64_t near) { out.near_or_none(date == INT32_MIN, date, near, kDatesOff); }
int32_t unpack_date(PackReader& in, int64_t near) { return static_cast<int32_t>(in.near_or_none(INT32_MIN, near, -kMostNominal, kMostNominal, kDatesOff)); }
int64_t date_near(const ModuleStates& states, int64_t now) {
  return floor_div(now, states.cadence == ModuleStates::Cadence::hourly ? kMicrosPerHour : kMicrosPerDay);
}

void pack_states(PackWriter& out, const Module& module, const UserState& user) {
  for (const ModuleStates& states : module.states) {
    const StateSlot& slot = *state_slot(user, states);
    const bool settling = slot.candidate != 0xff || slot.found != 0;
    out.index(static_cast<uint8_t>(slot.current + 1), states.names.size() + 1);   // none is 0
    out.flag(settling);
    pack_date(out, slot.nominal, date_near(states, user.now));
    out.ahead(slot.due, cadence_base(states, slot.nominal, user.now));
    out.flag(slot.since == user.first_sight);   // many are still what they were at first
    if (slot.since != user.first_sight) out.behind(slot.since, finite(slot.due, user.now));
    if (!settling) continue;
    out.index(static_cast<uint8_t>(slot.candidate + 1), states.names.size() + 1);
    out.number(slot.found, kFew);
  }
}
void unpack_states(PackReader& in, const Module& module, UserState& user) {
  for (const ModuleStates& states : module.states) {
    StateSlot& slot = *state_slot(user, states);
    slot.current = static_cast<uint8_t>(in.index(states.names.size() + 1) - 1);
    const bool settling = in.flag();
    slot.nominal = unpack_date(in, date_near(states, user.now));
    slot.due = in.ahead(cadence_base(states, slot.nominal, user.now));
    const bool from_the_first = in.flag();
    slot.since = from_the_first ? user.first_sight : in.behind(finite(slot.due, user.now));
    in.check(slot.since != WEND_FOREVER && slot.due != WEND_NEVER && from_the_first == (slot.since == user.first_sight));
    slot.candidate = 0xff;
    slot.found = 0;
    if (!settling) continue;
    slot.candidate = static_cast<uint8_t>(in.index(states.names.size() + 1) - 1);
    slot.found = static_cast<uint16_t>(in.below(0x10000, kFew));
    in.check(slot.candidate != 0xff || slot.found != 0);
  }
}
// The user's next timer is most often the next evaluation of a block.
int64_t first_due(const Module& module, const UserState& user) {
  int64_t least = WEND_FOREVER;
  for (const ModuleStates& states : module.states) least = std::min(least, state_slot(user, states)->due);
  return finite(least, user.now);
}

// ---- when attributes were written: which ever, then each time with how many in a row have it. Most often it is those that are known, and
// all at first sight.
bool known_now(const ModuleAttribute& attribute, const uint8_t* record) { return is_present(record, attribute.field); }

void pack_writes(PackWriter& out, const Module& module, const UserState& user, uint32_t writes) {
  uint8_t* record = user.record.bytes();
  const auto count = static_cast<uint32_t>(module.attributes.size());
  const auto written = [&](uint32_t i) { return tail_value(record, writes, i) != WEND_NEVER; };
  bool usual = true;
  for (uint32_t i = 0; i < count; ++i) usual &= written(i) == known_now(module.attributes[i], record);
  out.flag(usual);
  for (uint32_t i = 0; i < count && !usual; ++i) out.flag(written(i));
  for (uint32_t i = 0; i < count;) {
    if (!written(i)) { ++i; continue; }
    const int64_t at = tail_value(record, writes, i);
    uint64_t more = 0;
    uint32_t next = i + 1;
    for (; next < count; ++next) {
      if (!written(next)) continue;
      if (tail_value(record, writes, next) != at) break;
      ++more;
    }
    out.ahead(at, user.first_sight);
    out.flag(next == count);   // all that are left
    if (next != count) out.number(more, kSome);
    i = next;
  }
}
void unpack_writes(PackReader& in, const Module& module, UserState& user, uint32_t writes) {
  uint8_t* record = user.record.bytes();
  const auto count = static_cast<uint32_t>(module.attributes.size());
  const bool usual = in.flag();
  Bits written = bits_for(count);
  bool as_usual = true;
  uint64_t to_come = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const bool known = known_now(module.attributes[i], record), is = usual ? known : in.flag();
    if (is) set_bit(written, i);
    as_usual &= is == known;
    to_come += is;
  }
  in.check(usual == as_usual);
  uint64_t left = 0;
  bool same = false;   // as the run before: it would have been longer
  int64_t at = WEND_NEVER;
  for (uint32_t i = 0; i < count && in.good(); ++i) {
    if (!has_bit(written, i)) continue;
    if (left == 0) {
      const int64_t before = at;
      at = in.ahead(user.first_sight);
      in.check(at != WEND_FOREVER && at != WEND_NEVER && !(same && at == before));
      const bool all = in.flag();
      left = all ? to_come : in.below(count, kSome) + 1;
      in.check(all || left < to_come);
      same = true;
    }
    tail_value(record, writes, i) = at;
    --left;
    --to_come;
  }
}

// ---- the tail: exposures, what watches found, floors
void pack_tail(PackWriter& out, const Module& module, const Context& context, const UserState& user, const TailLayout& tail) {
  uint8_t* record = user.record.bytes();
  for (uint32_t at = tail.exposures; at < tail.values; at += 8) {   // of most users none
    const uint64_t word = *reinterpret_cast<const uint64_t*>(record + at);
    out.flag(word != 0);
    if (word != 0) out.bits(word, 64);
  }
  for (uint32_t i = 0; i < module.watches.size(); ++i) {
    const ModuleWatch& watch = module.watches[i];
    if (watch.kind != ModuleWatch::Kind::change || !tail_bit(record, tail.truths, i)) continue;
    const int64_t value = tail_value(record, tail.values, i);
    if (held_as_bytes(watch.type.kind)) out.shared_text(context.texts.at(static_cast<uint32_t>(value)));
    else out.amount(value);
  }
  for (uint32_t i = 0; i < module.floors.size(); ++i) out.behind(tail_value(record, tail.floors, i), user.now);
  const int64_t today = floor_div(user.now, kMicrosPerDay);
  for (uint32_t i = 0; i < module.clocks.size(); ++i) {
    const ClockSlot& slot = clock_slot(record, tail.clocks, i);
    out.ahead(slot.due, user.now);
    pack_date(out, slot.date, today);
    pack_date(out, slot.last, today);
  }
  pack_writes(out, module, user, tail.writes);
}
void unpack_tail(PackReader& in, const Module& module, Context& context, UserState& user, const TailLayout& tail) {
  uint8_t* record = user.record.bytes();
  for (uint32_t at = tail.exposures; at < tail.values; at += 8) {
    uint64_t& word = *reinterpret_cast<uint64_t*>(record + at);
    const bool any = in.flag();
    word = any ? in.bits(64) : 0;
    in.check(any == (word != 0));
  }
  for (uint32_t i = 0; i < module.watches.size() && in.good(); ++i) {
    const ModuleWatch& watch = module.watches[i];
    if (watch.kind != ModuleWatch::Kind::change || !tail_bit(record, tail.truths, i)) continue;
    const bool text = held_as_bytes(watch.type.kind);
    tail_value(record, tail.values, i) = text ? context.intern(in.shared_text()) : in.amount();
  }
  for (uint32_t i = 0; i < module.floors.size(); ++i) {
    const int64_t fired = in.behind(user.now);
    in.check(fired != WEND_FOREVER);
    tail_value(record, tail.floors, i) = fired;
  }
  const int64_t today = floor_div(user.now, kMicrosPerDay);
  for (uint32_t i = 0; i < module.clocks.size(); ++i) {
    ClockSlot slot{in.ahead(user.now), 0, 0};
    in.check(slot.due != WEND_NEVER);
    slot.date = unpack_date(in, today);
    slot.last = unpack_date(in, today);
    clock_slot(record, tail.clocks, i) = slot;
  }
  unpack_writes(in, module, user, tail.writes);
}

}  // namespace

uint32_t packed_layout(const Module& module) {
  std::string text;
  ByteWriter out(text);
  out.raw(module.layout_hash);
  const auto words = [&](const ValueType& type) {
    out.varint(type.words.size());
    for (const ValueField& field : type.fields) out.varint(field.type.words.size());
  };
  const auto cells = [&](const std::vector<ModuleCell>& all) {
    for (const ModuleCell& cell : all) {
      out.integer(cell.panes);
      out.integer(cell.like);
    }
  };
  for (const ModuleAttribute& attribute : module.attributes) words(attribute.type);
  for (const ModuleEvent& event : module.events)
    for (const ModuleProperty& property : event.properties) words(property.type);
  for (const ModuleMessage& message : module.messages)
    for (const auto& parameter : message.parameters) words(parameter.type);
  for (const ModuleStates& states : module.states) out.varint(states.names.size());
  for (const ModuleJourney& journey : module.journeys) {
    out.varint(journey.steps.size());
    out.varint(journey.nodes.size());
    cells(journey.cells);
  }
  cells(module.cells);
  for (const size_t count : {module.attributes.size(), module.messages.size(), module.channels.size(), module.categories.size(), module.experiments.size(),
                             module.journeys.size(), module.floors.size(), module.signals.size(), module.clocks.size(), module.watches.size()})
    out.varint(count);
  return short_hash(XXH3_64bits(text.data(), text.size()));
}

void pack(const Step& step, const UserState& user, std::string& out, PackedParts* parts) {
  out.clear();
  if (!user.begun()) return;
  const Module& module = step.module();
  const Context& context = step.context();
  out.reserve(kUsualBytes);
  out.resize(kHeaderBytes);
  PackWriter writer(out);
  writer.now = user.now;
  size_t counted = 0;
  const auto count = [&](uint64_t PackedParts::*part) {
    if (parts) parts->*part += writer.size() - counted;
    counted = writer.size();
  };
  writer.far(user.now, kNearNow);
  writer.behind(user.first_sight, user.now);
  count(&PackedParts::rest);
  pack_fields(writer, context, module.attributes, user.record.bytes());
  writer.shared_text(context.texts.at(user.unit));   // one of the identities
  count(&PackedParts::profile);
  pack_states(writer, module, user);
  count(&PackedParts::states);
  writer.behind(user.due, first_due(module, user));
  count(&PackedParts::rest);
  pack_cells(writer, context, module.cells, user.record.bytes(), parts ? &parts->cells : nullptr);
  counted = writer.size();
  pack_tail(writer, module, context, user, step.tables().tail);
  count(&PackedParts::rest);
  pack_more(writer, module, context, user);
  count(&PackedParts::journeys);
  writer.finish();
  count(&PackedParts::rest);   // what fills the last byte
  write_header(step, out);
}

bool unpack(const Step& step, std::span<const uint8_t> bytes, UserState& out) {
  const Module& module = step.module();
  Context& context = step.context();
  const Tables& tables = step.tables();
  if (bytes.empty()) {
    out = UserState();
    return true;
  }
  if (!read_header(step, bytes)) return false;
  PackReader reader(bytes.subspan(kHeaderBytes));
  UserState user;
  user.now = reader.true_far(kNearNow);
  reader.check(user.now >= kEarliest && user.now <= kLatest);
  reader.now = user.now;
  user.first_sight = reader.true_behind(user.now);
  reader.check(user.first_sight <= user.now);
  if (!reader.good()) return false;
  user.record = OwnedRecord(tables.fresh_user, module.cells);
  unpack_fields(reader, context, module.attributes, user.record.bytes());
  user.unit = context.intern(reader.shared_text());
  unpack_states(reader, module, user);
  user.due = reader.behind(first_due(module, user));
  reader.check(user.due != WEND_NEVER);
  unpack_cells(reader, context, module.cells, user.record.bytes());
  unpack_tail(reader, module, context, user, tables.tail);
  unpack_more(reader, module, context, tables, user);
  if (!reader.good() || !reader.at_end()) return false;
  out = std::move(user);
  return true;
}

}  // namespace wend
