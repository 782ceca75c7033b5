// One run of a host from a seed: what happens and in which order is drawn, everything is checked on the way, and in the end
// what was decided is compared with what should have been. A seed replays exactly.
#pragma once

#include <cstdint>
#include <string>

namespace wend::simulation {

class SimDisk;

struct Figures {
  uint64_t seeds = 0, steps = 0, lines = 0, kills = 0, decisions = 0, messages = 0, taken = 0, unknown = 0, erasures = 0, changes = 0, jumps = 0, violations = 0;
  void add(const Figures& other);
  std::string text() const;
};

struct Run {
  bool ran = false;                // the seed's project compiles
  Figures figures;
  std::string problem;             // "": all held; else what, at which step, and how to repeat it
  std::string project;
};
// `trace`: each step is written to the standard error. `disk`: what is kept lies there, too; the repetition is then up to what the disk does.
Run simulate(uint64_t seed, bool trace = false, SimDisk* disk = nullptr);

}  // namespace wend::simulation
