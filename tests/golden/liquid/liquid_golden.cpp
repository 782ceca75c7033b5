// Templates above the rule; below it the typed body, or what is said about them. A name that begins with `html_` or
// `url_` is the text of such a field. The program they are checked against is tests/unit/liquid/fixture.h.
#include "compiler/diagnostics/render.h"
#include "compiler/liquid/print.h"
#include "tests/golden/golden.h"
#include "tests/unit/liquid/fixture.h"
#include "test_paths.h"

namespace {

std::string check(const wend::golden::Case& golden) {
  std::string text = golden.source;
  if (text.ends_with('\n')) text.pop_back();   // the line end belongs to the golden file
  const wend::Escape escape = golden.name.starts_with("html_")  ? wend::Escape::html
                              : golden.name.starts_with("url_") ? wend::Escape::url
                                                                : wend::Escape::none;
  const wend::liquid_test::Checked checked(text, escape);
  std::string out = wend::render_text(checked.diagnostics, checked.sources);
  if (checked.diagnostics.ok()) out += wend::print_template(checked.program, checked.message(), checked.body());
  return out;
}

}  // namespace

TEST_CASE("templates") { wend::golden::check(WEND_SOURCE_DIR "/tests/golden/liquid", check); }
