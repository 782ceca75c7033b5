// The run over a stream: who an event belongs to, what is a duplicate, and the order of one input's steps.
#include <algorithm>
#include <map>
#include <tuple>

#include "tests/reference/reference.h"
#include "tests/reference/step.h"

namespace wend {
namespace reference {

const Zone& World::zone_of(const User& user, bool user_time) const {
  AttributeId attribute = program.project.user_time;
  if (!user_time || !attribute.valid()) return *zone;
  const Value& name = user.attributes[attribute.index()];
  const Zone* found = name.known ? Zone::find(name.text) : nullptr;
  return found ? *found : *zone;
}

namespace {

class Run {
 public:
  Run(const Program& program, const Zone* zone) : program_(program), world_{program, zone, {}} {}

  void handle(const Input& input) {
    for (User* user : touched(input)) drain(*user, input.arrival);   // under the name they had
    std::vector<User*> joining;
    User& user = input.alias ? user_of_alias(input, joining) : user_of(input, joining);
    if (const std::string* strongest = strongest_of(user)) user.name = *strongest;
    for (User* other : joining) merge(user, *other, input.arrival);
    if (input.alias) last_ = std::max(last_.value_or(input.arrival), input.arrival);
    if (input.alias || is_duplicate(user, input)) return;
    ++events_;
    const int64_t time = std::max(input.arrival, input.at);
    last_ = std::max(last_.value_or(time), time);
    drain(user, time);
    step(user, std::max(user.begun ? user.now : INT64_MIN, time), &input);
  }

  void finish(std::optional<int64_t> until) {
    if (until && (!last_ || *until > *last_)) last_ = until;
    for (auto& user : users_)
      if (last_ && user->begun) drain(*user, *last_);
  }

  ReferenceResult result() {
    std::stable_sort(lines_.all.begin(), lines_.all.end(), [](const Lines::Line& a, const Lines::Line& b) { return std::tie(a.at, a.user, a.number) < std::tie(b.at, b.user, b.number); });
    ReferenceResult result;
    for (auto& line : lines_.all) result.lines.push_back(std::move(line.text));
    for (const auto& user : users_) result.users += user->begun;
    result.events = events_;
    return result;
  }

 private:
  User* holder(AttributeId identity, const std::string& value) const {
    auto found = holders_.find({identity.value, value});
    return found == holders_.end() ? nullptr : found->second;
  }

  // What a previous id of an alias may be: an anonymous id, else one of the first identity.
  std::vector<std::pair<AttributeId, std::string>> previous_of(const Input& input) const {
    std::vector<std::pair<AttributeId, std::string>> list;
    for (size_t i = 1; i < program_.identities.size(); ++i)
      if (program_.attributes[program_.identities[i].index()].name == "anonymous_id") list.emplace_back(program_.identities[i], input.previous);
    list.emplace_back(program_.identities[0], input.previous);
    return list;
  }

  std::vector<User*> touched(const Input& input) const {
    std::vector<User*> users;
    auto add = [&](AttributeId identity, const std::string& value) {
      User* user = holder(identity, value);
      if (user && std::find(users.begin(), users.end(), user) == users.end()) users.push_back(user);
    };
    for (const auto& [identity, value] : input.identities) add(identity, value);
    if (input.alias)
      for (const auto& [identity, value] : previous_of(input)) add(identity, value);
    return users;
  }

  static const std::string* value_of(const User& user, AttributeId identity) {
    for (const auto& [own, value] : user.identities)
      if (own == identity) return &value;
    return nullptr;
  }

  const std::string* strongest_of(const User& user) const {
    for (AttributeId identity : program_.identities)
      if (const std::string* value = value_of(user, identity)) return value;
    return nullptr;
  }

  static bool full(const User& user, const User& other) { return user.parts + other.parts + 1 >= 100; }

  // Would one of which a user has one have two, by joining?
  bool clash(const User* user, const User& other, const Input& input) const {
    if (user && full(*user, other)) return true;
    for (AttributeId identity : program_.identities) {
      const std::string* theirs = value_of(other, identity);
      if (!theirs || program_.attributes[identity.index()].many) continue;
      const std::string* mine = user ? value_of(*user, identity) : nullptr;
      if (mine && *mine != *theirs) return true;
      for (const auto& [given, value] : input.identities)
        if (given == identity && value != *theirs) return true;
    }
    return false;
  }

  User* new_user(const std::string& unit) {
    users_.push_back(std::make_unique<User>());
    begin(*users_.back(), unit);
    return users_.back().get();
  }

