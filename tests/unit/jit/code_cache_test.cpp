// The folder of compiled code: what is in it is run, so nothing is taken from it that is not whole, what its name says, and the user's own.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "compiler/jit/code_cache.h"
#include "tests/unit/jit/folder.h"

using namespace wend;
using wend::test::Folder;

namespace {

CodeKey key(const std::string& ir) { return object_key("machine", "O2", ir); }

std::string bytes(size_t size, char of = 'x') { return std::string(size, of); }

void age(const std::string& path, time_t seconds) {
  const timespec then[2] = {{::time(nullptr) - seconds, 0}, {::time(nullptr) - seconds, 0}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), then, 0) == 0);
}

}  // namespace

TEST_CASE("what is put is got again, by its key alone") {
  const Folder folder;
  CodeCache cache(folder.path());
  REQUIRE(cache.usable());
  CHECK_FALSE(cache.get(key("a")));
  cache.put(key("a"), "code of a");
  cache.put(key("b"), std::string("\0 code \n of b", 13));
  cache.put(key("empty"), "");
  CHECK(cache.get(key("a")) == "code of a");
  CHECK(CodeCache(folder.path()).get(key("b")) == std::string("\0 code \n of b", 13));
  CHECK(cache.get(key("empty")) == "");
  CHECK_FALSE(cache.get(key("c")));
  CHECK(cache.size().files == 3);
}

TEST_CASE("a key is another for another processor, tier or IR, and for the same bytes shared out otherwise") {
  const CodeKey of = object_key("znver4\n+avx2", "O0", "define i32 @a()");
  CHECK(of == object_key("znver4\n+avx2", "O0", "define i32 @a()"));
  CHECK(of != object_key("znver3\n+avx2", "O0", "define i32 @a()"));
  CHECK(of != object_key("znver4\n+avx2,+fma", "O0", "define i32 @a()"));
  CHECK(of != object_key("znver4\n+avx2", "O2", "define i32 @a()"));
  CHECK(of != object_key("znver4\n+avx2", "O0", "define i32 @b()"));
  CHECK(object_key("ab", "c", "") != object_key("a", "bc", ""));
  CHECK(object_key("a", "", "b") != object_key("a", "b", ""));
}

TEST_CASE("a file that is not whole, or not what its name says, is passed over and written anew") {
  const Folder folder;
  CodeCache cache(folder.path());
  cache.put(key("a"), bytes(5000));
  REQUIRE(folder.files().size() == 1);
  const std::string file = folder.files()[0], whole = test::read(file);
  const auto refused_and_mended = [&] {
    CHECK_FALSE(cache.get(key("a")));
    cache.put(key("a"), bytes(5000));
    CHECK(cache.get(key("a")) == bytes(5000));
    CHECK(folder.files().size() == 1);
  };
  for (const size_t size : {size_t{0}, size_t{1}, size_t{11}, size_t{40}, size_t{76}, size_t{1000}, whole.size() - 1}) {
    test::write(file, whole.substr(0, size));
    refused_and_mended();
  }
  for (const size_t place : {size_t{0}, size_t{12}, size_t{43}, size_t{44}, size_t{75}, size_t{76}, whole.size() - 1}) {
    std::string changed = whole;
    changed[place] ^= 1;
    test::write(file, changed);
    refused_and_mended();
  }
  test::write(file, whole + "more");
  refused_and_mended();
  cache.put(key("b"), bytes(10, 'b'));
  for (const std::string& other : folder.files())
    if (other != file) test::write(file, test::read(other));   // whole, and of another key
  CHECK_FALSE(cache.get(key("a")));
}

TEST_CASE("what is no file of the user's own in its place is not read") {
  const Folder folder, elsewhere;
  CodeCache cache(folder.path());
  cache.put(key("a"), "code");
  const std::string file = folder.files()[0], whole = test::read(file);
  REQUIRE(::chmod(file.c_str(), 0622) == 0);
  CHECK_FALSE(cache.get(key("a")));
  std::filesystem::remove(file);
  test::write(elsewhere.path() + "/code", whole);
  std::filesystem::create_symlink(elsewhere.path() + "/code", file);
  CHECK_FALSE(cache.get(key("a")));
  std::filesystem::remove(file);
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  CHECK_FALSE(cache.get(key("a")));
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  CHECK_FALSE(cache.get(key("a")));
  cache.put(key("a"), "code");   // no place for it
  CHECK_FALSE(cache.get(key("a")));
}

TEST_CASE("a folder that others may write to, or that is another's, is not used") {
  const Folder folder;
  for (const mode_t mode : {mode_t{0777}, mode_t{01777}, mode_t{0720}, mode_t{0702}}) {
    REQUIRE(::chmod(folder.path().c_str(), mode) == 0);
    CodeCache cache(folder.path());
    CHECK_FALSE(cache.usable());
    CHECK(cache.problem().find("others may write to it") != std::string::npos);
    cache.put(key("a"), "code");
    CHECK_FALSE(cache.get(key("a")));
    CHECK(folder.files().empty());
  }
  REQUIRE(::chmod(folder.path().c_str(), 0700) == 0);
  CHECK(CodeCache(folder.path()).usable());
  // Only root can give a folder away; everybody else finds root's.
  const bool root = ::geteuid() == 0;
  if (root) REQUIRE(::chown(folder.path().c_str(), 65534, 65534) == 0);
  const CodeCache others(root ? folder.path() : "/");
  CHECK_FALSE(others.usable());
  CHECK(others.problem().find("belongs to another user") != std::string::npos);
}

