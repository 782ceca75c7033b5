// Write keys that change while the server runs.
#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <utime.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "runtime/hosts/key_ring.h"

using namespace wend;
namespace fs = std::filesystem;

namespace {

struct File {
  std::string path = (fs::temp_directory_path() / ("wend-key-" + std::to_string(::getpid()))).string();
  ~File() { fs::remove(path); }
  void write(const std::string& text) const {
    std::ofstream(path, std::ios::trunc) << text;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  }
};

SecretSource source(const std::string& reference) {
  std::string problem;
  return *SecretSource::from(reference, problem);
}

}  // namespace

TEST_CASE("a write key that was changed is the new one from the next request on, also one as long, at once") {
  const File file;
  file.write("key-0000-0000-0000\n");
  KeyRing ring({source("file:" + file.path), source("env:WEND_KEY_RING")});
  CHECK(ring.find("key-0000-0000-0000") == 0u);
  for (int i = 1; i <= 50; ++i) {
    const std::string before = "key-0000-0000-" + std::to_string(1'000 + i - 1), now = "key-0000-0000-" + std::to_string(1'000 + i);
    file.write(now + "\n");
    CHECK(ring.find(now) == 0u);
    CHECK(!ring.find(before));
  }
}

TEST_CASE("a write key whose file is gone, or open to everybody, lets nobody in any more") {
  const File file;
  file.write("key-0000-0000-0000\n");
  KeyRing ring({source("file:" + file.path)});
  CHECK(ring.find("key-0000-0000-0000") == 0u);
  fs::permissions(file.path, fs::perms::others_read, fs::perm_options::add);
  CHECK(!ring.find("key-0000-0000-0000"));
  file.write("key-0000-0000-0000\n");
  CHECK(ring.find("key-0000-0000-0000") == 0u);
  fs::remove(file.path);
  CHECK(!ring.find("key-0000-0000-0000"));
  CHECK(!ring.find(""));
}

TEST_CASE("each key has its place, and what is none of them has none") {
  ::setenv("WEND_KEY_A", "aaaaaaaaaaaaaaaa", 1);
  ::setenv("WEND_KEY_B", "bbbbbbbbbbbbbbbb", 1);
  KeyRing ring({source("env:WEND_KEY_A"), source("env:WEND_KEY_B")});
  CHECK(ring.find("aaaaaaaaaaaaaaaa") == 0u);
  CHECK(ring.find("bbbbbbbbbbbbbbbb") == 1u);
  for (const char* none : {"", "aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaa", "cccccccccccccccc"}) CHECK(!ring.find(none));
  ::setenv("WEND_KEY_B", "bbbbbbbbbbbbbbbc", 1);
  CHECK(ring.find("bbbbbbbbbbbbbbbc") == 1u);
  CHECK(KeyRing({}).empty());
}
