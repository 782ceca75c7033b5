// `wend doctor` on this machine: what it says differs from one to the next, so only what must be there is looked for.
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <catch2/catch.hpp>

#include "tests/golden/cli/fixture.h"
#include "test_paths.h"

namespace {

const std::string kBinary = WEND_BINARY_DIR "/wend";

std::string doctor(const std::string& project, const std::string& options = "") {
  wend::golden::CliCase test;
  if (!project.empty()) test.files = {{"project.wend", "", project}};
  test.commands = {"wend doctor" + options};
  return run_cli_case(test, kBinary);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("doctor says what this is, and that it is well") {
  const std::string report = doctor("project p { time zone \"UTC\" }\nprofile { identity user_id }\nevent visit\n");
  INFO(report);
  CHECK(has(report, "exit 0"));
  CHECK(has(report, "✓ native code"));
  CHECK(has(report, "✓ time zones"));
  CHECK(has(report, "p: 1 file, 0 journeys, 0 messages, 0 tests"));
  CHECK(has(doctor(""), "none in this folder"));
}

TEST_CASE("doctor ends with 1 where the project is wrong, and with 5 where a server does not answer") {
  CHECK(has(doctor("project p\n"), "exit 1"));
  CHECK(has(doctor("project p\n"), "`wend check` tells what"));
  const std::string unanswered = doctor("", " --server http://127.0.0.1:1");
  CHECK(has(unanswered, "exit 5"));
  CHECK(has(unanswered, "✗ server"));
}

TEST_CASE("doctor says of a folder that it is not there, or is no project") {
  const std::string missing = doctor("", " shopp");
  INFO(missing);
  CHECK(has(missing, "there is no file or folder `shopp`"));
  CHECK(has(missing, "exit 5"));
  CHECK_FALSE(has(missing, "wend check"));
  const std::string bare = doctor("", " /");
  INFO(bare);
  CHECK(has(bare, "no folder at or above `/` has a `project.wend`"));
  CHECK(has(bare, "exit 1"));
}

TEST_CASE("doctor says where compiled code is kept, or why it is not; a command decides the same with it and without") {
  const char* const before = std::getenv("WEND_CACHE_DIR");
  const std::optional<std::string> kept = before ? std::optional<std::string>(before) : std::nullopt;
  std::string folder = (std::filesystem::temp_directory_path() / "wend_kept_XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()));
  const auto run = [](const char* cache) {
    ::setenv("WEND_CACHE_DIR", cache, 1);
    wend::golden::CliCase test;
    test.files = {{"project.wend", "", "project p { time zone \"UTC\" }\nprofile { identity user_id }\nevent visit\nmeasure visits = count of visit ever\n"
                                       "journey j {\n  enter on visit\n  only if visits > 1\n  step s { wait 1 day }\n}\n"},
                  {"events.ndjson", "", R"({"type":"track","event":"visit","userId":"a","timestamp":"2026-01-01T00:00:00Z"}
{"type":"track","event":"visit","userId":"a","timestamp":"2026-01-02T00:00:00Z"}
)"}};
    test.commands = {"wend run . --events events.ndjson"};
    return run_cli_case(test, kBinary);
  };
  const std::string bare = run("");
  CHECK(has(bare, "\"journey\":\"j\""));
  CHECK(has(doctor(""), "is not kept: no folder is named for it"));
  ::setenv("WEND_CACHE_DIR", folder.c_str(), 1);
  CHECK(has(doctor(""), "is kept in " + folder + ": 0 files"));
  CHECK(run(folder.c_str()) == bare);
  CHECK(has(doctor(""), "is kept in " + folder + ": 1 file,"));
  CHECK(run(folder.c_str()) == bare);
  CHECK(has(doctor(""), "is kept in " + folder + ": 1 file,"));
  std::filesystem::permissions(folder, std::filesystem::perms::all);
  CHECK(has(doctor(""), "is not kept in " + folder + ": others may write to it"));
  CHECK(has(doctor(""), "exit 0"));
  CHECK(run(folder.c_str()) == bare);
  std::filesystem::remove_all(folder);
  kept ? ::setenv("WEND_CACHE_DIR", kept->c_str(), 1) : ::unsetenv("WEND_CACHE_DIR");
}

TEST_CASE("doctor tells names of variables, never their values") {
  ::setenv("WEND_SECRET_OF_TESTS", "swordfish", 1);
  const std::string report = doctor("", " --format json");
  ::unsetenv("WEND_SECRET_OF_TESTS");
  CHECK(has(report, "\"schema\":\"wend.doctor/1\""));
  CHECK_FALSE(has(report, "swordfish"));
}
