// Across the border of a module: what it sees, what it is given, and where mistakes on either side are told.
#include <catch2/catch.hpp>

#include "tests/unit/sema/project.h"

using wend::sema_test::File;
using wend::sema_test::kBase;
using wend::sema_test::Project;

namespace {

// The base project with `use` lines and a module `m` in a file of its own.
Project with_module(const std::string& host, const std::string& module) {
  return Project({{"base.wend", kBase}, {"host.wend", host}, {"m.wend", module}});
}
std::string codes(const std::string& host, const std::string& module) { return with_module(host, module).codes(); }

const std::string kSays = R"(
channel push { reaches push_token, consent push_opt_in, content { body text } }
message offer { category service, with percent int, push { body "{{ percent }}" } }
message plain { category service, push { body "hello" } }
protect users { categories service }
)";

}  // namespace

TEST_CASE("a module sees its own declarations, what it needs, and the events every project has") {
  const std::string needs = "module m { needs event heard { track text } }\n";
  CHECK(codes("use m with heard: play\n", needs + "measure n = count of heard in last 7 days\nmeasure k = n + count of opened in last 7 days\n") == "");
  CHECK(codes("use m with heard: play\nmeasure mine = count of play ever\n", needs + "measure n = count of heard ever + mine\n") == "E0210");
  CHECK(codes("use m with heard: play\n", needs + "measure n = count of heard ever + points\n") == "E0210");
  CHECK(codes("use m with heard: play\n", needs + "measure n = count of play ever + count of heard ever\n") == "E0201");
  CHECK(codes("use m with heard: play\n", needs + "measure n = distinct heard.genre in last 7 days\n") == "E0212");
  CHECK(codes("use m with heard: play\n", needs + "measure n = count of heard where genre is \"a\" ever\n") == "E0210");
}

TEST_CASE("what a module declares is read from outside by its name in full only") {
  const std::string module = "module m { needs event heard }\nmeasure n = count of heard ever\n";
  CHECK(codes("use m with heard: play\nmeasure k = m.n * 2\naudience a = m.n > 3\n", module) == "");
  CHECK(codes("use m as other with heard: play\nmeasure k = other.n * 2\n", module) == "");
  CHECK(codes("use m with heard: play\nmeasure k = n * 2\n", module) == "E0210");
  CHECK(codes("use m with heard: play\nuse m as two with heard: purchase\nmeasure k = m.n + two.n\n", module) == "");
  CHECK(codes("use m with heard: play\nuse m with heard: purchase\n", module) == "E1305");
}

TEST_CASE("names in decisions are those in full") {
  const Project project = with_module("use m with heard: play\n", "module m { needs event heard }\nmeasure n = count of heard ever\nmeasure m = n\n");
  REQUIRE(project.diagnostics.ok());
  REQUIRE(project.program().measures.size() == 2);
  CHECK(project.program().measures[0].name == "m");
  CHECK(project.program().measures[1].name == "m.n");
}

TEST_CASE("a mistake inside a module is told there, once, with the line that uses it") {
  const Project project = with_module("use m with heard: play\nuse m as two with heard: play\n", "module m { needs event heard }\nmeasure n = count of herd ever + count of heard ever\n");
  REQUIRE(project.codes() == "E0201");
  const wend::Diagnostic& told = project.diagnostics.all()[0];
  CHECK(project.sources.file(told.primary.span.file).path() == "m.wend");
  REQUIRE(told.secondary.size() == 1);
  CHECK(project.sources.text(told.secondary[0].span) == "m");
  CHECK(project.sources.file(told.secondary[0].span.file).path() == "host.wend");
  CHECK(told.secondary[0].text == "used here as `m`");
}

