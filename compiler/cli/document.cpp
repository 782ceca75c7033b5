// Tables are aligned by characters; in markdown by its own marks.
#include "compiler/cli/document.h"

#include <algorithm>
#include <string_view>

namespace wend::cli {
namespace {

using Kind = Document::Part::Kind;

// Scalar values, which is what stands beside one another in a table of words and numbers.
size_t width(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, size_t to, bool right) {
  const std::string gap(to > width(text) ? to - width(text) : 0, ' ');
  return right ? gap + text : text + gap;
}

struct Colours {
  bool on = false;
  std::string in(const char* code, const std::string& text) const { return on && !text.empty() ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text; }
};

void write_table(const Document::Table& table, const Colours& colours, std::string& out) {
  std::vector<size_t> widths;
  const auto measure = [&](const std::vector<std::string>& row) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  };
  measure(table.heads);
  for (const auto& row : table.rows) measure(row);
  const auto line = [&](const std::vector<std::string>& row, bool faint) {
    std::string text = "  ";
    for (size_t i = 0; i < row.size(); ++i) text += (i ? "  " : "") + padded(row[i], widths[i], i > 0);
    while (text.ends_with(' ')) text.pop_back();
    out += (faint ? colours.in("2", text) : text) + "\n";
  };
  line(table.heads, true);
  for (const auto& row : table.rows) line(row, false);
}

// Behind a backslash what markdown would take for its own.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\|<*_#[]!&~@").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// A control character of a user's text must not reach a terminal.
std::string printable(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;   // U+0080 to U+009F
    if (c1) ++i;
    out += byte < 0x20 || byte == 0x7f || c1 ? ' ' : text[i];
  }
  return out;
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
  const auto fence = [&](bool wanted) {
    if (wanted != fenced) out += wanted ? "\n```diff\n" : "```\n";
    fenced = wanted;
  };
  for (const Document::Part& part : document.parts) {
    const bool diff = part.kind == Kind::gone || part.kind == Kind::fresh || part.kind == Kind::same;
    fence(diff);
    if (part.kind == Kind::sentence && last == Kind::note) out += "\n";
    last = part.kind;
    const std::string text = printable(part.text);
    switch (part.kind) {
      case Kind::heading: out += (out.empty() ? "### " : "\n#### ") + escaped(text) + "\n\n"; break;
      case Kind::sentence: out += escaped(text) + "\n\n"; break;
      case Kind::note: out += (text.starts_with("  ") ? "  - " + escaped(text.substr(2)) : "- " + escaped(text)) + "\n"; break;
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

std::string counted(uint64_t n) {
  std::string digits = std::to_string(n);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string counted(uint64_t n, const char* one, const char* many) { return counted(n) + " " + (n == 1 ? one : many); }

std::string change_of(uint64_t before, uint64_t after) {
  if (before == after) return "";
  return after > before ? "+" + counted(after - before) : "−" + counted(before - after);
}

}  // namespace wend::cli
