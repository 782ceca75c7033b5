// The public cases of Liquid, natively. What is left out on purpose stands in left_out.md by name and reason; of the rest at
// least 95 of 100 come out exactly, and never fewer than `recorded` says (WEND_UPDATE=1 writes it anew).
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "tests/golden/golden_liquid/cases.h"
#include "test_paths.h"

using namespace wend;

namespace {

const std::string kFolder = WEND_SOURCE_DIR "/tests/golden/golden_liquid/";

bool passes(const golden_liquid::Case& one, const golden_liquid::Outcome& outcome) {
  if (one.results.empty()) return outcome.refused;
  return !outcome.refused && std::find(one.results.begin(), one.results.end(), outcome.text) != one.results.end();
}

}  // namespace

TEST_CASE("the public cases of Liquid") {
  Program types;
  std::vector<golden_liquid::Case> cases = golden_liquid::read_cases(std::string(WEND_SHARED_DATA) + "/conformance/golden_liquid.json", types);
  if (cases.empty()) {
    WARN("the cases of Liquid are not there: " << WEND_SHARED_DATA);
    return;
  }
  const std::map<std::string, std::string> left_out = golden_liquid::read_left_out(kFolder + "left_out.md");
  const std::vector<golden_liquid::Outcome> outcomes = golden_liquid::run(cases, types);
  size_t asked = 0, passed = 0, found = 0;
  std::map<std::string, size_t> reasons;
  for (size_t i = 0; i < cases.size(); ++i) {
    const auto left = left_out.find(cases[i].name);
    if (left != left_out.end()) {
      ++reasons[left->second];
      ++found;
      if (std::getenv("WEND_VERBOSE") && passes(cases[i], outcomes[i])) std::cout << "passes though left out: " << cases[i].name << "\n";
      continue;
    }
    ++asked;
    const bool well = passes(cases[i], outcomes[i]);
    passed += well;
    if (!well) std::cout << "differs: " << cases[i].name << "\n  template: " << cases[i].text << "\n  wanted: " << (cases[i].results.empty() ? "(refused)" : cases[i].results[0])
                         << "\n  found: " << outcomes[i].text << "\n";
  }
  std::cout << "Liquid: " << passed << " of " << asked << " cases come out exactly; " << found << " of " << cases.size() << " are left out on purpose:\n";
  for (const auto& [reason, count] : reasons) std::cout << "  " << count << "  " << reason << "\n";
  CHECK(found == left_out.size());   // every name in left_out.md is one of a case
  CHECK(passed * 100 >= asked * 95);

  size_t recorded = 0;
  std::ifstream(kFolder + "recorded") >> recorded;
  if (std::getenv("WEND_UPDATE")) std::ofstream(kFolder + "recorded") << passed << "\n";
  else CHECK(passed >= recorded);
}
