// The whole document: a panel a diagram, in columns; its colours in light and dark; and in words for who cannot see it.
#include <algorithm>
#include <cmath>

#include "compiler/graph/svg_parts.h"
#include "compiler/graph/to_words.h"

namespace wend::graph {
namespace {

constexpr double kMargin = 28, kPanelPad = 24, kPanelGap = 28, kTextMost = 620;

// Text on its ground has a contrast of 4.5 : 1 at least, in both.
constexpr const char* kStyle = R"css(svg{color-scheme:light dark}
text{font-family:Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}
.hit{fill:transparent}.ground{fill:#ffffff}.page{fill:#eef1f5}.panel{fill:#ffffff;stroke:#d3dae3}
.t{fill:#18212c}.m{fill:#566273}
.frame{fill:#f4f7fa;stroke:#d9e0e8}.gframe{fill:#f4f7fa}
.card{fill:#ffffff;stroke:#aab6c5;stroke-width:1.2}.line{stroke:#dfe5ec;fill:none}
.e{stroke:#6b7888;stroke-width:1.5;fill:none}.dash{stroke-dasharray:5 4}.faint{stroke-dasharray:2 4}.tip{fill:#6b7888}
.i{fill:none;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.send{stroke:#1a5fb4}.wait{stroke:#9a5b00}.branch{stroke:#7a3fb0}.act{stroke:#566273}.go{stroke:#0b6e7d}.good{stroke:#1a7f37}.bad{stroke:#b3261e}
.arm{fill:#efe6f8}.armt{fill:#5d2e8c}
.pentry{fill:#e3eefb;stroke:#8db4e2}.pgate{fill:#fdf1dc;stroke:#e0b566}.pend{fill:#e9edf2;stroke:#aab6c5}
.pgoal{fill:#e2f4e6;stroke:#82c493}.pexit{fill:#fbe7e5;stroke:#e3a09b}.tgoal{fill:#136327}.texit{fill:#9c1f18}
.chip{fill:#eef1f5}.kind{fill:#566273;letter-spacing:.06em}
@media (prefers-color-scheme:dark){
.ground{fill:#151b23}.page{fill:#0d1117}.panel{fill:#151b23;stroke:#2b3542}
.t{fill:#e8eef5}.m{fill:#a3b0bf}
.frame{fill:#1a222c;stroke:#2b3542}.gframe{fill:#1a222c}
.card{fill:#222c38;stroke:#4a5868}.line{stroke:#344151}
.e{stroke:#8a98a9}.tip{fill:#8a98a9}
.send{stroke:#78aef5}.wait{stroke:#e0a44a}.branch{stroke:#c39bea}.act{stroke:#a3b0bf}.go{stroke:#5bc0cf}.good{stroke:#63c77c}.bad{stroke:#f2877f}
.arm{fill:#3a2b4d}.armt{fill:#dcc4f5}
.pentry{fill:#1b2f4a;stroke:#3f6ca3}.pgate{fill:#3b2e14;stroke:#7d6229}.pend{fill:#222c38;stroke:#4a5868}
.pgoal{fill:#173522;stroke:#35713f}.pexit{fill:#3f1d1b;stroke:#85413c}.tgoal{fill:#7fd896}.texit{fill:#ffa39c}
.chip{fill:#222c38}.kind{fill:#a3b0bf}
}
)css";

// A diagram with what it is called above it; the panel itself is drawn once the width of its column is known.
Picture panel(const Diagram& diagram) {
  const Picture inner = diagram.kind == Diagram::Kind::journey ? journey_picture(diagram) : states_picture(diagram);
  Picture content;
  constexpr Font kName{20, true}, kKind{11, true}, kAbout{14, false}, kFact{12, false};
  double y = 10, widest = inner.width;
  content.text(0, y, diagram.kind == Diagram::Kind::journey ? "JOURNEY" : "STATES", "kind", kKind);
  y += 26;
  const double most = std::max(inner.width, 360.0);
  for (const std::string& line : wrapped(diagram.name, kName, std::max(most, kTextMost), 2)) {
    content.text(0, y, line, "t", kName);
    widest = std::max(widest, text_width(line, kName));
    y += 24;
  }
  for (const std::string& line : wrapped(diagram.about, kAbout, std::min(most, kTextMost), 4)) {
    content.text(0, y, line, "m", kAbout);
    widest = std::max(widest, text_width(line, kAbout));
    y += 20;
  }
  double x = 0;
  y += 4;
  for (const std::string& fact : diagram.facts) {
    const std::string text = wrapped(fact, kFact, kTextMost, 1).front();
    const double wide = text_width(text, kFact) + 16;
    if (x > 0 && x + wide > most) x = 0, y += 26;
    content.rect(x, y - 12, wide, 21, 10, "chip");
    content.text(x + 8, y + 3, text, "m", kFact);
    x += wide + 8;
    widest = std::max(widest, x - 8);
  }
  y += diagram.facts.empty() ? 4 : 30;
  content.put(inner, 0, y);
  Picture out;
  out.width = std::ceil(widest) + 2 * kPanelPad;
  out.height = std::ceil(y + inner.height) + 2 * kPanelPad;
  out.put(content, kPanelPad, kPanelPad);
  return out;
}

struct Column { double x = 0, width = 0, height = 0; std::vector<size_t> panels; };

// So many columns that the whole is about as wide as a slide; a panel goes where there is most room.
std::vector<Column> columns_of(const std::vector<Picture>& panels) {
  std::vector<Column> best;
  double nearest = 1e18;
  for (size_t count = 1; count <= std::min<size_t>(panels.size(), 6); ++count) {
    std::vector<Column> columns(count);
    for (size_t i = 0; i < panels.size(); ++i) {
      Column& column = *std::min_element(columns.begin(), columns.end(), [](const Column& a, const Column& b) { return a.height < b.height; });
      column.panels.push_back(i);
      column.width = std::max(column.width, panels[i].width);
      column.height += panels[i].height + kPanelGap;
    }
    double width = 0, height = 0;
    for (const Column& column : columns) width += column.width + kPanelGap, height = std::max(height, column.height);
    const double off = std::abs(std::log(width / std::max(height, 1.0) / 1.5));
    if (off < nearest) nearest = off, best = std::move(columns);
  }
  double x = 0;
  for (Column& column : best) column.x = x, x += column.width + kPanelGap;
  return best;
}

std::string heading(const Graph& graph) {
  std::string out = graph.project;
  if (!graph.about.empty()) out += ": " + graph.about;
  return out;
}

std::string run_text(const Run& run) {
  std::string out = counted(run.events, "event", "events") + " of " + counted(run.users, "person", "people");
  if (!run.from.empty()) out += run.from == run.to ? ", on " + run.from : ", " + run.from + " to " + run.to;
  return out;
}

Picture page(const Graph& graph) {
  std::vector<Picture> panels;
  for (const Diagram& diagram : graph.diagrams) panels.push_back(panel(diagram));
  const std::vector<Column> columns = columns_of(panels);
  double width = 0, height = 0;
  for (const Column& column : columns) width = std::max(width, column.x + column.width), height = std::max(height, column.height - kPanelGap);
  Picture head;
  constexpr Font kProject{24, true}, kSmall{14, false};
  double y = 20;
  const double most = std::max(width, 480.0);
  const auto line = [&](const std::string& text, const char* style, Font font, double high) {
    for (const std::string& each : wrapped(text, font, most, 3)) {
      head.text(0, y, each, style, font);
      head.width = std::max(head.width, text_width(each, font));
      y += high;
    }
  };
  line(graph.project, "t", kProject, 28);
  if (!graph.about.empty()) line(graph.about, "m", kSmall, 20);
  if (graph.run) line(run_text(*graph.run), "m", kSmall, 20);
  if (graph.diagrams.empty()) line("nothing to draw: it has no journeys and no states", "m", kSmall, 20);
  y += 6;
  Picture out;
  out.width = std::ceil(std::max(width, head.width)) + 2 * kMargin;
  out.height = std::ceil(y + height) + 2 * kMargin;
  out.rect(0, 0, out.width, out.height, 0, "page");
  out.put(head, kMargin, kMargin);
  for (const Column& column : columns) {
    double top = kMargin + y;
    for (size_t i : column.panels) {
      out.rect(kMargin + column.x, top, column.width, panels[i].height, 14, "panel");
      out.put(panels[i], kMargin + column.x, top);
      top += panels[i].height + kPanelGap;
    }
  }
  return out;
}

void append_shape(std::string& out, const Shape& shape) {
  const std::string more = shape.attributes.empty() ? "" : " " + shape.attributes;
  switch (shape.kind) {
    case Shape::Kind::rect:
      out += "<rect class=\"" + shape.style + "\" x=\"" + number(shape.x) + "\" y=\"" + number(shape.y) + "\" width=\"" + number(shape.width) + "\" height=\"" + number(shape.height) + "\"";
      if (shape.round > 0) out += " rx=\"" + number(shape.round) + "\"";
      out += more + "/>\n";
      return;
    case Shape::Kind::path:
      out += "<path class=\"" + shape.style + "\"";
      if (shape.x != 0 || shape.y != 0) out += " transform=\"translate(" + number(shape.x) + " " + number(shape.y) + ")\"";
      out += " d=\"" + shape.text + "\"" + more + "/>\n";
      return;
    case Shape::Kind::circle:
      out += "<circle class=\"" + shape.style + "\" cx=\"" + number(shape.x) + "\" cy=\"" + number(shape.y) + "\" r=\"" + number(shape.round) + "\"" + more + "/>\n";
      return;
    default: break;
  }
  out += "<text class=\"" + shape.style + "\" x=\"" + number(shape.x) + "\" y=\"" + number(shape.y) + "\" font-size=\"" + number(shape.font.size) + "\"";
  if (shape.font.bold) out += " font-weight=\"600\"";
  if (shape.kind == Shape::Kind::text_right) out += " text-anchor=\"end\"";
  if (shape.kind == Shape::Kind::text_middle) out += " text-anchor=\"middle\"";
  out += more + ">";
  append_xml(out, shape.text);
  out += "</text>\n";
}

}  // namespace

std::string to_svg(const Graph& graph) {
  const Picture picture = page(graph);
  const std::string width = number(picture.width), height = number(picture.height);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"wend-title wend-desc\" width=\"" + width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height + "\">\n";
  out += "<title id=\"wend-title\">";
  append_xml(out, heading(graph));
  out += "</title>\n<desc id=\"wend-desc\">";
  append_xml(out, in_words(graph));
  out += "</desc>\n<style>" + std::string(kStyle) + "</style>\n";
  out += "<defs><marker id=\"arrow\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"tip\" d=\"M0 1L9 5L0 9z\"/></marker></defs>\n";
  for (const Shape& shape : picture.shapes) append_shape(out, shape);
  return out + "</svg>\n";
}

}  // namespace wend::graph
