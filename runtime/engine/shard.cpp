// Tested by tests/unit/engine/shard_test.cpp and, as the live side of a comparison with the reference, by
// tests/differential.
#include "runtime/engine/shard.h"

#include <algorithm>

#include <xxhash.h>

#include "runtime/abi/zones.h"
#include "runtime/core/codec.h"
#include "runtime/core/migration.h"
#include "runtime/core/refill.h"
#include "runtime/engine/event_input.h"
#include "runtime/engine/ndjson.h"
#include "runtime/engine/profiles.h"
#include "runtime/engine/sealed_row.h"
#include "runtime/store/keys.h"

namespace wend {
namespace {

std::string timer_key(int64_t due, UserId user) { return big_endian_signed(due) + big_endian(user); }
void set_identity_key(std::string& key, uint32_t rank, std::string_view text) { key.assign(1, static_cast<char>(rank)).append(text); }
std::string mark_key(int64_t day, UserId user, std::string_view message) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(message.data(), message.size(), user);
  return big_endian_signed(day) + big_endian(hash.high64) + big_endian(hash.low64);
}
const std::string kNextUser = "next user";
constexpr size_t kPadding = 64;             // simdjson reads so far behind a line
constexpr int64_t kNear = 60'000'000;       // timers are read so far ahead
constexpr int64_t kNearMost = 100'000;      // or so many
constexpr size_t kUsersOfABatch = 4'096;      // who are woken at once
constexpr size_t kTextsKept = 1'000'000;    // of users who came once; then all are forgotten
constexpr size_t kUsersKept = 16'384;       // unpacked, for those who come again soon

}  // namespace

// A Profiles that knows only those whom the identities of one event name, by numbers of its own.
struct Shard::Meeting {
  Interner identities{32};
  std::unique_ptr<Profiles> profiles;
  std::vector<UserId> users;         // by profile
  std::vector<uint32_t> named;       // the event's identities, strongest first

  uint32_t intern(const UserRow::Named& named) { return identities.intern(named.first, named.second); }
  UserRow::Named text(uint32_t identity) const { return {identities.kind(identity), std::string(identities.text(identity))}; }
};

// Users of the version before are taken over when they are first touched, as of the instant at which the present one went live.
struct Shard::Succession {
  Succession(Before before_, const Module& now, Step& step)
      : before(std::move(before_)), context(*before.module->zone, before.module->windows), old(*before.module, context), migration(old, step),
        shadow(now, step.context()) {
    shadow.set_overrides(&overrides);
  }
  Before before;
  Context context;
  Step old;
  Migration migration;
  Step shadow;                       // shares the context with the one it gives to
  const Step::Overrides overrides = Migration::shadow_overrides();
};

Shard::Shard(const Module& module, Store& store, Tell tell, Decided decided)
    : Shard(module, store, std::move(tell), std::move(decided), module.version, Before()) {}

Shard::Shard(const Module& module, Store& store, Tell tell, Decided decided, uint64_t version, Before before)
    : module_(module), version_(version), store_(store), tell_(std::move(tell)), decided_(std::move(decided)), census_(module),
      many_(many_by_rank(module)), attributes_(attributes_by_rank(module)) {
  if (std::string kept; read(Space::meta, kNextUser, kept)) next_user_ = read_big_endian(kept);
  throw_if(census_.load(store));
  begin_anew(std::move(before));
}

Shard::~Shard() = default;

// With no user in memory: the texts of those who were are forgotten.
void Shard::begin_anew(Before before) {
  succession_.reset();
  step_.reset();
  context_ = std::make_unique<Context>(*module_.zone, module_.windows);
  step_ = std::make_unique<Step>(module_, *context_);
  if (before.module) succession_ = std::make_unique<Succession>(std::move(before), module_, *step_);
}

// ---- what rests in the store

bool Shard::read(Space space, const std::string& key, std::string& value) {
  std::optional<std::string> kept;
  throw_if(store_.get(space, key, kept));
  if (kept) value = std::move(*kept);
  return kept.has_value();
}

