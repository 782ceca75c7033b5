// The proof over files says what the proof of a server says, as far as no provider is asked.
#include <catch2/catch.hpp>

#include "compiler/service/service.h"
#include "runtime/abi/zones.h"
#include "runtime/hosts/explain_events.h"

using namespace wend;

namespace {

std::shared_ptr<const Module> module_of() {
  const Project project = Project::from_texts({{"project.wend", R"wend(
project p { time zone "UTC" }
profile { identity user_id, anonymous_id many, email text?, agreed bool = false }
event order
event visit
channel email { reaches email, consent agreed, content { subject text } }
message thanks { category service, email { subject "Thanks" } }
protect all { categories service, at most 1 message in 2 days }
journey thank {
  enter on order
  re-enter always
  step say { wait 1 hour, send thanks }
}
)wend"}});
  REQUIRE(project.ok());
  return compile(project.program(), Tier::fast_compile);
}

const std::string kLog =
    R"({"type":"track","event":"visit","anonymousId":"x1","timestamp":"2026-01-05T08:00:00Z"})" "\n"
    R"({"type":"track","event":"order","userId":"ben","timestamp":"2026-01-05T09:00:00Z"})" "\n"
    R"({"type":"identify","userId":"ada","anonymousId":"x1","timestamp":"2026-01-05T10:00:00Z","traits":{"email":"ada@example.org","agreed":true}})" "\n"
    R"({"type":"track","event":"order","userId":"ada","timestamp":"2026-01-05T12:00:00Z"})" "\n"
    R"({"type":"track","event":"order","userId":"ada","timestamp":"2026-01-06T12:00:00Z"})" "\n"
    R"({"type":"track","event":"visit","userId":"ben","timestamp":"2026-01-08T12:00:00Z"})" "\n";

Proof ask(const std::string& user, const std::string& message = "", std::optional<int64_t> at = {}) {
  const auto module = module_of();
  const ExplainedEvents explained = explain_events_text(*module, kLog, {}, {user, message, at});
  REQUIRE_FALSE(explained.error);
  REQUIRE(explained.proof);
  return *explained.proof;
}

std::vector<std::string> steps(const Proof& proof) {
  std::vector<std::string> out;
  for (const ProofStep& step : proof.sections.at(0).steps) if (!step.inside) out.push_back(step.text);
  return out;
}

int64_t instant(const std::string& text) {
  int64_t at = 0;
  REQUIRE(parse_instant(text, *find_zone("UTC"), at));
  return at;
}

}  // namespace

TEST_CASE("a message that a cap stopped in a file is proved with the send that filled it") {
  const Proof proof = ask("ada", "thanks");
  CHECK(proof.answer == Proof::Answer::not_sent);
  CHECK(proof.verdict == "thanks was not sent to ada: a cap was full");
  CHECK(proof.decided_by.text == "at most 1 message in 2 days");
  CHECK(steps(proof) == std::vector<std::string>{"order came in", "entered thank", "step say", "waited 1 hour", "thanks is not sent: a cap was full"});
}

TEST_CASE("an earlier instant is asked of the events up to it") {
  const Proof proof = ask("ada", "thanks", instant("2026-01-05T20:00:00Z"));
  CHECK(proof.answer == Proof::Answer::sent);
  CHECK(proof.verdict == "thanks was sent to ada by email");
  CHECK(ask("ada", "thanks", instant("2026-01-05T11:00:00Z")).answer == Proof::Answer::not_reached);
}

TEST_CASE("who was anonymous is asked for by either name, and nobody else's events are theirs") {
  CHECK(ask("x1", "thanks").verdict == "thanks was not sent to ada: a cap was full");
  CHECK(ask("ben", "thanks").verdict == "thanks was not sent to ben: they have not agreed to email");
  CHECK(ask("nobody").answer == Proof::Answer::nobody);
  CHECK(ask("ada", "thanx").answer == Proof::Answer::no_message);
}

TEST_CASE("a log without events, and one that cannot be read, are told") {
  const auto module = module_of();
  CHECK(explain_events_text(*module, "", {}, {"ada", "", {}}).proof->answer == Proof::Answer::nobody);
  BatchOptions options;
  options.files.push_back({"/nowhere/events.ndjson", "", "", ""});
  const ExplainedEvents explained = explain_events(*module, options, {"ada", "", {}});
  REQUIRE(explained.error);
  CHECK(explained.error->exit_code == 5);
}
