// Pieces of a picture, placed relative to their own corner and then drawn somewhere. Private to the folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/graph/text_width.h"

namespace wend::graph {

// Colours stand in the style of the document, by class: see svg.cpp.
struct Shape {
  enum class Kind : uint8_t { text, text_right, text_middle, rect, path, circle } kind = Kind::text;
  double x = 0, y = 0, width = 0, height = 0, round = 0;   // text: y is its base line; circle: x, y the middle, round the radius
  std::string text;                                         // of a path: what it does, relative to x, y
  std::string style;                                        // class names
  Font font;
  std::string attributes;                                   // more, as they stand in the SVG
};

struct Picture {
  double width = 0, height = 0;
  std::vector<Shape> shapes;

  void text(double x, double y, std::string text, std::string style, Font font, Shape::Kind kind = Shape::Kind::text);
  void rect(double x, double y, double width, double height, double round, std::string style);
  void path(double x, double y, std::string what, std::string style, std::string attributes = {});
  void put(const Picture& other, double x, double y);       // with its shapes moved; the size stays
};

std::string number(double value);                           // one decimal at most
std::string grouped(uint64_t count);                        // "12,345"
std::string counted(uint64_t count, const char* one, const char* many);
void append_xml(std::string& out, std::string_view text);

Picture step_card(const Node& node);
Picture state_card(const Node& node, double width);         // width 0: its own
Picture pill(const Node& node);                             // entries, gate, goal, exits, ends

Picture journey_picture(const Diagram& diagram);            // svg_journey.cpp
Picture states_picture(const Diagram& diagram);             // svg_states.cpp

// What several lines of a label take; drawn in the middle over a patch of the ground.
struct LabelText { std::vector<std::string> lines; double width = 0, height = 0; };
LabelText label_text(const Edge& edge, double width_most);
void put_label(Picture& picture, const LabelText& label, double x, double y, const char* ground);

}  // namespace wend::graph
