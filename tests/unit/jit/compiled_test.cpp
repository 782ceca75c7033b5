// Code from the cache, and code that rises while it runs: it decides the same as code just compiled.
#include <catch2/catch.hpp>

#include <algorithm>

#include "compiler/jit/code_cache.h"
#include "compiler/jit/jit.h"
#include "compiler/service/module_builder.h"
#include "compiler/service/service.h"
#include "runtime/hosts/batch.h"
#include "tests/unit/jit/folder.h"

using namespace wend;
using wend::test::Folder;

namespace {

// Audiences over measures of other bundles, and a journey over those; `least` stands in one audience.
std::string text(const std::string& least = "2") {
  std::string out =
      "project p { time zone \"UTC\" }\nprofile {\n  identity user_id\n  email text?\n}\nevent play { genre text, played duration }\n"
      "channel email { reaches email, content { subject text } }\nprotect all { categories service }\n"
      "message hello { category service, email { subject \"You played {{ m3 }} times\" } }\n";
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    out += "measure m" + n + " = count of play where played >= " + n + " seconds in last 30 days\n";
    out += "audience a" + n + " = m" + n + " >= " + (i == 5 ? least : "1") + " and m" + std::to_string((i + 7) % 12) + " < 40\n";
  }
  return out + "journey j {\n  enter   on play where genre is \"jazz\"\n  only if a5 and a9\n  re-enter always\n  step s { send hello by email, wait 1 day }\n}\n";
}

Project project(const std::string& text) {
  Project read = Project::from_texts({{"project.wend", text}});
  REQUIRE(read.ok());
  return read;
}

std::string stream() {
  std::string out;
  for (int i = 0; i < 120; ++i) {
    const std::string day = std::to_string(i % 28 + 1);
    out += R"({"type":"track","event":"play","userId":"u)" + std::to_string(i % 5) + R"(","messageId":"m)" + std::to_string(i) + R"(","timestamp":"2026-03-)" +
           (day.size() < 2 ? "0" : "") + day + R"(T12:00:00Z","context":{"traits":{"email":"a@example.org"}},"properties":{"genre":")" + (i % 3 ? "jazz" : "pop") +
           R"(","played":)" + std::to_string(i % 15) + "}}\n";
  }
  return out;
}

std::vector<std::string> decisions(const Module& module, BatchObserver* observer = nullptr) {
  std::vector<std::string> lines;
  BatchOptions options;
  options.line = [&](std::string_view line) { lines.emplace_back(line); };
  options.observer = observer;
  const BatchResult result = run_batch_text(module, stream(), options);
  REQUIRE_FALSE(result.error);
  return lines;
}

constexpr uint64_t kSmall = 40;   // several bundles even of a small program

std::shared_ptr<const Module> small_bundles(const Program& program, bool optimised, const std::shared_ptr<CodeCache>& cache) {
  const Plan plan = make_plan(program);
  REQUIRE(bundles_of(plan, kSmall).size() > 5);
  return build_module(plan, compile_native(plan, optimised, {cache, kSmall}));
}

}  // namespace

TEST_CASE("code of a bundle finds that of others, and decides as one module does") {
  const Project read = project(text());
  const std::vector<std::string> expected = decisions(*compile(read.program(), Tier::fast_compile));
  REQUIRE(expected.size() > 20);
  for (const bool optimised : {false, true}) CHECK(decisions(*small_bundles(read.program(), optimised, nullptr)) == expected);
}

TEST_CASE("bundles hold every function once, in order, and no more than they may") {
  const Project read = project(text());
  const Plan plan = make_plan(read.program());
  CHECK(bundles_of(plan).size() == 1);
  for (const uint64_t most : {uint64_t{0}, uint64_t{1}, kSmall, uint64_t{200}}) {
    uint32_t next = 0;
    for (const Bundle& bundle : bundles_of(plan, most)) {
      CHECK(bundle.begin == next);
      CHECK(bundle.end > bundle.begin);
      next = bundle.end;
    }
    CHECK(next == plan.functions.size());
  }
  CHECK(bundles_of(plan, 0).size() == plan.functions.size());
}

TEST_CASE("code from the cache decides what code just compiled does, and nothing is compiled twice") {
  const Project read = project(text());
  const Folder folder;
  const auto cache = std::make_shared<CodeCache>(folder.path());
  for (const bool optimised : {false, true}) {
    const std::vector<std::string> first = decisions(*small_bundles(read.program(), optimised, cache));
    const uint64_t files = cache->size().files;
    CHECK(files == bundles_of(make_plan(read.program()), kSmall).size() * (optimised ? 2 : 1));   // a tier is another object
    CHECK(decisions(*small_bundles(read.program(), optimised, cache)) == first);
    CHECK(decisions(*small_bundles(project(text()).program(), optimised, std::make_shared<CodeCache>(folder.path()))) == first);
    CHECK(cache->size().files == files);
  }
}

