// `wend check --fix`: which fixes are made, and that a project is never left worse.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/cli/fix_project.h"

using namespace wend;
using namespace wend::cli;
namespace fs = std::filesystem;

namespace {

struct Folder {
  std::string path = (fs::temp_directory_path() / ("wend_fix_" + std::to_string(::getpid()))).string();
  explicit Folder(const std::string& project) {
    fs::remove_all(path);
    fs::create_directories(path);
    std::ofstream(path + "/project.wend") << project;
  }
  ~Folder() { fs::remove_all(path); }
  std::string project() const {
    std::ostringstream out;
    out << std::ifstream(path + "/project.wend").rdbuf();
    return out.str();
  }
};

const std::string kHead = "project p { time zone \"UTC\" }\nprofile {\n  identity user_id\n";

}  // namespace

TEST_CASE("safe fixes are made, all of them, also where they stand close together") {
  const Folder folder(kHead + "  a int = \"4\"\n  b int = \"5\"\n}\n");
  const Fixed fixed = fix_project(folder.path, false);
  CHECK_FALSE(fixed.fault);
  CHECK(fixed.fixes == 2);
  CHECK(fixed.files == 1);
  CHECK(fixed.project.ok());
  CHECK(folder.project() == kHead + "  a int = 4\n  b int = 5\n}\n");
}

TEST_CASE("what wants a look is left and counted, and made when that is asked for") {
  const Folder folder(kHead + "  plan one of free, premium = premuim\n}\n");
  const std::string before = folder.project();
  const Fixed safe = fix_project(folder.path, false);
  CHECK(safe.fixes == 0);
  CHECK(safe.left == 1);
  CHECK(folder.project() == before);
  const Fixed all = fix_project(folder.path, true);
  CHECK(all.fixes == 1);
  CHECK(all.left == 0);
  CHECK(all.project.ok());
}

TEST_CASE("a project without anything to fix is not written to") {
  const Folder folder(kHead + "}\n");
  const auto time = fs::last_write_time(folder.path + "/project.wend");
  const Fixed fixed = fix_project(folder.path, true);
  CHECK(fixed.fixes == 0);
  CHECK(fs::last_write_time(folder.path + "/project.wend") == time);
  CHECK(fix_project(folder.path + "/absent", true).fixes == 0);
}

TEST_CASE("a file that cannot be written is told of") {
  if (::geteuid() == 0) return;   // who may write everything cannot be refused
  const Folder folder(kHead + "  a int = \"4\"\n}\n");
  fs::permissions(folder.path + "/project.wend", fs::perms::owner_read);
  CHECK(fix_project(folder.path, false).fault);
}
