// What the built-in events do: consent and topics, slots given back, dead addresses, what others sent.
// Tested by tests/stories/protection_feedback and tests/unit/core.
#include <xxhash.h>

#include <algorithm>

#include "runtime/abi/named.h"
#include "runtime/core/input.h"
#include "runtime/core/values.h"

namespace wend {
namespace {

// The first half of a message's id; 0 when the text is none.
uint64_t id_of(std::string_view text) {
  if (text.size() != 32) return 0;
  uint64_t id = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'f')) return 0;
    if (i < 16) id = id << 4 | static_cast<uint64_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return id;
}

}  // namespace

std::string_view Input::said(int32_t property) const {
  if (property < 0 || !(event_->known >> property & 1)) return {};
  const wend_slot& slot = event_->slots[property];
  return {slot.data, static_cast<size_t>(slot.size)};
}

uint32_t address_of(const Module& module, const Context& context, const uint8_t* record, uint32_t channel) {
  const ModuleAttribute& attribute = module.attributes[module.channels[channel].reaches];
  wend_slot slot{};
  if (!read_field(record, attribute.field, attribute.type.kind, context, slot) || slot.size <= 0) return 0;
  return static_cast<uint32_t>(XXH3_64bits(slot.data, static_cast<size_t>(slot.size)));
}

uint32_t Input::address_of(uint32_t channel) const { return wend::address_of(module_, context_, user_.record.bytes(), channel); }

void Input::apply_feedback() {
  if (!event_ || !module_.events[event_->type].builtin) return;
  const auto type = static_cast<int32_t>(event_->type);
  if (type == tables_.unsubscribed.event) return unsubscribe();
  if (type == tables_.external_send.event) return sent_by_others();
  if (type == tables_.bounced.event) return note_bounce();
  if (type == tables_.failed.event) {
    if (const SentStamp* sent = sent_message(tables_.failed, kGivenBackOf)) give_back(sent->number);
  } else if (tables_.chooses_best && (type == tables_.opened.event || type == tables_.clicked.event)) {
    const FeedbackEvent& places = type == tables_.opened.event ? tables_.opened : tables_.clicked;
    if (SentStamp* sent = sent_message(places, kAnswersOf)) sent->answered = true;
  }
}

// The topic it names; else the consent of the channel it names; else, rather one message too few, every consent.
void Input::unsubscribe() {
  uint8_t* record = user_.record.bytes();
  const auto turn = [&](uint32_t attribute, bool on) {
    wend_slot value{};
    value.integer = on;
    write_field(record, module_.attributes[attribute].field, ValueKind::boolean, value, context_);
    note_written(attribute, now_);
  };
  if (const int32_t topic = index_of(module_.topics, said(tables_.unsubscribed.topic)); topic >= 0) {
    return turn(module_.topics[static_cast<size_t>(topic)].attribute, false);
  }
  const int32_t named = index_of(module_.channels, said(tables_.unsubscribed.channel));
  for (size_t i = 0; i < module_.channels.size(); ++i) {
    const ModuleChannel& channel = module_.channels[i];
    if (channel.consent < 0 || (named >= 0 && named != static_cast<int32_t>(i))) continue;
    turn(static_cast<uint32_t>(channel.consent), channel.consent_negated);
  }
}

void Input::sent_by_others() {
  const FeedbackEvent& places = tables_.external_send;
  SentStamp stamp;
  stamp.at = std::min(event_->at, now_);
  stamp.channel = index_of(module_.channels, said(places.channel));
  stamp.message = index_of(module_.messages, said(places.message));
  stamp.category = index_of(module_.categories, said(places.category));
  if (stamp.category < 0 && stamp.message >= 0) {
    stamp.category = static_cast<int32_t>(module_.messages[static_cast<size_t>(stamp.message)].category);
  }
  stamp.exempt = stamp.category >= 0 && module_.categories[static_cast<size_t>(stamp.category)].exempt;
  remember_sent(stamp);
}

// The leg of ours that the event is about, among so many latest: by its id, else the latest of the message, channel or both
// that it names.
SentStamp* Input::sent_message(const FeedbackEvent& places, uint32_t of_latest) const {
  UserState::More* more = user_.more_or_null();
  if (!more) return nullptr;
  const std::string_view id = said(places.id), message = said(places.message), channel = said(places.channel);
  if (id.empty() && message.empty() && channel.empty()) return nullptr;
  SentStamp* found = nullptr;
  for (SentStamp& stamp : more->sent) {
    if (stamp.id == 0 || more->sent_count - stamp.number >= of_latest || (found && found->number > stamp.number)) continue;
    if (!id.empty() && stamp.id != id_of(id)) continue;
    if (id.empty() && !message.empty() && stamp.message != index_of(module_.messages, message)) continue;
    if (id.empty() && !channel.empty() && stamp.channel != index_of(module_.channels, channel)) continue;
    found = &stamp;
  }
  return found;
}

void Input::note_bounce() {
  const FeedbackEvent& places = tables_.bounced;
  if (places.permanent < 0 || !(event_->known >> places.permanent & 1) || event_->slots[places.permanent].integer == 0) return;
  const SentStamp* sent = sent_message(places, kGivenBackOf);
  int32_t channel = index_of(module_.channels, said(places.channel));
  if (channel < 0 && sent) channel = sent->channel;
  if (channel < 0) return;
  const uint32_t present = address_of(static_cast<uint32_t>(channel));
  if (present == 0 || (sent && sent->channel == channel && sent->address != present)) return;   // it has changed since
  const uint32_t attribute = module_.channels[static_cast<size_t>(channel)].reaches;
  const Field& field = module_.attributes[attribute].field;
  const uint32_t text = *reinterpret_cast<const uint32_t*>(user_.record.bytes() + field.offset);
  std::vector<DeadAddress>& dead = user_.more().dead;
  const auto place = std::lower_bound(dead.begin(), dead.end(), attribute,
                                      [](const DeadAddress& one, uint32_t wanted) { return one.attribute < wanted; });
  if (place != dead.end() && place->attribute == attribute) place->text = text;
  else dead.insert(place, {attribute, text});
}

}  // namespace wend
