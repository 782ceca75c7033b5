// A journey drawn: entries above, steps in a frame, what interrupts them beside it, ends below.
#include <algorithm>
#include <cmath>

#include "compiler/graph/layout.h"
#include "compiler/graph/svg_parts.h"

namespace wend::graph {
namespace {

constexpr double kFrame = 16;            // from a card to the frame
constexpr double kBeside = 56;           // from the frame to what interrupts
constexpr double kLabelMost = 190;
constexpr const char* kArrow = "marker-end=\"url(#arrow)\"";

std::string at(double x, double y) { return number(x) + " " + number(y); }

// Straight where both ends are above one another, else bending in the gap between.
std::string curve(const std::vector<LayoutPoint>& path) {
  std::string out = "M" + at(path[0].x, path[0].y);
  for (size_t i = 1; i < path.size(); ++i) {
    const LayoutPoint &a = path[i - 1], &b = path[i];
    if (a.x == b.x && a.y == b.y) continue;
    if (std::abs(a.x - b.x) < 0.05) {
      out += "L" + at(b.x, b.y);
      continue;
    }
    const double middle = (a.y + b.y) / 2;
    out += "C" + at(a.x, middle) + " " + at(b.x, middle) + " " + at(b.x, b.y);
  }
  return out;
}

// Corners, rounded.
std::string corners(const std::vector<LayoutPoint>& path) {
  std::string out = "M" + at(path[0].x, path[0].y);
  for (size_t i = 1; i + 1 < path.size(); ++i) {
    const LayoutPoint &a = path[i - 1], &b = path[i], &c = path[i + 1];
    const auto towards = [&b](const LayoutPoint& other) {
      const double length = std::abs(other.x - b.x) + std::abs(other.y - b.y), by = std::min(8.0, length / 2);
      return LayoutPoint{b.x + (length > 0 ? (other.x - b.x) / length * by : 0), b.y + (length > 0 ? (other.y - b.y) / length * by : 0)};
    };
    const LayoutPoint before = towards(a), behind = towards(c);
    out += "L" + at(before.x, before.y) + "Q" + at(b.x, b.y) + " " + at(behind.x, behind.y);
  }
  return out + "L" + at(path.back().x, path.back().y);
}

bool is_step(const Node& node) { return node.kind == Node::Kind::step; }
bool is_end(const Node& node) { return node.kind == Node::Kind::finished || node.kind == Node::Kind::left; }
bool interrupts(const Node& node) { return node.kind == Node::Kind::goal || node.kind == Node::Kind::exit; }

class JourneyPicture {
 public:
  explicit JourneyPicture(const Diagram& diagram) : diagram_(diagram) {}

  Picture run() {
    boxes();
    edges();
    const Extent extent = lay_out(boxes_, edges_);
    find_frame(extent);
    beside();
    draw();
    return std::move(out_);
  }

 private:
  void boxes() {
    box_of_.assign(diagram_.nodes.size(), 0);
    std::vector<uint32_t> ranks = ranks_of_nodes();
    for (size_t i = 0; i < diagram_.nodes.size(); ++i) {
      const Node& node = diagram_.nodes[i];
      pictures_.push_back(is_step(node) ? step_card(node) : pill(node));
      if (interrupts(node)) continue;
      box_of_[i] = static_cast<uint32_t>(boxes_.size());
      nodes_.push_back(static_cast<uint32_t>(i));
      boxes_.push_back({pictures_[i].width, pictures_[i].height, ranks[i], 0, 0});
    }
  }

