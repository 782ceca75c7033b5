// The statements of one step. Internal to compiler/sema.
#pragma once

#include <map>
#include <string>

#include "compiler/sema/context.h"

namespace wend::sema {

// Checks a step's body. `steps`: the journey's steps by name; `facts`: what is known of the entering event.
Block check_step(Context& context, const JourneyScope& journey, const std::map<std::string, uint32_t>& steps, const Facts& facts, const ast::Block& body);

}  // namespace wend::sema
