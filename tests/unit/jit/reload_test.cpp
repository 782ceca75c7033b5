// A project that is loaded again and again gives back what it took.
#include <catch2/catch.hpp>

#include <malloc.h>
#include <unistd.h>

#include <fstream>

#include "compiler/jit/code_cache.h"
#include "compiler/service/service.h"
#include "runtime/abi/module.h"
#include "tests/unit/jit/folder.h"

using namespace wend;

namespace {

std::vector<std::pair<std::string, std::string>> hundred_definitions(int round) {
  std::string text =
      "project p { time zone \"UTC\" }\nprofile {\n  identity user_id\n  email text?\n}\nevent play { genre text, played duration }\n"
      "channel email { reaches email, content { subject text } }\nprotect all { categories service }\nmessage hello { category service, email { subject \"Hello\" } }\n";
  for (int i = 0; i < 99; ++i) {
    const std::string n = std::to_string(i), before = std::to_string(i - 1);
    if (i % 3 == 0) text += "measure m" + n + " = count of play where played >= " + std::to_string(i + round) + " seconds in last 7 days\n";
    else if (i % 3 == 1) text += "audience a" + n + " = m" + before + " >= 3\n";
    else text += "journey j" + n + " {\n  enter on play where genre is \"g" + n + "\"\n  only if a" + before + "\n  step s { send hello by email, wait 3 days }\n}\n";
  }
  return {{"project.wend", text}};
}

int64_t resident_kib() {
  ::malloc_trim(0);   // what is free is not in use
  int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * ::sysconf(_SC_PAGESIZE) / 1024;
}

}  // namespace

TEST_CASE("reloads of a hundred definitions leave no memory behind") {
  const wend::test::Folder folder;
  const auto cache = std::make_shared<CodeCache>(folder.path());
  std::shared_ptr<const Module> live;
  const auto reload = [&](int round) {
    const Project project = Project::from_texts(hundred_definitions(round % 5));
    REQUIRE(project.ok());
    live = compile_rising(project.shared_program(), round % 2 ? cache : nullptr);   // the one before goes
    REQUIRE(live->journeys.size() == 33);
  };
  constexpr int kFirst = 50, kThen = 200;
  for (int i = 0; i < kFirst; ++i) reload(i);
  const int64_t before = resident_kib();
  for (int i = kFirst; i < kThen; ++i) reload(i);
  const int64_t after = resident_kib();
  INFO("resident after " << kFirst << " reloads " << before << " KiB, after " << kThen << " " << after << " KiB");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)   // which keep what is freed
  CHECK(after - before < 6 * 1024);   // 41 KiB for each of them at most; one takes ten times that
#endif
}
