// Projects as wholes: order does not matter, names are found across files, files stay inside, times are resolved.
#include <catch2/catch.hpp>

#include "runtime/abi/zones.h"
#include "tests/unit/sema/project.h"

using wend::sema_test::File;
using wend::sema_test::Project;

namespace {

const std::string channel = R"(
channel push { reaches push_token, consent push_opt_in, content { body text } }
protect users { categories service > promotional }
)";

std::string body_file(const std::string& declaring, const std::string& named, const std::string& present) {
  const Project project({{"base.wend", wend::sema_test::kBase + channel},
                         {declaring, "message hello { category service, push { body file \"" + named + "\" } }"},
                         {present, "Hello"}});
  return project.codes();
}

}  // namespace

TEST_CASE("the order of files and declarations means nothing") {
  const std::string a = "measure m = n + 1\nstates s { evaluate hourly\nx when m > 3\ny otherwise }\n", b = "measure n = count of play ever\naudience w = s is x\n";
  const Project one({{"base.wend", wend::sema_test::kBase}, {"a.wend", a}, {"b.wend", b}});
  const Project two({{"b.wend", b}, {"a.wend", a}, {"base.wend", wend::sema_test::kBase}});
  REQUIRE(one.diagnostics.ok());
  CHECK(wend::print_program(one.program()) == wend::print_program(two.program()));
}

TEST_CASE("a file is named from the folder of the file that names it, and stays in the project") {
  CHECK(body_file("messages/hello.wend", "hello.liquid", "messages/hello.liquid") == "");
  CHECK(body_file("messages/hello.wend", "../texts/hello.liquid", "texts/hello.liquid") == "");
  CHECK(body_file("messages/hello.wend", "../../hello.liquid", "hello.liquid") == "E0705");
  CHECK(body_file("hello.wend", "/etc/passwd", "hello.liquid") == "E0705");
  CHECK(body_file("hello.wend", "a/../../hello.liquid", "hello.liquid") == "E0705");
  CHECK(body_file("hello.wend", "gone.liquid", "hello.liquid") == "E0706");
}

TEST_CASE("a template knows the place of each of its bytes") {
  const std::string text = "message hello { category service, push { body \"a\\\"b\\n{{ plan }}\" } }";
  const Project project({{"base.wend", wend::sema_test::kBase + channel}, {"m.wend", text}});
  REQUIRE(project.analysis.templates.size() == 1);
  const wend::PendingTemplate& pending = project.analysis.templates[0];
  CHECK(pending.text == "a\"b\n{{ plan }}");
  REQUIRE(pending.offsets.size() == pending.text.size() + 1);
  CHECK(text[pending.offsets[0]] == 'a');
  CHECK(text[pending.offsets[1]] == '\\');
  CHECK(text[pending.offsets[2]] == 'b');
  CHECK(text[pending.offsets[4]] == '{');
  CHECK(text[pending.offsets.back()] == '"');
}

TEST_CASE("the times of a test are instants of the project's zone") {
  const Project project = wend::sema_test::with_base(
      "test \"t\" {\n  daily at 02:30 from 2026-03-28 to 2026-03-30 { play { track: \"a\", genre: \"b\", played: 1 minute } }\n"
      "  at 2026-04-01 12:00 user time { expect points is 0 }\n  at 2026-04-02 12:00Z { expect points is 0 }\n}");
  REQUIRE(project.codes() == "");
  const auto& blocks = project.program().tests[0].blocks;
  REQUIRE(blocks[0].instants.size() == 3);
  CHECK(wend::format_instant(blocks[0].instants[0].instant_us) == "2026-03-28T01:30:00Z");
  CHECK(wend::format_instant(blocks[0].instants[1].instant_us) == "2026-03-29T01:00:00Z");  // 02:30 does not exist that day
  CHECK(wend::format_instant(blocks[0].instants[2].instant_us) == "2026-03-30T00:30:00Z");
  CHECK(blocks[1].instants[0].user_time);
  CHECK(wend::format_instant(blocks[2].instants[0].instant_us) == "2026-04-02T12:00:00Z");
}

TEST_CASE("odd millionths go to the first variants") {
  const Project project = wend::sema_test::with_base("experiment e { variants { a, b, c } }");
  REQUIRE(project.codes() == "");
  const auto& variants = project.program().experiments[0].variants;
  CHECK(variants[0].millionths == 333334);
  CHECK(variants[1].millionths == 333333);
  CHECK(variants[0].millionths + variants[1].millionths + variants[2].millionths == 1000000);
}

TEST_CASE("a cycle of names is told with its path, once") {
  const Project project = wend::sema_test::with_base("measure a = b + 1\nmeasure b = c + 1\nmeasure c = a + 1\naudience d = a > 3");
  REQUIRE(project.diagnostics.error_count() >= 1);
  CHECK(project.codes() == "E0411");
  CHECK(project.diagnostics.all()[0].message.find("a → b → c → a") != std::string::npos);
}

TEST_CASE("a long chain of names is no deep recursion") {
  const auto chain = [](int length) {
    std::string text = "measure m0 = 1\n";
    for (int i = 1; i < length; ++i) text += "measure m" + std::to_string(i) + " = m" + std::to_string(i - 1) + "\n";
    return wend::sema_test::codes(text);
  };
  CHECK(chain(4096) == "");
  CHECK(chain(20000) == "E0427");   // reading the last would evaluate them all
}

TEST_CASE("what is read many times over is refused where it grows too large, once") {
  std::string text = "measure m0 = count of play ever\n";
  for (int i = 1; i < 40; ++i) text += "measure m" + std::to_string(i) + " = m" + std::to_string(i - 1) + " + m" + std::to_string(i - 1) + "\n";
  CHECK(wend::sema_test::codes(text) == "E0427");
}

TEST_CASE("no project, no profile, no crash") {
  CHECK(Project(std::vector<File>{}).codes() == "E0205 E0207");
  CHECK(Project(std::vector<File>{{"a.wend", "journey j { enter on x\nstep s { send m } }"}}).diagnostics.error_count() > 0);
}

TEST_CASE("user names are found and read") {
  const Project project = wend::sema_test::with_base("measure m = count of play ever\nstates s { evaluate hourly\nx when m > 3\ny otherwise }\naudience w = s is x");
  REQUIRE(project.diagnostics.ok());
  const wend::UserNames names(project.program());
  const auto read = [&](const char* name) { return wend::print_expr(project.program(), *wend::read_user_name(project.program(), *names.find(name), {})); };
  CHECK(read("m") == "measure m");
  CHECK(read("s") == "state s");
  CHECK(read("w") == "audience w");
  CHECK(read("country") == "attribute country");
  CHECK_FALSE(names.find("play").has_value());
}
