// A process that writes is killed, again and again, and the disk fills up: what was acknowledged is there afterwards. The
// writers are this same program, started anew with one of the hidden cases.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <thread>

#include "runtime/store/keys.h"
#include "tests/unit/store/store_world.h"

using namespace wend;
using namespace wend::test;

namespace {

std::atomic<int> syncs_until_failure = 0;   // 0: all go well
std::atomic<int> syncs_after_failure = 0;

}  // namespace

// RocksDB's syncs come here; what the disk said no to once it may not be asked again. Compactions go their own way.
extern "C" int fdatasync(int file) {
  char path[256] = {};
  const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path, sizeof path);
  if (size > 4 && std::string_view(path + size - 4, 4) == ".log") {
    if (syncs_until_failure > 1) {
      --syncs_until_failure;
    } else if (syncs_until_failure == 1) {
      syncs_until_failure = -1;
      errno = EIO;
      return -1;
    } else if (syncs_until_failure < 0) {
      ++syncs_after_failure;
    }
  }
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

namespace {

constexpr Space kOfAStep[] = {Space::state, Space::timer, Space::dedup, Space::outbox};

std::string number(uint64_t n) {
  std::string key;
  append_big_endian(key, n);
  return key;
}

// A small disk of its own, which goes with the process. False: not allowed here.
bool mount_small_disk(const std::string& folder) {
  const std::string user = "0 " + std::to_string(::getuid()) + " 1", group = "0 " + std::to_string(::getgid()) + " 1";
  if (::unshare(CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    write_bytes("/proc/self/uid_map", user);
    write_bytes("/proc/self/setgroups", "deny");
    write_bytes("/proc/self/gid_map", group);
  }
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 && ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=16m") == 0;
}

Batch step(uint64_t n) {
  Batch batch;
  for (const Space space : kOfAStep) batch.put(space, number(n), space == Space::state ? std::string(400, 's') : "x");
  return batch;
}

RocksStoreOptions small_buffers() {   // files are written and logs change on the way
  RocksStoreOptions options;
  options.write_buffer_bytes_max = 64 << 10;
  return options;
}

// The rows of one space are the numbers from 0 on; how many.
uint64_t count(const StoreReader& store, Space space) {
  uint64_t rows = 0;
  must(store.scan(space, {}, [&](std::string_view key, std::string_view) {
    REQUIRE(read_big_endian(key) == rows);
    ++rows;
    return true;
  }));
  return rows;
}

struct Child {
  pid_t process = -1;
  int acks = -1;   // numbers of 8 bytes
  Child(const char* hidden_case, const std::string& folder) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const std::string end = std::to_string(ends[1]);
    process = ::fork();
    if (process == 0) {
      ::setenv("WEND_STORE_FOLDER", folder.c_str(), 1);
      ::setenv("WEND_STORE_PIPE", end.c_str(), 1);
      ::close(ends[0]);
      ::execl("/proc/self/exe", "store_test", hidden_case, static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(ends[1]);
    acks = ends[0];
  }
  ~Child() { ::close(acks); }
  bool read(uint64_t& number) const { return ::read(acks, &number, sizeof number) == sizeof number; }
  int wait() const {
    int status = 0;
    ::waitpid(process, &status, 0);
    return status;
  }
};

std::string child_folder() {
  const char* folder = ::getenv("WEND_STORE_FOLDER");
  REQUIRE(folder);
  return folder;
}

void acknowledge(uint64_t number) {
  static const int pipe = std::atoi(::getenv("WEND_STORE_PIPE"));
  REQUIRE(::write(pipe, &number, sizeof number) == sizeof number);
}

}  // namespace

TEST_CASE("hidden: a writer that acknowledges", "[.child]") {
  const auto store = open(child_folder(), small_buffers());
  for (uint64_t n = count(*store, Space::state);; ++n) {
    must(store->write(step(n), true));
    acknowledge(n);
  }
}

TEST_CASE("what was acknowledged before a kill is there, whole, and at most one step more") {
  Folder folder;
  std::mt19937 random(11);
  uint64_t acknowledged = 0;
  for (int round = 0; round < 20; ++round) {
    INFO("round " << round);
    const Child child("hidden: a writer that acknowledges", folder.path);
    uint64_t last = 0;
    REQUIRE(child.read(last));
    if (round == 0) CHECK(refused(folder.path).kind == StoreError::Kind::in_use);
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + random() % 60));
    ::kill(child.process, SIGKILL);
    while (child.read(last)) {}
    CHECK(WIFSIGNALED(child.wait()));
    const auto store = open(folder.path, small_buffers());
    const uint64_t present = count(*store, Space::state);
    for (const Space space : kOfAStep) CHECK(count(*store, space) == present);
    CHECK(present >= last + 1);
    CHECK(present <= last + 2);
    CHECK(last >= acknowledged);
    acknowledged = last;
  }
  CHECK(acknowledged > 20);
}

