// The reports of a compiled program as the runtime sees them. Apart from Module: nothing decides by them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/abi/module.h"

namespace wend {

struct ReportStep {
  uint32_t event = 0;               // index into Module::events
  ConditionFn where = nullptr;      // null: any. Asked without a record: it reads the event and the context's `now`
  std::string text;                 // "purchase where amount > 10 EUR", as written
};

struct ModuleReport {
  std::string name;
  std::vector<ReportStep> steps;    // two to eight
  bool without = false;             // two steps, of which the second is not to follow
  int64_t within_us = 0;            // less than so long after the first step
};

struct ReportModule {
  std::vector<ModuleReport> reports;   // by name
  std::shared_ptr<const void> code;    // keeps the native code alive
};

}  // namespace wend
