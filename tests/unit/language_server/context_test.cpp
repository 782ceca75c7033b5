// Where a place stands, told from words alone.
#include <catch2/catch.hpp>

#include "compiler/language_server/code_context.h"
#include "compiler/language_server/complete.h"
#include "compiler/language_server/liquid_context.h"
#include "compiler/syntax/parse.h"

using namespace wend::lsp;

namespace {

CodeSpot at_bar(std::string text) {
  const size_t bar = text.find('|');
  text.erase(bar, 1);
  return code_at(text, static_cast<uint32_t>(bar));
}

}  // namespace

TEST_CASE("the blocks around and the words before are known") {
  const CodeSpot spot = at_bar("journey win_back {\n  step nudge {\n    send weekly_mix by pu|\n  }\n}");
  REQUIRE(spot.blocks.size() == 2);
  CHECK(spot.blocks[0] == std::vector<std::string>{"journey", "win_back"});
  CHECK(spot.block() == "step");
  CHECK(spot.member == std::vector<std::string>{"send", "weekly_mix", "by"});
  CHECK(spot.name_around("journey") == "win_back");
}

TEST_CASE("a line end begins a new member, a comma too, and `else` goes on with a send") {
  CHECK(at_bar("step a {\n  send x\n  |").member.empty());
  CHECK(at_bar("step a { wait 2 days, fin|").member == std::vector<std::string>{"wait", "2", "days", ","});
  CHECK(at_bar("step a { send m by push, else em|").member == std::vector<std::string>{"send", "m", "by", "push", ",", "else"});
  CHECK(at_bar("measure a = count of play where |").last() == "where");
}

TEST_CASE("comments and texts are told from code") {
  CHECK(at_bar("# so|me").where == CodeSpot::Where::comment);
  CHECK(at_bar("message m { push { title \"He|llo\" } }").where == CodeSpot::Where::text);
  CHECK(at_bar("message m { push { title \"not clo|").where == CodeSpot::Where::text);
  CHECK(at_bar("project p { about \"x\" |}").where == CodeSpot::Where::code);
}

TEST_CASE("in a template outputs, filters and tags are told apart") {
  const auto at = [](std::string text) {
    const size_t bar = text.find('^');
    text.erase(bar, 1);
    return liquid_at(text, static_cast<uint32_t>(bar));
  };
  CHECK(at("Hi ^").kind == LiquidSpot::Kind::outside);
  CHECK(at("Hi {{ na^").kind == LiquidSpot::Kind::output);
  CHECK(at("{{ name | up^").filter);
  CHECK(at("{{ name | default: 'a' | ^").filter);
  CHECK_FALSE(at("{{ name | default: ^").filter);
  CHECK(at("{{ name }} ^").kind == LiquidSpot::Kind::outside);
  CHECK(at("{% i^").tag_name);
  CHECK(at("{% if ^").tag == "if");
  CHECK(at("{{ name | default: 'a | ^").kind == LiquidSpot::Kind::outside);   // in a text
}

TEST_CASE("every construct that is offered can be read when its places are filled in") {
  for (const MemberRow& row : member_table()) {
    const std::string block = row.block, text = plain(row.snippet);
    std::string program;
    if (block.empty()) program = text;
    else if (block == "statements") program = "journey j { step s {\n" + text + "\n} }";
    else if (block == "wait") program = "journey j { step s { wait for play up to 2 days {\n" + text + "\n} } }";
    else if (block == "choose") program = "journey j { step s { choose first {\n" + text + "\n} } }";
    else if (block == "at") program = "test \"t\" { at 2026-01-01 10:00 {\n" + text + "\n} }";
    else if (block == "test") program = "test \"t\" {\n" + text + "\n}";
    else if (block == "profile" || block == "protect" || block == "project" || block == "module") program = block + (block == "profile" ? "" : " p") + " {\n" + text + "\n}";
    else if (block == "signal") program = "signal s from play {\n" + text + "\n}";
    else program = block + " x {\n" + text + "\n}";
    wend::Sources sources;
    wend::Diagnostics diagnostics;
    wend::parse(sources, sources.add("x.wend", program), diagnostics);
    INFO(program);
    for (const wend::Diagnostic& diagnostic : diagnostics.all()) UNSCOPED_INFO(diagnostic.message);
    CHECK(diagnostics.error_count() == 0);
  }
}
