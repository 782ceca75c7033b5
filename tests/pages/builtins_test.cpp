// grammar/reference/builtins.md is written from the table of builtins (WEND_UPDATE=1), and every example in the table is well.
#include <cstdlib>
#include <fstream>

#include <catch2/catch.hpp>

#include "compiler/builtins/builtins.h"
#include "compiler/diagnostics/render.h"
#include "compiler/service/service.h"
#include "test_paths.h"
#include "tests/golden/golden.h"
#include "tests/pages/pages.h"

namespace {

using wend::Builtin;
using wend::BuiltinParameter;
using wend::BuiltinType;

const char* kPage = "grammar/reference/builtins.md";

std::string name_of(BuiltinType type) {
  switch (type) {
    case BuiltinType::boolean: return "bool";
    case BuiltinType::integer: return "int";
    case BuiltinType::number: return "number";
    case BuiltinType::percent: return "percent";
    case BuiltinType::text: return "text";
    case BuiltinType::money: return "money";
    case BuiltinType::duration: return "duration";
    case BuiltinType::time: return "time";
    case BuiltinType::date: return "date";
    case BuiltinType::weekday: return "weekday";
    case BuiltinType::timezone: return "timezone";
    case BuiltinType::shown: return "any";
    case BuiltinType::html: return "html";
    case BuiltinType::currency:
    case BuiltinType::entry: return "";
    case BuiltinType::list: return "list";
    case BuiltinType::key: return "field";
    case BuiltinType::match: return "value";
    case BuiltinType::item: return "entry";
    case BuiltinType::total: return "total";
    case BuiltinType::column: return "list";
    case BuiltinType::texts: return "list of text";
    case BuiltinType::ints: return "list of int";
  }
  return "";
}

// `round(number, int = 0) → number`, or `number | round: int = 0 → text`.
std::string shape(const Builtin& row, bool filter) {
  std::string parameters;
  for (size_t i = filter ? 1 : 0; i < row.parameters.size(); ++i) {
    const BuiltinParameter& parameter = row.parameters[i];
    if (parameter.type == BuiltinType::currency || parameter.type == BuiltinType::entry) continue;
    parameters += (parameters.empty() ? "" : ", ") + name_of(parameter.type);
    if (parameter.has_default) parameters += " = " + (parameter.type == BuiltinType::integer ? std::to_string(parameter.default_integer) : "'" + parameter.default_text + "'");
  }
  const std::string result = " → " + name_of(row.result) + (row.result_optional ? "?" : "");
  if (!filter) return std::string(row.name) + "(" + parameters + ")" + result;
  return name_of(row.parameters[0].type) + " \\| " + row.name + (parameters.empty() ? "" : ": " + parameters) + result;
}

bool is_template(const std::string& example) { return example.rfind("{{", 0) == 0 || example.rfind("{%", 0) == 0; }

std::string without_bars(std::string text) {
  for (size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, "\\");
  return text;
}

std::string table(bool filter) {
  std::string text = filter ? "| filter | what it gives | example |\n|---|---|---|\n" : "| function | what it gives | example |\n|---|---|---|\n";
  for (const Builtin& row : wend::builtins()) {
    if (filter ? !row.is_filter : !row.is_function) continue;
    const bool fits = is_template(row.example) == filter;
    text += "| `" + shape(row, filter) + "` | " + row.doc + " | " + (fits ? "`" + without_bars(row.example) + "`" : "") + " |\n";
  }
  return text;
}

std::string page() {
  return "# Functions and filters\n\n"
         "Written from `compiler/builtins/builtins.def`, which the compiler reads too. A function stands in an expression; a filter stands\n"
         "behind `|` in a template, where the value before the bar is its first argument. A `?` behind the result: it may be unknown.\n\n"
         "## Functions\n\n" + table(false) + "\n## Filters\n\n" + table(true);
}

// Every value the table's examples name, always known, so that an example shows its function and nothing else.
constexpr const char* kAround = R"(project examples { time zone "Europe/Stockholm", currency EUR }
profile {
  identity user_id
  first_name text = "Kim"
  country text = "se"
  plan one of free, premium = free
  birth_date date = 2000-01-01
  rating number = 4.5
  change number = 0.5
  balance int = 12
  price money = 49.90 EUR
  time_zone timezone?
  spend money = 120 EUR
  plays int = 3
  gap duration = 2 hours
  share percent = 10%
  city text?
  top_genre text?
  code text = "a+b"
  favourites list of text = []
  items list of { name text, price money, image url? } = []
  push_token text?
  push_opt_in bool = false
}
event play { track text, genre text }
channel push { reaches push_token, consent push_opt_in, content { title text, body text } }
protect all_users { categories lifecycle }
)";

// As a measure, inside a `where`, or in a template.
bool well(const std::string& example, std::string& told) {
  const std::string ways[] = {"measure shown = " + example + "\n", "measure shown = count of play where (" + example + ") ever\n"};
  const std::string in_text[] = {"message shown { category lifecycle, push { title \"\"\"" + example + "\"\"\", body \"b\" } }\n"};
  const std::span<const std::string> tries = is_template(example) ? std::span<const std::string>(in_text) : std::span<const std::string>(ways);
  for (const std::string& text : tries) {
    const wend::Project project = wend::Project::from_texts({{"example.wend", text}, {"project.wend", kAround}});
    if (project.ok()) return true;
    told += wend::render_short(project.diagnostics(), project.sources());
  }
  return false;
}

}  // namespace

TEST_CASE("the page of functions and filters is the table's") {
  if (wend::golden::updating()) std::ofstream(std::string(WEND_SOURCE_DIR) + "/" + kPage, std::ios::binary) << page();
  CHECK(wend::pages::read_page(kPage) == page());
}

TEST_CASE("every example in the table of builtins is well") {
  for (const Builtin& row : wend::builtins()) {
    std::string told;
    INFO(row.name << ": " << row.example);
    const bool fine = well(row.example, told);
    INFO(told);
    CHECK(fine);
  }
}
