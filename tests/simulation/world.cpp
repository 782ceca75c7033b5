// See world.h.
#include "tests/simulation/world.h"

#include <algorithm>

#include "compiler/service/programs.h"
#include "runtime/engine/history.h"
#include "runtime/engine/ndjson.h"
#include "runtime/store/keys.h"
#include "tests/simulation/checks.h"

namespace wend::simulation {
namespace {

constexpr size_t kPadding = 64;

constexpr int64_t kSecond = 1'000'000, kHour = 3600 * kSecond;

DeliveryPolicy draw_policy(differential::Random& random, bool takes_once) {
  DeliveryPolicy policy;
  const int64_t draw = random.between(0, 9);
  policy.on_ambiguous = takes_once && draw < 6 ? OnAmbiguous::retry_same_key : draw < 8 ? OnAmbiguous::hold : OnAmbiguous::drop;
  policy.attempts_max = static_cast<uint32_t>(random.pick(std::vector<int64_t>{1, 2, 3, 20, 20}));
  policy.retry_cap_us = random.pick(std::vector<int64_t>{kSecond, 60 * kSecond, 15 * 60 * kSecond, 5 * kHour});
  if (random.chance(30)) policy.per_second = random.pick(std::vector<int64_t>{1, 10}) * 0.1;
  policy.burst = static_cast<uint32_t>(random.between(1, 4));
  policy.at_once = static_cast<uint32_t>(random.between(1, 6));
  policy.breaker_failures = static_cast<uint32_t>(random.pick(std::vector<int64_t>{0, 2, 5}));
  return policy;
}

}  // namespace

World::World(const Story& story, uint64_t seed, SimDisk* disk)
    : joins(story.joins), random_(seed * 104'729 + 11), landing_(seed), one_ahead_(seed % 2 == 1), project_(Project::from_texts({{"project.wend", story.project}})), files_{{"project.wend", story.project}},
      store_(disk) {
  if (!story.next.empty()) next_files_ = {{"project.wend", story.next}};
  if (!project_.ok()) return;
  CompiledProgram compiled = compile_program({{files_}, {}});
  versions_.push_back({compiled.module, {{hash_of(files_)}, {}, 0}, compiled.written});
  takes_once_ = random_.chance(50);
  policy_ = draw_policy(random_, takes_once_);
  provider_ = std::make_shared<SimProvider>(seed, takes_once_, 24 * kHour);
  provider_->trouble = static_cast<int>(random_.pick(std::vector<int64_t>{0, 15, 40, 70}));
  for (const ModuleChannel& channel : compiled.module->channels) ways_[channel.name] = {policy_, takes_once_};
  const int64_t begin = story.lines.empty() ? 0 : story.lines.front().due - kHour;
  hands_.go_on(kSecond);
  hands_.jump(begin);
  Batch batch;
  keep_files(store_, files_, batch);
  keep_live(versions_[0].record, nullptr, batch);
  store_.write(batch, true);
  store_.kept = [this] {
    std::vector<Accepted> later;   // of a batch behind this one; and before it erases, the desk writes what came before
    for (size_t i = 0; i < pending_.size(); ++i) {
      Accepted& each = pending_[i];
      const bool not_yet = i >= begun_ || (each.kind == Accepted::Kind::erase && row_of(each.user));
      (not_yet ? later : accepted_).push_back(std::move(each));
    }
    pending_ = std::move(later);
    begun_ = 0;
  };
}

World::~World() { stop(); }

std::vector<std::string> World::channels() const {
  std::vector<std::string> names;
  for (const auto& [name, way] : ways_) names.push_back(name);
  return names;
}

// ---- the process

void World::start() {
  store_.open_again();
  const KeptPrograms kept = kept_programs(store_);
  live_ = kept.live && versions_.size() > 1 && kept.live->hash() == versions_[1].record.hash() && kept.live->chain.size() > 1 ? 1 : 0;
  if (kept.live) versions_[live_].record = *kept.live;
  std::optional<Desk::Version> before;
  if (kept.before) before = versions_[0];
  clock_ = std::make_unique<TrustedClock>(hands_, Desk::last_instant(store_));
  pass(1);
  std::vector<Dispatcher::Way> all;
  for (const auto& [name, way] : ways_) all.push_back({name, provider_, way.policy});
  dispatcher_ = std::make_unique<Dispatcher>(all, Dispatcher::Clocks{[this] { return now_; }}, Dispatcher::kByHand);
  Desk::Options options;
  options.tell = [this](const Shard::Told& line) { told_.emplace_back(line.line); };
  options.warn = [this](std::string_view text) { problems.emplace_back("I2: warned: " + std::string(text)); };
  options.came_back = [this, generation = ++generation_](std::string id, Outcome outcome) {
    if (generation == generation_) back_.emplace_back(std::move(id), std::move(outcome));
  };
  ahead_ = std::make_unique<Ahead>(*this);
  desk_ = std::make_unique<Desk>(live(), before, *ahead_, *dispatcher_, ways_, std::move(options));
}

StoreFailure World::Ahead::begin(Batch batch) {
  if (!world.one_ahead_) return write(batch, true);
  StoreFailure failure = AheadStore::begin(std::move(batch));
  world.begun_ = world.pending_.size();
  return failure;
}

StoreFailure World::Ahead::write(const Batch& batch, bool synced) {
  if (StoreFailure failure = landed()) return failure;
  world.begun_ = world.pending_.size();
  return AheadStore::write(batch, synced);
}

std::vector<std::string> World::stop() {
  ++generation_;
  if (dispatcher_)   // a request that has left arrives, whoever hears the answer
    for (const auto& [name, way] : ways_)
      while (random_.chance(50) && dispatcher_->make_attempt(name)) {}
  desk_.reset();
  ahead_.reset();   // what was on its way never came there
  begun_ = 0;
  dispatcher_.reset();
  back_.clear();
  std::vector<std::string> lost;
  for (Accepted& each : pending_) if (each.kind == Accepted::Kind::line) lost.push_back(std::move(each.raw));
  pending_.clear();
  return lost;
}

int64_t World::pass(int64_t by) {
  hands_.go_on(std::max<int64_t>(1, by));
  provider_->now = hands_.steady();
  now_ = std::max(now_ == INT64_MIN ? INT64_MIN : now_ + 1, clock_->now());
  provider_->asked_by = now_;
  return now_;
}

// ---- what happens at the desk

void World::take(const std::vector<std::string>& lines, bool of_before) {
  const Module& module = of_before ? *versions_[0].module : desk_->module();
  Arrivals arrivals{std::make_unique<Intake>(module), {}, now_};
  for (const std::string& line : lines) {
    Arrival arrival;
    arrival.raw = line;
    NdjsonReader reader(*arrivals.intake);
    const size_t before = arrivals.intake->log.events().size(), refused = arrivals.intake->rejected.size();
    const std::string padded = line + std::string(kPadding, '\0');
    reader.line(std::string_view(padded).substr(0, line.size()), "line", 1, {std::nullopt, now_});
    if (arrivals.intake->rejected.size() > refused) arrival.rejected = arrivals.intake->rejected.back().reason;
    if (arrivals.intake->log.events().size() > before) {
      arrival.record = arrivals.intake->log.events().back().record;
      arrival.timestamp = arrivals.intake->log.events().back().at;
    }
    bool moved = false;
    pending_.push_back({Accepted::Kind::line, now_, instant_of(arrival.timestamp, {}, now_, moved), line});
    arrivals.items.push_back(std::move(arrival));
  }
  desk_->take(arrivals);
}

void World::tick() {
  while (desk_->tick(now_)) go_on();
}

bool World::claim(size_t most) {
  tick();
  std::set<std::string> before;
  if (most == 1)
    desk_->outbox().visit(Outbox::kStarted, [&](OutboxRow row) { return before.insert(row.id).second; });
  const bool more = desk_->claim(now_, most);
  go_on();
  if (most == 1) check_claims(before);   // of more at once, the state may have changed between one and the next
  return more;
}

void World::check_claims(const std::set<std::string>& before) {
  std::vector<OutboxRow> fresh;
  desk_->outbox().visit(Outbox::kStarted, [&](OutboxRow row) {
    if (before.count(row.id) == 0) fresh.push_back(std::move(row));
    return true;
  });
  for (const OutboxRow& row : fresh)
    for (std::string& problem : problems_of_claim(*this, row)) problems.push_back(std::move(problem));
}

bool World::attempt() {
  const std::vector<std::string> names = channels();
  const size_t from = static_cast<size_t>(random_.between(0, static_cast<int64_t>(names.size()) - 1));
  for (size_t i = 0; i < names.size(); ++i)
    if (dispatcher_->make_attempt(names[(from + i) % names.size()])) return true;
  return false;
}

bool World::hear(size_t which) {
  if (back_.empty()) return false;
  const auto place = back_.begin() + static_cast<ptrdiff_t>(which % back_.size());
  const auto [id, outcome] = std::move(*place);
  back_.erase(place);
  desk_->outcome(id, outcome, now_);
  return true;
}

void World::commit() { desk_->commit(); }

void World::go_on() {
  desk_->begin_commit();
  if (!one_ahead_ || landing_.chance(30)) desk_->landed();
}

bool World::change() {
  commit();
  ProgramRecord record;
  record.chain = {hash_of(files_), hash_of(next_files_)};
  record.places = desk_->places();
  CompiledProgram next = compile_program({{files_, next_files_}, record.places});
  if (!next.module) return false;
  versions_.resize(1);
  versions_.push_back({next.module, record, next.written});
  Accepted op{Accepted::Kind::change, now_, desk_->last() == INT64_MIN ? 0 : desk_->last() + 1};
  now_ = std::max(now_ + 1, op.at);
  op.received = now_;
  pending_.push_back(op);
  desk_->change(versions_[1], next_files_);
  live_ = 1;
  versions_[1].record = desk_->live().record;
  return true;
}

void World::erase(UserId user) {
  commit();
  std::set<UserId> all{user};
  if (const auto row = row_of(user)) all.insert(row->parts.begin(), row->parts.end());
  std::string texts;
  store_.scan(Space::ident, {}, [&](std::string_view key, std::string_view value) {
    if (all.count(read_big_endian(value)) > 0) texts += std::string(key.substr(1)) + "\n";
    return true;
  });
  pending_.push_back({Accepted::Kind::erase, now_, now_, texts, user});
  desk_->erase(user);
}

// ---- what is kept

std::optional<UserRow> World::row_of(UserId user) const {
  std::string key;
  append_big_endian(key, user);
  std::optional<std::string> value;
  store_.get(Space::state, key, value);
  UserRow row;
  if (!value || !decode({reinterpret_cast<const uint8_t*>(value->data()), value->size()}, versions_[0].module->identities.size(), row)) return std::nullopt;
  return row;
}

std::vector<Kept> kept_decisions(const StoreReader& store) {
  std::vector<Kept> all;
  store.scan(Space::audit, {}, [&](std::string_view key, std::string_view value) {
    HistoryEntry entry;
    if (read_row(value, entry) != RowKind::unread) all.push_back({read_big_endian(key.substr(8)), entry.at, read_big_endian(key), entry.text});
    return true;
  });
  std::sort(all.begin(), all.end(), [](const Kept& a, const Kept& b) { return a.sequence < b.sequence; });
  return all;
}

std::vector<Accepted> kept_feedback(const StoreReader& store) {
  std::map<uint64_t, Accepted> all;
  store.scan(Space::log, {}, [&](std::string_view key, std::string_view value) {
    HistoryEntry entry;
    if (read_row(value, entry) != RowKind::plain) return true;
    Accepted each{Accepted::Kind::line, entry.received, entry.at, entry.text};
    if (word_at(each.raw, "messageId").find('/') == 32) all.emplace(read_big_endian(key.substr(8)), std::move(each));
    return true;
  });
  std::vector<Accepted> list;
  for (auto& [sequence, each] : all) list.push_back(std::move(each));
  return list;
}

}  // namespace wend::simulation