TEST_CASE("what is given has to fit") {
  const std::string event = "module m { needs event heard { track text } }\nmeasure n = distinct heard.track in last 7 days\n";
  CHECK(codes("use m\n", event) == "E1306");
  CHECK(codes("use m with heard: purchase\n", event) == "E1308");
  CHECK(codes("use m with heard: purchase { track: cart_id }\n", event) == "");
  CHECK(codes("use m with heard: purchase { track: items }\n", event) == "E1308");
  CHECK(codes("use m with heard: play { genre: track }\n", event) == "E1308");
  CHECK(codes("use m with heard: 3\n", event) == "E1308");
  CHECK(codes("use m with heard: plya\n", event) == "E0201");
  CHECK(codes("use m with heard: play, herd: play\n", event) == "E1307");
  CHECK(codes("use m with heard: play, heard: play\n", event) == "E0209");

  const std::string attribute = "module m { needs attribute born date? }\naudience known_date = born is known\n";
  CHECK(codes("use m with born: birth_date\n", attribute) == "");
  CHECK(codes("use m with born: country\n", attribute) == "E1308");
  CHECK(codes("use m\n", attribute) == "E1306");

  const std::string measure = "module m { needs measure level int }\naudience high = level > 3\n";
  CHECK(codes("use m with level: points\n", measure) == "");
  CHECK(codes("use m with level: plays\nmeasure plays = count of play ever\n", measure) == "");
  CHECK(codes("use m with level: rating\n", measure) == "E1308");

  const std::string value = "module m { needs event heard, needs value span duration }\nmeasure n = count of heard in last span\n";
  CHECK(codes("use m with heard: play, span: 3 days\n", value) == "");
  CHECK(codes("use m with heard: play\n", value) == "E1306");
  CHECK(codes("use m with heard: play, span: 3\n", value).find("E03") != std::string::npos);
}

TEST_CASE("a message is needed with exactly its parameters") {
  const std::string with = "module m { needs message hello { with percent int } }\njourney j { enter on opened\nstep s { send hello with percent: 3 } }\n";
  CHECK(codes("use m with hello: offer\n" + kSays, with) == "");
  CHECK(codes("use m with hello: plain\n" + kSays, with) == "E1308");
  const std::string without = "module m { needs message hello }\njourney j { enter on opened\nstep s { send hello } }\n";
  CHECK(codes("use m with hello: plain\n" + kSays, without) == "");
  CHECK(codes("use m with hello: offer\n" + kSays, without).find("E1308") != std::string::npos);
}

TEST_CASE("two needs met by one event read its properties alike") {
  const std::string module = "module m { needs event a { x text }, needs event b { x text } }\nmeasure n = distinct a.x in last 7 days + distinct b.x in last 7 days\n";
  CHECK(codes("use m with a: play { x: track }, b: play { x: track }\n", module) == "");
  CHECK(codes("use m with a: play { x: track }, b: play { x: genre }\n", module) == "E1308");
}

TEST_CASE("a module's message sees what the module sees") {
  const std::string head = "module m { needs attribute who text? }\n";
  const auto message = [](const std::string& text) { return "message hi { category service, push { body \"" + text + "\" } }\nchannel push { reaches who, content { body text } }\n"; };
  CHECK(codes("use m with who: country\nprotect users { categories service }\n", head + message("{{ who | default: 'you' }}")) == "");
  CHECK(codes("use m with who: country\nprotect users { categories service }\n", head + message("{{ points }}")) == "E1102");
}

TEST_CASE("modules use modules, but never themselves") {
  CHECK(Project({{"base.wend", kBase}, {"host.wend", "use a\n"}, {"a.wend", "module a\nuse b\n"}, {"b.wend", "module b\nuse a\n"}}).codes() == "E1304");
  std::vector<File> files = {{"base.wend", kBase}, {"host.wend", "use m0\n"}};
  for (int i = 0; i < 12; ++i) {
    const std::string next = "m" + std::to_string(i + 1);
    files.push_back({"m" + std::to_string(i) + ".wend", "module m" + std::to_string(i) + "\nuse " + next + " as a\nuse " + next + " as b\n"});
  }
  files.push_back({"m12.wend", "module m12\naudience x = count of opened ever > 1\n"});
  const std::string told = Project(files).codes();
  CHECK(told.find("E1310") != std::string::npos);
  CHECK(told.find("E1310") == told.rfind("E1310"));
}

TEST_CASE("an event of a used module and its property are told apart") {
  const std::string module = "module m\nevent seen { page text }\nmeasure n = count of seen ever\n";
  CHECK(codes("use m\nmeasure a = count of m.seen ever\nmeasure b = distinct m.seen.page in last 7 days\nmeasure c = count of m.seen where page is \"x\" and m.seen.page is \"y\" ever\n", module) == "");
}

TEST_CASE("what nothing uses or reads is told") {
  CHECK(codes("", "module m\nmeasure n = count of opened ever\n") == "W1302");
  CHECK(codes("use m with heard: play, span: 3 days\n", "module m { needs event heard, needs value span duration = 1 day }\nmeasure n = count of heard ever\n") == "W1301");
}
