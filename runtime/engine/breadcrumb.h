// Which record is being handled, written where it outlives the process: a record that brought the process down twice is known
// at the next start, and set aside instead of being tried a third time. Tested by tests/unit/engine/breadcrumb_test.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace wend {

class Breadcrumb {
 public:
  // A file of 24 bytes, made if absent; one that is not of that size begins anew. Null: it cannot be had, and `trouble` says why.
  static std::unique_ptr<Breadcrumb> open(const std::string& path, std::string& trouble);
  ~Breadcrumb();
  Breadcrumb(const Breadcrumb&) = delete;

  // A hash of the record, not 0; 0: none is. Costs a store to memory.
  void set(uint64_t record) { bytes_[0] = record; }
  // The record during which the process ended twice; 0: there is none.
  uint64_t poison() const { return poison_; }

 private:
  explicit Breadcrumb(volatile uint64_t* bytes);
  volatile uint64_t* bytes_;      // now, the one during which the process ended last, how often in a row
  uint64_t poison_ = 0;
};

}  // namespace wend
