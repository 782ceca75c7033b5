// A program's tests as the test host takes them: the compiler's ids become places in the Module, spans become lines.
#pragma once

#include <vector>

#include "compiler/service/service.h"
#include "runtime/hosts/test_host.h"

namespace wend::cli {

std::vector<HostTest> host_tests(const Project& project, const Module& module);

}  // namespace wend::cli
