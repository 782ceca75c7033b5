#include "runtime/engine/courier.h"

#include <algorithm>

#include "runtime/abi/named.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

constexpr int64_t kAskAgain = 60'000'000;   // of a user whose row cannot be read
constexpr size_t kSetFreeAtOnce = 1'000;
constexpr int64_t kLease = 60'000'000;      // a claim is good for so long: an attempt that has not begun by then asks anew

Attempt attempt_of(const OutboxRow& row, uint32_t number) {
  return {row.id, number, row.first_attempt, row.not_after, row.perhaps_taken};
}

}  // namespace

bool Holds::covers(const OutboxRow& row) const {
  return all || channels.count(row.channel) > 0 || journeys.count(row.journey) > 0 || messages.count(row.message) > 0;
}

Courier::Courier(const Module& module, Shard& shard, Outbox& outbox, Dispatcher& dispatcher, std::map<std::string, Way> ways, uint64_t epoch, Hooks hooks)
    : module_(&module), shard_(&shard), outbox_(outbox), dispatcher_(dispatcher), ways_(std::move(ways)), epoch_(epoch), hooks_(std::move(hooks)) {}

void Courier::decided(UserId user, const Module& module, const Decision& decision, bool unknown) {
  if (decision.kind != Decision::Kind::message || decision.outcome != Decision::Outcome::sent) return;
  if (outbox_.ended(decision.id)) {   // an id is sent once, whatever the store was put through
    ++counts_.again;
    return;
  }
  const ModuleMessage& message = module.messages[static_cast<size_t>(decision.subject)];
  const ModuleChannel& channel = module.channels[static_cast<size_t>(decision.channel)];
  OutboxRow row;
  row.id = decision.id;
  row.user = user;
  row.channel = channel.name;
  row.message = message.name;
  row.category = module.categories[message.category].name;
  if (decision.journey >= 0) {
    const ModuleJourney& journey = module.journeys[static_cast<size_t>(decision.journey)];
    row.journey = journey.name;
    row.step = journey.steps[static_cast<size_t>(decision.step)];
  }
  row.decided = decision.at;
  row.reached = decision.reached;
  row.not_after = decision.reached + message.valid_for_us;
  for (size_t i = 0; i < decision.content.size() && i < channel.fields.size(); ++i)
    if (decision.content_known[i]) row.content.emplace_back(channel.fields[i].name, decision.content[i]);
  if (unknown) row.reason = "restored";
  outbox_.add(row, unknown ? Outbox::kUnknown : decision.at, shard_->batch());
}

// ---- claims

bool Courier::claim(int64_t now, size_t most) {
  next_place_ = INT64_MAX;
  if (set_free_) set_free(now);
  if (holds_.all) return false;
  bool more = false;
  for (const auto& [channel, way] : ways_) {
    if (holds_.channels.count(channel) > 0) continue;
    const size_t before = claimed_.size();
    if (before >= most) return true;
    more |= claim_on(channel, now, most - before);
  }
  return end_strays(now, most) || more;
}

// Sends on a channel that nobody has set up: it is none of the program any more, or the server would not have begun.
bool Courier::end_strays(int64_t now, size_t most) {
  for (const Outbox::Lane& lane : outbox_.lanes()) {
    if (ways_.count(lane.first) > 0 || holds_.channels.count(lane.first) > 0) continue;
    int64_t ready = 0;
    for (size_t ended = 0; auto row = outbox_.first(lane, now, ready); ++ended) {
      if (ended == most) return true;
      if (gone(*row)) end(*row, ready, SentRow::How::cancelled, "user", now);
      else give_up(*row, ready, SentRow::How::blocked, "removed", now);
    }
  }
  return false;
}

bool Courier::claim_on(const std::string& channel, int64_t now, size_t most) {
  for (size_t looked = 0; looked < most; ++looked) {
    std::optional<Dispatcher::Place> place = dispatcher_.take(channel, now);
    if (!place) {
      next_place_ = std::min(next_place_, dispatcher_.ready_at(channel, now));
      return false;
    }
    std::optional<OutboxRow> row;
    int64_t ready = 0;
    for (const ModuleCategory& category : module_->categories)   // highest first
      if ((row = outbox_.first({channel, category.name}, now, ready))) break;
    if (!row) {
      for (const Outbox::Lane& lane : outbox_.lanes())            // of a category that the program has no longer
        if (lane.first == channel && (row = outbox_.first(lane, now, ready))) break;
    }
    if (!row) return false;
    Delivery delivery;
    if (!may_go(*row, ready, now, delivery)) continue;
    put(*row, ready, Outbox::kStarted);
    in_flight_[row->id] = std::move(*row);
    claimed_.push_back({std::move(*place), std::move(delivery)});
  }
  return true;
}

