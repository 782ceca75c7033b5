// Protection: sends of one input and deferrals that are due, arbitrated together and judged leg by leg by every rule.
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <xxhash.h>

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

constexpr const char* kSeparator = "\xE2\x90\x9F";  // U+241F

}  // namespace

std::string message_id(std::vector<std::string> parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) text += (i ? kSeparator : "") + parts[i];
  unsigned char key[32] = {}, digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(EVP_sha256(), key, sizeof key, reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &length);
  std::string hex;
  for (int i = 0; i < 16; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

namespace {

std::vector<std::string> leg_parts(const Send& send, const Leg& leg) {
  std::vector<std::string> parts = send.id_parts;
  if (!send.instead) parts.push_back(std::to_string(leg.number));
  return parts;
}

// Is it counted by a rule about the subject?
bool counted(const Subject& subject, const Sent& sent, size_t place) {
  if (sent.exempt || sent.given_back) return false;
  bool slot = sent.slot == place;
  switch (subject.kind) {
    case Subject::Kind::messages: return slot;
    case Subject::Kind::channel: return sent.channel == subject.id;
    case Subject::Kind::category: return slot && sent.category == subject.id;
    case Subject::Kind::message: return slot && sent.message == subject.id;
  }
  return false;
}

bool is_about(const Program& program, const Subject& subject, const Send& send, ChannelId channel) {
  switch (subject.kind) {
    case Subject::Kind::messages: return true;
    case Subject::Kind::channel: return channel.value == subject.id;
    case Subject::Kind::category: return program.messages[send.message.index()].category.value == subject.id;
    case Subject::Kind::message: return send.message.value == subject.id;
  }
  return false;
}

struct Verdict {
  std::string reason;               // empty: sent
  ChannelId channel;
  std::optional<int64_t> opens;     // when the rule would let it pass
  bool held = false;                // or as soon as its condition no longer holds
  Then then;
};

struct Judge {
  Moment& m;
  Send& send;
  Leg& leg;
  const Program& program = m.program();
  const Message& message = program.messages[send.message.index()];
  uint32_t category = message.category.value;
  bool exempt = program.categories[category].exempt;

  bool held_out_of() const {
    int64_t place = bucket("hold out", "", m.user.unit);
    for (const HoldOutRule& rule : program.protection.hold_outs)
      if (place < rule.millionths && std::find(rule.categories.begin(), rule.categories.end(), message.category) != rule.categories.end()) return true;
    return false;
  }

  // Empty: the channel can be used.
  std::string channel_blocks(ChannelId id) const {
    const Channel& channel = program.channels[id.index()];
    bool excepted = std::find(channel.consent_except.begin(), channel.consent_except.end(), message.category) != channel.consent_except.end();
    if (channel.consent.valid() && !excepted) {
      const Value& consent = m.user.attributes[channel.consent.index()];
      if (!consent.known || (consent.integer != 0) == channel.consent_negated) return "consent";
    }
    const Value& address = m.user.attributes[channel.reaches.index()];
    if (!address.known || address.text.empty()) return "unreachable";   // an empty text reaches nobody
    auto dead = m.user.dead_addresses.find(channel.reaches.index());
    if (dead != m.user.dead_addresses.end() && dead->second == address.text) return "unreachable";
    if (message.topic.valid() && !m.user.attributes[program.topics[message.topic.index()].attribute.index()].integer) return "topic";
    return "";
  }

  // How well the user answers a channel: (opened or clicked + 1) per (sent + 2), over ninety days and so many messages.
  std::pair<int64_t, int64_t> answers(ChannelId channel) const {
    int64_t answered = 1, sent = 2;
    for (size_t i = 0; i < m.user.sent.size(); ++i) {
      const Sent& one = m.user.sent[i];
      if (one.id.empty() || one.given_back || one.channel != channel.value) continue;
      if (m.user.sent.size() - i > 256 || one.at <= m.now - 90 * kDay) continue;
      ++sent;
      answered += one.answered;
    }
    return {answered, sent};
  }

  bool answered_better(ChannelId a, ChannelId b) const {
    auto [answers_a, sent_a] = answers(a);
    auto [answers_b, sent_b] = answers(b);
    return answers_a * sent_b > answers_b * sent_a;
  }

  std::optional<int64_t> quiet_until(const QuietRule& rule) const {
    const Zone& zone = m.world.zone_of(m.user, rule.user_time);
    int64_t today = zone.local_day(m.now);
    for (int64_t day : {today - 2, today - 1, today, today + 1}) {   // the quiet hours that begin on that date
      int64_t from = zone.instant(day, rule.from_us), to = zone.instant(rule.from_us < rule.to_us ? day : day + 1, rule.to_us);
      if (m.now >= from && m.now < to) return to;
    }
    return std::nullopt;
  }

  std::optional<int64_t> gap_until(const GapRule& rule) const {
    std::optional<int64_t> last;
    for (size_t i = 0; i < m.user.sent.size(); ++i)
      if (counted(Subject{}, m.user.sent[i], i + 1)) last = std::max(last.value_or(INT64_MIN), m.user.sent[i].at);
    if (send.slot || !last || *last + rule.length_us <= m.now) return std::nullopt;
    return *last + rule.length_us;
  }

  std::optional<int64_t> cap_until(const CapRule& rule, ChannelId channel) const {
    if (!is_about(program, rule.subject, send, channel)) return std::nullopt;
    if (send.slot && rule.subject.kind != Subject::Kind::channel) return std::nullopt;
    const Zone& zone = m.world.zone_of(m.user, rule.user_time);
    std::vector<int64_t> stamps;
    int64_t unit = rule.within_us ? 0 : pane_of(zone, rule.per, m.now);
    for (size_t i = 0; i < m.user.sent.size(); ++i) {
      const Sent& sent = m.user.sent[i];
      bool inside = rule.within_us ? sent.at > m.now - rule.within_us : pane_of(zone, rule.per, sent.at) == unit;
      if (inside && counted(rule.subject, sent, i + 1)) stamps.push_back(sent.at);
    }
    if (static_cast<int64_t>(stamps.size()) < rule.count) return std::nullopt;
    if (!rule.within_us) return pane_start(zone, rule.per, unit + 1);
    std::sort(stamps.begin(), stamps.end());
    if (rule.count <= 0) return INT64_MAX;
    return stamps[stamps.size() - static_cast<size_t>(rule.count)] + rule.within_us;
  }

  // The first rule that blocks.
  Verdict judge() const {
    Verdict v;
    v.channel = leg.channels.front();
    if (!exempt && held_out_of()) return v.reason = "holdout", v;
    std::string first;
    bool found = false;
    for (ChannelId channel : leg.channels) {
      std::string blocks = channel_blocks(channel);
      if (first.empty()) first = blocks;
      if (!blocks.empty() || (found && !(send.best && answered_better(channel, v.channel)))) continue;
      v.channel = channel;
      found = true;
    }
    if (!found) return v.reason = first, v;
    if (const NeverRule* rule = never_rule(m, send, v.channel)) {
      v.reason = "never";
      v.then = rule->then;
      v.opens = send.valid_until;
      v.held = rule->then.kind == Then::Kind::wait && m.now < send.valid_until;
      return v;
    }
    if (m.now >= send.valid_until) return v.reason = "expired", v;
    if (exempt) return v;
    auto blocked = [&](const char* reason, std::optional<int64_t> until, const Then& then) {
      if (!until) return false;
      v.reason = reason;
      v.opens = until;
      v.then = then;
      return true;
    };
    for (const QuietRule& rule : program.protection.quiets) if (blocked("quiet", quiet_until(rule), rule.then)) return v;
    for (const GapRule& rule : program.protection.gaps) if (blocked("gap", gap_until(rule), rule.then)) return v;
    for (const CapRule& rule : program.protection.caps) if (blocked("cap", cap_until(rule, v.channel), rule.then)) return v;
    return v;
  }

  Lines::Message line(const Verdict& v, const char* outcome) const {
    Lines::Message text;
    text.message = message.name;
    text.channel = program.channels[v.channel.index()].name;
    if (send.journey.valid()) text.journey = program.journeys[send.journey.index()].name;
    text.step = send.step;
    text.category = program.categories[category].name;
    text.outcome = outcome;
    text.reason = v.reason;
    text.id = message_id(leg_parts(send, leg));
    return text;
  }

  void add_content(Lines::Message& text, ChannelId id) const {
    const Channel& channel = program.channels[id.index()];
    text.content.emplace();
    for (uint32_t f = 0; f < channel.content.size(); ++f) {
      std::optional<std::string> body;
      for (const ChannelContent& content : message.contents)
        for (const FieldContent& field : content.fields)
          if (content.channel == id && field.field == f) body = render(field.body, Scene{m.world, m.user, m.now, nullptr, nullptr, &send.arguments});
      text.content->emplace_back(channel.content[f].name, body);
    }
  }

  // The message tried in place of this one, if any.
  std::shared_ptr<Send> replacement(const Verdict& v) const {
    if (send.instead || v.reason.empty() || v.then.kind != Then::Kind::send) return nullptr;
    auto other = std::make_shared<Send>();
    other->message = v.then.message;
    other->journey = send.journey;
    other->key = send.key;
    other->step = send.step;
    other->id_parts = leg_parts(send, leg);
    other->id_parts.push_back("instead");
    other->instead = true;
    other->valid_until = m.now + program.messages[v.then.message.index()].valid_for_us;
    other->order = send.order;
    other->instance = send.instance;
    std::vector<ChannelId> channels;
    for (const ChannelContent& content : program.messages[v.then.message.index()].contents) channels.push_back(content.channel);
    other->legs.push_back({leg.number, channels});
    return other;
  }

  void put_off(const Verdict& v, int64_t until) {
    size_t waiting = 0;
    for (const auto& other : m.user.open)
      for (const Leg& one : other->legs) waiting += one.deferred && !one.decided;
    Lines::Message text = line(v, "deferred");
    if (waiting >= 64) {
      text.outcome = "suppressed";
      text.reason = "limit";
      leg.decided = true;
    } else {
      text.until = until;
      leg.deferred = true;
      leg.held = v.held;
      leg.until = until;
    }
    m.lines.message(text);
  }

  std::shared_ptr<Send> decide() {
    if (m.now < send.not_before) {
      Verdict asked;
      asked.channel = leg.judged = leg.channels.front();
      put_off(asked, send.not_before);
      return nullptr;
    }
    Verdict v = judge();
    leg.judged = v.channel;
    if (v.reason.empty()) {
      Lines::Message text = line(v, "sent");
      add_content(text, v.channel);
      m.lines.message(text);
      leg.decided = true;
      size_t place = m.user.sent.size() + 1;
      if (!send.slot) send.slot = place;
      m.user.sent.push_back({m.now, v.channel.value, category, send.message.value, send.slot, exempt, false, false, text.id,
                             m.user.attributes[program.channels[v.channel.index()].reaches.index()].text});
      return nullptr;
    }
    const bool waits = v.then.kind == Then::Kind::wait && !(send.instead && v.reason == "cap");   // what stands in is not put off by a cap
    if (v.held || (waits && v.opens && *v.opens < send.valid_until)) {
      put_off(v, *v.opens);
      return nullptr;
    }
    m.lines.message(line(v, "suppressed"));
    leg.decided = true;
    return replacement(v);
  }
};

bool before(const Program& program, const Send& a, const Send& b) {
  uint32_t first = program.messages[a.message.index()].category.value, second = program.messages[b.message.index()].category.value;
  if (first != second) return first < second;
  auto priority = [&](const Send& s) { return s.journey.valid() ? program.journeys[s.journey.index()].priority : 0; };
  if (priority(a) != priority(b)) return priority(a) > priority(b);
  int64_t j = a.journey.valid() ? a.journey.value : INT64_MAX, k = b.journey.valid() ? b.journey.value : INT64_MAX;
  if (j != k) return j < k;
  if (a.key != b.key) return a.key < b.key;
  return a.order < b.order;
}

// Judges a leg; what stands in for it follows at once.
void judge_leg(Moment& m, const std::shared_ptr<Send>& send, Leg& leg) {
  auto other = Judge{m, *send, leg}.decide();
  if (!other) return;
  m.user.open.push_back(other);
  judge_leg(m, other, other->legs.front());
}

void fire_floor(Moment& m, size_t index) {
  const Program& program = m.program();
  const FloorRule& rule = program.protection.floors[index];
  int64_t due = *floor_due(m.world, m.user, index);
  auto send = std::make_shared<Send>();
  send->message = rule.message;
  send->id_parts = {program.project.name, "floor", rule.protect, m.user.unit, print_instant(due)};
  send->valid_until = m.now + program.messages[rule.message.index()].valid_for_us;
  send->order = ++m.user.sends_reached;
  send->best = rule.choice == ChannelChoice::best;
  std::vector<ChannelId> channels = rule.by;
  if (channels.empty())
    for (const ChannelContent& content : program.messages[rule.message.index()].contents) channels.push_back(content.channel);
  if (rule.choice != ChannelChoice::all) send->legs.push_back({1, channels});
  else for (size_t k = 0; k < channels.size(); ++k) send->legs.push_back({static_cast<int>(k + 1), {channels[k]}});
  m.user.floor_fired[index] = m.now;
  m.user.open.push_back(send);
  for (Leg& leg : send->legs) judge_leg(m, send, leg);
}

void forget_decided(Moment& m) {
  std::erase_if(m.user.open, [](const auto& send) { return send->decided(); });
}

}  // namespace

int64_t bucket(const std::string& name, const std::string& salt, const std::string& unit) {
  std::string text = name + '\x1f' + salt + '\x1f' + unit;
  return static_cast<int64_t>((static_cast<unsigned __int128>(XXH3_64bits(text.data(), text.size())) * 1'000'000u) >> 64);
}

std::optional<int64_t> floor_due(const World& world, const User& user, size_t index) {
  int64_t from = user.first_sight;
  for (const Sent& sent : user.sent)
    if (!sent.exempt && !sent.given_back) from = std::max(from, sent.at);   // any leg: the user has heard from us
  if (user.floor_fired[index]) from = std::max(from, *user.floor_fired[index]);
  return from + world.program.protection.floors[index].within_us;
}

const NeverRule* never_rule(const Moment& m, const Send& send, ChannelId channel) {
  for (const NeverRule& rule : m.program().protection.nevers)
    if (is_about(m.program(), rule.subject, send, channel) && holds(*rule.condition, m.plain())) return &rule;
  return nullptr;
}

void take_back(User& user, size_t place) {
  user.sent[place - 1].given_back = true;
  if (user.sent[place - 1].slot != place) return;
  size_t heir = 0;
  for (size_t i = user.sent.size(); i-- > 0;)
    if (user.sent[i].slot == place && !user.sent[i].given_back) heir = i + 1;
  for (Sent& sent : user.sent)
    if (sent.slot == place) sent.slot = heir;
  for (const auto& send : user.open)
    if (send->slot == place) send->slot = heir;
}

namespace {

struct Item { std::shared_ptr<Send> send; Leg* leg; };

bool stands_before(const Program& program, const Item& a, const Item& b) {
  if (before(program, *a.send, *b.send)) return true;
  if (before(program, *b.send, *a.send)) return false;
  if (a.leg->number != b.leg->number) return a.leg->number < b.leg->number;
  return a.send->instead < b.send->instead;
}

bool is_released(const Moment& m, const Send& send, const Leg& leg) {
  if (!leg.held) return false;
  const NeverRule* rule = never_rule(m, send, leg.judged);
  return !rule || rule->then.kind != Then::Kind::wait;
}

}  // namespace

void withdraw(Moment& m, const Instance& instance) {
  std::vector<Item> theirs;
  for (const auto& send : m.user.open)
    for (Leg& leg : send->legs)
      if (send->instance == instance.id && !leg.decided) theirs.push_back({send, &leg});
  std::stable_sort(theirs.begin(), theirs.end(), [](const Item& a, const Item& b) {
    return std::tuple(a.send->order, a.leg->number, a.send->instead) < std::tuple(b.send->order, b.leg->number, b.send->instead);
  });
  for (const Item& item : theirs) {
    Verdict v;
    v.reason = "left";
    v.channel = item.leg->judged.valid() ? item.leg->judged : item.leg->channels.front();
    m.lines.withdrawn(Judge{m, *item.send, *item.leg}.line(v, "suppressed"));
    item.leg->decided = true;
  }
  forget_decided(m);
}

void arbitrate(Moment& m) {
  std::vector<Item> items;
  for (const auto& send : m.user.open)
    for (Leg& leg : send->legs)
      if (!leg.decided && (!leg.deferred || leg.until <= m.now || is_released(m, *send, leg))) items.push_back({send, &leg});
  for (const Item& item : items) item.leg->deferred = item.leg->held = false;
  std::stable_sort(items.begin(), items.end(), [&](const Item& a, const Item& b) { return stands_before(m.program(), a, b); });
  for (const Item& item : items) judge_leg(m, item.send, *item.leg);
  for (size_t i = 0; i < m.program().protection.floors.size(); ++i)
    if (*floor_due(m.world, m.user, i) <= m.now) fire_floor(m, i);
  forget_decided(m);
}

}  // namespace wend::reference
