#include "compiler/graph/layout.h"

#include <algorithm>
#include <numeric>

namespace wend::graph {
namespace {

constexpr size_t kPlacesMost = 100'000;   // of edges in ranks they pass; further edges take lanes
constexpr size_t kWorkMost = 4'000'000;   // of ordering and placing; large graphs are placed with less care
constexpr double kThread = 14;            // the width of an edge that passes a rank
constexpr double kPortInset = 26, kPortGap = 16;
constexpr uint32_t kNone = 0xffffffffu;

// Positions nearest to what is wanted, in order and at least `apart` from each other: least squares under such constraints is
// isotonic regression, solved by pooling adjacent violators.
struct Wish { double at = 0, weight = 1, apart = 0; };   // apart: from the one before
std::vector<double> nearest_in_order(const std::vector<Wish>& wishes) {
  struct Pool { double sum, weight; size_t size; };
  std::vector<double> offset(wishes.size(), 0);
  for (size_t i = 1; i < wishes.size(); ++i) offset[i] = offset[i - 1] + wishes[i].apart;
  std::vector<Pool> pools;
  for (size_t i = 0; i < wishes.size(); ++i) {
    pools.push_back({(wishes[i].at - offset[i]) * wishes[i].weight, wishes[i].weight, 1});
    while (pools.size() > 1 && pools[pools.size() - 2].sum * pools.back().weight >= pools.back().sum * pools[pools.size() - 2].weight) {
      const Pool last = pools.back();
      pools.pop_back();
      pools.back() = {pools.back().sum + last.sum, pools.back().weight + last.weight, pools.back().size + last.size};
    }
  }
  std::vector<double> out;
  for (const Pool& pool : pools)
    for (size_t i = 0; i < pool.size; ++i) out.push_back(pool.sum / pool.weight + offset[out.size()]);
  return out;
}

// Layers are ranks (even) and what is between them (odd), where labels stand.
class Layout {
 public:
  Layout(std::vector<LayoutBox>& boxes, std::vector<LayoutEdge>& edges, const LayoutGaps& gaps) : boxes_(boxes), edges_(edges), gaps_(gaps) {}

  Extent run() {
    make_places();
    first_order();
    reduce_crossings();
    place_across();
    place_down();
    draw();
    return lanes();
  }

 private:
  struct Spot {
    double width = 0, height = 0, x = 0;     // x: its middle
    uint32_t layer = 0;
    uint32_t box = kNone;                    // else of an edge
    std::vector<uint32_t> up, down;          // neighbours in the layers next to it
  };

  void make_places() {
    uint32_t ranks = 1;
    for (const LayoutBox& box : boxes_) ranks = std::max(ranks, box.rank + 1);
    layers_.resize(2 * ranks - 1);
    for (uint32_t i = 0; i < boxes_.size(); ++i) spots_.push_back({boxes_[i].width, boxes_[i].height, 0, 2 * boxes_[i].rank, i, {}, {}});
    chains_.resize(edges_.size());
    for (size_t e = 0; e < edges_.size(); ++e) {
      LayoutEdge& edge = edges_[e];
      const uint32_t from = 2 * boxes_[edge.from].rank, to = 2 * boxes_[edge.to].rank;
      edge.lane = to <= from || spots_.size() + (to - from) > kPlacesMost;
      if (edge.lane) continue;
      uint32_t above = edge.from;
      for (uint32_t layer = from + 1; layer < to; ++layer) {
        const bool label = layer == from + 1 && edge.label_width > 0;
        const auto spot = static_cast<uint32_t>(spots_.size());
        spots_.push_back({label ? edge.label_width : kThread, label ? edge.label_height : 0, 0, layer, kNone, {}, {}});
        join(above, spot);
        chains_[e].push_back(spot);
        above = spot;
      }
      join(above, edge.to);
    }
  }

  void join(uint32_t above, uint32_t below) {
    spots_[above].down.push_back(below);
    spots_[below].up.push_back(above);
    ++joins_;
  }

  // Depth first along the edges as they are given, so that what was written first stands left.
  void first_order() {
    std::vector<bool> seen(spots_.size(), false);
    for (uint32_t root = 0; root < spots_.size(); ++root) {
      std::vector<uint32_t> open = {root};
      while (!open.empty()) {
        const uint32_t spot = open.back();
        open.pop_back();
        if (seen[spot]) continue;
        seen[spot] = true;
        layers_[spots_[spot].layer].push_back(spot);
        for (size_t i = spots_[spot].down.size(); i-- > 0;) open.push_back(spots_[spot].down[i]);
      }
    }
    number();
  }

