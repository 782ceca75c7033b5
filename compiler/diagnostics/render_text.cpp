// The renderer for people: lines of source in a gutter, marks and labels under them, and what each fix would write.
// Columns count scalar values, a tab is one space, and a long line is cut to a window round its first mark.
// Tested by tests/unit/diagnostics.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "compiler/diagnostics/render.h"
#include "runtime/abi/utf8.h"

namespace wend {

namespace {

constexpr size_t kWidthMax = 160;      // scalars of a source line that are shown
constexpr size_t kBeforeMark = 60;     // of them before the first mark, when the line is cut
constexpr size_t kFixLinesMax = 8;     // lines shown of one fix

// Marks under one line: one character a scalar, with a text behind the last.
struct MarkRow {
  std::string marks;
  std::string text;
  const char* colour;
};

class TextWriter {
 public:
  TextWriter(const Diagnostic& d, const Sources& sources, bool colour) : d_(d), sources_(sources), colour_(colour) {}

  std::string write() {
    gutter_ = std::to_string(last_line()).size();
    head();
    snippets();
    for (const std::string& note : d_.notes) remark("= ", note, nullptr);
    const bool help_heads_fix = d_.helps.size() == 1 && d_.fixes.size() == 1;
    for (const std::string& help : d_.helps) remark("help: ", help, kGreen);
    for (const Fix& fix : d_.fixes) {
      if (!help_heads_fix) remark("help: ", fix.title, kGreen);
      show_fix(fix);
    }
    return std::move(out_);
  }

 private:
  static constexpr const char* kRed = "1;31";
  static constexpr const char* kYellow = "1;33";
  static constexpr const char* kGreen = "1;32";
  static constexpr const char* kBlue = "1;34";
  static constexpr const char* kBold = "1";

  const char* main_colour() const { return d_.severity() == Severity::error ? kRed : kYellow; }
  bool placed(const Span& span) const { return span.file < sources_.size(); }
  const SourceFile& file_of(const Span& span) const { return sources_.file(span.file); }
  uint32_t line_of(const Span& span) const { return file_of(span).position(span.begin).line; }

  void put(std::string_view text, const char* colour) {
    if (colour_ && colour != nullptr) {
      out_.append("\x1b[").append(colour).append("m").append(text).append("\x1b[0m");
    } else {
      out_ += text;
    }
  }

  // The largest line number that will stand in the gutter.
  uint32_t last_line() const {
    uint32_t last = 1;
    const auto see = [&](const Span& span, size_t more) {
      if (placed(span)) last = std::max(last, line_of(span) + static_cast<uint32_t>(more));
    };
    see(d_.primary.span, 0);
    for (const Label& label : d_.secondary) see(label.span, 0);
    for (const Fix& fix : d_.fixes) {
      for (const Edit& edit : fix.edits) {
        const auto breaks = static_cast<size_t>(std::count(edit.text.begin(), edit.text.end(), '\n'));
        see(edit.span, std::min(breaks, kFixLinesMax));
      }
    }
    return last;
  }

  void head() {
    put(std::string(d_.severity() == Severity::error ? "error" : "warning") + "[" + d_.id() + "]", main_colour());
    put(": " + printable(d_.message), kBold);
    out_ += '\n';
  }

  void remark(std::string_view lead, const std::string& text, const char* colour) {
    out_.append(gutter_ + 1, ' ');
    put(lead, colour);
    out_.append(printable(text)).append("\n");
  }

  // Labels by file (that of the primary span first), then by line.
  void snippets() {
    std::vector<const Label*> labels;
    if (placed(d_.primary.span)) labels.push_back(&d_.primary);
    for (const Label& label : d_.secondary) {
      if (placed(label.span)) labels.push_back(&label);
    }
    std::vector<uint32_t> files;
    for (const Label* label : labels) {
      if (std::find(files.begin(), files.end(), label->span.file) == files.end()) files.push_back(label->span.file);
    }
    for (const uint32_t file : files) {
      std::map<uint32_t, std::vector<const Label*>> by_line;
      const Label* first = nullptr;
      for (const Label* label : labels) {
        if (label->span.file != file) continue;
        if (first == nullptr) first = label;
        by_line[line_of(label->span)].push_back(label);
      }
      snippet(sources_.file(file), first->span, by_line);
    }
  }