Shard::User& Shard::load(UserId id) {
  const auto [found, fresh] = users_.try_emplace(id);
  User& user = found->second;
  if (!fresh) return user;
  std::string bytes;
  if (!read(Space::state, big_endian(id), bytes)) return user;
  const bool of_before = succession_ && version_of(bytes_of(bytes)) == succession_->before.version;
  UserState old;
  bool good = decode(bytes_of(bytes), (of_before ? *succession_->before.module : module_).identities.size(), user.row);
  if (good && of_before) good = unpack(succession_->old, bytes_of(user.row.state), old);
  else if (good && user.row.into == kNoUser) good = user.row.version == version_ && unpack(*step_, bytes_of(user.row.state), user.state);
  if (!good) {
    users_.erase(found);
    held_.insert(id);
    throw Unreadable();
  }
  user.row.state.clear();
  if (of_before) {
    succeed(id, user, old);
    return user;
  }
  user.timer = step_->next_due(user.state);
  user.places = census_.places_of(user.state);
  wake_at(id);
  return user;
}

void Shard::succeed(UserId id, User& user, UserState& old) {
  Succession& s = *succession_;
  const int64_t at = s.before.at;
  user.timer = s.old.next_due(old);
  census_.leave(Census(*s.before.module).names_of(old));
  std::vector<Decision> decisions;
  s.old.advance(old, at - 1, decisions);
  user.state = s.migration.move(old, at, decisions);
  gather(id, *s.before.module, decisions);
  Refill refill(s.migration, user.state);
  UserState shadow;
  if (s.migration.wants_shadow() || refill.wanted()) {
    Intake intake(module_);
    NdjsonReader reader(intake);
    std::string padded;
    s.before.log(id, [&](const Kept& kept) {
      const size_t read = intake.log.events().size();
      padded.assign(kept.raw).append(kPadding, '\0');
      reader.line(std::string_view(padded).substr(0, kept.raw.size()), "log", 1, {kept.at, kept.at});
      if (intake.log.events().size() == read) return;
      const EventRecord& record = *intake.log.events().back().record;
      if (record.type == kAliasCall) return;
      std::vector<AttributeChange> changes;
      const EventInput input = input_of({kept.at, &record}, changes, user.row.name.second, kept.received);
      if (record.type < module_.events.size()) refill.event(input.event);
      std::vector<Decision> nothing;
      s.shadow.handle(shadow, input, nothing);
    });
    std::vector<Decision> nothing;
    s.shadow.advance(shadow, at - 1, nothing);
  }
  s.migration.take_over(user.state, shadow, at);
  refill.finish();
  user.row.values.resize(module_.identities.size());
  user.row.told.resize(module_.identities.size());
  touch(id);
  wake_at(id);
}

std::optional<UserId> Shard::take_over(UserId from, size_t most) {
  if (!succession_) return std::nullopt;
  std::vector<UserId> found;
  std::optional<UserId> next;
  size_t looked = 0;
  throw_if(store_.scan(Space::state, {big_endian(from), "", false}, [&](std::string_view key, std::string_view value) {
    const UserId id = read_big_endian(key);
    if (looked++ == most) return next = id, false;
    if (version_of({reinterpret_cast<const uint8_t*>(value.data()), value.size()}) == succession_->before.version) found.push_back(id);
    return true;
  }));
  for (const UserId id : found) {
    try {
      load(id);
    } catch (const Unreadable&) {   // held
    }
  }
  return next;
}

void Shard::touch(UserId id) {
  User& user = users_.at(id);
  if (!user.changed) changed_.push_back(id);
  user.changed = true;
}

// The user an identity is of now; kNoUser: nobody's.
UserId Shard::owner(uint32_t rank, std::string_view text) {
  set_identity_key(key_, rank, text);
  auto found = owners_.find(key_);
  if (found == owners_.end()) {
    std::string kept;
    const UserId id = read(Space::ident, key_, kept) ? read_big_endian(kept) : kNoUser;
    found = owners_.emplace(key_, id).first;
  }
  UserId id = found->second;
  for (uint32_t steps = 0; id != kNoUser && load(id).row.into != kNoUser; ++steps) {
    if (steps > kProfilesOfAUser) throw ShardFault{"users joined in a circle: the store is damaged"};
    id = load(id).row.into;
  }
  return id;
}

// ---- time

