// What a desk lets go: records, decisions and ends of sends that are old enough, marks of duplicates no one asks for any more; and
// what it must take for unknown in a store that was restored. Tested by tests/unit/engine/keeping_test.cpp.
#include <algorithm>
#include <array>

#include "runtime/abi/zones.h"
#include "runtime/engine/desk.h"
#include "runtime/engine/desk_rows.h"

namespace wend {

using namespace desk;

namespace {

constexpr std::array kSwept = {Space::log, Space::audit, Space::sent, Space::dlq};

// When a row was written; nothing: it cannot be read, and stays.
std::optional<int64_t> written(Space space, std::string_view value) {
  if (space != Space::sent) return value.size() < 17 ? std::nullopt : std::optional(read_big_endian_signed(value.substr(9)));
  SentRow row;
  if (!decode({reinterpret_cast<const uint8_t*>(value.data()), value.size()}, row)) return std::nullopt;
  return row.at;
}

}  // namespace

void Desk::begin(int64_t now) {
  std::optional<std::string> restored, until;
  throw_if(store_.get(Space::meta, kUnknownUntil, until));
  if (until) unknown_until_ = read_big_endian_signed(*until);
  throw_if(store_.get(Space::meta, kRestoredKey, restored));
  if (!restored) return;
  unknown_until_ = std::max(unknown_until_, now);
  Batch& batch = shard_->batch();
  std::string instant;
  append_big_endian_signed(instant, unknown_until_);
  batch.put(Space::meta, kUnknownUntil, instant);
  batch.erase(Space::meta, kRestoredKey);
  uint64_t sends = 0;
  outbox_->visit_all([&](OutboxRow row, int64_t at) {
    if (at == Outbox::kUnknown) return true;
    row.reason = "restored";
    outbox_->move(row, at, Outbox::kUnknown, batch);
    ++sends;
    return true;
  });
  commit();
  if (options_.warn) options_.warn("the store was restored: nothing is sent until it is released, and " + std::to_string(sends) + " sends that waited in it are unknown, for they may have gone out");
}

void Desk::sweep(size_t most) {
  const auto old = [&](Space space, int64_t at) {
    const Options::Keep& keep = options_.keep;
    const int64_t within = space == Space::sent ? keep.sent : space == Space::dlq ? keep.dead_letters : keep.log;
    return within != INT64_MAX && at < last_ - within;
  };
  const Space space = kSwept[sweep_.space];
  size_t looked = 0;
  std::string next;
  throw_if(store_.scan(space, {sweep_.from, "", false}, [&](std::string_view key, std::string_view value) {
    if (looked++ == most) return next = key, false;
    const std::optional<int64_t> at = written(space, value);
    if (at && old(space, *at)) shard_->batch().erase(space, key);
    return true;
  }));
  sweep_.from = next;
  if (next.empty()) sweep_.space = (sweep_.space + 1) % kSwept.size();

  if (options_.keep.sent != INT64_MAX) flows_.forget_before(to_local(*module().zone, last_ - options_.keep.sent).day);

  const int64_t first = floor_div(last_ - module().duplicates_within_us, kMicrosPerDay) - 1;
  if (first <= swept_day_) return;
  std::string day;
  append_big_endian_signed(day, first);
  throw_if(store_.drop_range(Space::dedup, "", day));
  swept_day_ = first;
}

}  // namespace wend
