// What `wend check --cost` says of a user at hand is what the step takes.
#include <catch2/catch.hpp>

#include "compiler/service/service.h"
#include "runtime/abi/context.h"
#include "runtime/core/tables.h"
#include "test_paths.h"

using namespace wend;

TEST_CASE("the fixed bytes of a user are those of the record, what stands behind it, and what holds them") {
  for (const char* folder : {"tests/bench/streaming", "examples/tidal_wave", "examples/jukebox"}) {
    INFO(folder);
    const Project project = Project::load(std::string(WEND_SOURCE_DIR) + "/" + folder);
    REQUIRE(project.ok());
    const std::shared_ptr<const Module> module = compile(project.program(), Tier::fast_compile);
    Context context(*module->zone, module->windows);
    const Cost cost = cost_of(project.program());
    CHECK(cost.fixed == sizeof(UserState) + Tables(*module, context).tail.bytes);
    uint64_t rows = 0;
    for (const Cost::Row& row : cost.rows) rows += row.fixed;
    CHECK(rows <= cost.fixed);
    CHECK(cost.fixed - rows < 64);   // what alignment leaves between
  }
}
