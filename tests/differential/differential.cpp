// The product against the reference evaluator, byte for byte: every folder of cases/, every example over a made-up stream,
// and generated projects. WEND_DIFFERENTIAL_SEEDS says how many (default one to two minutes on one core),
// WEND_DIFFERENTIAL_FROM which is the first.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/service/service.h"
#include "examples/tidal_wave/population.h"
#include "tests/differential/front.h"
#include "tests/differential/generate.h"
#include "tests/differential/product.h"
#include "tests/reference/clock.h"
#include "tests/reference/reference.h"
#include "test_paths.h"

using namespace wend;
using namespace wend::differential;

namespace {

constexpr uint64_t kDefaultSeeds = 1000;

struct Difference {
  bool any = false;
  std::string report;
};

// The first line that differs, with a few before it.
Difference compare(const std::vector<std::string>& product, const std::vector<std::string>& reference) {
  size_t at = 0;
  while (at < product.size() && at < reference.size() && product[at] == reference[at]) ++at;
  if (at == product.size() && at == reference.size()) return {};
  std::ostringstream out;
  out << "line " << at + 1 << " of " << product.size() << " (product) and " << reference.size() << " (reference)\n";
  for (size_t i = at < 5 ? 0 : at - 5; i < at; ++i) out << "    both       " << product[i] << "\n";
  for (size_t i = at; i < at + 3 && i < product.size(); ++i) out << "  - product    " << product[i] << "\n";
  for (size_t i = at; i < at + 3 && i < reference.size(); ++i) out << "  + reference  " << reference[i] << "\n";
  return {true, out.str()};
}

Difference difference(const Program& program, const std::string& stream, std::optional<int64_t> until, bool optimised) {
  return compare(run_product(program, stream, until, optimised), run_reference(program, stream, until).lines);
}

Difference difference(const Program& program, const Case& made, bool optimised) {
  if (!made.arrivals) return difference(program, made.stream(), made.until_us, optimised);
  return compare(run_product_live(program, made.stream(), made.until_us, optimised), run_reference(program, made.stream(), made.until_us, {true}).lines);
}

bool differs(const Case& made, bool optimised) {
  auto program = program_of(made.text());
  return program && difference(*program, made, optimised).any;
}

std::string printed(const Case& made) {
  std::string until = made.until_us ? "\n---- until " + reference::print_instant(*made.until_us) : "";
  return std::string(made.arrivals ? "---- a live stream\n" : "") + "---- project.wend\n" + made.text() + "---- events.ndjson\n" + made.stream() + until;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

uint64_t number_of(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text && *text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// A folder with project.wend and events.ndjson; `until` in a file of that name.
void check_folder(const std::filesystem::path& folder) {
  Project project = Project::load(folder.string());
  INFO(folder.string());
  REQUIRE(project.ok());
  std::optional<int64_t> until;
  if (std::filesystem::exists(folder / "until")) {
    std::string text = read_file(folder / "until");
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    int64_t instant = 0;
    REQUIRE(reference::read_instant(text, *reference::Zone::find("UTC"), instant));
    until = instant;
  }
  std::string stream = read_file(folder / "events.ndjson");
  for (bool optimised : {false, true}) {
    Difference found = difference(project.program(), stream, until, optimised);
    INFO(found.report);
    CHECK_FALSE(found.any);
  }
}

void check_folders(const std::string& root) {
  std::vector<std::filesystem::path> folders;
  if (!std::filesystem::exists(root)) return;
  for (const auto& entry : std::filesystem::directory_iterator(root))
    if (std::filesystem::exists(entry.path() / "project.wend") && std::filesystem::exists(entry.path() / "events.ndjson")) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  for (const auto& folder : folders) check_folder(folder);
}

}  // namespace

TEST_CASE("product and reference agree on the cases") { check_folders(WEND_SOURCE_DIR "/tests/differential/cases"); }

// An example over a stream; both evaluators must decide something, or nothing would have been compared.
void check_example(const std::string& name, const std::string& stream) {
  Project project = Project::load(std::string(WEND_SOURCE_DIR "/examples/") + name);
  REQUIRE(project.ok());
  CHECK(run_product(project.program(), stream, std::nullopt, true).size() > 50);
  Difference found = difference(project.program(), stream, std::nullopt, true);
  INFO(name << ": " << found.report);
  CHECK_FALSE(found.any);
}

// Forty customers who buy now and then for a year.
std::string shopping(const std::string& event, const std::string& properties) {
  std::string stream;
  for (int64_t customer = 0; customer < 40; ++customer)
    for (int64_t day = 14975 + customer % 9; day < 15340; day += 1 + (customer * 37 + day * 11) % (5 + customer * 3))
      stream += fmt::format(R"({{"type":"track","event":"{}","userId":"c{}","timestamp":"{}","properties":{}}})", event, customer,
                            reference::print_instant(day * 86'400'000'000 + customer * 61'000'000), properties) + "\n";
  return stream;
}

TEST_CASE("product and reference agree on the examples") {
  tidal_wave::Request request;
  request.users = 40;
  request.days = 100;
  std::string stream;
  for (uint32_t user = 0; user < request.users; ++user)
    for (const tidal_wave::Event& event : tidal_wave::live(request, user)) stream += event.json + "\n";
  check_example("tidal_wave", stream);
  check_example("online_retail", shopping("order", R"({"invoice":"1","lines":2,"items":3,"revenue":12.345,"country":"SE"})"));
  check_example("cdnow", shopping("purchase", R"({"cds":2,"dollars":19.99})"));
}

// A quarter of the seeds, so that the cores share them.
void check_generated(uint64_t quarter) {
  uint64_t count = number_of("WEND_DIFFERENTIAL_SEEDS", kDefaultSeeds), first = number_of("WEND_DIFFERENTIAL_FROM", 1), compared = 0, tried = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    if (seed % 4 != quarter) continue;
    ++tried;
    Case made = generate(seed, size_of_seed(seed));
    auto program = program_of(made.text());
    if (!program) continue;
    ++compared;
    bool optimised = seed % 8 == 0;
    if (seed % 3 == 0) made = with_feedback(made, run_reference(*program, made.stream(), made.until_us, {made.arrivals}).lines, seed);
    if (!difference(*program, made, optimised).any) continue;
    Case small = shrink(made, [&](const Case& c) { return differs(c, optimised); }, 600);
    auto shrunk = program_of(small.text());
    FAIL("seed " << seed << (optimised ? " (optimised)" : "") << ": " << difference(*shrunk, small, optimised).report << printed(small));
  }
  CHECK(compared * 10 >= tried * 9);
}

TEST_CASE("product and reference agree on generated projects, first quarter") { check_generated(0); }
TEST_CASE("product and reference agree on generated projects, second quarter") { check_generated(1); }
TEST_CASE("product and reference agree on generated projects, third quarter") { check_generated(2); }
TEST_CASE("product and reference agree on generated projects, last quarter") { check_generated(3); }
