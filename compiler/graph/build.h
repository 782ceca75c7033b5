// The two makers of diagrams. Private to the folder.
#pragma once

#include "compiler/graph/graph.h"

namespace wend::graph {

Diagram journey_diagram(const Program& program, uint32_t journey, const Counts* counts);   // journey.cpp
Diagram states_diagram(const Program& program, uint32_t states, const Counts* counts);     // states.cpp

}  // namespace wend::graph
