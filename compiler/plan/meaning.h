// What a thing that is kept for a user means, as a number that is equal in every version of a project that means the same
// by it, however it is called there or wherever it stands. By it state finds its place in another version.
#pragma once

#include <cstdint>

#include "compiler/plan/plan.h"

namespace wend {

// With all that it reads: measures, audiences, scores and states are taken by their definitions.
uint64_t meaning_of(const Program& program, const Expr& expr);
uint64_t meaning_of(const Program& program, const States& states);
uint64_t meaning_of(const Plan& plan, const PlanCell& cell);
// With what its open matches hold.
uint64_t meaning_of(const Program& program, const Signal& signal);
// An entry by the clock, of that journey.
uint64_t meaning_of(const Program& program, const Journey& journey, const Enter& enter);

}  // namespace wend
