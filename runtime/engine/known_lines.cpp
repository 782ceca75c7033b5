// Learning goes over a line that is known to be well-formed and that the parser has taken; what it does not understand it does not learn.
#include "runtime/engine/known_lines.h"

#include <algorithm>
#include <optional>

#include "runtime/engine/json_cursor.h"

namespace wend {
namespace {

// A reader of a few lines never meets the like of one again, and one whose lines are all different learns in vain.
constexpr uint64_t kLinesBefore = 8, kTries = 256, kLinesATry = 16;

constexpr std::string_view kTimes[] = {"timestamp", "originalTimestamp", "sentAt", "receivedAt"};   // by preference

}  // namespace

// Goes over one line. Depth is bounded by the parser, which has read it before.
class KnownLines::Student : JsonCursor {
 public:
  Student(const Intake& intake, std::string_view line) : JsonCursor(line), intake_(intake), line_(line) {}

  std::optional<Known> known;
  std::vector<LineShapes::Place> places;

  void study() {
    space();
    if (!object(Within::line) || !type_ || (*type_ != "track" && *type_ != "identify") || !time_text_) return;
    Known out;
    if (*type_ == "track") {
      if (!event_) return;
      out.event = intake_.event_of(*event_);
      out.counted_only = out.event < 0;
      out.event_name = *event_;
    }
    std::sort(values_.begin(), values_.end(), [](const Value& a, const Value& b) { return a.place.begin < b.place.begin; });
    std::vector<bool> found(out.event < 0 ? 0 : intake_.module.events[static_cast<size_t>(out.event)].properties.size());
    for (const Value& value : values_) {
      const auto number = static_cast<uint32_t>(places.size());
      places.push_back(value.place);
      if (!use(value, number, out, found)) return;
    }
    for (const auto& [within, key] : holders_)
      if (!hold(within, key, out)) return;
    for (uint32_t i = 0; i < found.size(); ++i) {
      if (found[i]) continue;
      if (intake_.module.events[static_cast<size_t>(out.event)].properties[i].path == "name" && named_) return;
      out.absent.push_back(i);
    }
    known = std::move(out);
  }

 private:
  enum class Within : uint8_t { line, properties, traits, context, other };
  struct Value { Within within; std::string_view key; LineShapes::Place place; bool null, text; };

  bool object(Within within) {
    step();
    for (space(); peek() == '"'; space()) {
      const std::string_view key = text();
      if (key.find('\\') != std::string_view::npos) return false;
      space();
      step();   // :
      if (!member(key, within)) return false;
      space();
      if (peek() != ',') break;
      step();
      space();
    }
    step();   // }
    return true;
  }

  bool array() {
    step();
    for (space(); peek() != ']'; space()) {
      if (!member({}, Within::other)) return false;
      space();
      if (peek() == ',') step();
    }
    step();   // ]
    return true;
  }

  bool member(std::string_view key, Within within) {
    space();
    if (peek() == '{' || peek() == '[') {
      const bool is_array = peek() == '[';
      Within inside = Within::other;
      if (within == Within::line) {
        inside = key == "properties" ? Within::properties : key == "traits" ? Within::traits : key == "context" ? Within::context : Within::other;
        if (is_array ? inside != Within::other || means(key) : inside == Within::other && means(key)) return false;
      } else if (within == Within::properties || within == Within::traits) {
        holders_.push_back({within, key});
      } else if (within == Within::context && key == "traits") {
        return false;
      }
      return is_array ? array() : object(inside);
    }
    const size_t begin = at();
    skip();
    const Value value{within, key, {begin, at()}, line_[begin] == 'n', line_[begin] == '"'};
    if (within != Within::line) return values_.push_back(value), true;
    return line_member(value);
  }

  // Members of the line that mean something, and are no object.
  static bool means(std::string_view key) {
    return key == "type" || key == "event" || key == "userId" || key == "anonymousId" || key == "messageId" || key == "name" ||
           std::find(std::begin(kTimes), std::end(kTimes), key) != std::end(kTimes);
  }

