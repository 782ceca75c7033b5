// What strangers send to a running server, and how far it goes: crowds, odd names.
#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "tests/serving/server.h"

using namespace wend::serving;

namespace {

// Connections that ask for nothing, or begin to and never end.
struct Crowd {
  std::vector<int> sockets;
  Crowd(uint16_t port, size_t many) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (size_t i = 0; i < many; ++i) {
      sockets.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      REQUIRE(::connect(sockets.back(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
      if (i % 2 == 0) { [[maybe_unused]] const auto sent = ::send(sockets.back(), "POST /v1/track HT", 17, MSG_NOSIGNAL); }
    }
  }
  ~Crowd() { for (const int socket : sockets) ::close(socket); }
};

std::string said(const std::string& command, const std::string& out) {
  const int status = std::system((std::string(WEND_PROGRAM) + " " + command + " > " + out + " 2>&1").c_str());
  std::ifstream in(out, std::ios::binary);
  return "exit " + std::to_string(WEXITSTATUS(status)) + "\n" + std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

TEST_CASE("F9: a crowd of connections takes no file from the store, and no place from who has something to say") {
  Server server("crowd");
  server.descriptors = 256;
  server.start();
  CHECK(server.log().find("at most 128 connections are open at once") != std::string::npos);
  const Crowd crowd(server.ingest_port(), 400);
  const std::string folder = server.folder() + "/copies";
  for (int i = 0; i < 6; ++i) {
    const std::string number = std::to_string(i);
    CHECK(server.post("/v1/track", sign_up("u" + number, "m" + number)).status == 200);
    // A copy flushes what is in memory: the store opens new files.
    CHECK(server.admin("POST", "/v1/backup", R"({"folder":")" + folder + number + "\"}").status == 201);
  }
  CHECK(server.admin("GET", "/readyz").status == 200);
  CHECK(server.end() == 0);
}

TEST_CASE("whatever stands in an identity, its user is exported, explained and erased") {
  Server server("names");
  server.start();
  const std::string at = " --server http://127.0.0.1:" + std::to_string(server.admin_port()), out = server.folder() + "/said";
  const auto quoted = [](const std::string& text) { return "'" + text + "'"; };
  for (const std::string name : {"a/b", "a b", "100%", "a%2Fb", "../../etc", "ö/😀", "a\\b", "a?b#c&d=e", "*", "..."}) {
    INFO(name);
    std::string json;
    for (const char c : name) json += c == '\\' ? std::string("\\\\") : std::string(1, c);
    CHECK(server.post("/v1/track", R"({"event":"sign_up","userId":")" + json + "\"}").status == 200);
    CHECK(said("export " + quoted(name) + at, out).find(R"("name":"user_id","value":")" + json + "\"") != std::string::npos);
    CHECK(said("explain --user " + quoted(name) + at, out).find("what is kept of " + name) != std::string::npos);
    CHECK(said("erase " + quoted(name) + " --yes-erase " + quoted(name) + at, out).find("exit 0") == 0);
    CHECK(said("export " + quoted(name) + at, out).find("exit 1\nerror: no such user") == 0);
  }
  CHECK(server.admin("GET", "/v1/users/%FF%00/export").status == 404);
  CHECK(server.admin("GET", "/v1/users/%2e%2e/export").status == 404);
  CHECK(server.admin("GET", "/v1%2Fholds").status == 404);
}

TEST_CASE("K3: a folder that cannot be the store's ends it with 5, and why") {
  Server server("folders");
  const std::string config = server.folder() + "/wend.toml", out = server.folder() + "/said";
  const auto starts = [&](const std::string& store) {
    server.write("wend.toml", "[program]\nproject = \"project\"\n[ingest]\nport = 0\n[admin]\nport = 0\n[store]\nfolder = \"" + store + "\"\n[channels.email]\nconnector = \"console\"\n");
    return said("serve --config " + config, out);
  };
  server.write("plain", "a file");
  REQUIRE(::symlink("project", (server.folder() + "/link").c_str()) == 0);
  for (const auto& [folder, why] : {std::pair<const char*, const char*>{"plain", "cannot be made"}, {"link", "is a link"}, {"project", "holds other files and no store"}, {"/proc/wend", "cannot be made"}}) {
    const std::string text = starts(folder);
    INFO(text);
    CHECK(text.find("exit 5") == 0);
    CHECK(text.find(why) != std::string::npos);
  }
}

TEST_CASE("K7: erasing takes one identity, said twice; a pattern is a name like any other") {
  Server server("erasing");
  server.start();
  const std::string at = " --server http://127.0.0.1:" + std::to_string(server.admin_port()), out = server.folder() + "/said";
  for (const char* user : {"ada", "bob"}) CHECK(server.post("/v1/track", sign_up(user, "")).status == 200);
  for (const char* command : {"erase", "erase ''", "erase '' --yes-erase ''", "erase ada", "erase ada --yes-erase bob", "erase ada bob --yes-erase ada", "erase '*'"}) {
    const std::string text = said(command + at, out);
    INFO(command << "\n" << text);
    CHECK(text.find("exit 2") == 0);
  }
  for (const char* pattern : {"'*'", "'a*'", "'%'"}) CHECK(said(std::string("erase ") + pattern + " --yes-erase " + pattern + at, out).find("exit 1\nerror: no such user") == 0);
  for (const char* user : {"ada", "bob"}) CHECK(said(std::string("export ") + user + at, out).find("exit 0") == 0);
}
