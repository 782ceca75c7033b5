// CSV after RFC 4180, columns by name.
#include <catch2/catch.hpp>

#include "tests/unit/ingest/sample.h"

using namespace wend;

namespace {

struct Table {
  sample::Folder folder;
  Intake intake{sample::module()};
  std::optional<IngestError> error;
  Table(const std::string& text, EventFile options = {"", "play", "", ""}) {
    options.path = folder.write("plays.csv", text);
    error = read_files({{options}, false, {}}, intake);
  }
  size_t size() const { return intake.log.events().size(); }
  const EventRecord& record(size_t i = 0) const { return *intake.log.events()[i].record; }
  std::string text(size_t slot, size_t i = 0) const { return sample::text_of(record(i).slots()[slot]); }
  std::string reason() const { return intake.rejected.empty() ? "" : intake.rejected[0].reason; }
  std::string place() const { return intake.rejected.empty() ? "" : std::filesystem::path(intake.rejected[0].place).filename().string(); }
};

}  // namespace

TEST_CASE("columns are properties, whoever and whenever stand in theirs") {
  const Table table("user_id,at,track,played,genre,mood\nu1,2026-01-01T10:00:00Z,Song,180.5,,calm\nu2,1700000000,Other,1,jazz,\n");
  CHECK(!table.error);
  REQUIRE(table.size() == 2);
  CHECK(table.text(0) == "Song");
  CHECK(table.record().slots()[1].integer == 180'500'000);
  CHECK(table.record().known == 3);
  CHECK(table.text(2, 1) == "jazz");
  const auto unknown = table.intake.unknown_by_name();
  REQUIRE(unknown.size() == 1);
  CHECK(unknown.begin()->first.starts_with("column `mood`"));
  CHECK(unknown.begin()->second == 2);
}

TEST_CASE("options name the columns for user and time, and other identities are found by name") {
  const Table table("listener,played_at,track,played,email,anonymousId\nu1,20260101,Song,1,e@x.se,a1\n", {"", "play", "listener", "played_at"});
  REQUIRE(table.size() == 1);
  CHECK(table.intake.log.events()[0].at == 1767222000000000);
  CHECK(table.record().identities().size() == 3);
}

TEST_CASE("quoted cells hold delimiters, quotes and line ends; lines are counted on") {
  const Table table("user_id,at,track,played\r\nu1,20260101,\"a, \"\"b\"\"\r\nc\",1\r\nu1,20260101,x,bad\r\n");
  REQUIRE(table.size() == 1);
  CHECK(table.text(0) == "a, \"b\"\nc");
  CHECK(table.place() == "plays.csv:4");
  CHECK(table.reason() == "`played` of `play` must be a duration as a number, found `bad`");
}

TEST_CASE("semicolons and tabs are taken when the header has no comma, a byte order mark is passed over") {
  CHECK(Table("\xef\xbb\xbfuser_id;at;track;played\nu1;20260101;a,b;1\n").text(0) == "a,b");
  CHECK(Table("user_id\tat\ttrack\tplayed\nu1\t20260101\ta;b\t1\n").text(0) == "a;b");
}

TEST_CASE("rows that do not fit are rejected") {
  CHECK(Table("user_id,at,track,played\nu1,20260101,a\n").reason() == "the row must have 4 cells, as the header does, found 3");
  CHECK(Table("user_id,at,track,played\n,20260101,a,1\n").reason() == "the row names no user");
  CHECK(Table("user_id,at,track,played\nu1,soon,a,1\n").reason() == "`at` must be a time, found `soon`");
  CHECK(Table("user_id,at,track,played\nu1,20260101,a,\n").reason() == "`play` lacks `played`, a duration as a number was expected");
  CHECK(Table("user_id,at,track,played\nu1,20260101,\"a,1\n").reason() == "a quote is opened and not closed");
  CHECK(Table("user_id,at,track,played\nu1,20260101,\xff\xfe,1\n").reason().find("`track` of `play` must be a text") == 0);
}

TEST_CASE("a table that cannot be events says what is missing") {
  CHECK(Table("who,at,track\n").error->message.find("--user-column") != std::string::npos);
  CHECK(Table("user_id,track\n").error->message.find("--time-column") != std::string::npos);
  CHECK(Table("user_id,at\n", {"", "", "", "at"}).error->message.find("--as") != std::string::npos);
  CHECK(Table("user_id,at\n", {"", "plays", "", ""}).error->message.find("no event `plays`") != std::string::npos);
  CHECK(Table("user_id,at\n", {"", "play", "listener", ""}).error->message.find("no column `listener`") != std::string::npos);
  CHECK(Table("user_id,at\n", {"", "play", "listener", ""}).error->content);
}

TEST_CASE("a column `event` names each row's event, also by the source's name") {
  const Table table("user_id,at,event,track,played,total\nu1,20260101,play,a,1,\nu1,20260101,Order Completed,,,12.50\nu1,20260101,jump,,,\n", {"", "", "", "at"});
  REQUIRE(table.size() == 2);
  CHECK(table.record(1).slots()[0].integer == 12'500'000);
  CHECK(table.intake.unknown_events == 1);
}

TEST_CASE("rows may be traits") {
  const Table table("user_id,at,first_name,opt_in,balance\nu1,20260101,Åsa,yes,x\n", {"", "identify", "", ""});
  REQUIRE(table.size() == 1);
  CHECK(table.record().type == WEND_IDENTIFY);
  CHECK(table.record().traits().size() == 2);
  CHECK(table.intake.bad_traits == 1);
}

TEST_CASE("an empty table has no events") {
  CHECK(!Table("").error);
  CHECK(Table("user_id,at,track,played\n").size() == 0);
}
