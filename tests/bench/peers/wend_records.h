// The users as records of a compiled program, beside one another in memory.
#pragma once

#include <cstring>
#include <memory>

#include "runtime/abi/module.h"
#include "tests/bench/peers/population.h"

namespace peers {

class WendRecords {
 public:
  // Attributes and columns go by name; a column that the program does not declare is left out.
  WendRecords(const wend::Module& module, const Population& population)
      : stride_((module.record_bytes + 63) / 64 * 64), bytes_(new uint8_t[stride_ * population.users]()) {
    for (const wend::ModuleAttribute& attribute : module.attributes)
      for (const Column& column : population.columns)
        if (column.name == attribute.name) fill(attribute, column);
  }
  const uint8_t* operator[](size_t user) const { return bytes_.get() + user * stride_; }

 private:
  void fill(const wend::ModuleAttribute& attribute, const Column& column) {
    for (size_t user = 0; user < column.values.size(); ++user) {
      if (!column.is_known(user)) continue;
      uint8_t* record = bytes_.get() + user * stride_;
      auto put = [&](auto value) { std::memcpy(record + attribute.field.offset, &value, sizeof value); };
      const int64_t value = column.values[user];
      switch (column.kind) {
        case Kind::boolean: put(static_cast<uint8_t>(value)); break;
        case Kind::word: put(static_cast<uint16_t>(value)); break;   // the words stand in one order in both
        case Kind::integer: put(value); break;
        case Kind::number: put(static_cast<double>(value) / 100); break;
        case Kind::money: put(value * 10'000); break;                // cents to millionths
        case Kind::date: put(static_cast<int32_t>(value)); break;
      }
      if (attribute.field.presence >= 0) record[attribute.field.presence / 8] |= static_cast<uint8_t>(1 << attribute.field.presence % 8);
    }
  }

  size_t stride_;
  std::unique_ptr<uint8_t[]> bytes_;
};

}  // namespace peers
