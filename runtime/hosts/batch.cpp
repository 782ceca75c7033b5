// Reading, then running, then telling: the whole of `wend run` and `wend snapshot` behind one call.
#include "runtime/hosts/batch.h"

#include "runtime/abi/text_format.h"
#include "runtime/engine/ingest.h"
#include "runtime/hosts/batch_run.h"
#include "runtime/hosts/reading.h"
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

BatchResult finish(Intake& intake, const BatchOptions& options, const std::optional<IngestError>& fault) {
  BatchResult result;
  if (fault) result.error = error_of(*fault);
  BatchRun run(intake, options);
  run.run();
  run.summarise(result.summary);
  tell_reading(intake, result.summary);
  if (options.snapshot_us && !options.each_user) result.snapshot_csv = run.snapshot(*options.snapshot_us);
  if (options.each_user) run.each_user([&](std::string_view name, UserState& user) { options.each_user(run.step(), name, user); });
  return result;
}

}  // namespace

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

BatchError error_of(const IngestError& fault) { return {fault.message, fault.content ? 1 : 5}; }


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

// Both versions read all of the events: the later one to fill what it has that is new.
template <class Read>
ChangedResult run_changed(const Module& before, const Change& change, const BatchOptions& options, Read read) {
  ChangedResult out;
  BatchResult& result = out.result;
  Intake old(before);
  if (const auto fault = read(old)) result.error = error_of(*fault);
  BatchRun first(old, options);
  if (!result.error && change.at > first.last_instant()) {
    result.error = BatchError{"the new version goes live after the run ends, at " + format_instant(change.at) + ": let the clock run on with `--until`", 2};
    return out;
  }
  first.keep_effects();
  first.run(change.at);
  const auto refused = [&] {
    first.summarise(result.summary);
    tell_reading(old, result.summary);
    return std::move(out);
  };
  std::shared_ptr<const Module> next = change.next(first.inside());
  if (!next) return refused();
  Intake intake(*next);
  if (const auto fault = read(intake)) result.error = error_of(*fault);
  BatchRun run(intake, options);
  if (std::string refusal = run.take_over(first, change.at); !refusal.empty()) {
    result.error = BatchError{std::move(refusal), 1};
    return refused();
  }
  out.live = std::move(next);
  run.run();
  first.summarise(result.summary);
  Summary later;
  run.summarise(later);
  tell_reading(intake, later);
  add_earlier(later, result.summary);
  result.summary = std::move(later);
  if (options.snapshot_us) result.snapshot_csv = run.snapshot(*options.snapshot_us);
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