  using LabelsByLine = std::map<uint32_t, std::vector<const Label*>>;

  void snippet(const SourceFile& file, const Span& where, const LabelsByLine& by_line) {
    const Position at = file.position(where.begin);
    out_.append(gutter_ + 1, ' ');
    put("┌", kBlue);
    out_ += " " + printable(file.path()) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + "\n";
    uint32_t previous = 0;
    for (const auto& [line, labels] : by_line) {
      if (previous != 0 && line > previous + 1) {
        out_.append(gutter_ + 1, ' ');
        put("┆", kBlue);
        out_ += '\n';
      }
      previous = line;
      std::vector<MarkRow> rows;
      for (const Label* label : labels) rows.push_back(row_of(file, line, *label));
      source_line(line, file.line(line), rows);
    }
  }

  MarkRow row_of(const SourceFile& file, uint32_t line, const Label& label) const {
    const std::string_view text = file.line(line);
    const size_t start = file.line_start(line);
    const size_t begin = std::clamp<size_t>(label.span.begin, start, start + text.size()) - start;
    const size_t end = std::clamp<size_t>(label.span.end, start + begin, start + text.size()) - start;
    const bool primary = &label == &d_.primary;
    std::string marks(count_scalars(text.substr(0, begin)), ' ');
    marks.append(std::max<size_t>(1, count_scalars(text.substr(begin, end - begin))), primary ? '^' : '-');
    return {std::move(marks), label.text, primary ? main_colour() : kBlue};
  }

  // One numbered line with the marks under it.
  void source_line(uint32_t number, std::string_view line, const std::vector<MarkRow>& rows) {
    const size_t width = count_scalars(line);
    const size_t mark = rows.empty() ? 0 : std::min(rows[0].marks.find_first_not_of(' '), rows[0].marks.size());
    const size_t from = width <= kWidthMax || mark <= kBeforeMark ? 0 : mark - kBeforeMark;
    const size_t to = std::min(width, from + kWidthMax);
    const std::string digits = std::to_string(number);
    out_.append(gutter_ - std::min(gutter_, digits.size()), ' ');
    put(digits + " │", kBlue);
    const std::string shown = cut(line, from, to);
    if (!shown.empty()) out_ += " ";
    out_ += shown;
    if (to < width) out_ += "…";
    out_ += '\n';
    for (const MarkRow& row : rows) {
      out_.append(gutter_ + 1, ' ');
      put("│", kBlue);
      std::string marks = row.marks.size() > from ? row.marks.substr(from, kWidthMax) : std::string();
      if (from > 0 && !marks.empty()) marks.insert(0, " ");  // under the "…"
      const size_t first = std::min(marks.find_first_not_of(' '), marks.size());
      out_ += " " + marks.substr(0, first);
      put(row.text.empty() ? marks.substr(first) : marks.substr(first) + " " + printable(row.text), row.colour);
      out_ += '\n';
    }
  }

  // The scalars [from, to) of a line, made printable, with "…" where it was cut at the front. No blanks at its end.
  static std::string cut(std::string_view line, size_t from, size_t to) {
    size_t begin = 0;
    for (size_t i = 0; i < from; ++i) begin += read_scalar(line, begin).size;
    size_t end = begin;
    for (size_t i = from; i < to; ++i) end += read_scalar(line, end).size;
    std::string shown = (from > 0 ? "…" : "") + printable(line.substr(begin, end - begin));
    while (shown.ends_with(' ')) shown.pop_back();
    return shown;
  }

