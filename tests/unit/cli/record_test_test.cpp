// A test written from a log passes, and says what happened.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "compiler/cli/record_test.h"

using namespace wend;
using namespace wend::cli;
namespace fs = std::filesystem;

namespace {

const char* const kProject = R"(project shop { time zone "Europe/Stockholm", currency EUR }
profile {
  identity user_id, anonymous_id many
  email text?
  yes   bool = false
}
event order from "Order Completed" { order_id text, total money }
measure orders = count of order in last 7 days
states mood ordered {
  evaluate daily at 04:00
  keen when orders >= 1
  calm otherwise
}
channel email { reaches email, consent yes, content { subject text } }
protect people { categories service, at most 1 message in 30 days, hold out 1% from service }
message thanks { category service, email { subject "Thanks" } }
journey thank {
  enter    on order
  re-enter always
  step say { wait 2 hours, send thanks }
}
)";

Recorded recorded_of(const std::string& user, const std::string& log) {
  const fs::path file = fs::temp_directory_path() / ("wend_record_" + std::to_string(::getpid()) + ".ndjson");
  std::ofstream(file) << log;
  const Project project = Project::from_texts({{"project.wend", kProject}});
  REQUIRE(project.ok());
  const Recorded recorded = record_test(project, *compile(project.program(), Tier::fast_compile), {{file.string(), "", "", ""}}, user);
  fs::remove(file);
  return recorded;
}

const char* const kLog = R"({"type":"identify","userId":"ada","timestamp":"2026-01-05T09:00:00Z","traits":{"email":"ada@example.org","yes":true}}
{"type":"track","userId":"bo","event":"Order Completed","timestamp":"2026-01-05T09:00:00Z","properties":{"order_id":"x","total":1}}
{"type":"track","userId":"ada","event":"Order Completed","messageId":"m1","timestamp":"2026-01-05T10:00:00Z","properties":{"order_id":"o\"1","total":20.5}}
{"type":"track","userId":"ada","event":"Order Completed","messageId":"m1","timestamp":"2026-01-05T10:00:05Z","properties":{"order_id":"o\"1","total":20.5}}
{"type":"track","userId":"ada","event":"Order Completed","messageId":"m2","timestamp":"2026-01-20T10:00:00Z","properties":{"order_id":"2","total":3}}
{"type":"track","userId":"ada","event":"Order Completed","messageId":"m3","timestamp":"2026-01-20T15:00:00Z","properties":{"order_id":"3","total":3}}
)";

}  // namespace

TEST_CASE("a test is written from what happened to somebody, with their events and what was decided") {
  const Recorded recorded = recorded_of("ada", kLog);
  REQUIRE_FALSE(recorded.fault);
  CHECK(recorded.notes.empty());
  CHECK(recorded.events == 5);
  CHECK(recorded.text == R"(test "what happened to ada" {
  given user "ada" { email: "ada@example.org", yes: true }
  at 2026-01-05 10:00 {
    identify
    expect mood is calm
  }
  at 2026-01-05 11:00 {
    order { order_id: "o\"1", total: 20.5 EUR, id: "m1" }
    expect in thank at say
  }
  at 2026-01-05 11:00:05 { order { order_id: "o\"1", total: 20.5 EUR, id: "m1" } }
  at 2026-01-05 13:00 {
    expect left thank by finished
    expect sent thanks once by email
  }
  at 2026-01-06 04:00 { expect mood is keen }
  at 2026-01-13 04:00 { expect mood is calm }
  at 2026-01-20 11:00 {
    order { order_id: "2", total: 3 EUR }
    expect in thank at say
  }
  at 2026-01-20 13:00 {
    expect left thank by finished
    expect suppressed thanks because cap
  }
  at 2026-01-20 16:00 {
    order { order_id: "3", total: 3 EUR }
    expect in thank at say
  }
}
)");
}

TEST_CASE("whoever was anonymous first is written down under the name they had then") {
  const Recorded recorded = recorded_of("bo", R"({"type":"track","anonymousId":"a-1","event":"Order Completed","timestamp":"2026-01-05T10:00:00Z","properties":{"order_id":"1","total":1}}
{"type":"identify","userId":"bo","anonymousId":"a-1","timestamp":"2026-01-05T11:00:00Z","traits":{}}
)");
  REQUIRE_FALSE(recorded.fault);
  CHECK(recorded.text.find("given user \"a-1\" {") != std::string::npos);
  CHECK(recorded.text.find("identify { user_id: \"bo\" }") != std::string::npos);
}

TEST_CASE("who is not in the log cannot be recorded, nor a log that cannot be read") {
  CHECK(recorded_of("nobody", kLog).fault->exit_code == 1);
  const Project project = Project::from_texts({{"project.wend", kProject}});
  CHECK(record_test(project, *compile(project.program(), Tier::fast_compile), {{"/absent/file.ndjson", "", "", ""}}, "ada").fault->exit_code == 5);
}

TEST_CASE("a log that merges two users says so") {
  const Recorded recorded = recorded_of("ada", std::string(kLog) + R"({"type":"alias","userId":"ada","previousId":"bo","timestamp":"2026-01-21T10:00:00Z"}
)");
  REQUIRE_FALSE(recorded.fault);
  CHECK(recorded.notes.front() == "several users of the log became one: a test has one from the start");
}
