// `wend version`: what this is, and the time zone data it goes by, since both decide what a program does.
#include "compiler/cli/command.h"
#include "compiler/cli/output.h"
#include "runtime/abi/zones.h"

namespace wend::cli {

namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  Output output("");
  if (arguments.value_or("--format", "text") == "json") {
    output.line("{\"wend\":\"" WEND_VERSION "\",\"tzdata\":\"" + tzdata_version() + "\"}");
  } else {
    output.line("wend " WEND_VERSION " (time zones " + tzdata_version() + ")");
  }
  return finish_output(output, terminal, exit_code::kWell);
}

}  // namespace

const Command kVersion = {
    "version", "the version of wend, and of its time zone data",
    "  wend version\n  wend version --format json\n",
    {},
    {{"--format", "FORMAT", "text or json", false, "text|json"}},
    run};

}  // namespace wend::cli
