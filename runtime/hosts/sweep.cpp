// A block is asked in chunks whose columns stay in the first caches while all rules read them.
#include "runtime/hosts/sweep.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "runtime/abi/zones.h"

namespace wend {
namespace {

constexpr uint64_t kChunkWords = 32;

}  // namespace

BlockSweep::BlockSweep(const PopulationLayout& layout, const BatchModule& batch)
    : layout_(layout), batch_(batch), context_(*find_zone(layout.zone), {}), columns_(batch.columns.size()), texts_(batch.texts.size()), tests_(batch.tests.size()),
      test_words_(batch.tests.size()), chunk_(batch.sets * kChunkWords) {
  context_.set_now(layout.at);
}

// Each different text is asked once; a row then has the answer of its text.
void BlockSweep::ask(const BatchModule::TextTest& test, const PopulationBlock& block, std::vector<uint64_t>& out) {
  const wend_column& column = block.columns[test.column];
  const bool narrow = layout_.columns[test.column].width == 1;
  const std::vector<std::string_view>& texts = block.texts[test.column];
  passes_.assign(narrow ? 0x100 : 0x10000, 0);
  for (size_t i = 0; i < texts.size(); ++i)
    passes_[i] = static_cast<uint8_t>(test.passes(texts[i].data(), static_cast<int64_t>(texts[i].size()), 1, &context_) != 0);
  const uint64_t unknown = column.known && test.passes("", 0, 0, &context_) != 0 ? ~uint64_t{0} : 0;
  const uint64_t words = (block.rows + 63) / 64;
  out.resize(words);
  for (uint64_t word = 0; word < words; ++word) {
    uint64_t bits = 0;
    for (uint64_t i = 0; i < 64; ++i) {
      const uint64_t row = word * 64 + i;
      const uint64_t text = narrow ? static_cast<const uint8_t*>(column.values)[row] : static_cast<const uint16_t*>(column.values)[row];
      bits |= static_cast<uint64_t>(passes_[text]) << i;
    }
    const uint64_t known = column.known ? column.known[word] : ~uint64_t{0};
    out[word] = (bits & known) | (unknown & ~known);
  }
  context_.reset_scratch();
}

void BlockSweep::run(const PopulationBlock& block, std::span<wend_set_count> counts, std::vector<uint64_t>* sets) {
  for (size_t i = 0; i < columns_.size(); ++i) columns_[i] = block.columns[batch_.columns[i]];
  for (size_t i = 0; i < texts_.size(); ++i) {
    const std::vector<std::string_view>& texts = block.texts[batch_.texts[i].column];
    const auto found = std::lower_bound(texts.begin(), texts.end(), std::string_view(batch_.texts[i].text));
    texts_[i] = found != texts.end() && *found == batch_.texts[i].text ? static_cast<uint16_t>(found - texts.begin()) : kNoText;
  }
  for (size_t i = 0; i < tests_.size(); ++i) {
    ask(batch_.tests[i], block, tests_[i]);
    test_words_[i] = tests_[i].data();
  }
  const uint64_t words = (block.rows + 63) / 64, behind = block.rows % 64;
  const wend_columns in{columns_.data(), texts_.data(), test_words_.data(), words - 1, behind == 0 ? ~uint64_t{0} : (uint64_t{1} << behind) - 1};
  if (sets) {
    sets->resize(batch_.sets * words);
    for (const BatchFn function : batch_.functions) function(&in, 0, words, sets->data(), words, counts.data());
    return;
  }
  for (uint64_t first = 0; first < words; first += kChunkWords)
    for (const BatchFn function : batch_.functions) function(&in, first, std::min(first + kChunkWords, words), chunk_.data(), kChunkWords, counts.data());
}

SweepResult sweep(const Population& population, const BatchModule& batch, const SweepOptions& options) {
  SweepResult result;
  result.counts.resize(batch.sets);
  result.users = population.layout().rows;
  result.bytes = population.bytes(batch.columns);
  const auto begin = std::chrono::steady_clock::now();
  std::atomic<size_t> next = 0;
  std::atomic<bool> stopped = false;
  std::mutex mutex;   // over `result`
  const auto work = [&](bool tells) {
    BlockSweep sweep(population.layout(), batch);
    std::vector<wend_set_count> counts(batch.sets);
    PopulationBlock block;
    for (size_t i = next++; i < population.blocks() && !stopped; i = next++) {
      if (auto fault = population.read(i, batch.columns, block)) {
        const std::lock_guard lock(mutex);
        if (!result.error) result.error = std::move(fault);
        stopped = true;
        break;
      }
      sweep.run(block, counts);
      if (tells && options.progress) options.progress(i, population.blocks());
    }
    const std::lock_guard lock(mutex);
    for (size_t i = 0; i < counts.size(); ++i) {
      result.counts[i].users += counts[i].users;
      result.counts[i].held += counts[i].held;
      result.counts[i].both += counts[i].both;
    }
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < options.threads && i < population.blocks(); ++i) others.emplace_back(work, false);
  work(true);
  for (std::thread& other : others) other.join();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

}  // namespace wend