TEST_CASE("hidden: a writer whose disk fills up", "[.child]") {
  const std::string folder = child_folder();
  const bool mounted = !::getenv("WEND_STORE_NO_MOUNT") && mount_small_disk(folder);
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  if (mounted) {
    write_bytes(folder + "/filler", std::string(8 << 20, 'f'));
  }
  uint64_t written = 0;
  {
    const auto store = open(folder + "/store");
    if (!mounted) {
      const rlimit small{2 << 20, before.rlim_max};
      REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    }
    StoreFailure failure;
    while (written < 100'000) {
      failure = store->write(step(written), true);
      if (failure) break;
      ++written;
    }
    REQUIRE(failure);
    INFO(failure->text());
    CHECK(failure->kind == StoreError::Kind::unknown);
    CHECK(store->must_close());
    CHECK(store->write(step(written), true)->kind == StoreError::Kind::closed);
    CHECK(get(*store, Space::state, number(written - 1)) == std::string(400, 's'));   // it can still be read
    CHECK(written > 1000);
  }
  if (mounted) {
    RocksStoreOptions options;
    options.folder = folder + "/store";
    const OpenedStore full = open_rocks_store(options);   // refused or not, nothing may be lost by trying
    if (full.failure) CHECK(full.failure->kind == StoreError::Kind::io);
  }
  fs::remove(folder + "/filler");
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto store = open(folder + "/store");
  const uint64_t present = count(*store, Space::state);
  CHECK(present >= written);
  CHECK(present <= written + 1);
  for (const Space space : kOfAStep) CHECK(count(*store, space) == present);
  must(store->write(step(present), true));
  must(store->verify());
}

TEST_CASE("a full disk fails the write and no other, and there is a way back") {
  // A small disk where one may be mounted; and anywhere a limit on the size of files.
  const bool limited = GENERATE(false, true);
  Folder folder;
  if (limited) ::setenv("WEND_STORE_NO_MOUNT", "1", 1);
  const Child child("hidden: a writer whose disk fills up", folder.path);
  ::unsetenv("WEND_STORE_NO_MOUNT");
  const int status = child.wait();
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a sync that fails makes its write unknown, and nothing is written or synced after it") {
  Folder folder;
  for (int nth = 1; nth <= 8; ++nth) {
    INFO("sync number " << nth);
    uint64_t written = 0;
    {
      const auto store = open(folder.path);
      written = count(*store, Space::state);
      syncs_until_failure = nth;
      syncs_after_failure = 0;
      StoreFailure failure;
      while (!(failure = store->write(step(written), true))) {
        REQUIRE(++written < 1000);
      }
      CHECK(failure->kind == StoreError::Kind::unknown);
      CHECK(store->must_close());
      CHECK(store->write(step(written), true)->kind == StoreError::Kind::closed);
      CHECK(store->write(step(written), false)->kind == StoreError::Kind::closed);
      CHECK(store->flush()->kind == StoreError::Kind::closed);
      CHECK(store->checkpoint(folder.at("copy"))->kind == StoreError::Kind::closed);
    }
    CHECK(syncs_until_failure == -1);   // it was this one
    CHECK(syncs_after_failure == 0);
    syncs_until_failure = 0;
    const auto store = open(folder.path);
    const uint64_t present = count(*store, Space::state);
    CHECK(present >= written);
    CHECK(present <= written + 1);
    for (const Space space : kOfAStep) CHECK(count(*store, space) == present);
  }
}
