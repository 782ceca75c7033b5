// Tables are aligned by characters; in markdown by its own marks.
#include "compiler/cli/document.h"

#include <algorithm>
#include <string_view>

#include "runtime/abi/printable.h"
#include "runtime/hosts/summary_table.h"

namespace wend::cli {
namespace {

using Kind = Document::Part::Kind;

struct Colours {
  bool on = false;
  std::string in(const char* code, const std::string& text) const { return on && !text.empty() ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text; }
};

void write_table(const Document::Table& table, const Colours& colours, std::string& out) {
  std::vector<SummaryTable::Column> columns;
  for (const std::string& head : table.heads) columns.push_back({head, columns.empty() ? SummaryTable::Align::left : SummaryTable::Align::right});
  SummaryTable lines(std::move(columns));
  for (const auto& row : table.rows) lines.row(row);
  std::string text;
  lines.append(text, 2);
  const size_t head = text.find('\n');
  out += colours.in("2", text.substr(0, head)) + text.substr(head);
}

// Behind a backslash what markdown would take for its own.
// Backticks that stand in pairs are our own words in code; one alone, or in what others wrote, would open code that nothing ends.
std::string escaped(const std::string& text, bool of_others = false) {
  std::string out;
  const bool plain = of_others || std::count(text.begin(), text.end(), '`') % 2 != 0;
  for (const char c : text) {
    if (c == '`' && plain) out += '\\';
    if (std::string_view("\\|<*_#[]!&~@").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

bool is_diff(const Document::Part& part) { return part.kind == Kind::gone || part.kind == Kind::fresh || part.kind == Kind::same; }

// Longer than any run of backticks inside, which would end it.
std::string fence_for(const Document& document) {
  size_t longest = 2;
  for (const Document::Part& part : document.parts) {
    size_t run = 0;
    for (const char c : is_diff(part) ? part.text : std::string()) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  }
  return std::string(longest + 1, '`');
}

}  // namespace

std::string as_text(const Document& document, bool colour) {
  const Colours colours{colour};
  std::string out;
  Kind last = Kind::heading;
  for (const Document::Part& part : document.parts) {
    const std::string text = printable(part.text);
    if (part.kind == Kind::table && last != Kind::heading) out += "\n";
    last = part.kind;
    switch (part.kind) {
      case Kind::heading: out += (out.empty() ? "" : "\n") + colours.in("1", text) + "\n"; break;
      case Kind::sentence: out += text + "\n"; break;
      case Kind::note: out += "  " + text + "\n"; break;
      case Kind::change: {
        const char* code = part.mark == '+' ? "32" : part.mark == '-' ? "31" : "33";
        out += "\n" + colours.in(code, std::string(1, part.mark)) + " " + colours.in("1", text) + (part.aside.empty() ? "" : "   " + colours.in("2", printable(part.aside))) + "\n";
        break;
      }
      case Kind::gone: out += "    " + colours.in("31", "- " + text) + "\n"; break;
      case Kind::fresh: out += "    " + colours.in("32", "+ " + text) + "\n"; break;
      case Kind::same: out += "      " + text + "\n"; break;
      case Kind::table: write_table(part.table, colours, out); break;
    }
  }
  return out;
}

std::string as_markdown(const Document& document) {
  std::string out;
  bool fenced = false;
  Kind last = Kind::heading;
  const std::string ticks = fence_for(document);
  const auto fence = [&](bool wanted) {
    if (wanted != fenced) out += wanted ? "\n" + ticks + "diff\n" : ticks + "\n";
    fenced = wanted;
  };
  for (const Document::Part& part : document.parts) {
    fence(is_diff(part));
    if (part.kind == Kind::sentence && last == Kind::note) out += "\n";
    last = part.kind;
    const std::string text = printable(part.text);
    switch (part.kind) {
      case Kind::heading: out += (out.empty() ? "### " : "\n#### ") + escaped(text) + "\n\n"; break;
      case Kind::sentence: out += escaped(text) + "\n\n"; break;
      case Kind::note: out += (text.starts_with("  ") ? "  - " + escaped(text.substr(2), part.plain) : "- " + escaped(text, part.plain)) + "\n"; break;
      case Kind::change: out += "\n**" + std::string(part.mark == '+' ? "New: " : part.mark == '-' ? "Gone: " : "") + "`" + text + "`**" + (part.aside.empty() ? "" : " · " + escaped(printable(part.aside))) + "\n"; break;
      case Kind::gone: out += "- " + text + "\n"; break;
      case Kind::fresh: out += "+ " + text + "\n"; break;
      case Kind::same: out += "  " + text + "\n"; break;
      case Kind::table: {
        const auto row = [&](const std::vector<std::string>& cells) {
          out += "|";
          for (size_t i = 0; i < part.table.heads.size(); ++i) out += " " + (i < cells.size() ? escaped(cells[i]) : "") + " |";
          out += "\n";
        };
        out += "\n";
        row(part.table.heads);
        out += "|";
        for (size_t i = 0; i < part.table.heads.size(); ++i) out += i ? " ---: |" : " --- |";
        out += "\n";
        for (const auto& cells : part.table.rows) row(cells);
        out += "\n";
        break;
      }
    }
  }
  fence(false);
  return out;
}

std::string counted(uint64_t n) { return n == 0 ? "0" : with_separators(n); }

std::string counted(uint64_t n, const char* one, const char* many) { return counted(n) + " " + (n == 1 ? one : many); }

std::string change_of(uint64_t before, uint64_t after) {
  if (before == after) return "";
  return after > before ? "+" + counted(after - before) : "−" + counted(before - after);
}

}  // namespace wend::cli