void Shard::wake_at(UserId id) {
  User& user = users_.at(id);
  const int64_t due = step_->next_due(user.state);
  if (due != WEND_FOREVER) due_.emplace(due, id);
}

void Shard::advance(UserId id, int64_t until) {
  User& user = load(id);
  const int64_t due = step_->next_due(user.state);
  if (due > until) return;
  due_.erase({due, id});
  step_->advance(user.state, until, decisions_);
  touch(id);
  gather(id);
  wake_at(id);
}

// The timers up to a little behind `now`, or as many as are read at once: a scan from the front of a queue steps over all that
// was erased there, so it is made seldom and not from the front.
void Shard::load_near(int64_t now) {
  if (near_until_ > now) return;
  const std::string from = near_until_ == INT64_MIN ? "" : timer_key(near_until_, 0);
  int64_t until = now + kNear, read = 0;
  throw_if(store_.scan(Space::timer, {from, timer_key(until, 0), false}, [&](std::string_view key, std::string_view) {
    const int64_t due = read_big_endian_signed(key);
    if (++read > kNearMost && due > now && due > near_.rbegin()->first) {
      until = due;
      return false;
    }
    near_.emplace(due, read_big_endian(key.substr(8)));
    return true;
  }));
  near_until_ = until;
}

bool Shard::tick(int64_t now) {
  load_near(now);
  size_t users = 0;
  for (auto at = near_.begin(); at != near_.end() && at->first <= now; ++at) {
    if (held_.count(at->second) > 0) continue;
    if (++users > kUsersOfABatch) {   // those who come later must not come first; of one instant there may be more than a batch
      while (!due_.empty() && *due_.begin() < *at) advance(due_.begin()->second, due_.begin()->first);
      return true;
    }
    try {
      load(at->second);
    } catch (const Unreadable&) {   // held: their timers wait until the row is mended
    }
  }
  while (!due_.empty() && due_.begin()->first <= now) advance(due_.begin()->second, due_.begin()->first);
  return false;
}

int64_t Shard::next_due() {
  int64_t least = due_.empty() ? WEND_FOREVER : due_.begin()->first;
  for (const auto& [due, id] : near_)
    if (users_.count(id) == 0 && held_.count(id) == 0) return std::min(least, due);   // who is of this batch may have another here
  const std::string from = near_until_ == INT64_MIN ? "" : timer_key(near_until_, 0);
  throw_if(store_.scan(Space::timer, {from, "", false}, [&](std::string_view key, std::string_view) {
    if (users_.count(read_big_endian(key.substr(8))) > 0) return true;
    least = std::min(least, read_big_endian_signed(key));
    return false;
  }));
  return least;
}

// ---- a record

Shard::Handled Shard::handle(const Intake& intake, const StoredEvent& event, int64_t received, uint64_t body) {
  try {
    for (const uint32_t identity : event.record->identities()) owner(intake.identities.kind(identity), intake.identities.text(identity));
  } catch (const Unreadable&) {
    return {Handled::How::held, kNoUser};
  }
  return apply(intake, event, received, body);
}

// The one whom all of an event's identities stand for already, so that it changes nothing of who they are; kNoUser: it may.
UserId Shard::as_known(const Intake& intake, const EventRecord& record) {
  UserId id = kNoUser;
  if (record.type == kAliasCall) return kNoUser;
  for (const uint32_t identity : record.identities()) {
    const uint32_t rank = intake.identities.kind(identity);
    const std::string_view text = intake.identities.text(identity);
    const UserId named = owner(rank, text);
    if (named == kNoUser || (id != kNoUser && named != id)) return kNoUser;
    id = named;
    const UserRow& row = users_.at(id).row;
    if (rank >= row.values.size() || row.values[rank] != text) return kNoUser;
  }
  if (id == kNoUser) return kNoUser;
  const UserRow& row = users_.at(id).row;
  for (uint32_t rank = 0; rank < row.values.size(); ++rank)
    if (row.values[rank] && attributes_[rank] >= 0 && row.values[rank] != row.told[rank]) return kNoUser;
  return id;
}

