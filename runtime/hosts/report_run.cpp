#include "runtime/hosts/report_run.h"

#include <algorithm>

#include "runtime/engine/duplicates.h"
#include "runtime/engine/profiles.h"
#include "runtime/hosts/reading.h"

namespace wend {
namespace {

constexpr size_t kBlock = 4096;   // events whose conditions are asked at once

struct Row { int64_t at; const EventRecord* record; uint32_t user; };

// Which steps of one report an event may be.
class Fitting {
 public:
  Fitting(const Module& module, const ModuleReport& report, Context& context) : report_(report), context_(context), by_event_(module.events.size()) {
    for (size_t i = 0; i < report.steps.size(); ++i) by_event_[report.steps[i].event] |= static_cast<uint8_t>(1u << i);
  }

  uint8_t operator()(const Row& row) {
    const uint8_t candidates = by_event_[row.record->type];
    uint8_t fits = 0;
    for (size_t i = 0; i < report_.steps.size(); ++i)
      if (candidates >> i & 1) fits |= static_cast<uint8_t>(static_cast<unsigned>(holds(report_.steps[i], row)) << i);
    return fits;
  }

 private:
  bool holds(const ReportStep& step, const Row& row) {
    if (!step.where) return true;
    const wend_event event{row.record->type, 0, row.at, row.record->known, row.record->slots().data()};
    context_.set_now(row.at);
    const bool holds = step.where(nullptr, nullptr, &event, &context_) != 0;
    context_.reset_scratch();
    return holds;
  }

  const ModuleReport& report_;
  Context& context_;
  std::vector<uint8_t> by_event_;
};

class ReportRun {
 public:
  ReportRun(Intake& intake, const std::vector<ModuleReport>& reports)
      : intake_(intake), module_(intake.module), reports_(reports), context_(*module_.zone, module_.windows), profiles_(intake.identities, many_by_rank(module_)) {}

  ReportsResult run() {
    out_.project = module_.project;
    out_.zone = module_.zone;
    out_.rejected = intake_.rejected.size();
    resolve();
    for (const ModuleReport& report : reports_) out_.reports.push_back(result_of(report));
    return std::move(out_);
  }

 private:
  // Who did what, in order; the columns of the events that a report names.
  void resolve() {
    std::vector<bool> wanted(module_.events.size());
    for (const ModuleReport& report : reports_)
      for (const ReportStep& step : report.steps) wanted[step.event] = true;
    Duplicates duplicates(module_.duplicates_within_us);
    intake_.log.sort();
    for (const StoredEvent& stored : intake_.log.events()) {
      const EventRecord& record = *stored.record;
      const bool alias = record.type == kAliasCall;
      const uint32_t profile = (alias ? profiles_.alias(record.identities()) : profiles_.resolve(record.identities())).profile;
      if (alias) continue;
      if (is_duplicate(profiles_, duplicates, profile, record.id(), stored.at)) {
        ++out_.duplicates;
        continue;
      }
      if (out_.events++ == 0) out_.first_at = stored.at;
      out_.last_at = stored.at;
      if (record.type < wanted.size() && wanted[record.type]) rows_.push_back({stored.at, &record, profile});
    }
    for (Row& row : rows_) row.user = profiles_.root(row.user);
    out_.users = profiles_.size() - profiles_.merged();
  }

  template <class Kernel>
  void feed(const ModuleReport& report, Kernel& kernel) {
    Fitting fitting(module_, report, context_);
    uint32_t users[kBlock];
    int64_t at[kBlock];
    uint8_t fits[kBlock];
    for (size_t from = 0; from < rows_.size(); from += kBlock) {
      const size_t n = std::min(kBlock, rows_.size() - from);
      for (size_t i = 0; i < n; ++i) {
        const Row& row = rows_[from + i];
        users[i] = row.user;
        at[i] = row.at;
        fits[i] = fitting(row);
      }
      kernel.add({{users, n}, {at, n}, {fits, n}});
    }
  }

  ReportResult result_of(const ModuleReport& report) {
    ReportResult out{report.name, report.within_us, {}, std::nullopt};
    for (const ReportStep& step : report.steps) out.steps.push_back({step.text, 0, std::nullopt});
    const auto users = static_cast<uint32_t>(profiles_.size());
    if (report.without) {
      Unfollowed kernel(report.within_us, users);
      feed(report, kernel);
      out.without = kernel.counts(out_.last_at);
      return out;
    }
    Funnel kernel(static_cast<uint32_t>(report.steps.size()), report.within_us, users);
    feed(report, kernel);
    const std::vector<uint64_t> reached = kernel.reached();
    for (uint32_t step = 0; step < reached.size(); ++step) {
      out.steps[step].users = reached[step];
      if (step > 0) out.steps[step].median_us = kernel.median_us(step);
    }
    return out;
  }

  Intake& intake_;
  const Module& module_;
  const std::vector<ModuleReport>& reports_;
  Context context_;
  Profiles profiles_;
  std::vector<Row> rows_;
  ReportsResult out_;
};

ReportsResult finish(Intake& intake, const std::vector<ModuleReport>& reports, const std::optional<IngestError>& fault) {
  ReportsResult out = ReportRun(intake, reports).run();
  if (fault) out.error = error_of(*fault);
  return out;
}

}  // namespace

ReportsResult run_reports(const Module& module, const std::vector<ModuleReport>& reports, const BatchOptions& options) {
  Intake intake(module);
  const std::optional<IngestError> fault = read_files(reading_of(options), intake);
  return finish(intake, reports, fault);
}

ReportsResult run_reports_text(const Module& module, const std::vector<ModuleReport>& reports, std::string_view ndjson, const BatchOptions& options) {
  Intake intake(module);
  const std::optional<IngestError> fault = read_text(ndjson, "-", options.strict, intake);
  return finish(intake, reports, fault);
}

}  // namespace wend
