// A graph in plain sentences: the description of the picture for who cannot see it. Private to the folder.
#pragma once

#include <string>

#include "compiler/graph/graph.h"

namespace wend::graph {

std::string in_words(const Graph& graph);

}  // namespace wend::graph
