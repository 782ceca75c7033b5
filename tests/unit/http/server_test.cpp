// Connections: kept, pipelined, bounded in number and time, drained; and answers that come late, twice or never.
#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "tests/unit/http/client.h"

using namespace wend;
using namespace wend::test;
using std::chrono::milliseconds;

namespace {
using Clock = std::chrono::steady_clock;

// Replies that a test gives when it wants to.
struct Later {
  std::mutex mutex;
  std::condition_variable came;
  std::vector<HttpServer::Reply> replies;

  HttpServer::Handler handler() {
    return [this](HttpIn, HttpServer::Reply reply) {
      const std::lock_guard lock(mutex);
      replies.push_back(std::move(reply));
      came.notify_all();
    };
  }
  HttpServer::Reply take() {
    std::unique_lock lock(mutex);
    came.wait(lock, [this] { return !replies.empty(); });
    HttpServer::Reply reply = std::move(replies.front());
    replies.erase(replies.begin());
    return reply;
  }
};
}  // namespace

TEST_CASE("a connection is kept until the client says close") {
  Echo echo;
  Client client(echo.port());
  for (int i = 0; i < 5; ++i) {
    const Answer answer = client.ask(get("/" + std::to_string(i)));
    CHECK(answer.body == "GET /" + std::to_string(i) + "|");
    CHECK(answer.field("Connection") == "");
  }
  CHECK(client.ask(get("/end", "Connection: keep-alive, Close\r\n")).field("Connection") == "close");
  CHECK(client.is_closed());
  CHECK(echo.server->counts().connections == 1);
}

TEST_CASE("pipelined requests are answered in order, each its own") {
  Later later;
  const auto server = open(later.handler());
  Client client(server->port());
  client.send(get("/1") + post("/2", "{}") + get("/3", "Connection: close\r\n") + get("/4"));
  for (int i = 1; i <= 3; ++i) {
    later.take()({200, "text/plain", std::to_string(i), {}});
    CHECK(client.read().body == std::to_string(i));
  }
  CHECK(client.is_closed());
  CHECK(server->counts().requests == 3);
}

