// The language's description against sentences.md beside this file: each sentence has one row, each row one sentence, and the
// tests that the rows name are there. How sentences are cut and rows are written stands in the README.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "test_paths.h"

namespace {

namespace fs = std::filesystem;

using Texts = std::vector<std::string>;

const std::string kSource = WEND_SOURCE_DIR "/";
const std::string kRows = WEND_SOURCE_DIR "/tests/language/sentences.md";
const std::string kDescription = WEND_SHARED_DATA "/design/language.md";

std::optional<std::string> read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1));
}

// The length of `- ` or `12. ` at the beginning of a line; 0: it is no item of a list.
size_t item_mark(const std::string& line) {
  if (line.starts_with("- ")) return 2;
  size_t digits = 0;
  while (digits < line.size() && std::isdigit(static_cast<unsigned char>(line[digits]))) ++digits;
  return digits > 0 && line.compare(digits, 2, ". ") == 0 ? digits + 2 : 0;
}

// Paragraphs, items of lists and comments of code, each on one line.
Texts blocks_of(const std::string& page) {
  Texts blocks;
  std::string block;
  const auto end_block = [&] {
    if (!block.empty()) blocks.push_back(std::move(block));
    block.clear();
  };
  bool code = false;
  std::istringstream lines(page);
  for (std::string whole; std::getline(lines, whole);) {
    const std::string line = trimmed(whole);
    if (line.starts_with("```")) {
      end_block();
      code = !code;
    } else if (code) {
      if (const size_t comment = line.find("# "); comment != std::string::npos) blocks.push_back(trimmed(line.substr(comment + 2)));
    } else if (line.empty() || line.starts_with('#')) {
      end_block();
    } else {
      const size_t mark = item_mark(line);
      if (mark > 0) end_block();
      if (!block.empty()) block += ' ';
      block += line.substr(mark);
    }
  }
  end_block();
  return blocks;
}

// Whether a sentence may end behind the byte at `at`, with nothing said yet of brackets and backticks.
bool ends_sentence(std::string_view block, size_t at) {
  if (block.substr(at + 1, 1) != " ") return false;
  const std::string_view upto = block.substr(0, at + 1);
  return upto.ends_with('.') || upto.ends_with(';') || upto.ends_with("·") || upto.ends_with(".**");
}

Texts sentences_of(const std::string& block) {
  Texts sentences;
  size_t begin = 0;
  int depth = 0;
  bool quoted = false;
  const auto cut = [&](size_t end) {
    std::string sentence = trimmed(std::string_view(block).substr(begin, end - begin));
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
    begin = end;
  };
  for (size_t at = 0; at < block.size(); ++at) {
    const char c = block[at];
    if (c == '`') quoted = !quoted;
    if (quoted) continue;
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') depth = std::max(0, depth - 1);
    if (depth == 0 && ends_sentence(block, at)) cut(at + 1);
  }
  cut(block.size());
  return sentences;
}

Texts all_sentences(const std::string& page) {
  Texts all;
  for (const std::string& block : blocks_of(page))
    for (std::string& sentence : sentences_of(block)) all.push_back(std::move(sentence));
  return all;
}

struct Row {
  std::string opening, shown;
};

// The cells of a line of a table: `|` between them, `\|` within.
Texts cells_of(const std::string& line) {
  Texts cells;
  std::string cell;
  for (size_t at = 1; at < line.size(); ++at) {
    if (line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '|') cell += line[++at];
    else if (line[at] != '|') cell += line[at];
    else cells.push_back(trimmed(cell)), cell.clear();
  }
  return cells;
}

std::vector<Row> rows_of(const std::string& page) {
  std::vector<Row> rows;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| ") || line.starts_with("| sentence |")) continue;
    const Texts cells = cells_of(line);
    INFO(line);
    REQUIRE(cells.size() == 2);
    rows.push_back({cells[0], cells[1]});
  }
  return rows;
}

