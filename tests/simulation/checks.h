// What must hold of a host after every step, whatever it was put through. Each returns what is wrong, in words that begin with
// the invariant: I1 a message is taken at most once; I2 no send is lost; I3 nothing goes without consent, in quiet hours or over a
// cap; I5 the rows of timers are the earliest instants of the states; I6 nothing is left of who was erased.
#pragma once

#include <string>
#include <vector>

#include "runtime/engine/outbox.h"

namespace wend::simulation {

class World;
struct Kept;

std::vector<std::string> problems_of_claim(World& world, const OutboxRow& row);   // just claimed, and nothing has happened since
std::vector<std::string> problems_of_provider(const World& world);
// Reads the durable rows, all of them.
std::vector<std::string> problems_of_rows(World& world, const std::vector<Kept>& decisions);
// Of what was decided by `decided` nothing waits any more.
std::vector<std::string> problems_at_the_end(World& world, int64_t decided);

}  // namespace wend::simulation