TEST_CASE("many small requests in one piece, and one large one behind") {
  Echo echo;
  Client client(echo.port());
  std::string all;
  for (int i = 0; i < 2000; ++i) all += get("/x");
  const std::string large(500'000, 'b');
  std::thread sender([&] { client.send(all + post("/y", large)); });
  for (int i = 0; i < 2000; ++i) REQUIRE(client.read().status == 200);
  CHECK(client.read().body == "POST /y|" + large);
  sender.join();
}

TEST_CASE("an answer may come from another thread, after the handler has returned; only the first counts") {
  Later later;
  const auto server = open(later.handler());
  Client client(server->port());
  client.send(get("/"));
  std::thread([&] {
    const HttpServer::Reply reply = later.take();
    reply({201, "text/plain", "first", {}});
    reply({500, "text/plain", "second", {}});
  }).join();
  CHECK(client.read().body == "first");
  client.send(get("/"));
  later.take()({200, "text/plain", "next", {}});
  CHECK(client.read().body == "next");
}

TEST_CASE("a reply let go of, a handler that throws: 500") {
  const auto server = open([](HttpIn in, HttpServer::Reply reply) {
    if (in.path == "/throws") throw std::runtime_error("secret");
    if (in.path == "/no_memory") throw std::bad_alloc();
    if (in.path == "/throws_after") { reply({}); throw 7; }
  });
  Client client(server->port());
  CHECK(client.ask(get("/forgets")).status == 500);
  const Answer answer = client.ask(get("/throws"));
  CHECK(answer.status == 500);
  CHECK(answer.body.find("secret") == std::string::npos);
  CHECK(client.ask(get("/throws_after")).status == 200);
  const Answer later = client.ask(get("/no_memory"));
  CHECK(later.status == 503);
  CHECK(later.field("Retry-After") == "5");
}

TEST_CASE("a handler that does not answer in time: 503 with Retry-After, and what it says later is dropped") {
  HttpServer::Limits limits;
  limits.answer_within = milliseconds(20);
  Later later;
  const auto server = open(later.handler(), limits);
  Client client(server->port());
  const Answer answer = client.ask(get("/"));
  CHECK(answer.status == 503);
  CHECK(answer.field("Retry-After") != "");
  CHECK(client.is_closed());
  later.take()({});
}

TEST_CASE("HEAD has the head of GET and no body; 204 has neither length nor body") {
  const auto server = open([](HttpIn in, HttpServer::Reply reply) {
    in.path == "/none" ? reply({204, "", "", {}}) : reply({200, "text/plain", "hello", {}});
  });
  Client client(server->port());
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  const Answer head = client.read(true);
  CHECK(head.field("Content-Length") == "5");
  const Answer none = client.ask(get("/none"));
  CHECK(none.status == 204);
  CHECK(none.field("Content-Length") == "");
  CHECK(client.ask(get("/")).body == "hello");
}

TEST_CASE("a header of an answer cannot hold a line end") {
  const auto server = open([](HttpIn, HttpServer::Reply reply) {
    reply({200, "text/plain", "x", {{"X-Good", "1"}, {"X-Bad", "1\r\nX-Evil: 2"}, {"X\r\nY", "3"}, {"", "4"}}});
  });
  Client client(server->port());
  const Answer answer = client.ask(get("/"));
  CHECK(answer.field("X-Good") == "1");
  CHECK(answer.head.find("Evil") == std::string::npos);
  CHECK(answer.head.find("Y: 3") == std::string::npos);
}

TEST_CASE("slow clients: 408 for half a head or half a body, and others are served meanwhile") {
  HttpServer::Limits limits;
  limits.head_within = limits.body_within = milliseconds(50);
  Echo echo(limits);
  Client head(echo.port()), body(echo.port());
  head.send("POST /x HTTP/1.1\r\nHo");
  body.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
  CHECK(say(echo, get("/other")).status == 200);
  CHECK(head.read().status == 408);
  CHECK(body.read().status == 408);
  CHECK(echo.got().size() == 1);
}

TEST_CASE("a connection on which nothing comes is closed without a word") {
  HttpServer::Limits limits;
  limits.idle = milliseconds(20);
  Echo echo(limits);
  Client client(echo.port());
  CHECK(client.read().status == 0);
  CHECK(echo.server->counts().by_status.empty());
}

TEST_CASE("a client that sends a byte now and then gains nothing") {
  HttpServer::Limits limits;
  limits.head_within = milliseconds(100);
  limits.linger = milliseconds(5'000);   // the answer is read before the bytes that still come break the connection
  Echo echo(limits);
  Client client(echo.port());
  const std::string bytes = "GET / HTTP/1.1\r\nX: " + std::string(10'000, 'a');
  std::thread sender([&] {
    for (char c : bytes) {
      if (!client.send(std::string_view(&c, 1))) break;
      std::this_thread::sleep_for(milliseconds(2));
    }
  });
  CHECK(client.read().status == 408);
  CHECK(client.is_closed());
  sender.join();
}

TEST_CASE("a client that does not read its answers is let go of") {
  HttpServer::Limits limits;
  limits.write_within = milliseconds(50);
  limits.linger = milliseconds(10);
  const auto server = open([](HttpIn, HttpServer::Reply reply) { reply({200, "text/plain", std::string(32'000'000, 'x'), {}}); }, limits);
  Client client(server->port());
  client.send(get("/"));
  while (server->counts().requests == 0) std::this_thread::yield();
  while (server->counts().open > 0) std::this_thread::yield();
  CHECK(server->counts().by_status == std::map<int, uint64_t>{{200, 1}});
}

TEST_CASE("with all places taken by idle connections the one idle longest makes room") {
  HttpServer::Limits limits;
  limits.connections_max = 3;
  limits.threads = 1;   // else who became idle first is a race
  Echo echo(limits);
  Client first(echo.port()), second(echo.port()), third(echo.port());
  CHECK(first.ask(get("/1")).status == 200);    // all three are in, and the first is the last to have become idle
  CHECK(second.ask(get("/2")).status == 200);
  CHECK(third.ask(get("/3")).status == 200);
  CHECK(first.ask(get("/1")).status == 200);
  Client fourth(echo.port());
  CHECK(fourth.ask(get("/4")).status == 200);
  CHECK(second.is_closed());
  CHECK(first.ask(get("/1")).status == 200);
  CHECK(echo.server->counts().evicted == 1);
}

TEST_CASE("with all places taken by requests under way another is refused with 503") {
  HttpServer::Limits limits;
  limits.connections_max = 1;
  Later later;
  const auto server = open(later.handler(), limits);
  Client busy(server->port());
  busy.send(get("/"));
  const HttpServer::Reply reply = later.take();
  Client other(server->port());
  CHECK(other.read().status == 503);
  CHECK(other.is_closed());
  reply({});
  CHECK(busy.read().status == 200);
  CHECK(server->counts().refused == 1);
}

TEST_CASE("when the process has no file descriptor left, an idle connection gives its own") {
  struct OneLeft {
    rlimit before{};
    std::vector<int> taken;
    OneLeft() {
      ::getrlimit(RLIMIT_NOFILE, &before);
      const int free = ::dup(0);
      ::close(free);
      const rlimit few{static_cast<rlim_t>(free) + 1, before.rlim_max};
      ::setrlimit(RLIMIT_NOFILE, &few);
      for (int look = 0; look < 5; ++look) {   // a thread that begins has one for a moment, which then is free, too
        for (int one = ::dup(0); one >= 0; one = ::dup(0)) taken.push_back(one);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
      ::close(taken.back());
      taken.pop_back();
    }
    ~OneLeft() {
      for (const int one : taken) ::close(one);
      ::setrlimit(RLIMIT_NOFILE, &before);
    }
  };
  Echo echo;
  Client idle(echo.port());
  CHECK(idle.ask(get("/1")).status == 200);
  const OneLeft limit;
  Client last(echo.port());
  CHECK(last.ask(get("/2")).status == 200);
  CHECK(idle.is_closed());
  CHECK(echo.server->counts().evicted == 1);
}

TEST_CASE("500 idle connections stop nobody") {
  Echo echo;
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 500; ++i) idle.push_back(std::make_unique<Client>(echo.port()));
  CHECK(say(echo, get("/")).status == 200);
  for (const auto& client : idle) CHECK(client->ask(get("/")).status == 200);
}

TEST_CASE("draining hangs up on the idle, answers what is under way, and lets nobody in") {
  Later later;
  const auto server = open(later.handler());
  Client idle(server->port()), busy(server->port());
  busy.send(get("/"));
  const HttpServer::Reply reply = later.take();
  auto drained = std::async(std::launch::async, [&] { return server->drain(Clock::now() + std::chrono::minutes(5)); });
  CHECK(idle.is_closed());
  reply({200, "text/plain", "done", {}});
  const Answer answer = busy.read();
  CHECK(answer.body == "done");
  CHECK(answer.field("Connection") == "close");
  busy.finish();
  CHECK(drained.get());
  CHECK(server->counts().open == 0);
  CHECK_THROWS(Client(server->port()));
}

TEST_CASE("draining gives up at its deadline") {
  Later later;
  auto server = open(later.handler());
  Client busy(server->port());
  busy.send(get("/"));
  const HttpServer::Reply reply = later.take();
  CHECK_FALSE(server->drain(Clock::now() + milliseconds(10)));
  server.reset();
  CHECK(busy.read().status == 0);
}

TEST_CASE("a reply may be called when the server has gone") {
  Later later;
  auto server = open(later.handler());
  const uint16_t port = server->port();
  Client client(port);
  client.send(get("/"));
  const HttpServer::Reply reply = later.take();
  server.reset();
  CHECK(client.is_closed());
  CHECK_THROWS(Client(port));
  reply({});
}

TEST_CASE("a port that is taken, an address that is none: told in words") {
  Echo echo;
  std::string trouble;
  CHECK(HttpServer::open({}, "127.0.0.1", echo.port(), {}, trouble) == nullptr);
  CHECK(trouble.find("cannot listen on 127.0.0.1:" + std::to_string(echo.port())) == 0);
  CHECK(HttpServer::open({}, "nowhere", 0, {}, trouble) == nullptr);
  CHECK(trouble.find("cannot listen on nowhere:0") == 0);
}

TEST_CASE("what came and what was answered is counted") {
  Echo echo;
  const std::string request = post("/", "{}");
  {
    Client client(echo.port());
    client.ask(request);
    client.ask(request);
  }
  say(echo, "get / HTTP/1.1\r\n\r\n");
  const HttpCounts counts = echo.server->counts();
  CHECK(counts.connections == 2);
  CHECK(counts.requests == 2);
  CHECK(counts.bytes_in == 2 * request.size());
  CHECK(counts.bytes_out > 0);
  CHECK(counts.by_status == std::map<int, uint64_t>{{200, 2}, {400, 1}});
}

TEST_CASE("requests of many threads at once are each answered once") {
  Echo echo;
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&echo, &good, t] {
      Client client(echo.port());
      for (int i = 0; i < 200; ++i) {
        const std::string name = std::to_string(t) + "/" + std::to_string(i);
        if (client.ask(post("/" + name, name)).body == "POST /" + name + "|" + name) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 1600);
}

TEST_CASE("a problem is told as RFC 9457 asks, escaped") {
  const HttpOut out = problem(400, "Bad Request", "a \"quote\"", {{"/batch/1", "no user"}, {"", "else"}});
  CHECK(out.status == 400);
  CHECK(out.type == "application/problem+json");
  CHECK(out.body == R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"a \"quote\"","errors":[{"detail":"no user","pointer":"/batch/1"},{"detail":"else"}]})");
}
