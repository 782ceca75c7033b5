// A case of the command line's golden tests: files to lay out in a fresh folder, commands to run there, and what came of
// them. No shell is between: words are split at spaces, "…" keeps them together, `< FILE` is the standard input.
//
//   === events.ndjson                what stands below, up to the next === or $, is the file
//   === big.wend (repeat 1000000)    … that many times
//   === cut.gz (gzip half)           … compressed, its first half
//   === late.zst (gzip)              … compressed
//   === locked (mode 000)            … without any permission
//   $ wend check .
#pragma once

#include <string>
#include <vector>

namespace wend::golden {

struct CliCase {
  struct File { std::string name, directive, text; };
  std::vector<File> files;
  std::vector<std::string> commands;
};

CliCase parse_cli_case(const std::string& source);

// Lays out the files, runs the commands with this binary, gives exit codes, standard output and standard error as text.
std::string run_cli_case(const CliCase& test, const std::string& binary);

}  // namespace wend::golden
