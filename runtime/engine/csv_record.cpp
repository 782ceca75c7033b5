// Most records are one line without a quote: those are split where they lie.
#include "runtime/engine/csv_record.h"

#include <algorithm>

namespace wend {

char delimiter_of(std::string_view header) {
  for (char candidate : {',', ';', '\t'}) if (header.find(candidate) != std::string_view::npos) return candidate;
  return ',';
}

bool CsvRecords::next(Record& record) {
  LineReader::Line line;
  record.fault = Fault::none;
  do {
    if (!lines_.next(line)) return false;
  } while (line.text.empty() && !line.too_long);
  record.line = lines_.number();
  if (line.too_long) {
    record.cells.clear();
    record.fault = Fault::too_long;
    return true;
  }
  if (split(line.text, record)) return true;
  joined_ = line.text;
  while (true) {
    if (!lines_.next(line)) {
      if (!lines_.error().empty()) return false;
      record.fault = Fault::open_quote;
      return true;
    }
    joined_ += '\n';
    joined_ += line.text;
    if (line.too_long || joined_.size() > LineReader::kLineBytesMax) {
      record.fault = Fault::open_quote;
      return true;
    }
    if (line.text.find('"') != std::string_view::npos && split(joined_, record)) return true;
  }
}

bool CsvRecords::split(std::string_view text, Record& record) {
  record.cells.clear();
  unquoted_.clear();
  unquoted_.reserve(text.size());   // so that views into it stay good
  for (size_t at = 0;;) {
    if (at < text.size() && text[at] == '"') {
      const size_t start = unquoted_.size();
      for (++at;; ++at) {
        if (at >= text.size()) return false;
        if (text[at] != '"') unquoted_ += text[at];
        else if (at + 1 < text.size() && text[at + 1] == '"') unquoted_ += text[at++];
        else break;
      }
      const size_t end = std::min(text.find(delimiter_, ++at), text.size());
      unquoted_ += text.substr(at, end - at);   // what stands behind the closing quote belongs to the cell
      record.cells.push_back({std::string_view(unquoted_).substr(start), true});
      at = end;
    } else {
      const size_t end = std::min(text.find(delimiter_, at), text.size());
      record.cells.push_back({text.substr(at, end - at), false});
      at = end;
    }
    if (at >= text.size()) return true;
    ++at;
    if (at == text.size()) {
      record.cells.push_back({});
      return true;
    }
  }
}

}  // namespace wend