  void give(User& user, AttributeId identity, const std::string& value) {
    holders_[{identity.value, value}] = &user;
    std::erase_if(user.identities, [&](const auto& own) { return own.first == identity; });
    user.identities.emplace_back(identity, value);
  }

  // The other's identities are the user's; where both have one the user's own stands.
  void adopt(User& user, User& other, std::vector<User*>& joining) {
    for (auto& [key, of] : holders_)
      if (of == &other) of = &user;
    for (const auto& [identity, value] : other.identities)
      if (!value_of(user, identity)) user.identities.emplace_back(identity, value);
    user.parts += other.parts + 1;
    joining.push_back(&other);
  }

  // The user of the strongest identity given. Those of weaker ones join, or lose the identity where that would clash.
  User& user_of(const Input& input, std::vector<User*>& joining) {
    const auto& [first, first_value] = input.identities.front();
    User* user = holder(first, first_value);
    for (const auto& [identity, value] : input.identities) {
      User* other = holder(identity, value);
      if (!other || other == user) continue;
      if (clash(user, *other, input)) {
        if (!user) {
          user = new_user(first_value);
          give(*user, first, first_value);
        }
        std::erase(other->identities, std::pair(identity, value));
        if (const std::string* strongest = strongest_of(*other)) other->name = *strongest;   // the last one lost stays the name
        holders_[{identity.value, value}] = user;
      } else if (!user) {
        user = other;
      } else {
        adopt(*user, *other, joining);
      }
    }
    if (!user) user = new_user(first_value);
    for (const auto& [identity, value] : input.identities) give(*user, identity, value);
    return *user;
  }

  User& user_of_alias(const Input& input, std::vector<User*>& joining) {
    const auto& [identity, value] = input.identities.front();
    auto candidates = previous_of(input);
    auto previous = candidates.front();
    for (auto candidate = candidates.rbegin(); candidate != candidates.rend(); ++candidate)
      if (holder(candidate->first, candidate->second)) previous = *candidate;
    User *user = holder(identity, value), *other = holder(previous.first, previous.second);
    if (!user) user = other;
    if (!user) user = new_user(value);
    if (other && other != user && !full(*user, *other)) adopt(*user, *other, joining);
    if (!other) give(*user, previous.first, previous.second);
    give(*user, identity, value);
    return *user;
  }

  void merge(User& user, User& other, int64_t at) {
    for (auto seen = seen_.begin(); seen != seen_.end(); ++seen) {
      if (seen->first.first != &other) continue;
      auto [mine, fresh] = seen_.emplace(std::pair(static_cast<const User*>(&user), seen->first.second), seen->second);
      if (!fresh) mine->second = std::max(mine->second, seen->second);
    }
    if (!other.begun) return;
    int64_t now = std::max({at, user.begun ? user.now : INT64_MIN, other.now});
    if (user.begun) drain(user, now);
    drain(other, now);
    for (auto& line : lines_.all)   // of this instant: they are one user's from now on
      if (line.at == now && line.number == number_of(other)) line.number = number_of(user);
    if (!user.begun) {
      auto identities = user.identities;
      auto name = user.name;
      auto parts = user.parts;
      user = std::move(other);
      user.identities = identities;
      user.name = name;
      user.parts = parts;
      other = User();
      return;
    }
    Moment m{world_, user, lines_, now, now};
    lines_.begin(now, name_of(user), number_of(user));
    join_users(m, other);
    for (const auto& [identity, value] : user.identities) set_identity(user, identity, value);
    evaluate_states(m);
    test_triggers(m);
    m.state_changes.clear();   // a merge raises no trigger
    m.entered_by.clear();
    m.exited_by.clear();
    watch_goals(m);
    run_live(m);
    handle_raised(m);
    arbitrate(m);
    go_on(m);
    set_clocks(m);
    lines_.end();
  }

  static void set_identity(User& user, AttributeId identity, const std::string& value) {
    user.attributes[identity.index()].known = true;
    user.attributes[identity.index()].text = value;
  }

  void begin(User& user, const std::string& unit) {
    user.unit = unit;
    for (const Attribute& attribute : program_.attributes) {
      user.attributes.push_back(attribute.default_value);
      if (attribute.identity) user.attributes.back().known = false;
    }
    user.written.resize(program_.attributes.size());
    user.states.resize(program_.states.size());
    user.baselines.resize(program_.measures.size());
    user.floor_fired.resize(program_.protection.floors.size());
  }

  bool is_duplicate(const User& user, const Input& input) {
    if (input.id.empty()) return false;
    auto [seen, fresh] = seen_.emplace(std::pair(&user, input.id), input.arrival);
    if (fresh) return false;
    if (input.arrival - seen->second < program_.project.duplicates_within_us) return true;
    seen->second = input.arrival;
    return false;
  }

