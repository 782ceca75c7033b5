// Alignment within runs of adjacent lines. The first column of a member (its name, or the words it begins with)
// is aligned always: at the column most lines of the run have already, or further right where a name needs it,
// so that one new line does not move the others. Every other column is kept where two lines of the run share it.
#include <algorithm>
#include <map>

#include "compiler/syntax/format_lines.h"

namespace wend {
namespace {

// Where the aligned part of a line begins, and what kind of line it is; 0 for none.
struct Points {
  uint16_t kind = 0;
  std::vector<size_t> cells;
};

size_t find(const Line& line, uint16_t type) {
  for (size_t i = 0; i < line.cells.size(); ++i) {
    if (line.cells[i].token.type == type) return i;
  }
  return 0;
}

bool balanced(const Line& line) {
  int depth = 0;
  for (const Cell& cell : line.cells) {
    if (cell.token.type == tok::LBRACE) ++depth;
    if (cell.token.type == tok::RBRACE && --depth < 0) return false;
  }
  return depth == 0;
}

// The words a member begins with; the rest of the line is aligned behind them.
size_t head_words(BlockKind block, uint16_t first) {
  switch (block) {
    case BlockKind::project:
      switch (first) {
        case tok::ABOUT: case tok::CURRENCY: return 1;
        case tok::TIME: case tok::LATE: case tok::DUPLICATES: return 2;
        case tok::USER: return 3;
        default: return 0;
      }
    case BlockKind::journey:
      switch (first) {
        case tok::ABOUT: case tok::ENTER: case tok::REENTER: case tok::GOAL: case tok::EXIT: case tok::PRIORITY: return 1;
        case tok::ONLY: case tok::ONE: return 2;
        default: return 0;
      }
    case BlockKind::experiment: return 1;
    case BlockKind::profile: return first == tok::IDENTITY ? 0 : 1;
    case BlockKind::fields: case BlockKind::texts: case BlockKind::states: return 1;
    default: return 0;
  }
}

Points points_of(const Line& line) {
  Points out;
  if (line.cells.size() < 2 || line.continues || line.several || !balanced(line)) return out;
  const uint16_t first = line.cells.front().token.type;
  const auto single = [&](uint16_t kind, size_t cell) {
    if (cell == 0 || cell >= line.cells.size()) return;
    out.kind = kind;
    out.cells.push_back(cell);
  };
  if (line.block == BlockKind::top) {
    if (first == tok::MEASURE || first == tok::AUDIENCE || first == tok::REPORT) single(first, find(line, tok::ASSIGN));
    if (first == tok::EVENT || first == tok::CHANNEL || first == tok::TOPIC) single(first, find(line, tok::LBRACE));
    return out;
  }
  if (line.block == BlockKind::message || line.block == BlockKind::arms) {
    if (line.cells[1].token.type == tok::LBRACE) single(tok::LBRACE, 1);
    return out;
  }
  if (line.block == BlockKind::module) {  // needs event added { cart_id text }
    for (size_t cell : {2, 3})
      if (first == tok::NEEDS && cell < line.cells.size()) single(tok::NEEDS, cell);
    return out;
  }
  single(1, head_words(line.block, first));
  if (out.kind != 0 && line.block == BlockKind::experiment && (first == tok::METRIC || first == tok::GUARD)) {
    out.cells.push_back(find(line, tok::ASSIGN));
  }
  return out;
}

uint32_t end_of(const Cell& cell) { return cell.column + cell.width; }

bool no_blank_between(const Cell& left, const Cell& right) {
  const uint16_t a = left.token.type, b = right.token.type;
  switch (b) {
    case tok::COMMA: case tok::RPAREN: case tok::RBRACKET: case tok::COLON: case tok::QUESTION: case tok::DOT: case tok::DOTDOT: return true;
    case tok::LPAREN: return is_word(a) && right.glued;
    default: break;
  }
  if (a == tok::LPAREN || a == tok::LBRACKET || a == tok::DOT || a == tok::DOTDOT) return true;
  return a == tok::MINUS && right.glued && !left.glued;  // a sign
}

class Run {
 public:
  Run(std::vector<Line>& lines, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) rows_.push_back({&lines[i], points_of(lines[i]), 0});
  }

