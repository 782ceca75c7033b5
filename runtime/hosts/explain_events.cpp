// All events are looked through for whose they are; only those of the user, and of whom they turned out to be, are handled.
#include "runtime/hosts/explain_events.h"

#include "runtime/channels/json.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/profiles.h"
#include "runtime/engine/shard.h"
#include "runtime/hosts/reading.h"
#include "runtime/store/keys.h"
#include "runtime/store/memory_store.h"

namespace wend {
namespace {

// Events of the profile that has this identity at the end, in order.
std::vector<const StoredEvent*> events_of(const Intake& intake, std::string_view user) {
  const std::vector<StoredEvent>& events = intake.log.events();
  Profiles profiles(intake.identities, many_by_rank(intake.module));
  std::vector<uint32_t> whose(events.size(), kNoProfile);
  for (size_t i = 0; i < events.size(); ++i) {
    const EventRecord& record = *events[i].record;
    whose[i] = (record.type == kAliasCall ? profiles.alias(record.identities()) : profiles.resolve(record.identities())).profile;
  }
  uint32_t wanted = kNoProfile;
  uint32_t strongest = kNoIdentity;
  for (uint32_t identity = 0; identity < intake.identities.size(); ++identity) {
    if (intake.identities.text(identity) != user || profiles.profile_of(identity) == kNoProfile || intake.identities.kind(identity) >= strongest) continue;
    strongest = intake.identities.kind(identity);
    wanted = profiles.profile_of(identity);
  }
  std::vector<const StoredEvent*> mine;
  if (wanted == kNoProfile) return mine;
  for (size_t i = 0; i < events.size(); ++i)
    if (profiles.root(whose[i]) == profiles.root(wanted)) mine.push_back(&events[i]);
  return mine;
}

// What an explanation reads of a record: what it is, and which attributes it sets.
std::string record_text(const Intake& intake, const StoredEvent& event) {
  const Module& module = intake.module;
  const EventRecord& record = *event.record;
  JsonText out;
  out.open('{').pair("type", record.type == WEND_IDENTIFY ? "identify" : record.type == kAliasCall ? "alias" : "track");
  if (record.type < module.events.size()) {
    const ModuleEvent& declared = module.events[record.type];
    out.pair("event", declared.source_name);
    for (size_t i = 0; i < declared.properties.size() && i < record.slots().size(); ++i) {
      if (declared.properties[i].name != "message_id" || (record.known >> i & 1) == 0 || !is_text(declared.properties[i].type.kind)) continue;
      const wend_slot& slot = record.slots()[i];
      out.key("properties").open('{').pair("message_id", std::string_view(slot.data, static_cast<size_t>(slot.size))).close('}');
    }
  }
  out.pair("messageId", record.id()).key("traits").open('{');
  for (const StoredTrait& trait : record.traits()) out.key(module.attributes[trait.attribute].name).raw("null");
  return out.close('}').close('}').str();
}

// A shard over a store in memory, and the rows a desk would have kept of what happens.
class Replay {
 public:
  explicit Replay(const Intake& intake)
      : intake_(intake), store_(make_memory_store()), shard_(intake.module, *store_, [](const Shard::Told&) {}, [this](UserId id, const UserRow&, const Module& by, const Decision& decision, std::string_view line) {
          shard_.batch().put(Space::audit, big_endian(id) + big_endian(++sequence_), audit_row(decision.at, std::max(clock_, decision.at), line, why_of(by, decision)));
        }) {}

  void run(const std::vector<const StoredEvent*>& events, int64_t until) {
    for (const StoredEvent* event : events) {
      if (event->at > until) break;
      tick(event->at);
      clock_ = event->at;
      const uint64_t sequence = ++sequence_;
      const Shard::Handled handled = shard_.handle(intake_, *event, event->at);
      if (handled.how == Shard::Handled::How::applied)
        shard_.batch().put(Space::log, big_endian(handled.user) + big_endian(sequence), log_row(event->at, event->at, record_text(intake_, *event)));
      shard_.commit();
    }
    tick(until);
  }

  const Store& store() const { return *store_; }

 private:
  void tick(int64_t until) {
    while (shard_.tick(until)) shard_.commit();
    shard_.commit();
  }

  const Intake& intake_;
  std::unique_ptr<Store> store_;
  uint64_t sequence_ = 0;
  int64_t clock_ = INT64_MIN;
  Shard shard_;
};

ExplainedEvents explained(Intake& intake, const BatchOptions& options, ExplainQuestion question) {
  intake.log.sort();
  const std::vector<StoredEvent>& all = intake.log.events();
  const int64_t last = all.empty() ? INT64_MIN : all.back().at;
  // Up to an instant that is asked about and no further, so that everything stands as it did then.
  const int64_t until = question.at.value_or(std::max(last, options.until_us.value_or(last)));
  question.at.reset();
  question.of_files = true;
  try {
    Replay replay(intake);
    if (!all.empty()) replay.run(events_of(intake, question.user), until);
    Ledger ledger(intake.module, replay.store());
    return {explain(ledger, question), {}};
  } catch (const ShardFault& fault) {
    return {{}, BatchError{fault.what, 70}};
  }
}

}  // namespace

ExplainedEvents explain_events(const Module& module, const BatchOptions& options, const ExplainQuestion& question) {
  Intake intake(module);
  if (const auto fault = read_files(reading_of(options), intake)) return {{}, error_of(*fault)};
  return explained(intake, options, question);
}

ExplainedEvents explain_events_text(const Module& module, std::string_view ndjson, const BatchOptions& options, const ExplainQuestion& question) {
  Intake intake(module);
  if (const auto fault = read_text(ndjson, "-", options.strict, intake)) return {{}, error_of(*fault)};
  return explained(intake, options, question);
}

}  // namespace wend
