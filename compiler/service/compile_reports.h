// The reports of a checked program, compiled apart from what decides.
#pragma once

#include <memory>

#include "compiler/service/service.h"

namespace wend {

struct ReportModule;

// Its events are those of compile(program).
std::shared_ptr<const ReportModule> compile_reports(const Program& program, Tier tier = Tier::optimised);

}  // namespace wend
