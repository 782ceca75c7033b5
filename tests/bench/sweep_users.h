// Users of tests/bench/sweep, made from a seed: as rows of a population's columns, and as lines of CSV. User i is the same however many
// there are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/hosts/population.h"

namespace bench {

// The columns of the project's attributes that the segments read, as wide as these users need.
std::vector<wend::ColumnLayout> fit_to_users(std::vector<wend::ColumnLayout> held);
// Users `first` to `first + rows`, a ColumnRows a column.
std::vector<wend::ColumnRows> users(const std::vector<wend::ColumnLayout>& columns, uint64_t first, uint32_t rows);
// The same as CSV, without a header; the header alone.
std::string csv_of(const std::vector<wend::ColumnLayout>& columns, const std::vector<wend::ColumnRows>& users, uint32_t rows);
std::string csv_header(const std::vector<wend::ColumnLayout>& columns);

}  // namespace bench
