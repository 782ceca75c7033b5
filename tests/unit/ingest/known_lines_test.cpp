// Whether a line's like has been read before makes no difference: every line is read by a reader that learns and by one that does not, and
// what both have gathered must be the same, down to the numbers of identities. Lines come in many shapes, again and again with other
// values, and broken in every way.
#include <catch2/catch.hpp>

#include <random>

#include "runtime/engine/line_shapes.h"
#include "runtime/engine/ndjson.h"
#include "tests/unit/ingest/sample.h"

using namespace wend;

namespace {

struct Reading {
  explicit Reading(bool learns) : reader(intake, learns) {}
  void line(std::string text) {
    const size_t size = text.size();
    text.append(64, '\0');
    reader.line({text.data(), size}, "events", ++number);
  }
  Intake intake{sample::module()};
  NdjsonReader reader;
  uint64_t number = 0;
};

std::string told(const wend_slot& slot, ValueKind kind) {
  return held_as_bytes(kind) ? sample::text_of(slot) : std::to_string(slot.integer);
}

// All that an intake has gathered, as text.
std::string told(const Intake& intake) {
  std::string out;
  for (const StoredEvent& event : intake.log.events()) {
    const EventRecord& record = *event.record;
    out += std::to_string(event.at) + " " + std::to_string(record.type) + " " + std::string(record.id());
    for (const uint32_t identity : record.identities()) out += " #" + std::to_string(identity);
    for (size_t i = 0; i < record.slots().size(); ++i)
      out += record.known >> i & 1 ? " " + told(record.slots()[i], intake.module.events[record.type].properties[i].type.kind) : " ?";
    for (const StoredTrait& trait : record.traits())
      out += " @" + std::to_string(trait.attribute) + (trait.known ? "=" + told(trait.value, intake.module.attributes[trait.attribute].type.kind) : "=?");
    out += "\n";
  }
  for (uint32_t i = 0; i < intake.identities.size(); ++i) out += std::to_string(intake.identities.kind(i)) + " " + std::string(intake.identities.text(i)) + "\n";
  for (const Rejection& one : intake.rejected)
    out += one.place + " " + one.reason + " " + std::to_string(one.at.value_or(-1)) + " " + std::to_string(one.identity) + "\n";
  for (const auto& [name, count] : intake.unknown_by_name()) out += name + " " + std::to_string(count) + "\n";
  out += std::to_string(intake.unknown_events) + " " + std::to_string(intake.unknown_traits) + " " + std::to_string(intake.unknown_properties) + " " +
         std::to_string(intake.bad_traits) + " " + std::to_string(intake.not_handled);
  return out;
}

// `~` stands for a value that changes from line to line.
const char* const kShapes[] = {
    R"({"messageId":"~","userId":"~","timestamp":"2026-01-0~T10:~:00.~Z","type":"track","event":"play","properties":{"track":"~","played":~,"genre":"~"}})",
    R"({"type":"track","event":"play","userId":"~","timestamp":"2026-01-0~T10:00:0~Z","properties":{"track":"~","played":~.5,"genre":null}})",
    R"({"type":"track","event":"play","userId":"~","timestamp":"2026-01-0~T10:00:0~Z","properties":{"track":"~","played":~,"unheard":"~","of":{"a":~},"at all":[~]}})",
    R"({"type":"track","event":"Order Completed","anonymousId":"~","timestamp":"2026-02-0~T10:00:00+01:00","properties":{"revenue.amount":~,"plan":"free","taken":~}})",
    R"({"type":"track","event":"Order Completed","userId":"~","timestamp":"2026-02-0~T10:00:00Z","properties":{"revenue":{"amount":~},"plan":"p~"}})",
    R"({"type":"track","event":"never heard of","userId":"~","timestamp":"2026-02-0~T10:00:00Z","properties":{"a":~},"traits":{"email":"~@x","first_name":"~"}})",
    R"({"type":"identify","userId":"~","timestamp":"2026-03-0~T10:00:00Z","traits":{"email":"~@example.com","first_name":"~","opt_in":true,"balance":~.25,"shoe":~}})",
    R"({"type":"identify","userId":null,"anonymousId":"~","sentAt":"2026-03-0~T10:00:00Z","traits":{"email":null,"first_name":null,"opt_in":~,"address":{"city":"~"}}})",
    R"({"type":"identify","userId":"~","originalTimestamp":"2026-03-0~T10:00:00Z","receivedAt":"soon","context":{"library":{"name":"js","version":"~"},"ip":"~"},"traits":{}})",
    R"({"type":"identify","userId":"~","timestamp":"2026-03-0~T10:00:00Z","context":{"traits":{"first_name":"~"}}})",
    R"({"type":"page","name":"~","userId":"~","timestamp":"2026-03-0~T10:00:00Z","properties":{}})",
    R"({"type":"alias","userId":"~","previousId":"~","timestamp":"2026-03-0~T10:00:00Z"})",
    R"({"type":"track","event":"play","name":"~","userId":"~","timestamp":"2026-03-0~T10:00:00Z","properties":{"track":"~","played":~}})",
    R"({"event":"play","userId":"~","timestamp":"2026-03-0~T10:00:00Z","properties":{"track":"~","played":~}})",
    R"( { "type" : "track" , "event" : "play", "userId" : "~" , "timestamp" : "2026-03-0~T10:00:00Z", "properties" : { "track" : "~" , "played" : ~ } } )",
    R"({"type":"track","event":"play","userId":"~","timestamp":"2026-01-0~T10:00:0~Z","properties":{"played":~}})",
    R"({"type":"track","event":"play","userId":~,"timestamp":~,"properties":{"track":~,"played":~,"genre":~},"context":[~]})",
};

const char* const kValues[] = {"1", "7", "23", "0", "-5", "00", "-0", "1.5", "0.10", "1e3", "999999999999999999", "1234567890123456789012", "true", "null", "false", "a",
                               "alice", "", "ol\\u00e9", "Bj\xc3\xb6rk", "\xc3", "\x01", "\"", "\\", "\\\"x", "2026-01-05T10:00:00Z", "[]", "{}", "\"b\"", "\"2026-01-05T10:00:00Z\"",
                               "5, \"track\":\"twice\"", "premium", "very long very long very long very long very long very long very long very long very long very long name"};

struct Maker {
  std::mt19937 random{20261};
  uint32_t below(size_t n) { return static_cast<uint32_t>(random() % n); }

