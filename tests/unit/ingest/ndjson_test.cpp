// Lines in the Segment shape, one behaviour a case.
#include <catch2/catch.hpp>

#include "runtime/abi/lists.h"
#include "runtime/engine/ingest.h"
#include "tests/unit/ingest/sample.h"

using namespace wend;

namespace {

struct Lines {
  Intake intake{sample::module()};
  explicit Lines(const std::string& text) { read_text(text, "events", false, intake); }

  size_t size() const { return intake.log.events().size(); }
  const EventRecord& record(size_t i = 0) const { return *intake.log.events()[i].record; }
  std::string text(size_t slot, size_t i = 0) const { return sample::text_of(record(i).slots()[slot]); }
  std::string reason(size_t i = 0) const { return i < intake.rejected.size() ? intake.rejected[i].reason : ""; }
  std::vector<std::string> names(size_t i = 0) const {
    std::vector<std::string> out;
    for (uint32_t number : record(i).identities()) out.push_back(sample::module().identities[intake.identities.kind(number)] + "=" + std::string(intake.identities.text(number)));
    return out;
  }
};

std::string track(const std::string& event, const std::string& properties, const std::string& more = "") {
  return R"({"type":"track","event":")" + event + R"(","userId":"u1","timestamp":"2026-01-01T10:00:00Z","properties":)" + properties + more + "}\n";
}

std::string identify(const std::string& traits) {
  return R"({"type":"identify","userId":"u1","timestamp":"2026-01-01T10:00:00Z","traits":)" + traits + "}\n";
}

}  // namespace

TEST_CASE("a track call becomes an event with its values") {
  const Lines lines(track("play", R"({"track":"Aj\u00e5","played":180.5})", R"(,"messageId":"m1")"));
  REQUIRE(lines.size() == 1);
  CHECK(lines.record().type == sample::kPlay);
  CHECK(lines.intake.log.events()[0].at == 1767261600000000);
  CHECK(lines.text(0) == "Ajå");
  CHECK(lines.record().slots()[1].integer == 180'500'000);
  CHECK(lines.record().known == 3);
  CHECK(lines.record().id() == "m1");
  CHECK(lines.names() == std::vector<std::string>{"user_id=u1"});
}

TEST_CASE("events and properties are found by the names of the source") {
  const Lines nested(track("Order Completed", R"({"revenue":{"amount":49.90},"taken":1500})"));
  REQUIRE(nested.size() == 1);
  CHECK(nested.record().type == sample::kPurchase);
  CHECK(nested.record().slots()[0].integer == 49'900'000);
  CHECK(nested.record().slots()[2].integer == 1'500'000);
  const Lines whole(track("Order Completed", R"({"revenue":{"amount":1},"revenue.amount":2})"));
  CHECK(whole.record().slots()[0].integer == 2'000'000);
  CHECK(Lines(track("purchase", R"({"revenue.amount":2})")).intake.unknown_events == 1);
}

TEST_CASE("money is read from its digits, also through escaped keys") {
  const Lines lines(track("Order Completed", R"({"revenue":{"am\u006funt":123456789012.123456}})"));
  REQUIRE(lines.size() == 1);
  CHECK(lines.record().slots()[0].integer == 123456789012123456);
}

TEST_CASE("defaults stand for what is absent or null; what must be there is asked for") {
  const Lines lines(track("Order Completed", R"({"revenue.amount":1,"plan":null})"));
  REQUIRE(lines.size() == 1);
  CHECK(lines.record().known == 3);
  CHECK(lines.record().slots()[1].integer == 0);
  CHECK(Lines(track("play", R"({"track":"a"})")).reason() == "`play` lacks `played`, a duration as a number was expected");
  CHECK(Lines(track("Order Completed", "{}")).reason() == "`purchase` lacks `total` (read from `revenue.amount`), an amount of money was expected");
}

TEST_CASE("a wrong value rejects the event, naming property, found and expected, with time and user") {
  const Lines lines("\n" + track("play", R"({"track":"a","played":"long"})"));
  REQUIRE(lines.intake.rejected.size() == 1);
  const Rejection& rejection = lines.intake.rejected[0];
  CHECK(rejection.place == "events:2");
  CHECK(rejection.reason == "`played` of `play` must be a duration as a number, found the text \"long\"");
  CHECK(rejection.at == 1767261600000000);
  REQUIRE(rejection.identity != kNoIdentity);
  CHECK(lines.intake.identities.text(rejection.identity) == "u1");
  CHECK(lines.intake.rejected_by_reason.begin()->first == "`played` of `play` must be a duration as a number");
  CHECK(Lines(track("Order Completed", R"({"revenue.amount":1,"plan":"gold"})")).reason() ==
        "`plan` of `purchase` must be one of free, premium, found the text \"gold\"");
}

