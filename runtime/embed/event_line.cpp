// See event_line.h.
#include "runtime/embed/event_line.h"

#include <algorithm>

#include "runtime/engine/line_reader.h"
#include "runtime/engine/ndjson.h"

namespace wend {

struct EventLineReader::Reading {
  explicit Reading(const Module& module) : intake(module), reader(intake) {}
  Intake intake;
  NdjsonReader reader;
};

EventLineReader::EventLineReader(const Module& module) : module_(module), reading_(std::make_unique<Reading>(module)) {}
EventLineReader::~EventLineReader() = default;

const Intake& EventLineReader::intake() const { return reading_->intake; }

bool EventLineReader::read(std::string_view line, int64_t received, std::optional<StoredEvent>& event) {
  event.reset();
  said_.clear();
  if (line.size() > LineReader::kLineBytesMax) {
    said_ = "the line is longer than a megabyte";
    return false;
  }
  if (fed_ > kBytesBetweenFresh) {
    reading_ = std::make_unique<Reading>(module_);
    fed_ = 0;
  }
  fed_ += line.size();
  try {
    return read_into(*reading_, line, received, event);
  } catch (...) {
    fed_ = SIZE_MAX;   // whatever it is like now, it is not used again
    throw;
  }
}

bool EventLineReader::read_into(Reading& reading, std::string_view line, int64_t received, std::optional<StoredEvent>& event) {
  line_.assign(line);
  line_.append(LineReader::kSlack, ' ');
  const size_t before = reading.intake.log.events().size();
  if (!reading.reader.line(std::string_view(line_).substr(0, line.size()), "", 0, {.otherwise = received})) {
    said_ = reading.intake.rejected.back().reason;
    return false;
  }
  if (reading.intake.log.events().size() == before) return true;
  event = reading.intake.log.events().back();
  event->at = std::min(event->at, received);
  return true;
}

}  // namespace wend
