// `wend explain --user` as an operator types it: over the store of a server that has stopped, and asking one that runs.
#include <map>
#include <mutex>

#include "compiler/service/programs.h"
#include "compiler/service/service.h"
#include "runtime/engine/desk.h"
#include "runtime/engine/ingest.h"
#include "runtime/http/server.h"
#include "test_paths.h"
#include "tests/golden/cli/fixture.h"
#include "tests/unit/store/store_world.h"

using namespace wend;
using namespace wend::test;

namespace {

const char* const kProject = R"(project shop { time zone "UTC" }
profile {
  identity user_id, anonymous_id many
  email text?
  wants_email bool = false
}
event sign_up { }
channel email { reaches email, consent wants_email, content { subject text } }
protect everyone { categories promotional }
message hello { category promotional, email { subject "Hello" } }
journey welcome {
  enter on sign_up
  step one { send hello }
}
)";

std::string told(const Folder& folder, const std::string& command) {
  golden::CliCase test;
  test.commands.push_back("wend " + command + " -C " + folder.path);
  return run_cli_case(test, WEND_BINARY_DIR "/wend");
}

// A server that ran over that folder, let Ada in, and stopped.
void leave_a_store(const std::string& folder) {
  const std::unique_ptr<Store> store = open(folder);
  Project project = Project::from_texts({{"project.wend", kProject}});
  REQUIRE(project.ok());
  const ProgramFiles files = program_files(project);
  ProgramRecord record{{hash_of(files)}, {}, 0};
  Batch batch;
  REQUIRE_FALSE(keep_files(*store, files, batch));
  keep_live(record, nullptr, batch);
  REQUIRE_FALSE(store->write(batch, true));
  Dispatcher dispatcher({}, Dispatcher::Clocks{[] { return int64_t{0}; }});
  Desk desk({compile(project.program(), Tier::fast_compile), record, {}}, std::nullopt, *store, dispatcher, {}, {});
  Arrivals arrivals{std::make_unique<Intake>(desk.module()), {}, 1'767'254'400'000'000};
  Arrival arrival;
  arrival.raw = R"({"type":"track","userId":"ada","event":"sign_up","timestamp":"2026-01-01T08:00:00Z"})";
  read_text(arrival.raw, "-", false, *arrivals.intake);
  arrival.record = arrivals.intake->log.events().front().record;
  arrival.timestamp = arrivals.intake->log.events().front().at;
  arrivals.items.push_back(std::move(arrival));
  REQUIRE(desk.take(arrivals).applied == 1);
  desk.commit();
}

// An admin door that answers as it is told and keeps what it was asked.
struct Door {
  std::mutex mutex;
  std::vector<HttpIn> asked;
  HttpOut answer;
  std::unique_ptr<HttpServer> server;
  Door() {
    std::string trouble;
    server = HttpServer::open({}, "127.0.0.1", 0, [this](HttpIn in, HttpServer::Reply reply) {
      const std::lock_guard lock(mutex);
      asked.push_back(std::move(in));
      reply(answer);
    }, trouble);
    REQUIRE(server);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server->port()); }
};

}  // namespace

TEST_CASE("wend explain reads the store of a server that has stopped, by the program in it, and leaves it as it was") {
  const Folder folder;
  leave_a_store(folder.at("data"));
  const std::string first = told(folder, "explain --user ada --message hello --store data");
  INFO(first);
  CHECK(first.find("exit 0") != std::string::npos);
  CHECK(first.find("hello was not sent to ada: they have not agreed to email\n  project.wend:8  channel email\n") != std::string::npos);
  CHECK(first.find("sign_up came in") != std::string::npos);
  CHECK(told(folder, "explain --user ada --message hello --store data") == first);   // the epoch is not raised, nothing is claimed
  CHECK(told(folder, "explain --user ada --message hello --store data --format json").find("\"answer\":\"not_sent\"") != std::string::npos);
  CHECK(told(folder, "explain --user ada --message hello --store data --at 2025-12-31").find("hello was never up for ada") != std::string::npos);
}

TEST_CASE("wend explain says what is wrong with what it was given") {
  const Folder folder;
  leave_a_store(folder.at("data"));
  const auto says = [&](const std::string& command, const std::string& text) {
    const std::string result = told(folder, command);
    INFO(result);
    CHECK(result.find(text) != std::string::npos);
  };
  says("explain --user bob --store data", "exit 1");
  says("explain --user bob --store data", "nobody is known as bob");
  says("explain --user ada --message goodbye --store data", "the program has no message goodbye");
  says("explain --user ada --at soon --store data", "`--at` cannot be `soon`");
  says("explain --user ada --store nowhere", "exit 5");
  says("explain --user ada --store data --token env:T", "goes without `--server` and `--token`");
  says("explain E0214 --user ada", "not both");
  says("explain E0214 --message hello", "`--message` goes with `--user`");
  says("explain --user ada --token secret", "never as it is");
  for (const char* command : {"explain --user ..", "export .", "erase .. --yes-erase .."}) says(command, "which is a way up");
  says("explain --user ada --server ftp://127.0.0.1", "`--server`: ");
  const std::unique_ptr<Store> taken = open(folder.at("data"));
  says("explain --user ada --store data", "a server that runs answers itself");
}

TEST_CASE("wend explain asks a running server, with its token, and shows the proof as it came") {
  const Folder folder;
  std::ofstream(folder.at("token")) << "s3cret\n";
  fs::permissions(folder.at("token"), fs::perms::owner_read);
  Door door;
  door.answer.body = R"({"answer":"sent","user":"ada","message":"hello","id":"","verdict":"hello was sent to ada by email","decided_by":null,"time_zone":"UTC","sections":[],"untold":[]})";
  const std::string result = told(folder, "explain --user a?d%a/ö --message hello --at 2026-01-01T08:00Z --server " + door.url() + " --token file:token");
  INFO(result);
  CHECK(result.find("exit 0\n--- stdout\nhello was sent to ada by email\n") != std::string::npos);
  REQUIRE(door.asked.size() == 1);
  CHECK(door.asked[0].method == "GET");
  CHECK(door.asked[0].path == "/v1/users/a%3Fd%25a%2F%C3%B6/explain");
  CHECK(door.asked[0].query == "message=hello&at=2026-01-01T08%3A00Z");
  CHECK(door.asked[0].header("authorization") == "Bearer s3cret");
}

TEST_CASE("a server that refuses, or is not there, is told of in its own words") {
  const Folder folder;
  std::string url;
  {
    Door door;
    url = door.url();
    door.answer = problem(401, "no entry", "send the token");
    CHECK(told(folder, "explain --user ada --server " + url).find("exit 5\n--- stderr\nerror: no entry: send the token\n") != std::string::npos);
    door.answer = problem(404, "no such user", "nobody has it");
    CHECK(told(folder, "explain --user ada --server " + url).find("exit 1\n--- stderr\nerror: no such user: nobody has it\n") != std::string::npos);
    door.answer = HttpOut();
    door.answer.body = "{}";
    CHECK(told(folder, "explain --user ada --server " + url).find("does not answer as a server of this version") != std::string::npos);
  }
  CHECK(told(folder, "explain --user ada --server " + url).find("nothing listens at " + url) != std::string::npos);
}
