// The versions of a project that a store knows: their texts, which one is live since when, of which one users may still be, and
// what a compiler must be told to make the same module again. The texts are kept in `prog` by their hash, the rest in `meta`.
// Tested by tests/unit/engine/programs_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/abi/module.h"
#include "runtime/store/store.h"

namespace wend {

using ProgramFiles = std::vector<std::pair<std::string, std::string>>;   // path and text, by path

// A step in which people may stand, by the names it had in the version in which it was written.
struct ProgramPlace {
  uint32_t version = 0;              // index in a chain
  std::string journey, step;
  uint64_t people = 0;
  bool operator==(const ProgramPlace&) const = default;
};

// A version as it was made live: versions one behind the other, itself the last, and the places it knew of.
struct ProgramRecord {
  std::vector<std::string> chain;    // hashes of files
  std::vector<ProgramPlace> places;
  int64_t since = 0;
  const std::string& hash() const { return chain.back(); }
};
// Of a version in rows of users: two that live one behind the other differ, also where one is the other come back.
uint64_t number_of(const ProgramRecord& record);

// What turns texts into a module; the runtime has no compiler of its own.
struct CompileRequest {
  std::vector<ProgramFiles> chain;   // the last is to be compiled
  std::vector<ProgramPlace> places;
};
struct CompiledProgram {
  std::shared_ptr<const Module> module;                // null: it is refused, and `errors` says why
  std::string errors;
  // By journey and step of the module: where it was written (its version an index in the request's chain); version UINT32_MAX: it
  // stands for steps that are gone.
  std::vector<std::vector<ProgramPlace>> written;
};
using Compile = std::function<CompiledProgram(const CompileRequest&)>;

std::string hash_of(const ProgramFiles& files);        // 32 hex digits

// The texts of a version, unless they are kept already.
StoreFailure keep_files(const StoreReader& store, const ProgramFiles& files, Batch& batch);
// Nothing: they are not kept, or are damaged.
std::optional<ProgramFiles> kept_files(const StoreReader& store, const std::string& hash);

// Which is live, and of which one users may still be.
void keep_live(const ProgramRecord& live, const ProgramRecord* before, Batch& batch);
void drop_before(Batch& batch);
struct KeptPrograms { std::optional<ProgramRecord> live, before; bool damaged = false; };
KeptPrograms kept_programs(const StoreReader& store);

// The texts a record needs; nothing: not all are kept.
std::optional<CompileRequest> request_of(const StoreReader& store, const ProgramRecord& record);

}  // namespace wend
