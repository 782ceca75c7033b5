// Journeys: the way through the steps, what is known of the entering event, and what a send needs.
#include <catch2/catch.hpp>

#include "tests/unit/sema/project.h"

namespace {

const std::string around = R"(
channel push { reaches push_token, consent push_opt_in, content { body text } }
protect users { categories service > promotional }
message hello { category service, push { body "Hello" } }
message deal { category promotional, with percent int, push { body "{{ percent }} off" } }
)";

std::string journey(const std::string& members) { return wend::sema_test::codes(around + "journey j {\n" + members + "\n}\n"); }
std::string steps(const std::string& text) { return journey("enter on purchase\n" + text); }

}  // namespace

TEST_CASE("a cycle needs a wait on every way round") {
  CHECK(steps("step a { send hello, wait 1 day, go to a }") == "");
  CHECK(steps("step a { send hello, go to a }") == "E0603");
  CHECK(steps("step a { wait for play up to 1 day { then go to a } }") == "");
  CHECK(steps("step a { wait until 09:00, go to b }\nstep b { go to a }") == "");
  CHECK(steps("step a { if plan is free { wait 1 day } }\nstep b { go to a }") == "E0603");
  CHECK(steps("step a { go to b }\nstep b { go to c }\nstep c { if plan is free { go to a } }") == "E0603");
}

TEST_CASE("what nobody reaches is told once") {
  CHECK(steps("step a { finish }\nstep b { send hello }") == "E0604");
  CHECK(steps("step a { if plan is free { finish } else { leave } }\nstep b { send hello }") == "E0604");
  CHECK(steps("step a { leave, send hello, send hello }") == "E0605");
  CHECK(steps("step a { if plan is free { finish } else { leave }, send hello }") == "E0605");
}

TEST_CASE("the entering event is known as far as its entries say") {
  const std::string step = "\nstep a { if entry.items > 3 { finish } }";
  CHECK(journey("enter on purchase" + step) == "E0302");
  CHECK(journey("enter on purchase where items is known" + step) == "");
  CHECK(journey("enter on purchase\nonly if entry.items is known" + step) == "");
  CHECK(journey("enter on purchase where items is known\nenter on play" + step) == "E0302");
  CHECK(journey("enter on play\nenter when plan is free\nstep a { if entry.genre > \"a\" { finish } }") == "E0302");
}

TEST_CASE("what is known of a user is forgotten at a wait") {
  CHECK(steps("step a { if rating is unknown { leave }\nif rating > 3 { finish } }") == "");
  CHECK(steps("step a { if rating is unknown { leave }\nwait 1 day\nif rating > 3 { finish } }") == "E0302");
}

TEST_CASE("a send gives every parameter, of its type, and no other") {
  CHECK(steps("step a { send deal with percent: 10 }") == "");
  CHECK(steps("step a { send deal }") == "E0608");
  CHECK(steps("step a { send deal with percent: \"ten\" }") == "E0301");
  CHECK(steps("step a { send hello with percent: 10 }") == "E0609");
}

TEST_CASE("sends are numbered within their step as written") {
  const auto project = wend::sema_test::with_base(around + "journey j { enter on purchase\nstep a { if plan is free { send hello } else { send hello }\nsend hello }\nstep b { send hello } }");
  REQUIRE(project.diagnostics.ok());
  const auto& all = project.program().journeys[0].steps;
  CHECK(std::get<wend::SendStmt>(all[0].body[1].node).site == 3);
  CHECK(std::get<wend::SendStmt>(all[1].body[0].node).site == 1);
}

TEST_CASE("waits are bounded") {
  CHECK(steps("step a { wait 731 days }") == "");
  CHECK(steps("step a { wait 732 days }") == "E0607");
  CHECK(steps("step a { wait 0 days }") == "E0311");
}

