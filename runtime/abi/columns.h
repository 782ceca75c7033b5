// A population as columns: what is known of every user at one instant, a column a value, so that rules are asked of thousands of users
// at once. Written and read by runtime/hosts/population.h, asked by native code made for the very columns there are.
//
// Rows stand in blocks of at most kBlockRows, each padded to a whole word of 64 rows. How a column of a block lies, by its kind:
//   boolean                        a bit a row
//   text kinds, timezone           the number of the row's text among the different ones of the block, in `width` bytes
//   number                         doubles; or `width` bytes, signed: what divided by `scale` is the value, to the bit
//   all others                     `width` bytes, signed: (value - base) / scale, which leaves nothing over
// Beside it stands a bit a row that says whether the value is known, where it may be unknown. What is not known is zero.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/abi/module.h"

struct wend_column {
  const void* values;
  const uint64_t* known;      // null: always
};

// One block as native code sees it.
struct wend_columns {
  const wend_column* columns; // by BatchModule::columns
  const uint16_t* texts;      // by BatchModule::texts: the number a text has in this block
  const uint64_t* const* tests;   // by BatchModule::tests: a bit a row
  uint64_t last_word;         // of the block's words of 64 rows, and which rows of it there are
  uint64_t last_rows;
};

// Of a set: how many users are in it, how many were when the population was held, how many both.
struct wend_set_count {
  uint64_t users, held, both;
};

namespace wend {

constexpr uint32_t kBlockRows = 32'768;
constexpr uint16_t kNoText = 0xffff;          // no row of the block has that text; in a column of one byte 0xff

enum class ColumnRole : uint8_t {
  attribute,
  reading,    // a measure or a score
  part,       // of a rule: a piece that is no measure of its own, as `has play in last 90 days`
  state,      // which state of a block the user was in
  audience    // whether the user was in it
};

struct ColumnLayout {
  ColumnRole role = ColumnRole::attribute;
  std::string name;                           // state: the first name the block had; part: as it is written
  ValueType type;                             // state: one_of, its words the first names of its states
  uint64_t meaning = 0;                       // equal in every version of a project that means the same by it
  uint8_t width = 0;                          // bytes of a value: 1, 2, 4 or 8; boolean: 0
  int64_t base = 0, scale = 1;

  bool bits() const { return type.kind == ValueKind::boolean; }
  bool decimals() const { return type.kind == ValueKind::number && width < 8; }
  bool texts() const { return is_text(type.kind) || type.kind == ValueKind::timezone; }
};

struct PopulationLayout {
  int64_t at = 0;                             // the instant of which it tells
  std::string project, zone;                  // its name and its time zone
  uint64_t rows = 0;
  std::vector<ColumnLayout> columns;
};

// Writes for each word of 64 rows from `first` to before `end` one word of each set it makes: out[set * stride + word - first], and adds to
// the set's count. Sets made by functions before it are read there. Bits of rows behind the last are none.
using BatchFn = void (*)(const wend_columns* in, uint64_t first, uint64_t end, uint64_t* out, uint64_t stride, wend_set_count* counts);
// Whether a text passes a test; `known` 0: the value is unknown.
using TextTestFn = int32_t (*)(const char* data, int64_t size, int32_t known, wend_ctx* ctx);

// Where a column of a population comes from.
struct HeldSource {
  ValueFn value = nullptr;                    // reading, part, audience
  uint32_t index = 0;                         // attribute, state: of the Module's
};

// A program, and what a population of it holds; `columns` without widths yet.
struct HeldModule {
  std::shared_ptr<const Module> module;
  std::vector<ColumnLayout> columns;
  std::vector<HeldSource> sources;            // by column
};

// The rules of a program over the columns of one population.
struct BatchModule {
  struct Text { uint32_t column = 0; std::string text; };           // of a population's columns
  struct TextTest { uint32_t column = 0; TextTestFn passes = nullptr; };
  struct Audience { std::string name; uint32_t set = 0; bool held = false; };   // held: the population says who was in it
  struct States { std::string name; std::vector<std::string> names; uint32_t first_set = 0; bool held = false; };   // a set a state

  std::vector<uint32_t> columns;              // what is read, of a population's columns, in order
  std::vector<Text> texts;
  std::vector<TextTest> tests;
  std::vector<BatchFn> functions;             // to be called in order
  uint32_t sets = 0;
  std::vector<Audience> audiences;            // by name
  std::vector<States> states;                 // by name
  uint32_t rules = 0;                         // audiences and rules of states: what is asked of a user
  std::shared_ptr<void> code;
};

}  // namespace wend
