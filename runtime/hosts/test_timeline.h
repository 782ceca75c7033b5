// What happened to the user of a test, for the report of a failure: inputs, states, journeys, messages. Private to the
// test host.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/hosts/test_host.h"

namespace wend {

class TestTimeline {
 public:
  explicit TestTimeline(const Module& module) : module_(module) {}
  void event(int64_t at, const HostTestEvent& event, bool duplicate);
  void decision(const Decision& decision);
  void failure(const TestFailure& failure);

  // Runs of events without anything else between them become one line, and what is far from every failure is left out.
  std::string render() const;

 private:
  struct Entry {
    int64_t at = 0;
    std::string text;
    std::string repeats;     // events: the name; equal neighbours are told together
    bool failure = false;
  };
  struct Line { int64_t at = 0; std::string text; bool failure = false; };
  std::vector<Line> folded() const;

  const Module& module_;
  std::vector<Entry> entries_;
};

// "2026-02-17 04:00", in the project's zone; seconds only if not zero.
std::string local_text(const Module& module, int64_t at_us);
std::string value_words(const ValueType& type, const wend_slot& value);   // a known one, as it is written in a test; cut when long
std::string decision_text(const Module& module, const Decision& decision);

}  // namespace wend
