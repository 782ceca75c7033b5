// The table of commands, and the names of other tools.
#include "compiler/cli/command.h"

#include <array>

namespace wend::cli {

std::span<const Command> commands() {
  static const std::array<Command, 28> kTable = {kNew, kCheck, kFmt, kTest, kRun, kSimulate, kSnapshot, kSweep, kReport, kRender, kGraph, kEmit, kPlan, kServe, kApply, kHold, kRelease, kExport, kErase, kBackup, kRestore, kVerify, kExplain, kLsp, kBench, kDoctor, kCompletions, kVersion};
  return kTable;
}

std::span<const Option> global_options() {
  static const std::array<Option, 4> kTable = {{
      {"-C", "DIR", "go to this folder first"},
      {"--color", "WHEN", "colour: auto, always or never", false, "auto|always|never"},
      {"--quiet", nullptr, "say only what went wrong"},
      {"--help", nullptr, "this page"},
  }};
  return kTable;
}

std::string hint_for(std::string_view name) {
  struct Row { const char* typed; const char* here; };
  static constexpr Row kElsewhere[] = {
      {"lint", "check"}, {"build", "check"}, {"compile", "check"}, {"validate", "check"}, {"format", "fmt"}, {"tests", "test"},
      {"exec", "run"}, {"benchmark", "bench"}, {"start", "serve"}, {"diff", "plan"}, {"deploy", "apply"}, {"pause", "hold"}, {"stop", "hold"}, {"resume", "release"}, {"delete", "erase"}, {"replay", "simulate"}, {"backtest", "simulate"}, {"funnel", "report"}, {"dump", "emit"}, {"preview", "render"},
      {"init", "new"}, {"create", "new"}, {"--version", "version"}, {"-v", "version"},
  };
  for (const Row& row : kElsewhere) {
    if (name == row.typed) return std::string("in wend it is `wend ") + row.here + "`";
  }
  static constexpr const char* kToCome[] = {"dev"};
  for (const char* word : kToCome) if (name == word) return "this version of wend does not have it yet";
  return {};
}

}  // namespace wend::cli
