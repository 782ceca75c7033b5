// Aligned columns for people. A column that is empty in every row is left out, its heading too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wend {

class SummaryTable {
 public:
  enum class Align : uint8_t { left, right };
  struct Column { std::string heading; Align align = Align::right; };

  explicit SummaryTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  // Every line begins with `indent` spaces; headings stand above when there are any.
  void append(std::string& out, size_t indent) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

std::string with_separators(uint64_t count);                       // "541,909"; zero is empty
std::string plural(uint64_t count, const char* one, const char* many);   // "no users", "1 user", "1,204 users"
std::string percent_of(uint64_t part, uint64_t whole);             // "27.5%", "<0.1%"; empty when nothing
std::string bar_of(uint64_t part, uint64_t whole, size_t width);   // of blocks, an eighth the least

}  // namespace wend
