// Bodies that nobody should send: what is refused, what is the fault of one event alone, and that nothing crashes.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/unit/ingest/envelope_sample.h"
#include "test_paths.h"

using namespace wend;
using namespace wend::sample;

TEST_CASE("bodies that hold no events are refused") {
  for (const char* body : {"", " ", "null", "[]", "\"x\"", "7", "{", "{}x", "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}", R"({"a":"\ud800"})"}) {
    INFO(body);
    CHECK(read(kTrack, body).status == 400);
    CHECK(read(kBatch, body).status == 400);
    CHECK(read(kPostHog, body).status == 400);
  }
  for (const char* body : {"{}", R"({"batch":{}})", R"({"batch":null})", R"({"batch":[],"batch":[]})", R"({"batch":[],"context":{"a":1,"\u0061":2}})"}) CHECK(read(kBatch, body).status == 400);
  CHECK(read(kBatch, R"({"batch":[]})").items.empty());
  CHECK(read(kTrack, "null").detail == "the body must be a JSON object");
}

TEST_CASE("nesting ends at 64 levels, and costs nothing") {
  CHECK(read(kTrack, std::string(30'000, '[')).status == 400);
  CHECK(read(kBatch, std::string(100'000, '[')).status == 400);
  CHECK(read(kTrack, R"({"x":)" + std::string(500, '[') + std::string(500, ']') + "}").status == 400);
  CHECK(read(kTrack, R"({"x":)" + std::string(60, '[') + std::string(60, ']') + "}").status == 200);
}

TEST_CASE("sizes: an event, a body, a batch, and what a batch multiplies") {
  const auto event = [](size_t size) { const std::string start = R"({"event":"e","x":")"; return start + std::string(size - start.size() - 2, 'x') + "\"}"; };
  CHECK(read(kTrack, event(32 * 1024)).status == 200);
  CHECK(read(kTrack, event(32 * 1024 + 1)).status == 413);
  const Envelope batch = read(kBatch, R"({"batch":[)" + event(32 * 1024) + "," + event(32 * 1024 + 1) + "]}");
  REQUIRE(batch.items.size() == 2);
  CHECK(batch.items[0].problem == "");
  CHECK(batch.items[1].problem == "the event is larger than 32 KB");
  const std::string empty = R"({"batch":[]})";
  CHECK(read(kBatch, empty + std::string(500 * 1024 - empty.size(), ' ')).status == 200);
  CHECK(read(kBatch, empty + std::string(500 * 1024 - empty.size() + 1, ' ')).status == 413);
  CHECK(read(kImport, std::string(3'000'000, 'x')).status == 413);

  std::string many = R"({"batch":[{})";
  for (int i = 0; i < 2'500; ++i) many += ",{}";
  const Envelope full = read(kBatch, many + "]}");
  CHECK(full.items.size() == 2'500);
  CHECK(full.dropped_past_limit == 1);
  const std::string context = R"(,"context":{"x":")" + std::string(30'000, 'x') + "\"}}";
  CHECK(read(kBatch, many + "]" + context).status == 413);
  CHECK(read(kBatch, R"({"batch":[{}],"context":{"x":")" + std::string(33'000, 'x') + "\"}}").status == 413);
}

TEST_CASE("a key that stands twice is refused, wherever it stands") {
  CHECK(problem_of(kTrack, R"({"event":"a","\u0065vent":"b"})") == "a key stands twice in one object");
  CHECK(problem_of(kPostHog, R"({"batch":[{"event":"a","properties":{"x":1,"x":2}}]})") == "a key stands twice in one object");
  const Taken nested(read(kTrack, R"({"event":"play","userId":"u","properties":{"track":"a","played":1,"x":{"y":1,"y":2}}})"));
  CHECK(nested.reason() == "the key `y` stands twice in one object");
  const Taken proto(read(kTrack, R"({"event":"play","userId":"u","properties":{"track":"a","played":1,"__proto__":{"y":1}}})"));
  CHECK(proto.intake.log.events().size() == 1);
  const Taken key(read(kTrack, R"({"event":"play","userId":"u","properties":{")" + std::string(256, 'k') + "\":1}}"));
  CHECK(key.reason() == "a key is longer than 255 bytes");
  std::string keys = "{\"event\":\"e\"";
  for (int i = 0; i < 1'000; ++i) keys += ",\"" + std::to_string(i) + "\":1";
  CHECK(problem_of(kTrack, keys + "}") == "an object has more than 1000 keys");
  for (const auto route : {kBatch, kPostHog}) CHECK(read(route, keys + ",\"batch\":[]}").detail == "the body has more than 1000 keys");
}

TEST_CASE("who, when and which are judged by the reader: one event is rejected, the batch is not") {
  const auto reason = [](const std::string& item) {
    const Envelope envelope = read(kBatch, R"({"batch":[)" + item + R"(,{"event":"play","userId":"u","properties":{"track":"a","played":1}}]})");
    CHECK(envelope.status == 200);
    const Taken taken(envelope);
    CHECK(taken.intake.log.events().size() == 1);
    return taken.reason();
  };
  const std::string nobody = "the event names no user, `userId` or another identity was expected";
  CHECK(reason(R"({"event":"play"})") == nobody);
  CHECK(reason(R"({"event":"play","userId":"","anonymousId":""})") == nobody);
  CHECK(reason(R"({"event":"play","userId":")" + std::string(10'240, 'u') + "\"}") == "`userId` is longer than 255 bytes");
  CHECK(reason(R"({"event":"play","userId":7})") == "`userId` must be a text, found 7");
  CHECK(reason(R"({"event":"play","userId":{}})") == "`userId` must be a text, found an object");
  CHECK(reason(R"({"event":"play","userId":"u","messageId":")" + std::string(101, 'm') + "\"}") == "`messageId` is longer than 100 characters");
  for (const char* time : {"0000-01-01T00:00:00Z", "9999-01-01T00:00:00Z"}) CHECK(reason(R"({"event":"play","userId":"u","timestamp":")" + std::string(time) + "\"}").find("`timestamp` must") == 0);
  for (const char* time : {"\"NaN\"", "\"2026-02-30T00:00:00Z\"", "7", "{}"}) CHECK(reason(R"({"event":"play","userId":"u","timestamp":)" + std::string(time) + "}").find("`timestamp` must be a time") == 0);
  CHECK(reason(R"({"event":"play","userId":"u","properties":{"track":"a","played":"12"}})").find("`played` of `play` must be a duration") == 0);
}

TEST_CASE("texts are kept as they are: NUL, directions, emoji, long ones") {
  const std::string text = "\\u0000 \\u202e שלום 👩‍👩‍👧 " + std::string(30'000, 'x');
  CHECK(line(kTrack, R"({"event":"e","properties":{"t":")" + text + "\"}}").find(text) != std::string::npos);
}

TEST_CASE("parts and other charsets are 415; the bytes decide what the rest is") {
  for (const char* type : {"multipart/form-data; boundary=x", "application/json; charset=utf-16", "text/plain;charset=ISO-8859-1"}) CHECK(read(kTrack, "{}", type).status == 415);
  for (const char* type : {"text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "", "application/json; charset=\"utf-8\""}) CHECK(read(kTrack, "{}", type).status == 200);
}

TEST_CASE("no body of the public JSON suite that is malformed is taken") {
  const std::filesystem::path folder = std::filesystem::path(WEND_SHARED_DATA) / "conformance" / "json_parsing";
  if (!std::filesystem::is_directory(folder)) {
    WARN("the JSON suite is not there: " << WEND_SHARED_DATA);
    return;
  }
  size_t malformed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const std::string name = entry.path().filename().string(), text = bytes.str();
    INFO(name);
    const bool refuse = name.starts_with("n_");
    malformed += refuse;
    const Envelope track = read(kTrack, text), batch = read(kBatch, R"({"batch":[{"x":)" + text + "}]}"), clouds = read(kClouds, text), import = read(kImport, text);
    if (!refuse) continue;
    CHECK((track.status == 400 || (track.status == 413 && text.size() > 32 * 1024)));
    CHECK((clouds.status == 400 || clouds.status == 413));
    for (const EnvelopeItem& item : import.items) CHECK((!item.problem.empty() || text.find('\n') != std::string::npos));
  }
  CHECK(malformed > 180);
}

TEST_CASE("whatever body comes, what becomes a line is one JSON object") {
  const std::vector<std::pair<EnvelopeRoute, std::string>> seeds = {
      {kTrack, R"({"type":"track","event":"play","userId":"u","timestamp":"2026-01-01T10:00:00Z","properties":{"track":"a\u00e5\"","played":1.5e1}})"},
      {kBatch, R"({"batch":[{"type":"track","event":"play","context":{"a":1}},{"type":"identify","traits":{"x":[1,{"y":null}]}}],"context":{"b":"\\"},"sentAt":"2026-01-01T10:00:00Z","writeKey":"W"})"},
      {kPostHog, R"({"api_key":"k","batch":[{"event":"$identify","distinct_id":"u1","uuid":"1","properties":{"$set":{"a":1}}},{"event":"$create_alias","properties":{"alias":"an1","distinct_id":"u1"}}]})"},
      {kClouds, R"([{"specversion":"1.0","id":"1","source":"s","type":"play","subject":"u","data":{"track":"a"}}])"},
      {kImport, "{\"type\":\"track\",\"event\":\"play\"}\n{\"type\":\"page\",\"name\":\"n\"}\n"}};
  static const std::string kPieces[] = {"\"", "{", "}", "[", "]", ",", ":", "\\", "\\u", "null", "1e999", "\n", "\xff", "\"batch\":", "\"event\":\"e\"", "-", "0"};
  std::mt19937 random(20260131);
  size_t lines = 0;
  for (int i = 0; i < 60'000; ++i) {
    auto [route, body] = seeds[static_cast<size_t>(i) % seeds.size()];
    for (uint32_t changes = 1 + random() % 3; changes > 0; --changes) {
      const size_t at = random() % (body.size() + 1);
      switch (random() % 5) {
        case 0: if (at < body.size()) body[at] = static_cast<char>(random()); break;
        case 1: body.erase(at, 1 + random() % 6); break;
        case 2: body.insert(at, kPieces[random() % std::size(kPieces)]); break;
        case 3: body.insert(at, body.substr(at, random() % 40)); break;
        default: body.insert(at, body.substr(body.size() / 2)); break;
      }
    }
    const Envelope envelope = read_envelope(route, {}, body);
    if (envelope.status != 200 && !envelope.items.empty()) FAIL(body);
    for (const EnvelopeItem& item : envelope.items) {
      if (item.line.empty() == item.problem.empty()) FAIL(body);
      if (item.line.empty()) continue;
      ++lines;
      const Envelope again = read_envelope(kImport, {}, item.line);
      if (again.items.size() != 1 || !again.items[0].problem.empty()) FAIL(body << "\n" << item.line);
    }
  }
  CHECK(lines > 5'000);
}
