// What messages said, kept beside the tests.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "compiler/cli/host_tests.h"
#include "compiler/cli/snapshots.h"
#include "compiler/service/service.h"

using namespace wend;
using namespace wend::cli;
namespace fs = std::filesystem;

namespace {

const char* const kProject = R"(project shop { time zone "UTC" }
profile {
  identity user_id
  email text?
  yes   bool = false
}
event order { what text }
channel email { reaches email, consent yes, content { subject text, body text? } }
protect all_of_them { categories service }
message thanks { category service, email { subject "SUBJECT", body "one\n\n## two" } }
journey thank {
  enter on order
  step only { send thanks }
}
)";
const char* const kTests = R"(test "an order is thanked for" {
  given user { email: "a@example.org", yes: true }
  at 2026-01-01 10:00 { order { what: "tea" }, expect sent thanks }
}
test "nobody is thanked who has not said yes" {
  at 2026-01-01 10:00 { order { what: "tea" }, expect not sent thanks }
}
)";

// A folder for snapshots, and the project of which `subject` is the message's.
struct World {
  fs::path folder = fs::temp_directory_path() / ("wend_snapshots_" + std::to_string(::getpid()));
  std::shared_ptr<const Module> module;
  std::vector<HostTest> tests;

  explicit World() {
    fs::remove_all(folder);
    fs::create_directories(folder);
    say("Thank you");
  }
  ~World() { fs::remove_all(folder); }

  void say(const std::string& subject) {
    std::string text = kProject;
    text.replace(text.find("SUBJECT"), 7, subject);
    const Project project = Project::from_texts({{"project.wend", text}, {"tests.wend", kTests}});
    REQUIRE(project.ok());
    module = compile(project.program(), Tier::fast_compile);
    tests = host_tests(project, *module);
  }

  std::vector<TestResult> run() const {
    std::vector<const HostTest*> all;
    for (const HostTest& test : tests) all.push_back(&test);
    return run_tests(*module, all);
  }
  SnapshotUpdate update() const { return update_snapshots(*module, folder.string(), run(), tests); }
  std::string file() const {
    std::ostringstream out;
    out << std::ifstream(folder / "tests.snapshots").rdbuf();
    return out.str();
  }
};

}  // namespace

TEST_CASE("an update writes what every test's messages said, and a second one changes nothing") {
  World world;
  const SnapshotUpdate first = world.update();
  CHECK(first.unwritable == "");
  CHECK(first.changed == 1);
  CHECK(first.files == 1);
  CHECK(world.file() ==
        "# What the messages say in the tests of tests.wend. `wend test --update` writes it anew: read the difference.\n"
        "\n## an order is thanked for\n"
        "2026-01-01 10:00  thanks by email\n  subject: Thank you\n  body:\n    one\n\n    ## two\n");
  const SnapshotUpdate second = world.update();
  CHECK(second.changed == 0);
  CHECK(second.files == 0);
}

TEST_CASE("a text that changed fails its test with the difference, until it is taken") {
  World world;
  world.update();
  std::vector<TestResult> same = world.run();
  CHECK(compare_snapshots(*world.module, world.folder.string(), same).missing == 0);
  CHECK(same[0].outcome.passed());
  world.say("Thanks a lot");
  std::vector<TestResult> other = world.run();
  compare_snapshots(*world.module, world.folder.string(), other);
  CHECK_FALSE(other[0].outcome.passed());
  CHECK(other[1].outcome.passed());
  CHECK(other[0].outcome.difference.find("-  subject: Thank you\n+  subject: Thanks a lot\n") != std::string::npos);
  CHECK(render_failure(*other[0].test, other[0].outcome).find("+  subject: Thanks a lot") != std::string::npos);
  world.update();
  std::vector<TestResult> taken = world.run();
  compare_snapshots(*world.module, world.folder.string(), taken);
  CHECK(taken[0].outcome.passed());
}

TEST_CASE("without a file nothing is compared; a test without a section is told of and does not fail") {
  World world;
  std::vector<TestResult> results = world.run();
  CHECK(compare_snapshots(*world.module, world.folder.string(), results).missing == 0);
  std::ofstream(world.folder / "tests.snapshots") << "## of another test\nx\n";
  CHECK(compare_snapshots(*world.module, world.folder.string(), results).missing == 1);
  CHECK(results[0].outcome.passed());
  CHECK(world.update().changed == 2);
  CHECK(world.file().find("of another test") == std::string::npos);
}

TEST_CASE("an update of some tests keeps what the others said") {
  World world;
  world.update();
  world.say("Thanks a lot");
  const SnapshotUpdate update = update_snapshots(*world.module, world.folder.string(), {}, world.tests);
  CHECK(update.changed == 0);
  CHECK(world.file().find("subject: Thank you\n") != std::string::npos);
}

TEST_CASE("what is printed is read back, whatever stands around it") {
  const SnapshotFile file{{{"a", "x\n  y:\n    ## z\n"}, {"b", ""}}};
  const SnapshotFile read = parse_snapshots(print_snapshots(file, "t.wend"));
  REQUIRE(read.sections.size() == 2);
  CHECK(*read.find("a") == "x\n  y:\n    ## z\n");
  CHECK(read.find("b")->empty());
  CHECK(read.find("c") == nullptr);
  CHECK(parse_snapshots("no section\nat all").sections.empty());
  CHECK(snapshot_path("a/b.wend") == "a/b.snapshots");
}
