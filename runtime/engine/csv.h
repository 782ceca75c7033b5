// A CSV file with a header -> events of the log. Tested by tests/unit/ingest/csv_test.cpp.
//
// A column is a property when it is named like it or like its path. Who and when stand in the columns named by the options,
// else in `user_id`, `userId` or the first identity's, and in `at`, `timestamp` or `time`. Columns named like other
// identities (and `anonymousId`) set those, `messageId` or `message_id` is the event's id. `as_event` names the event,
// as the program or as the source calls it, or is `identify`: then columns are traits. Without it a column `event` says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/csv_record.h"
#include "runtime/engine/intake.h"

namespace wend {

struct CsvColumns {
  std::string as_event, user_column, time_column;   // as InputFile has them
};

class CsvReader {
 public:
  CsvReader(Intake& intake, LineReader& lines, std::string file, CsvColumns options);

  // Reads the header. A text when the file cannot be read as events at all.
  std::optional<std::string> begin();
  enum class Outcome : uint8_t { event, rejected, end };
  Outcome next();
  // Counts the columns nobody asked for.
  void finish();

 private:
  static constexpr int32_t kNone = -1;
  static constexpr int32_t kUndeclared = -2;
  // How the columns serve one event: by column a property (or an attribute for `identify`), or kNone.
  struct Layout {
    bool ready = false;
    std::vector<int32_t> target;
    std::vector<bool> has_column;   // by property
  };

  int32_t column(std::string_view name) const;
  int32_t column_of(const std::string& asked, std::initializer_list<std::string_view> defaults) const;
  const Layout& layout_of(uint32_t type);
  bool take(const CsvRecords::Record& record);
  bool take_who_and_when(const CsvRecords::Record& record);
  bool take_properties(const CsvRecords::Record& record, const Layout& layout);
  bool take_property(uint32_t property, const CsvRecords::Cell& cell);
  void take_traits(const CsvRecords::Record& record, const Layout& layout);
  int32_t event_named(std::string_view name) const;

  Intake& intake_;
  CsvRecords records_;
  std::string file_;
  CsvColumns options_;
  std::vector<std::string> header_;
  std::vector<bool> used_;
  uint64_t rows_ = 0;
  int32_t time_ = kNone, event_ = kNone, id_ = kNone;
  std::vector<int32_t> identity_columns_;             // by rank
  int32_t fixed_type_ = kUndeclared;                  // of as_event; kNone: identify
  std::vector<Layout> layouts_;                       // by event; the last is for identify
  CsvRecords::Record record_;
  EventDraft draft_;
  std::optional<int64_t> at_;
  Fault fault_;
};

}  // namespace wend
