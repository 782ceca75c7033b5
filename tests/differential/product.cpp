// Compiles the program to native code and runs the file host over the text.
#include "tests/differential/product.h"

#include "compiler/service/service.h"
#include "runtime/hosts/batch.h"

namespace wend::differential {

namespace {

struct Decided : BatchObserver {
  explicit Decided(const std::function<void()>& each) : each(each) {}
  void decided(uint32_t, const Decision&) override { each(); }
  const std::function<void()>& each;
};

}  // namespace

std::vector<std::string> run_product(const Program& program, std::string_view ndjson, std::optional<int64_t> until_us, bool optimised) {
  return run_module(*compile(program, optimised ? Tier::optimised : Tier::fast_compile), ndjson, until_us);
}

std::vector<std::string> run_module(const Module& module, std::string_view ndjson, std::optional<int64_t> until_us, const std::function<void()>& decided) {
  std::vector<std::string> lines;
  BatchOptions options;
  Decided observer(decided);
  if (decided) options.observer = &observer;
  options.until_us = until_us;
  options.line = [&](std::string_view line) {
    if (line.find("\"kind\":\"rejected\"") == std::string_view::npos) lines.emplace_back(line);
  };
  BatchResult result = run_batch_text(module, ndjson, options);
  if (result.error) lines.push_back("error: " + result.error->message);
  return lines;
}

}  // namespace wend::differential