Shard::Handled Shard::apply(const Intake& intake, const StoredEvent& event, int64_t received, uint64_t body) {
  const EventRecord& record = *event.record;
  if (const UserId known = as_known(intake, record); known != kNoUser) {
    advance(known, received);
    if (const auto seen = act_again(known, record, received, body)) return *seen;
    changes_.clear();
    return act(known, event, received);
  }
  Meeting meeting;
  std::map<UserId, uint32_t> local;
  std::vector<std::pair<uint32_t, UserId>> owned;
  for (const uint32_t identity : record.identities()) {
    const UserRow::Named named{intake.identities.kind(identity), std::string(intake.identities.text(identity))};
    meeting.named.push_back(meeting.intern(named));
    const UserId id = owner(named.first, named.second);
    if (id == kNoUser) continue;
    owned.push_back({meeting.named.back(), id});
    advance(id, received);   // under the name it has
    if (!local.emplace(id, 0).second) continue;
    for (const auto& texts : {load(id).row.values, load(id).row.told})
      for (uint32_t rank = 0; rank < texts.size(); ++rank) if (texts[rank]) meeting.intern({rank, *texts[rank]});
    meeting.intern(load(id).row.name);
  }
  meeting.profiles = std::make_unique<Profiles>(meeting.identities, many_);
  for (auto& [id, profile] : local) {
    const UserRow& row = load(id).row;
    const auto numbers = [&](const std::vector<std::optional<std::string>>& texts) {
      std::vector<uint32_t> out;
      for (uint32_t rank = 0; rank < texts.size(); ++rank) out.push_back(texts[rank] ? meeting.intern({rank, *texts[rank]}) : kNoProfile);
      return out;
    };
    profile = meeting.profiles->restore(meeting.intern(row.name), numbers(row.values), numbers(row.told), row.parts.size());
    meeting.users.push_back(id);
    meeting.users.insert(meeting.users.end(), row.parts.begin(), row.parts.end());
  }
  for (const auto& [identity, id] : owned) meeting.profiles->own(local.at(id), identity);

  const bool alias = record.type == kAliasCall;
  const Profiles::Found found = alias ? meeting.profiles->alias(meeting.named) : meeting.profiles->resolve(meeting.named);
  const std::vector<uint32_t> joined(found.joined.begin(), found.joined.end());
  if (found.fresh) {
    meeting.users.push_back(next_user_++);
    new_users_ = true;
    users_[meeting.users.back()];
  }
  const UserId id = meeting.users[found.profile];
  for (const uint32_t part : joined) join(meeting, found.profile, part, received);
  keep(meeting);
  if (const auto seen = act_again(id, record, received, body)) return *seen;
  if (alias) return {Handled::How::applied, id};   // one that comes again has joined nobody anew
  untold(*meeting.profiles, found.profile, meeting.identities, attributes_, changes_);
  keep(meeting);   // what the state knows now
  return act(id, event, received);
}

std::optional<Shard::Handled> Shard::act_again(UserId id, const EventRecord& record, int64_t received, uint64_t body) {
  const Handled::How seen = seen_before(load(id), id, record.id(), received, body);
  if (seen == Handled::How::applied) return std::nullopt;
  ++duplicates_;
  return Handled{seen, id};
}

Shard::Handled Shard::act(UserId id, const StoredEvent& event, int64_t received) {
  User& user = load(id);
  const EventInput input = input_of(event, changes_, user.row.name.second, received);
  due_.erase({step_->next_due(user.state), id});
  step_->handle(user.state, input, decisions_);
  touch(id);
  gather(id);
  wake_at(id);
  return {Handled::How::applied, id};
}

