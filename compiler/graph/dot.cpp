// For Graphviz and whatever else reads its language.
#include "compiler/graph/card_text.h"

namespace wend::graph {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// A label of lines that begin at the left.
std::string label(const Node& node) {
  std::string out = "\"";
  std::vector<std::string> lines = title_lines(node);
  for (std::string& line : row_lines(node)) lines.push_back(std::move(line));
  for (const std::string& line : lines) {
    const std::string inner = quoted(line);
    out += inner.substr(1, inner.size() - 2) + "\\l";
  }
  return out + "\"";
}

const char* look(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::entry: return "shape=box style=\"rounded,filled\" fillcolor=\"#e3eefb\"";
    case Node::Kind::gate: return "shape=hexagon style=filled fillcolor=\"#fdf1dc\"";
    case Node::Kind::goal: return "shape=box style=\"rounded,filled\" fillcolor=\"#e2f4e6\"";
    case Node::Kind::exit: return "shape=box style=\"rounded,filled\" fillcolor=\"#fbe7e5\"";
    case Node::Kind::finished: case Node::Kind::left: return "shape=box style=\"rounded,filled\" fillcolor=\"#e9edf2\"";
    default: return "shape=box style=\"filled\" fillcolor=\"#ffffff\"";
  }
}

}  // namespace

std::string to_dot(const Graph& graph) {
  std::string out = "digraph " + quoted(graph.project) + " {\n  compound=true rankdir=TB fontname=\"sans-serif\"\n  node [fontname=\"sans-serif\" fontsize=11]\n  edge [fontname=\"sans-serif\" fontsize=10]\n";
  for (size_t d = 0; d < graph.diagrams.size(); ++d) {
    const Diagram& diagram = graph.diagrams[d];
    const bool journey = diagram.kind == Diagram::Kind::journey;
    const auto id = [&](uint32_t i) { return quoted(diagram.name + "/" + diagram.nodes[i].id); };
    const std::string inside = "cluster_" + std::to_string(d + 1) + "_inside";
    out += "  subgraph cluster_" + std::to_string(d + 1) + " {\n    label=" + quoted((journey ? "journey " : "states ") + diagram.name) + "\n";
    uint32_t first_step = kAnywhere;
    for (uint32_t i = 0; i < diagram.nodes.size(); ++i) {
      const bool step = diagram.nodes[i].kind == Node::Kind::step;
      if (step && first_step == kAnywhere) first_step = i;
      if (!step) out += "    " + id(i) + " [" + look(diagram.nodes[i].kind) + " label=" + label(diagram.nodes[i]) + "]\n";
    }
    if (first_step != kAnywhere) {
      out += "    subgraph " + inside + " {\n      label=\"\" style=dashed\n";
      for (uint32_t i = 0; i < diagram.nodes.size(); ++i)
        if (diagram.nodes[i].kind == Node::Kind::step) out += "      " + id(i) + " [" + look(Node::Kind::step) + " label=" + label(diagram.nodes[i]) + "]\n";
      out += "    }\n";
    }
    for (const Edge& edge : diagram.edges) {
      if (edge.from == kAnywhere && first_step == kAnywhere) continue;
      out += "    " + id(edge.from == kAnywhere ? first_step : edge.from) + " -> " + id(edge.to) + " [label=" + quoted(edge_text(edge));
      if (edge.from == kAnywhere) out += " style=dashed ltail=" + inside;
      if (edge.kind == Edge::Kind::else_) out += " style=dotted";
      out += "]\n";
    }
    out += "  }\n";
  }
  return out + "}\n";
}

}  // namespace wend::graph
