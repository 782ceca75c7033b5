// A report before it is text: headings, sentences, changed lines and tables, written out for a terminal or as markdown. Tested by
// tests/golden/cli through the commands that write reports.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wend::cli {

struct Document {
  struct Table {
    std::vector<std::string> heads;             // the first column is words, the others numbers
    std::vector<std::vector<std::string>> rows;
  };
  struct Part {
    enum class Kind : uint8_t { heading, sentence, note /* indented */, change /* a line with its mark */, gone, fresh, same, table } kind = Kind::sentence;
    std::string text, aside;                    // change: aside stands behind it, faint
    char mark = ' ';
    Table table;
    bool plain = false;                         // a backtick in it stands for itself: what others wrote
  };
  std::vector<Part> parts;

  void heading(std::string text) { add(Part::Kind::heading, std::move(text)); }
  void sentence(std::string text) { add(Part::Kind::sentence, std::move(text)); }
  void note(std::string text) { add(Part::Kind::note, std::move(text)); }
  void plain_note(std::string text) {
    note(std::move(text));
    parts.back().plain = true;
  }
  void change(char mark, std::string text, std::string aside) {
    add(Part::Kind::change, std::move(text));
    parts.back().mark = mark;
    parts.back().aside = std::move(aside);
  }
  void gone(std::string text) { add(Part::Kind::gone, std::move(text)); }
  void fresh(std::string text) { add(Part::Kind::fresh, std::move(text)); }
  void same(std::string text) { add(Part::Kind::same, std::move(text)); }
  void table(Table table) {
    add(Part::Kind::table, "");
    parts.back().table = std::move(table);
  }

 private:
  void add(Part::Kind kind, std::string text) {
    parts.emplace_back();
    parts.back().kind = kind;
    parts.back().text = std::move(text);
  }
};

std::string as_text(const Document& document, bool colour);
std::string as_markdown(const Document& document);

std::string counted(uint64_t n);                                          // "1,204"
std::string counted(uint64_t n, const char* one, const char* many);       // "1 user", "1,204 users"
std::string change_of(uint64_t before, uint64_t after);                   // "+106", "−3"; "" where they are equal

}  // namespace wend::cli
