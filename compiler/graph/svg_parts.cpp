#include "compiler/graph/svg_parts.h"

#include <algorithm>
#include <cmath>

namespace wend::graph {
namespace {

constexpr double kPad = 14;
constexpr double kTextMost = 300;       // a line of a card
constexpr double kPillMost = 240;
constexpr double kIndent = 16, kIcon = 22;
constexpr Font kTitle{15, true}, kStrong{13, true}, kPlain{13, false}, kSmall{12, false}, kSmallStrong{12, true};
constexpr double kLine = 18, kSmallLine = 16;

struct Icon { const char* path; const char* style; bool filled; };

// In a square of 14, strokes of 1.5.
Icon icon_of(Row::Kind kind) {
  switch (kind) {
    case Row::Kind::send: return {"M1 3h12v8.5h-12zM1 3l6 5l6 -5", "send", false};
    case Row::Kind::wait: return {"M7 1a6 6 0 1 0 .01 0zM7 3.6v3.6l2.6 1.6", "wait", false};
    case Row::Kind::branch: return {"M7 1l6 6l-6 6l-6 -6z", "branch", false};
    case Row::Kind::set: return {"M2 12l1 -3.4l7 -7l2.4 2.4l-7 7z", "act", false};
    case Row::Kind::emit: return {"M8 1l-5 7h4l-1 5l5 -7h-4z", "act", false};
    case Row::Kind::call: return {"M5 2h-3.5v10.500h10.500v-3.5M8 1.500h4.500v4.500M12.500 1.500l-6 6", "act", false};
    case Row::Kind::go: return {"M1 7h11M8 3l4 4l-4 4", "go", false};
    case Row::Kind::finish: return {"M2 7.500l3.500 3.500l6.500 -8", "good", false};
    case Row::Kind::leave: return {"M3 3l8 8M11 3l-8 8", "bad", false};
    case Row::Kind::note: return {"M1 7h11M8 3l4 4l-4 4", "go", false};
    case Row::Kind::arm: break;
  }
  return {"", "", false};
}

std::string sends_text(const Sends& sends) {
  std::string out = grouped(sends.sent) + " sent";
  if (sends.deferred > 0) out += ", " + grouped(sends.deferred) + " deferred";
  if (sends.suppressed > 0) out += ", " + grouped(sends.suppressed) + " suppressed";
  return out;
}

// Where it is written, for a viewer that can go there: on what is clicked, words or the ground below them.
std::string where(const Place& place) {
  if (place.line == 0) return {};
  std::string out = "data-file=\"";
  append_xml(out, place.file);
  return out + "\" data-line=\"" + std::to_string(place.line) + "\"";
}

void put_ground(Picture& picture, double y, double width, double height, const Place& place) {
  if (place.line == 0) return;
  picture.rect(0, y, width, height, 0, "hit");
  picture.shapes.back().attributes = where(place);
}

void mark_texts(Picture& picture, size_t from, const Place& place) {
  for (size_t i = from; i < picture.shapes.size(); ++i)
    if (picture.shapes[i].kind == Shape::Kind::text) picture.shapes[i].attributes = where(place);
}

// A card grows downwards; what stands at the right edge is placed once the width is known.
class Card {
 public:
  void heading(const Node& node) {
    place_ = node.place;
    y_ = 25;
    right(node.people, kSmallStrong, 25);
    text(kPad, node.title, "t", kTitle, kLine + 2, 1, node.people ? 60 : 0);
    mark_texts(picture_, 0, node.place);
  }

  void rule() {
    rules_.push_back(y_ - 9);
    y_ += 14;
  }

  void text(double x, const std::string& what, const char* style, Font font, double line, size_t lines, double keep = 0) {
    for (const std::string& each : wrapped(what, font, kTextMost - (x - kPad), lines)) {
      picture_.text(x, y_, each, style, font);
      widest_ = std::max(widest_, x + text_width(each, font) + keep);
      y_ += line;
    }
  }

  void right(const People& people, Font font, double y) {
    if (!people) return;
    rights_.push_back({grouped(*people), y, font});
  }

