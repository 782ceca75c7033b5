// No two users are alike, and no run differs from the one before.
#include <algorithm>
#include <string>

#include "runtime/abi/text_format.h"
#include "runtime/abi/zones.h"
#include "runtime/engine/line_reader.h"
#include "runtime/hosts/bench_events.h"

namespace wend {
namespace {

constexpr int32_t kFirstDay = 20454;            // 2026-01-01
constexpr uint64_t kEventsADayMost = 6;         // 0 to 5 of them
constexpr const char* kZones[] = {"UTC", "Europe/Stockholm", "Europe/Berlin", "America/New_York", "Asia/Tokyo"};
constexpr const char* kWeekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

// splitmix64's last steps
uint64_t mixed(uint64_t z) {
  z += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

class Draw {
 public:
  explicit Draw(uint64_t seed) : state_(seed) {}
  uint64_t below(uint64_t n) { return (state_ = mixed(state_)) % n; }

 private:
  uint64_t state_;
};

class Population {
 public:
  Population(const Module& module, const MadeUpRequest& request, size_t most) : module_(module), request_(request), most_(most) {
    for (uint32_t i = 0; i < module.events.size(); ++i)
      if (!module.events[i].builtin && !module.events[i].signal) types_.push_back(i);
  }

  BenchEvents run() {
    out_.made_up = true;
    if (!types_.empty() && !module_.identities.empty()) live();
    std::stable_sort(planned_.begin(), planned_.end(), [](const Planned& a, const Planned& b) { return a.at < b.at; });
    for (const Planned& planned : planned_) write(planned);
    out_.text.append(LineReader::kSlack, '\0');
    return std::move(out_);
  }

 private:
  struct Planned { int64_t at; uint64_t user, seed; uint32_t type; };

  void live() {
    std::vector<uint32_t> turns(std::min<uint64_t>(request_.users, kBenchUsersMax));
    for (uint64_t day = 0; day < std::min(request_.days, kBenchDaysMax); ++day) {
      for (uint64_t user = 0; user < turns.size(); ++user) {
        const int64_t midnight = (kFirstDay + static_cast<int64_t>(day)) * kMicrosPerDay;
        Draw draw(mixed(user << 20 | day));
        const auto add = [&](int64_t at, uint32_t type) {
          if (planned_.size() < most_) planned_.push_back({at, user, mixed(user << 32 | planned_.size()), type});
          else out_.more = true;
        };
        // From six in the morning on; the identify of the first day is before all else of that user.
        if (day == 0) add(midnight + static_cast<int64_t>(draw.below(6 * 3600)) * kMicrosPerSecond, WEND_IDENTIFY);
        const uint64_t count = std::max<uint64_t>(draw.below(kEventsADayMost), day == 0 ? 1 : 0);
        for (uint64_t i = 0; i < count; ++i)
          add(midnight + static_cast<int64_t>(6 * 3600 + draw.below(18 * 3600)) * kMicrosPerSecond, types_[(user + turns[user]++) % types_.size()]);
        if (out_.more) return;
      }
    }
  }

  void write(const Planned& planned) {
    std::string& text = out_.text;
    const size_t begin = text.size();
    const bool identify = planned.type == WEND_IDENTIFY;
    Draw draw(planned.seed);
    at_ = planned.at;
    text += identify ? R"({"type":"identify")" : R"({"type":"track","event":)";
    if (!identify) append_json_string(text, module_.events[planned.type].source_name);
    text += ",\"userId\":\"user" + std::to_string(planned.user + 1) + "\",\"messageId\":\"m" + std::to_string(out_.lines.size() + 1) + "\",\"timestamp\":";
    append_json_string(text, format_instant(planned.at));
    text += identify ? ",\"traits\":{" : ",\"properties\":{";
    if (identify) {
      for (const ModuleAttribute& attribute : module_.attributes)
        if (!attribute.identity) member(attribute.name, attribute.type, false, draw);
    } else {
      for (const ModuleProperty& property : module_.events[planned.type].properties) member(property.path, property.type, property.in_milliseconds, draw);
    }
    text += "}}";
    out_.lines.push_back({begin, static_cast<uint32_t>(text.size() - begin), planned.type, planned.at});
    text += '\n';
  }

  // One `?` in eight says nothing.
  void member(const std::string& name, const ValueType& type, bool in_milliseconds, Draw& draw) {
    if (type.optional && draw.below(8) == 0) return;
    if (out_.text.back() != '{') out_.text += ',';
    append_json_string(out_.text, name);
    out_.text += ':';
    value(name, type, in_milliseconds, draw);
  }

  void value(const std::string& name, const ValueType& type, bool in_milliseconds, Draw& draw) {
    std::string& text = out_.text;
    const auto said = [&text](const std::string& word) { append_json_string(text, word); };
    const auto number = [&draw] { return std::to_string(1 + draw.below(20)); };
    switch (type.kind) {
      case ValueKind::boolean: text += draw.below(4) ? "true" : "false"; break;
      case ValueKind::integer: text += std::to_string(draw.below(100)); break;
      case ValueKind::number: text += std::to_string(draw.below(100)) + "." + std::to_string(draw.below(10)); break;
      case ValueKind::percent: text += "0." + std::to_string(10 + draw.below(90)); break;
      case ValueKind::money: text += std::to_string(1 + draw.below(200)) + ".5"; break;
      case ValueKind::duration: text += std::to_string((1 + draw.below(600)) * (in_milliseconds ? 1000 : 1)); break;
      case ValueKind::text: said(name + " " + number()); break;
      case ValueKind::html: said("<p>" + number() + "</p>"); break;
      case ValueKind::url: said("https://example.org/" + number()); break;
      case ValueKind::email: said("user" + std::to_string(1 + draw.below(100'000)) + "@example.org"); break;
      case ValueKind::time: said(format_instant(at_ - static_cast<int64_t>(draw.below(86'400)) * kMicrosPerSecond)); break;
      case ValueKind::date: said(format_date(kFirstDay - static_cast<int32_t>(draw.below(20'000)))); break;
      case ValueKind::time_of_day: said((draw.below(2) ? "0" : "1") + std::to_string(draw.below(10)) + ":30"); break;
      case ValueKind::weekday: said(kWeekdays[draw.below(7)]); break;
      case ValueKind::timezone: said(kZones[draw.below(std::size(kZones))]); break;
      case ValueKind::one_of: said(type.words.empty() ? "" : type.words[draw.below(type.words.size())]); break;
      case ValueKind::list: case ValueKind::set: list(name, type, draw); break;
    }
  }

  void list(const std::string& name, const ValueType& type, Draw& draw) {
    const bool plain = type.fields.size() == 1 && type.fields[0].name.empty();
    out_.text += '[';
    for (uint64_t left = 1 + draw.below(3); left > 0; --left) {
      if (plain) {
        value(name, type.fields[0].type, false, draw);
      } else {
        out_.text += '{';
        for (const ValueField& field : type.fields) member(field.name, field.type, false, draw);
        out_.text += '}';
      }
      if (left > 1) out_.text += ',';
    }
    out_.text += ']';
  }

  const Module& module_;
  const MadeUpRequest request_;
  const size_t most_;
  std::vector<uint32_t> types_;
  std::vector<Planned> planned_;
  int64_t at_ = 0;
  BenchEvents out_;
};

}  // namespace

BenchEvents make_up_events(const Module& module, const MadeUpRequest& request, size_t most) { return Population(module, request, most).run(); }

}  // namespace wend
