// What a request that brings events holds: Segment's API (with RudderStack's and Customer.io's ways), PostHog's batch, CloudEvents
// in their three modes, and lines of JSON -> single events, each as a line that NdjsonReader takes. Pure: no clock, no store.
// Tested by tests/unit/ingest/envelope_test.cpp.
//
// Lines are put together from slices of the body, so a number keeps the digits it was written with. What NdjsonReader would say of
// an event is left to it: here only what cannot become a line has a problem.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wend {

struct Zone;

enum class EnvelopeRoute : uint8_t { track, identify, page, screen, group, alias, batch, posthog, cloudevents, import };

struct EnvelopeRules {
  size_t event_bytes_max = 32 * 1024;
  size_t body_bytes_max = 500 * 1024;
  size_t events_max = 2'500;                  // what comes behind is dropped and counted
  size_t lines_bytes_max = 8 * 1024 * 1024;   // of all lines: what a batch says once stands in each of its events
  const Zone* zone = nullptr;                 // of times that state none; nullptr: UTC
  std::string cloudevents_user;               // the member of a CloudEvent's data that names the user; "": its subject does
};

struct EnvelopeItem {
  std::string line;                           // one JSON object, without a line end; not padded
  std::optional<int64_t> timestamp_us;        // when it says it happened; none: it says nothing, or no time (then its line is rejected)
  std::optional<int64_t> sent_at_us;          // by the sender's clock, like timestamp_us
  std::string problem;                        // not "": there is no line, and why
};

struct Envelope {
  int status = 200;                           // 400, 413, 415: nothing was taken, and `detail` says why
  std::string detail;
  std::string write_key;                      // of the body: `writeKey`, `api_key`; "" when it names none
  std::vector<EnvelopeItem> items;            // in the order of the body
  uint64_t dropped_past_limit = 0;
};

using EnvelopeHeaders = std::vector<std::pair<std::string, std::string>>;   // names in lower case

// `body` is not gzipped any more. Whatever it holds, this ends, and takes memory in proportion to it and the rules.
Envelope read_envelope(EnvelopeRoute route, const EnvelopeHeaders& headers, std::string_view body, const EnvelopeRules& rules = {});

}  // namespace wend