  void lay() {
    for (Row& row : rows_) {
      row.line->cells.front().column = row.line->indent;
      row.next = 1;
    }
    for (size_t level = 0; level < 2; ++level) named_columns(level);
    kept_columns();
    for (Row& row : rows_) advance(row, row.line->cells.size());
  }

 private:
  struct Row {
    Line* line;
    Points points;
    size_t next;  // the first cell that has no column yet
  };

  // Puts the cells before `cell`, with single blanks.
  static void advance(Row& row, size_t cell) {
    std::vector<Cell>& cells = row.line->cells;
    for (; row.next < cell; ++row.next) {
      const Cell& left = cells[row.next - 1];
      Cell& here = cells[row.next];
      uint32_t gap = no_blank_between(left, here) ? 0 : 1;
      if (here.token.type == tok::COMMENT) gap = std::max(here.gap, 1u);
      here.column = end_of(left) + gap;
    }
  }

  static void put(Row& row, size_t cell, uint32_t column) {
    row.line->cells[cell].column = column;
    row.next = cell + 1;
  }

  // The columns that are always aligned.
  void named_columns(size_t level) {
    std::map<uint32_t, size_t> columns;
    uint32_t needed = 0;
    for (Row& row : rows_) {
      if (row.points.cells.size() <= level) continue;
      const size_t cell = row.points.cells[level];
      advance(row, cell);
      ++columns[row.line->cells[cell].source_column - row.line->cells.front().source_column + row.line->indent];
      needed = std::max(needed, end_of(row.line->cells[cell - 1]) + 1);
    }
    uint32_t column = needed;
    size_t most = 1;
    for (const auto& [place, count] : columns) {
      if (count > most) {
        most = count;
        column = std::max(needed, place);
      }
    }
    for (Row& row : rows_) {
      if (row.points.cells.size() > level) put(row, row.points.cells[level], column);
    }
  }

  // Other columns, where at least two lines of the run have the same kind of word there, one of them set off.
  void kept_columns() {
    std::map<std::pair<uint32_t, uint16_t>, std::vector<std::pair<Row*, size_t>>> groups;
    for (Row& row : rows_) {
      if (row.line->several) continue;
      for (size_t i = row.next; i < row.line->cells.size(); ++i) {
        const Cell& cell = row.line->cells[i];
        if (cell.gap > 0) groups[{cell.source_column, cell.token.type}].push_back({&row, i});
      }
    }
    for (auto& [key, members] : groups) {
      uint32_t least = UINT32_MAX, most = 0, column = 0;
      for (const auto& [row, cell] : members) {
        least = std::min(least, row->line->cells[cell].gap);
        most = std::max(most, row->line->cells[cell].gap);
      }
      if (members.size() < 2 || most < 2) continue;
      for (const auto& [row, cell] : members) {
        advance(*row, cell);
        column = std::max(column, end_of(row->line->cells[cell - 1]) + least);
      }
      for (const auto& [row, cell] : members) put(*row, cell, column);
    }
  }

  std::vector<Row> rows_;
};

bool is_comment_line(const Line& line) { return line.cells.size() == 1 && line.cells.front().token.type == tok::COMMENT; }

}  // namespace

void align(std::vector<Line>& lines) {
  size_t begin = 0;
  while (begin < lines.size()) {
    if (lines[begin].cells.empty()) {
      ++begin;
      continue;
    }
    const Points first = points_of(lines[begin]);
    size_t end = begin + 1;
    while (end < lines.size() && !lines[end].cells.empty() && lines[end].indent == lines[begin].indent &&
           (is_comment_line(lines[end]) || points_of(lines[end]).kind == first.kind) && lines[end].block == lines[begin].block) {
      ++end;
    }
    Run(lines, begin, end).lay();
    begin = end;
  }
}

}  // namespace wend
