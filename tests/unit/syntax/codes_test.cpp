// The examples of the front end's diagnostics: the wrong one draws its code and nothing else, the right one nothing.
#include <catch2/catch.hpp>

#include <cstring>

#include "tests/unit/syntax/read.h"

using namespace wend;

TEST_CASE("every syntax code is drawn by its wrong example alone, and not by its right one") {
  size_t shown = 0;
  for (const CodeInfo& row : all_codes()) {
    if (std::strncmp(row.id, "E01", 3) != 0 || row.wrong[0] == '$') continue;   // behind a `$` stand commands
    ++shown;
    CAPTURE(row.id, row.wrong);
    const testing::Read wrong{std::string(row.wrong)};
    REQUIRE(wrong.diagnostics.all().size() == 1);
    CHECK(std::string(wrong.diagnostics.all().front().id()) == row.id);
    const testing::Read right{std::string(row.right)};
    CHECK(right.places().empty());
  }
  CHECK(shown >= 25);
}
