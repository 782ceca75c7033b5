// Reading is done once here, to know what is taken and when it happened; what is measured reads the lines again.
#include "runtime/hosts/bench_events.h"

#include <algorithm>

#include "runtime/abi/text_format.h"
#include "runtime/engine/byte_source.h"
#include "runtime/engine/csv.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/line_reader.h"
#include "runtime/engine/ndjson.h"
#include "runtime/hosts/value_text.h"

namespace wend {
namespace {

constexpr uint64_t kLinesAnEvent = 10;   // lines looked at for each event that may be used

class Reading {
 public:
  Reading(const Module& module, bool strict, size_t most) : intake_(module), reader_(intake_), strict_(strict), most_(most) {}

  BenchReading run(const std::vector<InputFile>& files) {
    for (const InputFile& file : files) {
      if (full_) break;
      const EventFile named{file.path, file.as_event, file.user_column, file.time_column};
      LineReader lines(open_source(file.path));
      if (is_csv(named)) csv(lines, named);
      else ndjson(lines, file.path);
      if (!out_.error && !lines.error().empty()) out_.error = BatchError{lines.error(), 5};
      if (out_.error) return std::move(out_);
    }
    finish();
    return std::move(out_);
  }

 private:
  bool blank(std::string_view line) const { return line.find_first_not_of(" \t") == std::string_view::npos; }
  bool has_room() {
    if (out_.events.lines.size() < most_ && seen_ < kLinesAnEvent * most_ && out_.events.text.size() < kBenchBytesMax) return true;
    full_ = out_.events.more = true;
    return false;
  }

  void ndjson(LineReader& lines, const std::string& name) {
    for (LineReader::Line line; lines.next(line);) {
      if (!line.too_long && blank(line.text)) continue;
      if (!has_room()) return;
      ++seen_;
      const size_t before = intake_.log.events().size();
      bool good = !line.too_long;
      if (!good) intake_.reject(plain_fault("the line is longer than 1 MiB"), name + ":" + std::to_string(lines.number()), std::nullopt, kNoIdentity);
      else good = reader_.line(line.text, name, lines.number());
      if (!good && rejected()) return;
      if (good && !added(before, line.text)) ++out_.events.ignored;
    }
  }

  void csv(LineReader& lines, const EventFile& file) {
    CsvReader reader(intake_, lines, file.path, {file.as_event, file.user_column, file.time_column});
    if (auto fault = reader.begin()) {
      out_.error = BatchError{std::move(*fault), 1};
      return;
    }
    std::string line;
    while (true) {
      const size_t before = intake_.log.events().size();
      const CsvReader::Outcome outcome = reader.next();
      if (outcome == CsvReader::Outcome::end || !has_room()) return;
      ++seen_;
      if (outcome == CsvReader::Outcome::rejected) {
        if (rejected()) return;
        continue;
      }
      line.clear();
      if (intake_.log.events().size() > before) append_event_line(intake_, intake_.log.events().back(), line);
      if (!added(before, line)) ++out_.events.ignored;
    }
  }

  bool added(size_t before, std::string_view line) {
    const std::vector<StoredEvent>& events = intake_.log.events();
    if (events.size() == before) return false;
    std::string& text = out_.events.text;
    out_.events.lines.push_back({text.size(), static_cast<uint32_t>(line.size()), events.back().record->type, events.back().at});
    text.append(line).push_back('\n');
    return true;
  }

  // True: nothing more is read.
  bool rejected() {
    const Rejection& rejection = intake_.rejected.back();
    if (out_.events.rejected++ == 0) out_.events.first_rejection = rejection.place + ": " + rejection.reason;
    if (strict_) out_.error = BatchError{rejection.place + ": " + rejection.reason, 1};
    return strict_;
  }

  void finish() {
    std::stable_sort(out_.events.lines.begin(), out_.events.lines.end(), [](const BenchEvents::Line& a, const BenchEvents::Line& b) { return a.at < b.at; });
    out_.events.text.append(LineReader::kSlack, '\0');
  }

  Intake intake_;
  NdjsonReader reader_;
  const bool strict_;
  const size_t most_;
  uint64_t seen_ = 0;
  bool full_ = false;
  BenchReading out_;
};

// Values as reading takes them: numbers bare, all else a text. Lists are of JSON only, whose lines are kept as they came.
void append_sent_value(const ValueType& type, bool in_milliseconds, const wend_slot& value, std::string& out) {
  switch (type.kind) {
    case ValueKind::duration:
      if (in_milliseconds) append_decimal(out, value.integer >= INT64_MAX / 1000 || value.integer <= INT64_MIN / 1000 ? value.integer : value.integer * 1000);
      else append_seconds(out, value.integer);
      return;
    case ValueKind::boolean: case ValueKind::integer: case ValueKind::number: case ValueKind::percent: case ValueKind::money: case ValueKind::list: case ValueKind::set:
      return append_value(out, type, value);
    default: break;
  }
  std::string text;
  append_value(text, type, value);
  append_json_string(out, text);
}

}  // namespace

BenchReading read_bench_events(const Module& module, const std::vector<InputFile>& files, bool strict, size_t most) {
  return Reading(module, strict, most).run(files);
}

void append_event_line(const Intake& intake, const StoredEvent& event, std::string& out) {
  const EventRecord& record = *event.record;
  const Module& module = intake.module;
  const auto pair = [&out](const char* key, std::string_view text) {
    out += out.back() == '{' ? "\"" : ",\"";
    out += key;
    out += "\":";
    append_json_string(out, text);
  };
  const bool identify = record.type == WEND_IDENTIFY;
  out += '{';
  pair("type", identify ? "identify" : "track");
  if (!identify) pair("event", module.events[record.type].source_name);
  pair("timestamp", format_instant(event.at));
  if (!record.id().empty()) pair("messageId", record.id());
  std::string traits;
  const auto trait = [&traits](std::string_view name) {
    if (!traits.empty()) traits += ',';
    append_json_string(traits, name);
    traits += ':';
  };
  for (const uint32_t identity : record.identities()) {
    const uint32_t rank = intake.identities.kind(identity);
    const std::string_view text = intake.identities.text(identity);
    if (rank == 0) pair("userId", text);
    else if (module.identities[rank] == "anonymous_id") pair("anonymousId", text);
    else trait(module.identities[rank]), append_json_string(traits, text);
  }
  for (const StoredTrait& said : record.traits()) {
    const ModuleAttribute& attribute = module.attributes[said.attribute];
    if (attribute.identity) continue;
    trait(attribute.name);
    if (said.known == 0) traits += "null";
    else append_sent_value(attribute.type, false, said.value, traits);
  }
  if (!identify) {
    const std::vector<ModuleProperty>& properties = module.events[record.type].properties;
    out += ",\"properties\":{";
    for (size_t i = 0; i < properties.size() && i < record.slot_count; ++i) {
      if ((record.known >> i & 1) == 0) continue;
      if (out.back() != '{') out += ',';
      append_json_string(out, properties[i].path);
      out += ':';
      append_sent_value(properties[i].type, properties[i].in_milliseconds, record.slots()[i], out);
    }
    out += '}';
  }
  if (!traits.empty()) out += identify ? ",\"traits\":{" + traits + "}" : ",\"context\":{\"traits\":{" + traits + "}}";
  out += '}';
}

}  // namespace wend