  bool line_member(const Value& value) {
    const std::string_view inside = value.text ? line_.substr(value.place.begin + 1, value.place.end - value.place.begin - 2) : std::string_view();
    if (value.key == "type" || value.key == "event") {
      if (!value.text || inside.find('\\') != std::string_view::npos) return false;
      (value.key == "type" ? type_ : event_) = inside;   // part of the shape
      return true;
    }
    if (!value.null) {
      if (value.key == "name") named_ = true;
      if (value.key == "properties" || value.key == "traits" || value.key == "context") return false;
      if ((value.key == "userId" || value.key == "anonymousId" || value.key == "messageId") && !value.text) return false;
      const auto time = static_cast<size_t>(std::find(std::begin(kTimes), std::end(kTimes), value.key) - std::begin(kTimes));
      if (time < time_) {
        time_ = time;
        time_text_ = value.text;
      }
    }
    values_.push_back(value);
    return true;
  }

  bool use(const Value& value, uint32_t number, Known& out, std::vector<bool>& found) const {
    if (value.within == Within::line) {
      if (value.null) return true;
      if (value.key == kTimes[time_]) out.at = static_cast<int32_t>(number);
      else if (value.key == "messageId") out.id = static_cast<int32_t>(number);
      else if (value.key == "userId" && !intake_.named.empty()) out.identities.insert(out.identities.begin(), {number, 0});
      else if (value.key == "anonymousId" && intake_.rank_of("anonymous_id") >= 0) out.identities.push_back({number, static_cast<uint32_t>(intake_.rank_of("anonymous_id"))});
      return true;
    }
    if (value.within == Within::properties && out.event >= 0) {
      const int32_t property = property_of(out.event, value.key);
      if (property == kNested) return false;
      if (property < 0) return out.unknown_properties.emplace_back(value.key), true;
      found[static_cast<size_t>(property)] = true;
      if (value.null) return out.absent.push_back(static_cast<uint32_t>(property)), true;
      return out.properties.push_back({number, static_cast<uint32_t>(property)}), true;
    }
    if (value.within == Within::traits) {
      const int32_t attribute = intake_.attribute_of(value.key);
      if (attribute < 0) return out.unknown_traits.emplace_back(value.key), true;
      const int32_t rank = intake_.rank_of_attribute(static_cast<uint32_t>(attribute));
      if (rank < 0) return out.traits.push_back({number, static_cast<uint32_t>(attribute)}), true;
      if (value.text) out.identity_traits.push_back({number, static_cast<uint32_t>(rank)});
      return value.text || value.null;
    }
    return true;
  }

  // A property or trait that is an object or a list: learnt only where nothing is known of it.
  bool hold(Within within, std::string_view key, Known& out) const {
    if (within == Within::traits) {
      if (intake_.attribute_of(key) >= 0) return false;
      return out.unknown_traits.emplace_back(key), true;
    }
    if (out.event < 0) return true;
    if (property_of(out.event, key) != kNoProperty) return false;
    return out.unknown_properties.emplace_back(key), true;
  }

  static constexpr int32_t kNoProperty = -1, kNested = -2;
  int32_t property_of(int32_t event, std::string_view key) const {
    int32_t property = kNoProperty;
    const std::vector<ModuleProperty>& properties = intake_.module.events[static_cast<size_t>(event)].properties;
    for (size_t i = 0; i < properties.size(); ++i) {
      if (properties[i].path == key) property = static_cast<int32_t>(i);
      else if (properties[i].path.size() > key.size() && properties[i].path.starts_with(key) && properties[i].path[key.size()] == '.') return kNested;
    }
    if (property >= 0 && (properties[static_cast<size_t>(property)].type.kind == ValueKind::list || properties[static_cast<size_t>(property)].type.kind == ValueKind::set)) return kNested;
    return property;
  }

