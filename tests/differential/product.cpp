// Compiles the program to native code and runs the file host over the text.
#include "tests/differential/product.h"

#include "compiler/service/service.h"
#include "runtime/hosts/batch.h"

namespace wend::differential {

std::vector<std::string> run_product(const Program& program, std::string_view ndjson, std::optional<int64_t> until_us, bool optimised) {
  auto module = compile(program, optimised ? Tier::optimised : Tier::fast_compile);
  std::vector<std::string> lines;
  BatchOptions options;
  options.until_us = until_us;
  options.line = [&](std::string_view line) {
    if (line.find("\"kind\":\"rejected\"") == std::string_view::npos) lines.emplace_back(line);
  };
  BatchResult result = run_batch_text(*module, ndjson, options);
  if (result.error) lines.push_back("error: " + result.error->message);
  return lines;
}

}  // namespace wend::differential
