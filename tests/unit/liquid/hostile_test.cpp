// Templates made to hurt: each is refused or taken, in bounded time and depth.
#include <catch2/catch.hpp>

#include "compiler/diagnostics/codes.h"
#include "tests/unit/liquid/fixture.h"

using namespace wend;
using wend::liquid_test::Checked;

namespace {

std::string repeated(const std::string& part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += part;
  return text;
}

bool has(const Checked& checked, Code code) {
  for (const Diagnostic& diagnostic : checked.diagnostics.all())
    if (diagnostic.code == code) return true;
  return false;
}

}  // namespace

TEST_CASE("nesting is bounded") {
  const auto nested = [](size_t depth) { return repeated("{% if loyal %}", depth) + repeated("{% endif %}", depth); };
  CHECK(Checked(nested(64)).diagnostics.ok());
  const Checked too_deep(nested(65));
  CHECK(has(too_deep, Code::template_too_deep));
  CHECK(too_deep.diagnostics.all().size() == 1);
  CHECK(has(Checked(nested(10'000)), Code::template_too_deep));
}

TEST_CASE("size is bounded") {
  CHECK(Checked(std::string(256 * 1024, 'a')).diagnostics.ok());
  CHECK(has(Checked(std::string(256 * 1024 + 1, 'a')), Code::template_too_large));
}

TEST_CASE("conditions and filters are bounded") {
  CHECK(Checked("{% if loyal" + repeated(" and loyal", 63) + " %}{% endif %}").diagnostics.ok());
  CHECK(has(Checked("{% if loyal" + repeated(" or loyal", 20'000) + " %}{% endif %}"), Code::template_too_many));
  CHECK(Checked("{{ country" + repeated(" | upcase", 64) + " }}").diagnostics.ok());
  CHECK(has(Checked("{{ country" + repeated(" | upcase", 20'000) + " }}"), Code::template_too_many));
  CHECK(has(Checked("{{ country | upcase: 1" + repeated(", 1", 20'000) + " }}"), Code::template_too_many));
}

TEST_CASE("floods of openings end") {
  for (const char* part : {"{{", "{%", "{{ ", "{% ", "{{ ' ", "{{ \" {% ' ", "{% raw %}", "{% comment %}", "{% if loyal %}", "{% for %}", "{{-", "-}}", "{% endif %}",
                           "{", "}", "%}", "}}", "{{ }}", "{% %}", "{{ a }}", "{% case %}", "{% elsif loyal %}", "{%-%}", "{{-}}"}) {
    INFO(part);
    const std::string text = repeated(part, 200'000 / std::string(part).size());
    Checked checked(text);
    Checked inside("{% if loyal %}" + text + "{% endif %}");
    SUCCEED();
  }
}

TEST_CASE("a long chain of branches is flat") {
  CHECK(Checked("{% if loyal %}" + repeated("{% elsif loyal %}a", 10'000) + "{% endif %}").diagnostics.ok());
}

TEST_CASE("bytes that are no text") {
  CHECK(has(Checked("a\xFF"), Code::template_not_utf8));
  CHECK(has(Checked("{{ '\xC3' }}"), Code::template_not_utf8));
  CHECK_FALSE(Checked(std::string("{{ \0 }}", 7)).diagnostics.ok());
  CHECK_FALSE(Checked("{{ prénom }}").diagnostics.ok());
}

TEST_CASE("a program that is itself broken is no danger") {
  Program program = liquid_test::program();
  program.one_ofs.clear();
  program.currencies.clear();
  program.events.clear();
  program.states[0].one_of = {};
  Sources sources;
  Diagnostics diagnostics;
  PendingTemplate pending;
  pending.message = MessageId(0u);
  pending.text = "{{ plan }}{{ old_plan }}{{ plan | upcase }}{% if engagement == 'core' %}{% endif %}{% if plan == free %}{% endif %}{{ last_price }}"
                 "{% if spend > '1 EUR' %}{% endif %}{{ old_plan | default: 'x' }}{{ top_genre }}{% if plan %}{% endif %}";
  pending.file = sources.add("offer.liquid", pending.text);
  check_templates(program, {pending}, sources, {}, diagnostics);   // without offsets, too
  pending.message = {};
  check_templates(program, {pending}, sources, {}, diagnostics);
  CHECK_FALSE(diagnostics.ok());
}

TEST_CASE("no cut of a template does harm") {
  const std::string whole =
      "{%- if plan == 'free' and spend >= '49.90 EUR' or first_name contains \"a\" -%} {{- first_name | default: 'x' | date: '%d' -}} "
      "{% raw %}{{ x }}{% endraw %}{% comment %} {% endcomment %}{% elsif 3.5 < rating %}{{ 99.5 | round: 2 }}{% else %}{% unless loyal %}"
      "{{ now | date: \"%H\" }}{% endunless %}{% endif %}";
  for (size_t begin = 0; begin < whole.size(); ++begin) {
    Checked front(whole.substr(0, begin));
    Checked back(whole.substr(begin));
    Checked gap(whole.substr(0, begin) + whole.substr(std::min(begin + 3, whole.size())));
  }
  SUCCEED();
}
