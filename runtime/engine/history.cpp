#include "runtime/engine/history.h"

#include <algorithm>

#include "runtime/core/bytes.h"
#include "runtime/store/keys.h"

namespace wend {
namespace {

constexpr size_t kHeaderBytes = 17;   // kind, at, received
constexpr uint64_t kListMost = 64;

std::string header(RowKind kind, int64_t at, int64_t received) {
  std::string value(1, static_cast<char>(kind));
  append_big_endian_signed(value, at);
  append_big_endian_signed(value, received);
  return value;
}

std::string hex_of(uint64_t half) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (int shift = 60; half != 0 && shift >= 0; shift -= 4) out += kDigits[half >> shift & 15];
  return out;
}

template <class List>
std::string name_at(const List& list, int32_t index) {
  return index >= 0 && static_cast<size_t>(index) < list.size() ? list[static_cast<size_t>(index)].name : "";
}

template <class List>
SourcePlace place_at(const List& list, int32_t index) {
  return index >= 0 && static_cast<size_t>(index) < list.size() ? list[static_cast<size_t>(index)].place : SourcePlace{};
}

SourcePlace rule_place(const Module& module, const Decision& decision) {
  using Reason = Decision::Reason;
  const int32_t rule = decision.why.rule;
  if (decision.kind == Decision::Kind::enter) return place_at(module.journeys[static_cast<size_t>(decision.subject)].enters, rule);
  if (decision.kind == Decision::Kind::leave && decision.leave == Decision::Leave::exit) return place_at(module.journeys[static_cast<size_t>(decision.subject)].exits, rule);
  if (decision.kind == Decision::Kind::leave && decision.leave == Decision::Leave::goal) return module.journeys[static_cast<size_t>(decision.subject)].goal_place;
  switch (decision.reason) {
    case Reason::holdout: return place_at(module.hold_outs, rule);
    case Reason::consent: case Reason::unreachable: return place_at(module.channels, decision.channel);
    case Reason::topic: case Reason::expired: return place_at(module.messages, decision.subject);
    case Reason::never: return place_at(module.nevers, rule);
    case Reason::quiet: return place_at(module.quiets, rule);
    case Reason::gap: return place_at(module.gaps, rule);
    case Reason::cap: return place_at(module.caps, rule);
    case Reason::paused: return place_at(module.journeys, decision.journey);
    default: return {};
  }
}

SourcePlace node_place(const Module& module, const Decision& decision) {
  if (decision.kind == Decision::Kind::message && decision.journey < 0) return place_at(module.floors, decision.why.node);
  if (decision.journey < 0) return {};
  const ModuleJourney& journey = module.journeys[static_cast<size_t>(decision.journey)];
  return place_at(journey.nodes, decision.kind == Decision::Kind::step ? decision.step : decision.why.node);   // the first nodes are the steps
}

void write(ByteWriter& out, const SourcePlace& place) {
  out.text(place.at);
  out.text(place.text);
}
void read(ByteReader& in, SourcePlace& place) {
  place.at = std::string(in.text());
  place.text = std::string(in.text());
}

std::string encode(const DecisionWhy& why) {
  std::string bytes;
  ByteWriter out(bytes);
  out.raw(why.version);
  out.integer(why.rule);
  out.integer(why.node);
  write(out, why.rule_place);
  write(out, why.node_place);
  out.text(why.key);
  out.varint(why.used.size());
  for (const DecisionWhy::Used& used : why.used) {
    out.instant(used.at);
    out.text(used.id);
    out.text(used.message);
    out.text(used.channel);
  }
  out.varint(why.passed_over.size());
  for (const DecisionWhy::PassedOver& channel : why.passed_over) {
    out.text(channel.channel);
    out.text(channel.reason);
  }
  return bytes;
}

bool decode(ByteReader& in, DecisionWhy& why) {
  why.version = in.raw();
  why.rule = static_cast<int32_t>(in.integer_in(-1, INT32_MAX));
  why.node = static_cast<int32_t>(in.integer_in(-1, INT32_MAX));
  read(in, why.rule_place);
  read(in, why.node_place);
  why.key = std::string(in.text());
  for (uint32_t left = in.count(kListMost); left > 0 && in.good(); --left) {
    DecisionWhy::Used used;
    used.at = in.instant();
    used.id = std::string(in.text());
    used.message = std::string(in.text());
    used.channel = std::string(in.text());
    why.used.push_back(std::move(used));
  }
  for (uint32_t left = in.count(kListMost); left > 0 && in.good(); --left) {
    DecisionWhy::PassedOver channel;
    channel.channel = std::string(in.text());
    channel.reason = std::string(in.text());
    why.passed_over.push_back(std::move(channel));
  }
  return in.good();
}

}  // namespace

