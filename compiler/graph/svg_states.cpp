// A states block drawn: a column of cards, moves down on its right and moves up on its left, each in a lane of its own; labels
// stand between the cards, where no other move turns.
#include <algorithm>
#include <cmath>

#include "compiler/graph/svg_parts.h"

namespace wend::graph {
namespace {

constexpr double kGap = 40;              // between cards
constexpr double kLabelMost = 120;
constexpr const char* kArrow = "marker-end=\"url(#arrow)\"";

class StatesPicture {
 public:
  explicit StatesPicture(const Diagram& diagram) : diagram_(diagram) {}

  Picture run() {
    cards();
    for (const Edge& edge : diagram_.edges) if (edge.kind == Edge::Kind::move && edge.from != edge.to) moves_.push_back({&edge, label_text(edge, kLabelMost), 0, 0, 0, 0});
    for (const Move& move : moves_) most_ = std::max(most_, move.edge->people.value_or(0));
    left_ = lanes(false);
    right_ = lanes(true);
    draw();
    return std::move(out_);
  }

 private:
  struct Move {
    const Edge* edge;
    LabelText label;
    double from_y, to_y;
    double lane;                          // how far from the cards
    double label_y;
    bool down() const { return edge->to > edge->from; }
    uint32_t low() const { return std::min(edge->from, edge->to); }
    uint32_t high() const { return std::max(edge->from, edge->to); }
  };

  void cards() {
    double y = 0;
    for (const Node& node : diagram_.nodes) width_ = std::max(width_, state_card(node, 0).width);
    for (const Node& node : diagram_.nodes) {
      pictures_.push_back(state_card(node, width_));
      top_.push_back(y);
      y += pictures_.back().height + kGap;
    }
    height_ = y > 0 ? y - kGap : 0;
  }

  // The moves of one side, each with its ends and a lane: the shorter the nearer. How much room they take.
  double lanes(bool down) {
    std::vector<Move*> mine;
    for (Move& move : moves_) if (move.down() == down) mine.push_back(&move);
    // Ends on a card, from its top: what comes from above, the nearest first, then what goes below, the nearest last. Of moves
    // up it is the other way round, which gives the same places.
    for (uint32_t card = 0; card < pictures_.size(); ++card) {
      std::vector<Move*> above, below;
      for (Move* move : mine) {
        if (move->high() == card) above.push_back(move);
        if (move->low() == card) below.push_back(move);
      }
      std::sort(above.begin(), above.end(), [](const Move* a, const Move* b) { return a->low() > b->low(); });
      std::sort(below.begin(), below.end(), [](const Move* a, const Move* b) { return a->high() > b->high(); });
      const double step = (pictures_[card].height - 12) / static_cast<double>(above.size() + below.size() + 1);
      double y = top_[card] + 6;
      for (Move* move : above) (move->edge->to == card ? move->to_y : move->from_y) = y += step;
      for (Move* move : below) (move->edge->to == card ? move->to_y : move->from_y) = y += step;
    }
    std::stable_sort(mine.begin(), mine.end(), [](const Move* a, const Move* b) {
      const uint32_t left = a->high() - a->low(), right = b->high() - b->low();
      return left != right ? left < right : a->low() < b->low();
    });
    std::vector<std::vector<Move*>> lanes;
    for (Move* move : mine) {
      const double low = std::min(move->from_y, move->to_y), high = std::max(move->from_y, move->to_y);
      const auto free = [&](const std::vector<Move*>& lane) {
        return std::none_of(lane.begin(), lane.end(), [&](const Move* other) {
          return low < std::max(other->from_y, other->to_y) + 4 && std::min(other->from_y, other->to_y) - 4 < high;
        });
      };
      // What is inside must not be further out: only lanes behind the last one that overlaps are asked.
      size_t lane = lanes.size();
      while (lane > 0 && free(lanes[lane - 1])) --lane;
      if (lane == lanes.size()) lanes.emplace_back();
      lanes[lane].push_back(move);
      const uint32_t gap = (move->low() + move->high() - 1) / 2;
      move->label_y = top_[gap] + pictures_[gap].height + kGap / 2;
    }
    double at = 18, half = 0;
    for (const auto& lane : lanes) {
      double wide = 16;
      for (const Move* move : lane) wide = std::max(wide, move->label.width);
      at += half + wide / 2 + 4;
      half = wide / 2;
      for (Move* move : lane) move->lane = at;
    }
    return lanes.empty() ? 0 : at + half + 6;
  }

  static std::string arc(double from_y, double to_y, double edge_x, double lane_x) {
    const double turn = lane_x > edge_x ? 8 : -8, by = to_y > from_y ? 8 : -8;
    return "M" + number(edge_x) + " " + number(from_y) + "H" + number(lane_x - turn) + "Q" + number(lane_x) + " " + number(from_y) + " " + number(lane_x) + " " +
           number(from_y + by) + "V" + number(to_y - by) + "Q" + number(lane_x) + " " + number(to_y) + " " + number(lane_x - turn) + " " + number(to_y) + "H" + number(edge_x);
  }

  void draw() {
    const double x = left_;
    for (const Move& move : moves_) {
      const double edge_x = move.down() ? x + width_ : x, lane_x = move.down() ? edge_x + move.lane : edge_x - move.lane;
      const double share = most_ > 0 ? std::sqrt(static_cast<double>(move.edge->people.value_or(0)) / static_cast<double>(most_)) : 0;
      out_.path(0, 0, arc(move.from_y, move.to_y, edge_x, lane_x), "e", "style=\"stroke-width:" + number(1.3 + 2.2 * share) + "\" " + kArrow);
    }
    for (const Move& move : moves_) put_label(out_, move.label, move.down() ? x + width_ + move.lane : x - move.lane, move.label_y, "ground");
    for (size_t i = 0; i < pictures_.size(); ++i) {
      out_.put(pictures_[i], x, top_[i]);
      if (i + 1 == pictures_.size()) continue;
      const double bottom = top_[i] + pictures_[i].height, middle = x + width_ / 2;
      out_.path(middle, bottom, "M0 2V" + number(kGap - 3), "e faint", kArrow);
      out_.text(middle + 9, bottom + kGap / 2 + 4, "else", "m", Font{12, false});
    }
    out_.width = left_ + width_ + right_;
    out_.height = height_;
  }

  const Diagram& diagram_;
  Picture out_;
  std::vector<Picture> pictures_;
  std::vector<Move> moves_;
  std::vector<double> top_;
  double width_ = 0, height_ = 0, left_ = 0, right_ = 0;
  uint64_t most_ = 0;
};

}  // namespace

Picture states_picture(const Diagram& diagram) { return StatesPicture(diagram).run(); }

}  // namespace wend::graph
