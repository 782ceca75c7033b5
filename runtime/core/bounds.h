// How much of each kind one user may keep, whatever arrives: grammar/reference/step.md tells what happens past each bound, and
// `wend check --cost` (compiler/service/cost.cpp) what they come to in bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wend {

constexpr size_t kInstancesOfAUser = 64;   // of all journeys; past it nobody enters (`limit`)
constexpr size_t kGoalsWatched = 64;       // behind leaving; past it the one that left first is given up
constexpr size_t kKeysRemembered = 64;     // of a keyed journey, those left last
constexpr size_t kDeferredOfAUser = 64;    // past it a send is suppressed (`limit`)
constexpr uint32_t kGivenBackOf = 16;      // of the latest legs sent, those a failure may give back
constexpr uint32_t kAnswersOf = 256;       // … and those the choice of the best channel looks at

}  // namespace wend