DecisionWhy why_of(const Module& module, const Decision& decision) {
  DecisionWhy why;
  why.version = module.version;
  why.rule = decision.why.rule;
  why.node = decision.why.node;
  why.rule_place = rule_place(module, decision);
  why.node_place = node_place(module, decision);
  why.key = decision.why.key;
  for (const Decision::Used& used : decision.why.used) why.used.push_back({used.at, hex_of(used.id), name_at(module.messages, used.message), name_at(module.channels, used.channel)});
  for (size_t i = 0; i < std::min<size_t>(decision.why.passed_over.size(), kListMost); ++i) {
    const Decision::PassedOver& channel = decision.why.passed_over[i];
    why.passed_over.push_back({name_at(module.channels, channel.channel), std::string(word(channel.reason))});
  }
  return why;
}

std::string log_row(int64_t at, int64_t received, std::string_view text) { return header(RowKind::plain, at, received).append(text); }
std::string effect_row(int64_t at, int64_t received, std::string_view text) { return header(RowKind::effect, at, received).append(text); }

std::string audit_row(int64_t at, int64_t received, std::string_view line, const DecisionWhy& why) {
  std::string value = header(RowKind::why, at, received);
  ByteWriter(value).text(encode(why));
  return value.append(line);
}

RowKind read_row(std::string_view value, HistoryEntry& entry) {
  if (value.size() < kHeaderBytes || value[0] < static_cast<char>(RowKind::plain) || value[0] > static_cast<char>(RowKind::why)) return RowKind::unread;
  const auto kind = static_cast<RowKind>(value[0]);
  entry.at = read_big_endian_signed(value.substr(1));
  entry.received = read_big_endian_signed(value.substr(9));
  entry.text = value.substr(kHeaderBytes);
  entry.why = {};
  if (kind != RowKind::why) return kind;
  const std::string_view rest = value.substr(kHeaderBytes);
  ByteReader in({reinterpret_cast<const uint8_t*>(rest.data()), rest.size()});
  const std::string_view packed = in.text();
  entry.text = rest.substr(rest.size() - in.left());
  ByteReader why({reinterpret_cast<const uint8_t*>(packed.data()), packed.size()});
  return in.good() && decode(why, entry.why) && why.at_end() ? kind : RowKind::unread;
}

HistoryRead read_history(const StoreReader& store, std::span<const UserId> parts, const HistoryRange& range, const std::function<bool(const HistoryEntry&)>& visit) {
  HistoryRead result;
  std::vector<HistoryEntry> entries;
  for (const UserId part : parts)
    for (const Space space : {Space::log, Space::audit}) {
      std::string prefix, from;
      append_big_endian(prefix, part);
      from = prefix;
      append_big_endian(from, range.from);
      size_t taken = 0;
      result.failure = store.scan(space, {from, behind_prefix(prefix), range.latest}, [&](std::string_view key, std::string_view value) {
        if (key.size() != 16) return true;
        if (taken == range.most) return !(result.cut = true);
        HistoryEntry entry;
        entry.sequence = read_big_endian(key.substr(8));
        entry.decision = space == Space::audit;
        const RowKind kind = read_row(value, entry);
        if (kind == RowKind::unread) ++result.unread;
        if (kind == RowKind::plain || kind == RowKind::why) entries.push_back(std::move(entry));
        return ++taken > 0;
      });
      if (result.failure) return result;
    }
  std::sort(entries.begin(), entries.end(), [](const HistoryEntry& a, const HistoryEntry& b) { return a.sequence < b.sequence; });
  const size_t over = entries.size() - std::min(entries.size(), range.most);
  result.cut |= over > 0;
  const auto first = range.latest ? entries.begin() + static_cast<std::ptrdiff_t>(over) : entries.begin();
  const auto last = range.latest ? entries.end() : entries.end() - static_cast<std::ptrdiff_t>(over);
  for (auto entry = first; entry != last; ++entry) if (!visit(*entry)) break;
  return result;
}

}  // namespace wend
