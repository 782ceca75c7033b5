// What the tests over real data share: running `wend` as a user would, and reading what it wrote. The expected answers
// were computed independently of Wend and lie beside the data, outside the project (WEND_SHARED_DATA).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace wend::facts {

// False, with a line on standard output that ctest takes as "skipped", where the outside data is not there.
bool data_is_there();
std::string data_file(const std::string& name);
nlohmann::json read_facts(const std::string& name);

// Runs a shell command in the folder of this test's products; fails the test unless it ends well.
void run(const std::string& command);
// The same for `wend` with these arguments, quoted as the shell wants them.
void run_wend(const std::string& arguments);
std::string product(const std::string& name);   // a file in that folder, which goes when the process ends
std::string project(const std::string& name);   // examples/NAME

std::string sha256(const std::string& text);

// A snapshot: user -> column -> text.
using Table = std::map<std::string, std::map<std::string, std::string>>;
Table read_csv(const std::string& path);

// "key,count\n" by key, zero counts left out, hashed as the facts are.
std::string hash_of_counts(const Table& table, const std::string& column);
int64_t users_with(const Table& table, const std::string& column);

// Seconds since 1970 of "2011-01-01" or "2011-01-01T00:00:00Z".
int64_t seconds_of(const std::string& text);

// What a states block said at a row of evaluations: for each user the last `state` line at or before T, if the user's
// first input is before T; `none` otherwise.
struct Evaluations {
  std::vector<std::string> states;   // the order of the columns, `none` first
  int64_t first = 0, step = 0, count = 0;
  std::vector<std::vector<int64_t>> populations;   // by evaluation, by state
  std::vector<std::vector<int64_t>> moves;         // from, to, between evaluations
  std::string hash;                                // over "T,none,…\n"
};
// From the facts' own description of a row of evaluations and the decisions that `wend run` wrote.
Evaluations read_evaluations(const nlohmann::json& description, const std::string& decisions);

// Checks all that the facts say of them.
void check_evaluations(const nlohmann::json& description, const std::string& hash_key, const std::string& decisions);

}  // namespace wend::facts