  // The lines as they would be after the fix, with `+` under what is new and `~` under what is replaced; where it only
  // takes away, the line as it is with `-` under what goes.
  void show_fix(const Fix& fix) {
    std::vector<const Edit*> edits;
    for (const Edit& edit : fix.edits) {
      if (!placed(edit.span)) return;
      edits.push_back(&edit);
    }
    std::stable_sort(edits.begin(), edits.end(), [](const Edit* a, const Edit* b) {
      return a->span.file != b->span.file ? a->span.file < b->span.file : a->span.begin < b->span.begin;
    });
    size_t shown = 0;
    for (size_t i = 0; i < edits.size() && shown < kFixLinesMax;) {
      const uint32_t line = line_of(edits[i]->span);
      std::vector<const Edit*> together;
      const uint32_t file = edits[i]->span.file;
      while (i < edits.size() && edits[i]->span.file == file && line_of(edits[i]->span) == line) {
        together.push_back(edits[i++]);
      }
      shown += show_edits(line, together, kFixLinesMax - shown);
    }
  }

  size_t show_edits(uint32_t line, const std::vector<const Edit*>& edits, size_t lines_max) {
    const SourceFile& file = file_of(edits[0]->span);
    const std::string_view text = file.line(line);
    const size_t start = file.line_start(line);
    const bool only_removes = std::all_of(edits.begin(), edits.end(), [](const Edit* e) { return e->text.empty(); });
    std::string after, marks;
    size_t at = 0;
    for (const Edit* edit : edits) {
      const size_t begin = std::clamp<size_t>(edit->span.begin, start + at, start + text.size()) - start;
      const size_t end = std::clamp<size_t>(edit->span.end, start + begin, start + text.size()) - start;
      keep(text.substr(at, begin - at), after, marks);
      if (only_removes) {
        after += text.substr(begin, end - begin);
        marks.append(count_scalars(text.substr(begin, end - begin)), '-');
      } else {
        add(edit->text, edit->span.empty() ? '+' : '~', after, marks);
      }
      at = end;
    }
    keep(text.substr(at), after, marks);
    return show_marked(line, after, marks, lines_max, only_removes ? kRed : kGreen);
  }

  static void keep(std::string_view text, std::string& after, std::string& marks) {
    after += text;
    marks.append(count_scalars(text), ' ');
  }

  static void add(std::string_view text, char mark, std::string& after, std::string& marks) {
    after += text;
    for (size_t i = 0; i < text.size();) {
      const Scalar scalar = read_scalar(text, i);
      marks += scalar.value == '\n' ? '\n' : mark;
      i += scalar.size;
    }
  }

  size_t show_marked(uint32_t line, std::string_view after, std::string_view marks, size_t lines_max,
                     const char* colour) {
    for (size_t count = 0; count < lines_max; ++count) {
      const size_t text_end = std::min(after.find('\n'), after.size());
      const size_t marks_end = std::min(marks.find('\n'), marks.size());
      std::string row(marks.substr(0, marks_end));
      row.erase(row.find_last_not_of(' ') + 1);
      std::vector<MarkRow> rows;
      if (!row.empty()) rows.push_back({std::move(row), {}, colour});
      source_line(line + static_cast<uint32_t>(count), after.substr(0, text_end), rows);
      if (text_end == after.size()) return count + 1;
      after.remove_prefix(text_end + 1);
      marks.remove_prefix(std::min(marks_end + 1, marks.size()));
    }
    return lines_max;
  }

  const Diagnostic& d_;
  const Sources& sources_;
  bool colour_;
  size_t gutter_ = 1;
  std::string out_;
};

}  // namespace

std::string render_text(const Diagnostic& diagnostic, const Sources& sources, const RenderOptions& options) {
  return TextWriter(diagnostic, sources, options.colour).write();
}

std::string render_text(const Diagnostics& diagnostics, const Sources& sources, const RenderOptions& options) {
  std::string out;
  for (const Diagnostic& d : diagnostics.all()) {
    out += render_text(d, sources, options);
    out += '\n';
  }
  return out;
}

}  // namespace wend