  // Users in the order in which they came.
  size_t number_of(const User& user) const {
    return static_cast<size_t>(std::find_if(users_.begin(), users_.end(), [&](const auto& each) { return each.get() == &user; }) - users_.begin());
  }

  std::string name_of(const User& user) const {
    const std::string* strongest = strongest_of(user);
    return strongest ? *strongest : user.name.empty() ? user.unit : user.name;
  }

  // Every timer due at or before `until`, one instant an input.
  void drain(User& user, int64_t until) {
    if (!user.begun) return;
    for (auto next = next_instant(world_, user); next && *next <= until; next = next_instant(world_, user)) step(user, *next, nullptr);
  }

  void update_profile(Moment& m, const Input& input) {
    for (const auto& [identity, value] : m.user.identities) set_identity(m.user, identity, value);
    for (const auto& [attribute, value] : input.traits) {
      std::optional<int64_t>& written = m.user.written[attribute.index()];
      if (written && *written > input.at) continue;   // something later has been said
      m.user.attributes[attribute.index()] = value;
      written = input.at;
    }
    if (!input.identify && program_.events[input.event.index()].builtin) feedback(m, input);
  }

  std::optional<std::string> text_property(const Input& input, const char* name) const {
    const EventDecl& event = program_.events[input.event.index()];
    for (size_t i = 0; i < event.properties.size(); ++i)
      if (event.properties[i].name == name && input.properties[i].known && event.properties[i].type.is_text()) return input.properties[i].text;
    return std::nullopt;
  }

  template <class Table>
  static uint32_t named(const Table& table, const std::optional<std::string>& name) {
    for (uint32_t i = 0; name && i < table.size(); ++i)
      if (table[i].name == *name) return i;
    return UINT32_MAX;
  }

  bool truth_property(const Input& input, const char* name) const {
    const EventDecl& event = program_.events[input.event.index()];
    for (size_t i = 0; i < event.properties.size(); ++i)
      if (event.properties[i].name == name) return input.properties[i].known && input.properties[i].integer;
    return false;
  }

  // The leg of ours that feedback is about, counted from 1, among so many latest; 0: none.
  size_t leg_of(const User& user, const Input& input, size_t of_latest) const {
    auto id = text_property(input, "message_id"), message = text_property(input, "message"), channel = text_property(input, "channel");
    for (auto* text : {&id, &message, &channel})
      if (*text && (*text)->empty()) text->reset();
    if (!id && !message && !channel) return 0;
    for (size_t i = user.sent.size(); i-- > 0;) {
      const Sent& sent = user.sent[i];
      if (user.sent.size() - i > of_latest) return 0;
      if (sent.id.empty() || sent.given_back) continue;
      bool same = id ? sent.id == *id : (!message || program_.messages[sent.message].name == *message) && (!channel || program_.channels[sent.channel].name == *channel);
      if (same) return i + 1;
    }
    return 0;
  }

  void feedback(Moment& m, const Input& input) {
    const std::string& name = program_.events[input.event.index()].name;
    if (name == "external_send") sent_by_others(m, input);
    if (name == "unsubscribed") unsubscribe(m, input);
    if (name == "bounced" && truth_property(input, "permanent")) bounce(m, input);
    if (name == "failed")
      if (size_t place = leg_of(m.user, input, 16)) take_back(m.user, place);
    if (name == "opened" || name == "clicked")
      if (size_t place = leg_of(m.user, input, 256)) m.user.sent[place - 1].answered = true;
  }

  void sent_by_others(Moment& m, const Input& input) {
    Sent sent;
    sent.at = std::min(input.at, m.now);
    sent.channel = named(program_.channels, text_property(input, "channel"));
    sent.category = named(program_.categories, text_property(input, "category"));
    sent.message = named(program_.messages, text_property(input, "message"));
    if (sent.category == UINT32_MAX && sent.message != UINT32_MAX) sent.category = program_.messages[sent.message].category.value;
    sent.exempt = sent.category != UINT32_MAX && program_.categories[sent.category].exempt;
    sent.slot = m.user.sent.size() + 1;
    m.user.sent.push_back(sent);
  }