TEST_CASE("what is no event in the Segment shape is rejected with what is wrong") {
  CHECK(Lines("{\n").reason().find("the line is not JSON") == 0);
  CHECK(Lines("[]\n").reason() == "the line must be a JSON object, found a list");
  CHECK(Lines("null\n").reason() == "the line must be a JSON object, found null");
  CHECK(Lines(R"({"type":"track","event":"play","userId":"u"})").reason() == "the event says no time, `timestamp` was expected");
  CHECK(Lines(R"({"type":"track","event":"play","timestamp":"2026-01-01T00:00:00Z"})").reason() == "the event names no user, `userId` or another identity was expected");
  CHECK(Lines(R"({"type":"track","event":"play","userId":7,"timestamp":"2026-01-01T00:00:00Z"})").reason() == "`userId` must be a text, found 7");
  CHECK(Lines(R"({"type":"trick","userId":"u","timestamp":"2026-01-01T00:00:00Z"})").reason().find("`type` must be one of") == 0);
  CHECK(Lines(R"({"type":"track","userId":"u","timestamp":"2026-01-01T00:00:00Z"})").reason() == "`event` must be the event's name, found nothing");
  CHECK(Lines(R"({"type":"track","event":"play","userId":"u","timestamp":"soon"})").reason() == "`timestamp` must be a time such as 2026-01-31T18:00:00Z, found the text \"soon\"");
  CHECK(Lines(R"({"type":"track","event":"play","userId":"u","timestamp":"9999-01-01T00:00:00Z"})").reason().find("1970 to 2099") != std::string::npos);
  CHECK(Lines(track("play", "[]")).reason() == "`properties` must be an object, found a list");
}

