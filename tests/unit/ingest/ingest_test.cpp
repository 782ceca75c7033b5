// Files as a whole: order, errors, strictness.
#include <catch2/catch.hpp>

#include "tests/unit/ingest/sample.h"

using namespace wend;

namespace {

std::string play(int second, const std::string& track = "a") {
  const std::string two = (second < 10 ? "0" : "") + std::to_string(second);
  return R"({"type":"track","event":"play","userId":"u1","timestamp":"2026-01-01T10:00:)" + two +
         R"(Z","properties":{"track":")" + track + R"(","played":1}})" "\n";
}

std::string order_of(Intake& intake) {
  intake.log.sort();
  std::string out;
  for (const StoredEvent& event : intake.log.events()) out += sample::text_of(event.record->slots()[0]);
  return out;
}

}  // namespace

TEST_CASE("events are ordered by time, equal ones by file and line") {
  const sample::Folder folder;
  const std::string first = folder.write("1", play(5, "c") + play(3, "a") + play(5, "d"));
  const std::string second = folder.write("2", sample::zstd(play(5, "e") + play(4, "b")));
  Intake intake(sample::module());
  CHECK(!read_files({{{first, "", "", ""}, {second, "", "", ""}}, false, {}}, intake));
  CHECK(!intake.log.sorted());
  CHECK(order_of(intake) == "abcde");
  CHECK(intake.log.sorted());
}

TEST_CASE("what stands before a cut is kept, the cut line is not") {
  const sample::Folder folder;
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += play(i % 60, std::to_string(i * 7919));
  const std::string whole = sample::gzip(text);
  Intake intake(sample::module());
  const auto error = read_files({{{folder.write("cut.ndjson.gz", whole.substr(0, whole.size() / 2)), "", "", ""}}, false, {}}, intake);
  REQUIRE(error);
  CHECK(!error->content);
  CHECK(error->message.find("ends in the middle of its gzip data") != std::string::npos);
  CHECK(intake.log.events().size() > 1'000);
  CHECK(intake.rejected.empty());
}

TEST_CASE("a file that cannot be read ends the reading, with what came before it") {
  const sample::Folder folder;
  const std::string good = folder.write("good", play(1));
  Intake intake(sample::module());
  const auto error = read_files({{{good, "", "", ""}, {folder.path("absent"), "", "", ""}}, false, {}}, intake);
  REQUIRE(error);
  CHECK(error->message.find("there is no such file") != std::string::npos);
  CHECK(intake.log.events().size() == 1);
}

TEST_CASE("strict reading stops at the first event that is rejected") {
  Intake intake(sample::module());
  const auto error = read_text(play(1) + "{oops\n" + play(2), "events", true, intake);
  REQUIRE(error);
  CHECK(error->content);
  CHECK(error->message.find("events:2: the line is not JSON") == 0);
  CHECK(intake.log.events().size() == 1);
}

TEST_CASE("a line beyond the bound is one rejected event") {
  Intake intake(sample::module());
  CHECK(!read_text(play(1) + "{\"x\":\"" + std::string(2 << 20, 'x') + "\"}\n" + play(2), "events", false, intake));
  CHECK(intake.log.events().size() == 2);
  REQUIRE(intake.rejected.size() == 1);
  CHECK(intake.rejected[0].reason == "the line is longer than 1 MiB");
}

TEST_CASE("texts that repeat are kept once") {
  Intake intake(sample::module());
  std::string text;
  for (int i = 0; i < 100; ++i) text += play(i % 60, "a title of some length");
  read_text(text, "events", false, intake);
  const auto& events = intake.log.events();
  REQUIRE(events.size() == 100);
  CHECK(events[0].record->slots()[0].data == events[99].record->slots()[0].data);
}
