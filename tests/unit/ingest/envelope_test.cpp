// Bodies as real clients send them: which events they hold.
#include <catch2/catch.hpp>

#include <map>

#include "runtime/engine/write_key.h"
#include "tests/unit/ingest/envelope_sample.h"

using namespace wend;
using namespace wend::sample;

TEST_CASE("a batch of @segment/analytics-node") {
  const Envelope envelope = read(kBatch, R"({"batch":[
    {"type":"track","event":"Order Completed","properties":{"revenue":{"amount":12.50},"taken":1500},"userId":"u1","timestamp":"2026-01-01T10:00:00.000Z",
     "messageId":"node-next-1","integrations":{},"context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"}},"_metadata":{"nodeVersion":"18"}},
    {"type":"identify","userId":"u1","traits":{"first_name":"A"}}, {"type":"group","userId":"u1","groupId":"g1","traits":{"plan":"x"}},
    {"type":"alias","userId":"u1","previousId":"an1"},
    {"type":"page","anonymousId":"an1","name":"Home","properties":{"url":"/"}}],"writeKey":"WKEY","sentAt":"2026-01-01T10:00:01.000Z"})");
  CHECK(envelope.status == 200);
  CHECK(envelope.write_key == "WKEY");
  REQUIRE(envelope.items.size() == 5);
  CHECK(envelope.items[0].timestamp_us == kNoon - 7'200'000'000);
  CHECK(envelope.items[0].sent_at_us == kNoon - 7'199'000'000);
  CHECK_FALSE(envelope.items[1].timestamp_us.has_value());
  CHECK(envelope.items[1].sent_at_us == kNoon - 7'199'000'000);
  for (const EnvelopeItem& item : envelope.items) CHECK(item.line.find("WKEY") == std::string::npos);
  const Taken taken(envelope);
  CHECK(taken.intake.rejected.empty());
  REQUIRE(taken.intake.log.events().size() == 4);
  CHECK(taken.intake.not_handled == 1);
  const EventRecord& order = *taken.intake.log.events()[0].record;
  CHECK(order.type == sample::kPurchase);
  CHECK(order.slots()[0].integer == 12'500'000);
  CHECK(order.id() == "node-next-1");
  CHECK(taken.intake.log.events()[0].at == kNoon - 7'200'000'000);
  CHECK(taken.intake.log.events()[1].at == kNoon);
  CHECK(taken.intake.log.events()[1].record->type == WEND_IDENTIFY);
  CHECK(taken.intake.log.events()[2].record->type == kAliasCall);
  CHECK(taken.names(3) == std::vector<std::string>{"anonymous_id=an1"});
}

TEST_CASE("batches without writeKey and sentAt, and with a timestamp of their own beside sentAt") {
  const Envelope customer_io = read(kBatch, R"({"batch":[{"type":"track","event":"play","userId":"u","properties":{"track":"a","played":1}}]})");
  CHECK(customer_io.write_key == "");
  CHECK_FALSE(customer_io.items.at(0).sent_at_us.has_value());
  const Envelope legacy = read(kBatch, R"({"batch":[{"type":"track","event":"play","userId":"u"}],"timestamp":"2026-01-01T10:00:00Z","sentAt":"2026-01-01T12:00:00Z"})");
  CHECK_FALSE(legacy.items.at(0).timestamp_us.has_value());
  CHECK(legacy.items.at(0).sent_at_us == kNoon);
}

TEST_CASE("RudderStack says originalTimestamp, and puts traits under the context") {
  const Envelope envelope = read(kBatch, R"({"batch":[{"type":"identify","userId":"u1","originalTimestamp":"2026-01-01T12:00:00Z","channel":"server","sentAt":"2026-01-01T12:00:09Z",
    "context":{"traits":{"first_name":"B"}}}]})", "application/x-www-form-urlencoded");
  CHECK(envelope.items.at(0).timestamp_us == kNoon);
  CHECK(envelope.items.at(0).sent_at_us == kNoon + 9'000'000);
  const Taken taken(envelope);
  REQUIRE(taken.intake.log.events().size() == 1);
  CHECK(taken.intake.log.events()[0].at == kNoon);
  CHECK(sample::text_of(taken.intake.log.events()[0].record->traits()[0].value) == "B");
}

TEST_CASE("a single call is what its path says; its key does not stay in the line") {
  const std::string body = R"({"event":"play","userId":"u","writeKey":"W","sentAt":"2026-01-01T12:00:00Z"})";
  const Envelope envelope = read(kTrack, body, "text/plain");
  CHECK(envelope.write_key == "W");
  CHECK(envelope.items.at(0).line == R"({"type":"track","event":"play","userId":"u"})");
  CHECK(envelope.items.at(0).sent_at_us == kNoon);
  CHECK(line(EnvelopeRoute::identify, R"({"type":"track","userId":"u"})") == R"({"type":"identify","userId":"u"})");
  CHECK(line(EnvelopeRoute::alias, R"({"userId":"u","previousId":"p"})") == R"({"type":"alias","userId":"u","previousId":"p"})");
}

