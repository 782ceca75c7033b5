// A layered layout (Sugiyama's method): boxes in ranks from top to bottom, edges downwards, few crossings, no edge through a box
// and no label on another. K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of Hierarchical System Structures",
// IEEE Transactions on Systems, Man, and Cybernetics 11 (1981). An edge gets a place of its own in every rank it passes, its
// label one between two ranks. Edges that go up run in lanes to the right of everything. Private to the folder; tested by
// tests/unit/graph/layout_test.cpp.
#pragma once

#include <cstdint>
#include <vector>

namespace wend::graph {

struct LayoutBox {
  double width = 0, height = 0;
  uint32_t rank = 0;
  double x = 0, y = 0;               // out: its left upper corner
};

struct LayoutPoint { double x = 0, y = 0; };

struct LayoutEdge {
  uint32_t from = 0, to = 0;
  double label_width = 0, label_height = 0;   // 0: none
  // out
  std::vector<LayoutPoint> path;     // downwards: pairs of points, straight between the two of a pair, curved from pair to pair;
                                     // in a lane: the corners
  bool lane = false;                 // upwards, or to itself
  LayoutPoint label;                 // its middle
};

struct LayoutGaps {
  double beside = 28, between = 26;  // boxes of one rank; a box and what is above or below
  double lane = 22;
};

struct Extent { double width = 0, height = 0; };
// Places boxes and edges from (0, 0) on. An edge whose target is not of a lower rank takes a lane.
Extent lay_out(std::vector<LayoutBox>& boxes, std::vector<LayoutEdge>& edges, const LayoutGaps& gaps = {});

}  // namespace wend::graph
