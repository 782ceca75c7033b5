// Records of a CSV file after RFC 4180: quoted cells may hold the delimiter, doubled quotes and line ends. Tested by
// tests/unit/ingest/csv_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/line_reader.h"

namespace wend {

class CsvRecords {
 public:
  explicit CsvRecords(LineReader& lines) : lines_(lines) {}

  enum class Fault : uint8_t { none, too_long, open_quote };
  struct Cell { std::string_view text; bool quoted = false; };
  struct Record {
    std::vector<Cell> cells;   // views, valid until the next call
    uint64_t line = 0;         // of its first line
    Fault fault = Fault::none;
  };
  // False at the end. Empty lines are passed over.
  bool next(Record& record);
  // Comma; a header without one that has semicolons or tabs says otherwise.
  void set_delimiter(char delimiter) { delimiter_ = delimiter; }

 private:
  bool split(std::string_view text, Record& record);   // false: a quote is still open at its end

  LineReader& lines_;
  char delimiter_ = ',';
  std::string joined_;      // a record of several lines
  std::string unquoted_;    // cells whose doubled quotes had to be undone
};

char delimiter_of(std::string_view header);

}  // namespace wend
