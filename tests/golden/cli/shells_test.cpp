// The completions in real shells, and the manual under a checker. A shell that is not installed is told of and passed over.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "test_paths.h"

namespace {

namespace fs = std::filesystem;

struct Ran { std::string out; int code; };
Ran run(const std::string& command) {
  FILE* pipe = popen(("( " + command + " ) 2>&1 </dev/null").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> buffer;
  while (const size_t read = fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), read);
  const int status = pclose(pipe);
  return {text, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

bool installed(const std::string& program) {
  if (run("command -v " + program + " >/dev/null").code == 0) return true;
  WARN("not run, " << program << " is not installed");
  return false;
}

const std::string kProject = WEND_SOURCE_DIR "/examples/tidal_wave";

// A script run by a shell, with wend on its path.
std::string shell(const std::string& start, const std::string& script) {
  const fs::path file = fs::temp_directory_path() / ("wend_shell_" + std::to_string(::getpid()));
  std::ofstream(file) << script;
  const Ran ran = run("cd '" + kProject + "' && PATH='" WEND_BINARY_DIR "':\"$PATH\" " + start + " '" + file.string() + "'");
  fs::remove(file);
  return ran.out;
}

std::string in_bash(const std::string& words, int at) {
  return shell("bash --norc", "source <(wend completions bash)\nCOMP_WORDS=(" + words + ")\nCOMP_CWORD=" + std::to_string(at) + "\n_wend\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
}

}  // namespace

TEST_CASE("bash completes commands, options, and the names of the project it stands in") {
  if (!installed("bash")) return;
  CHECK(in_bash("wend sn", 1) == "snapshot\n");
  CHECK(in_bash("wend graph --journey ''", 3) == "win_back\n");
  CHECK(in_bash("wend hold message w", 3) == "weekly_mix\nwin_back_offer\n");
  CHECK(in_bash("wend graph --format m", 3) == "mermaid\n");
  CHECK(in_bash("wend run --events ''", 3) == "\n");   // a file: bash itself knows them
  CHECK(shell("bash --norc", "source <(wend completions bash)\ncomplete -p wend\n") == "complete -o bashdefault -o default -F _wend wend\n");
}

TEST_CASE("zsh completes with what a command is for") {
  if (!installed("zsh")) return;
  const std::string stubs = "compdef() { : }\n_files() { print files }\n_describe() { print -l -- $found }\nsource <(wend completions zsh)\n";
  CHECK(shell("zsh -f", stubs + "words=(wend graph --journey ''); CURRENT=4; _wend\n") == "win_back:journey\n");
  CHECK(shell("zsh -f", stubs + "words=(wend vers); CURRENT=2; _wend\n") == "version:the version of wend, and of its time zone data\n");
  CHECK(shell("zsh -f", stubs + "words=(wend run --events ''); CURRENT=4; _wend\n") == "files\n");
}

TEST_CASE("fish completes with what a command is for") {
  if (!installed("fish")) return;
  const std::string home = (fs::temp_directory_path() / ("wend_fish_" + std::to_string(::getpid()))).string();
  const auto in_fish = [&](const std::string& line) { return shell("HOME='" + home + "' fish --no-config", "wend completions fish | source\ncomplete -C '" + line + "'\n"); };
  CHECK(in_fish("wend graph --journey ") == "win_back\tjourney\n");
  CHECK(in_fish("wend graph --out win").find("win_back.wend") != std::string::npos);   // a file: fish itself knows them
  CHECK(in_fish("wend vers") == "version\tthe version of wend, and of its time zone data\n");
  fs::remove_all(home);
}

TEST_CASE("the manual has a page for each command, and nothing in it to complain of") {
  const fs::path folder = fs::temp_directory_path() / ("wend_share_" + std::to_string(::getpid()));
  REQUIRE(run("'" WEND_BINARY_DIR "/wend' __share '" + folder.string() + "'").code == 0);
  CHECK(fs::exists(folder / "man/man1/wend.1"));
  CHECK(fs::exists(folder / "man/man1/wend-graph.1"));
  CHECK(fs::exists(folder / "bash-completion/completions/wend"));
  if (installed("mandoc")) {
    // A page has no date: the same table gives the same bytes.
    CHECK(run("mandoc -T lint -W warning " + folder.string() + "/man/man1/*.1 | grep -v 'missing date'").out == "");
    CHECK(run("mandoc -T ascii '" + folder.string() + "/man/man1/wend-graph.1' | col -b").out.find("wend-graph - journeys and states as a picture") != std::string::npos);
  }
  fs::remove_all(folder);
}
