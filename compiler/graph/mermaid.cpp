// A Mermaid flowchart: GitHub and GitLab draw it where it stands in a page.
#include "compiler/graph/card_text.h"

namespace wend::graph {
namespace {

// Inside "…" of a label: what Mermaid or the HTML it makes would read as its own is an entity.
std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '"': out += "#quot;"; break;
      case '&': out += "#amp;"; break;
      case '<': out += "#lt;"; break;
      case '>': out += "#gt;"; break;
      case '#': out += "#35;"; break;
      case '`': out += "#96;"; break;
      case '\\': out += "#92;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string label(const Node& node) {
  std::string out;
  const bool step = node.kind == Node::Kind::step || node.kind == Node::Kind::state;
  bool first = true;
  for (const std::string& line : title_lines(node)) {
    out += (first ? "" : "<br/>") + std::string(first && step ? "<b>" : "") + escaped(line) + (first && step ? "</b>" : "");
    first = false;
  }
  for (const std::string& line : row_lines(node)) {
    const size_t indent = line.find_first_not_of(' ');
    std::string before;
    for (size_t i = 0; i < indent && indent != std::string::npos; ++i) before += "#nbsp;";
    out += "<br/>" + before + escaped(indent == std::string::npos ? line : line.substr(indent));
  }
  return out;
}

void node(const Node& node, const std::string& id, const char* indent, std::string& out) {
  const char *open = "(", *close = ")";
  switch (node.kind) {
    case Node::Kind::entry: case Node::Kind::finished: case Node::Kind::left: open = "([", close = "])"; break;
    case Node::Kind::gate: open = "{{", close = "}}"; break;
    case Node::Kind::goal: open = "[[", close = "]]"; break;
    case Node::Kind::exit: open = "[/", close = "/]"; break;
    default: break;
  }
  out += indent + id + open + "\"" + label(node) + "\"" + close + "\n";
}

}  // namespace

std::string to_mermaid(const Graph& graph) {
  std::string out = "flowchart TB\n";
  for (size_t d = 0; d < graph.diagrams.size(); ++d) {
    const Diagram& diagram = graph.diagrams[d];
    const std::string own = "d" + std::to_string(d + 1);
    const auto id = [&](uint32_t i) { return own + "n" + std::to_string(i + 1); };
    const bool journey = diagram.kind == Diagram::Kind::journey;
    out += "  subgraph " + own + "[\"" + (journey ? "journey " : "states ") + escaped(diagram.name) + "\"]\n";
    for (uint32_t i = 0; i < diagram.nodes.size(); ++i)
      if (diagram.nodes[i].kind != Node::Kind::step) node(diagram.nodes[i], id(i), "    ", out);
    if (journey) {
      out += "    subgraph " + own + "inside[\" \"]\n";
      for (uint32_t i = 0; i < diagram.nodes.size(); ++i)
        if (diagram.nodes[i].kind == Node::Kind::step) node(diagram.nodes[i], id(i), "      ", out);
      out += "    end\n";
    }
    for (const Edge& edge : diagram.edges) {
      const bool dotted = edge.kind == Edge::Kind::interrupt || edge.kind == Edge::Kind::else_;
      const std::string text = escaped(edge_text(edge));
      out += "    " + (edge.from == kAnywhere ? own + "inside" : id(edge.from)) + (dotted ? " -.->" : " -->") + (text.empty() ? "" : "|\"" + text + "\"|") + " " + id(edge.to) + "\n";
    }
    out += "  end\n";
  }
  return out;
}

}  // namespace wend::graph
