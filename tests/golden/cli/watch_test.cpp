// `wend test --watch`: it runs again when a file changes, and Ctrl-C ends it with 130.
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "test_paths.h"

namespace {

namespace fs = std::filesystem;

// A command with both its streams on one pipe.
class Running {
 public:
  explicit Running(const std::string& folder) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      ::dup2(ends[1], 1);
      ::dup2(ends[1], 2);
      ::close(ends[0]);
      ::execl(WEND_BINARY_DIR "/wend", "wend", "test", folder.c_str(), "--watch", nullptr);
      ::_exit(99);
    }
    ::close(ends[1]);
    out_ = ends[0];
  }
  ~Running() { ::close(out_); }

  // Reads on until `what` has been said; all that was said up to then.
  std::string until(const std::string& what) {
    std::string said;
    char c = 0;
    while (said.find(what) == std::string::npos && ::read(out_, &c, 1) == 1) said += c;
    return said;
  }

  int end(int signal) {
    ::kill(child_, signal);
    until("\x01");
    int status = 0;
    ::waitpid(child_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

 private:
  pid_t child_ = 0;
  int out_ = -1;
};

}  // namespace

TEST_CASE("a watched project is tested again when a file changes, until it is interrupted") {
  const fs::path folder = fs::temp_directory_path() / ("wend_watched_" + std::to_string(::getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder);
  std::ofstream(folder / "project.wend") << "project p { time zone \"UTC\" }\nprofile { identity user_id }\nevent play\nmeasure plays = count of play in last 7 days\n";
  // At once, so that nobody sees half of it.
  const auto write = [&folder](const std::string& text) {
    std::ofstream(folder / ".tests") << text;
    fs::rename(folder / ".tests", folder / "tests.wend");
  };
  const auto expect = [&write](const std::string& plays) { write("test \"plays\" { at 2026-01-01 10:00 { play, expect plays is " + plays + " } }\n"); };
  expect("2");
  for (const int signal : {SIGINT, SIGTERM}) {
    Running running(folder.string());
    CHECK(running.until("waiting for a file to change").find("1 failed") != std::string::npos);
    expect("1");
    CHECK(running.until("waiting for a file to change").find("1 test passed") != std::string::npos);
    expect("22");
    CHECK(running.until("waiting for a file to change").find("1 failed") != std::string::npos);
    write("test \"broken\n");
    CHECK(running.until("waiting for a file to change").find("error[") != std::string::npos);
    CHECK(running.end(signal) == 128 + signal);
    expect("2");
  }
  fs::remove_all(folder);
}
