// Tested by tests/unit/engine/outbox_test.cpp.
#include "runtime/engine/outbox.h"

#include <algorithm>

#include "runtime/engine/sealed_row.h"
#include "runtime/store/keys.h"

namespace wend {
namespace {

constexpr uint64_t kVersion = 1;
constexpr size_t kFieldsMax = 256;
constexpr int64_t kMarkEvery = 60'000'000, kBehind = 5'000'000;
constexpr int64_t kAhead = 60'000'000;   // rows are read so far ahead, so that a look at the store is seldom
const std::string kLane = "lane/";   // in `meta`: lane/channel 0 category

int digit_of(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0; }

std::string bytes_of_id(std::string_view id) {
  std::string bytes;
  for (size_t i = 0; i + 1 < id.size(); i += 2) bytes += static_cast<char>(digit_of(id[i]) << 4 | digit_of(id[i + 1]));
  return bytes;
}

std::string row_key(int64_t ready, std::string_view id) { return big_endian_signed(ready) + bytes_of_id(id); }

}  // namespace

std::string_view word(SentRow::How how) {
  static constexpr std::string_view kWords[] = {"delivered", "failed", "blocked", "expired", "unknown", "dropped", "cancelled"};
  return kWords[static_cast<size_t>(how)];
}

std::string encode(const OutboxRow& row) {
  std::string payload;
  ByteWriter out(payload);
  for (const std::string* text : {&row.channel, &row.category, &row.id}) out.text(*text);
  out.varint(row.user);
  for (const std::string* text : {&row.message, &row.journey, &row.step, &row.reason}) out.text(*text);
  for (const int64_t instant : {row.decided, row.reached, row.not_after, row.first_attempt}) out.instant(instant);
  out.varint(row.attempts);
  out.byte(row.perhaps_taken);
  out.varint(row.epoch);
  out.varint(row.content.size());
  for (const auto& [name, text] : row.content) {
    out.text(name);
    out.text(text);
  }
  return seal_row(payload, kVersion);
}

bool decode(std::span<const uint8_t> bytes, OutboxRow& row) {
  row = {};
  ByteReader in(bytes);
  if (!open_row(in, bytes, kVersion)) return false;
  for (std::string* text : {&row.channel, &row.category, &row.id}) *text = std::string(in.text());
  row.user = in.varint();
  for (std::string* text : {&row.message, &row.journey, &row.step, &row.reason}) *text = std::string(in.text());
  for (int64_t* instant : {&row.decided, &row.reached, &row.not_after, &row.first_attempt}) *instant = in.instant();
  row.attempts = static_cast<uint32_t>(in.below(uint64_t{1} << 32));
  row.perhaps_taken = in.flag();
  row.epoch = in.varint();
  for (uint32_t left = in.count(kFieldsMax); left > 0 && in.good(); --left) {
    std::string name(in.text());
    row.content.emplace_back(std::move(name), std::string(in.text()));
  }
  return in.check(row.id.size() == 32) && in.at_end();
}

std::string encode(const SentRow& row) {
  std::string payload;
  ByteWriter out(payload);
  out.byte(static_cast<uint8_t>(row.how));
  out.instant(row.at);
  out.instant(row.decided);
  out.varint(row.user);
  for (const std::string* text : {&row.channel, &row.message, &row.category, &row.reason, &row.provider_id}) out.text(*text);
  out.varint(row.attempts);
  return seal_row(payload, kVersion);
}

bool decode(std::span<const uint8_t> bytes, SentRow& row) {
  row = {};
  ByteReader in(bytes);
  if (!open_row(in, bytes, kVersion)) return false;
  row.how = static_cast<SentRow::How>(in.below(static_cast<uint64_t>(SentRow::How::cancelled) + 1));
  row.at = in.instant();
  row.decided = in.instant();
  row.user = in.varint();
  for (std::string* text : {&row.channel, &row.message, &row.category, &row.reason, &row.provider_id}) *text = std::string(in.text());
  row.attempts = static_cast<uint32_t>(in.below(uint64_t{1} << 32));
  return in.good() && in.at_end();
}

Outbox::Outbox(const StoreReader& store, std::function<void(std::string_view)> damaged) : store_(store), damaged_(std::move(damaged)) {
  store_.scan(Space::meta, {kLane, behind_prefix(kLane), false}, [&](std::string_view key, std::string_view) {
    key.remove_prefix(kLane.size());
    const size_t cut = std::min(key.find('\0'), key.size() - 1);
    lanes_[{std::string(key.substr(0, cut)), std::string(key.substr(cut + 1))}];
    return true;
  });
}

std::vector<Outbox::Lane> Outbox::lanes() const {
  std::vector<Lane> all;
  for (const auto& [lane, known] : lanes_) all.push_back(lane);
  return all;
}

void Outbox::read_on(const Lane& lane, Known& known, int64_t now) {
  if (known.read_until >= now || now >= kHeld) return;
  const int64_t until = std::min(now + kAhead, kHeld - 1);
  const std::string end = big_endian_signed(until + 1);
  bool full = false;
  store_.scan(Space::outbox, {known.read_to, end, false}, [&](std::string_view key, std::string_view value) {
    OutboxRow row;
    if (!decode(bytes_of(value), row)) {
      if (told_.insert(std::string(key)).second && damaged_) damaged_(key);
      return true;
    }
    if (row.channel != lane.first || row.category != lane.second || gone_.count(std::string(key)) > 0) return true;
    known.rows.emplace(key, read_big_endian_signed(key));
    full = known.rows.size() >= kRowsOfALane;
    if (full) known.read_to = std::string(key) + '\0';
    return !full;
  });
  if (full) return;
  known.read_to = end;
  known.read_until = until;
}

std::optional<OutboxRow> Outbox::first(const Lane& lane, int64_t now, int64_t& ready) {
  const auto place = lanes_.find(lane);
  if (place == lanes_.end()) return std::nullopt;
  Known& known = place->second;
  if (known.rows.empty()) read_on(lane, known, now);
  while (!known.rows.empty() && known.rows.begin()->second <= now) {
    std::optional<std::string> value;
    OutboxRow row;
    const auto [key, at] = *known.rows.begin();
    if (const StoreFailure failure = store_.get(Space::outbox, key, value); failure) return std::nullopt;
    if (value && decode(bytes_of(*value), row)) return ready = at, row;
    if (value && told_.insert(key).second && damaged_) damaged_(key);
    known.rows.erase(known.rows.begin());
    if (known.rows.empty()) read_on(lane, known, now);
  }
  return std::nullopt;
}

void Outbox::note(const Lane& lane, const std::string& key, int64_t ready) {
  Known& known = lanes_[lane];
  if (key >= known.read_to) {   // it will be read; but perhaps it was thought that there is nothing more
    known.read_until = std::min(known.read_until, ready - 1);
    return;
  }
  known.rows.emplace(key, ready);
  if (known.rows.size() <= 2 * kRowsOfALane) return;
  const auto last = std::prev(known.rows.end());
  known.read_to = last->first;
  known.read_until = INT64_MIN;
  known.rows.erase(last);
}

void Outbox::add(const OutboxRow& row, int64_t ready, Batch& batch) {
  const Lane lane(row.channel, row.category);
  if (lanes_.count(lane) == 0) {
    batch.put(Space::meta, kLane + row.channel + '\0' + row.category, "");
    lanes_[lane];
  }
  const std::string key = row_key(ready, row.id);
  std::string value = encode(row);
  batch.put(Space::outbox, key, value);
  gone_.erase(key);
  if (ready == kUnknown || (row.attempts > 0 && ready != kStarted)) put_[key] = std::move(value);
  if (ready < kHeld) added_.push_back({lane, key, ready});
}

void Outbox::move(const OutboxRow& row, int64_t from, int64_t to, Batch& batch) {
  const std::string key = row_key(from, row.id);
  batch.erase(Space::outbox, key);
  lanes_[{row.channel, row.category}].rows.erase(key);
  gone_.insert(key);
  put_.erase(key);
  add(row, to, batch);
}

void Outbox::finish(const OutboxRow& row, int64_t from, const SentRow& ended, Batch& batch) {
  const std::string key = row_key(from, row.id);
  batch.erase(Space::outbox, key);
  batch.put(Space::sent, bytes_of_id(row.id), encode(ended));
  lanes_[{row.channel, row.category}].rows.erase(key);
  gone_.insert(key);
  put_.erase(key);
  finished_[row.id] = ended;
}

void Outbox::visit(int64_t at, const std::function<bool(OutboxRow)>& visit) const {
  const std::string end = at == INT64_MAX ? "" : big_endian_signed(at + 1);
  store_.scan(Space::outbox, {big_endian_signed(at), end, false}, [&](std::string_view key, std::string_view value) {
    OutboxRow row;
    if (decode(bytes_of(value), row)) return visit(std::move(row));
    if (damaged_) damaged_(key);
    return true;
  });
}

void Outbox::visit_all(const std::function<bool(OutboxRow, int64_t)>& visit) const {
  store_.scan(Space::outbox, {}, [&](std::string_view key, std::string_view value) {
    OutboxRow row;
    return !decode(bytes_of(value), row) || visit(std::move(row), read_big_endian_signed(key));
  });
}

std::optional<OutboxRow> Outbox::find(int64_t at, std::string_view id) const {
  const std::string key = row_key(at, id);
  std::optional<std::string> value;
  OutboxRow row;
  if (gone_.count(key) > 0) return std::nullopt;
  if (const auto put = put_.find(key); put != put_.end()) value = put->second;
  else if (store_.get(Space::outbox, key, value)) return std::nullopt;
  if (!value || !decode(bytes_of(*value), row)) return std::nullopt;
  return row;
}

std::optional<SentRow> Outbox::ended(std::string_view id) const {
  std::optional<std::string> value;
  SentRow row;
  if (const auto place = finished_.find(std::string(id)); place != finished_.end()) return place->second;
  if (store_.get(Space::sent, bytes_of_id(id), value) || !value || !decode(bytes_of(*value), row)) return std::nullopt;
  return row;
}

// Whatever is in front of what every lane knows of is gone.
void Outbox::begin_commit(Batch& batch) {
  if (gone_.empty()) return;
  std::string least = big_endian_signed(kHeld);
  for (const auto& [lane, known] : lanes_) least = std::min(least, known.rows.empty() ? known.read_to : known.rows.begin()->first);
  for (const Added& added : added_) least = std::min(least, added.key);
  if (!told_.empty()) least = std::min(least, *told_.begin());
  if (least.empty()) return;   // a lane has not been looked at yet
  const int64_t ready = read_big_endian_signed(least) - kBehind;   // a put below a mark takes it back: what comes now stands behind it
  if (ready < marked_ + kMarkEvery) return;
  batch.low_water(Space::outbox, big_endian_signed(ready));
  marked_ = ready;
}

void Outbox::committed() {
  for (const Added& added : added_) note(added.lane, added.key, added.ready);
  added_.clear();
  gone_.clear();
  put_.clear();
  finished_.clear();
}

}  // namespace wend
