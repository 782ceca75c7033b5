// A live stream told to the product: lines in the order of their arrival, and every user packed to bytes and read back
// between inputs, so that what is stored is compared too.
#include <algorithm>
#include <tuple>

#include "compiler/service/service.h"
#include "runtime/core/codec.h"
#include "runtime/core/step.h"
#include "runtime/engine/duplicates.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/profiles.h"
#include "tests/differential/product.h"
#include "tests/reference/clock.h"

namespace wend::differential {
namespace {

struct Arrival { int64_t time; StoredEvent event; };

int64_t received(std::string_view line, int64_t at) {
  constexpr std::string_view kKey = "\"receivedAt\":\"";
  const size_t found = line.find(kKey);
  if (found == std::string_view::npos) return at;
  const std::string_view rest = line.substr(found + kKey.size());
  int64_t instant = at;
  reference::read_instant(rest.substr(0, rest.find('"')), *reference::Zone::find("UTC"), instant);
  return instant;
}

class Live {
 public:
  explicit Live(const Module& module)
      : module_(module), intake_(module), context_(*module.zone, module.windows), step_(module, context_),
        duplicates_(module.duplicates_within_us) {}

  std::vector<std::string> run(std::string_view ndjson, std::optional<int64_t> until_us) {
    read(ndjson);
    profiles_ = std::make_unique<Profiles>(intake_.identities, many_by_rank());   // it wants to see every identity
    last_ = until_us.value_or(INT64_MIN);
    for (const Arrival& arrival : arrivals_) handle(arrival);
    for (uint32_t i = 0; i < users_.size(); ++i) tell(i, [&](UserState& user) { step_.advance(user, last_, decisions_); });
    std::stable_sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) { return std::tie(a.at, a.user, a.profile) < std::tie(b.at, b.user, b.profile); });
    std::vector<std::string> texts;
    for (Line& line : lines_) texts.push_back(std::move(line.text));
    return texts;
  }

 private:
  struct Line { int64_t at; std::string user; uint32_t profile; std::string text; };

  void read(std::string_view ndjson) {
    while (!ndjson.empty()) {
      const size_t end = ndjson.find('\n');
      const std::string_view line = ndjson.substr(0, end);
      ndjson.remove_prefix(end == std::string_view::npos ? ndjson.size() : end + 1);
      const size_t before = intake_.log.events().size();
      read_text(line, "-", false, intake_);
      if (intake_.log.events().size() == before) continue;
      const StoredEvent& event = intake_.log.events().back();
      arrivals_.push_back({received(line, event.at), event});
    }
    std::stable_sort(arrivals_.begin(), arrivals_.end(), [](const Arrival& a, const Arrival& b) { return a.time < b.time; });
  }

  void handle(const Arrival& arrival) {
    const EventRecord& record = *arrival.event.record;
    const bool alias = record.type == kAliasCall;
    for (const uint32_t identity : record.identities()) {   // under the names they had
      const uint32_t known = profiles_->profile_of(identity);
      if (known != kNoProfile) tell(known, [&](UserState& user) { step_.advance(user, arrival.time, decisions_); });
    }
    const Profiles::Found found = alias ? profiles_->alias(record.identities()) : profiles_->resolve(record.identities());
    if (found.fresh) users_.emplace_back();
    for (const uint32_t part : found.joined) join(found.profile, part, arrival.time);
    if (alias) last_ = std::max(last_, arrival.time);
    if (alias || is_duplicate(found.profile, record, arrival.time)) return;
    last_ = std::max({last_, arrival.time, arrival.event.at});
    tell_identities(found.profile);
    for (const StoredTrait& trait : record.traits()) changes_.push_back({trait.attribute, trait.known != 0, trait.value});
    EventInput input;
    input.event = {record.type, 0, arrival.event.at, record.known, record.slots().data()};
    input.attributes = changes_;
    input.id = record.id();
    input.user = profiles_->name(found.profile);
    input.arrival = arrival.time;
    tell(found.profile, [&](UserState& user) { step_.handle(user, input, decisions_); });
  }

  std::vector<bool> many_by_rank() const {
    std::vector<bool> many;
    for (const std::string& identity : module_.identities) many.push_back(module_.attributes[static_cast<size_t>(intake_.attribute_of(identity))].many);
    return many;
  }

  bool is_duplicate(uint32_t profile, const EventRecord& record, int64_t time) {
    for (const uint32_t part : profiles_->parts(profile)) if (duplicates_.knows(part, record.id(), time)) return true;
    return duplicates_.seen(profile, record.id(), time);
  }

  void tell_identities(uint32_t profile) {
    changes_.clear();
    for (uint32_t rank = 0; rank < profiles_->ranks(); ++rank) {
      const uint32_t identity = profiles_->value(profile, rank);
      const int32_t attribute = intake_.attribute_of(module_.identities[rank]);
      if (identity == kNoProfile || attribute < 0 || !profiles_->takes(profile, identity)) continue;
      const std::string_view text = intake_.identities.text(identity);
      wend_slot value{};
      value.data = text.data();
      value.size = static_cast<int64_t>(text.size());
      changes_.push_back({static_cast<uint32_t>(attribute), true, value});
    }
  }

  void join(uint32_t profile, uint32_t part, int64_t at) {
    int64_t now = at;
    for (const uint32_t one : {profile, part}) tell(one, [&](UserState& user) { now = std::max(now, user.now); });
    for (const uint32_t one : {profile, part}) tell(one, [&](UserState& user) { step_.advance(user, now, decisions_); });
    for (Line& line : lines_)
      if (line.at == now && line.profile == part) line.profile = profile;
    UserState other;
    if (!unpack(step_, {reinterpret_cast<const uint8_t*>(users_[part].data()), users_[part].size()}, other)) return;
    users_[part].clear();
    tell(profile, [&](UserState& user) {
      EventInput input;
      input.event.type = WEND_IDENTIFY;
      input.event.at = input.arrival = now;
      input.user = profiles_->name(profile);
      if (user.begun() && other.begun()) tell_identities(profile);
      else changes_.clear();
      input.attributes = changes_;
      step_.merge(user, other, input, decisions_);
    });
  }

  template <class Happens>
  void tell(uint32_t profile, Happens&& happens) {
    UserState user;
    if (!unpack(step_, {reinterpret_cast<const uint8_t*>(users_[profile].data()), users_[profile].size()}, user)) {
      lines_.push_back({INT64_MAX, "", profile, "error: what was packed cannot be read back"});
      return;
    }
    decisions_.clear();
    happens(user);
    pack(step_, user, users_[profile]);
    for (const Decision& decision : decisions_) {
      lines_.push_back({decision.at, std::string(profiles_->name(profile)), profile, ""});
      append_json(module_, decision, profiles_->name(profile), lines_.back().text);
    }
  }

  const Module& module_;
  Intake intake_;
  Context context_;
  Step step_;
  std::unique_ptr<Profiles> profiles_;
  Duplicates duplicates_;
  std::vector<Arrival> arrivals_;
  std::vector<std::string> users_;          // by profile: packed
  std::vector<Decision> decisions_;
  std::vector<AttributeChange> changes_;
  std::vector<Line> lines_;
  int64_t last_ = INT64_MIN;
};

}  // namespace

std::vector<std::string> run_product_live(const Program& program, std::string_view ndjson, std::optional<int64_t> until_us, bool optimised) {
  const auto module = compile(program, optimised ? Tier::optimised : Tier::fast_compile);
  return Live(*module).run(ndjson, until_us);
}

}  // namespace wend::differential