  void row(const Row& row) {
    const double top = y_ - 14;
    const size_t from = picture_.shapes.size();
    put_row(row);
    mark_texts(picture_, from, row.place);
    hits_.push_back({top, y_ - 14, row.place});
  }

  void gap(double by) { y_ += by; }

  Picture finish(const char* style, double width, double least) {
    picture_.width = std::ceil(width > 0 ? width : std::max(least, widest_ + kPad));
    picture_.height = std::ceil(y_ - 4);
    Picture out;
    out.width = picture_.width;
    out.height = picture_.height;
    out.rect(0, 0, out.width, out.height, 9, style);
    put_ground(out, 0, out.width, hits_.empty() ? out.height : hits_.front().top, place_);
    for (const Hit& hit : hits_) put_ground(out, hit.top, out.width, hit.bottom - hit.top, hit.place);
    for (double y : rules_) out.path(0, y, "M0 0h" + number(out.width), "line");
    out.put(picture_, 0, 0);
    for (const Right& right : rights_) out.text(out.width - kPad, right.y, right.text, "m", right.font, Shape::Kind::text_right);
    return out;
  }

 private:
  struct Right { std::string text; double y; Font font; };
  struct Hit { double top, bottom; Place place; };

  void put_row(const Row& row) {
    const double x = kPad + kIndent * std::min<uint32_t>(row.depth, 8);
    if (row.kind == Row::Kind::arm) {
      const std::vector<std::string> lines = wrapped(row.text, kSmallStrong, kTextMost - (x - kPad) - 16, 2);
      double wide = 0;
      for (const std::string& line : lines) wide = std::max(wide, text_width(line, kSmallStrong));
      picture_.rect(x, y_ - 13, wide + 16, kSmallLine * static_cast<double>(lines.size()) + 3, 9, "arm");
      right(row.people, kSmall, y_);
      widest_ = std::max(widest_, x + wide + 16 + (row.people ? 56 : 0));
      for (const std::string& line : lines) {
        picture_.text(x + 8, y_, line, "armt", kSmallStrong);
        y_ += kSmallLine;
      }
      y_ += 6;
      if (!row.detail.empty()) text(x + kIndent, row.detail, "m", kSmall, kSmallLine, 1), y_ += 4;
      return;
    }
    const Icon icon = icon_of(row.kind);
    picture_.path(x, y_ - 11.5, icon.path, std::string("i ") + icon.style);
    right(row.people, kSmall, y_);
    text(x + kIcon, row.text, "t", row.kind == Row::Kind::send ? kStrong : kPlain, kLine, 3, row.people ? 56 : 0);
    if (!row.detail.empty()) text(x + kIcon, row.detail, "m", kSmall, kSmallLine, 3);
    if (row.sends) text(x + kIcon, sends_text(*row.sends), "m", kSmall, kSmallLine, 2);
    y_ += 5;
  }

