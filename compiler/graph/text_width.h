// How wide a text is drawn, and where it breaks. Nothing is asked of the machine: the widths are those of a wide sans serif,
// so that what fits here fits in the fonts of others. Private to the folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wend::graph {

struct Font { double size = 13; bool bold = false; };

double text_width(std::string_view text, Font font);
// At most so many lines; what does not fit any more ends in `…`.
std::vector<std::string> wrapped(const std::string& text, Font font, double width, size_t lines_most);

}  // namespace wend::graph
