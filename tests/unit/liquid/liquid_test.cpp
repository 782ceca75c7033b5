// What golden files do not show well: places inside text literals, fixes applied, and which escape an output gets.
#include <catch2/catch.hpp>

#include "compiler/builtins/builtins.h"
#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/print.h"
#include "tests/unit/liquid/fixture.h"

using namespace wend;
using wend::liquid_test::Checked;

namespace {

const Diagnostic* first_of(const Checked& checked, Code code) {
  for (const Diagnostic& diagnostic : checked.diagnostics.all())
    if (diagnostic.code == code) return &diagnostic;
  return nullptr;
}

std::string printed(const Checked& checked) { return print_template(checked.program, checked.message(), checked.body()); }

// The template with the first fix of its first diagnostic applied.
std::string mended(const std::string& text) {
  const Checked checked(text);
  REQUIRE(!checked.diagnostics.all().empty());
  REQUIRE(!checked.diagnostics.all()[0].fixes.empty());
  const Edit& edit = checked.diagnostics.all()[0].fixes[0].edits.at(0);
  return text.substr(0, edit.span.begin) + edit.text + text.substr(edit.span.end);
}

}  // namespace

TEST_CASE("an error inside a text literal stands at its place in the file") {
  // title "say \"hi\" {{ nobody }}" : each escape takes two bytes of the file and one of the text.
  const std::string file = "title \"say \\\"hi\\\" {{ nobody }}\"";
  Program program = liquid_test::program();
  Sources sources;
  Diagnostics diagnostics;
  PendingTemplate pending;
  pending.message = MessageId(0u);
  pending.file = sources.add("main.wend", file);
  for (uint32_t at = 7; at + 1 < file.size(); ++at) {
    pending.offsets.push_back(at);
    if (file[at] == '\\') ++at;
    pending.text += file[at];
  }
  pending.offsets.push_back(static_cast<uint32_t>(file.size() - 1));
  check_templates(program, {pending}, sources, {}, diagnostics);
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(sources.text(diagnostics.all()[0].primary.span) == "nobody");
}

TEST_CASE("a fix mends what it is for") {
  CHECK(mended("Your {{ top_genre }} mix") == "Your {{ top_genre | default: '…' }} mix");
  CHECK(mended("{{ first_name | upcase }}") == "{{ first_name | default: '…' | upcase }}");
  CHECK(mended("{{ plan | default: 'free' }}") == "{{ plan }}");
  CHECK(mended("{% if spend > 100 %}a{% endif %}") == "{% if spend > '100 EUR' %}a{% endif %}");
  CHECK(mended("{% if active_days == '20' %}a{% endif %}") == "{% if active_days == 20 %}a{% endif %}");
  CHECK(mended("{% if active_days %}a{% endif %}") == "{% if active_days > 0 %}a{% endif %}");
  CHECK(mended("{% if rating > 3 %}a{% endif %}") == "{% if rating and rating > 3 %}a{% endif %}");
  for (const char* broken : {"{{ top_genre }}", "{{ rating }}", "{{ last_price }}", "{{ old_plan }}", "{{ is_student }}",
                             "{% if rating > 3 %}a{% endif %}", "{% unless loyal %}a{% endif %}", "{% if loyal && loyal %}a{% endif %}"}) {
    INFO(broken);
    CHECK(Checked(mended(broken)).diagnostics.all().empty());
  }
}

TEST_CASE("one slip is one message") {
  for (const char* broken : {"{{ top_genre | upcase }}", "{% assign a = 1 %}{{ a }}{{ a | upcase }}", "{% if frist_name %}{{ first_name }}{% else %}x{% endif %}",
                             "{% for x in favourites %}{{ x.name }}{% if x %}{% endif %}{% endfor %}", "{{ nobody | default: 'x' | upcase }}",
                             "{% fi first_name %}{{ first_name }}{% endif %}", "{% if first_name %}a{% elseif loyal %}b{% endif %}",
                             "{% if first_name %}a{% endfi %}", "{% if loyal %}a{% end %}",
                             "{{ first_name | default: 'x", "{% if first_name == 3 and first_name %}{{ first_name }}{% endif %}"}) {
    INFO(broken);
    CHECK(Checked(broken).diagnostics.all().size() == 1);
  }
}

