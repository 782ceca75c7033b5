// The rules of a program over a population: who is in each audience and in each state of a block, and who was when it was held. Blocks
// are shared out among threads; each holds one at a time. Tested by tests/differential/sweep_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/abi/columns.h"
#include "runtime/hosts/population.h"

namespace wend {

// One thread's way through blocks.
class BlockSweep {
 public:
  BlockSweep(const PopulationLayout& layout, const BatchModule& batch);

  // Adds to the count of each set. Not null: `sets` is given the words of 64 rows of each set, one set behind the other.
  void run(const PopulationBlock& block, std::span<wend_set_count> counts, std::vector<uint64_t>* sets = nullptr);

 private:
  void ask(const BatchModule::TextTest& test, const PopulationBlock& block, std::vector<uint64_t>& out);

  const PopulationLayout& layout_;
  const BatchModule& batch_;
  Context context_;
  std::vector<wend_column> columns_;
  std::vector<uint16_t> texts_;
  std::vector<std::vector<uint64_t>> tests_;
  std::vector<const uint64_t*> test_words_;
  std::vector<uint8_t> passes_;
  std::vector<uint64_t> chunk_;
};

struct SweepOptions {
  unsigned threads = 1;
  std::function<void(uint64_t done, uint64_t total)> progress;   // now and then, from one thread; may be empty
};
struct SweepResult {
  std::vector<wend_set_count> counts;        // by set
  uint64_t users = 0, bytes = 0;             // bytes read of the file
  double seconds = 0;                        // by a steady clock
  std::optional<PopulationFault> error;
};
SweepResult sweep(const Population& population, const BatchModule& batch, const SweepOptions& options);

// Audiences by name, then blocks by name with their states in order.
std::string render_sweep_text(const BatchModule& batch, const SweepResult& result);
std::string render_sweep_csv(const BatchModule& batch, const SweepResult& result);
std::string render_sweep_json(const PopulationLayout& layout, const BatchModule& batch, const SweepResult& result);

}  // namespace wend