bool Courier::may_go(OutboxRow& row, int64_t ready, int64_t now, Delivery& delivery) {
  if (holds_.covers(row)) {
    row.reason = "held";
    put(row, ready, Outbox::kHeld);
    return false;
  }
  const UserId user = shard_->present(row.user);
  if (user == kNoUser) {
    if (shard_->held().count(row.user) == 0) return end(row, ready, SentRow::How::cancelled, "user", now), false;
    put(row, ready, now + kAskAgain);
    return false;
  }
  const int32_t message = index_of(module_->messages, row.message), channel = index_of(module_->channels, row.channel);
  if (message < 0 || channel < 0) return give_up(row, ready, SentRow::How::blocked, "removed", now), false;
  const Permit permit = shard_->permit(user, {static_cast<uint32_t>(message), static_cast<uint32_t>(channel), row.id, row.reached}, now);
  if (permit.answer == Permit::Answer::wait) {
    ++counts_.deferred;
    row.reason = word(permit.reason);
    put(row, ready, std::max(permit.until, now + 1));
    return false;
  }
  if (permit.answer == Permit::Answer::blocked) {
    const bool expired = permit.reason == Decision::Reason::expired;
    return give_up(row, ready, expired ? SentRow::How::expired : SentRow::How::blocked, word(permit.reason), now), false;
  }
  if (hooks_.suppressed && hooks_.suppressed(permit.address)) return give_up(row, ready, SentRow::How::blocked, "suppressed", now), false;
  if (row.attempts == 0) row.first_attempt = now;
  const Way& way = ways_.at(row.channel);
  if (const auto move = forbids(way.policy, way.takes_once, attempt_of(row, row.attempts + 1), now)) {
    give_up(row, ready, move->reason == "expired" ? SentRow::How::expired : SentRow::How::failed, move->reason, now);
    return false;
  }
  ++row.attempts;
  row.epoch = epoch_;
  delivery.id = row.id;
  delivery.channel = row.channel;
  delivery.address = permit.address;
  delivery.message = row.message;
  delivery.category = row.category;
  delivery.valid_until_us = row.not_after;
  delivery.begin_by_us = std::min(add_micros(now, kLease), row.not_after - 1);
  delivery.attempt = row.attempts;
  for (const auto& [name, text] : row.content) delivery.content.push_back({name, text});
  return true;
}

void Courier::begin_commit() { outbox_.begin_commit(shard_->batch()); }

void Courier::begun() {
  outbox_.committed();
  landed();
  landing_ = std::move(claimed_);
  claimed_.clear();
}

void Courier::landed() {
  for (Claimed& claimed : landing_) {
    const std::string id = claimed.delivery.id;
    dispatcher_.hand_over(std::move(claimed.place), std::move(claimed.delivery), [came_back = hooks_.came_back, id](const Outcome& outcome) { came_back(id, outcome); });
  }
  landing_.clear();
}

// ---- what became of them

// No attempt follows. If one before may have been taken, it cannot be said that none was: then nobody knows.
void Courier::give_up(OutboxRow& row, int64_t from, SentRow::How how, std::string_view reason, int64_t now) {
  if (!row.perhaps_taken) return end(row, from, how, reason, now);
  const auto way = ways_.find(row.channel);
  if (way != ways_.end() && way->second.policy.on_ambiguous == OnAmbiguous::drop) return end(row, from, SentRow::How::dropped, reason, now);
  keep_unknown(row, from, reason, now);
}

void Courier::keep_unknown(OutboxRow& row, int64_t from, std::string_view reason, int64_t now) {
  if (gone(row)) return end(row, from, SentRow::How::unknown, reason, now);   // of whom nothing may be kept
  ++counts_.ended[{row.channel, SentRow::How::unknown}];
  row.reason = reason;
  put(row, from, Outbox::kUnknown);
}

// The user is no more, and not only unreadable.
bool Courier::gone(const OutboxRow& row) { return shard_->present(row.user) == kNoUser && shard_->held().count(row.user) == 0; }

void Courier::write_end(const OutboxRow& row, int64_t from, SentRow::How how, std::string_view reason, int64_t now, const std::string& provider_id) {
  SentRow ended;
  ended.how = how;
  ended.at = now;
  ended.decided = row.decided;
  ended.user = row.user;
  ended.channel = row.channel;
  ended.message = row.message;
  ended.category = row.category;
  ended.reason = reason;
  ended.provider_id = provider_id;
  ended.attempts = row.attempts;
  again_.erase(row.id);
  outbox_.finish(row, from, ended, shard_->batch());
  ++counts_.ended[{row.channel, how}];
}

