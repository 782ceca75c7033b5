// Users into a population (population.h): what of each is held, gathered one after another, written when all are there.
// Tested by tests/differential/sweep_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/abi/columns.h"
#include "runtime/core/step.h"
#include "runtime/hosts/population.h"

namespace wend {

class Holding {
 public:
  Holding(const HeldModule& held, int64_t at);

  // Moves the user's `now` to `at`; every timer due at it must have been handled.
  void add(Step& step, UserState& user);
  uint64_t rows() const { return rows_; }
  // What to tell where it cannot be written.
  std::optional<std::string> write(const std::string& path);

 private:
  bool value(Step& step, UserState& user, size_t column, wend_slot& out) const;
  ColumnRows block(size_t column, uint64_t first, uint32_t rows) const;

  const HeldModule& held_;
  PopulationLayout layout_;
  std::vector<ColumnRows> columns_;          // of all rows; texts as numbers of texts_
  TextPool texts_;
  uint64_t rows_ = 0;
};

}  // namespace wend