  void number() {
    order_.resize(spots_.size());
    for (const auto& layer : layers_)
      for (uint32_t i = 0; i < layer.size(); ++i) order_[layer[i]] = i;
  }

  size_t crossings() const {
    size_t count = 0;
    for (const auto& layer : layers_) {
      std::vector<uint32_t> ends;   // of the joins downwards, by their upper end
      for (uint32_t spot : layer) {
        std::vector<uint32_t> mine;
        for (uint32_t below : spots_[spot].down) mine.push_back(order_[below]);
        std::sort(mine.begin(), mine.end());
        ends.insert(ends.end(), mine.begin(), mine.end());
      }
      count += inversions(ends, 0, ends.size());
    }
    return count;
  }

  static size_t inversions(std::vector<uint32_t>& list, size_t begin, size_t end) {
    if (end - begin < 2) return 0;
    const size_t middle = begin + (end - begin) / 2;
    size_t count = inversions(list, begin, middle) + inversions(list, middle, end);
    for (size_t left = begin, right = middle; left < middle; ++left) {
      while (right < end && list[right] < list[left]) ++right;
      count += right - middle;
    }
    std::inplace_merge(list.begin() + static_cast<std::ptrdiff_t>(begin), list.begin() + static_cast<std::ptrdiff_t>(middle), list.begin() + static_cast<std::ptrdiff_t>(end));
    return count;
  }

  size_t rounds(size_t most) const { return std::clamp<size_t>(kWorkMost / (spots_.size() + joins_ + 1), 1, most); }

  // By the mean place of the neighbours, down and up in turn; the best order found stays.
  void reduce_crossings() {
    auto best = layers_;
    size_t fewest = crossings();
    for (size_t round = 0; round < rounds(24) && fewest > 0; ++round) {
      const bool down = round % 2 == 0;
      for (size_t i = 1; i < layers_.size(); ++i) sort_layer(down ? i : layers_.size() - 1 - i, down);
      const size_t count = crossings();
      if (count < fewest) {
        fewest = count;
        best = layers_;
      }
    }
    layers_ = std::move(best);
    number();
  }

  void sort_layer(size_t layer, bool by_up) {
    std::vector<std::pair<double, uint32_t>> keys;
    for (uint32_t spot : layers_[layer]) {
      const std::vector<uint32_t>& near = by_up ? spots_[spot].up : spots_[spot].down;
      double sum = 0;
      for (uint32_t other : near) sum += order_[other];
      keys.emplace_back(near.empty() ? order_[spot] : sum / static_cast<double>(near.size()), spot);
    }
    std::stable_sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (uint32_t i = 0; i < keys.size(); ++i) {
      layers_[layer][i] = keys[i].second;
      order_[keys[i].second] = i;
    }
  }

  double apart(uint32_t left, uint32_t right) const {
    const bool boxes = spots_[left].box != kNone && spots_[right].box != kNone;
    return (spots_[left].width + spots_[right].width) / 2 + (boxes ? gaps_.beside : gaps_.beside / 2);
  }

  void place_across() {
    for (auto& layer : layers_) {
      double x = 0;
      for (size_t i = 0; i < layer.size(); ++i) {
        if (i > 0) x += apart(layer[i - 1], layer[i]);
        spots_[layer[i]].x = x;
      }
    }
    const size_t most = rounds(60);
    for (size_t round = 0; round < most; ++round) {
      const bool down = round % 2 == 0, both = round + 4 >= most;
      for (size_t i = 0; i < layers_.size(); ++i) pull(layers_[down ? i : layers_.size() - 1 - i], both || down, both || !down);
    }
  }

