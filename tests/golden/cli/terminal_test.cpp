// What only a terminal gets: colour, unless NO_COLOR is set. The command's streams are a terminal made for the test.
#include <pty.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include <catch2/catch.hpp>

#include "test_paths.h"

namespace {

// What `wend check absent` writes to a terminal.
std::string on_a_terminal(bool no_color) {
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) {
    ::setenv("TERM", "xterm", 1);
    ::unsetenv("NO_COLOR");
    if (no_color) ::setenv("NO_COLOR", "1", 1);
    ::execl(WEND_BINARY_DIR "/wend", "wend", "check", "absent", nullptr);
    ::_exit(99);
  }
  std::string out;
  char buffer[4096];
  for (ssize_t got; (got = ::read(terminal, buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<size_t>(got));
  ::close(terminal);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 5);
  return out;
}

}  // namespace

TEST_CASE("a terminal gets colour, unless NO_COLOR is set") {
  const std::string coloured = on_a_terminal(false), plain = on_a_terminal(true);
  CHECK(coloured.find("\x1b[") != std::string::npos);
  CHECK(coloured.find("E0002") != std::string::npos);
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(plain.find("E0002") != std::string::npos);
}
