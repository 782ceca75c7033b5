#include "runtime/engine/ledger.h"

#include "runtime/channels/signatures.h"
#include "runtime/core/codec.h"
#include "runtime/core/migration.h"
#include "runtime/engine/profiles.h"
#include "runtime/engine/programs.h"
#include "runtime/engine/sealed_row.h"
#include "runtime/engine/shard.h"
#include "runtime/store/keys.h"

namespace wend {

namespace {

const std::string kHold(kHoldKeys), kErased(kErasedKeys), kMarkKey(kMarkKeyKey), kLast(kLastInstantKey);
constexpr size_t kMarkBytes = 16;

std::optional<std::string> read(const StoreReader& store, Space space, const std::string& key) {
  std::optional<std::string> value;
  throw_if(store.get(space, key, value));
  return value;
}


}  // namespace

StoreFailure read_holds(const StoreReader& store, const std::function<void(HoldRow)>& visit) {
  return store.scan(Space::meta, {kHold, behind_prefix(kHold), false}, [&](std::string_view key, std::string_view value) {
    key.remove_prefix(kHold.size());
    const size_t slash = std::min(key.find('/'), key.size());
    HoldRow row;
    row.kind = key.substr(0, slash);
    row.name = key.substr(std::min(slash + 1, key.size()));
    row.since = read_big_endian_signed(value);
    row.why = value.substr(std::min<size_t>(8, value.size()));
    visit(std::move(row));
    return true;
  });
}

std::string mark_of(std::string_view mark_key, std::string_view what, std::string_view text) {
  return hmac_sha256(mark_key, std::string(what) + '\x1f' + std::string(text)).substr(0, kMarkBytes);
}

Ledger::Ledger(const Module& module, const StoreReader& store)
    : module_(module), store_(store), context_(*module.zone, module.windows), step_(module, context_), outbox_(store, {}) {
  if (const KeptPrograms kept = kept_programs(store); kept.live) live_ = number_of(*kept.live);
}

UserId Ledger::user_named(std::string_view text) const {
  for (const std::string& identity : module_.identities)
    if (const UserId id = user_named(identity, text); id != kNoUser) return id;
  return kNoUser;
}

UserId Ledger::user_named(std::string_view identity, std::string_view text) const {
  for (size_t rank = 0; rank < module_.identities.size(); ++rank) {
    if (module_.identities[rank] != identity) continue;
    const auto id = read(store_, Space::ident, std::string(1, static_cast<char>(rank)) + std::string(text));
    return id ? read_big_endian(*id) : kNoUser;
  }
  return kNoUser;
}

bool Ledger::erased(std::string_view text) const {
  const auto key = read(store_, Space::meta, kMarkKey);
  return key && read(store_, Space::meta, kErased + mark_of(*key, "identity", text)).has_value();
}

Ledger::Seen Ledger::look(UserId id) {
  Seen seen;
  for (uint32_t steps = 0; id != kNoUser && steps <= kProfilesOfAUser; ++steps) {
    const auto bytes = read(store_, Space::state, big_endian(id));
    if (!bytes) return seen;
    seen.id = id;
    if (!decode(bytes_of(*bytes), module_.identities.size(), seen.row)) return seen;
    if (seen.row.into == kNoUser) {
      seen.outdated = live_ && seen.row.version != *live_;
      seen.readable = !seen.outdated && unpack(step_, bytes_of(seen.row.state), seen.state);
      return seen;
    }
    id = seen.row.into;
  }
  return {};
}

std::map<std::string, uint64_t> Ledger::misfits(const Module& next) const {
  constexpr size_t kUsersAtOnce = 10'000;   // then their texts are forgotten
  std::map<std::string, uint64_t> counts;
  for (std::string from; ;) {
    Context context(*module_.zone, module_.windows), next_context(*next.zone, next.windows);
    Step step(module_, context), next_step(next, next_context);
    const Migration migration(step, next_step);
    if (!migration.may_misfit()) return counts;
    size_t users = 0;
    bool more = false;
    throw_if(store_.scan(Space::state, {from, "", false}, [&](std::string_view key, std::string_view bytes) {
      if (++users > kUsersAtOnce) return from = key, more = true, false;
      UserRow row;
      UserState state;
      const bool readable = decode(bytes_of(bytes), module_.identities.size(), row) && row.into == kNoUser && (!live_ || row.version == *live_);
      if (readable && unpack(step, bytes_of(row.state), state)) migration.count_misfits(state, counts);
      return true;
    }));
    if (!more) return counts;
  }
}

HistoryRead Ledger::history(const Seen& user, const HistoryRange& range, const std::function<bool(const HistoryEntry&)>& visit) const {
  std::vector<UserId> parts{user.id};
  parts.insert(parts.end(), user.row.parts.begin(), user.row.parts.end());
  HistoryRead result = read_history(store_, parts, range, visit);
  throw_if(result.failure);
  return result;
}

Ledger::Send Ledger::send(std::string_view id, std::optional<int64_t> decided) const {
  Send send;
  if (id.size() != 32) return send;
  if ((send.ended = outbox_.ended(id))) return send;
  std::vector<int64_t> places{Outbox::kUnknown, Outbox::kStarted, Outbox::kHeld};
  if (decided) places.push_back(*decided);
  for (const int64_t at : places)
    if ((send.row = outbox_.find(at, id))) return send.at = at, std::move(send);
  outbox_.visit_all([&](OutboxRow row, int64_t at) {
    if (row.id != id) return true;
    send.row = std::move(row);
    send.at = at;
    return false;
  });
  return send;
}

std::vector<HoldRow> Ledger::holds() const {
  std::vector<HoldRow> rows;
  throw_if(read_holds(store_, [&](HoldRow row) { rows.push_back(std::move(row)); }));
  return rows;
}

int64_t Ledger::last_instant() const {
  const auto kept = read(store_, Space::meta, kLast);
  return kept ? read_big_endian_signed(*kept) : INT64_MIN;
}

}  // namespace wend
