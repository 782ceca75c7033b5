// A running `wend serve` over HTTP, from the outside: events acknowledged a second and how long an acknowledgement takes, at 16
// connections that each wait for theirs; from a request to the decision it leads to; and how long a start takes after kill -9. The load comes
// from the same machine, so it takes its share of the processors. `serve_bench worst_restart`: a start behind kill -9 with as
// much in the write-ahead log as it may hold (F27).
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "test_paths.h"
#include "tests/bench/bench.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kConnections = 16, kRounds = 5, kUsers = 20'000, kProbes = 200;
constexpr std::chrono::seconds kStretch{4};

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "serve_bench: %s\n", why.c_str());
  std::exit(1);
}

double ms(Clock::duration span) { return std::chrono::duration<double, std::milli>(span).count(); }

double quantile(std::vector<double>& values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(q * static_cast<double>(values.size())))];
}

std::string text_of(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// `wend serve` of examples/tidal_wave in a folder of its own.
class Server {
 public:
  explicit Server(const std::string& folder) : folder_(folder) {
    std::ofstream config(folder + "/wend.toml");
    config << "[store]\nfolder = \"store\"\n[ingest]\nport = 0\n[admin]\nport = 0\n";
    for (const char* channel : {"email", "push"}) config << "[channels." << channel << "]\nconnector = \"file\"\nsync = false\npath = \"" << channel << ".jsonl\"\n";
  }
  ~Server() { end(SIGKILL); }

  // Until it says where it listens.
  void begin() {
    const std::string log = folder_ + "/log", config = folder_ + "/wend.toml";
    std::remove(log.c_str());
    if ((process_ = ::fork()) == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(out, 1);
      ::dup2(out, 2);
      ::execl(WEND_PROGRAM, WEND_PROGRAM, "serve", WEND_SOURCE_DIR "/examples/tidal_wave", "--config", config.c_str(), "--decisions", decisions().c_str(), nullptr);
      ::_exit(127);
    }
    const std::string before = "events on http://127.0.0.1:";
    for (;;) {
      const std::string said = text_of(log);
      const size_t at = said.find(before);
      if (at != std::string::npos && said.find('\n', at) != std::string::npos) {
        port_ = std::atoi(said.c_str() + at + before.size());
        return;
      }
      if (::waitpid(process_, nullptr, WNOHANG) != 0) stop("wend serve did not start:\n" + said);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  void end(int signal) {
    if (process_ <= 0) return;
    ::kill(process_, signal);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  int port() const { return port_; }
  std::string decisions() const { return folder_ + "/decisions.jsonl"; }
  uint64_t log_bytes() const {
    uint64_t bytes = 0;
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/store", failure))
      if (entry.path().extension() == ".log") bytes += entry.file_size(failure);
    return bytes;
  }

 private:
  const std::string folder_;
  pid_t process_ = 0;
  int port_ = 0;
};

class Connection {
 public:
  explicit Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) stop("cannot connect");
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;

  // The answer must be 200.
  void post(const std::string& body) {
    std::string all = fmt::format("POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.size()) + body;
    for (size_t done = 0; done < all.size();) {
      const ssize_t sent = ::send(socket_, all.data() + done, all.size() - done, MSG_NOSIGNAL);
      if (sent <= 0) stop("the connection ended");
      done += static_cast<size_t>(sent);
    }
    std::string answer;
    char piece[4096];
    while (answer.find("{\"success\":true}") == std::string::npos) {
      const ssize_t got = ::recv(socket_, piece, sizeof piece, 0);
      if (got <= 0 || answer.size() > 65'536) stop("no answer: " + answer);
      answer.append(piece, static_cast<size_t>(got));
      if (answer.compare(0, 12, "HTTP/1.1 200", std::min<size_t>(12, answer.size())) != 0) stop("not taken: " + answer);
    }
  }

 private:
  const int socket_;
};

std::string play(const std::string& user, uint64_t number) {
  static constexpr const char* kGenres[] = {"jazz", "rock", "folk", "techno", "opera"};
  return fmt::format(R"({{"type":"track","event":"play","userId":"{}","messageId":"m-{}","properties":{{"track":"t{}","artist":"a{}","genre":"{}","played":{}}}}})", user, number,
                     number % 5003, number % 211, kGenres[number % 5], 20 + number % 200);
}

std::atomic<uint64_t> next_number{0};

std::string batch_of(size_t events) {
  std::string body = "{\"batch\":[";
  for (size_t i = 0; i < events; ++i) {
    const uint64_t number = next_number++;
    if (i > 0) body += ',';
    body += play(fmt::format("u{}", number * 7919 % kUsers), number);
  }
  return body + "]}";
}

struct Stretch { double events_a_second; double p50, p99; };

// 16 connections, each with one request under way, until `over`.
Stretch load(int port, size_t batch, const std::function<void()>& meanwhile) {
  std::vector<std::vector<double>> times(kConnections);
  std::vector<std::thread> threads;
  std::atomic<bool> over{false};
  const auto begin = Clock::now();
  for (std::vector<double>& mine : times)
    threads.emplace_back([&mine, &over, port, batch] {
      Connection connection(port);
      while (!over) {
        const std::string body = batch_of(batch);
        const auto sent = Clock::now();
        connection.post(body);
        mine.push_back(ms(Clock::now() - sent));
      }
    });
  meanwhile();
  over = true;
  for (std::thread& thread : threads) thread.join();
  const double seconds = ms(Clock::now() - begin) / 1'000;
  std::vector<double> all;
  for (const std::vector<double>& mine : times) all.insert(all.end(), mine.begin(), mine.end());
  return {static_cast<double>(all.size() * batch) / seconds, quantile(all, 0.5), quantile(all, 0.99)};
}

// Users never seen before, one after the other: each first play leads to a decision on their state. Times to the line in the file.
std::vector<double> to_decisions(const Server& server) {
  static int rounds = 0;
  const std::string name = fmt::format("probe{}-", ++rounds);
  const int file = ::open(server.decisions().c_str(), O_RDONLY | O_CLOEXEC);
  ::lseek(file, 0, SEEK_END);
  Connection connection(server.port());
  std::vector<double> times;
  std::string seen;
  char piece[65'536];
  for (int probe = 0; probe < kProbes; ++probe) {
    const std::string user = fmt::format("{}{}", name, probe), wanted = "\"user\":\"" + user + "\"";
    const auto sent = Clock::now();
    connection.post("{\"batch\":[" + play(user, next_number++) + "]}");
    for (seen.clear(); seen.find(wanted) == std::string::npos;) {
      const ssize_t got = ::read(file, piece, sizeof piece);
      if (got > 0) seen.erase(0, seen.size() > 1'000 ? seen.size() - 1'000 : 0).append(piece, static_cast<size_t>(got));
      else std::this_thread::sleep_for(std::chrono::microseconds(100));
      if (Clock::now() - sent > std::chrono::seconds(30)) stop("no decision");
    }
    times.push_back(ms(Clock::now() - sent));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ::close(file);
  return times;
}

// The median of each column over the rounds.
class Table {
 public:
  void add(const std::string& row, const std::vector<double>& values) {
    if (rows_.find(row) == rows_.end()) order_.push_back(row);
    std::vector<std::vector<double>>& columns = rows_[row];
    columns.resize(values.size());
    for (size_t i = 0; i < values.size(); ++i) columns[i].push_back(values[i]);
  }
  void print() const {
    std::printf("%-44s %12s %10s %10s\n", "", "events/s", "p50 ms", "p99 ms");
    for (const std::string& row : order_) {
      std::string line = fmt::format("{:<44}", row);
      for (size_t i = 0; i < rows_.at(row).size(); ++i) {
        const double value = bench::median(rows_.at(row)[i]);
        line += i == 0 ? value < 0 ? fmt::format(" {:>12}", "") : fmt::format(" {:>12.0f}", value) : fmt::format(" {:>10.2f}", value);
      }
      std::printf("%s\n", line.c_str());
    }
  }

 private:
  std::map<std::string, std::vector<std::vector<double>>> rows_;
  std::vector<std::string> order_;
};

// The log grows to its cap, and then the oldest of it is let go; just before is the worst moment.
void worst_restart(Server& server) {
  constexpr uint64_t kCap = 256 << 20, kNearly = kCap / 100 * 95;
  constexpr int kRestarts = 3;
  std::vector<double> times;
  uint64_t bytes = 0;
  for (int round = 0; round < kRestarts; ++round) {
    load(server.port(), 256, [&] {
      const auto begin = Clock::now();
      while (server.log_bytes() < kNearly) {
        if (Clock::now() - begin > std::chrono::minutes(10)) stop("the log does not come near its cap");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    });
    server.end(SIGKILL);
    bytes = server.log_bytes();
    const auto begin = Clock::now();
    server.begin();
    times.push_back(ms(Clock::now() - begin));
    std::printf("kill -9 with %.0f MB in the log, then ready: %.0f ms\n", static_cast<double>(bytes) / (1 << 20), times.back());
  }
  std::printf("worst restart, median of %d: %.0f ms\n", kRestarts, bench::median(times));
}

}  // namespace

// Without arguments: the table. `worst_restart`: that. BATCH SECONDS: that load alone, for whoever looks at the process meanwhile.
int main(int count, char** words) {
  bench::Folder folder;
  Server server(folder.path);
  server.begin();
  if (count == 3) {
    const Stretch stretch = load(server.port(), std::strtoul(words[1], nullptr, 10), [&] { std::this_thread::sleep_for(std::chrono::seconds(std::atoi(words[2]))); });
    std::printf("%.0f events/s, p50 %.2f ms, p99 %.2f ms\n", stretch.events_a_second, stretch.p50, stretch.p99);
    return 0;
  }
  const auto pass = [] { std::this_thread::sleep_for(kStretch); };
  if (count == 2 && std::string(words[1]) == "worst_restart") return worst_restart(server), 0;
  load(server.port(), 32, pass);   // users and pages are there; not counted
  Table table;
  for (int round = 0; round < kRounds; ++round) {
    for (const size_t batch : {size_t{1}, size_t{32}, size_t{256}}) {
      const Stretch stretch = load(server.port(), batch, pass);
      table.add(fmt::format("16 connections, batches of {}: acknowledged", batch), {stretch.events_a_second, stretch.p50, stretch.p99});
    }
    std::vector<double> times = to_decisions(server);
    table.add("one at a time: to the decision", {-1, quantile(times, 0.5), quantile(times, 0.99)});
    load(server.port(), 1, [&] { times = to_decisions(server); });
    table.add("beside batches of 1: to the decision", {-1, quantile(times, 0.5), quantile(times, 0.99)});
    const uint64_t before = next_number;
    server.end(SIGKILL);
    const auto begin = Clock::now();
    server.begin();
    { Connection(server.port()).post(batch_of(1)); }
    table.add("kill -9, then to the first acknowledgement", {-1, ms(Clock::now() - begin)});
    if (round + 1 == kRounds) std::printf("`wend serve` of examples/tidal_wave, %d users, %llu events at the end; median of %d rounds\n", kUsers, static_cast<unsigned long long>(before), kRounds);
  }
  table.print();
}
