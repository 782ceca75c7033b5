// The made-up listeners of examples/tidal_wave as the benchmarks feed them: all their events in order of time, and those as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "examples/tidal_wave/population.h"
#include "runtime/engine/intake.h"

namespace bench {

std::vector<tidal_wave::Event> events_of(uint32_t users, uint32_t days);
// A line each; the bytes that a reader looks at past its end stand behind it.
std::string lines_of(const std::vector<tidal_wave::Event>& events);
// Reads such lines, one by one.
void read_lines(wend::Intake& intake, std::string_view lines);

}  // namespace bench
