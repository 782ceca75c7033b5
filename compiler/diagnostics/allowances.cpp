// Finds `wend:allow` comments with a linear scan of its own: it has to work on files that do not parse.
#include "compiler/diagnostics/allowances.h"

#include <algorithm>

namespace wend {

namespace {

constexpr std::string_view kMark = "wend:allow";

struct Comment {
  uint32_t begin;  // of the '#'
  uint32_t end;
};

// What the scan of a file finds: its comments, and which lines hold code and how far texts begun there reach.
struct Layout {
  std::vector<Comment> comments;
  std::vector<uint32_t> last_line_of;  // by line: 0 holds no code, else the last line of what begins there
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// The offset behind a text that opens at `at`. Inside {{ }} and {% %} a quote does not end it; a text of one quote
// ends with its line whatever happens.
size_t skip_text(std::string_view text, size_t at) {
  const bool long_text = text.substr(at, 3) == "\"\"\"";
  size_t i = at + (long_text ? 3 : 1);
  char tag = 0;  // '}' or '%' while inside a tag
  while (i < text.size()) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\n' && !long_text) return i;
    if (tag != 0) {
      if (c == tag && next == '}') { tag = 0; ++i; }
    } else if (c == '\\') {
      if (next == '\n' && !long_text) return i + 1;
      ++i;
    } else if (c == '{' && (next == '{' || next == '%')) {
      tag = next == '{' ? '}' : '%';
      ++i;
    } else if (c == '"' && (!long_text || text.substr(i, 3) == "\"\"\"")) {
      return i + (long_text ? 3 : 1);
    }
    ++i;
  }
  return text.size();
}

Layout scan(const SourceFile& file) {
  Layout layout;
  layout.last_line_of.assign(file.line_count() + 2, 0);
  const std::string_view text = file.text();
  uint32_t line = 1;
  for (size_t i = file.line_start(1); i < text.size();) {
    const char c = text[i];
    if (c == '\n') {
      ++line;
      ++i;
    } else if (is_space(c)) {
      ++i;
    } else if (c == '#') {
      const size_t end = std::min(text.find('\n', i), text.size());
      layout.comments.push_back({static_cast<uint32_t>(i), static_cast<uint32_t>(end)});
      i = end;
    } else {
      const size_t end = c == '"' ? skip_text(text, i) : i + 1;
      const auto breaks = static_cast<uint32_t>(std::count(text.begin() + i, text.begin() + end, '\n'));
      for (uint32_t l = line; l <= line + breaks; ++l) {
        layout.last_line_of[l] = std::max(layout.last_line_of[l], line + breaks);
      }
      line += breaks;
      i = end;
    }
  }
  return layout;
}

// Comment tags of a template, `{% # … %}`, one line each.
Layout scan_template(const SourceFile& file) {
  Layout layout;
  layout.last_line_of.assign(file.line_count() + 2, 0);
  for (uint32_t line = 1; line <= file.line_count(); ++line) {
    const std::string_view text = file.line(line);
    bool has_other = false;
    for (size_t i = 0; i < text.size();) {
      if (text.substr(i, 2) != "{%") {
        has_other = has_other || !is_space(text[i]);
        ++i;
        continue;
      }
      size_t inner = i + 2;
      if (inner < text.size() && text[inner] == '-') ++inner;
      while (inner < text.size() && is_space(text[inner])) ++inner;
      const size_t close = text.find("%}", inner);
      const size_t end = close == std::string_view::npos ? text.size() : close;
      if (inner < text.size() && text[inner] == '#') {
        const size_t stop = end > inner && text[end - 1] == '-' ? end - 1 : end;
        const uint32_t start = file.line_start(line);
        layout.comments.push_back({start + static_cast<uint32_t>(inner), start + static_cast<uint32_t>(stop)});
      } else {
        has_other = true;
      }
      i = std::min(end + 2, text.size());
    }
    if (has_other) layout.last_line_of[line] = line;
  }
  return layout;
}

// Reads the codes and the reason behind the mark into allowances without a range.
void read_comment(std::string_view text, const Comment& comment, uint32_t file_index, std::vector<Allowance>& out) {
  size_t i = comment.begin + 1;
  while (i < comment.end && is_space(text[i])) ++i;
  if (text.substr(i, std::min(kMark.size(), comment.end - i)) != kMark) return;
  i += kMark.size();
  const size_t colon = i + std::min(text.substr(i, comment.end - i).find(':'), comment.end - i);
  const std::string_view reason = text.substr(0, comment.end).substr(std::min<size_t>(colon + 1, comment.end));
  const bool has_reason = !std::all_of(reason.begin(), reason.end(), is_space);
  while (i < colon) {
    while (i < colon && (is_space(text[i]) || text[i] == ',')) ++i;
    const size_t begin = i;
    while (i < colon && !is_space(text[i]) && text[i] != ',') ++i;
    if (i == begin) break;
    Allowance allowance;
    allowance.code_span = {file_index, static_cast<uint32_t>(begin), static_cast<uint32_t>(i)};
    allowance.code = std::string(text.substr(begin, i - begin));
    allowance.has_reason = has_reason;
    out.push_back(std::move(allowance));
    if (colon == comment.end) break;  // no colon: what follows the first code is prose
  }
}

}  // namespace

std::vector<Allowance> find_allowances(const SourceFile& file, uint32_t file_index) {
  std::vector<Allowance> found;
  if (file.text().find(kMark) == std::string::npos) return found;
  const Layout layout = file.path().ends_with(".wend") ? scan(file) : scan_template(file);
  const uint32_t behind_last = file.line_count() + 1;
  std::vector<uint32_t> next_code(behind_last + 1, behind_last);  // by line: itself or the next line with code
  for (uint32_t line = file.line_count(); line >= 1; --line) {
    next_code[line] = layout.last_line_of[line] != 0 ? line : next_code[line + 1];
  }
  for (const Comment& comment : layout.comments) {
    const size_t first = found.size();
    read_comment(file.text(), comment, file_index, found);
    if (found.size() == first) continue;
    const uint32_t line = next_code[file.position(comment.begin).line];
    for (size_t i = first; i < found.size(); ++i) {
      found[i].first_line = line;
      found[i].last_line = std::max(line, layout.last_line_of[line]);
    }
  }
  return found;
}

}  // namespace wend
