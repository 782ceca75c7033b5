// One loop a format; both stop alike.
#include "runtime/engine/ingest.h"

#include "runtime/engine/byte_source.h"
#include "runtime/engine/csv.h"
#include "runtime/engine/line_reader.h"
#include "runtime/engine/ndjson.h"

namespace wend {
namespace {

constexpr uint64_t kLinesBetweenProgress = 20'000;

class Progress {
 public:
  Progress(const IngestOptions& options) : report_(options.progress) {
    for (const EventFile& file : options.files) total_ += file_bytes(file.path);
  }
  void at(uint64_t consumed) {
    if (report_ && ++lines_ % kLinesBetweenProgress == 0) report_(before_ + consumed, total_);
  }
  void end_of(uint64_t consumed) { before_ += consumed; }

 private:
  const std::function<void(uint64_t, uint64_t)>& report_;
  uint64_t before_ = 0, total_ = 0, lines_ = 0;
};

std::optional<IngestError> stopped(const Intake& intake) {
  const Rejection& rejection = intake.rejected.back();
  return IngestError{rejection.place + ": " + rejection.reason, true};
}

bool blank(std::string_view line) { return line.find_first_not_of(" \t") == std::string_view::npos; }

std::optional<IngestError> read_ndjson(LineReader& lines, const std::string& name, bool strict, Intake& intake, Progress* progress) {
  NdjsonReader reader(intake);
  LineReader::Line line;
  while (lines.next(line)) {
    if (progress != nullptr) progress->at(lines.consumed());
    bool good = true;
    if (line.too_long) {
      intake.reject(plain_fault("the line is longer than 1 MiB"), name + ":" + std::to_string(lines.number()), std::nullopt, kNoIdentity);
      good = false;
    } else if (!blank(line.text)) {
      good = reader.line(line.text, name, lines.number());
    }
    if (!good && strict) return stopped(intake);
  }
  if (!lines.error().empty()) return IngestError{lines.error()};
  return std::nullopt;
}

std::optional<IngestError> read_csv(LineReader& lines, const EventFile& file, bool strict, Intake& intake, Progress& progress) {
  CsvReader reader(intake, lines, file.path, {file.as_event, file.user_column, file.time_column});
  if (auto fault = reader.begin()) return IngestError{std::move(*fault), true};
  for (CsvReader::Outcome outcome; (outcome = reader.next()) != CsvReader::Outcome::end;) {
    progress.at(lines.consumed());
    if (outcome == CsvReader::Outcome::rejected && strict) return stopped(intake);
  }
  reader.finish();
  if (!lines.error().empty()) return IngestError{lines.error()};
  return std::nullopt;
}

}  // namespace

bool is_csv(const EventFile& file) {
  if (!file.as_event.empty() || !file.user_column.empty() || !file.time_column.empty()) return true;
  std::string_view path = file.path;
  for (std::string_view ending : {".gz", ".zst"}) if (path.ends_with(ending)) path.remove_suffix(ending.size());
  return path.ends_with(".csv") || path.ends_with(".tsv") || path.ends_with(".CSV");
}

std::optional<IngestError> read_files(const IngestOptions& options, Intake& intake) {
  Progress progress(options);
  for (const EventFile& file : options.files) {
    LineReader lines(open_source(file.path));
    auto error = is_csv(file) ? read_csv(lines, file, options.strict, intake, progress)
                              : read_ndjson(lines, file.path, options.strict, intake, &progress);
    if (error) return error;
    progress.end_of(lines.consumed());
  }
  return std::nullopt;
}

std::optional<IngestError> read_text(std::string_view ndjson, std::string_view name, bool strict, Intake& intake) {
  LineReader lines(text_source(ndjson));
  return read_ndjson(lines, std::string(name), strict, intake, nullptr);
}

}  // namespace wend