TEST_CASE("every path of the API has its route") {
  // Of the table of routes, the rows that bring events: their handlers name the route.
  const std::map<std::string_view, EnvelopeRoute> routes = {
#define WEND_ENVELOPE(route) {"accept<EnvelopeRoute::" #route ">", EnvelopeRoute::route}
      WEND_ENVELOPE(track), WEND_ENVELOPE(identify), WEND_ENVELOPE(page), WEND_ENVELOPE(screen), WEND_ENVELOPE(group), WEND_ENVELOPE(alias),
      WEND_ENVELOPE(batch), WEND_ENVELOPE(posthog), WEND_ENVELOPE(cloudevents), WEND_ENVELOPE(import)};
#undef WEND_ENVELOPE
  std::map<std::string_view, EnvelopeRoute> paths;
#define WEND_ROUTE(door, method, pattern, handler, cors, key, summary) \
  if (routes.count(#handler) > 0) paths.emplace(pattern, routes.at(#handler));
#include "runtime/hosts/routes.def"
#undef WEND_ROUTE
  const auto route = [&](std::string_view path) {
    if (const auto known = paths.find(path); known != paths.end()) return known->second;
    FAIL(path);
    return kTrack;
  };
  CHECK(route("/v1/t") == kTrack);
  CHECK(route("/v1/track") == kTrack);
  CHECK(route("/v1/g") == EnvelopeRoute::group);
  CHECK(route("/v1/a") == EnvelopeRoute::alias);
  CHECK(route("/v1/b") == kBatch);
  CHECK(route("/batch") == kPostHog);
  CHECK(paths.size() == 17);
}

TEST_CASE("what a batch says once stands in each event, behind what the event says itself") {
  const Envelope envelope = read(kBatch, R"({"context":{"ip":"1","traits":{"first_name":"B"}},"integrations":{"All":true},
    "batch":[{"type":"identify","userId":"u","context":{"\u0069p":"2"}},{"type":"identify","userId":"u"},{"type":"identify","userId":"u","context":7}]})");
  REQUIRE(envelope.items.size() == 3);
  CHECK(envelope.items[0].line == R"({"type":"identify","userId":"u","context":{"\u0069p":"2","traits":{"first_name":"B"}},"integrations":{"All":true}})");
  CHECK(envelope.items[1].line == R"({"type":"identify","userId":"u","context":{"ip":"1","traits":{"first_name":"B"}},"integrations":{"All":true}})");
  CHECK(envelope.items[2].line.find(R"("context":7)") != std::string::npos);
}

TEST_CASE("numbers keep the digits they were written with") {
  const std::string numbers = R"([1.10,-0,9007199254740993,1E2,0.1000000000000000055511151231257827,9223372036854775808])";
  CHECK(line(kTrack, R"({"event":"e","properties":{"n":)" + numbers + "}}") == R"({"type":"track","event":"e","properties":{"n":)" + numbers + "}}");
  const Taken taken(read(kTrack, R"({"event":"Order Completed","userId":"u","properties":{"revenue":{"amount":123456789012.123456}}})"));
  REQUIRE(taken.intake.log.events().size() == 1);
  CHECK(taken.intake.log.events()[0].record->slots()[0].integer == 123456789012123456);
}

TEST_CASE("a number past every type is the fault of its event, not of its neighbours") {
  const Envelope envelope = read(kBatch, R"({"batch":[{"event":"play","userId":"u","properties":{"track":"a","played":1e400}},{"event":"play","userId":"u","properties":{"track":"-1e999","played":1}}]})");
  REQUIRE(envelope.status == 200);
  const Taken taken(envelope);
  CHECK(taken.intake.log.events().size() == 1);
  CHECK(taken.reason() == "the line is not JSON: a number is malformed or out of range");
  for (const char* number : {"01", "1.", ".5", "-", "+1", "1e", "0x10", "1_0", "NaN", "Infinity", "1e400x", "1e400 2"}) {
    CHECK(read(kBatch, R"({"batch":[{"event":"a","n":)" + std::string(number) + "}]}").status == 400);
  }
}

TEST_CASE("PostHog's batch: identify, alias, group, set, events and their ids") {
  const Envelope envelope = read(kPostHog, R"({"api_key":"phc_x","sent_at":"2026-01-01T12:00:05Z","batch":[
    {"event":"$identify","distinct_id":"u1","uuid":"id-1","timestamp":"2026-01-01T12:00:00Z","properties":{"$anon_distinct_id":"an0","$set":{"first_name":"P"},"$set_once":{}}},
    {"event":"$create_alias","properties":{"alias":"an1","distinct_id":"u1"},"distinct_id":"x"},
    {"event":"$groupidentify","distinct_id":"u1","properties":{"$group_type":"c","$group_key":"g","$group_set":{}}},
    {"event":"play","distinct_id":"u1","properties":{"track":"a","played":2.5,"$set":{"balance":1.5}}},
    {"event":"play","distinct_id":"d1","properties":{"track":"a","played":1,"$device_id":"d1"}},
    {"event":"play","properties":{"distinct_id":"d2","track":"a","played":1,"$is_identified":false}},
    {"event":"$set","distinct_id":"u1","$set":{"first_name":"Q"}},
    {"event":"$pageview","distinct_id":"u1","properties":{"$current_url":"/","title":"Home"}}]})");
  CHECK(envelope.write_key == "phc_x");
  REQUIRE(envelope.items.size() == 8);
  CHECK(envelope.items[0].timestamp_us == kNoon);
  CHECK(envelope.items[7].sent_at_us == kNoon + 5'000'000);
  CHECK(envelope.items[1].line == R"({"type":"alias","userId":"u1","previousId":"an1"})");
  CHECK(envelope.items[2].line == R"({"type":"group","userId":"u1","groupId":"g","traits":{}})");
  const Taken taken(envelope);
  CHECK(taken.intake.rejected.empty());
  const auto& events = taken.intake.log.events();
  REQUIRE(events.size() == 7);
  CHECK(events[0].record->type == WEND_IDENTIFY);
  CHECK(events[0].record->id() == "id-1");
  CHECK(taken.names(0) == std::vector<std::string>{"user_id=u1", "anonymous_id=an0"});
  CHECK(sample::text_of(events[0].record->traits()[0].value) == "P");
  CHECK(events[2].record->slots()[1].integer == 2'500'000);
  CHECK(events[2].record->traits()[0].value.integer == 1'500'000);
  CHECK(taken.names(3) == std::vector<std::string>{"anonymous_id=d1"});
  CHECK(taken.names(4) == std::vector<std::string>{"anonymous_id=d2"});
  CHECK(sample::text_of(events[5].record->traits()[0].value) == "Q");
  CHECK(events[6].record->type == sample::kPage);
}