  Picture picture_;
  std::vector<Right> rights_;
  std::vector<Hit> hits_;
  Place place_;
  std::vector<double> rules_;
  double y_ = 0, widest_ = 0;
};

}  // namespace

void Picture::text(double x, double y, std::string what, std::string style, Font font, Shape::Kind kind) {
  shapes.push_back({kind, x, y, 0, 0, 0, std::move(what), std::move(style), font, ""});
}

void Picture::rect(double x, double y, double wide, double high, double round, std::string style) {
  shapes.push_back({Shape::Kind::rect, x, y, wide, high, round, "", std::move(style), {}, ""});
}

void Picture::path(double x, double y, std::string what, std::string style, std::string attributes) {
  shapes.push_back({Shape::Kind::path, x, y, 0, 0, 0, std::move(what), std::move(style), {}, std::move(attributes)});
}

void Picture::put(const Picture& other, double x, double y) {
  for (Shape shape : other.shapes) {
    shape.x += x;
    shape.y += y;
    shapes.push_back(std::move(shape));
  }
}

std::string number(double value) {
  const auto tenths = static_cast<int64_t>(std::llround(value * 10));
  std::string out = tenths < 0 ? "-" : "";
  const auto size = static_cast<uint64_t>(std::abs(tenths));
  out += std::to_string(size / 10);
  if (size % 10 != 0) out += "." + std::to_string(size % 10);
  return out;
}

std::string grouped(uint64_t count) {
  std::string out = std::to_string(count);
  for (size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string counted(uint64_t count, const char* one, const char* many) { return grouped(count) + " " + (count == 1 ? one : many); }

void append_xml(std::string& out, std::string_view text) {
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
}

Picture step_card(const Node& node) {
  Card card;
  card.heading(node);
  if (node.inside && *node.inside > 0) card.text(kPad, grouped(*node.inside) + " inside at the end", "m", kSmall, kSmallLine, 1);
  if (!node.rows.empty()) {
    card.rule();
    for (const Row& row : node.rows) card.row(row);
  }
  return card.finish("card", 0, 150);
}

Picture state_card(const Node& node, double width) {
  Card card;
  card.heading(node);
  for (const std::string& detail : node.details) card.text(kPad, detail, "m", kSmall, kSmallLine, 3);
  if (!node.rows.empty()) {
    card.gap(4);
    for (const Row& row : node.rows) card.row(row);
  }
  return card.finish("card", width, 190);
}

Picture pill(const Node& node) {
  using Kind = Node::Kind;
  const bool goal = node.kind == Kind::goal, exit = node.kind == Kind::exit, end = node.kind == Kind::finished || node.kind == Kind::left;
  const char* style = node.kind == Kind::entry ? "pentry" : node.kind == Kind::gate ? "pgate" : goal ? "pgoal" : exit ? "pexit" : "pend";
  Picture out;
  double y = 21, widest = 0;
  const double x = 16;
  const auto line = [&](const std::string& text, const char* text_style, Font font, size_t lines) {
    for (const std::string& each : wrapped(text, font, kPillMost, lines)) {
      out.text(x, y, each, text_style, font);
      widest = std::max(widest, text_width(each, font));
      y += font.size + 5;
    }
  };
  if (goal) line("goal", "tgoal", kSmallStrong, 1);
  if (exit) line("exit", "texit", kSmallStrong, 1);
  line(node.title, "t", end || node.kind == Kind::entry ? kStrong : kPlain, 4);
  for (const std::string& detail : node.details) line(detail, "m", kSmall, 3);
  if (node.people) line(grouped(*node.people), "m", kSmallStrong, 1);
  out.width = std::ceil(widest + 2 * x);
  out.height = std::ceil(y - 7);
  const double round = std::min(out.height / 2, 16.0);
  out.shapes.insert(out.shapes.begin(), Shape{Shape::Kind::rect, 0, 0, out.width, out.height, round, "", style, {}, ""});
  out.shapes.front().attributes = where(node.place);
  mark_texts(out, 1, node.place);
  return out;
}

LabelText label_text(const Edge& edge, double width_most) {
  LabelText out;
  if (!edge.label.empty()) out.lines = wrapped(edge.label, kSmall, width_most, 3);
  if (edge.people) {
    const std::string people = grouped(*edge.people);
    if (out.lines.size() == 1 && text_width(out.lines[0] + " · " + people, kSmall) <= width_most) out.lines[0] += " · " + people;
    else out.lines.push_back(people);
  }
  for (const std::string& line : out.lines) out.width = std::max(out.width, text_width(line, kSmall));
  if (out.lines.empty()) return out;
  out.width += 12;
  out.height = kSmallLine * static_cast<double>(out.lines.size()) + 4;
  return out;
}

void put_label(Picture& picture, const LabelText& label, double x, double y, const char* ground) {
  if (label.lines.empty()) return;
  picture.rect(x - label.width / 2, y - label.height / 2, label.width, label.height, 4, ground);
  double line = y - label.height / 2 + 14;
  for (const std::string& text : label.lines) {
    picture.text(x, line, text, "m", kSmall, Shape::Kind::text_middle);
    line += kSmallLine;
  }
}

}  // namespace wend::graph
