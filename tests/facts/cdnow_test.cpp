// Eighteen months of a CD shop's purchases through examples/cdnow, against answers computed independently.
#include <cmath>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/facts/facts.h"

namespace {

using namespace wend::facts;

const char* const kHashKey = "sha256_of_all_rows_T,none,core,casual,dormant,lapsed";

// The conversion that the example's README shows, then the options that name the columns.
std::string purchases() {
  const std::string csv = product("cdnow_purchases.csv");
  run("zstd -dcq '" + data_file("CDNOW_master.txt.zst") + "' | awk -f '" + project("cdnow") + "/to_csv.awk' > '" + csv + "'");
  return "'" + project("cdnow") + "' --events '" + csv + "' --as purchase --user-column customer_id --time-column purchased_at ";
}

Table snapshot_at(const std::string& date, const std::string& input) {
  const std::string path = product("cdnow_" + date + ".csv");
  run_wend("snapshot " + input + "--at " + date + "T00:00:00Z > '" + path + "'");
  return read_csv(path);
}

}  // namespace

TEST_CASE("every buyer's state on every Wednesday") {
  if (!data_is_there()) return;
  const auto facts = read_facts("cdnow_facts.json").at("states_weekly");
  const std::string decisions = product("cdnow_decisions.jsonl");
  run_wend("run " + purchases() + "--until " + facts.at("last_evaluation").get<std::string>() + " --out '" + decisions + "' >/dev/null");
  check_evaluations(facts, kHashKey, decisions);
}

TEST_CASE("buyers in the week, month and quarter before a day") {
  if (!data_is_there()) return;
  const auto facts = read_facts("cdnow_facts.json").at("active_customers");
  REQUIRE(facts.size() == 7);
  const std::string input = purchases();
  for (const auto& [date, expected] : facts.items()) {
    INFO(date);
    const Table table = snapshot_at(date, input);
    CHECK(users_with(table, "purchases_7") == expected.at("trailing_7d"));
    CHECK(users_with(table, "purchases_30") == expected.at("trailing_30d"));
    CHECK(users_with(table, "purchases_90") == expected.at("trailing_90d"));
  }
}

TEST_CASE("each buyer's purchases of the thirty days before a day") {
  if (!data_is_there()) return;
  const std::string input = purchases();
  for (const std::string date : {"1997-04-01", "1998-01-01"}) {
    INFO(date);
    const auto facts = read_facts("cdnow_facts.json").at("trailing_30d_transactions_per_customer_at_" + date);
    const Table table = snapshot_at(date, input);
    CHECK(users_with(table, "purchases_30") == facts.at("users_nonzero"));
    CHECK(hash_of_counts(table, "purchases_30") == facts.at("sha256"));
  }
}

TEST_CASE("what all buyers spent, to the cent") {
  if (!data_is_there()) return;
  const auto facts = read_facts("cdnow_facts.json").at("totals_master");
  const Table table = snapshot_at("1998-07-01", purchases());
  CHECK(static_cast<int64_t>(table.size()) == facts.at("customers"));
  int64_t cents = 0;
  for (const auto& [user, row] : table) cents += std::llround(std::stod(row.at("spent")) * 100);
  CHECK(cents == facts.at("cents"));
}