// Who they are now, as the rows keep it; and whose the event's identities are.
void Shard::keep(Meeting& meeting) {
  const auto texts = [&](uint32_t profile, bool told) {
    std::vector<std::optional<std::string>> out(meeting.profiles->ranks());
    for (uint32_t rank = 0; rank < out.size(); ++rank) {
      const uint32_t identity = told ? meeting.profiles->told(profile, rank) : meeting.profiles->value(profile, rank);
      if (identity != kNoProfile) out[rank] = meeting.text(identity).second;
    }
    return out;
  };
  for (uint32_t profile = 0; profile < meeting.profiles->size(); ++profile) {
    const UserId id = meeting.users[profile];
    const auto known = users_.find(id);
    if (known == users_.end()) continue;   // a part of long ago
    User& user = known->second;
    if (meeting.profiles->joined(profile)) continue;
    user.row.name = meeting.text(meeting.profiles->name_of(profile));
    user.row.values = texts(profile, false);
    user.row.told = texts(profile, true);
    user.row.parts.clear();
    for (const uint32_t part : meeting.profiles->parts(profile)) user.row.parts.push_back(meeting.users[part]);
    touch(id);
  }
  for (const uint32_t identity : meeting.named) {
    const uint32_t profile = meeting.profiles->profile_of(identity);
    if (profile == kNoProfile) continue;   // of an alias: it may have been one of several
    const UserRow::Named named = meeting.text(identity);
    const UserId id = meeting.users[profile];
    set_identity_key(key_, named.first, named.second);
    UserId& owner = owners_[key_];
    if (owner == id) continue;
    owner = id;
    moved_.insert(key_);
  }
}

// `part` turned out to be the same user.
void Shard::join(Meeting& meeting, uint32_t profile, uint32_t part, int64_t received) {
  const UserId id = meeting.users[profile], other = meeting.users[part];
  const int64_t now = std::max({received, load(id).state.now, load(other).state.now});
  advance(id, now);
  advance(other, now);
  User &user = load(id), &joining = load(other);
  for (const UserId each : {id, other}) due_.erase({step_->next_due(users_.at(each).state), each});
  user.row.name = meeting.text(meeting.profiles->name_of(profile));
  if (user.state.begun() && joining.state.begun()) untold(*meeting.profiles, profile, meeting.identities, attributes_, changes_);
  else changes_.clear();
  const EventInput input = merge_input(now, changes_, user.row.name.second);
  step_->merge(user.state, joining.state, input, decisions_);
  joining.state = UserState();
  joining.row = UserRow();
  joining.row.into = id;
  touch(id);
  touch(other);
  gather(id);
  wake_at(id);
}

// What one of those who are one now has seen has been seen. Marks are kept by the day of their arrival, and asked for all at
// once.
Shard::Handled::How Shard::seen_before(const User& user, UserId id, std::string_view message, int64_t received, uint64_t body) {
  using How = Handled::How;
  const int64_t within = module_.duplicates_within_us;
  if (message.empty() || within <= 0) return How::applied;
  const auto recent = [&](int64_t at) { return received - at < within; };
  const auto how = [&](const Mark& mark) { return mark.body == body ? How::duplicate : How::conflict; };
  std::vector<std::string> keys;
  std::optional<Mark> seen;
  const auto ask = [&](UserId of) {
    for (int64_t day = floor_div(received, kMicrosPerDay), first = floor_div(received - within, kMicrosPerDay); day >= first && !seen; --day) {
      keys.push_back(mark_key(day, of, message));
      if (const auto mark = marks_.find(keys.back()); mark != marks_.end() && recent(mark->second.at)) seen = mark->second;
    }
  };
  ask(id);
  for (const UserId part : user.row.parts) if (!seen) ask(part);
  if (seen) return how(*seen);
  std::vector<std::string_view> views;
  for (const std::string& key : keys) if (has_marks(key)) views.push_back(key);
  std::vector<std::optional<std::string>> kept;
  throw_if(store_.get_many(Space::dedup, views, kept));
  for (const std::optional<std::string>& mark : kept)
    if (mark && recent(read_big_endian_signed(*mark))) return how({0, mark->size() < 16 ? body : read_big_endian(std::string_view(*mark).substr(8))});
  marks_[keys.front()] = {received, body};
  return How::applied;
}

// A day without a mark is not asked for: most are, where little has been kept yet.
bool Shard::has_marks(const std::string& key) {
  const int64_t day = read_big_endian_signed(key);
  const auto [known, fresh] = days_.try_emplace(day, false);
  if (fresh) {
    throw_if(store_.scan(Space::dedup, {big_endian_signed(day), big_endian_signed(day + 1), false}, [&](std::string_view, std::string_view) {
      known->second = true;
      return false;
    }));
  }
  return known->second;
}

// ---- for those who share the step

