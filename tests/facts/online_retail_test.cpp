// A year of a gift shop's orders through examples/online_retail, against answers computed independently.
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/facts/facts.h"

namespace {

using namespace wend::facts;

const char* const kHashKey = "sha256_of_all_rows_T,none,core,casual,dormant,lapsed";

std::string orders() {
  return "'" + project("online_retail") + "' --events '" + data_file("online_retail_orders.csv.zst") +
         "' --as order --user-column customer_id --time-column ordered_at ";
}

Table snapshot_at(const std::string& date) {
  const std::string path = product("retail_" + date + ".csv");
  run_wend("snapshot " + orders() + "--at " + date + "T00:00:00Z > '" + path + "'");
  return read_csv(path);
}

}  // namespace

TEST_CASE("every customer's state on every midnight of the year") {
  if (!data_is_there()) return;
  const auto facts = read_facts("online_retail_facts.json").at("states_daily");
  const std::string decisions = product("retail_decisions.jsonl");
  run_wend("run " + orders() + "--until " + facts.at("last_evaluation").get<std::string>() + " --out '" + decisions + "' >/dev/null");
  check_evaluations(facts, kHashKey, decisions);
}

TEST_CASE("customers who ordered in the week, month and quarter before a day") {
  if (!data_is_there()) return;
  const auto facts = read_facts("online_retail_facts.json").at("active_customers");
  REQUIRE(facts.size() == 6);
  for (const auto& [date, expected] : facts.items()) {
    INFO(date);
    const Table table = snapshot_at(date);
    CHECK(users_with(table, "orders_7") == expected.at("trailing_7d"));
    CHECK(users_with(table, "orders_30") == expected.at("trailing_30d"));
    CHECK(users_with(table, "orders_90") == expected.at("trailing_90d"));
  }
}

TEST_CASE("each customer's orders of the thirty days before a day") {
  if (!data_is_there()) return;
  const auto facts = read_facts("online_retail_facts.json").at("trailing_30d_orders_per_customer_at_2011-12-01");
  const Table table = snapshot_at("2011-12-01");
  CHECK(users_with(table, "orders_30") == facts.at("users_nonzero"));
  for (const auto& top : facts.at("top")) {
    CHECK(table.at(top.at(0)).at("orders_30") == std::to_string(top.at(1).get<int64_t>()));
  }
  CHECK(hash_of_counts(table, "orders_30") == facts.at("sha256"));
}

TEST_CASE("recency, frequency and revenue of each customer, to the third decimal") {
  if (!data_is_there()) return;
  const auto facts = read_facts("online_retail_facts.json").at("rfm_at_2011-12-10");
  const Table table = snapshot_at("2011-12-10");
  CHECK(static_cast<int64_t>(table.size()) == facts.at("customers"));
  std::string text;
  int64_t once = 0;
  for (const auto& [user, row] : table) {
    // Recency comes in seconds and counts in whole days; revenue as a decimal text, of which three places count.
    const int64_t days = std::stoll(row.at("recency")) / 86'400;
    std::string revenue = row.at("revenue");
    revenue = revenue.substr(0, revenue.find(' '));
    size_t dot = revenue.find('.');
    if (dot == std::string::npos) revenue += '.', dot = revenue.size() - 1;
    const std::string milli = revenue.substr(0, dot) + (revenue.substr(dot + 1) + "000").substr(0, 3);
    text += user + "," + std::to_string(days) + "," + row.at("frequency") + "," + std::to_string(std::stoll(milli)) + "\n";
    once += row.at("frequency") == "1";
  }
  CHECK(once == facts.at("frequency_1"));
  CHECK(sha256(text) == facts.at("sha256_user,recency,frequency,revenue_milli_pounds"));
}

TEST_CASE("a plan with another threshold names exactly the customers whose states differ between two snapshots") {
  if (!data_is_there()) return;
  const std::string changed = product("retail_changed");
  run("cp -r '" + project("online_retail") + "' '" + changed + "' && sed -i 's/core     when orders_30 >= 2/core     when orders_30 >= 3/' '" + changed + "/retail.wend'");
  const std::string reading = " --events '" + data_file("online_retail_orders.csv.zst") + "' --as order --user-column customer_id --time-column ordered_at --at 2011-12-10T00:00:00Z";
  const auto states = [&](const std::string& folder, const std::string& name) {
    const std::string path = product(name);
    run_wend("snapshot '" + folder + "'" + reading + " > '" + path + "'");
    return read_csv(path);
  };
  const Table before = states(project("online_retail"), "retail_before.csv"), after = states(changed, "retail_after.csv");
  std::map<std::string, std::pair<std::string, std::string>> expected, told;
  for (const auto& [user, row] : before)
    if (row.at("activity") != after.at(user).at("activity")) expected[user] = {row.at("activity"), after.at(user).at("activity")};
  REQUIRE(expected.size() > 100);

  const std::string plan = product("retail_plan.json");
  run_wend("plan '" + changed + "' --against '" + project("online_retail") + "'" + reading + " --format json > '" + plan + "'");
  nlohmann::json report;
  std::ifstream(plan) >> report;
  for (const auto& moved : report.at("population").at("moved")) told[moved.at("user")] = {moved.at("from"), moved.at("to")};
  CHECK(told == expected);
  CHECK(report.at("population").at("users_elsewhere") == expected.size());
  CHECK(report.at("grade") == "audience");
}
