// What connections leave of the files a process may have open.
#include <catch2/catch.hpp>

#include <sys/resource.h>

#include "runtime/hosts/descriptors.h"

using namespace wend;

TEST_CASE("connections leave descriptors to the store, however few there are") {
  CHECK(connections_within(1'048'576, 10'000) == 10'000);
  CHECK(connections_within(20'000, 10'000) == 10'000);
  CHECK(connections_within(20'000, 1'000'000) == 20'000 - 1'024);
  CHECK(connections_within(1'024, 10'000) == 512);
  CHECK(connections_within(256, 10'000) == 128);
  CHECK(connections_within(1'024, 7) == 7);
  for (const size_t few : {0, 1, 2}) CHECK(connections_within(few, 10'000) == 1);
}

TEST_CASE("a limit that may be raised is raised before clients come") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit low{64, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  const size_t raised = raise_descriptors();
  rlimit now{};
  ::getrlimit(RLIMIT_NOFILE, &now);
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(raised == now.rlim_cur);
  CHECK(raised == std::min<rlim_t>(before.rlim_max, 1 << 20));
}
