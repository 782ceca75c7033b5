// Decision lines: keys in a fixed order, no spaces, text escaped only where JSON must.
#include <fmt/format.h>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<int>(c));
        else out += c;
    }
  }
  return out + "\"";
}

std::string or_null(const std::string& text) { return text.empty() ? "null" : quoted(text); }

std::string message_fields(const Lines::Message& m) {
  std::string text = fmt::format(R"("message":{},"channel":{},"journey":{},"step":{},"category":{},"outcome":{},"reason":{},"until":{},"id":{})",
                                 quoted(m.message), or_null(m.channel), or_null(m.journey), or_null(m.step), quoted(m.category),
                                 quoted(m.outcome), or_null(m.reason), m.until ? quoted(print_instant(*m.until)) : "null", quoted(m.id));
  if (!m.content) return text + "}";
  text += ",\"content\":{";
  for (size_t i = 0; i < m.content->size(); ++i) {
    const auto& [field, value] = (*m.content)[i];
    text += (i ? "," : "") + quoted(field) + ":" + (value ? quoted(*value) : "null");
  }
  return text + "}}";
}

}  // namespace

std::string Lines::head(const char* kind) const {
  return fmt::format(R"({{"at":"{}","user":{},"kind":"{}",)", print_instant(now_), quoted(user_), kind);
}

void Lines::add(std::string text) { all.push_back({now_, user_, number_, std::move(text)}); }

void Lines::begin(int64_t now, std::string user, size_t number) {
  now_ = now;
  number_ = number;
  user_ = std::move(user);
}

void Lines::end() {
  for (auto* part : {&withdrawn_, &messages_}) {
    for (std::string& text : *part) add(std::move(text));
    part->clear();
  }
}

void Lines::state(const std::string& states, const std::string* from, const std::string& to) {
  add(head("state") + fmt::format(R"("states":{},"from":{},"to":{}}})", quoted(states), from ? quoted(*from) : "null", quoted(to)));
}
namespace {
std::string instance(const std::string& journey, const Lines::Key& key) { return fmt::format(R"("journey":{},"key":{})", quoted(journey), key ? quoted(*key) : "null"); }
}  // namespace

void Lines::enter(const std::string& journey, const Key& key) { add(head("enter") + instance(journey, key) + "}"); }
void Lines::goal(const std::string& journey, const Key& key) { add(head("goal") + instance(journey, key) + "}"); }
void Lines::refused(const std::string& journey, const Key& key) { add(head("refused") + instance(journey, key) + R"(,"reason":"limit"})"); }
void Lines::step(const std::string& journey, const Key& key, const std::string& step) {
  add(head("step") + instance(journey, key) + fmt::format(R"(,"step":{}}})", quoted(step)));
}
void Lines::leave(const std::string& journey, const Key& key, const std::string& outcome) {
  add(head("leave") + instance(journey, key) + fmt::format(R"(,"outcome":{}}})", quoted(outcome)));
}
void Lines::exposure(const std::string& experiment, const std::string& variant) {
  add(head("exposure") + fmt::format(R"("experiment":{},"variant":{}}})", quoted(experiment), quoted(variant)));
}
void Lines::late(const std::string& event, const std::string& id, int64_t event_at) {
  add(head("late") + fmt::format(R"("event":{},"id":{},"event_at":"{}"}})", or_null(event), or_null(id), print_instant(event_at)));
}
void Lines::other(const char* kind, const std::string& fields) { add(head(kind) + fields + "}"); }
void Lines::message(const Message& m) { messages_.push_back(head("message") + message_fields(m)); }
void Lines::withdrawn(const Message& m) { withdrawn_.push_back(head("message") + message_fields(m)); }

}  // namespace wend::reference
