// What is written: whole lines byte for byte, message ids, values in templates, the published hash.
#include <catch2/catch.hpp>

#include "tests/reference/evaluate.h"
#include "tests/reference/story.h"
#include "tests/reference/step.h"

using namespace wend::story;
namespace reference = wend::reference;

namespace {

std::string project(const std::string& subject, const std::string& with = "", const std::string& sent_with = "") {
  return with_prelude("message m { category service\n " + with + "\n email { subject \"" + subject + "\" } }\nprotect p { categories service }\n"
                      "journey j {\n enter on ask\n step s { send m by email " + sent_with + " }\n}\n");
}

std::string said(const std::string& subject, const std::string& traits = "{}") {
  Story story(project(subject));
  story.identify("2026-02-17T02:00Z", traits).track("2026-02-17T03:00:00.5Z", "ask");
  return story.said().at(0);
}

}  // namespace

TEST_CASE("whole lines, byte for byte") {
  Story story(with_prelude(R"(
message m { category service, email { subject "Say \"hi\"" } }
protect p { categories service, at most 1 message in 1 day }
states pulse { evaluate continuously, active when has ask in rolling 1 hour, idle otherwise }
journey j { enter on ask, step s { send m by email } }
)"));
  story.track("2026-02-17T03:00:00.000001Z", "ask", "{}", "ü/1").until("2026-02-17T05:00Z");
  CHECK(story.raw() == Expected{
      R"({"at":"2026-02-17T03:00:00.000001Z","user":"ü/1","kind":"state","states":"pulse","from":null,"to":"active"})",
      R"({"at":"2026-02-17T03:00:00.000001Z","user":"ü/1","kind":"enter","journey":"j","key":null})",
      R"({"at":"2026-02-17T03:00:00.000001Z","user":"ü/1","kind":"step","journey":"j","key":null,"step":"s"})",
      R"({"at":"2026-02-17T03:00:00.000001Z","user":"ü/1","kind":"leave","journey":"j","key":null,"outcome":"finished"})",
      R"({"at":"2026-02-17T03:00:00.000001Z","user":"ü/1","kind":"message","message":"m","channel":"email","journey":"j","step":"s","category":"service","outcome":"sent","reason":null,"until":null,"id":"31ec7ad6e0b88d99fb172c5924c8a9c0","content":{"subject":"Say \"hi\""}})",
      R"({"at":"2026-02-17T04:00:00.000001Z","user":"ü/1","kind":"state","states":"pulse","from":"active","to":"idle"})"});
}

TEST_CASE("values as a reader sees them") {
  CHECK(said("{{ today }}") == "2026-02-17");
  CHECK(said("{{ now }}") == "2026-02-17T03:00:00.500000Z");
  CHECK(said("{{ plan }}", R"({"plan":"premium"})") == "premium");
  CHECK(said("{{ opt_in }}") == "true");
  CHECK(said("{{ phone | default: 'none' }}") == "none");
  CHECK(said("{{ phone | default: 'none' | upcase }}", R"({"phone":"straße é"})") == "STRAßE É");
  CHECK(said("{{ phone | default: 'none' | capitalize }}", R"({"phone":"ÅSA ANNA"})") == "Åsa anna");
  CHECK(said("{{ today | date: '%d %B %Y, %-d.%-m. %a' }}") == "17 February 2026, 17.2. Tue");
  CHECK(said("{{ now | date: '%H:%M' }}") == "04:00");
  CHECK(said("{% if plan == 'premium' %}yes{% else %}no{% endif %}") == "no");
}

TEST_CASE("numbers, money and durations as text") {
  CHECK(reference::number_text(0.1 + 0.2) == "0.30000000000000004");
  CHECK(reference::number_text(-0.0) == "0");
  CHECK(reference::number_text(999999999999999.0) == "999999999999999");
  CHECK(reference::number_text(0.000001) == "0.000001");
  CHECK(reference::number_text(1e15) == "1e+15");
  CHECK(reference::number_text(9223372036854775808.0) == "9223372036854775808");
  CHECK(reference::number_text(1e300) == "1e+300");
  wend::Program program;
  program.currencies = {"EUR"};
  auto text = [&](wend::TypeKind kind, int64_t value) { return reference::value_text(program, {kind}, reference::integer_value(value)); };
  CHECK(text(wend::TypeKind::money, 49'900'000) == "49.90 EUR");
  CHECK(text(wend::TypeKind::money, -125'000) == "-0.125 EUR");
  CHECK(text(wend::TypeKind::percent, 100'000) == "10%");
  CHECK(text(wend::TypeKind::percent, 125'000) == "12.5%");
  CHECK(text(wend::TypeKind::duration, 2 * reference::kDay) == "2 days");
  CHECK(text(wend::TypeKind::duration, 90 * reference::kMinute) == "1 hour 30 minutes");
  CHECK(text(wend::TypeKind::duration, 0) == "0 seconds");
  CHECK(text(wend::TypeKind::time_of_day, 9 * reference::kHour) == "09:00");
  CHECK(text(wend::TypeKind::time_of_day, 9 * reference::kHour + 5 * reference::kSecond) == "09:00:05");
  CHECK(text(wend::TypeKind::weekday, 0) == "monday");
}

TEST_CASE("buckets of the published hash") {
  // Worked out with another implementation of XXH3-64.
  CHECK(reference::bucket("hold out", "", "user-1") == 753857);
  CHECK(reference::bucket("offer_depth", "", "user") == 207818);
  CHECK(reference::bucket("offer_depth", "2026", "user") == 994142);
  CHECK(reference::bucket("crm", "", "\xC3\xA5\xF0\x9F\x8E\xB5") == 978961);
  CHECK(reference::bucket("offer_depth", "s", std::string(300, 'u')) == 555321);
}
