// Folders are made under the system's temporary one and removed again.
#include "tests/golden/cli/fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include <zlib.h>

extern char** environ;

namespace wend::golden {

namespace fs = std::filesystem;

namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void lay_out(const CliCase::File& file, const fs::path& folder) {
  const fs::path path = folder / file.name;
  fs::create_directories(path.parent_path());
  std::string text = file.text;
  if (file.directive.starts_with("repeat ")) {
    std::string once = text.substr(0, text.find('\n'));
    text.clear();
    for (long i = std::stol(file.directive.substr(7)); i > 0; --i) text += once;
    text += "\n";
  } else if (file.directive.starts_with("lines ")) {
    std::string once = text;
    text.clear();
    for (long i = std::stol(file.directive.substr(6)); i > 0; --i) text += once;
  } else if (file.directive.starts_with("gzip")) {
    text = gzip(text);
    if (file.directive == "gzip half") text.resize(text.size() / 2);
  }
  std::ofstream(path, std::ios::binary) << text;
  if (file.directive == "mode 000") fs::permissions(path, fs::perms::none);
}

std::vector<std::string> words_of(const std::string& command) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false, any = false;
  for (char c : command + " ") {
    if (c == '"') inside = !inside, any = true;
    else if (c != ' ' || inside) word += c, any = true;
    else if (any) words.push_back(std::move(word)), word.clear(), any = false;
  }
  return words;
}

std::string text_of(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

// A clean environment: nothing of the one who runs the tests shows in an expectation.
int run(const std::string& binary, std::vector<std::string> words, const fs::path& folder, const fs::path& out, const fs::path& err) {
  std::string input = "/dev/null";
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != "<") continue;
    input = (folder / words[i + 1]).string();
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
    break;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string locale = "LC_ALL=C.UTF-8", home = "HOME=" + folder.string();
  char* environment[] = {locale.data(), home.data(), nullptr};
  pid_t child = 0;
  const int failed = posix_spawn(&child, binary.c_str(), &actions, nullptr, argv.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot run " + binary);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// What is measured differs from run to run, and the zones' data from machine to machine.
std::string without_surroundings(const std::string& text) {
  static const std::regex kTime(" time=\"[0-9]+\\.[0-9]{3}\""), kZones(R"("tzdata":"[^"]*")");
  if (text.find("<testsuites") != std::string::npos) return std::regex_replace(text, kTime, " time=\"0.000\"");
  return text.find("wend.tests/1") != std::string::npos ? std::regex_replace(text, kZones, R"("tzdata":"…")") : text;
}

void section(std::string& out, const char* name, std::string text) {
  if (text.empty()) return;
  text = without_surroundings(text);
  if (text.back() != '\n') text += "\n[no line end]\n";
  out += std::string("--- ") + name + "\n" + text;
}

}  // namespace

CliCase parse_cli_case(const std::string& source) {
  CliCase test;
  std::istringstream in(source);
  CliCase::File* file = nullptr;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("=== ")) {
      std::string name = line.substr(4), directive;
      if (const size_t at = name.find(" ("); at != std::string::npos) {
        directive = name.substr(at + 2, name.size() - at - 3);
        name.resize(at);
      }
      file = &test.files.emplace_back(CliCase::File{name, directive, ""});
    } else if (line.starts_with("$ ")) {
      test.commands.push_back(line.substr(2));
      file = nullptr;
    } else if (file != nullptr) {
      file->text += line + "\n";
    }
  }
  return test;
}

std::string run_cli_case(const CliCase& test, const std::string& binary) {
  static int count = 0;
  const fs::path root = fs::temp_directory_path() / ("wend_cli_" + std::to_string(::getpid()) + "_" + std::to_string(++count));
  const fs::path folder = root / "case";
  fs::create_directories(folder);
  for (const CliCase::File& file : test.files) lay_out(file, folder);
  std::string out;
  for (const std::string& command : test.commands) {
    std::vector<std::string> words = words_of(command);
    if (words.size() > 1 && words[0] == "cat") {
      section(out, words[1].c_str(), text_of(folder / words[1]));
      continue;
    }
    const int code = run(binary, words, folder, root / "out", root / "err");
    out += "$ " + command + "\nexit " + std::to_string(code) + "\n";
    section(out, "stdout", text_of(root / "out"));
    section(out, "stderr", text_of(root / "err"));
  }
  std::error_code ignored;
  fs::remove_all(root, ignored);
  return out;
}

}  // namespace wend::golden
