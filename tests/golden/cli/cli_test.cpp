// The `wend` binary over small projects: exit codes, standard output and standard error, each case a file in cases/.
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/golden/cli/fixture.h"
#include "tests/golden/golden.h"
#include "test_paths.h"

namespace {
const std::string kBinary = WEND_BINARY_DIR "/wend";
}

TEST_CASE("the command line says and does what its cases show") {
  wend::golden::check(WEND_SOURCE_DIR "/tests/golden/cli/cases",
                      [](const wend::golden::Case& golden) { return run_cli_case(wend::golden::parse_cli_case(golden.source), kBinary); });
}

TEST_CASE("a file without permission ends with 5") {
  if (::geteuid() == 0) return;   // who may read everything cannot be refused; a missing file is a case above
  wend::golden::CliCase test;
  test.files = {{"project.wend", "", "project p { time zone \"UTC\" }\nprofile { identity user_id }\n"}, {"events.ndjson", "mode 000", "{}\n"}};
  test.commands = {"wend run . --events events.ndjson"};
  const std::string result = run_cli_case(test, kBinary);
  CHECK(result.find("exit 5") != std::string::npos);
  CHECK(result.find("Permission denied") != std::string::npos);
}

TEST_CASE("a reader that goes away ends a command quietly") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(ends[1], 1);
    ::execl(kBinary.c_str(), "wend", "help", nullptr);
    ::_exit(99);
  }
  ::close(ends[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("what git ignores is in both versions of a plan against a revision") {
  char folder[] = "/tmp/wend_plan_git_XXXXXX";
  REQUIRE(::mkdtemp(folder) != nullptr);
  const std::string commands = std::string("cd ") + folder + R"( && {
    git init -q && mkdir made && echo made/ > .gitignore
    printf 'project p { time zone "UTC" }\nprofile { identity user_id }\n' > project.wend
    echo 'event made_up' > made/more.wend
    git add -A && git -c user.name=t -c user.email=t@example.org -c commit.gpgsign=false commit -q -m one
    echo 'event fresh' > fresh.wend
  } >/dev/null 2>&1 && )" + kBinary + " plan > said.txt 2>&1";
  CHECK(std::system(commands.c_str()) == 0);
  const std::string said = wend::golden::read_text(std::string(folder) + "/said.txt");
  INFO(said);
  CHECK(said.find("+ event fresh") != std::string::npos);
  CHECK(said.find("made_up") == std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a disk that is full ends with 5") {
  if (::access("/dev/full", W_OK) != 0) return;
  wend::golden::CliCase test;
  test.files = {{"project.wend", "", "project p { time zone \"UTC\" }\nprofile { identity user_id }\n"},
                {"events.ndjson", "", "{oops\n"}};
  test.commands = {"wend run . --events events.ndjson --out /dev/full"};
  const std::string result = run_cli_case(test, kBinary);
  CHECK(result.find("exit 5") != std::string::npos);
  CHECK(result.find("No space left on device") != std::string::npos);
}
