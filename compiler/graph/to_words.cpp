#include "compiler/graph/to_words.h"

namespace wend::graph {
namespace {

std::string people_text(const People& people) { return people ? " (" + std::to_string(*people) + ")" : ""; }

void journey(const Diagram& diagram, std::string& out) {
  for (const Node& node : diagram.nodes) {
    switch (node.kind) {
      case Node::Kind::entry: out += " Enters " + node.title; for (const std::string& detail : node.details) out += " " + detail; break;
      case Node::Kind::gate: out += " Only those: " + node.title; break;
      case Node::Kind::goal: out += " Goal: " + node.title; break;
      case Node::Kind::exit: out += " Exit " + node.title; break;
      case Node::Kind::step: out += " Step " + node.title; break;
      default: continue;
    }
    out += people_text(node.people);
    const char* before = ": ";
    for (const Row& row : node.rows) {
      out += before + row.text + (row.detail.empty() ? "" : " " + row.detail) + people_text(row.people);
      before = row.kind == Row::Kind::arm ? ": " : ", ";
    }
    out += ".";
  }
}

void states(const Diagram& diagram, std::string& out) {
  for (const Node& node : diagram.nodes) {
    out += " " + node.title + people_text(node.people);
    for (const std::string& detail : node.details) out += " " + detail;
    out += ".";
  }
  for (const Edge& edge : diagram.edges) {
    if (edge.kind != Edge::Kind::move) continue;
    out += " From " + diagram.nodes[edge.from].title + " to " + diagram.nodes[edge.to].title + people_text(edge.people) + (edge.label.empty() ? "" : ": " + edge.label) + ".";
  }
}

}  // namespace

std::string in_words(const Graph& graph) {
  std::string out;
  for (const Diagram& diagram : graph.diagrams) {
    const bool is_journey = diagram.kind == Diagram::Kind::journey;
    out += std::string(out.empty() ? "" : " ") + (is_journey ? "Journey " : "States ") + diagram.name + (diagram.about.empty() ? "." : ": " + diagram.about + ".");
    if (is_journey) journey(diagram, out);
    else states(diagram, out);
  }
  return out;
}

}  // namespace wend::graph
