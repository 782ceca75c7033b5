// What is equal at both ends is cut off; between, the longest common run of lines is found by a table, which is bounded:
// past the bound the middle is shown as taken out and put in whole.
#include "compiler/cli/line_diff.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace wend::cli {

namespace {

constexpr size_t kContext = 3;
constexpr size_t kTableMax = 16'000'000;

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

struct Edit { char mark; std::string_view line; size_t before, after; };   // places are 0-based, before the edit

std::vector<Edit> edits_of(const Lines& a, const Lines& b) {
  size_t head = 0, tail = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  while (tail + head < a.size() && tail + head < b.size() && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  const size_t n = a.size() - head - tail, m = b.size() - head - tail;
  const bool table = (n + 1) * (m + 1) <= kTableMax;
  std::vector<uint32_t> common(table ? (n + 1) * (m + 1) : 0, 0);
  const auto at = [&](size_t i, size_t j) -> uint32_t& { return common[i * (m + 1) + j]; };
  for (size_t i = n; table && i-- > 0;) {
    for (size_t j = m; j-- > 0;) at(i, j) = a[head + i] == b[head + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
  }
  std::vector<Edit> edits;
  for (size_t i = 0; i < head; ++i) edits.push_back({' ', a[i], i, i});
  size_t i = 0, j = 0;
  while (i < n || j < m) {
    if (i < n && j < m && a[head + i] == b[head + j] && table) {
      edits.push_back({' ', a[head + i], head + i, head + j});
      ++i, ++j;
    } else if (i < n && (j >= m || !table || at(i + 1, j) >= at(i, j + 1))) {
      edits.push_back({'-', a[head + i], head + i, head + j});
      ++i;
    } else {
      edits.push_back({'+', b[head + j], head + i, head + j});
      ++j;
    }
  }
  for (size_t k = 0; k < tail; ++k) edits.push_back({' ', a[head + n + k], head + n + k, head + m + k});
  return edits;
}

}  // namespace

std::string line_diff(std::string_view before, std::string_view after, std::string_view path) {
  if (before == after) return {};
  const std::vector<Edit> edits = edits_of(lines_of(before), lines_of(after));
  std::string out = "--- " + std::string(path) + "\n+++ " + std::string(path) + " (formatted)\n";
  for (size_t i = 0; i < edits.size();) {
    if (edits[i].mark == ' ') {
      ++i;
      continue;
    }
    const size_t start = i - std::min(i, kContext);
    size_t end = i, quiet = 0;
    for (; end < edits.size() && quiet <= 2 * kContext; ++end) quiet = edits[end].mark == ' ' ? quiet + 1 : 0;
    end -= quiet > kContext ? quiet - kContext : 0;
    size_t removed = 0, added = 0;
    for (size_t k = start; k < end; ++k) removed += edits[k].mark != '+', added += edits[k].mark != '-';
    out += "@@ -" + std::to_string(edits[start].before + 1) + "," + std::to_string(removed) + " +" +
           std::to_string(edits[start].after + 1) + "," + std::to_string(added) + " @@\n";
    for (size_t k = start; k < end; ++k) {
      out += edits[k].mark;
      out += edits[k].line;
      if (!edits[k].line.ends_with('\n')) out += "\n\\ no line end\n";
    }
    i = end;
  }
  return out;
}

}  // namespace wend::cli
