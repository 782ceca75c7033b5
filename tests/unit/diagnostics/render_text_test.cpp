// The renderer for people, as whole pictures: marks, labels, notes, fixes; wide lines; hostile bytes.
#include <catch2/catch.hpp>

#include <random>

#include "compiler/diagnostics/codes.h"
#include "compiler/diagnostics/render.h"
#include "runtime/abi/utf8.h"

using namespace wend;

namespace {

// The span of the `nth` occurrence of a word in a file.
Span span_of(const Sources& sources, std::string_view word, size_t nth = 0, uint32_t file = 0) {
  size_t at = sources.file(file).text().find(word);
  while (nth-- > 0) at = sources.file(file).text().find(word, at + 1);
  return {file, static_cast<uint32_t>(at), static_cast<uint32_t>(at + word.size())};
}

}  // namespace

TEST_CASE("text: label, note, and a fix that inserts") {
  Sources sources;
  sources.add("messages/mix.wend", "message mix {\n  push { title \"Your {{ top_genre }} mix\" }\n}\n");
  Diagnostics diagnostics;
  const Span word = span_of(sources, "top_genre");
  diagnostics.report(Code::file_unreadable, word, "top_genre", "unknown")
      .label("of type `text?`")
      .note("a user who has not played anything would see an empty name")
      .fix("give it a default", {0, word.end, word.end}, " | default: 'weekly'");
  CHECK(render_text(diagnostics.all()[0], sources) == R"(error[E0002]: `top_genre` cannot be read: unknown
  ┌ messages/mix.wend:2:25
2 │   push { title "Your {{ top_genre }} mix" }
  │                         ^^^^^^^^^ of type `text?`
  = a user who has not played anything would see an empty name
  help: give it a default
2 │   push { title "Your {{ top_genre | default: 'weekly' }} mix" }
  │                                  ++++++++++++++++++++
)");
}

TEST_CASE("text: one help and one fix are one suggestion; a replacement is marked with ~") {
  Sources sources;
  sources.add("a.wend", "measure x = count of play where playd\n");
  Diagnostics diagnostics;
  const Span word = span_of(sources, "playd");
  diagnostics.report(Code::file_unreadable, word, "playd", "x")
      .label("unknown here")
      .help("did you mean `played`?")
      .fix("write `played`", word, "played");
  CHECK(render_text(diagnostics, sources) == R"(error[E0002]: `playd` cannot be read: x
  ┌ a.wend:1:33
1 │ measure x = count of play where playd
  │                                 ^^^^^ unknown here
  help: did you mean `played`?
1 │ measure x = count of play where played
  │                                 ~~~~~~

)");
}

TEST_CASE("text: several labels, lines between left out, another file, and numbers of different width") {
  Sources sources;
  sources.add("a.wend", "line one\ntwo\nthree\n4\n5\n6\n7\n8\n9\nten is here\n");
  sources.add("b.wend", "elsewhere\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::allow_unused, span_of(sources, "is"), "W0001")
      .label("this")
      .also(span_of(sources, "here"), "and this")
      .also(span_of(sources, "two"), "clashes with this")
      .also(span_of(sources, "three"), "")
      .also(span_of(sources, "elsewhere", 0, 1), "declared here")
      .help("first")
      .help("second");
  CHECK(render_text(diagnostics.all()[0], sources) == R"(warning[W0002]: `wend:allow W0001` silences nothing here
   ┌ a.wend:10:5
 2 │ two
   │ --- clashes with this
 3 │ three
   │ -----
   ┆
10 │ ten is here
   │     ^^ this
   │        ---- and this
   ┌ b.wend:1:1
 1 │ elsewhere
   │ --------- declared here
   help: first
   help: second
)");
}

TEST_CASE("text: a fix that takes away shows what goes, one that adds lines shows them") {
  Sources sources;
  sources.add("a.wend", "journey j {\n  send m, , by push\n}\n");
  Diagnostics diagnostics;
  const Span comma = span_of(sources, ", ", 1);
  const Span brace = span_of(sources, "}");
  diagnostics.report(Code::file_unreadable, comma, "a", "b")
      .fix("leave one out", comma, "")
      .fix("say where it ends", {0, brace.begin, brace.begin}, "  finish\n  leave\n");
  CHECK(render_text(diagnostics.all()[0], sources) == R"(error[E0002]: `a` cannot be read: b
  ┌ a.wend:2:11
2 │   send m, , by push
  │           ^^
  help: leave one out
2 │   send m, , by push
  │           --
  help: say where it ends
3 │   finish
  │ ++++++++
4 │   leave
  │ +++++++
5 │ }
)");
}

TEST_CASE("text: several edits of one line are shown together") {
  Sources sources;
  sources.add("a.wend", "if plan = premium and age = 4\n");
  Diagnostics diagnostics;
  Diagnostic& d = diagnostics.report(Code::file_unreadable, span_of(sources, "="), "a", "b");
  d.fixes.push_back({"write `is`", true, {{span_of(sources, "=", 1), "is"}, {span_of(sources, "="), "is"}}});
  CHECK(render_text(d, sources) == R"(error[E0002]: `a` cannot be read: b
  ┌ a.wend:1:9
1 │ if plan = premium and age = 4
  │         ^
  help: write `is`
1 │ if plan is premium and age is 4
  │         ~~                 ~~
)");
}

