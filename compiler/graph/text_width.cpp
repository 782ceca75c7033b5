// Advance widths of DejaVu Sans, in thousandths of the size, from the space on.
#include "compiler/graph/text_width.h"

#include <algorithm>
#include <cstdint>

namespace wend::graph {
namespace {

constexpr uint16_t kWidths[95] = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
    603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635,
    634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};
constexpr double kBold = 1.12;
constexpr double kOther = 640, kWide = 1000;   // letters with marks, other alphabets; what is as wide as it is high

size_t length_at(std::string_view text, size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return std::min(length, text.size() - i);
}

double width_at(std::string_view text, size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  if (lead < 0x80) return lead >= 32 && lead < 127 ? kWidths[lead - 32] : kOther;
  return lead >= 0xe1 ? kWide : kOther;
}

}  // namespace

double text_width(std::string_view text, Font font) {
  double units = 0;
  for (size_t i = 0; i < text.size(); i += length_at(text, i)) units += width_at(text, i);
  return units * font.size / 1000 * (font.bold ? kBold : 1);
}

std::vector<std::string> wrapped(const std::string& text, Font font, double width, size_t lines_most) {
  std::vector<std::string> lines;
  std::string line;
  size_t at = 0;
  while (at < text.size()) {
    size_t end = text.find(' ', at);
    if (end == std::string::npos) end = text.size();
    std::string word = text.substr(at, end - at);
    at = end + 1;
    // A word that is wider than a line is broken where it must.
    while (true) {
      const std::string longer = line.empty() ? word : line + " " + word;
      if (text_width(longer, font) <= width) {
        line = longer;
        break;
      }
      if (!line.empty()) {
        lines.push_back(std::move(line));
        line.clear();
        continue;
      }
      size_t fits = 0;
      while (fits < word.size() && text_width(word.substr(0, fits + length_at(word, fits)), font) <= width) fits += length_at(word, fits);
      if (fits == 0) fits = length_at(word, 0);
      lines.push_back(word.substr(0, fits));
      word.erase(0, fits);
      if (word.empty()) break;
    }
    if (lines.size() > lines_most) break;
  }
  if (!line.empty()) lines.push_back(line);
  if (lines.size() <= lines_most) return lines;
  lines.resize(lines_most);
  std::string& last = lines.back();
  while (!last.empty() && text_width(last + "…", font) > width) {
    do last.pop_back(); while (!last.empty() && (static_cast<unsigned char>(last.back()) & 0xc0) == 0x80);
    if (!last.empty() && (static_cast<unsigned char>(last.back()) & 0x80) != 0) last.pop_back();
  }
  while (!last.empty() && last.back() == ' ') last.pop_back();
  last += "…";
  return lines;
}

}  // namespace wend::graph
