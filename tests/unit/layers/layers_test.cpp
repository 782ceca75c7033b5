// Reads every #include of the tree and holds the order of the layers: a folder may include itself and what stands above it
// in the list, the runtime never includes the compiler, and heavy headers stay where they are fenced.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
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
      {"openssl/", {"runtime/abi", "runtime/channels", "runtime/store", "runtime/settings", "compiler/jit"}, false}, {"rocksdb/", {"runtime/store"}, false}, {"curl/", {"runtime/channels"}, false},
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

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(std::string(WEND_SOURCE_DIR) + "/" + file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The folders that the table of a README names, in its order: `| [cli](cli) | … |`.
std::vector<std::string> rows_of(const std::string& readme) {
  std::vector<std::string> rows;
  std::istringstream lines(text_of(readme));
  for (std::string line; std::getline(lines, line);) {
    const size_t end = line.find("](");
    if (line.rfind("| [", 0) == 0 && end != std::string::npos && line.compare(end + 2, end - 3, line, 3, end - 3) == 0) rows.push_back(line.substr(3, end - 3));
  }
  return rows;
}

}  // namespace

TEST_CASE("the README of a part lists its folders, each once and no other") {
  for (const std::string part : {"compiler", "runtime", "tests"}) {
    std::vector<std::string> rows = rows_of(part + "/README.md"), folders;
    for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(WEND_SOURCE_DIR) / part))
      if (entry.is_directory() && fs::exists(entry.path()) && !fs::is_empty(entry.path())) folders.push_back(entry.path().filename().string());
    std::sort(rows.begin(), rows.end());
    std::sort(folders.begin(), folders.end());
    INFO(part);
    CHECK(rows == folders);
  }
}

TEST_CASE("the README of a part lists its layers from above to below") {
  std::vector<std::string> compiler;
  for (const std::string& row : rows_of("compiler/README.md")) compiler.push_back("compiler/" + row);
  CHECK(compiler == kCompiler);
}

// What only whoever publishes Wend can know is told in cmake/publishing.cmake, and pages name it as it is told there.
TEST_CASE("pages name the home page that cmake/publishing.cmake does") {
  const std::string told = text_of("cmake/publishing.cmake"), before = "set(WEND_HOMEPAGE \"";
  const size_t begin = told.find(before) + before.size();
  REQUIRE(begin != std::string::npos + before.size());
  const std::string home = told.substr(begin, told.find('"', begin) - begin);
  const std::string page = text_of("editor-support/pre-commit/README.md");
  CHECK(page.find("- repo: " + home + "\n") != std::string::npos);
  for (const char* file : {"CMakeLists.txt", "cmake/packaging.cmake", "compiler/cli/CMakeLists.txt"}) {
    INFO(file);
    CHECK(text_of(file).find("example.org") == std::string::npos);
  }
}
