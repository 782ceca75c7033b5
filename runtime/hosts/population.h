// A population as columns in a file (runtime/abi/columns.h): written block by block, read column by column, so that asking rules of it
// costs the columns they read and memory for one block. What is read is checked against its checksum, and its bounds are checked before
// anything is believed. Tested by tests/unit/hosts/population_test.cpp.
//
//   "WENDPOP1", padded to 64 bytes
//   for each block, for each column: which rows are known (where that may be no), the values, a text column's texts; each padded to 64 bytes
//   the layout and the places of all that, as JSON
//   its length, its XXH3-64, "WENDPOP1"
//
// Numbers are little-endian. The texts of a block are different ones in the order of their bytes: how many, where each begins and where
// the last ends, as 32-bit numbers, then the bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/columns.h"

namespace wend {

struct PopulationFault {
  std::string message;
  bool content = false;                      // it is not what was written, or never was one; else the disk
};

// The rows of a block, of one column, before they are packed: numbers as bits of doubles, texts by their place in `texts`.
struct ColumnRows {
  std::vector<int64_t> values;
  std::vector<uint64_t> known;               // a bit a row; where the column is optional
  std::vector<std::string_view> texts;       // different ones, in any order
};

class PopulationWriter {
 public:
  // The file is made aside; finish() puts it in its place. `layout.rows` is counted.
  PopulationWriter(std::string path, PopulationLayout layout);
  ~PopulationWriter();
  PopulationWriter(const PopulationWriter&) = delete;

  // At most kBlockRows rows. Every value must have room in its column's width.
  void add(uint32_t rows, std::span<const ColumnRows> columns);
  // What to tell where something went wrong; then there is no file.
  std::optional<std::string> finish();

 private:
  void write(std::string_view bytes);

  struct Place { uint64_t at = 0, bytes = 0, hash = 0; };
  struct Block { uint32_t rows = 0; std::vector<Place> places; };   // by column
  friend class Population;
  static std::string described(const PopulationLayout& layout, const std::vector<Block>& blocks);

  std::string path_, aside_;
  PopulationLayout layout_;
  std::vector<Block> blocks_;
  int descriptor_ = -1;
  uint64_t written_ = 0;
  std::optional<std::string> fault_;
};

// Memory of a block that is read; used again for the next.
class PopulationBlock {
 public:
  uint32_t rows = 0;
  std::vector<wend_column> columns;                        // by column of the population; those not asked for are null
  std::vector<std::vector<std::string_view>> texts;        // of text columns, in order

 private:
  friend class Population;
  struct Free { void operator()(uint8_t* bytes) const; };
  struct Bytes { std::unique_ptr<uint8_t, Free> data; size_t size = 0; };
  std::vector<Bytes> bytes_;
};

class Population {
 public:
  // Null, and why, where it is no population that can be read.
  static std::unique_ptr<Population> open(const std::string& path, PopulationFault& fault);
  ~Population();

  const PopulationLayout& layout() const { return layout_; }
  size_t blocks() const { return blocks_.size(); }
  // The columns named, of one block; from any thread. What to tell where they cannot be read or are not what was written.
  std::optional<PopulationFault> read(size_t block, std::span<const uint32_t> columns, PopulationBlock& into) const;
  uint64_t bytes(std::span<const uint32_t> columns) const;   // of those, in all blocks
  uint64_t section_bytes(size_t block, uint32_t column) const { return blocks_[block].places[column].bytes; }

 private:
  Population() = default;
  std::optional<std::string> describe(std::string_view json, uint64_t end);
  std::optional<std::string> unpack(const ColumnLayout& column, uint32_t rows, const uint8_t* bytes, size_t size, wend_column& out,
                                    std::vector<std::string_view>& texts) const;

  std::string path_;
  int descriptor_ = -1;
  PopulationLayout layout_;
  std::vector<PopulationWriter::Block> blocks_;
};

// How the values of a column lie best: the least width, with a base and a scale where those make it narrower. All its values, or a
// part with the same extremes and divisor.
void fit_column(ColumnLayout& column, std::span<const int64_t> values);
// The width of a text column of which no block has more different texts.
uint8_t text_width(size_t different);

}  // namespace wend