TEST_CASE("or narrows what both sides settle, and no more") {
  CHECK(Checked("{% if first_name == 'a' or first_name == 'b' %}{{ first_name }}{% endif %}").diagnostics.ok());
  CHECK_FALSE(Checked("{% if first_name == 'a' or loyal %}{{ first_name }}{% endif %}").diagnostics.ok());
  CHECK(Checked("{% if first_name == nil or first_name != 'a' %}x{% endif %}").diagnostics.ok());
  CHECK(Checked("{% unless first_name == nil %}{{ first_name }}{% endunless %}").diagnostics.ok());
  CHECK_FALSE(Checked("{% if first_name != nil %}{% endif %}{{ first_name }}").diagnostics.ok());
}

TEST_CASE("and and or are read from right to left") {
  CHECK(printed(Checked("{% if loyal or loyal and loyal %}a{% endif %}")) == "if or(loyal, and(loyal, loyal))\n  text \"a\"\n");
  CHECK(printed(Checked("{% if loyal and loyal or loyal %}a{% endif %}")) == "if and(loyal, or(loyal, loyal))\n  text \"a\"\n");
}

TEST_CASE("a sensitive attribute may be tested and never shown") {
  CHECK(Checked("{% if birth_date > '2000-01-01' %}{% endif %}{% if birth_date %}young{% endif %}").diagnostics.error_count() == 1);
  CHECK(Checked("{% if birth_date and birth_date > '2000-01-01' %}young{% endif %}").diagnostics.ok());
  for (const char* shown : {"{{ birth_date }}", "{% if birth_date %}{{ birth_date }}{% endif %}", "{{ renewal | default: birth_date }}"})
    CHECK(first_of(Checked(shown), Code::template_sensitive) != nullptr);
}

TEST_CASE("a part or an entry of what is sensitive is sensitive") {
  CHECK(Checked("{% if allergies contains 'nuts' %}no nuts{% endif %}").diagnostics.ok());
  for (const char* shown : {"{{ allergies.size }}", "{{ allergies.first | default: 'x' }}", "{{ allergies[0] | default: 'x' }}",
                            "{{ allergies | join: ', ' }}", "{% for one in allergies %}{{ one }}{% endfor %}"}) {
    INFO(shown);
    CHECK(first_of(Checked(shown), Code::template_sensitive) != nullptr);
  }
}

TEST_CASE("a later turn and a captured text are parts of a url") {
  for (const char* text : {"{% for n in (1..2) %}{{ country }}{% endfor %}", "{% capture x %}{{ country }}{% endcapture %}https://a/{{ x }}"}) {
    INFO(text);
    CHECK(printed(Checked(text, Escape::url)).find("show url country") != std::string::npos);
  }
}

TEST_CASE("only the output that surely starts a url is the url itself") {
  CHECK(printed(Checked("{{ country }}{{ country }}", Escape::url)) == "show country\nshow url country\n");
  CHECK(printed(Checked(" {{ country }}", Escape::url)) == "text \" \"\nshow country\n");
  CHECK(printed(Checked("{% if loyal %}https://{% endif %}{{ country }}", Escape::url)) == "if loyal\n  text \"https://\"\nshow url country\n");
  CHECK(printed(Checked("{% comment %}x{% endcomment %}{{ country }}", Escape::url)) == "show country\n");
}

TEST_CASE("every filter of the table has its example") {
  for (const Builtin& builtin : builtins()) {
    if (!builtin.is_filter || std::string(builtin.example).find("{{") == std::string::npos) continue;
    INFO(builtin.example);
    Program program = liquid_test::program();
    const Checked checked("{% if code %}{% if favourites %}" + std::string(builtin.example) + "{% endif %}{% endif %}");
    // Names of the example that this small program lacks aside, nothing is wrong with it.
    for (const Diagnostic& diagnostic : checked.diagnostics.all())
      CHECK((diagnostic.code == Code::template_unknown_name || diagnostic.severity() == Severity::warning));
  }
}

TEST_CASE("arguments left out are filled in") {
  const Checked checked("{{ active_days | round }}");
  REQUIRE(checked.body().size() == 1);
  CHECK(checked.body()[0].value->args.size() == 2);
}