  std::string line() {
    std::string out;
    for (const char* at = kShapes[below(std::size(kShapes))]; *at; ++at) {
      if (*at != '~') out += *at;
      else if (below(12) != 0) out += std::to_string(1 + below(9));
      else out += kValues[below(std::size(kValues))];
    }
    if (below(6) == 0) break_somewhere(out);
    return out;
  }

  void break_somewhere(std::string& line) {
    const size_t at = below(line.size());
    switch (below(4)) {
      case 0: line[at] = static_cast<char>(below(256)); break;
      case 1: line.erase(at, 1 + below(4)); break;
      case 2: line.insert(at, 1, "{}[]\",:0 "[below(9)]); break;
      default: line.resize(at);
    }
  }
};

}  // namespace

TEST_CASE("a line whose like has been read before is read as it would be otherwise") {
  Reading learning(true), plain(false);
  Maker maker;
  for (int i = 0; i < 60'000; ++i) {
    const std::string line = maker.line();
    learning.line(line);
    plain.line(line);
    if (i % 5'000 == 4'999) REQUIRE(told(learning.intake) == told(plain.intake));
  }
  CHECK(learning.intake.log.events().size() > 20'000);
  CHECK(learning.intake.rejected.size() > 5'000);
}

TEST_CASE("a shape is what stands between the values, and their kinds") {
  LineShapes shapes;
  const auto add = [&](const std::string& line, std::initializer_list<LineShapes::Place> places) { return shapes.add(line, std::vector<LineShapes::Place>(places)); };
  std::vector<RawValue> values;
  std::string padded;   // as lines stand in a reader: with room behind them
  const auto match = [&](const std::string& line) {
    padded = line + std::string(64, '"');
    return shapes.match({padded.data(), line.size()}, values);
  };
  REQUIRE(add(R"({"a":"x","b":1})", {{5, 8}, {13, 14}}) == 0);
  REQUIRE(add(R"({"a":"x","c":1})", {{5, 8}, {13, 14}}) == 1);
  REQUIRE(add(R"({"a":null})", {{5, 9}}) == 2);
  CHECK(add(R"({"a":"y","b":2})", {{5, 8}, {13, 14}}) == LineShapes::kNone);   // it is there

  REQUIRE(match(R"({"a":"a longer one than eight bytes","b":-12.50})") == 0);
  CHECK(values[0].text == "a longer one than eight bytes");
  CHECK(values[1].number == -12.5);
  CHECK(values[1].digits == "-12.50");
  REQUIRE(match(R"({"a":"","c":999999999999999999})") == 1);
  CHECK(values[1].integer == 999'999'999'999'999'999);
  CHECK(match(R"({"a":null})") == 2);
  for (const char* other : {R"({"a":"x","b":1} )", R"({"a":"x","b":1)", R"({"a":"x","b":"1"})", R"({"a":"x\n","b":1})", R"({"a":"x","b":01})", R"({"a":"x","b":1e2})",
                            R"({"a":"x","b":-})", R"({"a":"x","b":1.})", R"({"a":"x","b":9999999999999999999})", R"({"a":nul})", R"({"a":"x)", "{\"a\":\"\xff\",\"b\":1}", ""})
    CHECK(match(other) == LineShapes::kNone);
}

TEST_CASE("shapes without end are not kept") {
  LineShapes shapes;
  int32_t last = 0;
  for (size_t i = 0; i < 3 * LineShapes::kNodesMax && last != LineShapes::kNone; ++i) {
    const std::string line = "{\"key" + std::to_string(i) + "\":1}";
    last = shapes.add(line, std::vector<LineShapes::Place>{{line.size() - 2, line.size() - 1}});
  }
  CHECK(last == LineShapes::kNone);
}
