// GrowthBook's published cases of bucketing: its hashes, ranges and namespaces, and whole assignments, each as an experiment of
// a Wend program that runs through both evaluators. What a program cannot say is left out by name.
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "runtime/abi/bucketing.h"
#include "tests/differential/front.h"
#include "tests/differential/product.h"
#include "tests/reference/reference.h"
#include "tests/reference/step.h"
#include "test_paths.h"

using namespace wend;
using Json = nlohmann::json;

namespace {

std::optional<Json> cases() {
  const std::filesystem::path file = std::filesystem::path(WEND_SHARED_DATA) / "conformance" / "growthbook_cases.json";
  if (std::filesystem::exists(file)) return Json::parse(std::ifstream(file));
  WARN("GrowthBook's cases are not there: " << file);
  return std::nullopt;
}

std::string percent(double share) { return fmt::format("{}%", static_cast<double>(std::llround(share * 1e6)) / 1e4); }

std::string variants(size_t count, const Json* weights, const Json* ranges) {
  std::string text;
  for (size_t k = 0; k < count; ++k) {
    text += fmt::format("{}v{}", k ? ", " : "", k);
    if (weights) text += " " + percent((*weights)[k]);
    if (ranges && (*ranges)[k][0] != (*ranges)[k][1]) text += " " + percent((*ranges)[k][0]) + " to " + percent((*ranges)[k][1]);
  }
  return text;
}

const std::string kProject = R"(project trial { time zone "UTC" }
profile {
  identity user_id
  the_id  text?
  company text?
  browser text?
}
event ask { number int }
)";

Program program_of(const std::string& text) {
  std::string why;
  auto program = differential::program_of(kProject + text, &why);
  INFO(text);
  INFO(why);
  REQUIRE(program);
  return std::move(*program);
}

// The variant that owns a bucket; -1: none.
int owner(const Experiment& experiment, int64_t bucket) {
  for (size_t k = 0; k < experiment.variants.size(); ++k)
    for (const ShareRange& range : experiment.variants[k].ranges)
      if (range.holds(bucket)) return static_cast<int>(k);
  return -1;
}

// Why a case of whole assignments is not one of Wend's; empty: it is.
std::string left_out(const Json& context, const Json& experiment) {
  if (experiment["variations"].size() < 2) return "one variant is no experiment: E0901";
  if (context.contains("enabled") || context.contains("qaMode") || experiment.contains("active")) return "GrowthBook's switches; an experiment that is off is taken out of the program";
  if (context.contains("url") || context.contains("forcedVariations")) return "forced from outside; a test pins with `in v1 of x`";
  if (experiment.contains("force") && !experiment.contains("coverage")) return "a forced variant is no experiment; the arm is written in its place";
  if (experiment.contains("parentConditions")) return "features are GrowthBook's; a condition stands in `for`";
  for (const Json& filter : experiment.value("filters", Json::array()))
    if (filter.contains("attribute")) return "a filter by another attribute than the unit";
  return "";
}

std::string condition(const Json& context, const Json& experiment) {
  if (!experiment.contains("condition")) return "";
  const Json& wanted = experiment["condition"];
  if (wanted.contains("browser")) return "  for browser is " + wanted["browser"].dump() + "\n";
  return "  for the_id in " + context["savedGroups"][wanted["id"]["$inGroup"].get<std::string>()].dump() + "\n";
}