  // A step stands below those that lead on to it; the way back is no way down. Ends stand below everything.
  std::vector<uint32_t> ranks_of_nodes() const {
    const std::vector<Node>& nodes = diagram_.nodes;
    std::vector<uint32_t> ranks(nodes.size(), 0);
    uint32_t first = 0, last = 0;
    for (const Node& node : nodes) {
      if (node.kind == Node::Kind::entry) first = std::max(first, 1u);
      if (node.kind == Node::Kind::gate) first = 2;
    }
    bool any = false;
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].kind == Node::Kind::gate) ranks[i] = 1;
      if (!is_step(nodes[i])) continue;
      ranks[i] = any ? first + 1 : first;
      any = true;
    }
    // Steps stand in the order written, and so do the sources of edges downwards.
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (!is_step(nodes[i])) continue;
      for (const Edge& edge : diagram_.edges)
        if (edge.from == i && edge.to > i && is_step(nodes[edge.to])) ranks[edge.to] = std::max(ranks[edge.to], ranks[i] + 1);
      last = std::max(last, ranks[i]);
    }
    for (size_t i = 0; i < nodes.size(); ++i) if (is_end(nodes[i])) ranks[i] = last + 1;
    return ranks;
  }

  void edges() {
    for (const Edge& edge : diagram_.edges) {
      if (edge.kind == Edge::Kind::interrupt) continue;
      labels_.push_back(label_text(edge, kLabelMost));
      edges_.push_back({box_of_[edge.from], box_of_[edge.to], labels_.back().width, labels_.back().height, {}, false, {}});
    }
  }

  void find_frame(const Extent& extent) {
    top_ = left_ = 1e9;
    const auto take = [this](double x, double y, double width, double height) {
      left_ = std::min(left_, x);
      top_ = std::min(top_, y);
      right_ = std::max(right_, x + width);
      bottom_ = std::max(bottom_, y + height);
    };
    for (size_t i = 0; i < boxes_.size(); ++i)
      if (is_step(diagram_.nodes[nodes_[i]])) take(boxes_[i].x, boxes_[i].y, boxes_[i].width, boxes_[i].height);
    for (const LayoutEdge& edge : edges_) {
      if (!edge.lane) continue;
      for (const LayoutPoint& point : edge.path) take(point.x, point.y, 0, 0);
      take(edge.label.x - edge.label_width / 2, edge.label.y, edge.label_width, 0);
    }
    // What passes the cards is inside, too.
    for (const LayoutEdge& edge : edges_)
      for (const LayoutPoint& point : edge.path)
        if (point.y > top_ && point.y < bottom_) take(point.x, point.y, 0, 0);
    left_ -= kFrame;
    top_ -= kFrame;
    right_ += kFrame;
    bottom_ += kFrame;
    out_.width = std::max(extent.width, right_);
    out_.height = std::max(extent.height, bottom_);
    shift_ = std::max(0.0, -left_);
  }

  // What interrupts: a column to the right of the frame.
  void beside() {
    double y = top_ + 30;
    for (size_t i = 0; i < diagram_.nodes.size(); ++i) {
      if (!interrupts(diagram_.nodes[i])) continue;
      columns_.push_back({static_cast<uint32_t>(i), y});
      out_.width = std::max(out_.width, right_ + kBeside + pictures_[i].width);
      y += pictures_[i].height + 14;
    }
    out_.height = std::max(out_.height, y);
    if (!columns_.empty()) bottom_ = std::max(bottom_, columns_.back().y + 24);
  }

  void draw() {
    const double x = shift_;
    out_.rect(x + left_, top_, right_ - left_, bottom_ - top_, 14, "frame");
    for (const LayoutEdge& edge : edges_) out_.path(x, 0, edge.lane ? corners(edge.path) : curve(edge.path), "e", kArrow);
    for (const Column& column : columns_) {
      const Picture& picture = pictures_[column.node];
      out_.path(x + right_, column.y + std::min(20.0, picture.height / 2), "M0 0H" + number(kBeside), "e dash", kArrow);
      out_.put(picture, x + right_ + kBeside, column.y);
    }
    if (!columns_.empty()) out_.text(x + right_ + kBeside + 2, top_ + 18, "at any time", "m", Font{12, false});
    for (size_t i = 0; i < boxes_.size(); ++i) out_.put(pictures_[nodes_[i]], x + boxes_[i].x, boxes_[i].y);
    for (size_t e = 0; e < edges_.size(); ++e) {
      const LayoutPoint& at = edges_[e].label;
      put_label(out_, labels_[e], x + at.x, at.y, at.y > top_ && at.y < bottom_ ? "gframe" : "ground");
    }
    out_.width += shift_;
  }

  struct Column { uint32_t node; double y; };
  const Diagram& diagram_;
  Picture out_;
  std::vector<Picture> pictures_;     // by node
  std::vector<uint32_t> box_of_, nodes_;
  std::vector<LayoutBox> boxes_;
  std::vector<LayoutEdge> edges_;
  std::vector<LabelText> labels_;
  std::vector<Column> columns_;
  double top_ = 0, bottom_ = 0, left_ = 0, right_ = 0;   // of the frame
  double shift_ = 0;                                     // of everything, so that the frame begins at 0
};

}  // namespace

Picture journey_picture(const Diagram& diagram) { return JourneyPicture(diagram).run(); }

}  // namespace wend::graph
