// Reading, then running, then telling: the whole of `wend run` and `wend snapshot` behind one call.
#include "runtime/hosts/batch.h"

#include "runtime/abi/text_format.h"
#include "runtime/engine/ingest.h"
#include "runtime/hosts/batch_run.h"
#include "runtime/hosts/tally.h"

namespace wend {
namespace {

constexpr size_t kExamples = 5;

void tell_reading(const Intake& intake, Summary& summary) {
  summary.unknown_events = intake.unknown_events;
  summary.unknown_traits = intake.unknown_traits;
  summary.unknown_properties = intake.unknown_properties;
  summary.bad_traits = intake.bad_traits;
  summary.list_entries_dropped = intake.list_entries_dropped;
  summary.not_handled = intake.not_handled;
  summary.unknown_by_name = intake.unknown_by_name();
  summary.rejected = intake.rejected.size();
  summary.rejected_by_reason = intake.rejected_by_reason;
  for (size_t i = 0; i < intake.rejected.size() && i < kExamples; ++i) {
    summary.rejected_examples.push_back(intake.rejected[i].place + ": " + intake.rejected[i].reason);
  }
}

IngestOptions reading_of(const BatchOptions& options) {
  IngestOptions reading;
  reading.strict = options.strict;
  for (const InputFile& file : options.files) reading.files.push_back({file.path, file.as_event, file.user_column, file.time_column});
  if (options.progress) {
    reading.progress = [&options](uint64_t done, uint64_t total) {
      if (total > 0) options.progress(std::min<uint64_t>(done, total) * kReadingShare / total, 1000);
    };
  }
  return reading;
}

BatchResult finish(Intake& intake, const BatchOptions& options, const std::optional<IngestError>& fault) {
  BatchResult result;
  if (fault) result.error = BatchError{fault->message, fault->content ? 1 : 5};
  BatchRun run(intake, options);
  run.run();
  run.summarise(result.summary);
  tell_reading(intake, result.summary);
  if (options.snapshot_us) result.snapshot_csv = run.snapshot(*options.snapshot_us);
  return result;
}

}  // namespace

BatchResult run_batch(const Module& module, const BatchOptions& options) {
  Intake intake(module);
  const std::optional<IngestError> fault = read_files(reading_of(options), intake);
  return finish(intake, options, fault);
}

BatchResult run_batch_text(const Module& module, std::string_view ndjson, const BatchOptions& options) {
  Intake intake(module);
  const std::optional<IngestError> fault = read_text(ndjson, "-", options.strict, intake);
  return finish(intake, options, fault);
}

// ---- a new version going live

namespace {

template <class Read>
ChangedResult run_changed(const Module& before, const Change& change, const BatchOptions& options, Read read) {
  ChangedResult out;
  Intake old(before);
  std::optional<IngestError> fault = read(old);
  BatchRun first(old, options);
  if (change.at > first.last_instant()) {
    out.result.error = BatchError{"the new version goes live after the run ends, at " + format_instant(change.at) + ": let the clock run on with `--until`", 2};
    return out;
  }
  first.run(change.at);
  first.summarise(out.result.summary);
  out.live = change.next(first.inside());
  if (!out.live) {
    tell_reading(old, out.result.summary);
    if (fault) out.result.error = BatchError{fault->message, fault->content ? 1 : 5};
    return out;
  }
  Intake intake(*out.live);
  fault = read(intake);
  if (fault) out.result.error = BatchError{fault->message, fault->content ? 1 : 5};
  BatchRun run(intake, options);
  run.take_over(first, change.at);
  run.run();
  Summary later;
  run.summarise(later);
  tell_reading(intake, later);
  add_earlier(later, out.result.summary);
  out.result.summary = std::move(later);
  if (options.snapshot_us) out.result.snapshot_csv = run.snapshot(*options.snapshot_us);
  return out;
}

}  // namespace

ChangedResult run_changed(const Module& before, const Change& change, const BatchOptions& options) {
  return run_changed(before, change, options, [&](Intake& intake) { return read_files(reading_of(options), intake); });
}

ChangedResult run_changed_text(const Module& before, const Change& change, std::string_view ndjson, const BatchOptions& options) {
  return run_changed(before, change, options, [&](Intake& intake) { return read_text(ndjson, "-", options.strict, intake); });
}

}  // namespace wend