std::string declaration(size_t number, const Json& context, const Json& experiment) {
  std::string text = fmt::format("experiment case_{} {{\n  unit {}\n", number, experiment.value("hashAttribute", "id") == "id" ? "the_id" : "company");
  text += fmt::format("  bucketing growthbook v{} seed {}\n", experiment.value("hashVersion", 1), Json(experiment.value("seed", experiment["key"].get<std::string>())).dump());
  const Json* ranges = experiment.contains("ranges") ? &experiment["ranges"] : nullptr;
  const Json* weights = experiment.contains("weights") && !ranges ? &experiment["weights"] : nullptr;
  if (experiment.contains("coverage") && !ranges) text += "  coverage " + percent(experiment["coverage"]) + "\n";
  for (const Json& filter : experiment.value("filters", Json::array())) {
    text += "  filter " + filter["seed"].dump();
    for (size_t k = 0; k < filter["ranges"].size(); ++k) text += (k ? ", " : " ") + percent(filter["ranges"][k][0]) + " to " + percent(filter["ranges"][k][1]);
    text += "\n";
  }
  if (experiment.contains("namespace") && !experiment.contains("filters")) {
    const Json& space = experiment["namespace"];
    text += "  namespace " + space[0].dump() + " " + percent(space[1]) + " to " + percent(space[2]) + "\n";
  }
  text += "  variants { " + variants(experiment["variations"].size(), weights, ranges) + " }\n" + condition(context, experiment) + "}\n";
  text += fmt::format("journey journey_{} {{\n  enter on ask where number is {}\n  step s {{\n    choose by experiment case_{} {{\n", number, number, number);
  for (size_t k = 0; k < experiment["variations"].size(); ++k) text += fmt::format("      v{} {{ leave }}\n", k);
  return text + "    }\n  }\n}\n";
}

std::string events(size_t number, const Json& context) {
  Json traits = Json::object();
  const Json attributes = context.value("attributes", Json::object());
  for (const auto& [from, to] : std::map<std::string, std::string>{{"id", "the_id"}, {"companyId", "company"}, {"browser", "browser"}})
    if (attributes.contains(from)) traits[to] = attributes[from];
  const std::string who = fmt::format(R"("userId":"case-{}","timestamp":"2026-03-02T10:00:00Z")", number);
  return R"({"type":"identify",)" + who + R"(,"traits":)" + traits.dump() + "}\n" + fmt::format(R"({{"type":"track","event":"ask",{},"properties":{{"number":{}}}}})", who, number) + "\n";
}

std::map<std::string, std::string> exposures(const std::vector<std::string>& lines) {
  std::map<std::string, std::string> found;
  for (const std::string& line : lines) {
    const Json json = Json::parse(line);
    if (json["kind"] == "exposure") found[json["experiment"]] = json["variant"];
  }
  return found;
}

// The ranges are published rounded to millionths; its clients compare with what the additions give, which must round to that.
std::vector<std::pair<double, double>> unrounded(const Json& asked, const Json& published) {
  std::vector<std::pair<double, double>> ranges;
  const double coverage = asked[1];
  double begin = 0;
  for (const Json& range : published) {
    const double weight = asked[2].is_null() ? 1.0 / asked[0].get<double>() : asked[2][ranges.size()].get<double>();
    ranges.emplace_back(begin, begin + coverage * weight);
    CHECK(std::llround(ranges.back().first * 1e6) == std::llround(range[0].get<double>() * 1e6));
    CHECK(std::llround(ranges.back().second * 1e6) == std::llround(range[1].get<double>() * 1e6));
    begin += weight;
  }
  return ranges;
}

}  // namespace

TEST_CASE("GrowthBook's hashes") {
  const auto all = cases();
  if (!all) return;
  for (const Json& one : (*all)["hash"]) {
    INFO(one.dump());
    if (one[3].is_null()) continue;   // a version there is none of: `growthbook v99` does not compile
    const Bucketing version = one[2] == 1 ? Bucketing::growthbook_v1 : Bucketing::growthbook_v2;
    const int64_t expected = std::llround(one[3].get<double>() * 1e6);
    CHECK(foreign_bucket(version, one[0].get<std::string>(), one[1].get<std::string>()) == expected);
    CHECK(reference::foreign_place(version, one[0], one[1]) == expected);
  }
}

