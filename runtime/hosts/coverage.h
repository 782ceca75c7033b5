// What of a program its tests have reached: states, ways into journeys and out of them, steps, branches, messages, and the rules
// that held a message back. Counted from decisions and from the choices the step tells of. Tested by
// tests/unit/cli/coverage_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/hosts/test_host.h"

namespace wend {

struct CoveragePoint {
  // way: an `enter` line, `goal`, `exit when`. branch: an arm of `if`, `choose`, `split`, of a wait that may end in two ways.
  // rule: a cap, a gap, quiet hours, a `never`, a hold-out, a floor; consent and address of a channel; a topic.
  enum class Kind : uint8_t { state, way, step, branch, message, rule } kind = Kind::state;
  std::string name;                     // "engagement is casual", "win_back at offer: if plan is premium → no"
  SourcePlace place;
  uint64_t times = 0;
};
constexpr size_t kCoverageKinds = 6;
std::string_view word(CoveragePoint::Kind kind);   // "states", "ways in and out", …

struct CoverageCount {
  uint64_t reached = 0, all = 0;
  // Rounded down, so that 100 means all; 100 of nothing.
  unsigned percent() const { return all == 0 ? 100 : static_cast<unsigned>(reached * 100 / all); }
};

// What a Module does not say of its program.
struct CoverageSource {
  std::function<bool(std::string_view file)> keeps;    // whether what is written there counts; the standard library's tests are its own
  std::vector<std::vector<SourcePlace>> states;        // of the states, by block
};

class Coverage {
 public:
  Coverage(const Module& module, const CoverageSource& source);
  void add(const TestTrace& trace);

  std::span<const CoveragePoint> points() const { return points_; }   // by kind, then as declared
  CoverageCount count() const;
  CoverageCount count(CoveragePoint::Kind kind) const;

 private:
  static constexpr uint32_t kNone = 0xffffffffu;
  using Places = std::vector<uint32_t>;                // points by a table of the Module; kNone: not kept
  struct JourneyPlaces { Places enters, exits, steps, nodes; uint32_t goal = kNone; };   // nodes: of its first arm

  uint32_t point(CoveragePoint::Kind kind, std::string name, const SourcePlace& place);
  void states(const std::vector<std::vector<SourcePlace>>& places);
  void ways();
  void steps();
  void branches();
  void messages();
  void rules();
  void arms(JourneyPlaces& places, const ModuleJourney& journey, uint32_t node);
  void decision(const Decision& decision);
  void message(const Decision& decision);
  void held_back(Decision::Reason reason, int32_t rule, int32_t channel, int32_t message);
  void reach(uint32_t point) { if (point < points_.size()) ++points_[point].times; }
  static uint32_t at(const Places& places, int64_t index) { return index >= 0 && static_cast<size_t>(index) < places.size() ? places[static_cast<size_t>(index)] : kNone; }

  const Module& module_;
  std::function<bool(std::string_view)> keeps_;
  std::vector<CoveragePoint> points_;
  std::vector<Places> states_;                           // by block
  std::vector<JourneyPlaces> journeys_;
  std::vector<Places> messages_;                         // by message, by channel
  Places caps_, gaps_, quiets_, nevers_, hold_outs_, floors_, consents_, addresses_, topics_;
};

// A table of the kinds, then what was never reached, each with its line of source. With a line end behind the last line.
std::string render_coverage(const Coverage& coverage);
// One object, without a line end.
std::string coverage_json(const Coverage& coverage);

}  // namespace wend
