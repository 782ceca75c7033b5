// Widths are counted in scalar values, which is right for the names and figures shown here.
#include "runtime/hosts/summary_table.h"

#include <algorithm>

#include "runtime/abi/utf8.h"

namespace wend {

void SummaryTable::append(std::string& out, size_t indent) const {
  std::vector<size_t> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], count_scalars(row[c]));
  }
  bool headed = false;
  for (size_t c = 0; c < columns_.size(); ++c) {
    if (widths[c] == 0 && c > 0) continue;
    headed |= c > 0 && !columns_[c].heading.empty();
    widths[c] = std::max(widths[c], count_scalars(columns_[c].heading));
  }
  const auto line = [&](const auto& text_of) {
    std::string text(indent, ' ');
    for (size_t c = 0; c < columns_.size(); ++c) {
      if (widths[c] == 0) continue;
      const std::string& cell = text_of(c);
      const std::string padding(widths[c] - count_scalars(cell), ' ');
      if (c > 0) text += "  ";
      text += columns_[c].align == Align::left ? cell + padding : padding + cell;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  static const std::string kEmpty;
  if (headed) line([&](size_t c) -> const std::string& { return columns_[c].heading; });
  for (const auto& row : rows_) line([&](size_t c) -> const std::string& { return c < row.size() ? row[c] : kEmpty; });
}

std::string with_separators(uint64_t count) {
  if (count == 0) return {};
  std::string digits = std::to_string(count);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string plural(uint64_t count, const char* one, const char* many) {
  return (count == 0 ? std::string("no") : with_separators(count)) + " " + (count == 1 ? one : many);
}

std::string percent_of(uint64_t part, uint64_t whole) {
  if (part == 0 || whole == 0) return {};
  const uint64_t tenths = static_cast<uint64_t>((static_cast<unsigned __int128>(part) * 1000 + whole / 2) / whole);
  if (tenths == 0) return "<0.1%";
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

std::string bar_of(uint64_t part, uint64_t whole, size_t width) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (part == 0 || whole == 0) return {};
  uint64_t eighths = static_cast<uint64_t>(static_cast<unsigned __int128>(part) * width * 8 / whole);
  if (eighths == 0) eighths = 1;
  std::string bar;
  for (; eighths >= 8; eighths -= 8) bar += "█";
  return bar + kEighths[eighths];
}

}  // namespace wend
