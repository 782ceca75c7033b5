// The vectors of grammar/reference/assignment.md, read from the page: the runtime's hashes and the reference evaluator's must
// give them, and the experiment that stands there must expose everybody to the variant the page says.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <sstream>

#include "runtime/abi/bucketing.h"
#include "runtime/abi/hash.h"
#include "tests/differential/front.h"
#include "tests/differential/product.h"
#include "tests/reference/reference.h"
#include "tests/reference/step.h"
#include "test_paths.h"

using namespace wend;

namespace {

std::string read_page(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::string(WEND_SOURCE_DIR "/grammar/reference/") + name, std::ios::binary).rdbuf();
  return text.str();
}

std::string bare(std::string cell) {
  std::erase(cell, '`');
  const size_t begin = cell.find_first_not_of(' ');
  return begin == std::string::npos ? "" : cell.substr(begin, cell.find_last_not_of(' ') - begin + 1);
}

// The rows of the table whose heading is `heading`.
std::vector<std::vector<std::string>> table(const std::string& page, const std::string& heading) {
  std::vector<std::vector<std::string>> rows;
  const size_t place = page.find("\n" + heading + "\n");
  REQUIRE(place != std::string::npos);
  std::istringstream lines(page.substr(place + heading.size() + 2));
  std::string line;
  std::getline(lines, line);   // the rule below the heading
  while (std::getline(lines, line) && line.starts_with("|")) {
    std::vector<std::string> cells;
    for (size_t at = 1, end; (end = line.find('|', at)) != std::string::npos; at = end + 1) cells.push_back(bare(line.substr(at, end - at)));
    rows.push_back(std::move(cells));
  }
  return rows;
}

Bucketing scheme(const std::string& words) {
  static const std::map<std::string, Bucketing> all = {{"growthbook v1", Bucketing::growthbook_v1}, {"growthbook v2", Bucketing::growthbook_v2},
                                                       {"optimizely", Bucketing::optimizely}, {"launchdarkly", Bucketing::launchdarkly}};
  return all.at(words);
}

std::map<std::string, std::string> exposures(const std::vector<std::string>& lines) {
  std::map<std::string, std::string> variants;
  for (const std::string& line : lines) {
    const auto json = nlohmann::json::parse(line);
    if (json["kind"] == "exposure" && json["experiment"] == "till_words") variants[json["user"]] = json["variant"];
  }
  return variants;
}

}  // namespace

TEST_CASE("the published vectors of Wend's own bucket") {
  const auto rows = table(read_page("assignment.md"), "| name | salt | unit | bucket |");
  CHECK(rows.size() >= 30);
  for (const auto& row : rows) {
    INFO(row[0] << " " << row[1] << " " << row[2]);
    CHECK(std::to_string(chance_bucket(row[0], row[1], row[2])) == row[3]);
    CHECK(std::to_string(reference::bucket(row[0], row[1], row[2])) == row[3]);
  }
}

TEST_CASE("the published vectors of other platforms' buckets") {
  const auto rows = table(read_page("assignment.md"), "| bucketing | seed | unit | bucket |");
  CHECK(rows.size() >= 40);
  for (const auto& row : rows) {
    INFO(row[0] << " " << row[1] << " " << row[2]);
    CHECK(std::to_string(foreign_bucket(scheme(row[0]), row[1], row[2])) == row[3]);
    CHECK(std::to_string(reference::foreign_place(scheme(row[0]), row[1], row[2])) == row[3]);
  }
}

// Numbers its makers publish with their clients.
TEST_CASE("what Optimizely and LaunchDarkly test their own clients with") {
  CHECK(foreign_bucket(Bucketing::optimizely, "1886780721", "ppid1") == 525'400);
  CHECK(foreign_bucket(Bucketing::optimizely, "1886780721", "ppid2") == 429'900);
  CHECK(foreign_bucket(Bucketing::optimizely, "1886780722", "ppid2") == 243'400);
  CHECK(foreign_bucket(Bucketing::optimizely, "1886780721", "ppid3") == 543'900);
  CHECK(foreign_bucket(Bucketing::launchdarkly, "hashKey.saltyA", "userKeyA") == 421'575);
  CHECK(foreign_bucket(Bucketing::launchdarkly, "hashKey.saltyA", "userKeyB") == 670'848);
  CHECK(foreign_bucket(Bucketing::launchdarkly, "hashKey.saltyA", "userKeyC") == 103'431);
  CHECK(foreign_bucket(Bucketing::launchdarkly, "61", "userKeyA") == 98'012);
  CHECK(foreign_bucket(Bucketing::launchdarkly, "61", "userKeyB") == 144'837);
  CHECK(foreign_bucket(Bucketing::launchdarkly, "61", "userKeyC") == 924'264);
}

TEST_CASE("both evaluators expose everybody to the variant of the page") {
  const std::string page = read_page("assignment.md"), fence = "```wend\n";
  const size_t begin = page.find(fence) + fence.size();
  std::string why;
  const auto program = differential::program_of(read_page("surroundings.wend") + page.substr(begin, page.find("```", begin) - begin), &why);
  INFO(why);
  REQUIRE(program);
  std::string stream;
  std::map<std::string, std::string> expected;
  for (const auto& row : table(page, "| user | bucket in `crm` | bucket in `till_words` | variant |")) {
    stream += R"({"type":"track","event":"purchase","userId":)" + nlohmann::json(row[0]).dump() + R"(,"timestamp":"2026-03-02T10:00:00Z","properties":{"cart_id":"c","amount":1}})" "\n";
    if (row[3] != "none") expected[row[0]] = row[3];
  }
  CHECK(expected.size() >= 6);
  CHECK(exposures(differential::run_product(*program, stream, std::nullopt, false)) == expected);
  CHECK(exposures(run_reference(*program, stream, std::nullopt).lines) == expected);
}