// One test that a row names.
struct Place {
  std::string path, name;
  bool to_land = false;
};

constexpr std::string_view kToLand = "to land: ";

// What stands in the second cell in place of a test.
bool is_remark(std::string_view item) {
  return item == "says why" || item == "later" || item.starts_with("later: ") || item.starts_with("not so yet: ");
}

std::vector<Place> places_of(const std::string& shown) {
  std::vector<Place> places;
  for (size_t begin = 0; begin <= shown.size();) {
    const size_t end = std::min(shown.find("<br>", begin), shown.size());
    std::string_view item = std::string_view(shown).substr(begin, end - begin);
    begin = end + 4;
    if (is_remark(item)) continue;
    Place place;
    place.to_land = item.starts_with(kToLand);
    if (place.to_land) item.remove_prefix(kToLand.size());
    INFO(shown);
    REQUIRE(item.starts_with('`'));
    const size_t close = item.find('`', 1);
    REQUIRE(close != std::string_view::npos);
    place.path = item.substr(1, close - 1);
    place.name = trimmed(item.substr(close + 1));
    places.push_back(std::move(place));
  }
  return places;
}

std::string as_literal(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

bool holds(const Place& place, const std::string& text) {
  const fs::path path = place.path;
  if (path.extension() == ".cpp") return text.find("TEST_CASE(\"" + as_literal(place.name) + "\"") != std::string::npos;
  if (path.extension() == ".wend") return text.find("test \"" + place.name + "\"") != std::string::npos;
  const size_t rule = path.extension() == ".golden" ? text.find("// ----\n") : 0;
  return rule != std::string::npos && text.find(place.name, rule) != std::string::npos;
}

std::string description() {
  const auto page = read(kDescription);
  if (!page) FAIL("the language's description is not there: " << kDescription << "; -D WEND_SHARED_DATA=… says where it is");
  return *page;
}

std::vector<Row> rows() {
  const auto page = read(kRows);
  REQUIRE(page);
  return rows_of(*page);
}

}  // namespace

TEST_CASE("a page is cut into sentences as the README says") {
  const std::string page = "# Heading. Left out.\n\nOne line\ngoes on. Two; three · `a; b. c` (and. so on) four.\n\n"
                           "- **Bold.** Behind it\n  - inner e.g.this\n12. twelfth\n```wend\nmeasure m = 1   # a comment\nx\n```\nLast";
  CHECK(all_sentences(page) == Texts{"One line goes on.", "Two;", "three ·", "`a; b. c` (and. so on) four.", "**Bold.**", "Behind it",
                                     "inner e.g.this", "twelfth", "a comment", "Last"});
  CHECK(cells_of("| a `x\\|y` | b<br>c |") == Texts{"a `x|y`", "b<br>c"});
}

TEST_CASE("every sentence of the language's description has one row, and every row one sentence") {
  const Texts sentences = all_sentences(description());
  const std::vector<Row> all = rows();
  CHECK(sentences.size() > 350);
  for (const std::string& sentence : sentences) {
    INFO("a sentence of the description: " << sentence);
    CHECK(std::count_if(all.begin(), all.end(), [&](const Row& row) { return sentence.starts_with(row.opening); }) == 1);
  }
  for (const Row& row : all) {
    INFO("a row of tests/language/sentences.md: " << row.opening);
    CHECK(std::count_if(sentences.begin(), sentences.end(), [&](const std::string& sentence) { return sentence.starts_with(row.opening); }) == 1);
  }
}

TEST_CASE("every test that a row names is there") {
  size_t named = 0;
  for (const Row& row : rows()) {
    for (const Place& place : places_of(row.shown)) {
      INFO(row.opening);
      INFO(place.path << " " << place.name);
      const auto text = read(kSource + place.path);
      const bool there = text && holds(place, *text);
      if (!place.to_land) CHECK(there);
      else if (there) WARN(place.path << " has landed: its rows need no `to land`");
      ++named;
    }
  }
  CHECK(named > 400);
}
