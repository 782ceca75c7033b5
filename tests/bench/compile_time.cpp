// From text to runnable code for generated projects of 10 to 10,000 definitions (measures, audiences and journeys in equal parts, five hundred a
// file): reading, checking, planning, and each tier of code.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "compiler/jit/code_cache.h"
#include "compiler/jit/jit.h"
#include "compiler/plan/plan.h"
#include "compiler/service/service.h"
#include "compiler/syntax/parse.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

constexpr int kDefinitionsOfFile = 500;

Texts project_of(int definitions) {
  Texts files = {{"project.wend", R"(project bench {
  time zone "Europe/Stockholm"
  currency  EUR
}
profile {
  identity user_id, email
  email_opt_in bool = false
  plan         one of free, premium, family = free
}
event play     { genre text, played duration }
event purchase { amount money }
channel email { reaches email, consent email_opt_in, content { subject text } }
message hello { category lifecycle, email { subject "Hello" } }
protect all { categories lifecycle, at most 2 messages in 1 day }
)"}};
  for (int i = 0; i < definitions; ++i) {
    if (i % kDefinitionsOfFile == 0) files.push_back({"definitions_" + std::to_string(i / kDefinitionsOfFile) + ".wend", ""});
    std::string& text = files.back().second;
    std::string n = std::to_string(i), days = std::to_string(1 + i % 60), count = std::to_string(1 + i % 9);
    switch (i % 3) {
      case 0: text += "measure m" + n + " = count of play where played >= " + count + " seconds in last " + days + " days\n"; break;
      case 1: text += "audience a" + n + " = m" + std::to_string(i - 1) + " >= " + count + " and plan is premium and has purchase in last " + days + " days\n"; break;
      default:
        text += "journey j" + n + " {\n  enter   on play where genre is \"g" + n + "\"\n  only if a" + std::to_string(i - 1) +
                "\n  step s { send hello by email, wait " + days + " days }\n}\n";
    }
  }
  return files;
}

size_t parse_all(const Texts& texts) {
  wend::Sources sources;
  wend::Diagnostics found;
  size_t declarations = 0;
  for (const auto& [path, text] : texts) declarations += wend::parse(sources, sources.add(path, text), found).decls.size();
  return declarations;
}

void show(int width, double seconds) {
  std::printf(" %*.1f", width, seconds * 1e3);
  std::fflush(stdout);
}

// Bundle by bundle, as a thread of its own does it: the longest is how long a module that goes may have to wait.
void rise(const wend::Program& program) {
  const auto plan = std::make_shared<const wend::Plan>(wend::make_plan(program));
  const auto code = wend::compile_rising(plan);
  const std::atomic<bool> stop = false;
  double all = 0, longest = 0;
  for (bool more = true; more;) {
    const double took = seconds([&] { more = code->rise(stop); });
    all += took;
    longest = std::max(longest, took);
  }
  show(9, all);
  show(9, longest);
}

void tiers() {
  std::printf("\nfrom text to runnable code, in ms\n%13s %9s %9s %9s %9s %11s %9s %9s\n", "definitions", "parsed", "checked", "planned", "at O0", "from cache", "to O2", "longest");
  for (int definitions : {10, 100, 1000, 10000}) {
    const Texts texts = project_of(definitions);
    const int runs = definitions >= 10000 ? 1 : definitions >= 1000 ? 3 : 5;
    std::printf("%13d", definitions);
    const double parse = median_seconds(runs, [&] { parse_all(texts); });
    show(9, parse);
    show(9, median_seconds(runs, [&] { wend::Project::from_texts(texts); }) - parse);
    const wend::Project project = wend::Project::from_texts(texts);
    if (!project.ok()) {
      std::printf(" %zu errors: %s\n", project.diagnostics().error_count(), project.diagnostics().all().front().message.c_str());
      continue;
    }
    const wend::Program& program = project.program();
    show(9, median_seconds(runs, [&] { wend::make_plan(program); }));
    show(9, median_seconds(runs, [&] { wend::compile(program, wend::Tier::fast_compile); }));
    const Folder folder;
    const auto cache = std::make_shared<wend::CodeCache>(folder.path);
    wend::compile(program, wend::Tier::optimised, cache);
    show(11, median_seconds(runs, [&] { wend::compile_rising(project.shared_program(), cache); }));
    rise(program);
    std::printf("\n");
  }
}

int64_t resident_kib() {
  ::malloc_trim(0);
  int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * ::sysconf(_SC_PAGESIZE) / 1024;
}

void reloads() {
  const Texts texts = project_of(100);
  std::printf("\nresident KiB while 100 definitions are loaded again and again\n");
  std::shared_ptr<const wend::Module> live;
  for (int i = 1; i <= 1000; ++i) {
    live = wend::compile_rising(wend::Project::from_texts(texts).shared_program());
    if (i == 1 || i == 10 || i == 100 || i == 500 || i == 1000) std::printf("  after %4d %9lld\n", i, static_cast<long long>(resident_kib()));
  }
}

}  // namespace

void compile_time() {
  tiers();
  reloads();
}

}  // namespace bench
