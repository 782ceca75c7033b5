// A record that brings the process down is tried twice and no more, and the others go on.
#include "tests/unit/engine/desk_world.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "runtime/engine/breadcrumb.h"

using namespace wend;
using namespace wend::test;

namespace {

struct CrumbFile {
  std::string path = (std::filesystem::temp_directory_path() / ("wend-crumb-" + std::to_string(::getpid()))).string();
  CrumbFile() { std::filesystem::remove(path); }
  ~CrumbFile() { std::filesystem::remove(path); }
  std::unique_ptr<Breadcrumb> open() const {
    std::string trouble;
    auto crumb = Breadcrumb::open(path, trouble);
    INFO(trouble);
    REQUIRE(crumb);
    return crumb;
  }
  // A process that ends in the midst of a record.
  void die_in(uint64_t record) const {
    const pid_t child = ::fork();
    if (child == 0) {
      std::string trouble;
      auto crumb = Breadcrumb::open(path, trouble);
      crumb->set(record);
      ::_exit(1);
    }
    ::waitpid(child, nullptr, 0);
  }
};

}  // namespace

TEST_CASE("a record that ended the process once is tried again, twice is poison") {
  const CrumbFile file;
  CHECK(file.open()->poison() == 0);
  file.die_in(7);
  CHECK(file.open()->poison() == 0);
  file.die_in(8);
  CHECK(file.open()->poison() == 0);   // another one
  file.die_in(8);
  CHECK(file.open()->poison() == 8);
  std::filesystem::resize_file(file.path, 5);
  CHECK(file.open()->poison() == 0);
}

TEST_CASE("a poisonous record is a dead letter at once, and nobody else waits for it") {
  const CrumbFile file;
  DeskWorld world("project shop { time zone \"UTC\" }\nprofile { identity user_id }\nevent visit\n", 1'767'254'400'000'000);
  const std::string line = world.line("ada", "visit", "m1");
  const uint64_t hash = Desk::record_hash(line);
  file.die_in(hash);
  file.die_in(hash);
  const auto crumb = file.open();
  world.breadcrumb = crumb.get();
  world.restart();
  CHECK(world.post(line).rejected == 1);
  CHECK(world.post(world.line("bob", "visit", "m2")).applied == 1);
  world.desk->commit();
  CHECK(world.rows(Space::dlq) == 1);
  world.restart();   // known without the crumb, too
  CHECK(world.post(line).rejected == 1);
}