UserId Shard::present(UserId id) {
  try {
    for (uint32_t steps = 0; steps <= kProfilesOfAUser; ++steps) {
      const UserRow& row = load(id).row;
      if (row.into == kNoUser) return users_.at(id).state.begun() || !row.name.second.empty() ? id : kNoUser;
      id = row.into;
    }
  } catch (const Unreadable&) {
  }
  return kNoUser;
}

Permit Shard::permit(UserId id, const ClaimedSend& send, int64_t now) {
  advance(id, now);
  return step_->permit(load(id).state, send, now);
}

std::optional<Shard::Seen> Shard::look(UserId id) {
  if (present(id) != id) return std::nullopt;
  User& user = load(id);
  return Seen{&user.row, &user.state, step_.get()};
}

uint64_t Shard::erase(UserId id) {
  uint64_t rows = 1;
  held_.erase(id);
  try {
    User& user = load(id);
    census_.change(user.places, {});
    due_.erase({step_->next_due(user.state), id});
    near_.erase({user.timer, id});
    if (user.timer != WEND_FOREVER) {
      batch_.erase(Space::timer, timer_key(user.timer, id));
      ++rows;
    }
  } catch (const Unreadable&) {   // whatever it was; a timer that finds nobody does nothing
    held_.erase(id);
  }
  users_.erase(id);
  std::erase_if(owners_, [&](const auto& owner) { return owner.second == id; });
  batch_.erase(Space::state, big_endian(id));
  return rows;
}

// ---- out

void Shard::gather(UserId id) { gather(id, module_, decisions_); }

void Shard::gather(UserId id, const Module& module, std::vector<Decision>& decisions) {
  const User& user = users_.at(id);
  for (const Decision& decision : decisions) {
    lines_.push_back({decision.at, id, user.row.name.second, ""});
    append_json(module, decision, lines_.back().user, lines_.back().text);
    if (decided_) decided_(id, user.row, module, decision, lines_.back().text);
  }
  decisions.clear();
}

void Shard::begin_commit() {
  Batch batch = std::move(batch_);
  batch_.clear();
  for (const UserId id : changed_) {
    User& user = users_.at(id);
    const int64_t due = step_->next_due(user.state);
    if (user.timer != due && user.timer != WEND_FOREVER) batch.erase(Space::timer, timer_key(user.timer, id));
    if (user.timer != due && due != WEND_FOREVER) batch.put(Space::timer, timer_key(due, id), "");
    near_.erase({user.timer, id});
    if (due < near_until_) near_.emplace(due, id);
    pack(*step_, user.state, user.row.state);
    user.row.version = version_;
    batch.put(Space::state, big_endian(id), encode(user.row));
    user.row.state.clear();
    std::vector<uint64_t> places = census_.places_of(user.state);
    census_.change(user.places, places);
    user.places = std::move(places);
    user.timer = due;
    user.changed = false;
  }
  for (const std::string& key : moved_) batch.put(Space::ident, key, big_endian(owners_.at(key)));
  for (const auto& [key, mark] : marks_) {
    batch.put(Space::dedup, key, big_endian_signed(mark.at) + big_endian(mark.body));
    days_[read_big_endian_signed(key)] = true;
  }
  census_.put(batch);
  if (new_users_) batch.put(Space::meta, kNextUser, big_endian(next_user_));
  if (const int64_t first = near_.empty() ? near_until_ : near_.begin()->first; !batch.empty() && first >= marked_ + kNear) {
    batch.low_water(Space::timer, timer_key(first, 0));
    marked_ = first;
  }
  throw_if(batch.empty() ? store_.landed() : store_.begin(std::move(batch)));
  changed_.clear();
  moved_.clear();
  marks_.clear();
  new_users_ = false;
  if (users_.size() > kUsersKept || owners_.size() > 4 * kUsersKept) {
    users_.clear();
    owners_.clear();
    due_.clear();
    if (context_->texts.size() > kTextsKept) begin_anew(succession_ ? succession_->before : Before());
  }
  tell_landed();
  landing_ = std::move(lines_);
  lines_.clear();
}

void Shard::landed() {
  throw_if(store_.landed());
  tell_landed();
}

void Shard::tell_landed() {
  for (const Line& line : landing_) tell_({line.at, line.id, line.user, line.text});
  landing_.clear();
}

}  // namespace wend
