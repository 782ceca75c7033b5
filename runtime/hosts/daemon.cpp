#include "runtime/hosts/daemon.h"

#include <algorithm>

namespace wend {
namespace {

constexpr int64_t kTickEvery = 1'000'000;
constexpr size_t kClaimsOfABatch = 256;
constexpr size_t kReasonsMost = 1'000;

std::vector<Dispatcher::Way> ways_of(const std::vector<Daemon::Channel>& channels) {
  std::vector<Dispatcher::Way> ways;
  for (const Daemon::Channel& channel : channels) ways.push_back({channel.name, channel.connector, channel.policy});
  return ways;
}

constexpr int kTries = 2;
constexpr size_t kSweptATick = 2'000;
constexpr size_t kTakenOverAtOnce = 1'000;

// Versions at the front of a chain that no place is of need not be known any more; the last must.
void shorten(CompileRequest& request, ProgramRecord& record) {
  uint32_t first = static_cast<uint32_t>(record.chain.size()) - 1;
  for (const ProgramPlace& place : record.places) first = std::min(first, place.version);
  record.chain.erase(record.chain.begin(), record.chain.begin() + first);
  request.chain.erase(request.chain.begin(), request.chain.begin() + first);
  for (ProgramPlace& place : record.places) place.version -= first;
  request.places = record.places;
}

bool newly_there(const std::vector<ProgramPlace>& then, const std::vector<ProgramPlace>& now) {
  return std::any_of(now.begin(), now.end(), [&](const ProgramPlace& place) {
    const auto same = std::find_if(then.begin(), then.end(), [&](const ProgramPlace& each) { return each.version == place.version && each.journey == place.journey && each.step == place.step; });
    return same == then.end() || (same->people == 0 && place.people > 0);
  });
}

}  // namespace

void Daemon::Histogram::add(double seconds) {
  ++counts[static_cast<size_t>(std::lower_bound(kBuckets.begin(), kBuckets.end(), seconds) - kBuckets.begin())];
  sum += seconds;
}

Daemon::Daemon(Desk::Version live, std::optional<Desk::Version> before, Store& store, const Clock& clock, std::vector<Channel> channels, Options options)
    : module_(live.module), store_(store), raw_clock_(clock), options_(std::move(options)),
      clock_(clock, Desk::last_instant(store), options_.clock) {
  dispatcher_ = std::make_unique<Dispatcher>(ways_of(channels), Dispatcher::Clocks{[this] { return clock_.now(); }}, options_.attempts_at_once);
  std::map<std::string, Courier::Way> ways;
  for (const Channel& channel : channels) ways[channel.name] = {channel.policy, channel.takes_once};
  Desk::Options desk;
  desk.keep_log = options_.keep_log;
  desk.keep_audit = options_.keep_audit;
  desk.keep = options_.keep;
  desk.breadcrumb = options_.breadcrumb;
  desk.warn = options_.warn;
  desk.tell = [this](const Shard::Told& told) {
    ++decisions_;
    if (options_.tell) options_.tell(told);
  };
  desk.came_back = [this](std::string id, Outcome outcome) {
    const std::lock_guard lock(mutex_);
    ended_.push_back({std::move(id), std::move(outcome)});
    came_.notify_one();
  };
  desk_ = std::make_unique<Desk>(std::move(live), std::move(before), store_, *dispatcher_, std::move(ways), std::move(desk));
  desk_->begin(clock_.now());
  if (options_.held_at_start) desk_->hold("all", "", "at the start");
  desk_->commit();
  count({}, {}, -1, true);
}

Daemon::~Daemon() {
  stop(std::chrono::steady_clock::now());
  dispatcher_.reset();   // its threads call came_back
}

void Daemon::start() { thread_ = std::thread([this] { run(); }); }

bool Daemon::stop(Deadline deadline) {
  bool all = dispatcher_->drain(deadline);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    came_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  return all && !broken_;
}

Daemon::Taken Daemon::offer(Arrivals& arrivals, Done done) {
  const std::lock_guard lock(mutex_);
  if (broken_) return Taken::broken;
  if (stopping_) return Taken::stopping;
  if (low_disk_) return Taken::low_disk;
  if (queued_ > 0 && queued_ + arrivals.items.size() > options_.queue_events) return Taken::full;
  arrivals.received = clock_.now();   // with the mutex held: in the order of the queue
  const size_t records = arrivals.items.size();
  posts_.push_back({std::move(arrivals), std::move(done), raw_clock_.steady()});
  queued_ += records;
  came_.notify_one();
  return Taken::yes;
}

bool Daemon::ask(const std::function<void(Desk&)>& question) {
  std::unique_lock lock(mutex_);
  if (broken_ || stopping_ || !thread_.joinable()) return false;
  bool answered = false;
  questions_.push_back({&question, &answered});
  came_.notify_one();
  answered_.wait(lock, [&] { return answered || broken_ || ended_well_; });
  return answered;
}

std::shared_ptr<const Module> Daemon::module() const {
  const std::lock_guard lock(mutex_);
  return module_;
}

// ---- versions

Daemon::Applied Daemon::apply(const ProgramFiles& files, const Compile& compile, bool only_check, const std::string& against) {
  Applied applied;
  applied.hash = hash_of(files);
  for (int tries = 0;; ++tries) {   // where people come and go faster than it compiles, every step is compiled from the third time on
    CompileRequest request;
    ProgramRecord record;
    bool kept = true;
    const bool asked = ask([&](Desk& desk) {
      const std::string& live = desk.live().record.hash();
      applied.how = live == applied.hash ? Applied::How::same : !against.empty() && live != against ? Applied::How::stale : desk.changing() ? Applied::How::changing : Applied::How::live;
      applied.people = desk.places(tries >= kTries);
      const auto before = request_of(desk.store(), desk.live().record);
      kept = before.has_value();
      if (before) request.chain = before->chain;
      record.chain = desk.live().record.chain;
    });
    if (!asked) return applied.how = Applied::How::stopped, applied;
    if (!kept) return applied.how = Applied::How::refused, applied.errors = "the store does not have the texts of the version that is live", applied;
    if (applied.how != Applied::How::live) return applied;
    request.places = record.places = applied.people;
    shorten(request, record);
    request.chain.push_back(files);
    record.chain.push_back(applied.hash);
    CompiledProgram compiled = compile(request);
    if (!compiled.module) return applied.how = Applied::How::refused, applied.errors = std::move(compiled.errors), applied;
    if (only_check) return applied.how = Applied::How::checked, applied;
    bool done = false;
    const bool went = ask([&](Desk& desk) {
      // Somebody may have come where nobody was when it was compiled, and nobody has said where they go; or another version.
      const std::string& live = record.chain[record.chain.size() - 2];
      done = desk.live().record.hash() == live && !desk.changing() && !newly_there(applied.people, desk.places(tries >= kTries));
      if (!done) return;
      desk.change({compiled.module, record, compiled.written}, files);
      const std::lock_guard lock(mutex_);
      module_ = compiled.module;
    });
    if (!went) return applied.how = Applied::How::stopped, applied;
    if (done) return applied;
  }
}

// ---- the thread

void Daemon::wait_for_work(Work& work) {
  std::unique_lock lock(mutex_);
  int64_t wait = std::clamp<int64_t>(next_tick_ - raw_clock_.steady(), 0, kTickEvery);
  if (next_place_ != INT64_MAX) wait = std::min(wait, std::max<int64_t>(1'000, next_place_ - clock_.now()));
  if (!more_ && !landing_) came_.wait_for(lock, std::chrono::microseconds(wait), [this] { return !posts_.empty() || !ended_.empty() || !questions_.empty() || stopping_; });
  size_t records = 0;
  while (!posts_.empty() && (work.posts.empty() || records + posts_.front().arrivals.items.size() <= options_.commit_events)) {
    const size_t size = posts_.front().arrivals.items.size();
    work.posts.push_back(std::move(posts_.front()));
    posts_.pop_front();
    records += size;
    queued_ -= size;
  }
  work.ended.swap(ended_);
  work.questions.swap(questions_);
  work.stopping = stopping_ && posts_.empty();
}

void Daemon::run() {
  for (bool last = false; !last;) {
    Work work;
    try {
      wait_for_work(work);
      last = work.stopping;
      const bool idle = work.none() && !more_ && raw_clock_.steady() < next_tick_;
      if (!idle || !landing_) turn(work);
      if (idle || last) landed();
    } catch (const ShardFault& fault) {
      return break_down(work, fault.what);
    } catch (const std::exception& unforeseen) {
      return break_down(work, unforeseen.what());
    }
  }
  const std::lock_guard lock(mutex_);
  ended_well_ = true;
  answered_.notify_all();
}

void Daemon::turn(Work& work) {
  const bool trusted = clock_.trusted();
  const int64_t now = clock_.now();
  more_ = false;
  for (const Ended& ended : work.ended) desk_->outcome(ended.id, ended.outcome, now);
  std::vector<Desk::Receipt> receipts;
  for (const Post& post : work.posts) receipts.push_back(desk_->take(post.arrivals));
  for (const Question& question : work.questions) (*question.ask)(*desk_);
  const bool tick = raw_clock_.steady() >= next_tick_;
  if (tick && options_.disk_free) low_disk_ = options_.disk_free() < options_.low_disk_bytes;
  if (tick && trusted && !low_disk_) {
    ++ticks_;
    more_ |= desk_->tick(now);
    desk_->sweep(kSweptATick);
  }
  if (tick && !more_) next_tick_ = raw_clock_.steady() + kTickEvery;
  if (desk_->changing() && !low_disk_) more_ |= desk_->take_over(kTakenOverAtOnce);
  if (trusted && !low_disk_ && !work.stopping) more_ |= desk_->claim(now, kClaimsOfABatch);
  next_place_ = desk_->courier().next_place();
  more_ |= desk_->outbox().adding();   // claimed in the next batch, at once
  const int64_t begun = raw_clock_.steady();
  desk_->begin_commit();   // the one before has landed
  answer();
  landing_ = Landing{std::move(work), std::move(receipts), begun, tick};
}

// Waits for what is on its way.
void Daemon::landed() {
  desk_->landed();
  answer();
}

void Daemon::answer() {
  if (!landing_) return;
  const Landing landing = std::move(*landing_);
  landing_.reset();
  const Work& work = landing.work;
  count(work, landing.receipts, static_cast<double>(raw_clock_.steady() - landing.begun) / 1e6, landing.whole || !work.questions.empty());
  for (size_t i = 0; i < work.posts.size(); ++i) work.posts[i].done(landing.receipts[i], true);
  if (work.questions.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const Question& question : work.questions) *question.answered = true;
  answered_.notify_all();
}

void Daemon::count(const Work& work, const std::vector<Desk::Receipt>& receipts, double commit_seconds, bool whole) {
  std::vector<ChannelStatistics> channels;
  if (whole) channels = dispatcher_->statistics();
  const std::lock_guard lock(mutex_);
  for (const Desk::Receipt& receipt : receipts) {
    Desk::Receipt& sum = numbers_.taken;
    sum.applied += receipt.applied;
    sum.duplicates += receipt.duplicates;
    sum.conflicts += receipt.conflicts;
    sum.rejected += receipt.rejected;
    sum.ignored += receipt.ignored;
    sum.set_aside += receipt.set_aside;
    sum.ahead += receipt.ahead;
    for (const Desk::Receipt::Why& why : receipt.why)
      if (numbers_.rejected.size() < kReasonsMost || numbers_.rejected.count(why.group) > 0) ++numbers_.rejected[why.group];
  }
  const int64_t steady = raw_clock_.steady();
  if (!work.posts.empty() && commit_seconds >= 0) {
    ++numbers_.batches;
    numbers_.commit.add(commit_seconds);
    for (const Post& post : work.posts) numbers_.answer.add(static_cast<double>(steady - post.offered) / 1e6);
  }
  numbers_.in_flight = desk_->courier().in_flight();
  numbers_.decisions = decisions_;
  numbers_.ticks = ticks_;
  numbers_.low_disk = low_disk_;
  numbers_.turned_us = steady;
  if (!whole) return;
  numbers_.sends = desk_->courier().counts();
  numbers_.held_users = desk_->shard().held().size();
  numbers_.holds = desk_->courier().holds();
  numbers_.census = desk_->shard().census().counts();
  numbers_.epoch = desk_->epoch();
  numbers_.program = desk_->live().record.hash();
  numbers_.program_since = desk_->live().record.since;
  numbers_.changing = desk_->changing();
  numbers_.channels = std::move(channels);
}

Daemon::Numbers Daemon::numbers() const {
  const std::lock_guard lock(mutex_);
  Numbers numbers = numbers_;
  numbers.queued = queued_;
  numbers.broken = broken_;
  numbers.trusted = clock_.trusted();
  numbers.clock_jumps = clock_.jumps();
  numbers.stopping = stopping_;
  return numbers;
}

// Nothing is known of what the last write was to keep: whoever waits is told so, and tries again where it is found out.
void Daemon::break_down(Work& work, const std::string& why) {
  std::deque<Post> posts;
  {
    const std::lock_guard lock(mutex_);
    broken_ = true;
    posts.swap(posts_);
    answered_.notify_all();
  }
  if (landing_) for (Post& post : landing_->work.posts) post.done({}, false);
  for (Post& post : work.posts) post.done({}, false);
  for (Post& post : posts) post.done({}, false);
  if (options_.fault) options_.fault(why);
}

}  // namespace wend
