// F4 for a whole host: its rows lie in RocksDB, on a disk whose power is cut whenever the process ends. WEND_CUTS says how many cuts,
// WEND_CUTS_SEED from which seed on.
#include <catch2/catch.hpp>

#include <stdlib.h>

#include <cstdio>
#include <filesystem>

#include "tests/simulation/cut_rows.h"
#include "tests/simulation/simulate.h"

using namespace wend::simulation;
namespace fs = std::filesystem;

namespace {

uint64_t number_of(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text && *text ? std::strtoull(text, nullptr, 10) : otherwise;
}

Run run(uint64_t seed, bool lies, uint64_t& cuts) {
  std::string folder = (fs::temp_directory_path() / "wend_cuts_XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()));
  Run done;
  {
    CutRows rows(folder, seed, lies);
    done = simulate(seed, false, &rows);
    cuts += rows.cuts();
  }
  fs::remove_all(folder);
  return done;
}

}  // namespace

TEST_CASE("F4: a host whose power is cut again and again loses nothing, sends nothing twice and forgets nothing that is due") {
  const uint64_t most = number_of("WEND_CUTS", 150);
  uint64_t cuts = 0;
  Figures sum;
  for (uint64_t seed = number_of("WEND_CUTS_SEED", 1); cuts < most; ++seed) {
    const Run done = run(seed, false, cuts);
    if (!done.ran) continue;
    sum.add(done.figures);
    INFO("seed " << seed);
    CHECK(done.problem == "");
    if (!done.problem.empty()) break;
  }
  std::printf("power cuts %llu; %s\n", static_cast<unsigned long long>(cuts), sum.text().c_str());
}

TEST_CASE("F4: a host on a disk that lies about its syncs is found out") {
  uint64_t cuts = 0, found = 0;
  for (uint64_t seed = 1; found == 0 && cuts < 100; ++seed) found += !run(seed, true, cuts).problem.empty();
  CHECK(found > 0);
}
