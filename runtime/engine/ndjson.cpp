// simdjson's DOM reads a line; what follows walks it once. Duplicate keys, which it lets pass, are refused here.
#include "runtime/engine/ndjson.h"

#include <algorithm>
#include <array>
#include <deque>
#include <span>

#include <simdjson.h>

#include "runtime/abi/lists.h"
#include "runtime/abi/utf8.h"
#include "runtime/engine/convert.h"
#include "runtime/engine/json_check.h"
#include "runtime/engine/json_digits.h"
#include "runtime/engine/known_lines.h"
#include "runtime/engine/line_reader.h"

namespace wend {

namespace dom = simdjson::dom;

namespace {

// Where the value under one key of `properties` goes.
struct KeyUse {
  std::string key;
  int32_t literal = -1;                                        // property whose whole path is this key
  struct Nested { uint32_t property; std::vector<std::string> rest; };
  std::vector<Nested> nested;                                  // properties whose path begins with it
};

// How the properties of one event are found. Keys mostly come in the same order in every line, so the use at the same
// place in the line before is tried first.
struct TypePlan {
  std::deque<KeyUse> uses;
  struct Seen { std::string key; const KeyUse* use; };
  std::vector<Seen> seen;

  const KeyUse* find(std::string_view key, size_t place) {
    if (place < seen.size() && seen[place].key == key) return seen[place].use;
    const KeyUse* use = nullptr;
    for (const KeyUse& candidate : uses) if (candidate.key == key) use = &candidate;
    if (place < 256) {
      if (place >= seen.size()) seen.resize(place + 1);
      seen[place] = {std::string(key), use};
    }
    return use;
  }
};

TypePlan plan_of(const ModuleEvent& event) {
  TypePlan plan;
  const auto use_of = [&](std::string_view key) -> KeyUse& {
    for (KeyUse& use : plan.uses) if (use.key == key) return use;
    return plan.uses.emplace_back(KeyUse{std::string(key), -1, {}});
  };
  for (uint32_t i = 0; i < event.properties.size(); ++i) {
    const std::string& path = event.properties[i].path;
    use_of(path).literal = static_cast<int32_t>(i);
    std::vector<std::string> parts;
    for (size_t at = 0; at <= path.size();) {
      const size_t end = std::min(path.find('.', at), path.size());
      parts.push_back(path.substr(at, end - at));
      at = end + 1;
    }
    if (parts.size() < 2) continue;
    use_of(parts.front()).nested.push_back({i, {parts.begin() + 1, parts.end()}});
  }
  return plan;
}

}  // namespace

class NdjsonReader::Parser {
 public:
  Parser(Intake& intake, bool learns) : intake_(intake), known_(intake), learns_(learns) {
    if (parser_.allocate(LineReader::kLineBytesMax + LineReader::kSlack, kDepthMax) != simdjson::SUCCESS) throw std::bad_alloc();
    for (const ModuleEvent& event : intake.module.events) plans_.push_back(plan_of(event));
    anonymous_ = intake.rank_of("anonymous_id");
  }

  bool line(std::string_view line, std::string_view file, uint64_t number, const LineTime& time) {
    line_ = line;
    time_ = time;
    at_.reset();
    draft_.clear();
    fault_ = {};
    std::fill(intake_.named.begin(), intake_.named.end(), std::string_view());
    if (learns_ && known_.take(line, time, draft_)) return true;
    if (read()) {
      if (learns_) known_.learn(line);
      return true;
    }
    uint32_t identity = kNoIdentity;
    if (intake_.take_identities(draft_)) identity = draft_.identities.front();
    intake_.reject(fault_, std::string(file) + ":" + std::to_string(number), at_, identity);
    return false;
  }

 private:
  enum class Call : uint8_t { none, track, identify, page, screen, alias, group, other };
  using Path = std::span<const std::string_view>;

