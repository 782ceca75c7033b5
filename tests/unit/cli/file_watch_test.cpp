// What `--watch` sees.
#include <catch2/catch.hpp>

#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "compiler/cli/file_watch.h"

using namespace wend::cli;
namespace fs = std::filesystem;

namespace {

struct Folder {
  std::string path = (fs::temp_directory_path() / ("wend_watch_" + std::to_string(::getpid()))).string();
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path + "/sub/.git");
    write("a.wend", "a");
    write("sub/b.liquid", "b");
    write("sub/.git/index", "hidden");
    write(".swap", "hidden");
  }
  ~Folder() { fs::remove_all(path); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path + "/" + name) << text; }
};

}  // namespace

TEST_CASE("files are known by size and time; what is hidden, or written by the command itself, is not looked at") {
  const Folder folder;
  const FileStamps stamps = stamps_of(folder.path);
  CHECK(stamps.size() == 2);
  CHECK(stamps.contains("a.wend"));
  CHECK(stamps.contains("sub/b.liquid"));
  CHECK(stamps_of(folder.path, {fs::canonical(folder.path + "/a.wend").string()}).size() == 1);
  CHECK(stamps_of(folder.path + "/absent").empty());
}

TEST_CASE("a file that is written, made or taken away ends the wait") {
  const Folder folder;
  FileWatch watch;
  for (const auto& change : {+[](const Folder& f) { f.write("a.wend", "longer"); }, +[](const Folder& f) { f.write("new.wend", ""); }, +[](const Folder& f) { fs::remove(f.path + "/a.wend"); }}) {
    const FileStamps seen = stamps_of(folder.path);
    change(folder);
    CHECK(watch.wait(folder.path, seen) == 0);
  }
}

TEST_CASE("an interrupt ends the wait and not the process") {
  const Folder folder;
  FileWatch watch;
  for (const int signal : {SIGINT, SIGTERM}) {
    ::kill(::getpid(), signal);
    CHECK(watch.wait(folder.path, stamps_of(folder.path)) == signal);
  }
}
