// The format `wend.graph/1` of README.md: every key is there, what is not known is null.
#include "compiler/graph/graph.h"
#include "runtime/abi/text_format.h"

namespace wend::graph {
namespace {

constexpr const char* kRowKinds[] = {"send", "wait", "branch", "arm", "set", "emit", "call", "go", "finish", "leave", "note"};
constexpr const char* kNodeKinds[] = {"entry", "gate", "step", "goal", "exit", "finished", "left", "state"};
constexpr const char* kEdgeKinds[] = {"flow", "interrupt", "else", "move"};

class Writer {
 public:
  std::string run(const Graph& graph) {
    out_ = "{\"schema\":\"wend.graph/1\",\"project\":";
    text(graph.project);
    key("about"), text(graph.about);
    key("run");
    if (graph.run) {
      out_ += "{\"users\":" + std::to_string(graph.run->users) + ",\"events\":" + std::to_string(graph.run->events) + ",\"from\":";
      text(graph.run->from);
      key("to"), text(graph.run->to);
      out_ += "}";
    } else {
      out_ += "null";
    }
    key("diagrams");
    list(graph.diagrams, "\n", [this](const Diagram& diagram) { this->diagram(diagram); });
    return out_ + "}\n";
  }

 private:
  void text(const std::string& value) { append_json_string(out_, value); }
  void key(const char* name) { out_ += std::string(",\"") + name + "\":"; }
  void count(const People& people) { out_ += people ? std::to_string(*people) : "null"; }

  template <class List, class Each>
  void list(const List& items, const char* before, Each each) {
    out_ += '[';
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      out_ += before;
      each(item);
    }
    out_ += ']';
  }
  void texts(const std::vector<std::string>& items) { list(items, "", [this](const std::string& item) { text(item); }); }

  void place(const Place& place) {
    key("place");
    if (place.line == 0) {
      out_ += "null";
      return;
    }
    out_ += "{\"file\":";
    text(place.file);
    out_ += ",\"start\":{\"line\":" + std::to_string(place.line) + ",\"col\":" + std::to_string(place.column) + "},\"end\":{\"line\":" + std::to_string(place.end_line) +
            ",\"col\":" + std::to_string(place.end_column) + "}}";
  }

  void row(const Row& row) {
    out_ += std::string("{\"kind\":\"") + kRowKinds[static_cast<size_t>(row.kind)] + "\",\"depth\":" + std::to_string(row.depth) + ",\"text\":";
    text(row.text);
    key("detail"), text(row.detail);
    key("people"), count(row.people);
    key("sends");
    if (row.sends) out_ += "{\"sent\":" + std::to_string(row.sends->sent) + ",\"deferred\":" + std::to_string(row.sends->deferred) + ",\"suppressed\":" + std::to_string(row.sends->suppressed) + "}";
    else out_ += "null";
    place(row.place);
    out_ += "}";
  }

  void node(const Node& node) {
    out_ += "{\"id\":";
    text(node.id);
    out_ += std::string(",\"kind\":\"") + kNodeKinds[static_cast<size_t>(node.kind)] + "\",\"title\":";
    text(node.title);
    key("details"), texts(node.details);
    key("people"), count(node.people);
    key("inside"), count(node.inside);
    place(node.place);
    key("rows"), list(node.rows, "\n    ", [this](const Row& row) { this->row(row); });
    out_ += "}";
  }

  void diagram(const Diagram& diagram) {
    out_ += std::string("{\"kind\":\"") + (diagram.kind == Diagram::Kind::journey ? "journey" : "states") + "\",\"name\":";
    text(diagram.name);
    key("about"), text(diagram.about);
    key("facts"), texts(diagram.facts);
    place(diagram.place);
    key("nodes"), list(diagram.nodes, "\n  ", [this](const Node& node) { this->node(node); });
    key("edges"), list(diagram.edges, "\n  ", [&](const Edge& edge) {
      out_ += std::string("{\"kind\":\"") + kEdgeKinds[static_cast<size_t>(edge.kind)] + "\",\"from\":";
      if (edge.from == kAnywhere) out_ += "null";
      else text(diagram.nodes[edge.from].id);
      key("to"), text(diagram.nodes[edge.to].id);
      key("label"), text(edge.label);
      key("people"), count(edge.people);
      out_ += "}";
    });
    out_ += "}";
  }

  std::string out_;
};

}  // namespace

std::string to_json(const Graph& graph) { return Writer().run(graph); }

}  // namespace wend::graph
