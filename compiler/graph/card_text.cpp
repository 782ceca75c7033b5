#include "compiler/graph/card_text.h"

#include "compiler/graph/words.h"

namespace wend::graph {

constexpr size_t kCharacters = 60;

std::vector<std::string> title_lines(const Node& node) {
  std::vector<std::string> lines;
  const std::string before = node.kind == Node::Kind::goal ? "goal: " : node.kind == Node::Kind::exit ? "exit " : node.kind == Node::Kind::entry ? "enter " : "";
  lines.push_back(cut(before + node.title, kCharacters) + (node.people ? " (" + std::to_string(*node.people) + ")" : ""));
  for (const std::string& detail : node.details) lines.push_back(cut(detail, kCharacters));
  if (node.inside && *node.inside > 0) lines.push_back(std::to_string(*node.inside) + " inside at the end");
  return lines;
}

std::vector<std::string> row_lines(const Node& node) {
  std::vector<std::string> lines;
  for (const Row& row : node.rows) {
    std::string text = cut(row.text + (row.detail.empty() ? "" : " " + row.detail), kCharacters);
    if (row.kind == Row::Kind::arm) text += ":";
    if (row.people) text += " (" + std::to_string(*row.people) + ")";
    lines.push_back(std::string(2 * static_cast<size_t>(row.depth), ' ') + text);
  }
  return lines;
}

std::string edge_text(const Edge& edge) {
  std::string text = edge.label;
  if (edge.people) text += (text.empty() ? "" : ": ") + std::to_string(*edge.people);
  return text;
}

}  // namespace wend::graph