  // The members of a line that mean something.
  struct Message {
    dom::element type, event, user, anonymous, previous, id, properties, traits, context, name;
    std::array<dom::element, 4> times;   // by preference
    uint32_t present = 0;
    enum : uint32_t { type_ = 1, event_ = 2, user_ = 4, anonymous_ = 8, id_ = 16, properties_ = 32, traits_ = 64, context_ = 128,
                      name_ = 256, time_ = 512, previous_ = 1024 };
    bool has(uint32_t member) const { return (present & member) != 0; }
  };

  bool fail(std::string reason) { return fault_ = plain_fault(std::move(reason)), false; }
  bool fail(std::string group, const std::string& found) { return fault_ = {group + ", found " + found, group}, false; }

  bool read() {
    dom::element root;
    const simdjson::error_code error = parser_.parse(line_.data(), line_.size(), false).get(root);
    if (error != simdjson::SUCCESS) return fail(std::string("the line is not JSON: ") + json_fault_words(error));
    if (!root.is_object()) return fail("the line must be a JSON object", found_words(raw(root, {})));
    if (!check_keys(root)) return false;
    Message message;
    collect(root, message);
    const bool dated = take_time(message);
    if (!take_users(message)) return false;
    Call call;
    if (!take_call(message, call)) return false;
    if (!dated) return fault_.reason.empty() ? fail("the event says no time, `timestamp` was expected") : false;
    if (call == Call::alias) return take_alias(message);
    if (call == Call::group) {
      ++intake_.not_handled;
      return true;
    }
    return take_event(message, call);
  }

  // No object may name a key twice; keys and their number are bounded.
  bool check_keys(const dom::element& element) {
    if (element.is_array()) {
      for (dom::element item : dom::array(element)) if (!check_keys(item)) return false;
      return true;
    }
    if (!element.is_object()) return true;
    const dom::object object(element);
    const size_t start = keys_.size();
    for (const dom::key_value_pair field : object) {
      if (field.key.size() > kKeyBytesMax) return fail("a key is longer than 255 bytes");
      keys_.push_back(field.key);
    }
    const bool good = check_level(start);
    keys_.resize(start);
    if (!good) return false;
    for (const dom::key_value_pair field : object) {
      if ((field.value.is_object() || field.value.is_array()) && !check_keys(field.value)) return false;
    }
    return true;
  }