TEST_CASE("CloudEvents: in headers, in the body, and several at once") {
  const EnvelopeHeaders headers = {{"content-type", "application/json"}, {"ce-id", "1"}, {"ce-source", "/shop"}, {"ce-type", "play"},
                                   {"ce-time", "2026-01-01T12:00:00Z"}, {"ce-specversion", "1.0"}, {"ce-subject", "%C3%A5sa"}};
  const Envelope binary = read_envelope(kClouds, headers, R"({"track":"a","played":1.50})");
  REQUIRE(binary.items.size() == 1);
  CHECK(binary.items[0].line == R"({"type":"track","event":"play","messageId":"/shop 1","userId":"åsa","properties":{"track":"a","played":1.50},"timestamp":"2026-01-01T12:00:00Z"})");
  CHECK(binary.items[0].timestamp_us == kNoon);
  CHECK(read_envelope(kClouds, headers, "").items.at(0).line.find("properties") == std::string::npos);
  CHECK(read_envelope(kClouds, headers, "{").status == 400);

  const std::string one = R"({"specversion":"1.0","id":"1","source":"/shop","type":"play","time":"2026-01-01T12:00:00Z","subject":"u","data":{"track":"a","played":1}})";
  const Envelope structured = read(kClouds, one, "application/cloudevents+json; charset=UTF-8");
  CHECK(structured.items.at(0).timestamp_us == kNoon);
  const Taken taken(structured);
  REQUIRE(taken.intake.log.events().size() == 1);
  CHECK(taken.intake.log.events()[0].record->id() == "/shop 1");
  const Envelope several = read(kClouds, "[" + one + "," + one + "]", "application/cloudevents-batch+json");
  CHECK(several.items.size() == 2);
  CHECK(several.items[1].line == structured.items[0].line);
}

