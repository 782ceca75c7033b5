// The parts of a journey that stand in files of their own. Internal to compiler/sema.
#pragma once

#include <map>
#include <string>

#include "compiler/sema/context.h"

namespace wend::sema {

constexpr int64_t kWaitMax = 731 * kDay;  // two years, one of them a leap year

// Checks a step's body. `steps`: the journey's steps by name; `facts`: what is known of the entering event.
Block check_step(Context& context, const JourneyScope& journey, const std::map<std::string, uint32_t>& steps, const Facts& facts, const ast::Block& body);

// The `enter` lines, `one per` and `at most N at once` (entries.cpp). `journey` learns what may have entered.
void check_entries(Context& context, const ast::Journey& node, JourneyScope& journey, Journey& out);

// A date an entry or a wait is reckoned from, as a `date?`: unknown where anything it adds up is unknown (entries.cpp).
ExprPtr check_date(Context& context, Scope& scope, const ast::Expr& expr);

// effects.cpp. False: it was reported.
bool check_set(Context& context, Scope& scope, const ast::SetStmt& written, SetStmt& out);
bool check_emit(Context& context, Scope& scope, const ast::EmitStmt& written, EmitStmt& out);
bool check_call(Context& context, Scope& scope, const ast::CallStmt& written, CallStmt& out);

}  // namespace wend::sema
