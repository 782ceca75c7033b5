// Bodies read, and their events handed to the reader of lines.
#pragma once

#include <catch2/catch.hpp>

#include "runtime/engine/envelope.h"
#include "runtime/engine/ndjson.h"
#include "tests/unit/ingest/sample.h"

namespace wend::sample {

constexpr int64_t kNoon = 1767268800000000;   // 2026-01-01T12:00:00Z

inline Envelope read(EnvelopeRoute route, const std::string& body, const std::string& type = "application/json") {
  return read_envelope(route, {{"content-type", type}}, body);
}

// The events of an envelope as NdjsonReader takes them, all at noon unless they say a time.
struct Taken {
  Intake intake{sample::module()};
  explicit Taken(const Envelope& envelope) {
    NdjsonReader reader(intake);
    uint64_t number = 0;
    for (const EnvelopeItem& item : envelope.items) {
      ++number;
      if (!item.problem.empty()) continue;
      const std::string padded = item.line + std::string(64, '\0');
      CHECK(item.line.find_first_of("\r\n") == std::string::npos);
      reader.line(std::string_view(padded).substr(0, item.line.size()), "body", number, {.instead = {}, .otherwise = kNoon});
    }
  }
  std::vector<std::string> names(size_t i) const {
    std::vector<std::string> out;
    for (uint32_t number : intake.log.events().at(i).record->identities()) {
      out.push_back(sample::module().identities[intake.identities.kind(number)] + "=" + std::string(intake.identities.text(number)));
    }
    return out;
  }
  std::string reason(size_t i = 0) const { return i < intake.rejected.size() ? intake.rejected[i].reason : ""; }
};

inline std::string line(EnvelopeRoute route, const std::string& body) {
  const Envelope envelope = read(route, body);
  REQUIRE(envelope.status == 200);
  REQUIRE(envelope.items.size() == 1);
  CHECK(envelope.items[0].problem == "");
  return envelope.items[0].line;
}

inline std::string problem_of(EnvelopeRoute route, const std::string& body) {
  const Envelope envelope = read(route, body);
  REQUIRE(envelope.status == 200);
  REQUIRE(envelope.items.size() == 1);
  CHECK(envelope.items[0].line == "");
  return envelope.items[0].problem;
}

constexpr EnvelopeRoute kTrack = EnvelopeRoute::track, kBatch = EnvelopeRoute::batch, kPostHog = EnvelopeRoute::posthog,
                        kClouds = EnvelopeRoute::cloudevents, kImport = EnvelopeRoute::import;

}  // namespace wend::sample