TEST_CASE("GrowthBook's bucket ranges, of weights and coverage") {
  const auto all = cases();
  if (!all) return;
  size_t held = 0;
  for (const Json& one : (*all)["getBucketRange"]) {
    const Json &asked = one[1], &ranges = one[2];
    const std::string name = one[0];
    // Weights that do not add up, and a coverage beyond all, do not compile.
    if (name.starts_with("weights") || name == "negative coverage" || name == "coverage above 1") continue;
    ++held;
    const Program program = program_of("experiment x {\n  bucketing growthbook v2\n  coverage " + percent(asked[1]) + "\n  variants { " + variants(asked[0], asked[2].is_null() ? nullptr : &asked[2], nullptr) + " }\n}\n");
    const std::vector<std::pair<double, double>> exact = unrounded(asked, ranges);
    for (int n = 0; n < 10'000; ++n) {
      int expected = -1;
      for (size_t k = 0; k < exact.size() && expected < 0; ++k)
        if (n / 10'000.0 >= exact[k].first && n / 10'000.0 < exact[k].second) expected = static_cast<int>(k);
      INFO(name << " " << n);
      if (owner(program.experiments[0], n * 100) != expected) FAIL("bucket " << n << " is variant " << owner(program.experiments[0], n * 100) << ", not " << expected);
    }
  }
  CHECK(held == 7);
}

TEST_CASE("GrowthBook's choice of a variation") {
  const auto all = cases();
  if (!all) return;
  for (const Json& one : (*all)["chooseVariation"]) {
    INFO(one.dump());
    const Program program = program_of("experiment x {\n  bucketing growthbook v2\n  variants { " + variants(one[2].size(), nullptr, &one[2]) + " }\n}\n");
    CHECK(owner(program.experiments[0], std::llround(one[1].get<double>() * 1e6)) == one[3].get<int>());
  }
}

TEST_CASE("GrowthBook's namespaces") {
  const auto all = cases();
  if (!all) return;
  for (const Json& one : (*all)["inNamespace"]) {
    INFO(one.dump());
    const Json& space = one[2];
    const Program program = program_of("experiment x {\n  bucketing growthbook v1\n  namespace " + space[0].dump() + " " + percent(space[1]) + " to " + percent(space[2]) + "\n  variants { a, b }\n}\n");
    const Gate& gate = program.experiments[0].gates.at(0);
    CHECK(gate.ranges.at(0).holds(foreign_bucket(gate.bucketing, gate.seed, one[1].get<std::string>())) == one[3].get<bool>());
  }
}

TEST_CASE("GrowthBook's equal weights are Wend's to the millionth") {
  const auto all = cases();
  if (!all) return;
  for (const Json& one : (*all)["getEqualWeights"]) {
    if (one[0].get<int>() < 2) continue;   // no experiment
    const Program program = program_of("experiment x { variants { " + variants(one[0], nullptr, nullptr) + " } }\n");
    for (size_t k = 0; k < one[1].size(); ++k) CHECK(std::abs(static_cast<double>(program.experiments[0].variants[k].millionths) - one[1][k].get<double>() * 1e6) < 1);
  }
}

TEST_CASE("GrowthBook's whole assignments") {
  const auto all = cases();
  if (!all) return;
  std::string text, stream;
  std::map<std::string, std::string> expected;
  std::map<std::string, int> reasons;
  size_t number = 0, held = 0;
  for (const Json& one : (*all)["run"]) {
    ++number;
    const Json &context = one[1], &experiment = one[2];
    const std::string reason = left_out(context, experiment);
    if (!reason.empty()) {
      ++reasons[reason];
      continue;
    }
    ++held;
    text += declaration(number, context, experiment);
    stream += events(number, context);
    if (!one[4].get<bool>()) continue;
    size_t variant = 0;
    while (experiment["variations"][variant] != one[3]) ++variant;
    expected[fmt::format("case_{}", number)] = fmt::format("v{}", variant);
  }
  for (const auto& [reason, count] : reasons) UNSCOPED_INFO(count << " left out: " << reason);
  CHECK(held == 57);
  CHECK(held + 16 == number);
  const Program program = program_of(text);
  CHECK(exposures(differential::run_product(program, stream, std::nullopt, false)) == expected);
  CHECK(exposures(run_reference(program, stream, std::nullopt).lines) == expected);
}
