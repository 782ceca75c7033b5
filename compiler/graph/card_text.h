// What stands in a node, as lines of plain text: for formats that lay out by themselves. Private to the folder.
#pragma once

#include <string>
#include <vector>

#include "compiler/graph/graph.h"

namespace wend::graph {

std::vector<std::string> title_lines(const Node& node);   // the first is the title
std::vector<std::string> row_lines(const Node& node);     // indented by two blanks a depth
std::string edge_text(const Edge& edge);

}  // namespace wend::graph