TEST_CASE("of the newer waits only the time that ran out is sure") {
  CHECK(steps("step a { wait until plan is premium up to 1 day { then go to a } }") == "E0603");
  CHECK(steps("step a { wait until plan is premium up to 1 day, go to a }") == "E0603");
  CHECK(steps("step a { wait until plan is premium up to 1 day { then finish, else go to a } }") == "");
  CHECK(steps("step a { wait until date 2026-11-27, if past skip\ngo to a }") == "E0603");
  CHECK(steps("step a { split \"x\" { 10% { go to a } 90% { wait 1 day } } }") == "E0603");
  CHECK(steps("step a { choose first { when plan is free { wait 1 day } otherwise { wait 2 days } }\ngo to a }") == "");
  CHECK(steps("step a { choose first { when plan is free { wait 1 day } }\ngo to a }") == "E0603");
}

TEST_CASE("behind a choice that always leaves nothing is reached") {
  CHECK(steps("step a { choose first { when plan is free { finish } otherwise { leave } }\nsend hello }") == "E0605");
  CHECK(steps("step a { choose first { when plan is free { finish } }\nsend hello }") == "");
  CHECK(steps("step a { choose first { otherwise { wait 1 day }, when plan is free { finish } } }") == "E0605");
  CHECK(steps("step a { choose first { otherwise { wait 1 day }, otherwise { finish } } }") == "E0209");
  CHECK(steps("step a { split \"x\" { 50% { finish } 50% { leave } }\nsend hello }") == "E0605");
  CHECK(steps("step a { split \"x\" { 50% { finish } 50% { send hello } }\nsend hello }") == "");
}

TEST_CASE("an arm knows what its condition says, and that those above did not hold") {
  CHECK(steps("step a { choose first { when rating is unknown { leave } when rating > 3 { finish } } }") == "");
  CHECK(steps("step a { choose first { when rating is known { wait 1 day } when rating > 3 { finish } } }") == "E0302");
}

TEST_CASE("a key is over the entering event, and never unknown") {
  const std::string step = "\nstep a { wait 1 day }";
  CHECK(journey("enter on purchase\none per cart_id" + step) == "");
  CHECK(journey("enter on purchase\none per items" + step) == "E0302");
  CHECK(journey("enter on purchase where items is known\none per items" + step) == "");
  CHECK(journey("enter on purchase\none per items or else 0" + step) == "");
  CHECK(journey("enter on purchase\nenter on play\none per cart_id" + step) == "E0210");
  CHECK(journey("enter on purchase\none per count of play ever" + step) != "");
  CHECK(journey("enter on purchase\none per cart_id, at most 0 at once" + step) == "E0626");
}

TEST_CASE("a date may be unknown as a whole") {
  CHECK(journey("enter on date birth_date - 7 days at 09:00 yearly\nstep a { wait 1 day }") == "");
  CHECK(steps("step a { wait until date birth_date, if past skip }") == "E0621");
  CHECK(steps("step a { wait until date birth_date or else 2026-01-01, if past skip }") == "");
  CHECK(steps("step a { if birth_date is known { wait until date birth_date + 1 days, if past skip } }") == "");
  CHECK(steps("step a { wait until date plan, if past skip }") == "E0301");
  CHECK(steps("step a { wait until date 2026-11-27, if past skip, if past leave }") == "E0135");
  CHECK(journey("enter on date today\nstep a { wait 1 day }") == "E0631");
}

TEST_CASE("a goal needs someone inside, or to be watched on") {
  CHECK(steps("goal has play since entry\nstep a { send hello }") == "W0601");
  CHECK(steps("goal has play since entry within 2 days of entry\nstep a { send hello }") == "");
  CHECK(steps("goal has play since entry\nstep a { wait until plan is premium up to 1 day }") == "");
}

TEST_CASE("an older step is said once, of one that is gone") {
  CHECK(steps("step a renamed from z { wait 1 day }\nremoved y: go to a\nremoved x: leave") == "");
  CHECK(steps("step a renamed from z { wait 1 day }\nremoved z: leave") == "E0209");
  CHECK(steps("step a { wait 1 day }\nremoved a: leave") == "E0628");
  CHECK(steps("step a { wait 1 day }\nremoved b: go to c") == "E0201");
}
