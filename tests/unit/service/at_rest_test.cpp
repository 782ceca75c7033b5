// What a user takes at rest, over the listeners of the demo: a bound that a change of the packed form must keep, and how few users tell it.
#include <catch2/catch.hpp>

#include "compiler/service/service.h"
#include "examples/tidal_wave/population.h"
#include "runtime/hosts/batch.h"
#include "runtime/hosts/user_bytes.h"
#include "test_paths.h"

using namespace wend;

namespace {

constexpr double kMostAtRest = 200;
constexpr uint32_t kListeners = 400, kSample = 80, kDays = 120;   // as `make demo`, but for how many they are

UserBytes at_rest(const Module& module, uint32_t from, uint32_t to) {
  tidal_wave::Request request;
  request.users = to;
  request.days = kDays;
  std::string lines;
  for (uint32_t user = from; user < to; ++user)
    for (const tidal_wave::Event& event : tidal_wave::live(request, user)) lines += event.json + "\n";
  UserBytesSum sum;
  BatchOptions options;
  options.each_user = [&](Step& step, std::string_view, UserState& user) { sum.add(step, user); };
  REQUIRE_FALSE(run_batch_text(module, lines, options).error);
  return sum.of(module);
}

}  // namespace

TEST_CASE("ten measures, two states blocks, six caps and four journeys take at most 200 bytes of an average listener, and few listeners tell it") {
  const Project project = Project::load(std::string(WEND_SOURCE_DIR) + "/tests/bench/streaming");
  REQUIRE(project.ok());
  const std::shared_ptr<const Module> module = compile(project.program(), Tier::fast_compile);
  const UserBytes all = at_rest(*module, 0, kListeners), sample = at_rest(*module, kListeners, kListeners + kSample);
  CHECK(all.users == kListeners);
  CHECK(sample.users == kSample);
  CHECK(all.mean <= kMostAtRest);
  CHECK(std::abs(sample.mean - all.mean) < all.mean / 10);
  double parts = 0;
  for (const UserBytes::Part& part : all.parts) parts += part.mean;
  CHECK(parts == Approx(all.mean));
}
