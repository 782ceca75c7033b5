// Generated projects while their code rises from one tier to the other, a function at a time and at every k-th event or decision: what they
// decide is what either tier decides alone.
#include <catch2/catch.hpp>

#include "compiler/jit/jit.h"
#include "compiler/service/module_builder.h"
#include "tests/differential/front.h"
#include "tests/differential/generate.h"
#include "tests/differential/product.h"

using namespace wend;
using namespace wend::differential;

TEST_CASE("code that rises in the middle of a run decides what each tier does") {
  const std::atomic<bool> stop = false;
  size_t cases = 0, rises = 0, live = 0;
  for (uint64_t seed = 3; seed < 240; seed += 6) {
    const Case made = generate(seed, size_of_seed(seed));
    const auto program = program_of(made.text());
    if (!program) continue;
    const auto plan = std::make_shared<const Plan>(make_plan(*program));
    const auto code = compile_rising(plan, {nullptr, 1});
    const auto module = build_module(*plan, code);
    size_t turn = 0;
    const uint64_t every = 1 + seed % 4;
    const std::function<void()> rise = [&] {
      if (++turn % every != 0 || code->risen()) return;
      code->rise(stop);
      ++rises;
    };
    const auto run = made.arrivals ? run_module_live : run_module;
    const auto rising = run(*module, made.stream(), made.until_us, rise);
    const auto product = made.arrivals ? run_product_live : run_product;
    INFO("seed " << seed << ", every " << every);
    REQUIRE(rising == product(*program, made.stream(), made.until_us, false));
    if (seed % 5 == 0) REQUIRE(rising == product(*program, made.stream(), made.until_us, true));
    ++cases;
    live += made.arrivals;
  }
  CHECK(cases > 30);
  CHECK(live > 3);
  CHECK(rises > 500);
}