TEST_CASE("text: tabs, scalars of several bytes and carriage returns keep the marks in line") {
  Sources sources;
  sources.add("a.wend", "\t\"h\xC3\xA9 \xF0\x9F\x8E\xB5\" bad\t\r\nnext");
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, span_of(sources, "bad"), "a", "b").label("here");
  diagnostics.report(Code::file_unreadable, {0, 13, 900}, "a", "b");
  CHECK(render_text(diagnostics.all()[0], sources) ==
        "error[E0002]: `a` cannot be read: b\n"
        "  ┌ a.wend:1:9\n"
        "1 │  \"h\xC3\xA9 \xF0\x9F\x8E\xB5\" bad\n"
        "  │         ^^^ here\n");
}

TEST_CASE("text: a span over several lines is marked to the end of its first, an empty one by one mark") {
  Sources sources;
  sources.add("a.wend", "journey {\n  body\n}\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, {0, 0, 19}, "a", "b");
  diagnostics.report(Code::file_unreadable, {0, 19, 19}, "a", "b").label("the end");
  CHECK(render_text(diagnostics, sources) == R"(error[E0002]: `a` cannot be read: b
  ┌ a.wend:1:1
1 │ journey {
  │ ^^^^^^^^^

error[E0002]: `a` cannot be read: b
  ┌ a.wend:4:1
4 │
  │ ^ the end

)");
}

TEST_CASE("text: what stands nowhere has no snippet") {
  Diagnostics diagnostics;
  diagnostics.report(Code::project_missing, {kNoFile, 0, 0}, "shop").help("`wend new shop` makes one");
  CHECK(render_text(diagnostics, Sources()) ==
        "error[E0001]: no `project.wend` in `shop` or any folder above it\n"
        "  help: `wend new shop` makes one\n\n");
}

TEST_CASE("text: a very long line is cut to a window round its mark") {
  Sources sources;
  sources.add("a.wend", std::string(500'000, 'a') + "bad" + std::string(500'000, 'c'));
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, {0, 500'000, 500'003}, "a", "b").label("here");
  CHECK(render_text(diagnostics.all()[0], sources) ==
        "error[E0002]: `a` cannot be read: b\n  ┌ a.wend:1:500001\n1 │ …" + std::string(60, 'a') + "bad" +
            std::string(97, 'c') + "…\n  │ " + std::string(61, ' ') + "^^^ here\n");
}

TEST_CASE("text: nothing of the program reaches the terminal as a command") {
  Sources sources;
  sources.add("a\x1b.wend", "x \x1b[2J \xFF \xE2\x80\xAE y\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, {0, 0, 1}, "\x1b]0;", "\x07").label("\x1b").note("\x1b").help("\x1b").fix("\x1b", {0, 0, 0}, "\x1b");
  const std::string out = render_text(diagnostics, sources);
  CHECK(out.find('\x1b') == std::string::npos);
  CHECK(out.find('\xFF') == std::string::npos);
  CHECK(out.find("\xE2\x80\xAE") == std::string::npos);
}

TEST_CASE("text: colour only when asked") {
  Sources sources;
  sources.add("a.wend", "bad\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, {0, 0, 3}, "a", "b").label("here").note("n");
  CHECK(render_text(diagnostics, sources).find('\x1b') == std::string::npos);
  CHECK(render_text(diagnostics, sources, {.colour = true}) ==
        "\x1b[1;31merror[E0002]\x1b[0m\x1b[1m: `a` cannot be read: b\x1b[0m\n"
        "  \x1b[1;34m┌\x1b[0m a.wend:1:1\n"
        "\x1b[1;34m1 │\x1b[0m bad\n"
        "  \x1b[1;34m│\x1b[0m \x1b[1;31m^^^ here\x1b[0m\n"
        "  = n\n\n");
}

TEST_CASE("text: any bytes and any spans give well-formed text") {
  std::mt19937 random(5);
  const std::string alphabet = "ab \n\r\t\"#{%}\xC3\xA5\xE2\x82\xAC\xF0\x9F\x8E\xB5\xFF\xEF\xBB\xBF";
  for (int round = 0; round < 2'000; ++round) {
    Sources sources;
    const auto bytes = [&](size_t most) {
      std::string out(random() % (most + 1), ' ');
      for (char& c : out) c = alphabet[random() % alphabet.size()];
      return out;
    };
    sources.add("a.wend", bytes(60));
    sources.add("b.liquid", bytes(400));
    const auto span = [&] {
      const auto begin = static_cast<uint32_t>(random() % 70);
      return Span{static_cast<uint32_t>(random() % 3), begin, begin + static_cast<uint32_t>(random() % 20) - 5};
    };
    Diagnostics diagnostics;
    for (int i = 0; i < 3; ++i) {
      Diagnostic& d = diagnostics.report(Code::allow_error, span(), bytes(9)).label(bytes(9)).also(span(), bytes(9)).note(bytes(9)).help(bytes(9));
      d.fix(bytes(9), span(), bytes(30));
      d.fixes.push_back({bytes(5), false, {{span(), bytes(20)}, {span(), ""}, {span(), bytes(3)}}});
    }
    diagnostics.finish(sources);
    REQUIRE(is_valid_utf8(render_text(diagnostics, sources, {.colour = round % 2 == 0})));
    REQUIRE(is_valid_utf8(render_json(diagnostics, sources)));
    REQUIRE(is_valid_utf8(render_short(diagnostics, sources)));
  }
}
