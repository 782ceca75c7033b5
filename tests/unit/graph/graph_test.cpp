// What a picture of a project shows: every way through a journey, in every format, and nothing that is not there.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "compiler/graph/graph.h"
#include "compiler/service/service.h"
#include "test_paths.h"

namespace {

namespace graph = wend::graph;
using graph::Edge;
using graph::Node;
using graph::Row;

const std::string kProject = R"wend(
project p { time zone "UTC", about "Rides & <more>" }
profile { identity user_id, email, email_opt_in bool = false, plan one of free, premium = free }
event play { genre text }
measure plays = count of play in last 28 days
states engagement ordered {
  evaluate daily at 04:00
  core    when plays >= 12, until plays < 10
  casual  when plays >= 3
  dormant otherwise
}
channel email { reaches email, consent email_opt_in, content { subject text } }
message hello { category news, email { subject "Hello" } }
protect all { categories news, at most 1 message in 1 day }
)wend";

const std::string kJourney = R"wend(
journey back {
  about    "Bring them back"
  enter    when engagement moves from core to casual
  enter    on play where genre is "jazz"
  only if  plan is premium
  re-enter after 30 days
  goal     count of play since entry >= 5
  exit     when engagement becomes dormant
  step nudge {
    send hello
    wait for play up to 2 days {
      then wait 7 days, finish
      else go to again
    }
  }
  step again {
    wait 5 days
    if plan is free { leave } else { go to nudge }
  }
}
)wend";

graph::Graph graph_of(const std::string& text, const graph::Choice& choice = {}) {
  const wend::Project project = wend::Project::from_texts({{"project.wend", text}});
  for (const wend::Diagnostic& diagnostic : project.diagnostics().all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(project.ok());
  return graph::make(project.program(), choice);
}

const Node* node(const graph::Diagram& diagram, const std::string& id) {
  const auto found = std::find_if(diagram.nodes.begin(), diagram.nodes.end(), [&](const Node& each) { return each.id == id; });
  return found == diagram.nodes.end() ? nullptr : &*found;
}

std::vector<std::string> edges(const graph::Diagram& diagram) {
  std::vector<std::string> out;
  for (const Edge& edge : diagram.edges) {
    const std::string from = edge.from == graph::kAnywhere ? "*" : diagram.nodes[edge.from].id;
    out.push_back(from + " -> " + diagram.nodes[edge.to].id + (edge.label.empty() ? "" : ": " + edge.label));
  }
  return out;
}

}  // namespace

TEST_CASE("a graph has every way through a journey") {
  const graph::Graph graph = graph_of(kProject + kJourney, {{"back"}, {}});
  REQUIRE(graph.diagrams.size() == 1);
  const graph::Diagram& back = graph.diagrams[0];
  CHECK(back.about == "Bring them back");
  CHECK(back.facts == std::vector<std::string>{"again after 30 days"});
  CHECK(edges(back) == std::vector<std::string>{
                           "enter.1 -> gate", "enter.2 -> gate", "* -> goal", "* -> exit.1", "step.nudge -> finished: play", "step.nudge -> step.again: not in 2 days",
                           "step.again -> left: plan is free", "step.again -> step.nudge: no: plan is free", "gate -> step.nudge"});
}

TEST_CASE("a card reads as its step is written, with its place") {
  const graph::Graph graph = graph_of(kProject + kJourney, {{"back"}, {}});
  const Node* nudge = node(graph.diagrams[0], "step.nudge");
  REQUIRE(nudge != nullptr);
  std::vector<std::string> rows;
  for (const Row& row : nudge->rows) rows.push_back(std::string(row.depth, '>') + row.text + (row.detail.empty() ? "" : " | " + row.detail));
  CHECK(rows == std::vector<std::string>{"send hello | by email", "wait for play | up to 2 days", ">play", ">>wait 7 days", ">>finish", ">not in 2 days", ">>go to again"});
  CHECK(nudge->rows[0].place.file == "project.wend");
  CHECK(nudge->rows[0].place.line == 25);
  CHECK(nudge->rows[0].place.column == 5);
  CHECK(node(graph.diagrams[0], "gate")->title == "only if plan is premium");
  CHECK(node(graph.diagrams[0], "enter.2")->details == std::vector<std::string>{"where genre is \"jazz\""});
}

TEST_CASE("states stand in the order they are tried, with what journeys make of a move") {
  const graph::Graph graph = graph_of(kProject + kJourney, {{}, {"engagement"}});
  REQUIRE(graph.diagrams.size() == 1);
  const graph::Diagram& states = graph.diagrams[0];
  CHECK(states.facts == std::vector<std::string>{"ordered, best first", "evaluated daily at 04:00"});
  CHECK(edges(states) == std::vector<std::string>{"state.core -> state.casual: else", "state.casual -> state.dormant: else", "state.core -> state.casual: enters back"});
  CHECK(node(states, "state.core")->details == std::vector<std::string>{"when plays >= 12", "until plays < 10"});
  CHECK(node(states, "state.dormant")->rows.at(0).text == "ends back");
}