TEST_CASE("where there can be no folder there is no cache, and that is all") {
  for (const char* const nowhere : {"", "caches/here", "/dev/null/wend", "/proc/wend"}) {
    CodeCache cache(nowhere);
    INFO(nowhere);
    CHECK_FALSE(cache.usable());
    CHECK(cache.problem().empty() == (*nowhere == '\0'));
    cache.put(key("a"), "code");
    CHECK_FALSE(cache.get(key("a")));
    cache.trim();
    CHECK(cache.size().files == 0);
  }
}

TEST_CASE("the folder is made for the user alone, and may go while it is used") {
  const Folder folder;
  const std::string path = folder.path() + "/deep/in/wend";
  CodeCache cache(path + "/");
  struct stat about{};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0700);
  cache.put(key("a"), "code");
  CHECK(cache.get(key("a")) == "code");
  std::filesystem::remove_all(folder.path() + "/deep");
  CHECK_FALSE(cache.get(key("a")));
  cache.put(key("a"), "code");
  CHECK_FALSE(cache.get(key("a")));
}

TEST_CASE("past its bound those go that were used longest ago, and nothing that is not the cache's") {
  const Folder folder;
  test::write(folder.path() + "/notes.code", bytes(100'000));
  CodeCache cache(folder.path(), 10'000);
  std::vector<std::string> by_age;
  for (int i = 0; i < 9; ++i) {
    const auto before = folder.files();
    cache.put(key(std::to_string(i)), bytes(1000));
    for (const std::string& file : folder.files())
      if (std::find(before.begin(), before.end(), file) == before.end()) by_age.push_back(file);
  }
  REQUIRE(by_age.size() == 9);
  for (int i = 0; i < 9; ++i) age(by_age[static_cast<size_t>(i)], 1000 - i);
  test::write(by_age[0] + ".1.1.aside", "left behind long ago");
  age(by_age[0] + ".1.1.aside", 7200);
  test::write(by_age[1] + ".2.2.aside", "being written");
  cache.trim();   // nine files of 1,076 bytes: room enough
  CHECK(cache.size().files == 9);
  CHECK_FALSE(std::filesystem::exists(by_age[0] + ".1.1.aside"));
  CHECK(std::filesystem::exists(by_age[1] + ".2.2.aside"));
  CHECK(cache.get(key("0")));   // used now
  cache.put(key("9"), bytes(1000));
  cache.trim();
  CHECK(cache.size().bytes <= 7'500);
  CHECK(cache.size().files == 6);
  CHECK(cache.get(key("0")));
  CHECK(cache.get(key("9")));
  CHECK(cache.get(key("8")));
  CHECK_FALSE(cache.get(key("1")));
  CHECK(std::filesystem::exists(folder.path() + "/notes.code"));
}

TEST_CASE("processes and threads that write the same and read it meanwhile see it whole or not at all") {
  const Folder folder;
  const std::string code = bytes(200'000, 'p');
  const auto write_and_read = [&](CodeCache& cache) {
    for (int i = 0; i < 60; ++i) {
      cache.put(key("same"), code);
      const auto got = cache.get(key("same"));
      if (!got || *got != code) return false;
    }
    return true;
  };
  const pid_t other = ::fork();
  REQUIRE(other >= 0);
  if (other == 0) {
    CodeCache own(folder.path());
    ::_exit(write_and_read(own) ? 0 : 1);
  }
  CodeCache cache(folder.path());
  bool well = false;
  std::thread thread([&] { well = write_and_read(cache); });
  CHECK(write_and_read(cache));
  thread.join();
  CHECK(well);
  int ended = -1;
  REQUIRE(::waitpid(other, &ended, 0) == other);
  CHECK(ended == 0);
  CHECK(folder.files().size() == 1);
}

TEST_CASE("WEND_CACHE_DIR comes before XDG_CACHE_HOME, and that before HOME") {
  const auto with = [](const char* told, const char* caches, const char* home) {
    const auto set = [](const char* name, const char* value) { value ? ::setenv(name, value, 1) : ::unsetenv(name); };
    const char* const names[] = {"WEND_CACHE_DIR", "XDG_CACHE_HOME", "HOME"};
    std::vector<std::optional<std::string>> before;
    for (const char* name : names) before.push_back(std::getenv(name) ? std::optional<std::string>(std::getenv(name)) : std::nullopt);
    set(names[0], told);
    set(names[1], caches);
    set(names[2], home);
    const std::string folder = CodeCache::usual_folder();
    for (size_t i = 0; i < 3; ++i) set(names[i], before[i] ? before[i]->c_str() : nullptr);
    return folder;
  };
  CHECK(with("/a", "/b", "/c") == "/a");
  CHECK(with("", "/b", "/c") == "");   // said: none
  CHECK(with(nullptr, "/b", "/c") == "/b/wend");
  CHECK(with(nullptr, "b", "/c") == "/c/.cache/wend");   // as the XDG base directories have it: a relative one is no folder
  CHECK(with(nullptr, nullptr, "/c") == "/c/.cache/wend");
  CHECK(with(nullptr, nullptr, nullptr) == "");
}
