#include "tests/serving/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace wend::serving {

namespace fs = std::filesystem;

const char* const kShop = R"(project shop { time zone "UTC" }
profile {
  identity user_id
  email text?
}
event sign_up
channel email { reaches email, content { subject text } }
protect everyone { categories service }
message hello { category service, email { subject "Hello" } }
journey welcome { enter on sign_up, step one { send hello, wait 2 days } }
)";

Server::Server(const std::string& name, const std::string& project, const std::string& more)
    : folder_((fs::temp_directory_path() / ("wend-serving-" + name + "-" + std::to_string(::getpid()))).string()) {
  fs::remove_all(folder_);
  fs::create_directories(folder_ + "/project");
  write("project/project.wend", project);
  write("wend.toml", "[program]\nproject = \"project\"\n[ingest]\nport = 0\n[admin]\nport = 0\n[store]\nfolder = \"kept\"\nlow_disk = \"64 MB\"\n"
                     "[channels.email]\nconnector = \"file\"\npath = \"mail.jsonl\"\n" + more);
}

Server::~Server() {
  if (running()) kill();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Server::write(const std::string& file, const std::string& text) const { std::ofstream(folder_ + "/" + file, std::ios::binary) << text; }

void Server::start(const std::vector<std::string>& arguments) {
  const bool started = try_start(arguments, {});
  INFO(this->log());
  REQUIRE(started);
}

bool Server::try_start(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
  const std::string log = folder_ + "/serve.log", config = folder_ + "/wend.toml";
  fs::remove(log);   // of the process before
  process_ = ::fork();
  if (process_ == 0) {
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(out, 1);
    ::dup2(out, 2);
    const rlimit most{descriptors, descriptors};
    if (descriptors > 0) ::setrlimit(RLIMIT_NOFILE, &most);
    std::vector<const char*> line{WEND_PROGRAM, "serve", "--config", config.c_str()};
    for (const std::string& each : arguments) line.push_back(each.c_str());
    line.push_back(nullptr);
    for (const std::string& each : environment) ::putenv(const_cast<char*>(each.c_str()));
    ::execv(WEND_PROGRAM, const_cast<char* const*>(line.data()));
    ::_exit(127);
  }
  ingest_ = admin_ = 0;
  bool ended = false;
  REQUIRE(soon([&] { return find_doors() || (ended = gone()); }));
  return !ended;
}

bool Server::find_doors() {
  const std::string text = log();
  const auto port = [&](const std::string& before) {
    const size_t at = text.find(before);
    if (at == std::string::npos) return 0;
    return std::atoi(text.c_str() + text.find(':', at + before.size() + 8) + 1);
  };
  ingest_ = static_cast<uint16_t>(port("events on "));
  admin_ = static_cast<uint16_t>(port("operations on "));
  return admin_ != 0 && text.find('\n', text.find("operations on ")) != std::string::npos;
}

// Ended, and not yet waited for.
bool Server::gone() const {
  siginfo_t about{};
  return ::waitid(P_PID, static_cast<id_t>(process_), &about, WEXITED | WNOHANG | WNOWAIT) == 0 && about.si_pid != 0;
}

bool Server::running() {
  if (process_ < 0) return false;
  if (!gone()) return true;
  wait();
  return false;
}

int Server::wait() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Server::kill() {
  ::kill(process_, SIGKILL);
  wait();
}

int Server::end() {
  ::kill(process_, SIGTERM);
  return wait();
}

std::string Server::log() const {
  std::ifstream in(folder_ + "/serve.log", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> Server::mail() const {
  std::ifstream in(folder_ + "/mail.jsonl", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::string> lines;
  for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) lines.push_back(text.substr(begin, end - begin));
  return lines;
}

Answer Server::ask(uint16_t port, const std::string& method, const std::string& path, const std::string& body) {
  Answer answer;
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string request = method + " " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  std::string text;
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char buffer[4096];
    for (ssize_t read; (read = ::recv(socket, buffer, sizeof buffer, 0)) > 0;) text.append(buffer, static_cast<size_t>(read));
  }
  ::close(socket);
  const size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.status = std::atoi(text.c_str() + 9);
  answer.head = text.substr(0, end);
  answer.body = text.substr(end + 4);
  return answer;
}

std::string sign_up(const std::string& user, const std::string& id) {
  return R"({"userId":")" + user + R"(","event":"sign_up","messageId":")" + id + R"(","context":{"traits":{"email":")" + user + "@example.org\"}}}";
}

}  // namespace wend::serving