  const Intake& intake_;
  std::string_view line_;
  std::vector<Value> values_;
  std::vector<std::pair<Within, std::string_view>> holders_;
  std::optional<std::string_view> type_, event_;
  size_t time_ = std::size(kTimes);
  bool time_text_ = false, named_ = false;
};

KnownLines::KnownLines(Intake& intake) : intake_(intake) {}

void KnownLines::learn(std::string_view line) {
  if (++left_ <= kLinesBefore || tries_ >= kTries + taken_ / kLinesATry) return;
  ++tries_;
  Student student(intake_, line);
  student.study();
  if (!student.known) return;
  const int32_t shape = shapes_.add(line, student.places);
  if (shape != LineShapes::kNone) known_.push_back(std::move(*student.known));
}

bool KnownLines::take(std::string_view line, const LineTime& time, EventDraft& draft) {
  const int32_t shape = shapes_.match(line, values_);
  if (shape == LineShapes::kNone) return false;
  if (fill(known_[static_cast<size_t>(shape)], time, draft)) {
    ++taken_;
    return true;
  }
  draft.clear();
  std::fill(intake_.named.begin(), intake_.named.end(), std::string_view());
  return false;
}

bool KnownLines::fill_names(const Known& known, EventDraft& draft) {
  for (const std::vector<Known::Use>* uses : {&known.identities, &known.identity_traits}) {
    for (const auto& [value, rank] : *uses) {
      const std::string_view text = values_[value].text;
      if (text.size() > kIdentityBytesMax) return false;
      if (intake_.named[rank].empty()) intake_.named[rank] = text;
    }
  }
  if (known.id >= 0) {
    draft.id = values_[static_cast<size_t>(known.id)].text;
    if (draft.id.size() > kMessageIdCharactersMax) return false;
  }
  return std::any_of(intake_.named.begin(), intake_.named.end(), [](std::string_view text) { return !text.empty(); });
}

bool KnownLines::fill(const Known& known, const LineTime& time, EventDraft& draft) {
  int64_t at = 0;
  if (times_.read(values_[static_cast<size_t>(known.at)].text, *intake_.module.zone, at) != TimeFault::none) return false;
  draft.at = time.instead.value_or(at);
  if (!fill_names(known, draft)) return false;
  if (known.event >= 0) {
    draft.type = static_cast<uint32_t>(known.event);
    const ModuleEvent& event = intake_.module.events[draft.type];
    draft.slots.assign(event.properties.size(), wend_slot{});
    for (const auto& [value, i] : known.properties) {
      const ModuleProperty& property = event.properties[i];
      if (!convert_json(values_[value], {property.type, property.in_milliseconds, *intake_.module.zone, intake_.log.arena()}, draft.slots[i])) return false;
      draft.known |= uint64_t{1} << i;
    }
    for (const uint32_t i : known.absent)
      if (!intake_.take_absent(draft.type, i, draft)) return false;
  }
  intake_.take_identities(draft);
  if (known.counted_only) {
    ++intake_.unknown_events;
    intake_.unknown("event", known.event_name);
    return true;
  }
  for (const std::string& name : known.unknown_properties) {
    ++intake_.unknown_properties;
    intake_.unknown("property", name, intake_.module.events[draft.type].name);
  }
  for (const std::string& name : known.unknown_traits) {
    ++intake_.unknown_traits;
    intake_.unknown("trait", name);
  }
  for (const auto& [value, attribute] : known.traits) {
    const ModuleAttribute& declared = intake_.module.attributes[attribute];
    const RawValue& raw = values_[value];
    StoredTrait trait{attribute, 1, {}};
    if (raw.kind == RawValue::Kind::null) {
      trait.known = declared.initial.known ? 1 : 0;
      trait.value = owned_slot(declared.initial, declared.type.kind);
    } else if (!convert_json(raw, {declared.type, false, *intake_.module.zone, intake_.log.arena()}, trait.value)) {
      ++intake_.bad_traits;
      continue;
    }
    draft.traits.push_back(trait);
  }
  intake_.log.add(draft);
  return true;
}

}  // namespace wend