  // Towards the neighbours; a thread is pulled more than a box, so that long edges are straight.
  void pull(const std::vector<uint32_t>& layer, bool up, bool down) {
    std::vector<Wish> wishes;
    for (size_t i = 0; i < layer.size(); ++i) {
      const Spot& spot = spots_[layer[i]];
      double sum = 0, weight = 0;
      const auto towards = [&](const std::vector<uint32_t>& near) {
        for (uint32_t other : near) {
          const double w = spot.box == kNone && spots_[other].box == kNone ? 60 : 1;
          sum += w * spots_[other].x;
          weight += w;
        }
      };
      if (up) towards(spot.up);
      if (down) towards(spot.down);
      wishes.push_back({weight > 0 ? sum / weight : spot.x, weight > 0 ? (spot.box == kNone ? 2.0 : 1.0) : 0.1, i > 0 ? apart(layer[i - 1], layer[i]) : 0});
    }
    const std::vector<double> at = nearest_in_order(wishes);
    for (size_t i = 0; i < layer.size(); ++i) spots_[layer[i]].x = at[i];
  }

  void place_down() {
    double left = 0, right = 0;
    bool any = false;
    for (const Spot& spot : spots_) {
      left = any ? std::min(left, spot.x - spot.width / 2) : spot.x - spot.width / 2;
      any = true;
    }
    for (Spot& spot : spots_) {
      spot.x -= left;
      right = std::max(right, spot.x + spot.width / 2);
    }
    width_ = right;
    // Edges in lanes run across right below the box they leave and right above the one they come to.
    const size_t ranks = (layers_.size() + 1) / 2;
    below_.assign(ranks, 0);
    above_.assign(ranks, 0);
    for (const LayoutEdge& edge : edges_)
      if (edge.lane) ++below_[boxes_[edge.from].rank], ++above_[boxes_[edge.to].rank];
    top_.resize(layers_.size());
    bottom_.resize(layers_.size());
    double y = above_[0] > 0 ? gaps_.between + static_cast<double>(above_[0]) * kChannel : 0;
    for (size_t layer = 0; layer < layers_.size(); ++layer) {
      double height = 0;
      for (uint32_t spot : layers_[layer]) height = std::max(height, spots_[spot].height);
      if (layer % 2 == 1) y += gaps_.between + static_cast<double>(below_[layer / 2]) * kChannel;
      top_[layer] = y;
      y += height;
      bottom_[layer] = y;
      if (layer % 2 == 1) y += gaps_.between + static_cast<double>(above_[layer / 2 + 1]) * kChannel;
    }
    height_ = y + (below_[ranks - 1] > 0 ? gaps_.between + static_cast<double>(below_[ranks - 1]) * kChannel : 0);
    for (uint32_t i = 0; i < boxes_.size(); ++i) {
      boxes_[i].x = spots_[i].x - boxes_[i].width / 2;
      boxes_[i].y = top_[2 * boxes_[i].rank];
    }
  }

  // Where edges leave a box (or come to it): in the order of where they go on, as straight as can be.
  void ports(uint32_t box, bool down, std::vector<double>& at) {
    struct End { double x; size_t edge; };
    std::vector<End> ends;
    for (size_t e = 0; e < edges_.size(); ++e) {
      if (edges_[e].lane || (down ? edges_[e].from : edges_[e].to) != box) continue;
      const auto& chain = chains_[e];
      ends.push_back({chain.empty() ? spots_[down ? edges_[e].to : edges_[e].from].x : spots_[down ? chain.front() : chain.back()].x, e});
    }
    std::stable_sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.x < b.x; });
    const double inset = std::min(kPortInset, boxes_[box].width / 4);
    const double low = boxes_[box].x + inset, high = boxes_[box].x + boxes_[box].width - inset;
    const double gap = ends.size() > 1 ? std::min(kPortGap, (high - low) / static_cast<double>(ends.size() - 1)) : 0;
    std::vector<Wish> wishes;
    for (size_t i = 0; i < ends.size(); ++i) {
      const double first = low + gap * static_cast<double>(i), last = high - gap * static_cast<double>(ends.size() - 1 - i);
      wishes.push_back({std::clamp(ends[i].x, first, std::max(first, last)), 1, i > 0 ? gap : 0});
    }
    const std::vector<double> found = nearest_in_order(wishes);
    for (size_t i = 0; i < ends.size(); ++i) at[ends[i].edge] = found[i];
  }

