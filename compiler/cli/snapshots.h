// What messages said in tests, kept in a file beside each file of tests: `tests.wend` -> `tests.snapshots`. A project without such
// files has none of this. Tested by tests/unit/cli.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/cli/test_runner.h"

namespace wend::cli {

// Every message that was sent, with its texts; empty where none was. Neither ids nor anything else that changes by itself.
std::string said_in(const Module& module, const TestResult& result);

// One section a test.
struct SnapshotFile {
  struct Section { std::string test, text; };
  std::vector<Section> sections;
  const std::string* find(std::string_view test) const;
};
SnapshotFile parse_snapshots(std::string_view text);
std::string print_snapshots(const SnapshotFile& file, std::string_view tests_file);
std::string snapshot_path(std::string_view tests_file);   // "tests.wend" -> "tests.snapshots"

struct SnapshotCheck {
  size_t missing = 0;                   // tests that say something and have no section in their file
  std::string unreadable;               // a file, and why
};
// A test whose texts differ fails, with the difference; where there is no file nothing is compared.
SnapshotCheck compare_snapshots(const Module& module, const std::string& root, std::span<TestResult> results);

struct SnapshotUpdate {
  size_t changed = 0, files = 0;        // sections that are new, other or gone
  std::string unwritable;
};
// Writes the sections of these tests. Those of tests that are not among `all` are dropped.
SnapshotUpdate update_snapshots(const Module& module, const std::string& root, std::span<const TestResult> results, std::span<const HostTest> all);

}  // namespace wend::cli