TEST_CASE("keys may not stand twice, and depth, sizes and ids are bounded") {
  CHECK(Lines(track("play", R"({"track":"a","played":1,"track":"b"})")).reason() == "the key `track` stands twice in one object");
  CHECK(Lines(track("play", R"({"track":"a","played":1,"x":[{"y":1,"y":2}]})")).reason() == "the key `y` stands twice in one object");
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"k" + std::to_string(i % 39) + "\":1,";
  CHECK(Lines(track("play", many + "\"track\":\"a\"}")).reason() == "the key `k0` stands twice in one object");
  CHECK(Lines(track("play", "{\"" + std::string(256, 'k') + "\":1}")).reason() == "a key is longer than 255 bytes");
  CHECK(Lines(track("play", R"({"track":"a","played":1,"x":)" + std::string(66, '[') + std::string(66, ']') + "}")).reason() != "");
  CHECK(Lines(track("play", R"({"track":"a","played":1,"x":)" + std::string(40, '[') + std::string(40, ']') + "}")).size() == 1);
  CHECK(Lines(std::string(100'000, '[') + "\n").intake.rejected.size() == 1);
  CHECK(Lines(track("play", R"({"track":"a","played":1})", R"(,"messageId":")" + std::string(101, 'm') + "\"")).reason() == "`messageId` is longer than 100 characters");
  CHECK(Lines(track("play", R"({"track":"a","played":1e400})")).reason() == "the line is not JSON: a number is malformed or out of range");
}

TEST_CASE("identities come from userId, anonymousId and traits of their names, strongest first") {
  const Lines lines(R"({"type":"identify","anonymousId":"a1","userId":"u1","timestamp":"2026-01-01T10:00:00Z","traits":{"email":"e@x.se"}})");
  REQUIRE(lines.size() == 1);
  CHECK(lines.names() == std::vector<std::string>{"user_id=u1", "email=e@x.se", "anonymous_id=a1"});
  CHECK(lines.record().type == WEND_IDENTIFY);
  CHECK(lines.record().traits().empty());
}

TEST_CASE("traits apply one by one: a bad one is left and counted, null clears or restores") {
  const Lines lines(identify(R"({"first_name":"Åsa","opt_in":"true","balance":null,"shoe_size":42})"));
  REQUIRE(lines.size() == 1);
  REQUIRE(lines.record().traits().size() == 2);
  CHECK(sample::text_of(lines.record().traits()[0].value) == "Åsa");
  CHECK(lines.record().traits()[1].known == 0);
  CHECK(lines.intake.bad_traits == 1);
  CHECK(lines.intake.unknown_traits == 1);
  CHECK(lines.intake.unknown_by_name().at("trait `shoe_size`") == 1);
  const Lines restored(identify(R"({"opt_in":null})"));
  CHECK(restored.record().traits()[0].known == 1);
  CHECK(restored.record().traits()[0].value.integer == 0);
}

TEST_CASE("context.traits count too, behind traits, with any call") {
  const Lines lines(track("play", R"({"track":"a","played":1})", R"(,"traits":{"first_name":"A"},"context":{"traits":{"first_name":"B","balance":1.25}})"));
  REQUIRE(lines.record().traits().size() == 2);
  CHECK(sample::text_of(lines.record().traits()[0].value) == "A");
  CHECK(lines.record().traits()[1].value.integer == 1'250'000);
}

TEST_CASE("page calls are events of that name, an alias names two, group is counted") {
  const Lines lines(R"({"type":"page","name":"Home","anonymousId":"a","originalTimestamp":"2026-01-01T10:00:00Z"})" "\n"
                    R"({"type":"alias","userId":"u","previousId":"a","timestamp":"2026-01-01T10:00:00Z"})" "\n"
                    R"({"type":"group","userId":"u","groupId":"g","timestamp":"2026-01-01T10:00:00Z"})");
  REQUIRE(lines.size() == 2);
  CHECK(lines.record().type == sample::kPage);
  CHECK(lines.text(0) == "Home");
  CHECK(lines.record(1).type == kAliasCall);
  CHECK(lines.record(1).identities().size() == 3);   // `u`, and `a` as an anonymous id or a user's
  CHECK(lines.intake.not_handled == 1);
}

TEST_CASE("an alias without a previous id is rejected") {
  const Lines lines(R"({"type":"alias","userId":"u","timestamp":"2026-01-01T10:00:00Z"})" "\n");
  CHECK(lines.size() == 0);
  REQUIRE(lines.intake.rejected.size() == 1);
  CHECK(lines.intake.rejected[0].reason == "an alias must say its `previousId`, found nothing");
}

TEST_CASE("undeclared events and properties are ignored and counted by name") {
  const Lines lines(track("Song Skipped", "{}") + track("Song Skipped", "{}") + track("play", R"({"track":"a","played":1,"mood":"calm"})"));
  CHECK(lines.size() == 1);
  CHECK(lines.intake.unknown_events == 2);
  CHECK(lines.intake.unknown_by_name().at("event `Song Skipped`") == 2);
  CHECK(lines.intake.unknown_by_name().at("property `mood` of `play`") == 1);
}

TEST_CASE("keys in another order from line to line are still found") {
  const Lines lines(track("play", R"({"track":"a","played":1})") + track("play", R"({"played":2,"genre":"jazz","track":"b"})") + track("play", R"({"track":"c","played":3})"));
  REQUIRE(lines.size() == 3);
  CHECK(lines.text(0, 1) == "b");
  CHECK(lines.text(2, 1) == "jazz");
  CHECK(lines.text(0, 2) == "c");
}

namespace {

// order { items list of { name text, price money, image url? } }
Module with_lists() {
  Module module = sample::module();
  ModuleProperty items{"items", "items", sample::type(ValueKind::list), {}};
  items.type.fields = {{"name", sample::type(ValueKind::text)}, {"price", sample::type(ValueKind::money)}, {"image", sample::type(ValueKind::url, true)}};
  ModuleEvent order{"order", "order", {}};
  order.properties.push_back(items);
  module.events.push_back(order);
  return module;
}

}  // namespace

TEST_CASE("a list of records: money by its digits, unknown fields, undeclared ones, and at most 50 entries") {
  const Module module = with_lists();
  Intake intake(module);
  std::string many;
  for (int i = 0; i < 60; ++i) many += std::string(i ? "," : "") + R"({"name":"n","price":1})";
  read_text(track("order", R"({"items":[{"name":"a","price":0.1,"sku":7},{"price":2.000001,"image":"i","name":"b"},{"name":"c","price":3,"image":null}]})") +
                track("order", R"({"items":[)" + many + "]}"), "events", false, intake);
  REQUIRE(intake.log.events().size() == 2);
  const ListView list(intake.log.events()[0].record->slots()[0]);
  REQUIRE(list.count() == 3);
  wend_slot slot;
  REQUIRE(list.field(1, 1, ValueKind::money, slot));
  CHECK(slot.integer == 2'000'001);
  CHECK_FALSE(list.field(0, 2, ValueKind::url, slot));
  CHECK_FALSE(list.field(2, 2, ValueKind::url, slot));
  REQUIRE(list.field(1, 2, ValueKind::url, slot));
  CHECK(sample::text_of(slot) == "i");
  CHECK(ListView(intake.log.events()[1].record->slots()[0]).count() == 50);
  CHECK(intake.list_entries_dropped == 10);
}

TEST_CASE("an entry of the wrong type rejects the event, and says which entry") {
  const Module module = with_lists();
  const auto reason = [&](const std::string& items) {
    Intake intake(module);
    read_text(track("order", R"({"items":)" + items + "}"), "events", false, intake);
    REQUIRE(intake.rejected.size() == 1);
    return intake.rejected[0].reason;
  };
  const std::string rule = "`items` of `order` must be a list of { name text, price money, image url? }, found ";
  CHECK(reason("7") == rule + "7");
  CHECK(reason(R"([{"name":"a","price":1},3])") == rule + "3 (item 2)");
  CHECK(reason(R"([{"name":"a"}])") == rule + "no `price` (item 1)");
  CHECK(reason(R"([{"name":"a","price":"x"}])") == rule + "the text \"x\" as `price` (item 1)");
}
