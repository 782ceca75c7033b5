// The users whom the engines are asked about, as columns. Made from a seed, a user at a time, so that the first N are the same
// however many there are; every engine gets these, as the CSV written here or as they stand in memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/random.h"

namespace peers {

enum class Kind : uint8_t { boolean, word, integer, number, money, date };

struct Column {
  std::string name;
  Kind kind = Kind::integer;
  bool optional = false;
  std::vector<std::string> words;   // word
  // A user each: 0 or 1; the index of the word; the integer; hundredths of a number; cents; days since 1970.
  std::vector<int64_t> values;
  std::vector<uint8_t> known;       // optional: 0 or 1, and the value is 0 where it is unknown; else empty

  void add(int64_t value) { values.push_back(value), optional ? known.push_back(1) : void(); }
  void add_unknown() { values.push_back(0), known.push_back(0); }
  bool is_known(size_t user) const { return !optional || known[user]; }
};

struct Population {
  size_t users = 0;
  std::vector<Column> columns;
  const Column& operator[](std::string_view name) const;
  Column& operator[](std::string_view name);
};

// Of the condition of eight tests; most tests hold, so that most users are asked all eight.
Population predicate_users(size_t users);
// Of the twenty segments.
Population segment_users(size_t users);
// Either by the name of its project: "predicate", "segments".
Population make_users(std::string_view name, size_t users);

// A header line, then a line a user: true and false, words, decimals, ISO dates, nothing where unknown.
void write_csv(const Population& population, std::FILE* out);
// What the columns are, a line each: name, kind with `?` where it may be unknown, and the words of a word.
void write_kinds(const Population& population, std::FILE* out);

struct Random : wend::differential::Random {
  using wend::differential::Random::Random;
  // An index, with these weights in hundredths.
  int64_t weighted(std::initializer_list<int> hundredths);
};

}  // namespace peers
