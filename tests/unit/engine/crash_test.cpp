// The process is killed in the midst of its work, again and again; whoever sent the events sends again what was not
// acknowledged. In the end the store holds what it would hold had nothing happened. The writer is this same program, started
// anew with the hidden case.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "compiler/service/service.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/shard.h"
#include "runtime/store/memory_store.h"
#include "runtime/store/rocks_store.h"

using namespace wend;

namespace {

constexpr uint64_t kEvents = 1'500;

const char* const kProject = R"(project shop { time zone "UTC" }
profile {
  identity user_id, anonymous_id many
  email text?
}
event sign_up { }
event visit   { page text = "home" }
channel email { reaches email, content { subject text } }
protect everyone { categories promotional, at most 2 messages in 7 days, then drop }
measure visits = count of visit in last 7 days
states life {
  active when visits >= 2
  quiet otherwise
  evaluate daily at 06:00
}
message hello { category promotional, email { subject "Hello" } }
journey welcome {
  enter on sign_up
  re-enter always
  step one { send hello, wait for visit up to 2 days { then send hello } }
}
)";

// The n-th event: people sign up, visit, and say who they are.
std::string event(uint64_t n) {
  const std::string user = "u" + std::to_string(n * 7 % 53), device = "d" + std::to_string(n * 11 % 71);
  const uint64_t second = n * 977;
  char at[40];
  std::snprintf(at, sizeof at, "2026-01-%02uT%02u:%02u:%02uZ", static_cast<unsigned>(1 + second / 86'400), static_cast<unsigned>(second / 3'600 % 24),
                static_cast<unsigned>(second / 60 % 60), static_cast<unsigned>(second % 60));
  const std::string common = R"(,"messageId":"m)" + std::to_string(n) + R"(","timestamp":")" + at + "\"";
  if (n % 9 == 0) return R"({"type":"identify","userId":")" + user + R"(","anonymousId":")" + device + "\"" + common + R"(,"traits":{"email":")" + user + "@example.org\"}}\n";
  const std::string who = n % 4 == 0 ? R"("anonymousId":")" + device : R"("userId":")" + user;
  return R"({"type":"track",)" + who + R"(","event":")" + (n % 5 == 0 ? "sign_up" : "visit") + "\"" + common + R"(,"properties":{}})" + "\n";
}

std::shared_ptr<const Module> module() {
  const Project project = Project::from_texts({{"project.wend", kProject}});
  REQUIRE(project.ok());
  return compile(project.program(), Tier::fast_compile);
}

template <class Committed>
void work(const Module& module, Store& store, uint64_t from, Committed committed) {
  Shard shard(module, store, [](const Shard::Told&) {});
  for (uint64_t n = from; n < kEvents; ++n) {
    Intake intake(module);
    read_text(event(n), "-", false, intake);
    for (const StoredEvent& stored : intake.log.events()) {
      if (n % 3 == 0) shard.tick(stored.at);
      shard.handle(intake, stored, stored.at);
    }
    if (n % 7 < 5 && n + 1 < kEvents) continue;
    shard.commit();
    committed(n + 1);
  }
}

std::vector<std::string> rows(const Store& store) {
  std::vector<std::string> out;
  for (const Space space : {Space::state, Space::timer, Space::dedup, Space::ident})
    store.scan(space, {}, [&](std::string_view key, std::string_view value) {
      out.push_back(std::string(info_of(space).name) + " " + std::string(key) + " " + std::string(value));
      return true;
    });
  return out;
}

OpenedStore open(const std::string& folder) {
  RocksStoreOptions options;
  options.folder = folder;
  options.write_buffer_bytes_max = 64 << 10;
  return open_rocks_store(options);
}

}  // namespace

TEST_CASE("the one who is killed", "[.]") {
  OpenedStore opened = open(std::getenv("WEND_SHARD_FOLDER"));
  REQUIRE(opened.store);
  const int pipe = std::atoi(std::getenv("WEND_SHARD_PIPE"));
  work(*module(), *opened.store, std::strtoull(std::getenv("WEND_SHARD_FROM"), nullptr, 10), [&](uint64_t done) { REQUIRE(::write(pipe, &done, sizeof done) == sizeof done); });
}

TEST_CASE("killed and started again until it is through: the store is as if nothing had happened") {
  const std::unique_ptr<Store> plain = make_memory_store();
  work(*module(), *plain, 0, [](uint64_t) {});

  std::string folder = (std::filesystem::temp_directory_path() / "wend_shard_XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()));
  std::mt19937 random(7);
  uint64_t acknowledged = 0;
  int kills = 0;
  for (int round = 0; acknowledged < kEvents && round < 60; ++round) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      ::setenv("WEND_SHARD_FOLDER", folder.c_str(), 1);
      ::setenv("WEND_SHARD_PIPE", std::to_string(ends[1]).c_str(), 1);
      ::setenv("WEND_SHARD_FROM", std::to_string(acknowledged).c_str(), 1);
      ::execl("/proc/self/exe", "engine_test", "the one who is killed", static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(ends[1]);
    // At least one step forward in each round, then at any moment.
    const bool last = round > 25;
    uint64_t done = 0;
    bool moved = false;
    while (::read(ends[0], &done, sizeof done) == sizeof done) {
      acknowledged = std::max(acknowledged, done);
      if (moved || last) continue;
      moved = true;
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
      ::kill(child, SIGKILL);
      ++kills;
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE((WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0)));
  }
  CHECK(acknowledged == kEvents);
  CHECK(kills > 5);
  OpenedStore opened = open(folder);
  REQUIRE(opened.store);
  CHECK((rows(*opened.store) == rows(*plain)));
  CHECK(rows(*plain).size() > kEvents);
  opened.store.reset();
  std::filesystem::remove_all(folder);
}
