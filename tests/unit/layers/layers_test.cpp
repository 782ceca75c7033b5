// Reads every #include of the tree and holds the order of the layers: a folder may include itself and what stands above it
// in the list, the runtime never includes the compiler, and heavy headers stay where they are fenced.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "test_paths.h"

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kRuntime = {"runtime/abi", "runtime/core", "runtime/store", "runtime/channels",
                                           "runtime/delivery", "runtime/settings", "runtime/http", "runtime/engine", "runtime/embed", "runtime/hosts"};
const std::vector<std::string> kCompiler = {"compiler/base", "compiler/source", "compiler/diagnostics", "compiler/syntax", "compiler/builtins",
                                            "compiler/sema", "compiler/liquid", "compiler/change", "compiler/graph", "compiler/plan", "compiler/codegen", "compiler/jit",
                                            "compiler/service", "compiler/embed", "compiler/language_server", "compiler/cli"};

struct Include { std::string file, folder, target; };

std::vector<Include> includes() {
  std::vector<Include> found;
  for (const char* top : {"compiler", "runtime"})
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(fs::path(WEND_SOURCE_DIR) / top)) {
      std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp" && extension != ".def") continue;
      std::string file = fs::relative(entry.path(), WEND_SOURCE_DIR).generic_string();
      std::string folder = file.substr(0, file.find('/', file.find('/') + 1));
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        size_t hash = line.find_first_not_of(" \t");
        if (hash == std::string::npos || line.compare(hash, 8, "#include") != 0) continue;
        size_t open = line.find_first_of("\"<", hash + 8), close = line.find_first_of("\">", open + 1);
        if (open == std::string::npos || close == std::string::npos) continue;
        found.push_back({file, folder, line.substr(open + 1, close - open - 1)});
      }
    }
  return found;
}

// The place of a folder in a list, or -1.
int place(const std::vector<std::string>& list, const std::string& folder) {
  auto it = std::find(list.begin(), list.end(), folder);
  return it == list.end() ? -1 : static_cast<int>(it - list.begin());
}

bool allowed(const std::string& from, const std::string& to) {
  if (int f = place(kRuntime, from); f >= 0) {
    int t = place(kRuntime, to);
    return t >= 0 && t <= f;
  }
  int f = place(kCompiler, from), t = place(kCompiler, to);
  if (t >= 0) return t <= f;
  // The two halves meet at runtime/abi; only the facade, the library for others and the command line drive the
  // rest of the runtime.
  return to == "runtime/abi" || from == "compiler/service" || from == "compiler/embed" || from == "compiler/cli";
}

}  // namespace

TEST_CASE("a folder includes only itself and what stands before it") {
  size_t seen = 0;
  for (const Include& include : includes()) {
    if (include.target.rfind("compiler/", 0) != 0 && include.target.rfind("runtime/", 0) != 0) continue;
    ++seen;
    std::string to = include.target.substr(0, include.target.find('/', include.target.find('/') + 1));
    INFO(include.file << " includes " << include.target);
    CHECK(allowed(include.folder, to));
  }
  CHECK(seen > 100);
}

TEST_CASE("every folder with code is in the list") {
  for (const Include& include : includes()) {
    INFO(include.file);
    CHECK((place(kRuntime, include.folder) >= 0 || place(kCompiler, include.folder) >= 0));
  }
}

TEST_CASE("heavy headers stay fenced") {
  struct Fence { const char* prefix; std::set<std::string> folders; bool headers; };
  const std::vector<Fence> fences = {
      {"antlr4", {"compiler/syntax"}, false},          {"llvm/", {"compiler/codegen", "compiler/jit"}, true},
      {"simdjson", {"runtime/engine"}, false},         {"nlohmann/", {"compiler/cli", "compiler/language_server", "compiler/service", "compiler/diagnostics", "runtime/channels", "runtime/hosts"}, false},
      {"CLI/", {"compiler/cli"}, false},               {"re2/", {"runtime/abi", "compiler/sema"}, false},
      {"openssl/", {"runtime/abi", "runtime/channels", "runtime/store", "runtime/settings"}, false}, {"rocksdb/", {"runtime/store"}, false}, {"curl/", {"runtime/channels"}, false},
      {"boost/", {"runtime/http"}, false},             {"toml++/", {"runtime/settings"}, false},
  };
  for (const Include& include : includes())
    for (const Fence& fence : fences) {
      if (include.target.rfind(fence.prefix, 0) != 0) continue;
      INFO(include.file << " includes " << include.target);
      CHECK(fence.folders.count(include.folder) == 1);
      if (!fence.headers) CHECK(include.file.substr(include.file.size() - 4) == ".cpp");
    }
}

TEST_CASE("one file knows RocksDB") {
  for (const Include& include : includes()) {
    if (include.target.rfind("rocksdb/", 0) == 0) CHECK(include.file == "runtime/store/rocks_store.cpp");
  }
}
