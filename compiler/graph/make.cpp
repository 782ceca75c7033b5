// Which diagrams a graph has.
#include <algorithm>

#include "compiler/graph/build.h"
#include "runtime/abi/printable.h"

namespace wend::graph {

Graph make(const Program& program, const Choice& choice, const Counts* counts) {
  const bool all = choice.journeys.empty() && choice.states.empty();
  const auto wanted = [all](const std::vector<std::string>& names, const std::string& name) {
    return all || std::find(names.begin(), names.end(), name) != names.end();
  };
  Graph graph;
  graph.project = program.project.name;
  graph.about = printable(program.project.about);
  if (counts) graph.run = counts->run;
  for (uint32_t i = 0; i < program.journeys.size(); ++i)
    if (wanted(choice.journeys, program.journeys[i].name)) graph.diagrams.push_back(journey_diagram(program, i, counts));
  for (uint32_t i = 0; i < program.states.size(); ++i)
    if (wanted(choice.states, program.states[i].name)) graph.diagrams.push_back(states_diagram(program, i, counts));
  return graph;
}

}  // namespace wend::graph
