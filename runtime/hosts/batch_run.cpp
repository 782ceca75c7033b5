// Users are independent of one another, so an instant may take them in any order; only its lines are sorted.
#include "runtime/hosts/batch_run.h"

#include <algorithm>

#include "runtime/abi/text_format.h"
#include "runtime/engine/event_input.h"
#include "runtime/hosts/reading.h"
#include "runtime/hosts/snapshot.h"

namespace wend {

namespace {
// One hash and many neighbours: sorting is only needed where an instant touches several users.
constexpr uint64_t kInstantsBetweenProgress = 4096;
}  // namespace

BatchRun::BatchRun(Intake& intake, const BatchOptions& options)
    : intake_(intake), module_(intake.module), options_(options), context_(*module_.zone, module_.windows),
      step_(module_, context_), profiles_(intake.identities, many_by_rank(module_)),
      duplicates_(module_.duplicates_within_us), tally_(module_), identity_attributes_(attributes_by_rank(module_)) {
  for (const Rejection& rejection : intake.rejected) rejected_.push_back(&rejection);
  std::stable_sort(rejected_.begin(), rejected_.end(), [](const Rejection* a, const Rejection* b) {
    return a->at.value_or(INT64_MIN) < b->at.value_or(INT64_MIN);
  });
  intake.log.sort();
  const std::vector<StoredEvent>& events = intake.log.events();
  end_event_ = events.size();
  if (options.snapshot_us) {
    const auto late = [](const StoredEvent& event, int64_t at) { return event.at < at; };
    end_event_ = static_cast<size_t>(std::lower_bound(events.begin(), events.end(), *options.snapshot_us, late) - events.begin());
  }
}

int64_t BatchRun::last_instant() const {
  if (options_.snapshot_us) return *options_.snapshot_us;
  const int64_t last = end_event_ == 0 ? INT64_MIN : intake_.log.events()[end_event_ - 1].at;
  return std::max(last, options_.until_us.value_or(last));
}

void BatchRun::run(int64_t before) {
  const int64_t last = std::min(last_instant(), before - 1);
  BatchObserver* const observer = shadow_ ? nullptr : options_.observer;
  if (observer && end_event_ > 0) observer->begin(intake_.log.events().front().at, last);
  rejections(INT64_MIN);
  while (true) {
    const int64_t event_at = next_event_ < end_event_ ? intake_.log.events()[next_event_].at : WEND_FOREVER;
    const int64_t effect_at = seen_ && next_effect_ < seen_->effects_.size() ? seen_->effects_[next_effect_].at : WEND_FOREVER;
    const int64_t instant = std::min({event_at, queue_.next(), effect_at});
    if (instant == WEND_FOREVER || instant > last) break;
    if (observer) look(*observer, instant);
    if (instant > owned_at_) flush();
    rejections(instant - 1);
    if (queue_.next() == instant) wake(instant);
    if (event_at == instant) events_of(instant);
    if (effect_at == instant) effects_of(instant);
    flush();
    rejections(instant);
    if (++instants_ % kInstantsBetweenProgress == 0) progress();
  }
  flush();
  if (observer && last != INT64_MAX) look(*observer, last + 1);
  if (observer) observer->end(users_);
  if (before != WEND_FOREVER) rejections(before - 1);
  else if (!options_.snapshot_us) rejections(INT64_MAX);
}

// Whoever looks on sees users as they are when everything before an instant has been handled.
void BatchRun::look(BatchObserver& observer, int64_t instant) const {
  for (int64_t at = observer.next_look(); at <= instant && at != WEND_FOREVER; at = observer.next_look()) observer.look(at, users_);
}

void BatchRun::wake(int64_t instant) {
  queue_.take(woken_);
  for (uint32_t profile : woken_) {
    const size_t from = decisions_.size();
    step_.advance(users_[profile], instant, decisions_);
    queue_.schedule(profile, step_.next_due(users_[profile]));
    gather(profile, from);
  }
}

void BatchRun::events_of(int64_t instant) {
  const std::vector<StoredEvent>& events = intake_.log.events();
  for (; next_event_ < end_event_ && events[next_event_].at == instant; ++next_event_) {
    expect();
    handle(events[next_event_]);
  }
}

// The users of the events that come.
void BatchRun::expect() const {
  constexpr size_t kApart = Step::kLayersApart;
  const std::vector<StoredEvent>& events = intake_.log.events();
  if (next_event_ + 4 * kApart >= end_event_) return;
  __builtin_prefetch(events[next_event_ + 4 * kApart].record);
  size_t ahead = 3 * kApart;
  for (const Step::Layer layer : {Step::Layer::state, Step::Layer::record, Step::Layer::blocks}) {
    const EventRecord& record = *events[next_event_ + ahead].record;
    const uint32_t profile = profiles_.profile_of(record.identities().front());
    if (profile < users_.size()) step_.expect(users_[profile], layer);
    if (layer == Step::Layer::record) duplicates_.expect(profile, record.id());
    ahead -= kApart;
  }
}

void BatchRun::handle(const StoredEvent& stored) {
  const EventRecord& record = *stored.record;
  const bool alias = record.type == kAliasCall;
  const Profiles::Found found = alias ? profiles_.alias(record.identities()) : profiles_.resolve(record.identities());
  if (found.fresh) users_.emplace_back();
  for (const uint32_t part : found.joined) join(found.profile, part, stored.at);
  aliases_ += alias && !shadow_;
  if (alias) return;
  if (is_duplicate(profiles_, duplicates_, found.profile, record.id(), stored.at)) {
    duplicated_ += !shadow_;
    return;
  }
  tell_identities(found.profile);
  const EventInput input = input_of(stored, changes_, profiles_.name(found.profile), stored.at);
  UserState& user = users_[found.profile];
  const size_t from = decisions_.size();
  if (step_.next_due(user) <= stored.at) step_.advance(user, stored.at, decisions_);
  step_.handle(user, input, decisions_);
  queue_.schedule(found.profile, step_.next_due(user));
  gather(found.profile, from);
  if (shadow_) return;
  tally_.event(record.type);
  if (handled_++ == 0) first_at_ = stored.at;
  last_at_ = stored.at;
}

void BatchRun::tell_identities(uint32_t profile) { untold(profiles_, profile, intake_.identities, identity_attributes_, changes_); }

// Each is brought up to the instant under its own name; then one record holds both.
void BatchRun::join(uint32_t profile, uint32_t part, int64_t at) {
  UserState &user = users_[profile], &other = users_[part];
  const int64_t now = std::max({at, user.now, other.now});
  for (const uint32_t one : {profile, part}) {
    const size_t from = decisions_.size();
    step_.advance(users_[one], now, decisions_);
    gather(one, from);
  }
  merge(profile, other, now);
  other = UserState();
  queue_.schedule(profile, step_.next_due(user));
}

void BatchRun::merge(uint32_t profile, UserState& other, int64_t now) {
  UserState& user = users_[profile];
  if (user.begun() && other.begun()) tell_identities(profile);
  else changes_.clear();
  const size_t from = decisions_.size();
  step_.merge(user, other, merge_input(now, changes_, profiles_.name(profile)), decisions_);
  gather(profile, from);
}

void BatchRun::gather(uint32_t profile, size_t from) {
  for (size_t i = from; i < decisions_.size() && keeps_effects_; ++i) {
    const Decision& decision = decisions_[i];
    const bool emitted = decision.kind == Decision::Kind::signal && !module_.events[static_cast<size_t>(decision.subject)].signal;
    if (emitted || decision.kind == Decision::Kind::set) effects_.push_back({decision.at, profile, decision});
  }
  if (shadow_) return decisions_.resize(from);
  for (size_t i = from; i < decisions_.size(); ++i) {
    tally_.decision(decisions_[i]);
    if (options_.observer) options_.observer->decided(profile, decisions_[i]);
    if (options_.line) owned_.push_back({profiles_.name(profile), profile, static_cast<uint32_t>(i), ""});
  }
  if (!options_.line) decisions_.resize(from);
}

void BatchRun::flush() {
  bool one_user = true;
  for (const Owned& owned : owned_) one_user &= owned.profile == owned_.front().profile && owned.user == owned_.front().user;
  if (!one_user) {
    std::stable_sort(owned_.begin(), owned_.end(), [this](const Owned& a, const Owned& b) {
      return a.user != b.user ? a.user < b.user : profiles_.root(a.profile) < profiles_.root(b.profile);
    });
  }
  for (const Owned& owned : owned_) {
    line_ = owned.line;
    if (line_.empty()) append_json(module_, decisions_[owned.decision], owned.user, line_);
    told_ = {owned.user, owned.profile};
    options_.line(line_);
  }
  owned_.clear();
  decisions_.clear();
}

void BatchRun::rejections(int64_t before_or_at) {
  for (; next_rejected_ < rejected_.size(); ++next_rejected_) {
    const Rejection& rejection = *rejected_[next_rejected_];
    if (rejection.at.value_or(INT64_MIN) > before_or_at) return;
    if (options_.line && !shadow_) rejection_line(rejection);
  }
}

void BatchRun::rejection_line(const Rejection& rejection) {
  line_ = "{\"at\":";
  if (rejection.at) append_json_string(line_, format_instant(*rejection.at));
  else line_ += "null";
  line_ += ",\"user\":";
  if (rejection.identity == kNoIdentity) {
    line_ += "null";
  } else {
    const uint32_t profile = profiles_.profile_of(rejection.identity);
    append_json_string(line_, profile == kNoProfile ? intake_.identities.text(rejection.identity) : profiles_.name(profile));
  }
  line_ += ",\"kind\":\"rejected\",\"line\":";
  append_json_string(line_, rejection.place);
  line_ += ",\"reason\":";
  append_json_string(line_, rejection.reason);
  line_ += '}';
  told_ = {};
  options_.line(line_);
}

void BatchRun::progress() {
  if (!options_.progress) return;
  const uint64_t share = end_event_ == 0 ? 1000 : next_event_ * (1000 - kReadingShare) / end_event_;
  options_.progress(kReadingShare + share, 1000);
}

void BatchRun::each_user(const std::function<void(std::string_view name, UserState& user)>& visit) {
  std::vector<uint32_t> order(users_.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
    const std::string_view left = profiles_.name(a), right = profiles_.name(b);
    return left != right ? left < right : a < b;
  });
  std::erase_if(order, [this](uint32_t profile) { return !users_[profile].begun(); });   // joined another, or was only named
  for (uint32_t profile : order) visit(profiles_.name(profile), users_[profile]);
}

std::string BatchRun::snapshot(int64_t at_us) {
  std::string csv;
  append_snapshot_header(module_, csv);
  each_user([&](std::string_view name, UserState& user) { append_snapshot_row(step_, user, name, at_us, csv); });
  return csv;
}

void BatchRun::summarise(Summary& summary) {
  for (const UserState& user : users_) if (user.begun()) tally_.population(user);
  tally_.write(summary);
  summary.users = users_.size() - profiles_.merged();
  summary.merged = profiles_.merged();
  summary.aliases = aliases_;
  summary.events = handled_;
  summary.first_at = first_at_;
  summary.last_at = last_at_;
  summary.duplicates = duplicated_;
  summary.unmerged = profiles_.unmerged();
  summary.saturations = context_.saturations;
  summary.open_dropped = context_.open_dropped;
  summary.values_dropped = context_.values_dropped;
  summary.raised_dropped = context_.raised_dropped;
  summary.sets_refused = context_.sets_refused;
}

}  // namespace wend
