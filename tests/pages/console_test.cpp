// Every command that a page shows is run here, and what it prints must be what the page says. Commands stand in ```console
// fences behind `$ `; the lines below one are its output. A line `…` stands for any lines. A fence of any language with
// `file=PATH` behind it is written to that file first, in the order of the page. `make` commands are asked what they would do
// and not run: the suite is run by one of them. A command with `&` at its end goes on until the page is through; the next waits until
// it has said where its doors are. WEND_UPDATE=1 writes what was printed into the page, to be reviewed as a diff.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "test_paths.h"
#include "tests/golden/golden.h"
#include "tests/pages/pages.h"

namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

// A command with its output, a file with its lines, or (neither) lines that are none.
struct Piece {
  std::string text;
  Lines output;
  std::string file;
};

std::string file_of(const std::string& opening) {
  const size_t at = opening.find(" file=");
  return at == std::string::npos ? "" : opening.substr(at + 6);
}

// A page in pieces. A block in a list is not looked for.
std::vector<Piece> pieces_of(const std::string& path) {
  std::ifstream in(path);
  INFO(path);
  REQUIRE(in.good());
  std::vector<Piece> pieces(1);
  bool inside = false, console = false;
  for (std::string line; std::getline(in, line);) {
    const bool fence = line.rfind("```", 0) == 0;
    if (fence) inside = !inside;
    if (fence && inside) console = line == "```console";
    if (fence && !inside && (!pieces.back().text.empty() || !pieces.back().file.empty())) pieces.push_back({});
    if (inside && console && line.rfind("$ ", 0) == 0) pieces.push_back({line.substr(2), {}, ""});
    else pieces.back().output.push_back(line);
    if (fence && inside && !file_of(line).empty()) pieces.push_back({"", {}, file_of(line)});
  }
  return pieces;
}

void write_page(const std::string& path, const std::vector<Piece>& pieces) {
  std::ofstream out(path, std::ios::binary);
  for (const Piece& piece : pieces) {
    if (!piece.text.empty()) out << "$ " << piece.text << "\n";
    for (const std::string& line : piece.output) out << line << "\n";
  }
}

// A folder to run in, where the paths that the page names are found and nothing of the project is written to.
class Desk {
 public:
  explicit Desk(const std::string& name) : path_(WEND_BINARY_DIR "/page-" + name) {
    fs::remove_all(path_);
    fs::create_directories(path_);
    fs::create_directory_symlink(WEND_SOURCE_DIR "/examples", path_ + "/examples");
    fs::create_directory_symlink(WEND_SOURCE_DIR "/stdlib", path_ + "/stdlib");
    fs::create_symlink(WEND_SOURCE_DIR "/Makefile", path_ + "/Makefile");
    if (fs::exists(WEND_SHARED_DATA "/data")) fs::create_directory_symlink(WEND_SHARED_DATA "/data", path_ + "/data");
  }
  ~Desk() {
    for (const pid_t server : servers_) {
      kill(-server, SIGTERM);
      waitpid(server, nullptr, 0);
    }
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  void write(const std::string& file, const Lines& lines) const {
    fs::create_directories(fs::path(path_ + "/" + file).parent_path());
    std::ofstream out(path_ + "/" + file, std::ios::binary);
    for (const std::string& line : lines) out << line << "\n";
  }

  // What a command prints, to either stream.
  Lines run(std::string command) const {
    if (command.rfind("make", 0) == 0) command += " --dry-run >/dev/null";
    if (command.ends_with(" &")) return start(command.substr(0, command.size() - 2));
    std::ofstream(path_ + "/.command") << command << "\n";
    const std::string line = before_ + "bash .command 2>&1 </dev/null";
    FILE* pipe = popen(line.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 4096> buffer;
    while (const size_t read = fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), read);
    const int status = pclose(pipe);
    INFO(command << "\n" << text);
    // 0 is well, 1 is "the input is wrong", which a page may well show; anything else is a command that does not work.
    CHECK((status == 0 || status == 256));
    Lines lines;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return lines;
  }

 private:
  // A server: it prints nothing to the page, but says in a log when it is ready.
  Lines start(const std::string& command) const {
    const std::string line = before_ + "exec bash -c 'exec " + command + "'";
    const pid_t child = fork();
    if (child == 0) {
      setsid();
      execl("/bin/bash", "bash", "-c", line.c_str(), nullptr);
      _exit(127);
    }
    servers_.push_back(child);
    const auto ready = [this] {
      for (const fs::directory_entry& file : fs::directory_iterator(path_)) {
        if (file.path().extension() != ".log") continue;
        std::ifstream in(file.path());
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        if (text.find("operations on http") != std::string::npos) return true;
      }
      return false;
    };
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!ready() && waitpid(child, nullptr, WNOHANG) == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    INFO(command);
    CHECK(ready());
    return {};
  }

  std::string path_;
  const std::string before_ = "cd '" + path_ + "' && export PATH='" WEND_PROGRAM_DIR ":" EVENTS_PROGRAM_DIR "':\"$PATH\" NO_COLOR=1 && ";
  mutable std::vector<pid_t> servers_;
};

// Whether `found` is `said`, where a line `…` stands for any number of lines.
bool matches(const Lines& said, size_t s, const Lines& found, size_t f) {
  for (; s < said.size(); ++s, ++f) {
    if (said[s] == "…") {
      if (s + 1 == said.size()) return true;
      for (; f <= found.size(); ++f) {
        if (matches(said, s + 1, found, f)) return true;
      }
      return false;
    }
    if (f >= found.size() || said[s] != found[f]) return false;
  }
  return f == found.size();
}

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

void without_blank_end(Lines& lines) {
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
}

void check_page(const std::string& page) {
  std::string name = page;
  std::replace(name.begin(), name.end(), '/', '_');
  const std::string path = std::string(WEND_SOURCE_DIR) + "/" + page;
  std::vector<Piece> pieces = pieces_of(path);
  INFO(page);
  const bool updating = wend::golden::updating();
  const Desk desk(name);
  for (Piece& piece : pieces) {
    if (!piece.file.empty()) desk.write(piece.file, piece.output);
    if (piece.text.empty()) continue;
    if (piece.text.find("data/") != std::string::npos && !fs::exists(WEND_SHARED_DATA "/data")) {
      WARN("not run, the outside data is not there: " << piece.text);
      continue;
    }
    Lines said = piece.output, found = desk.run(piece.text);
    without_blank_end(said);
    without_blank_end(found);
    const bool same = matches(said, 0, found, 0);
    if (updating && !same) piece.output = found;
    INFO("$ " << piece.text << "\nsays:\n" << joined(said) << "prints:\n" << joined(found));
    CHECK((same || updating));
  }
  if (updating) write_page(path, pieces);
}

}  // namespace

TEST_CASE("the commands of every page print what it says") {
  size_t pages = 0;
  for (const std::string& page : wend::pages::all_pages()) {
    if (wend::pages::read_page(page).find("```console") == std::string::npos) continue;
    check_page(page);
    ++pages;
  }
  CHECK(pages > 3);
}

TEST_CASE("`…` stands for any lines, and only it") {
  CHECK(matches({"a", "…", "c"}, 0, {"a", "b", "b", "c"}, 0));
  CHECK(matches({"a", "…"}, 0, {"a"}, 0));
  CHECK_FALSE(matches({"a", "…", "c"}, 0, {"a", "b"}, 0));
  CHECK_FALSE(matches({"a"}, 0, {"a", "b"}, 0));
  CHECK_FALSE(matches({"a", "b"}, 0, {"a"}, 0));
}
