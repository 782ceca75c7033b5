// The stream half of a case, and what a case is as text.
#include <algorithm>

#include "tests/differential/schema.h"
#include "tests/reference/clock.h"

namespace wend::differential {

std::vector<Piece> generate_project(uint64_t seed, const Size& size, Schema& schema);

std::string json_value(Kind kind, const std::string& field, Random& random) {
  static const std::vector<std::string> days = {"\"monday\"", "\"wednesday\"", "\"sunday\""};
  if (field == "message" && random.chance(80)) return "\"msg" + std::to_string(random.between(0, 3)) + "\"";
  switch (kind) {
    case Kind::boolean: return random.chance(50) ? "true" : "false";
    case Kind::integer: return std::to_string(random.chance(5) ? INT64_MAX : random.between(-5, 12));
    case Kind::number: return random.word({"0.1", "0.2", "-3.75", "12", "1e3", "0.30000000000000004"});
    case Kind::percent: return random.word({"0.1", "0.05", "0.125", "1"});
    case Kind::text: return random.word({"\"a\"", "\"b\"", "\"jazz\"", "\"\"", "\"\\u00e5 <b>\"", "\"A\\\"q\\\\\""});
    case Kind::money: return random.word({"5", "49.90", "0.000001", "12.345678", "-3"});
    case Kind::duration: return random.word({"0", "30", "61.5", "3600", "90000"});
    case Kind::time: return random.word({"\"2026-03-29T01:00:00Z\"", "\"2026-02-01T12:30:00+02:00\"", "\"2028-02-29T12:00:00.25Z\""});
    case Kind::date: return random.word({"\"2008-02-29\"", "\"1999-12-31\"", "\"2026-03-01\"", "\"2026-01-15\"", "\"2026-03-29\"", "\"2026-04-03\"", "\"2026-10-25\"", "\"2026-11-03\"", "\"2028-02-29\""});
    case Kind::clock: return random.word({"\"09:00\"", "\"23:59:59\"", "\"00:00\""});
    case Kind::weekday: return random.pick(days);
    case Kind::word: return random.word({"\"free\"", "\"premium\"", "\"for two\""});
    case Kind::zone: return "\"" + random.word(kZones) + "\"";
    case Kind::texts: case Kind::integers: case Kind::records: {
      std::string out;
      for (int64_t n = random.chance(4) ? random.between(48, 60) : random.between(0, 4); n > 0; --n) {
        std::string item = kind == Kind::integers ? json_value(Kind::integer, "", random) : json_value(Kind::text, "", random);
        if (kind == Kind::texts && random.chance(30)) item = "\"t" + std::to_string(n) + "\"";
        if (kind == Kind::records) {
          item = "{\"name\":" + item + ",\"extra\":1,\"price\":" + json_value(Kind::money, "", random);
          if (random.chance(50)) item += random.chance(30) ? ",\"image\":null" : ",\"image\":" + json_value(Kind::text, "", random);
          item += "}";
        }
        if (random.between(0, 599) == 0) item = random.word({"null", "[]", "true"});
        out += (out.empty() ? "" : ", ") + item;
      }
      return "[" + out + "]";
    }
  }
  return "null";
}

namespace {

using reference::kDay;
using reference::kHour;
using reference::kMinute;
using reference::kSecond;

class Stream {
 public:
  Stream(uint64_t seed, const Size& size, const Schema& schema, bool late) : size_(size), schema_(schema), random_(seed ^ 0x5bd1e995), late_(late) {
    static const std::vector<int64_t> beginnings = {reference::days_of(2026, 1, 10), reference::days_of(2026, 3, 20), reference::days_of(2026, 10, 15), reference::days_of(2028, 2, 20)};
    begin_ = random_.pick(beginnings) * kDay;
  }