  bool check_level(size_t start) {
    const size_t count = keys_.size() - start;
    if (count > kKeysMax) return fail("an object has more than 1000 keys");
    if (count > 24) {
      std::sort(keys_.begin() + static_cast<std::ptrdiff_t>(start), keys_.end());
      for (size_t i = start + 1; i < keys_.size(); ++i) if (keys_[i] == keys_[i - 1]) return twice(keys_[i]);
      return true;
    }
    uint64_t marks = 0;   // of the keys so far: only one that has the mark of another is compared
    for (size_t i = start; i < keys_.size(); ++i) {
      const uint64_t mark = 1ull << (mark_of(keys_[i]) % 64);
      if (marks & mark)
        for (size_t j = start; j < i; ++j) if (keys_[i] == keys_[j]) return twice(keys_[i]);
      marks |= mark;
    }
    return true;
  }
  static uint32_t mark_of(std::string_view key) {
    if (key.empty()) return 0;
    const auto at = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(key[i])); };
    return (at(0) * 31 + at(key.size() / 2)) * 31 + at(key.size() - 1) * 7 + static_cast<uint32_t>(key.size());
  }
  bool twice(std::string_view key) {
    return fault_ = {"the key `" + std::string(key) + "` stands twice in one object", "a key stands twice in one object"}, false;
  }

  static void collect(const dom::element& root, Message& m) {
    const auto put = [&m](dom::element& into, uint32_t member, const dom::element& value) {
      if (value.is_null()) return;
      into = value;
      m.present |= member;
    };
    uint32_t best = 4;
    for (const dom::key_value_pair field : dom::object(root)) {
      const std::string_view key = field.key;
      if (key == "type") put(m.type, Message::type_, field.value);
      else if (key == "event") put(m.event, Message::event_, field.value);
      else if (key == "userId") put(m.user, Message::user_, field.value);
      else if (key == "anonymousId") put(m.anonymous, Message::anonymous_, field.value);
      else if (key == "previousId") put(m.previous, Message::previous_, field.value);
      else if (key == "messageId") put(m.id, Message::id_, field.value);
      else if (key == "properties") put(m.properties, Message::properties_, field.value);
      else if (key == "traits") put(m.traits, Message::traits_, field.value);
      else if (key == "context") put(m.context, Message::context_, field.value);
      else if (key == "name") put(m.name, Message::name_, field.value);
      else {
        const uint32_t rank = key == "timestamp" ? 0 : key == "originalTimestamp" ? 1 : key == "sentAt" ? 2 : key == "receivedAt" ? 3 : 4;
        if (rank < best && !field.value.is_null()) {
          put(m.times[0], Message::time_, field.value);
          best = rank;
        }
      }
    }
  }

  // False leaves the fault for later: whose event it is should be known first.
  bool take_time(const Message& m) {
    if (!m.has(Message::time_)) {
      const std::optional<int64_t> told = time_.instead ? time_.instead : time_.otherwise;
      if (told) set_time(*told);
      return told.has_value();
    }
    int64_t at = 0;
    const RawValue value = raw(m.times[0], {});
    const TimeFault fault = value.kind != RawValue::Kind::text ? TimeFault::not_a_time
                                                                : parse_time(value.text, *intake_.module.zone, false, at);
    if (fault == TimeFault::out_of_range) return fail("`timestamp` must lie in 1970 to 2099", found_words(value));
    if (fault == TimeFault::not_a_time) return fail("`timestamp` must be a time such as 2026-01-31T18:00:00Z", found_words(value));
    set_time(time_.instead.value_or(at));
    return true;
  }
  void set_time(int64_t at) {
    draft_.at = at;
    at_ = at;
  }

  bool take_identity(const dom::element& element, const char* what, int32_t rank) {
    if (rank < 0) return true;
    std::string_view text;
    if (element.get_string().get(text) != simdjson::SUCCESS) {
      return fail(std::string("`") + what + "` must be a text", found_words(raw(element, {})));
    }
    if (text.size() > kIdentityBytesMax) return fail(std::string("`") + what + "` is longer than 255 bytes");
    if (intake_.named[rank].empty()) intake_.named[rank] = text;
    return true;
  }

  bool take_users(const Message& m) {
    const Fault dated = std::move(fault_);
    if (m.has(Message::user_) && !take_identity(m.user, "userId", intake_.named.empty() ? -1 : 0)) return false;
    if (m.has(Message::anonymous_) && !take_identity(m.anonymous, "anonymousId", anonymous_)) return false;
    for_traits(m, [this](const dom::key_value_pair& field, Path) {
      const int32_t attribute = intake_.attribute_of(field.key);
      const int32_t rank = attribute < 0 ? -1 : intake_.rank_of_attribute(static_cast<uint32_t>(attribute));
      std::string_view text;
      if (rank < 0 || field.value.get_string().get(text) != simdjson::SUCCESS || text.size() > kIdentityBytesMax) return;
      if (intake_.named[rank].empty()) intake_.named[rank] = text;
    });
    if (!intake_.take_identities(draft_)) return fail("the event names no user, `userId` or another identity was expected");
    if (m.has(Message::id_)) {
      std::string_view id;
      if (m.id.get_string().get(id) != simdjson::SUCCESS) return fail("`messageId` must be a text", found_words(raw(m.id, {})));
      if (count_scalars(id) > kMessageIdCharactersMax) return fail("`messageId` is longer than 100 characters");
      draft_.id = id;
    }
    fault_ = dated;
    return true;
  }

  bool take_call(const Message& m, Call& call) {
    const Fault dated = std::move(fault_);
    std::string_view type;
    if (!m.has(Message::type_)) {
      if (!m.has(Message::event_)) return fail("the line has no `type`, one of track, identify, page, screen, alias, group was expected");
      type = "track";
    } else if (m.type.get_string().get(type) != simdjson::SUCCESS) {
      return fail("`type` must be a text", found_words(raw(m.type, {})));
    }
    call = type == "track" ? Call::track : type == "identify" ? Call::identify : type == "page" ? Call::page
         : type == "screen" ? Call::screen : type == "alias" ? Call::alias : type == "group" ? Call::group : Call::other;
    if (call == Call::other) return fail("`type` must be one of track, identify, page, screen, alias, group", found_words(raw(m.type, {})));
    fault_ = dated;
    return true;
  }

  // What the previous id names is looked up when the alias is handled: an anonymous id if anybody has it, else a user's.
  bool take_alias(const Message& m) {
    std::string_view previous;
    if (!m.has(Message::previous_) || m.previous.get_string().get(previous) != simdjson::SUCCESS || previous.empty()) {
      return fail("an alias must say its `previousId`", m.has(Message::previous_) ? found_words(raw(m.previous, {})) : "nothing");
    }
    if (previous.size() > kIdentityBytesMax) return fail("`previousId` is longer than 255 bytes");
    draft_.type = kAliasCall;
    draft_.identities.resize(1);
    if (anonymous_ > 0) draft_.identities.push_back(intake_.identities.intern(static_cast<uint32_t>(anonymous_), previous));
    draft_.identities.push_back(intake_.identities.intern(0, previous));
    intake_.log.add(draft_);
    return true;
  }

  bool take_event(const Message& m, Call call) {
    std::string_view name = call == Call::page ? "page" : "screen";
    if (call == Call::track && (!m.has(Message::event_) || m.event.get_string().get(name) != simdjson::SUCCESS)) {
      return fail("`event` must be the event's name", m.has(Message::event_) ? found_words(raw(m.event, {})) : "nothing");
    }
    if (call != Call::identify) {
      const int32_t type = intake_.event_of(name);
      if (type < 0) {
        ++intake_.unknown_events;
        intake_.unknown("event", name);
        return true;
      }
      draft_.type = static_cast<uint32_t>(type);
      if (!take_properties(m)) return false;
    }
    take_traits(m);
    intake_.log.add(draft_);
    return true;
  }

  bool take_properties(const Message& m) {
    const ModuleEvent& event = intake_.module.events[draft_.type];
    TypePlan& plan = plans_[draft_.type];
    draft_.slots.assign(event.properties.size(), wend_slot{});
    found_.assign(event.properties.size(), Found::no);
    if (m.has(Message::properties_)) {
      if (!m.properties.is_object()) return fail("`properties` must be an object", found_words(raw(m.properties, {})));
      size_t place = 0;
      for (const dom::key_value_pair field : dom::object(m.properties)) {
        const KeyUse* use = plan.find(field.key, place++);
        if (use == nullptr) {
          ++intake_.unknown_properties;
          intake_.unknown("property", field.key, event.name);
        } else if (!take_use(*use, event, field)) {
          return false;
        }
      }
    }
    for (uint32_t i = 0; i < event.properties.size(); ++i) {
      if (found_[i] != Found::no) continue;
      if (m.has(Message::name_) && event.properties[i].path == "name") {   // page and screen say it beside `properties`
        static constexpr std::string_view kName[] = {"name"};
        if (!take_property(event, i, m.name, kName)) return false;
      } else if (!intake_.take_absent(draft_.type, i, draft_)) {
        return fault_ = lacks_value(event, event.properties[i]), false;
      }
    }
    return true;
  }

  bool take_use(const KeyUse& use, const ModuleEvent& event, const dom::key_value_pair& field) {
    if (use.literal >= 0) {
      const std::string_view path[] = {"properties", field.key};
      if (!take_property(event, static_cast<uint32_t>(use.literal), field.value, path)) return false;
      found_[use.literal] = Found::whole;
    }
    for (const KeyUse::Nested& nested : use.nested) {
      if (found_[nested.property] == Found::whole) continue;
      path_.assign({"properties", field.key});
      dom::element value = field.value;
      bool reached = true;
      for (const std::string& part : nested.rest) {
        path_.push_back(part);
        dom::object object;
        dom::element next;   // not `value` itself: a key that is not there leaves nothing
        reached = value.get_object().get(object) == simdjson::SUCCESS && object.at_key(part).get(next) == simdjson::SUCCESS;
        if (!reached) break;
        value = next;
      }
      if (!reached) continue;
      if (!take_property(event, nested.property, value, path_)) return false;
      found_[nested.property] = Found::nested;
    }
    return true;
  }

  bool take_property(const ModuleEvent& event, uint32_t i, const dom::element& element, Path path) {
    const ModuleProperty& property = event.properties[i];
    const uint64_t bit = uint64_t{1} << i;
    draft_.known &= ~bit;
    const RawValue value = raw(element, needs_digits(property.type) ? path : Path());
    if (value.kind == RawValue::Kind::null) {
      return intake_.take_absent(draft_.type, i, draft_) || (fault_ = lacks_value(event, property), false);
    }
    const Conversion how{property.type, property.in_milliseconds, *intake_.module.zone, intake_.log.arena()};
    if (is_list(property.type)) {
      std::string found;
      if (!convert_list(element, how, path, draft_.slots[i], found)) return fault_ = wrong_value(event, property, found), false;
      draft_.known |= bit;
      return true;
    }
    if (!convert_json(value, how, draft_.slots[i])) return fault_ = wrong_value(event, property, found_words(value)), false;
    draft_.known |= bit;
    return true;
  }

  static bool is_list(const ValueType& type) { return type.kind == ValueKind::list || type.kind == ValueKind::set; }

  // An array to a block of lists.h; `found` says what was wrong.
  bool convert_list(const dom::element& element, const Conversion& how, Path path, wend_slot& out, std::string& found) {
    dom::array array;
    if (element.get_array().get(array) != simdjson::SUCCESS) return found = found_words(raw(element, {})), false;
    ListBuilder list(how.type);
    size_t number = 0;
    for (const dom::element& item : array) {
      const std::string place = std::to_string(number++);
      std::vector<std::string_view> at(path.begin(), path.end());
      at.push_back(place);
      list.begin_item();
      if (convert_item(item, how, at, list, found)) continue;
      found += " (item " + std::to_string(number) + ")";
      return false;
    }
    out = text_slot(intake_.log.arena().keep(list.finish()));
    intake_.list_entries_dropped += list.dropped();
    return true;
  }

  bool convert_item(const dom::element& item, const Conversion& how, std::vector<std::string_view>& at, ListBuilder& list, std::string& found) {
    const std::vector<ValueField>& fields = how.type.fields;
    if (fields.size() == 1 && fields[0].name.empty()) return convert_field(item, fields[0], 0, how, at, list, found);
    dom::object record;
    if (item.get_object().get(record) != simdjson::SUCCESS) return found = found_words(raw(item, {})), false;
    for (uint32_t f = 0; f < fields.size(); ++f) {
      dom::element value;
      if (record.at_key(fields[f].name).get(value) == simdjson::SUCCESS && !value.is_null()) {
        at.push_back(fields[f].name);
        if (!convert_field(value, fields[f], f, how, at, list, found)) return found += " as `" + fields[f].name + "`", false;
        at.pop_back();
      } else if (!fields[f].type.optional) {
        return found = "no `" + fields[f].name + "`", false;
      }
    }
    return true;
  }

  bool convert_field(const dom::element& element, const ValueField& field, uint32_t place, const Conversion& how,
                     const std::vector<std::string_view>& at, ListBuilder& list, std::string& found) {
    const RawValue value = raw(element, needs_digits(field.type) ? Path(at) : Path());
    const Conversion one{field.type, how.in_milliseconds, how.zone, how.arena};
    wend_slot slot{};
    if (value.kind == RawValue::Kind::null || !convert_json(value, one, slot)) return found = found_words(value), false;
    list.put(place, slot);
    return true;
  }

  // `use` is given each trait and the path to it.
  template <class Use>
  void for_traits(const Message& m, Use use) {
    dom::object traits, context;
    if (m.has(Message::traits_) && m.traits.get_object().get(traits) == simdjson::SUCCESS) {
      for (const dom::key_value_pair field : traits) {
        const std::string_view path[] = {"traits", field.key};
        use(field, path);
      }
    }
    if (!m.has(Message::context_) || m.context.get_object().get(context) != simdjson::SUCCESS) return;
    if (context.at_key("traits").get_object().get(traits) != simdjson::SUCCESS) return;
    for (const dom::key_value_pair field : traits) {
      const std::string_view path[] = {"context", "traits", field.key};
      use(field, path);
    }
  }

  void take_traits(const Message& m) {
    for_traits(m, [this](const dom::key_value_pair& field, Path path) {
      const int32_t attribute = intake_.attribute_of(field.key);
      if (attribute < 0) {
        ++intake_.unknown_traits;
        intake_.unknown("trait", field.key);
      } else if (!take_trait(static_cast<uint32_t>(attribute), field.value, path)) {
        ++intake_.bad_traits;
      }
    });
  }

  // A wrong value leaves the attribute as it was.
  bool take_trait(uint32_t attribute, const dom::element& element, Path path) {
    const ModuleAttribute& declared = intake_.module.attributes[attribute];
    const RawValue value = raw(element, needs_digits(declared.type) ? path : Path());
    if (declared.identity) {
      return value.kind == RawValue::Kind::null || (value.kind == RawValue::Kind::text && value.text.size() <= kIdentityBytesMax);
    }
    for (const StoredTrait& earlier : draft_.traits) if (earlier.attribute == attribute) return true;   // `traits` goes before `context.traits`
    StoredTrait trait{attribute, 1, {}};
    if (value.kind == RawValue::Kind::null) {
      trait.known = declared.initial.known ? 1 : 0;
      trait.value = owned_slot(declared.initial, declared.type.kind);
    } else if (is_list(declared.type)) {
      std::string found;
      if (!convert_list(element, {declared.type, false, *intake_.module.zone, intake_.log.arena()}, path, trait.value, found)) return false;
    } else if (!convert_json(value, {declared.type, false, *intake_.module.zone, intake_.log.arena()}, trait.value)) {
      return false;
    }
    draft_.traits.push_back(trait);
    return true;
  }

  // `path` empty: the digits of a fraction are not needed.
  RawValue raw(const dom::element& element, Path path) const {
    RawValue value;
    switch (element.type()) {
      case dom::element_type::NULL_VALUE: break;
      case dom::element_type::BOOL: value.kind = RawValue::Kind::boolean; value.truth = bool(element); break;
      case dom::element_type::INT64: value.kind = RawValue::Kind::integer; value.integer = int64_t(element); break;
      case dom::element_type::UINT64: case dom::element_type::DOUBLE:
        value.kind = RawValue::Kind::number;
        value.number = double(element);
        if (!path.empty()) value.digits = number_digits(line_, path);
        break;
      case dom::element_type::STRING: value.kind = RawValue::Kind::text; value.text = std::string_view(element); break;
      case dom::element_type::ARRAY: value.kind = RawValue::Kind::list; break;
      case dom::element_type::OBJECT: value.kind = RawValue::Kind::object; break;
    }
    return value;
  }

  enum class Found : uint8_t { no, nested, whole };

  Intake& intake_;
  KnownLines known_;
  bool learns_;
  dom::parser parser_;
  std::vector<TypePlan> plans_;       // by event
  int32_t anonymous_ = -1;
  std::string_view line_;
  LineTime time_;
  std::optional<int64_t> at_;
  EventDraft draft_;
  Fault fault_;
  std::vector<std::string_view> keys_, path_;
  std::vector<Found> found_;
};

NdjsonReader::NdjsonReader(Intake& intake, bool learns) : parser_(std::make_unique<Parser>(intake, learns)) {}
NdjsonReader::~NdjsonReader() = default;

bool NdjsonReader::line(std::string_view line, std::string_view file, uint64_t number, const LineTime& time) {
  return parser_->line(line, file, number, time);
}

}  // namespace wend