  void unsubscribe(Moment& m, const Input& input) {
    uint32_t topic = named(program_.topics, text_property(input, "topic"));
    if (topic != UINT32_MAX) {
      m.user.attributes[program_.topics[topic].attribute.index()] = integer_value(0);
      m.user.written[program_.topics[topic].attribute.index()] = m.now;
      return;
    }
    uint32_t channel = named(program_.channels, text_property(input, "channel"));
    for (uint32_t i = 0; i < program_.channels.size(); ++i) {
      const Channel& declared = program_.channels[i];
      if (!declared.consent.valid() || (channel != UINT32_MAX && channel != i)) continue;
      m.user.attributes[declared.consent.index()] = integer_value(declared.consent_negated);
      m.user.written[declared.consent.index()] = m.now;
    }
  }

  void bounce(Moment& m, const Input& input) {
    size_t place = leg_of(m.user, input, 16);
    uint32_t channel = named(program_.channels, text_property(input, "channel"));
    if (channel == UINT32_MAX && place) channel = m.user.sent[place - 1].channel;
    if (channel == UINT32_MAX) return;
    AttributeId reaches = program_.channels[channel].reaches;
    const Value& address = m.user.attributes[reaches.index()];
    if (!address.known || address.text.empty()) return;
    bool moved = place && m.user.sent[place - 1].channel == channel && m.user.sent[place - 1].address != address.text;
    if (!moved) m.user.dead_addresses[reaches.index()] = address.text;
  }

  void take_event(Moment& m, const Input& input) {
    update_profile(m, input);
    if (input.identify) return;
    happens(m, input.event, input.at, input.properties);
  }

  void happens(Moment& m, EventId event, int64_t at, const std::vector<Value>& properties) {
    Happening happening{event, at, m.user.history.size() + 1, properties, m.user.attributes, m.now, {}, {}};
    for (uint32_t a = 0; a < program_.aggregates.size(); ++a) happening.counts.push_back(counts_when_handled(a, happening, world_, m.user));
    for (uint32_t a = 0; a < program_.aggregates.size(); ++a)
      if (!program_.aggregates[a].hops.empty()) happening.hops[a] = hops_when_handled(program_.aggregates[a], happening, world_, m.user);
    m.user.history.push_back(std::move(happening));
    m.event = &m.user.history.back();
  }

  void conclude(Moment& m) {
    evaluate_states(m);
    test_triggers(m);
    raise_signals(m);
    if (m.depth == 0) ring_clocks(m);
    watch_goals(m);
    run_live(m);
    run_entries(m);
  }

  // What was raised is an input of its own: nothing of the one before it counts any more but the sends gathered.
  static void begin_further(Moment& m, int depth) {
    m.depth = depth;
    m.before = m.now;
    m.event = nullptr;
    m.timer = m.first = m.late = false;
    m.state_changes.clear();
    m.entered_by.clear();
    m.exited_by.clear();
  }

  void handle_raised(Moment& m) {
    for (size_t i = 0; i < m.raised.size(); ++i) {
      const Raised raised = m.raised[i];
      begin_further(m, raised.depth);
      if (raised.event.valid()) {
        raised_line(m, raised.event, raised.values);
        happens(m, raised.event, m.now, raised.values);
      }
      conclude(m);
    }
  }

  void step(User& user, int64_t now, const Input* input) {
    Moment m{world_, user, lines_, now, user.now};
    m.timer = input == nullptr;
    m.first = !user.begun;
    if (m.first) {
      user.first_sight = now;
      user.unit = name_of(user);
    }
    user.begun = true;
    user.now = now;
    lines_.begin(now, name_of(user), number_of(user));
    if (input) {
      m.late = now - input->at > program_.project.late_after_us;
      if (m.late) lines_.late(input->identify ? "" : program_.events[input->event.index()].name, input->id, input->at);
      take_event(m, *input);
    } else {
      sample_baselines(m);
    }
    conclude(m);
    handle_raised(m);
    arbitrate(m);
    go_on(m);
    set_clocks(m);
    lines_.end();
  }

  const Program& program_;
  World world_;
  Lines lines_;
  std::vector<std::unique_ptr<User>> users_;
  std::map<std::pair<uint32_t, std::string>, User*> holders_;
  std::map<std::pair<const User*, std::string>, int64_t> seen_;
  std::optional<int64_t> last_;
  size_t events_ = 0;
};

}  // namespace
}  // namespace reference

ReferenceResult run_reference(const Program& program, std::string_view ndjson, std::optional<int64_t> until_us, const ReferenceOptions& options) {
  const reference::Zone* zone = reference::Zone::find(program.project.time_zone);
  if (!zone) zone = reference::Zone::find("UTC");
  reference::Run run(program, zone);
  for (const reference::Input& input : reference::read_inputs(program, *zone, ndjson, options.arrivals)) run.handle(input);
  run.finish(until_us);
  return run.result();
}

}  // namespace wend