TEST_CASE("another definition is another object, and the others are taken as they are") {
  const Folder folder;
  const auto cache = std::make_shared<CodeCache>(folder.path());
  const Project before = project(text("2")), after = project(text("9"));
  const std::vector<std::string> with_two = decisions(*small_bundles(before.program(), false, cache));
  const uint64_t files = cache->size().files;
  const std::vector<std::string> with_nine = decisions(*small_bundles(after.program(), false, cache));
  CHECK(with_two != with_nine);
  CHECK(with_nine == decisions(*compile(after.program(), Tier::fast_compile)));
  CHECK(cache->size().files > files);
  CHECK(cache->size().files <= files + 3);   // its bundle, and those it is inlined into
  CHECK(decisions(*small_bundles(before.program(), false, cache)) == with_two);
}

TEST_CASE("objects that are damaged are compiled again") {
  const Project read = project(text());
  const Folder folder;
  const auto cache = std::make_shared<CodeCache>(folder.path());
  const std::vector<std::string> expected = decisions(*small_bundles(read.program(), true, cache));
  for (const std::string& file : folder.files()) {
    std::string bytes = test::read(file);
    for (size_t i = 90; i < bytes.size(); i += 7) bytes[i] = static_cast<char>(bytes[i] + 1);
    test::write(file, bytes);
  }
  CHECK(decisions(*small_bundles(read.program(), true, cache)) == expected);
  const std::vector<std::string> files = folder.files();
  REQUIRE_FALSE(files.empty());
  for (const std::string& file : files) test::write(file, test::read(file).substr(0, 100));
  CHECK(decisions(*small_bundles(read.program(), true, cache)) == expected);
  for (const std::string& file : folder.files()) CHECK(test::read(file).size() > 100);
}

TEST_CASE("code that rises between decisions decides what it would have, and ends in the cache") {
  const Project read = project(text());
  const std::vector<std::string> expected = decisions(*compile(read.program(), Tier::fast_compile));
  const Folder folder;
  const auto cache = std::make_shared<CodeCache>(folder.path());
  const auto kept = std::make_shared<Plan>(make_plan(read.program()));
  struct Rising : BatchObserver {
    void decided(uint32_t, const Decision&) override {
      if (code->risen()) return;
      code->rise(stop);
      ++times;
    }
    std::shared_ptr<RisingCode> code;
    std::atomic<bool> stop = false;
    size_t times = 0;
  } rising;
  rising.code = compile_rising(std::shared_ptr<const Plan>(kept), {cache, kSmall});
  const auto module = build_module(*kept, rising.code);
  CHECK(decisions(*module, &rising) == expected);
  CHECK(rising.code->risen());
  CHECK(rising.times == bundles_of(*kept, kSmall).size());
  CHECK(decisions(*module) == expected);
  // From then on it is there from the beginning.
  const auto again = compile_rising(std::shared_ptr<const Plan>(kept), {cache, kSmall});
  CHECK(again->risen());
  CHECK(decisions(*build_module(*kept, again)) == expected);
}

TEST_CASE("where some of the objects are optimised already the others rise to them") {
  const Folder folder;
  const auto cache = std::make_shared<CodeCache>(folder.path());
  const Project before = project(text("2")), after = project(text("9"));
  small_bundles(before.program(), true, cache);
  const auto plan = std::make_shared<const Plan>(make_plan(after.program()));
  const auto code = compile_rising(plan, {cache, kSmall});
  CHECK_FALSE(code->risen());
  const auto module = build_module(*plan, code);
  const std::vector<std::string> expected = decisions(*compile(after.program(), Tier::fast_compile));
  CHECK(decisions(*module) == expected);
  const std::atomic<bool> stop = false;
  size_t times = 1;
  while (code->rise(stop)) ++times;
  CHECK(times <= 3);
  CHECK(decisions(*module) == expected);
}

TEST_CASE("a thread raises the code while it runs, and a module that goes takes it along wherever it is") {
  const Project read = project(text());
  const std::vector<std::string> expected = decisions(*compile(read.program(), Tier::fast_compile));
  const auto plan = std::make_shared<const Plan>(make_plan(read.program()));
  const auto code = compile_rising(plan, {nullptr, kSmall});
  {
    const auto module = build_module(*plan, rise_in_background(code, 0));
    while (!code->risen()) REQUIRE(decisions(*module) == expected);
    CHECK(decisions(*module) == expected);
  }
  for (int i = 0; i < 20; ++i) {
    const auto module = build_module(*plan, rise_in_background(compile_rising(plan, {nullptr, kSmall}), 0));
    if (i % 2 == 0) CHECK(decisions(*module) == expected);
  }
  const auto waiting = compile_rising(plan, {nullptr, kSmall});
  build_module(*plan, rise_in_background(waiting, 3'600'000));   // ends here, and not in an hour
  CHECK_FALSE(waiting->risen());
}

TEST_CASE("whoever says stop has it soon, and nothing is done") {
  const Project read = project(text());
  const auto plan = std::make_shared<const Plan>(make_plan(read.program()));
  const auto code = compile_rising(plan, {nullptr, kSmall});
  std::atomic<bool> stop = true;
  CHECK(code->rise(stop));
  CHECK_FALSE(code->risen());
  stop = false;
  while (code->rise(stop)) {}
  CHECK(code->risen());
}

TEST_CASE("a program may go before the module that was made of it") {
  std::shared_ptr<const Module> module;
  std::vector<std::string> expected;
  {
    const Project read = project(text());
    expected = decisions(*compile(read.program(), Tier::fast_compile));
    module = compile_rising(read.shared_program());
  }
  CHECK(decisions(*module) == expected);
}
