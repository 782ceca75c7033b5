// Every call that changes a file is a place where a process may end (F2), every sync one that may fail (F5), and any call may be interrupted
// or do less than it was asked to (F9). One session goes through all that a server keeps: events, sends, a new version with people
// inside, an erasure. WEND_CALLS says how many of the calls are tried, evenly spread, both before and behind them; as many as there are: each.
// WEND_CALLS_FROM says which is the first.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "tests/serving/server.h"

using namespace wend::serving;

namespace {

std::string second_version() {
  std::string text = kShop;
  return text.replace(text.find("wait 2 days"), 11, "wait 3 days");
}

// What was acknowledged.
struct Heard {
  std::set<std::string> users;
  bool applied = false, erased = false;
};

size_t handed_over(const Server& server, const std::string& user) {
  size_t count = 0;
  for (const std::string& line : server.mail()) count += nlohmann::json::parse(line)["to"] == user + "@example.org";
  return count;
}

// False: it did not get to its end.
bool session(Server& server, Heard& heard) {
  const auto post = [&](const std::string& user) {
    const bool taken = server.post("/v1/track", sign_up(user, "m-" + user)).status == 200;
    if (taken) heard.users.insert(user);
    return taken;
  };
  const auto arrives = [&](const std::string& user) {
    bool over = false;
    soon([&] { return handed_over(server, user) > 0 || (over = server.admin("GET", "/readyz").status != 200); });
    return !over;
  };
  for (const char* user : {"ada", "bob", "cyd"})
    if (!post(user)) return false;
  if (!arrives("ada")) return false;
  const nlohmann::json files{{"files", {{{"path", "project.wend"}, {"text", second_version()}}}}};
  if (server.admin("POST", "/v1/apply", files.dump()).status != 200) return false;
  heard.applied = true;
  if (!post("dan")) return false;
  if (server.admin("DELETE", "/v1/users/bob").status != 200) return false;
  heard.erased = true;
  return post("eve") && arrives("eve");
}

// Whichever version is live.
void start_again(Server& server) {
  for (const std::string& text : {std::string(kShop), second_version()}) {
    server.write("project/project.wend", text);
    if (server.try_start({}, {})) return;
    server.wait();
  }
  INFO(server.log());
  FAIL("it does not start again");
}

size_t unknown_sends(Server& server) { return nlohmann::json::parse(server.admin("GET", "/v1/messages/unknown?limit=1000").body)["messages"].size(); }

// Started again, with nothing in its way: all that was acknowledged is there, and nothing is sent twice.
void look(Server& server, const Heard& heard) {
  start_again(server);
  const auto known = [&](const std::string& user) { return server.admin("GET", "/v1/users/" + user + "/export").status == 200; };
  const bool erased = heard.users.count("bob") > 0 && !known("bob");
  CHECK((!heard.erased || erased));
  const std::string live = nlohmann::json::parse(server.admin("GET", "/v1/program").body)["files"][0]["text"];
  if (heard.applied) CHECK(live == second_version());
  std::ifstream ledger(server.folder() + "/kept.erased");
  const std::string written{std::istreambuf_iterator<char>(ledger), {}};
  CHECK(std::count(written.begin(), written.end(), '\n') == (erased ? 3 : 0));   // a copy from before would else bring them back
  const auto all_over = [&] {
    size_t missing = 0;
    for (const std::string& user : heard.users) missing += user != "bob" && handed_over(server, user) == 0;
    return missing <= unknown_sends(server);
  };
  CHECK(soon(all_over));
  // Whoever did not hear us sends again.
  for (const char* user : {"ada", "bob", "cyd", "dan", "eve", "fay"}) CHECK(server.post("/v1/track", sign_up(user, std::string("m-") + user)).status == 200);
  CHECK(soon([&] { return handed_over(server, "fay") == 1; }));
  CHECK(server.end() == 0);
  start_again(server);
  for (const char* user : {"ada", "bob", "cyd", "dan", "eve", "fay"}) {
    INFO(user);
    CHECK(known(user) == (!erased || std::string(user) != "bob"));
    CHECK(handed_over(server, user) <= 1);
  }
  CHECK(server.end() == 0);
}

// A server whose calls go wrong; `folder` below its own.
class Faulty {
 public:
  explicit Faulty(const std::string& name, const std::string& folder = "") : server(name), folder_(server.folder() + folder) {}
  ~Faulty() { std::remove(told().c_str()); }
  bool start(const std::string& fault, const std::string& number) {
    return server.try_start({}, {std::string("LD_PRELOAD=") + WEND_FAULTY_CALLS, "WEND_FAULTY_FOLDER=" + folder_, "WEND_FAULTY_TOLD=" + told(), fault + "=" + number,
                                "ASAN_OPTIONS=verify_asan_link_order=0"});
  }
  struct Told { uint64_t calls = 0, syncs = 0, disturbed = 0; std::string failed; };
  Told read() const {
    Told said;
    std::ifstream(told()) >> said.calls >> said.syncs >> said.disturbed >> said.failed;
    return said;
  }
  Server server;