TEST_CASE("the people of a run stand beside what they passed") {
  const wend::Project project = wend::Project::from_texts({{"project.wend", kProject + kJourney}});
  REQUIRE(project.ok());
  const wend::Journey& journey = project.program().journeys[0];
  graph::Counts counts;
  counts.run = {20, 300, "2026-01-01", "2026-02-01"};
  counts.journeys.push_back({10, 2, 3, 1, {7, 3}, {1}, {10, 4}, {2, 1}, {{{0, 1}, 4}, {{0, graph::Counts::Journey::kFinished}, 3}}});
  counts.states.push_back({{5, 6, 9}, {{{0, 1}, 8}, {{1, 0}, 2}}});
  counts.statements[&journey.steps[0].body[0]] = {{9, 1, 1}, {}};
  const graph::Graph graph = graph::make(project.program(), {}, &counts);
  const graph::Diagram& back = graph.diagrams[0];
  CHECK(node(back, "enter.1")->people == 7u);
  CHECK(node(back, "step.again")->inside == 1u);
  CHECK(node(back, "goal")->people == 2u);
  const Node* nudge = node(back, "step.nudge");
  CHECK(nudge->rows[0].sends->suppressed == 1);
  for (const Edge& edge : back.edges)
    if (edge.from < back.nodes.size() && back.nodes[edge.from].id == "step.nudge") CHECK(edge.people == (back.nodes[edge.to].id == "finished" ? 3u : 4u));
  CHECK(node(graph.diagrams[1], "state.dormant")->people == 9u);
  const std::string json = graph::to_json(graph);
  CHECK(json.find("\"run\":{\"users\":20,\"events\":300,\"from\":\"2026-01-01\",\"to\":\"2026-02-01\"}") != std::string::npos);
  CHECK(graph::to_svg(graph).find("300 events of 20 people, 2026-01-01 to 2026-02-01") != std::string::npos);
}

TEST_CASE("texts of a project cannot break out of a picture") {
  std::string hostile = kJourney;
  hostile.replace(hostile.find("Bring them back"), 15, "</text><script>alert(1)</script>&");
  const graph::Graph graph = graph_of(kProject + hostile);
  const std::string svg = graph::to_svg(graph);
  CHECK(svg.find("<script") == std::string::npos);
  CHECK(svg.find("Rides &amp; &lt;more&gt;") != std::string::npos);
  const std::string mermaid = graph::to_mermaid(graph);
  CHECK(mermaid.find("where genre is #quot;jazz#quot;") != std::string::npos);
  CHECK(graph::to_dot(graph).find("where genre is \\\"jazz\\\"") != std::string::npos);
}

TEST_CASE("a picture is told in words, in light and dark, and the same each time") {
  const std::string text = kProject + kJourney;
  const std::string svg = graph::to_svg(graph_of(text));
  CHECK(svg == graph::to_svg(graph_of(text)));
  CHECK(svg.find("role=\"img\" aria-labelledby=\"wend-title wend-desc\"") != std::string::npos);
  CHECK(svg.find("Step nudge: send hello by email, wait for play up to 2 days, play: wait 7 days, finish, not in 2 days: go to again.") != std::string::npos);
  CHECK(svg.find("@media (prefers-color-scheme:dark)") != std::string::npos);
}

TEST_CASE("what is clicked in a picture says where it is written") {
  const std::string svg = graph::to_svg(graph_of(kProject + kJourney, {{"back"}, {}}));
  CHECK(svg.find("data-file=\"project.wend\" data-line=\"25\"") != std::string::npos);   // `send hello`
}

TEST_CASE("every example and module can be drawn in every format") {
  size_t drawn = 0;
  for (const auto& folder : std::filesystem::directory_iterator(WEND_SOURCE_DIR "/examples")) {
    if (!std::filesystem::exists(folder.path() / "project.wend")) continue;
    const wend::Project project = wend::Project::load(folder.path().string());
    INFO(folder.path());
    REQUIRE(project.ok());
    const graph::Graph graph = graph::make(project.program());
    drawn += graph.diagrams.size();
    for (const graph::Diagram& diagram : graph.diagrams)
      for (const Edge& edge : diagram.edges) {
        CHECK(edge.to < diagram.nodes.size());
        CHECK((edge.from == graph::kAnywhere || edge.from < diagram.nodes.size()));
      }
    const std::string svg = graph::to_svg(graph);
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(graph::to_mermaid(graph).starts_with("flowchart TB\n"));
    CHECK(graph::to_dot(graph).ends_with("}\n"));
    CHECK(graph::to_json(graph).starts_with("{\"schema\":\"wend.graph/1\""));
  }
  CHECK(drawn > 10);
}

TEST_CASE("a project with nothing to draw says so") {
  const graph::Graph graph = graph_of("project p { time zone \"UTC\" }\nprofile { identity user_id }\n");
  CHECK(graph::to_svg(graph).find("nothing to draw") != std::string::npos);
}