// Nothing of it will arrive, or all of it has: the user's history hears of it.
void Courier::end(OutboxRow& row, int64_t from, SentRow::How how, std::string_view reason, int64_t now, const Outcome& outcome) {
  write_end(row, from, how, reason, now, outcome.provider_id);
  const UserId user = shard_->present(row.user);
  if (user == kNoUser || !hooks_.feedback) return;
  const bool surely_not = how == SentRow::How::failed || how == SentRow::How::blocked || how == SentRow::How::expired;
  if (how == SentRow::How::delivered) hooks_.feedback(user, row, "delivered", "");
  if (surely_not) hooks_.feedback(user, row, "failed", "");
  if (outcome.address_dead) hooks_.feedback(user, row, "bounced", "\"permanent\":true");
  if (outcome.opted_out) hooks_.feedback(user, row, "unsubscribed", "");
}

void Courier::outcome(const std::string& id, const Outcome& outcome, int64_t now) {
  const auto place = in_flight_.find(id);
  if (place == in_flight_.end()) return;
  OutboxRow row = std::move(place->second);
  in_flight_.erase(place);
  const auto way = ways_.find(row.channel);
  const DeliveryPolicy policy = way == ways_.end() ? DeliveryPolicy() : way->second.policy;
  const NextMove move = next_move(outcome, policy, way != ways_.end() && way->second.takes_once, attempt_of(row, row.attempts), now);
  switch (move.kind) {
    case NextMove::Kind::delivered: return end(row, Outbox::kStarted, SentRow::How::delivered, "", now, outcome);
    case NextMove::Kind::failed:
      return end(row, Outbox::kStarted, move.reason == "expired" ? SentRow::How::expired : SentRow::How::failed, move.reason, now, outcome);
    case NextMove::Kind::dropped: return end(row, Outbox::kStarted, SentRow::How::dropped, move.reason, now, outcome);
    case NextMove::Kind::retry:
      if (gone(row)) return end(row, Outbox::kStarted, SentRow::How::cancelled, "user", now, outcome);
      ++counts_.retries;
      row.reason = move.reason;
      row.perhaps_taken = move.perhaps_taken;
      return put(row, Outbox::kStarted, std::max(move.at, now + 1));
    case NextMove::Kind::unknown: return keep_unknown(row, Outbox::kStarted, move.reason, now);
  }
}

void Courier::take_up(int64_t now) {
  std::vector<std::string> ids;
  outbox_.visit(Outbox::kStarted, [&](OutboxRow row) {
    ids.push_back(row.id);
    in_flight_[ids.back()] = std::move(row);
    return true;
  });
  for (const std::string& id : ids) outcome(id, unheard(), now);
}

void Courier::put(const OutboxRow& row, int64_t from, int64_t to) {
  if (row.perhaps_taken && to < Outbox::kHeld) again_[row.id] = to;
  else again_.erase(row.id);
  outbox_.move(row, from, to, shard_->batch());
}

// A send that has not ended and of which an attempt may have been taken, and where it stands.
std::optional<OutboxRow> Courier::perhaps_taken(const std::string& id, int64_t& at) const {
  if (const auto flying = in_flight_.find(id); flying != in_flight_.end()) return at = Outbox::kStarted, flying->second;
  if (auto row = outbox_.find(at = Outbox::kUnknown, id)) return row;
  if (auto row = outbox_.find(at = Outbox::kHeld, id); row && row->perhaps_taken) return row;
  const auto again = again_.find(id);
  return again == again_.end() ? std::nullopt : outbox_.find(at = again->second, id);
}

std::optional<OutboxRow> Courier::heard(std::string_view id, std::string_view event, int64_t now) {
  if (id.size() != 32) return std::nullopt;
  int64_t at = 0;
  std::optional<OutboxRow> row = perhaps_taken(std::string(id), at);
  if (!row) return std::nullopt;
  in_flight_.erase(row->id);   // what the attempt itself comes back with is no news any more
  write_end(*row, at, end_by(event), event, now);
  return row;
}

std::optional<Courier::Standing> Courier::standing(std::string_view id) const {
  if (id.size() != 32) return std::nullopt;
  int64_t at = 0;
  if (const auto row = perhaps_taken(std::string(id), at)) return Standing{row->user, row->channel, row->message, row->attempts, {}, 0};
  if (const auto row = outbox_.ended(id)) return Standing{row->user, row->channel, row->message, row->attempts, row->how, row->at};
  return std::nullopt;
}

void Courier::hold(Holds holds) {
  holds_ = std::move(holds);
  set_free_ = true;
}

// What was set aside and is not held any more waits again; so many at once.
void Courier::set_free(int64_t now) {
  std::vector<OutboxRow> rows;
  outbox_.visit(Outbox::kHeld, [&](OutboxRow row) {
    if (!holds_.covers(row)) rows.push_back(std::move(row));
    return rows.size() < kSetFreeAtOnce;
  });
  set_free_ = rows.size() == kSetFreeAtOnce;
  for (OutboxRow& row : rows) {
    row.reason.clear();
    put(row, Outbox::kHeld, now);
  }
}

}  // namespace wend
