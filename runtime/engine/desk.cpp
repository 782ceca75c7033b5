#include "runtime/engine/desk.h"

#include <algorithm>
#include <random>

#include <xxhash.h>

#include "runtime/abi/zones.h"
#include "runtime/core/bytes.h"
#include "runtime/engine/breadcrumb.h"
#include "runtime/engine/desk_rows.h"
#include "runtime/engine/history.h"
#include "runtime/engine/ledger.h"
#include "runtime/engine/ndjson.h"

namespace wend {

using namespace desk;

namespace {

constexpr size_t kPadding = 64;       // simdjson reads so far behind a line
constexpr size_t kWhyMost = 100;

std::string random_key() {
  std::random_device device;
  std::string key;
  for (int i = 0; i < 4; ++i) append_big_endian(key, uint64_t{device()} << 32 | device());
  return key;
}

}  // namespace

int64_t Desk::last_instant(const StoreReader& store) {
  const auto kept = read(store, kLast);
  return kept ? read_big_endian_signed(*kept) : INT64_MIN;
}

Desk::Desk(Version live, std::optional<Version> before, Store& store, Dispatcher& dispatcher, std::map<std::string, Courier::Way> ways, Options options)
    : live_(std::move(live)), before_(std::move(before)), store_(store), options_(std::move(options)), flows_(store), last_(last_instant(store)) {
  if (const auto kept = read(store, kSequence)) sequence_ = read_big_endian(*kept);
  if (const auto kept = read(store, kEpoch)) epoch_ = read_big_endian(*kept);
  Batch batch;
  batch.put(Space::meta, kEpoch, big_endian(++epoch_));
  if (const auto kept = read(store, kMarkKey)) key_ = *kept;
  else batch.put(Space::meta, kMarkKey, key_ = random_key());
  throw_if(store.write(batch, true));

  make_shard();
  outbox_ = std::make_unique<Outbox>(store, [this](std::string_view) {
    if (options_.warn) options_.warn("a row of the outbox is damaged and stays where it is");
  });
  Courier::Hooks hooks;
  hooks.feedback = [this](UserId id, const OutboxRow& row, std::string_view event, std::string_view more) { feedback(id, row, event, more); };
  hooks.came_back = options_.came_back;
  hooks.suppressed = [this](std::string_view address) {
    std::optional<std::string> why;
    throw_if(store_.get(Space::suppress, mark_of("address", address), why));
    return why.has_value();
  };
  courier_ = std::make_unique<Courier>(module(), *shard_, *outbox_, dispatcher, std::move(ways), epoch_, std::move(hooks));
  load_holds();
  if (last_ != INT64_MIN) {
    clock_ = last_;
    courier_->take_up(last_);
    commit();
  }
  learn_poison();
  learn_erased();
  erase_due();   // behind that: what an earlier process had claimed is no longer under way
}

Desk::~Desk() = default;

void Desk::make_shard() {
  Shard::Before before;
  if (before_) before = {before_->module.get(), number_of(before_->record), live_.record.since, [this](UserId id, const std::function<void(const Shard::Kept&)>& visit) { visit_log(id, visit); }};
  shard_ = std::make_unique<Shard>(module(), store_, [this](const Shard::Told& told) { if (options_.tell) options_.tell(told); },
                                   [this](UserId id, const UserRow&, const Module& by, const Decision& decision, std::string_view line) {
    if (options_.keep_audit) shard_->batch().put(Space::audit, big_endian(id) + big_endian(next()), audit_row(decision.at, clock_, line, why_of(by, decision)));
    if (options_.keep_log && (decision.kind == Decision::Kind::set || decision.kind == Decision::Kind::signal)) note_effect(id, by, decision);
    flows_.note(by, decision);
    courier_->decided(id, by, decision, decision.at <= unknown_until_);
  }, number_of(live_.record), std::move(before));
}

// ---- records

void Desk::Receipt::add(const Receipt& other, size_t place) {
  applied += other.applied;
  duplicates += other.duplicates;
  conflicts += other.conflicts;
  rejected += other.rejected;
  ignored += other.ignored;
  set_aside += other.set_aside;
  ahead += other.ahead;
  for (const Why& each : other.why) if (why.size() < kWhyMost) why.push_back({place, each.reason, each.group});
}

Desk::Receipt Desk::take(const Arrivals& arrivals) {
  Receipt receipt;
  clock_ = last_ = std::max(last_, arrivals.received);
  for (size_t place = 0; place < arrivals.items.size(); ++place) take_one(arrivals, place, receipt);
  return receipt;
}

void Desk::take_one(const Arrivals& arrivals, size_t place, Receipt& receipt) {
  const Arrival& arrival = arrivals.items[place];
  if (arrival.report) return take_report(*arrival.report, place, receipt);
  if (&arrivals.intake->module != live_.module.get()) {   // read for the version before
    const Receipt anew = take_text(arrival.raw, arrival.timestamp, arrival.sent_at);
    receipt.add(anew, place);
    return;
  }
  if (!arrival.rejected.empty()) {
    ++receipt.rejected;
    if (receipt.why.size() < kWhyMost) receipt.why.push_back({place, arrival.rejected, arrival.group});
    if (names_erased(arrival.raw)) return;
    return bury(last_, arrival.rejected, arrival.raw);
  }
  if (!arrival.record) {
    ++receipt.ignored;
    return;
  }
  const EventRecord& record = *arrival.record;
  for (const uint32_t identity : record.identities())
    if (erased(arrivals.intake->identities.text(identity))) {
      ++receipt.ignored;
      return;
    }
  const uint64_t hash = record_hash(arrival.raw);
  if (poison_.count(hash) > 0) {
    const std::string why = "it brought the process down twice, and is not tried again";
    ++receipt.rejected;
    if (receipt.why.size() < kWhyMost) receipt.why.push_back({place, why, why});
    return bury(last_, why, arrival.raw);
  }
  bool moved = false;
  const uint64_t sequence = next();   // the record stands before what it leads to
  const StoredEvent event{instant_of(arrival.timestamp, arrival.sent_at, last_, moved), &record};
  receipt.ahead += moved;
  if (options_.breadcrumb) options_.breadcrumb->set(hash);
  const Shard::Handled handled = shard_->handle(*arrivals.intake, event, last_, hash);
  if (options_.breadcrumb) options_.breadcrumb->set(0);
  switch (handled.how) {
    case Shard::Handled::How::duplicate: ++receipt.duplicates; return;
    case Shard::Handled::How::conflict: ++receipt.conflicts; return;
    case Shard::Handled::How::held:
      ++receipt.set_aside;
      shard_->batch().put(Space::inbox, big_endian(sequence), log_row(event.at, last_, arrival.raw));
      return;
    case Shard::Handled::How::applied: break;
  }
  ++receipt.applied;
  if (options_.keep_log) shard_->batch().put(Space::log, big_endian(handled.user) + big_endian(sequence), log_row(event.at, last_, arrival.raw));
  if (record.type >= module().events.size() || !module().events[record.type].builtin) return;
  const ModuleEvent& declared = module().events[record.type];
  for (size_t i = 0; i < declared.properties.size(); ++i) {
    if (declared.properties[i].name != "message_id" || !(record.known >> i & 1)) continue;
    const wend_slot& slot = record.slots()[i];
    settle_by({slot.data, static_cast<size_t>(slot.size)}, declared.name, true);
  }
}

uint64_t Desk::record_hash(std::string_view raw) { return std::max<uint64_t>(1, XXH3_64bits(raw.data(), raw.size())); }

void Desk::learn_poison() {
  if (const uint64_t found = options_.breadcrumb ? options_.breadcrumb->poison() : 0; found != 0) {
    Batch batch;
    batch.put(Space::meta, kPoison + big_endian(found), big_endian_signed(last_));
    throw_if(store_.write(batch, true));
    if (options_.warn) options_.warn("a record brought the process down twice: it is a dead letter from now on");
  }
  throw_if(store_.scan(Space::meta, {kPoison, behind_prefix(kPoison), false}, [&](std::string_view key, std::string_view) {
    poison_.insert(read_big_endian(key.substr(kPoison.size())));
    return true;
  }));
}

void Desk::bury(int64_t received, std::string_view reason, std::string_view raw) {
  std::string value = log_row(received, received, "");
  std::string head;
  ByteWriter out(head);
  out.text(reason);
  shard_->batch().put(Space::dlq, big_endian(next()), value + head + std::string(raw));
}

Desk::Receipt Desk::take_text(const std::string& raw, std::optional<int64_t> timestamp, std::optional<int64_t> sent_at) {
  Arrivals arrivals{std::make_unique<Intake>(module()), {}, last_};
  Arrival arrival;
  arrival.raw = raw;
  NdjsonReader reader(*arrivals.intake);
  const std::string padded = raw + std::string(kPadding, '\0');
  reader.line(std::string_view(padded).substr(0, raw.size()), "record", 1, {std::nullopt, last_});
  if (!arrivals.intake->rejected.empty()) arrival.rejected = arrivals.intake->rejected.front().reason, arrival.group = arrivals.intake->rejected.front().group;
  if (!arrivals.intake->log.events().empty()) {
    arrival.record = arrivals.intake->log.events().front().record;
    arrival.timestamp = timestamp ? timestamp : arrivals.intake->log.events().front().at;
    arrival.sent_at = sent_at;
  }
  arrivals.items.push_back(std::move(arrival));
  Receipt receipt;
  take_one(arrivals, 0, receipt);
  return receipt;
}

bool Desk::tick(int64_t now) {
  clock_ = last_ = std::max(last_, now);
  return shard_->tick(last_);
}

void Desk::outcome(const std::string& id, const Outcome& outcome, int64_t now) {
  clock_ = last_ = std::max(last_, now);
  courier_->outcome(id, outcome, last_);
}

void Desk::begin_commit() {
  courier_->begin_commit();
  Batch& batch = shard_->batch();
  throw_if(flows_.put(batch));
  if (shard_->changed()) {   // a timer may change a user and say nothing: the instant it was handled at is kept, too
    batch.put(Space::meta, kSequence, big_endian(sequence_));
    batch.put(Space::meta, kLast, big_endian_signed(last_));
  }
  shard_->begin_commit();
  courier_->begun();
}

void Desk::landed() {
  shard_->landed();
  courier_->landed();
}

// ---- holds

void Desk::load_holds() {
  Holds holds;
  throw_if(read_holds(store_, [&](HoldRow row) {
    if (row.kind == "all") holds.all = true;
    if (row.kind == "channel") holds.channels.insert(std::move(row.name));
    else if (row.kind == "journey") holds.journeys.insert(std::move(row.name));
    else if (row.kind == "message") holds.messages.insert(std::move(row.name));
  }));
  courier_->hold(std::move(holds));
}

namespace {
std::set<std::string>* names_of(Holds& holds, std::string_view kind) {
  if (kind == "channel") return &holds.channels;
  if (kind == "journey") return &holds.journeys;
  if (kind == "message") return &holds.messages;
  return nullptr;
}
}  // namespace

bool Desk::hold(std::string_view kind, std::string_view name, std::string_view why) {
  Holds holds = courier_->holds();
  if (kind == "all") {
    holds.all = true;
  } else {
    std::set<std::string>* names = names_of(holds, kind);
    if (!names) return false;
    names->insert(std::string(name));
  }
  shard_->batch().put(Space::meta, kHold + std::string(kind) + "/" + std::string(name), big_endian_signed(last_) + std::string(why));
  courier_->hold(std::move(holds));
  return true;
}

bool Desk::release(std::string_view kind, std::string_view name) {
  Holds holds = courier_->holds();
  bool held = holds.all;
  if (kind == "all") {
    holds.all = false;
  } else {
    std::set<std::string>* names = names_of(holds, kind);
    held = names && names->erase(std::string(name)) > 0;
  }
  if (!held) return false;
  shard_->batch().erase(Space::meta, kHold + std::string(kind) + "/" + std::string(name));
  courier_->hold(std::move(holds));
  return true;
}

// ---- dead letters

void Desk::dead_letters(uint64_t from, const std::function<bool(const DeadLetter&)>& visit) const {
  throw_if(store_.scan(Space::dlq, {big_endian(from), "", false}, [&](std::string_view key, std::string_view value) {
    if (key.size() != 8 || value.size() < kEntryHeader) return true;
    ByteReader in({reinterpret_cast<const uint8_t*>(value.data()) + kEntryHeader, value.size() - kEntryHeader});
    DeadLetter letter{read_big_endian(key), read_big_endian_signed(value.substr(9)), std::string(in.text()), ""};
    letter.raw = std::string(value.substr(value.size() - in.left()));
    return visit(letter);
  }));
}

bool Desk::drop_dead_letter(uint64_t sequence) {
  std::optional<std::string> value;
  throw_if(store_.get(Space::dlq, big_endian(sequence), value));
  if (value) shard_->batch().erase(Space::dlq, big_endian(sequence));
  return value.has_value();
}

std::optional<Desk::Receipt> Desk::replay(uint64_t sequence) {
  std::optional<std::string> raw;
  dead_letters(sequence, [&](const DeadLetter& letter) {
    if (letter.sequence == sequence) raw = letter.raw;
    return false;
  });
  if (!raw) return std::nullopt;
  drop_dead_letter(sequence);
  return take_text(*raw);
}

}  // namespace wend
