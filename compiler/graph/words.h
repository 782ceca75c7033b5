// How pieces of a program read in a picture: in the words of its source where it has them. Private to the folder.
#pragma once

#include <string>

#include "compiler/graph/graph.h"

namespace wend::graph {

// Of one line, blanks folded and comments left out.
std::string source_text(const Program& program, Span span);
std::string text_of(const Program& program, const Expr& expr);
std::string text_of(const Program& program, const Condition& condition);
Place place_of(const Program& program, Span span);

std::string clock_text(int64_t time_of_day_us, bool user_time);   // "09:00 user time"
std::string days_text(uint32_t weekdays);                         // "monday, thursday"; of all seven: "day"
std::string share_text(int64_t millionths);                       // "12.5%"
std::string cut(const std::string& text, size_t characters);      // with `…` where something is missing

}  // namespace wend::graph
