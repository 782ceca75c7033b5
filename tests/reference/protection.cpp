// Protection: sends of one input and deferrals that are due, arbitrated together and judged leg by leg by every rule.
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <xxhash.h>

#include <fmt/format.h>

#include <algorithm>
#include <list>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

constexpr const char* kSeparator = "\xE2\x90\x9F";  // U+241F

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

std::vector<std::string> leg_parts(const Send& send, const Leg& leg) {
  std::vector<std::string> parts = send.id_parts;
  if (!send.instead && send.journey.valid()) parts.push_back(std::to_string(leg.number));
  return parts;
}

bool names(const Subject& subject, const Sent& sent) {
  switch (subject.kind) {
    case Subject::Kind::messages: return sent.slot;
    case Subject::Kind::channel: return sent.channel == subject.id;
    case Subject::Kind::category: return sent.slot && sent.category == subject.id;
    case Subject::Kind::message: return sent.slot && sent.message == subject.id;
  }
  return false;
}

struct Verdict {
  std::string reason;               // empty: sent
  ChannelId channel;
  std::optional<int64_t> opens;     // when the rule would let it pass
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
    return "";
  }

  Sent as_sent(ChannelId channel) const { return {m.now, channel.value, category, send.message.value, !send.slot_taken}; }

  std::optional<int64_t> quiet_until(const QuietRule& rule) const {
    const Zone& zone = m.world.zone_of(m.user, rule.user_time);
    int64_t day = zone.local_day(m.now), time = zone.local(m.now) - day * kDay;
    bool inside = rule.from_us < rule.to_us ? time >= rule.from_us && time < rule.to_us : time >= rule.from_us || time < rule.to_us;
    if (!inside) return std::nullopt;
    for (;; ++day)
      if (int64_t instant = zone.instant(day, rule.to_us); instant > m.now) return instant;
  }

  std::optional<int64_t> gap_until(const GapRule& rule) const {
    std::optional<int64_t> last;
    for (const Sent& sent : m.user.sent)
      if (sent.slot && (!last || sent.at > *last)) last = sent.at;
    if (send.slot_taken || !last || *last + rule.length_us <= m.now) return std::nullopt;
    return *last + rule.length_us;
  }

  std::optional<int64_t> cap_until(const CapRule& rule, ChannelId channel) const {
    if (!names(rule.subject, as_sent(channel))) return std::nullopt;
    const Zone& zone = m.world.zone_of(m.user, rule.user_time);
    std::vector<int64_t> stamps;
    int64_t unit = rule.within_us ? 0 : pane_of(zone, rule.per, m.now);
    for (const Sent& sent : m.user.sent) {
      bool inside = rule.within_us ? sent.at > m.now - rule.within_us : pane_of(zone, rule.per, sent.at) == unit;
      if (inside && names(rule.subject, sent)) stamps.push_back(sent.at);
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
      if (blocks.empty()) { v.channel = channel; found = true; break; }
      if (first.empty()) first = blocks;
    }
    if (!found) return v.reason = first, v;
    for (const NeverRule& rule : program.protection.nevers) {
      if (!names(rule.subject, {m.now, v.channel.value, category, send.message.value, true}) || !holds(*rule.condition, m.plain())) continue;
      v.reason = "never";
      v.then = rule.then;
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
    other->step = send.step;
    other->id_parts = leg_parts(send, leg);
    other->id_parts.push_back("instead");
    other->instead = true;
    other->valid_until = m.now + program.messages[v.then.message.index()].valid_for_us;
    other->order = send.order;
    other->instance = send.instance;
    std::vector<ChannelId> channels;
    for (const ChannelContent& content : program.messages[v.then.message.index()].contents) channels.push_back(content.channel);
    other->legs.push_back({1, channels});
    return other;
  }

  std::shared_ptr<Send> decide() {
    Verdict v = judge();
    leg.deferred = false;
    leg.judged = v.channel;
    if (v.reason.empty()) {
      Lines::Message text = line(v, "sent");
      add_content(text, v.channel);
      m.lines.message(text);
      leg.decided = true;
      if (exempt) return nullptr;
      m.user.sent.push_back(as_sent(v.channel));
      send.slot_taken = true;
      return nullptr;
    }
    const bool waits = v.then.kind == Then::Kind::wait && !(send.instead && v.reason == "cap");   // what stands in is not put off by a cap
    if (waits && v.opens && *v.opens < send.valid_until) {
      leg.deferred = true;
      leg.until = *v.opens;
      Lines::Message text = line(v, "deferred");
      text.until = leg.until;
      m.lines.message(text);
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
  return a.order < b.order;
}

// Judges every leg that is new or due; what stands in for a blocked leg follows it.
void judge_legs(Moment& m, const std::shared_ptr<Send>& send) {
  for (Leg& leg : send->legs) {
    if (leg.decided || (leg.deferred && leg.until > m.now)) continue;
    auto other = Judge{m, *send, leg}.decide();
    if (!other) continue;
    m.user.open.push_back(other);
    judge_legs(m, other);
  }
}

void fire_floor(Moment& m, size_t index) {
  const Program& program = m.program();
  const FloorRule& rule = program.protection.floors[index];
  int64_t due = *floor_due(m.world, m.user, index);
  auto send = std::make_shared<Send>();
  send->message = rule.message;
  send->id_parts = {program.project.name, "floor", rule.protect, m.user.unit, print_instant(due), "1"};
  send->valid_until = m.now + program.messages[rule.message.index()].valid_for_us;
  send->order = ++m.user.sends_reached;
  std::vector<ChannelId> channels = rule.by;
  if (channels.empty())
    for (const ChannelContent& content : program.messages[rule.message.index()].contents) channels.push_back(content.channel);
  send->legs.push_back({1, channels});
  m.user.floor_fired[index] = m.now;
  m.user.open.push_back(send);
  judge_legs(m, send);
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
    from = std::max(from, sent.at);   // any leg: the user has heard from us
  if (user.floor_fired[index]) from = std::max(from, *user.floor_fired[index]);
  return from + world.program.protection.floors[index].within_us;
}

void withdraw(Moment& m, const Instance& instance) {
  for (const auto& send : m.user.open) {
    if (send->instance != instance.id) continue;
    for (Leg& leg : send->legs) {
      if (leg.decided) continue;
      Judge judge{m, *send, leg};
      Verdict v;
      v.reason = "left";
      v.channel = leg.judged.valid() ? leg.judged : leg.channels.front();
      m.lines.withdrawn(judge.line(v, "suppressed"));
      leg.decided = true;
    }
  }
  forget_decided(m);
}

void arbitrate(Moment& m) {
  std::vector<std::shared_ptr<Send>> sends;
  for (const auto& send : m.user.open)
    for (const Leg& leg : send->legs)
      if (!leg.decided && (!leg.deferred || leg.until <= m.now)) { sends.push_back(send); break; }
  std::stable_sort(sends.begin(), sends.end(), [&](const auto& a, const auto& b) { return before(m.program(), *a, *b); });
  for (const auto& send : sends) judge_legs(m, send);
  for (size_t i = 0; i < m.program().protection.floors.size(); ++i)
    if (*floor_due(m.world, m.user, i) <= m.now) fire_floor(m, i);
  forget_decided(m);
}

}  // namespace wend::reference