TEST_CASE("a CloudEvent lacks what it must have; its id may be long; its user may stand in the data") {
  const auto event = [](const std::string& more) { return R"({"specversion":"1.0","type":"play")" + more + "}"; };
  CHECK(problem_of(kClouds, event(R"(,"id":"1")")) == "a CloudEvent must have `id`, `source` and `type`");
  CHECK(problem_of(kClouds, R"({"id":"1","source":"s","type":"t"})") == "`specversion` of a CloudEvent must be 1.0");
  CHECK(problem_of(kClouds, event(R"(,"id":"1","source":"s","data_base64":"AA==")")) == "`data_base64` of a CloudEvent is not taken, `data` was expected");
  const std::string source(200, 's');
  const std::string first = line(kClouds, event(R"(,"id":"1","source":")" + source + "\"")), second = line(kClouds, event(R"(,"id":"2","source":")" + source + "\""));
  CHECK(first.size() < 150);
  CHECK(first != second);
  CHECK(first == line(kClouds, event(R"(,"id":"1","source":")" + source + "\"")));
  EnvelopeRules rules;
  rules.cloudevents_user = "customer";
  const Envelope envelope = read_envelope(kClouds, {}, event(R"(,"id":"1","source":"s","subject":"order/7","data":{"customer":"u9"})"), rules);
  CHECK(envelope.items.at(0).line.find(R"("userId":"u9")") != std::string::npos);
  CHECK(read_envelope(kClouds, {{"ce-id", "%ff"}, {"ce-source", "s"}, {"ce-type", "t"}, {"ce-specversion", "1.0"}}, "").items.at(0).problem == "a header of the CloudEvent is not UTF-8");
  CHECK(read(kClouds, "7").status == 400);
}

TEST_CASE("an import is a line an event; a line that is no JSON is its own problem") {
  const Envelope envelope = read(kImport, "{\"type\":\"track\",\"event\":\"play\",\"userId\":\"u\"}\r\n\n  \n{\"type\":\nnull\n{\"type\":\"identify\",\"userId\":\"u\"}");
  CHECK(envelope.status == 200);
  REQUIRE(envelope.items.size() == 4);
  CHECK(envelope.items[0].line == R"({"type":"track","event":"play","userId":"u"})");
  CHECK(envelope.items[1].problem.find("the line is not JSON") == 0);
  CHECK(envelope.items[2].problem == "an event must be a JSON object");
  CHECK(envelope.items[3].problem == "");
  CHECK(read(kImport, " \n\n").status == 400);
}

TEST_CASE("a time without a zone is the project's; a sentAt that is no time is none") {
  EnvelopeRules rules;
  rules.zone = sample::module().zone;   // Stockholm
  const std::string body = R"({"event":"play","timestamp":"2026-01-01T13:00:00","sentAt":"soon"})";
  const Envelope envelope = read_envelope(kTrack, {}, body, rules);
  CHECK(envelope.items.at(0).timestamp_us == kNoon);
  CHECK_FALSE(envelope.items.at(0).sent_at_us.has_value());
  CHECK(read(kTrack, body).items.at(0).timestamp_us == kNoon + 3'600'000'000);
}

TEST_CASE("the reader is told a time by one who knows it, and by a file never") {
  const auto at = [](const std::string& text, const LineTime& time) -> std::optional<int64_t> {
    Intake intake(sample::module());
    NdjsonReader reader(intake);
    const std::string padded = text + std::string(64, '\0');
    if (!reader.line(std::string_view(padded).substr(0, text.size()), "x", 1, time)) return std::nullopt;
    return intake.log.events().at(0).at;
  };
  const std::string start = R"({"type":"identify","userId":"u")";
  CHECK_FALSE(at(start + "}", {}));
  CHECK(at(start + "}", {.instead = {}, .otherwise = 5}) == 5);
  CHECK(at(start + "}", {.instead = 6, .otherwise = 5}) == 6);
  CHECK(at(start + R"(,"timestamp":"2026-01-01T12:00:00Z"})", {.instead = {}, .otherwise = 5}) == kNoon);
  CHECK(at(start + R"(,"timestamp":"2026-01-01T12:00:00Z"})", {.instead = 6, .otherwise = {}}) == 6);
  CHECK_FALSE(at(start + R"(,"timestamp":"soon"})", {.instead = 6, .otherwise = 5}));
}

TEST_CASE("the write key of a request, in every way clients say it") {
  CHECK(write_key_of("Basic V0tFWTo=") == "WKEY");        // WKEY:
  CHECK(write_key_of("Basic V0tFWQ==") == "WKEY");        // WKEY
  CHECK(write_key_of("Basic V0tFWTpzZWNyZXQ=") == "WKEY");   // WKEY:secret
  CHECK(write_key_of("basic  V0tFWTo") == "WKEY");
  CHECK(write_key_of("Bearer WKEY") == "WKEY");
  for (const char* none : {"", "Basic", "Basic ", "Basic ====", "Basic V0tF*", "Digest V0tFWTo=", "WKEY", "Basic Og=="}) CHECK(write_key_of(none) == "");
  CHECK(write_key_of("Bearer " + std::string(256, 'k')) == "");
  CHECK(same_key("WKEY", "WKEY"));
  for (const char* other : {"", "WKE", "WKEYW", "wkey", "XKEY", "WKEYWKEY"}) CHECK_FALSE(same_key(other, "WKEY"));
  CHECK_FALSE(same_key("", ""));
  CHECK_FALSE(same_key("x", ""));
}
