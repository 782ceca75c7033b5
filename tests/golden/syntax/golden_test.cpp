// Golden files of the front end: trees/ (source to tree), errors/ (source to diagnostics), format/ (source to
// formatted source).
#include <string>

#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/print.h"
#include "tests/golden/golden.h"
#include "test_paths.h"

namespace {

using namespace wend;

struct Parsed {
  Sources sources;
  Diagnostics diagnostics;
  ast::File file;
};

void read(Parsed& out, const std::string& text) {
  out.sources.add("test.wend", text);
  out.file = parse(out.sources, 0, out.diagnostics);
  out.diagnostics.finish(out.sources);
}

std::string listing(const Parsed& parsed) {
  std::string out;
  for (const Diagnostic& one : parsed.diagnostics.all()) {
    const Position at = parsed.sources.file(0).position(one.primary.span.begin);
    out += std::to_string(at.line) + ":" + std::to_string(at.column) + " " + one.id() + " " + one.message + "\n";
    for (const std::string& help : one.helps) out += "  help: " + help + "\n";
  }
  return out;
}

std::string tree(const golden::Case& one) {
  Parsed parsed;
  read(parsed, one.source);
  return listing(parsed) + print_ast(parsed.file);
}

std::string errors(const golden::Case& one) {
  Parsed parsed;
  read(parsed, one.source);
  return listing(parsed);
}

std::string formatted(const golden::Case& one) {
  const auto text = format(one.source);
  if (!text) return "(left as it was)\n";
  CHECK(format(*text) == text);  // a second run changes nothing
  return *text;
}

const std::string kFolder = WEND_SOURCE_DIR "/tests/golden/syntax";

}  // namespace

TEST_CASE("syntax trees") { golden::check(kFolder + "/trees", tree); }
TEST_CASE("syntax errors") { golden::check(kFolder + "/errors", errors); }
TEST_CASE("formatted text") { golden::check(kFolder + "/format", formatted); }

TEST_CASE("the program of the language's description is read without a word, and is formatted already") {
  const std::string text = golden::read_text(kFolder + "/tidal_wave.wend");
  Parsed parsed;
  read(parsed, text);
  CHECK(listing(parsed) == "");
  CHECK(parsed.file.decls.size() == 18);
  CHECK(format(text) == text);
}