  std::vector<std::string> build() {
    for (int u = 0; u < size_.users; ++u) user(u);
    std::stable_sort(lines_.begin(), lines_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> lines;
    for (auto& [at, line] : lines_) lines.push_back(std::move(line));
    if (random_.chance(30) && lines.size() > 2) std::swap(lines[0], lines[lines.size() / 2]);  // files need not be sorted
    return lines;
  }

  int64_t end() const { return begin_ + (size_.days + 10) * kDay; }

 private:
  // An instant near the last one, at an edge of it, or somewhere in the stream.
  int64_t instant(int64_t last) {
    const reference::Zone& zone = *reference::Zone::find(random_.chance(70) ? schema_.zone : random_.pick(kZones));
    int64_t whole = begin_ + random_.between(0, size_.days * 24 * 60) * kMinute, day = zone.local_day(whole);
    switch (random_.between(0, 9)) {
      case 0: return last;
      case 1: return last + random_.between(1, 30) * kSecond;
      case 2: return last + random_.pick(std::vector<int64_t>{kHour, kDay, 7 * kDay, 30 * kMinute, 2 * kDay, kMinute}) + random_.between(-1, 1);
      case 3: return zone.instant(day, 0) + random_.between(-1, 1);
      case 4: return zone.instant(day, random_.pick(std::vector<int64_t>{4 * kHour, 150 * kMinute, 90 * kMinute, 23 * kHour + 30 * kMinute, 12 * kHour, 22 * kHour, 8 * kHour, 9 * kHour}));
      case 5: return reference::floor_div(whole, kHour) * kHour;
      case 6: return whole + random_.between(0, kMinute);
      default: return whole;
    }
  }

  void user(int u) {
    std::string id = (u % 7 == 3 ? "ü-" : "user-") + std::to_string(u);
    int64_t last = begin_ + random_.between(0, size_.days * 12) * kHour;
    by_phone_ = false;
    if (random_.chance(85)) add(last, identify(id, last, true));
    int64_t count = random_.between(1, size_.events * 2);
    for (int64_t k = 0; k < count; ++k) {
      last = std::clamp(instant(last), begin_, begin_ + size_.days * kDay);
      std::string line = random_.chance(12) ? identify(id, last, false) : random_.chance(15) ? feedback(id, last) : track(id, last);
      add(last, line);
      if (schema_.anonymous && random_.chance(4)) add(last, alias(id, last));
      if (random_.chance(5)) add(last + random_.pick(std::vector<int64_t>{0, kMinute, 2 * kDay, 8 * kDay}), line);  // the same id again
    }
  }

  void add(int64_t at, std::string line) {
    if (late_ && random_.chance(20)) {
      int64_t received = at + random_.pick(std::vector<int64_t>{0, 30 * kMinute, kHour, kHour + 1, 2 * kHour, 2 * kHour + 1, 5 * kHour, 2 * kDay});
      line.insert(1, "\"receivedAt\":\"" + reference::print_instant(received) + "\",");
    }
    lines_.emplace_back(at, std::move(line));
  }

  std::string other(const std::string& stem) { return stem + std::to_string(random_.between(0, size_.users - 1)); }

  // Who an event names: the user, the browser they mostly come by, or both; now and then somebody else's browser. For a while
  // they come by a phone that nobody knows, until they say on it who they are.
  std::string named(const std::string& id) {
    if (!schema_.anonymous) return "\"userId\":\"" + id + "\"";
    if (by_phone_) {
      by_phone_ = random_.chance(80);
      return "\"anonymousId\":\"phone-of-" + id + "\"" + (by_phone_ ? "" : ",\"userId\":\"" + id + "\"");
    }
    by_phone_ = random_.chance(12);
    std::string browser = "\"anonymousId\":\"" + (random_.chance(85) ? "browser-of-" + id : random_.chance(50) ? "phone-of-" + id : other("browser-of-user-")) + "\"";
    if (random_.chance(40)) return browser;
    return random_.chance(50) ? browser + ",\"userId\":\"" + id + "\"" : "\"userId\":\"" + id + "\"";
  }

  std::string alias(const std::string& id, int64_t at) {
    std::string previous = random_.chance(60) ? "browser-of-" + id : random_.chance(50) ? other("user-") : other("phone-of-user-");
    return "{\"type\":\"alias\",\"userId\":\"" + id + "\",\"previousId\":\"" + previous + "\",\"timestamp\":\"" + reference::print_instant(at) + "\"}";
  }

  std::string head(const char* type, const std::string& id, int64_t at) {
    std::string text = std::string("{\"type\":\"") + type + "\"," + named(id) + ",\"timestamp\":\"" + reference::print_instant(at) + "\"";
    if (random_.chance(80)) text += ",\"messageId\":\"x" + std::to_string(++ids_) + "\"";
    return text;
  }

  std::string identify(const std::string& id, int64_t at, bool first) {
    std::string text = head("identify", id, at) + ",\"traits\":{";
    bool any = false;
    auto put = [&](const std::string& name, const std::string& value) {
      text += (any ? "," : "") + ("\"" + name + "\":" + value);
      any = true;
    };
    for (const Field& f : schema_.attributes) {
      bool reach = f.name == "address" || f.name == "handle" || f.name == "time_zone" || f.name == "opt_in";
      if (!random_.chance(first ? (reach ? 80 : 40) : 20)) continue;
      if (random_.chance(first ? 0 : 25)) put(f.name, "null");
      else if (random_.chance(3)) put(f.name, "[]");
      else if (f.name == "opt_in") put(f.name, random_.chance(80) ? "true" : "false");
      else put(f.name, json_value(f.kind, f.name, random_));
    }
    if (schema_.login && random_.chance(40)) put("login", "\"login-of-" + (random_.chance(90) ? id : other("user-")) + "\"");
    if (random_.chance(5)) put("undeclared", "1");
    return text + "}}";
  }

  // What delivery tells, by the names of things, some of which nobody declared.
  std::string feedback(const std::string& id, int64_t at) {
    std::string name = random_.word({"failed", "failed", "opened", "opened", "clicked", "bounced", "bounced", "delivered", "unsubscribed", "external_send", "external_send"});
    std::vector<std::string> messages = {"nothing"};
    for (const Message& m : schema_.messages) messages.push_back(m.name);
    std::string text = head("track", id, at) + ",\"event\":\"" + name + "\",\"properties\":{\"seen\":true";
    auto put = [&](const char* key, int percent, const std::string& value) {
      if (random_.chance(percent)) text += std::string(",\"") + key + "\":\"" + value + "\"";
    };
    if (name == "external_send") text += ",\"channel\":\"" + random_.word({"email", "push", "fax"}) + "\"";
    else put("channel", 70, random_.word({"email", "push", "email", "push", "fax"}));
    if (name == "external_send") put("category", 60, random_.word({"transactional", "service", "promotional", "nothing"}));
    if (name == "unsubscribed") put("topic", 70, random_.word({"weekly", "alerts", "nothing"}));
    if (name == "bounced") text += std::string(",\"permanent\":") + (random_.chance(60) ? "true" : "false");
    put("message", 60, random_.word(messages));
    return text + "}}";
  }

  std::string track(const std::string& id, int64_t at) {
    const Event* picked = &random_.pick(schema_.events);
    while (picked->raised && random_.chance(95)) picked = &random_.pick(schema_.events);   // one is never taken from outside
    const Event& event = *picked;
    std::string name = random_.chance(3) ? "undeclared" : event.source;
    std::string text = head("track", id, at) + ",\"event\":\"" + name + "\",\"properties\":{";
    bool any = false;
    for (const Field& f : event.fields) {
      if (f.optional && random_.chance(20)) continue;
      std::string value = f.optional && random_.chance(15) ? "null" : random_.chance(1) ? "{}" : json_value(f.kind, f.name, random_);
      text += (any ? "," : "") + ("\"" + f.name + "\":" + value);
      any = true;
    }
    return text + "}}";
  }

  const Size& size_;
  const Schema& schema_;
  Random random_;
  bool late_;
  int64_t begin_ = 0;
  int64_t ids_ = 0;
  bool by_phone_ = false;
  std::vector<std::pair<int64_t, std::string>> lines_;
};

void write(const Piece& piece, std::string& out) {
  if (!piece.head.empty()) out += piece.head + "\n";
  for (const Piece& inside : piece.inside) write(inside, out);
  if (piece.tail == "} else {" && !out.empty()) out += "  " + piece.tail + "\n";
  else if (!piece.tail.empty()) out += "  " + piece.tail + "\n";
}

}  // namespace

std::string Case::text() const {
  std::string out;
  for (const Piece& piece : project) write(piece, out);
  return out;
}

std::string Case::stream() const {
  std::string out;
  for (const std::string& line : events) out += line + "\n";
  return out;
}

Size small_size() { return {2, 10, 8, 2, 1, 1, 1, 0}; }

Size size_of_seed(uint64_t seed) {
  int grown = static_cast<int>(std::min<uint64_t>(seed, 1000));
  Random random(seed * 7919);
  auto up_to = [&](int low, int high) { return low + static_cast<int>(random.between(0, (high - low) * grown / 1000)); };
  Size size;
  size.users = up_to(2, 40);
  size.days = up_to(10, 150);
  size.events = size.users > 20 ? up_to(8, 20) : up_to(8, 60);
  size.measures = up_to(2, 12);
  size.states = up_to(1, 4);
  size.messages = up_to(1, 5);
  size.journeys = up_to(1, 5);
  size.experiments = up_to(random.chance(50) ? 1 : 0, 3);
  return size;
}

namespace {
std::string value_of(const std::string& line, const std::string& key) {
  size_t at = line.find("\"" + key + "\":\"");
  if (at == std::string::npos) return "";
  at += key.size() + 4;
  return line.substr(at, line.find('"', at) - at);
}
}  // namespace

Case with_feedback(const Case& made, const std::vector<std::string>& lines, uint64_t seed) {
  Case more = made;
  Random random(seed ^ 0x1234567);
  const reference::Zone& utc = *reference::Zone::find("UTC");
  for (const std::string& line : lines) {
    if (line.find("\"outcome\":\"sent\"") == std::string::npos || !random.chance(40)) continue;
    int64_t at = 0;
    if (!reference::read_instant(value_of(line, "at"), utc, at)) continue;
    at += random.pick(std::vector<int64_t>{0, kSecond, 10 * kMinute, kHour, kDay, 9 * kDay});
    std::string name = random.word({"failed", "failed", "opened", "clicked", "delivered", "bounced"});
    const std::string user = value_of(line, "user"), of = user.substr(0, user.find('-'));
    const std::string identity = (of == "browser" || of == "phone") && random.chance(90) ? "anonymousId" : "userId";   // now and then two of one name
    more.events.push_back("{\"type\":\"track\",\"" + identity + "\":\"" + user + "\",\"timestamp\":\"" + reference::print_instant(at) + "\",\"event\":\"" + name +
                          "\",\"properties\":{\"message_id\":\"" + value_of(line, "id") + "\"" + (name == "bounced" ? ",\"permanent\":true" : "") + "}}");
  }
  return more;
}

Case generate(uint64_t seed, const Size& size) {
  Schema schema;
  Case made;
  made.project = generate_project(seed, size, schema);
  made.arrivals = seed % 4 == 1;
  Stream stream(seed, size, schema, made.arrivals);
  made.events = stream.build();
  if (Random(seed).chance(50)) made.until_us = stream.end();
  return made;
}

}  // namespace wend::differential
