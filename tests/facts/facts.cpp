// Running, reading and hashing for the tests over real data.
#include "tests/facts/facts.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <unistd.h>

#include "test_paths.h"

namespace wend::facts {

namespace {

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  INFO(path);
  REQUIRE(in.good());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// One line of CSV; a field in quotes may hold commas and doubled quotes.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') fields.back() += line[++i];
    else if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) fields.emplace_back();
    else if (c != '\r') fields.back() += c;
  }
  return fields;
}

// A folder of this process alone, gone when it ends: cases run side by side.
struct Folder {
  std::string path = WEND_BINARY_DIR "/facts-" + std::to_string(getpid());
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::error_code ignored; std::filesystem::remove_all(path, ignored); }
};

int64_t days_since_1970(int64_t year, int64_t month, int64_t day) {
  int64_t days = 0;
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const auto leap = [](int64_t y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  for (int64_t y = 1970; y < year; ++y) days += leap(y) ? 366 : 365;
  for (int64_t m = 1; m < month; ++m) days += kDays[m - 1] + (m == 2 && leap(year) ? 1 : 0);
  return days + day - 1;
}

}  // namespace

bool data_is_there() {
  if (std::filesystem::exists(data_file("online_retail_facts.json"))) return true;
  std::cout << "skipped: the outside data is not at " << WEND_SHARED_DATA << std::endl;
  return false;
}

std::string data_file(const std::string& name) { return std::string(WEND_SHARED_DATA) + "/data/" + name; }
std::string product(const std::string& name) {
  static const Folder folder;
  return folder.path + "/" + name;
}
std::string project(const std::string& name) { return std::string(WEND_SOURCE_DIR) + "/examples/" + name; }

nlohmann::json read_facts(const std::string& name) { return nlohmann::json::parse(read_text(data_file(name))); }

void run(const std::string& command) {
  INFO(command);
  const std::string log = product("log.txt");
  const int status = std::system((command + " 2>'" + log + "'").c_str());
  INFO(read_text(log));
  REQUIRE(status == 0);
}

void run_wend(const std::string& arguments) { run(std::string("'") + WEND_PROGRAM + "' " + arguments); }

std::string sha256(const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  REQUIRE(EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr) == 1);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

Table read_csv(const std::string& path) {
  std::istringstream in(read_text(path));
  std::string line;
  REQUIRE(std::getline(in, line));
  const std::vector<std::string> names = fields_of(line);
  Table table;
  while (std::getline(in, line)) {
    const std::vector<std::string> fields = fields_of(line);
    INFO(line);
    REQUIRE(fields.size() == names.size());
    auto& row = table[fields[0]];
    for (size_t i = 0; i < names.size(); ++i) row[names[i]] = fields[i];
  }
  return table;
}

std::string hash_of_counts(const Table& table, const std::string& column) {
  std::string text;
  for (const auto& [user, row] : table) {
    if (row.at(column) != "0") text += user + "," + row.at(column) + "\n";
  }
  return sha256(text);
}

int64_t users_with(const Table& table, const std::string& column) {
  int64_t users = 0;
  for (const auto& [user, row] : table) users += row.at(column) != "0";
  return users;
}

int64_t seconds_of(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second);
  INFO(text);
  REQUIRE((read == 3 || read == 6));
  return days_since_1970(year, month, day) * 86'400 + hour * 3600 + minute * 60 + second;
}

namespace {

using Lines = std::vector<std::pair<int64_t, size_t>>;   // when, which state; of one user, in order of time

std::map<std::string, Lines> read_state_lines(const std::vector<std::string>& states, const std::string& decisions) {
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < states.size(); ++i) places[states[i]] = i;
  std::ifstream in(decisions);
  REQUIRE(in.good());
  std::map<std::string, Lines> users;
  for (std::string line; std::getline(in, line);) {
    const auto decision = nlohmann::json::parse(line);
    if (decision.at("kind") != "state") continue;
    users[decision.at("user")].emplace_back(seconds_of(decision.at("at")), places.at(decision.at("to")));
  }
  return users;
}

// Adds one user to the populations and moves.
void count_user(const Lines& lines, Evaluations& result) {
  size_t next = 0, state = 0, before = 0;
  for (int64_t i = 0; i < result.count; ++i) {
    const int64_t instant = result.first + i * result.step;
    while (next < lines.size() && lines[next].first <= instant) state = lines[next++].second;
    const size_t row = lines.front().first < instant ? state : 0;
    ++result.populations[static_cast<size_t>(i)][row];
    if (i > 0) ++result.moves[before][row];
    before = row;
  }
}

}  // namespace

Evaluations read_evaluations(const nlohmann::json& description, const std::string& decisions) {
  Evaluations result;
  result.states = {"none", "core", "casual", "dormant", "lapsed"};
  result.first = seconds_of(description.at("first_evaluation"));
  result.step = description.at("step_seconds");
  result.count = description.at("evaluations");
  result.populations.assign(static_cast<size_t>(result.count), std::vector<int64_t>(result.states.size()));
  result.moves.assign(result.states.size(), std::vector<int64_t>(result.states.size()));
  const auto users = read_state_lines(result.states, decisions);
  CHECK(static_cast<int64_t>(users.size()) == description.at("users"));
  for (const auto& [user, lines] : users) count_user(lines, result);
  std::string text;
  for (int64_t i = 0; i < result.count; ++i) {
    text += std::to_string(result.first + i * result.step);
    for (int64_t people : result.populations[static_cast<size_t>(i)]) text += "," + std::to_string(people);
    text += "\n";
  }
  result.hash = sha256(text);
  return result;
}

void check_evaluations(const nlohmann::json& description, const std::string& hash_key, const std::string& decisions) {
  const Evaluations found = read_evaluations(description, decisions);
  CHECK(found.first + (found.count - 1) * found.step == seconds_of(description.at("last_evaluation")));
  for (const auto& [instant, populations] : description.at("state_counts_at").items()) {
    const auto row = static_cast<size_t>((seconds_of(instant) - found.first) / found.step);
    for (size_t state = 0; state < found.states.size(); ++state) {
      INFO(instant << " " << found.states[state]);
      CHECK(found.populations.at(row)[state] == populations.at(found.states[state]));
    }
  }
  int64_t total = 0;
  for (size_t from = 0; from < found.states.size(); ++from) {
    for (size_t to = 0; to < found.states.size(); ++to) {
      INFO(found.states[from] << " to " << found.states[to]);
      CHECK(found.moves[from][to] == description.at("transition_counts_from_to").at(found.states[from]).at(found.states[to]));
      total += found.moves[from][to];
    }
  }
  CHECK(total == description.at("transitions_total"));
  CHECK(found.hash == description.at(hash_key));
}

}  // namespace wend::facts