 private:
  std::string told() const { return server.folder() + "-told"; }
  const std::string folder_;
};

// How many there are of each in a session that nothing disturbs.
Faulty::Told whole_session(const std::string& folder) {
  Faulty faulty("calls", folder);
  Heard heard;
  REQUIRE(faulty.start("WEND_FAULTY_SYNC", "0"));
  REQUIRE(session(faulty.server, heard));
  REQUIRE(faulty.server.end() == 0);
  return faulty.read();
}

uint64_t number_of(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text && *text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// So many of all, from 1 on.
std::vector<uint64_t> places(uint64_t all, uint64_t some) {
  some = std::min(number_of("WEND_CALLS", some), all);
  std::vector<uint64_t> list;
  for (uint64_t i = 0; i < some; ++i) list.push_back(1 + (number_of("WEND_CALLS_FROM", 0) + i * all / some) % all);
  return list;
}

// Nothing rests on what RocksDB writes down of its options; and when the landmark is made, manifest and folder are synced once more.
bool may_go_on(const std::string& path) {
  const std::string file = path.substr(path.rfind('/') + 1);
  return file.starts_with("OPTIONS-") || file.starts_with("LANDMARK") || file.starts_with("MANIFEST-") || file == "kept";
}

}  // namespace

TEST_CASE("F2: ended before or behind any call that changes a file, it has lost nothing and sends nothing twice") {
  size_t kills = 0, tries = 0;
  const Faulty::Told all = whole_session("");
  for (const uint64_t place : places(all.calls, 12))
    for (const bool behind : {false, true}) {
      if (!std::getenv("WEND_CALLS") && behind != (place % 2 == 1)) continue;
      ++tries;
      Faulty faulty("calls");
      Heard heard;
      INFO((behind ? "behind call " : "before call ") << place << " of " << all.calls);
      const bool whole = faulty.start(behind ? "WEND_FAULTY_KILL_BEHIND" : "WEND_FAULTY_KILL_BEFORE", std::to_string(place)) && session(faulty.server, heard);
      const int code = whole ? faulty.server.end() : faulty.server.wait();
      CHECK((code == 128 + SIGKILL || whole));
      kills += code == 128 + SIGKILL;
      look(faulty.server, heard);
    }
  CHECK(2 * kills >= tries);
  std::printf("kills: %zu, among %llu calls\n", kills, static_cast<unsigned long long>(all.calls));
}

TEST_CASE("F5: a sync that fails ends it with a reason, or nothing rests on it, and nothing acknowledged is missing") {
  size_t ended = 0;
  const Faulty::Told all = whole_session("/kept");
  const std::vector<uint64_t> tried = places(all.syncs, 10);
  for (const uint64_t place : tried) {
    Faulty faulty("syncs", "/kept");
    Heard heard;
    INFO("sync " << place << " of " << all.syncs);
    const bool whole = faulty.start("WEND_FAULTY_SYNC", std::to_string(place)) && session(faulty.server, heard);
    const int code = whole ? faulty.server.end() : faulty.server.wait();
    const std::string failed = faulty.read().failed;
    INFO(failed << ": " << code << "\n" << faulty.server.log());
    CHECK((code == 5 || (whole && may_go_on(failed))));
    ended += code == 5;
    look(faulty.server, heard);
  }
  CHECK(4 * ended >= tried.size());
  std::printf("syncs that failed: %zu, of which %zu ended it\n", tried.size(), ended);
}

TEST_CASE("F9: calls that are interrupted, or read and write less than they were asked to, change nothing") {
  for (const char* seed : {"1", "2"}) {
    Faulty faulty("short");
    Heard heard;
    INFO("seed " << seed);
    REQUIRE(faulty.start("WEND_FAULTY_SEED", seed));
    CHECK(session(faulty.server, heard));
    CHECK(faulty.server.end() == 0);
    CHECK(faulty.read().disturbed > 20);
    look(faulty.server, heard);
  }
}
