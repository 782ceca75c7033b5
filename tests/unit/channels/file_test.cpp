// The file and the console connector.
#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <set>
#include <thread>

#include "support.h"

using namespace wend;
using namespace wend::test;

namespace {

std::unique_ptr<Connector> to_file(const std::string& path) {
  std::vector<std::string> problems;
  return make_file({.path = path}, standing_clock, problems);
}

}  // namespace

TEST_CASE("every connector stands in the table") {
  std::string names;
  for (const ConnectorRow& row : connector_rows()) names += std::string(row.name) + " ";
  CHECK(names == "file console webhook smtp sendgrid ses twilio fcm apns slack ");
  CHECK(find_connector("webhook")->takes_once);
  CHECK_FALSE(find_connector("twilio")->takes_once);
  CHECK(find_connector("fax") == nullptr);
}

TEST_CASE("a message is one JSON line, and the next one comes behind it") {
  const Folder folder;
  const auto connector = to_file(folder.path("out"));
  Delivery delivery = weekly_mix("ann@example.com", {{"subject", "Your \"mix\"\n"}, {"body", "<p>Caf\xc3\xa9</p>"}});
  CHECK(told(connector->deliver(delivery)) == "delivered");
  delivery.valid_until_us = kNowUs;
  delivery.content.clear();
  delivery.attempt = 2;
  CHECK(told(connector->deliver(delivery)) == "delivered");
  CHECK(read_file(folder.path("out")) ==
        R"({"id":"0123456789abcdef0123456789abcdef","channel":"email","to":"ann@example.com","message":"weekly_mix","category":"lifecycle","valid_until":null,"content":{"subject":"Your \"mix\"\n","body":"<p>Café</p>"}})"
        "\n"
        R"({"id":"0123456789abcdef0123456789abcdef","channel":"email","to":"ann@example.com","message":"weekly_mix","category":"lifecycle","valid_until":"2026-03-01T10:00:00Z","content":{}})"
        "\n");
  struct stat about {};
  ::stat(folder.path("out").c_str(), &about);
  CHECK((about.st_mode & 077) == 0);
}

TEST_CASE("a file that was moved away is made anew") {
  const Folder folder;
  const auto connector = to_file(folder.path("out"));
  connector->deliver(weekly_mix("a", {}));
  std::rename(folder.path("out").c_str(), folder.path("old").c_str());
  connector->deliver(weekly_mix("b", {}));
  CHECK(read_file(folder.path("old")).find("\"to\":\"a\"") != std::string::npos);
  CHECK(read_file(folder.path("out")).find("\"to\":\"b\"") != std::string::npos);
}

TEST_CASE("a file that cannot be opened or written is a failure for now") {
  const Folder folder;
  CHECK(told(to_file(folder.path("none/out"))->deliver(weekly_mix("a", {}))) == "failed for now: file cannot be opened");
  CHECK(told(to_file("/dev/full")->deliver(weekly_mix("a", {}))) == "failed for now: file cannot be written");
  std::vector<std::string> problems;
  CHECK_FALSE(make_file({}, standing_clock, problems));
  CHECK(problems == std::vector<std::string>{"file: the path is missing"});
}

TEST_CASE("a line that could not be finished ends before the next one begins, whoever began it") {
  const Folder folder;
  rlimit before{}, small{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  small = before;
  small.rlim_cur = 20;
  std::signal(SIGXFSZ, SIG_IGN);
  {
    const auto connector = to_file(folder.path("out"));
    ::setrlimit(RLIMIT_FSIZE, &small);
    const std::string outcome = told(connector->deliver(weekly_mix("a", {})));
    ::setrlimit(RLIMIT_FSIZE, &before);
    CHECK(outcome == "failed for now: file cannot be written");
    CHECK(told(connector->deliver(weekly_mix("b", {}))) == "delivered");
  }
  const std::string out = read_file(folder.path("out"));
  CHECK(out.substr(0, 27) == "{\"id\":\"0123456789abc\n{\"id\":");
  CHECK(out.back() == '\n');
  folder.write("torn", "{\"id\":");
  CHECK(told(to_file(folder.path("torn"))->deliver(weekly_mix("b", {}))) == "delivered");
  CHECK(read_file(folder.path("torn")).substr(0, 13) == "{\"id\":\n{\"id\":");
}

TEST_CASE("threads do not mix their lines") {
  const Folder folder;
  const auto connector = to_file(folder.path("out"));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) connector->deliver(weekly_mix(std::to_string(t * 100 + i), {{"body", std::string(5000, 'x')}}));
    });
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> to;
  std::stringstream lines(read_file(folder.path("out")));
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    CHECK(line.substr(line.size() - 4) == "x\"}}");
    to.insert(line.substr(0, 100));
  }
  CHECK(count == 100);
  CHECK(to.size() == 100);
}

TEST_CASE("a deadline that has passed writes nothing") {
  const Folder folder;
  Delivery delivery = weekly_mix("a", {});
  delivery.deadline = {};
  CHECK(told(to_file(folder.path("out"))->deliver(delivery)) == "failed for now: deadline");
  CHECK(read_file(folder.path("out")).empty());
}

TEST_CASE("the console shows a message, and nothing in it moves the cursor") {
  const Folder folder;
  std::FILE* out = std::fopen(folder.path("out").c_str(), "w");
  std::vector<std::string> problems;
  const auto connector = make_console({.out = out}, standing_clock, problems);
  CHECK(told(connector->deliver(weekly_mix("ann", {{"title", "Your mix"}, {"body", "a\x1b[2J\nb"}}))) == "delivered");
  std::fclose(out);
  CHECK(read_file(folder.path("out")) ==
        "email to ann: weekly_mix (lifecycle), 0123456789abcdef0123456789abcdef\n  title: Your mix\n  body: a\xef\xbf\xbd[2J b\n");
}
