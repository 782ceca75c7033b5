// Every method on texts that are being written, cut, pasted and broken: it answers, and goes on.
#include <catch2/catch.hpp>

#include <random>

#include "compiler/language_server/positions.h"
#include "tests/unit/language_server/talk.h"

using namespace wend::lsp;

namespace {

Json place(const std::string& text, size_t at) {
  const Place place = Lines(text).place(static_cast<uint32_t>(at), Encoding::utf16);
  return object({{"line", place.line}, {"character", place.character}});
}

}  // namespace

TEST_CASE("every method answers wherever it is asked, in a text in any state") {
  Folder folder;
  folder.write("project.wend", kProject);
  folder.write("hello.liquid", "Hi {{ first_name }} {% if plan == 'premium' %}!{% endif %}");
  const std::string program = folder.uri("project.wend"), liquid = folder.uri("hello.liquid");
  const std::string base = std::string(kProject) + "message long { category lifecycle, email { subject file \"hello.liquid\" } }\nuse std.lifecycle as life with activity: play\n"
                           "signal quiet from play { when not followed by play within 1 hour of the latest, carries genre }\nhook crm { url text = \"https://crm.example\", plan text }\n"
                           "experiment e { variants { a, b } }\ntest \"t\" { at 2026-01-01 10:00 { play { genre: \"x\", played: 1 minute }, expect in greet at first } }\n";
  std::mt19937 random(GENERATE(1, 2, 3));
  const char* pieces[] = {"{", "}", "\"", "{{ ", " | ", " }}", "{% if ", "\n", "\r\n", " is ", ".", ",", "entry.", "send ", "where ", "step x {", "renamed from ", "use m as k\n", "module m {}\n", "\U0001F44D", "\xff", "\"\"\"", "# wend:allow W0301: x\n"};
  Talk talk;
  std::string text = base, page = "{{ first_name | default: 'x' }}";
  talk.open(program, text);
  talk.open(liquid, page);
  int version = 1;
  for (int round = 0; round < 25; ++round) {
    if (random() % 6 == 0) text = base;
    for (size_t edits = random() % 4; edits > 0; --edits) {
      const size_t at = random() % (text.size() + 1);
      const int how = static_cast<int>(random() % 3);
      if (how == 0) text.insert(at, pieces[random() % std::size(pieces)]);
      else if (how == 1) text.erase(at, random() % 20);
      else text.insert(at, text.substr(random() % text.size(), random() % 60));
      page.insert(random() % (page.size() + 1), pieces[random() % std::size(pieces)]);
    }
    if (text.empty() || page.size() > 400) { text = base; page = "{{ plan }}"; }
    talk.change(program, array({object({{"text", text}})}), ++version);
    talk.change(liquid, array({object({{"text", page}})}), version);
    talk.rest();
    for (const MethodRow& row : method_table()) {
      if (!row.request || std::string(row.method) == "initialize") continue;
      const bool in_page = random() % 4 == 0;
      const std::string& asked = in_page ? page : text;
      const Json at = place(asked, random() % (asked.size() + 1)), to = place(asked, asked.size());
      const Json answer = talk.request(row.method, object({{"textDocument", object({{"uri", in_page ? liquid : program}})}, {"position", at}, {"range", object({{"start", at}, {"end", to}})}, {"newName", "fresh"},
                                                           {"query", "e"}, {"positions", array({at})}, {"context", object()}}));
      INFO(row.method << " in\n" << asked);
      REQUIRE(answer != Json("no answer"));
      REQUIRE(answer["error"]["message"].text().find("a bug in wend") == std::string::npos);
    }
    talk.received.clear();
  }
}
