// What should have been decided, by two who know nothing of kills: the reference evaluator over the lines as they were accepted,
// and a second desk over the same lines that never ends and never sends. The reference cannot yet take another version going
// live, nor an erasure; the second desk can.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/world.h"

namespace wend::simulation {

// The first difference in words; "": there is none.
std::string difference_from_reference(World& world);
std::string difference_from_second_desk(World& world);

// The whole log as accepted, feedback among it, in its order.
std::vector<Accepted> whole_log(const World& world);

}  // namespace wend::simulation