  void draw() {
    std::vector<double> out(edges_.size(), 0), in(edges_.size(), 0);
    for (uint32_t box = 0; box < boxes_.size(); ++box) {
      ports(box, true, out);
      ports(box, false, in);
    }
    for (size_t e = 0; e < edges_.size(); ++e) {
      LayoutEdge& edge = edges_[e];
      edge.path.clear();
      if (edge.lane) continue;
      const LayoutBox& from = boxes_[edge.from];
      edge.path.push_back({out[e], from.y + from.height});
      edge.path.push_back({out[e], bottom_[2 * from.rank]});
      for (uint32_t spot : chains_[e]) {
        const Spot& here = spots_[spot];
        edge.path.push_back({here.x, top_[here.layer]});
        edge.path.push_back({here.x, bottom_[here.layer]});
      }
      const double top = boxes_[edge.to].y;
      edge.path.push_back({in[e], top});
      edge.path.push_back({in[e], top});
      if (edge.label_width > 0) {
        const Spot& label = spots_[chains_[e].front()];
        edge.label = {label.x, (top_[label.layer] + bottom_[label.layer]) / 2};
      }
    }
  }

  // Lanes, shorter ones further in: out at the bottom, across, up, across, in at the top.
  Extent lanes() {
    std::vector<size_t> lanes;
    for (size_t e = 0; e < edges_.size(); ++e) if (edges_[e].lane) lanes.push_back(e);
    const auto length = [this](size_t e) { return static_cast<int64_t>(boxes_[edges_[e].from].rank) - boxes_[edges_[e].to].rank; };
    std::stable_sort(lanes.begin(), lanes.end(), [&](size_t a, size_t b) { return length(a) < length(b); });
    std::vector<size_t> below(below_.size(), 0), above(above_.size(), 0);
    std::vector<uint32_t> leaving(boxes_.size(), 0), coming(boxes_.size(), 0);
    // How far to the right anything stands, by layer; a lane stands beside what it passes.
    std::vector<double> taken(layers_.size(), 0);
    for (const Spot& spot : spots_) taken[spot.layer] = std::max(taken[spot.layer], spot.x + spot.width / 2);
    double right = width_;
    for (size_t e : lanes) {
      LayoutEdge& edge = edges_[e];
      const LayoutBox &from = boxes_[edge.from], &to = boxes_[edge.to];
      const size_t first = 2 * std::min(from.rank, to.rank), last = 2 * std::max(from.rank, to.rank);
      const auto begin = taken.begin() + static_cast<std::ptrdiff_t>(first > 0 ? first - 1 : 0);
      const auto end = taken.begin() + static_cast<std::ptrdiff_t>(std::min(last + 2, taken.size()));
      double x = *std::max_element(begin, end) + gaps_.lane;
      const double lower = bottom_[2 * from.rank] + gaps_.between / 2 + kChannel * static_cast<double>(below[from.rank]++);
      const double upper = top_[2 * to.rank] - gaps_.between / 2 - kChannel * static_cast<double>(above[to.rank]++);
      const double out = std::max(from.x + from.width - 8 - 6 * leaving[edge.from]++, from.x + from.width / 2);
      const double in = std::max(to.x + to.width - 8 - 6 * coming[edge.to]++, to.x + to.width / 2);
      edge.path = {{out, from.y + from.height}, {out, lower}, {x, lower}, {x, upper}, {in, upper}, {in, to.y}};
      edge.label = {x + 6 + edge.label_width / 2, (lower + upper) / 2};
      if (edge.label_width > 0) x += edge.label_width + 6;
      std::fill(begin, end, x);
      right = std::max(right, x + 8);
    }
    return {right, height_};
  }

  static constexpr double kChannel = 12;

  std::vector<LayoutBox>& boxes_;
  std::vector<LayoutEdge>& edges_;
  const LayoutGaps gaps_;
  std::vector<Spot> spots_;                       // boxes first
  std::vector<std::vector<uint32_t>> chains_;     // by edge
  std::vector<std::vector<uint32_t>> layers_;     // in order
  std::vector<uint32_t> order_;
  std::vector<double> top_, bottom_;              // of layers
  std::vector<size_t> below_, above_;             // by rank: edges in lanes that leave, that come
  size_t joins_ = 0;
  double width_ = 0, height_ = 0;
};

}  // namespace

Extent lay_out(std::vector<LayoutBox>& boxes, std::vector<LayoutEdge>& edges, const LayoutGaps& gaps) {
  if (boxes.empty()) return {};
  return Layout(boxes, edges, gaps).run();
}

}  // namespace wend::graph
