// Where boxes and edges come to stand: nothing covers anything, however the graph looks.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>

#include "compiler/graph/layout.h"
#include "compiler/graph/text_width.h"

namespace {

using wend::graph::Extent;
using wend::graph::lay_out;
using wend::graph::LayoutBox;
using wend::graph::LayoutEdge;
using wend::graph::LayoutPoint;

bool overlap(double a, double a_width, double b, double b_width) { return a < b + b_width - 0.01 && b < a + a_width - 0.01; }

// A random graph of so many boxes in ranks, with edges down and some up.
struct Drawn { std::vector<LayoutBox> boxes; std::vector<LayoutEdge> edges; Extent extent; };
Drawn drawn(uint32_t seed, uint32_t count) {
  std::mt19937 random(seed);
  Drawn out;
  for (uint32_t i = 0; i < count; ++i) out.boxes.push_back({60.0 + random() % 200, 30.0 + random() % 90, i / 3 + static_cast<uint32_t>(random() % 2), 0, 0});
  for (uint32_t i = 0; i < 2 * count; ++i) {
    LayoutEdge edge;
    edge.from = random() % count;
    edge.to = random() % count;
    if (random() % 2) edge.label_width = 80, edge.label_height = 20;
    out.edges.push_back(edge);
  }
  out.extent = lay_out(out.boxes, out.edges);
  return out;
}

// Points of a path, close to each other; curves are cubic with upright ends.
std::vector<LayoutPoint> points(const LayoutEdge& edge) {
  std::vector<LayoutPoint> out;
  for (size_t i = 1; i < edge.path.size(); ++i)
    for (int step = 0; step <= 40; ++step) {
      const LayoutPoint &a = edge.path[i - 1], &b = edge.path[i];
      const double t = step / 40.0, u = 1 - t, bend = edge.lane ? t : 3 * u * t * t + t * t * t;
      const double y = edge.lane ? a.y + t * (b.y - a.y) : u * u * u * a.y + 3 * u * u * t * (a.y + b.y) / 2 + 3 * u * t * t * (a.y + b.y) / 2 + t * t * t * b.y;
      out.push_back({a.x + bend * (b.x - a.x), y});
    }
  return out;
}

}  // namespace

TEST_CASE("no box stands on another, and none outside") {
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    const Drawn out = drawn(seed, 3 + seed % 20);
    INFO("seed " << seed);
    for (size_t i = 0; i < out.boxes.size(); ++i) {
      const LayoutBox& a = out.boxes[i];
      CHECK(a.x >= -0.01);
      CHECK(a.y >= 0);
      CHECK(a.x + a.width <= out.extent.width + 0.01);
      CHECK(a.y + a.height <= out.extent.height + 0.01);
      for (size_t k = i + 1; k < out.boxes.size(); ++k) {
        const LayoutBox& b = out.boxes[k];
        CHECK_FALSE((overlap(a.x, a.width, b.x, b.width) && overlap(a.y, a.height, b.y, b.height)));
      }
    }
  }
}

TEST_CASE("no edge goes through a box") {
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    const Drawn out = drawn(seed, 3 + seed % 20);
    INFO("seed " << seed);
    size_t inside = 0;
    for (const LayoutEdge& edge : out.edges)
      for (const LayoutPoint& point : points(edge))
        for (const LayoutBox& box : out.boxes)
          inside += point.x > box.x + 0.5 && point.x < box.x + box.width - 0.5 && point.y > box.y + 0.5 && point.y < box.y + box.height - 0.5;
    CHECK(inside == 0);
  }
}

TEST_CASE("no label stands on another, or on a box") {
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    const Drawn out = drawn(seed, 3 + seed % 20);
    INFO("seed " << seed);
    std::vector<LayoutBox> labels;
    for (const LayoutEdge& edge : out.edges)
      if (edge.label_width > 0 && !edge.lane) labels.push_back({edge.label_width, edge.label_height, 0, edge.label.x - edge.label_width / 2, edge.label.y - edge.label_height / 2});
    for (size_t i = 0; i < labels.size(); ++i) {
      const auto covers = [&](const LayoutBox& other) { return overlap(labels[i].x, labels[i].width, other.x, other.width) && overlap(labels[i].y, labels[i].height, other.y, other.height); };
      CHECK(std::none_of(labels.begin() + static_cast<std::ptrdiff_t>(i) + 1, labels.end(), covers));
      CHECK(std::none_of(out.boxes.begin(), out.boxes.end(), covers));
    }
  }
}

TEST_CASE("two edges that need not cross do not") {
  // The second of two boxes above leads to the first below, and the first to the second.
  std::vector<LayoutBox> boxes = {{100, 40, 0, 0, 0}, {100, 40, 0, 0, 0}, {100, 40, 1, 0, 0}, {100, 40, 1, 0, 0}};
  std::vector<LayoutEdge> edges(2);
  edges[0].from = 0, edges[0].to = 3;
  edges[1].from = 1, edges[1].to = 2;
  lay_out(boxes, edges);
  CHECK((boxes[0].x < boxes[1].x) == (boxes[3].x < boxes[2].x));
  CHECK(edges[0].path.front().x == Approx(edges[0].path.back().x));
}

TEST_CASE("a graph of thousands of steps is laid out, with less care") {
  std::vector<LayoutBox> boxes;
  std::vector<LayoutEdge> edges;
  for (uint32_t i = 0; i < 3000; ++i) {
    boxes.push_back({100, 40, i, 0, 0});
    LayoutEdge next, far;
    next.from = i, next.to = std::min(i + 1, 2999u);
    far.from = i, far.to = std::min(i + 1500, 2999u);
    edges.push_back(next);
    edges.push_back(far);
  }
  const Extent extent = lay_out(boxes, edges);
  CHECK(std::isfinite(extent.width));
  CHECK(extent.height > 3000 * 40);
}

TEST_CASE("a line is broken where it is too long, and says where words are missing") {
  using wend::graph::Font;
  using wend::graph::text_width;
  using wend::graph::wrapped;
  const std::string text = "count of play where played >= 30 seconds in last 7 days";
  for (const std::string& line : wrapped(text, Font{13, false}, 120, 9)) CHECK(text_width(line, Font{13, false}) <= 120);
  CHECK(wrapped(text, Font{13, false}, 120, 1).at(0).ends_with("…"));
  CHECK(wrapped(std::string(400, 'w'), Font{13, false}, 120, 3).size() == 3);
  CHECK(wrapped("Grüße", Font{13, false}, 500, 3) == std::vector<std::string>{"Grüße"});
  CHECK(wrapped("", Font{13, false}, 120, 3).empty());
}
