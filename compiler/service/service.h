// The facade of the compiler: the text of a project -> checked Program -> native Module. What `wend check`, `wend run`, the
// tests and the benchmarks call.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diagnostics/diagnostics.h"
#include "compiler/sema/former.h"
#include "compiler/sema/program.h"
#include "compiler/sema/uses.h"
#include "compiler/source/source.h"
#include "compiler/syntax/ast.h"

namespace wend {

class CodeCache;
struct Module;
struct Plan;

enum class Tier : uint8_t { fast_compile /* O0 */, optimised /* O2 */ };

class Project;

// How an editor reads a project: again and again, with texts that nobody has saved.
struct Reading {
  std::string root;            // where files are read that a message names and that are not among the texts; empty: nowhere
  Uses* uses = nullptr;        // filled with every name and what it means
  bool keep_trees = false;     // for the reading after this one
  Project* before = nullptr;   // an earlier reading that kept its trees: those of texts that are the same are taken out of it
};

// The folder with project.wend at or above the path; empty where there is none.
std::string find_project_root(const std::string& path);
// The .wend files below it, relative to it, by name.
std::vector<std::string> project_file_names(const std::string& root);
// A file of it; nothing when it cannot be read, and `why` says so then.
std::optional<std::string> read_project_file(const std::string& root, const std::string& name, std::string& why);

// A loaded project: sources, diagnostics and, when there are no errors, the Program.
class Project {
 public:
  // Reads every .wend file under the folder that holds project.wend (a path to the folder or to a file in it). Unreadable
  // or missing files are diagnostics too.
  // `former`: the versions that were live before it, and where people are in them; what would strand somebody is an error.
  static Project load(const std::string& path, const Former& former = {});
  // The same from texts: (path, text); other files a message names are looked up among them too.
  static Project from_texts(std::vector<std::pair<std::string, std::string>> files, const Former& former = {}, const Reading& reading = {});

  const Sources& sources() const { return *sources_; }
  const Diagnostics& diagnostics() const { return diagnostics_; }
  bool ok() const { return diagnostics_.ok(); }
  const std::vector<ast::File>& files() const { return files_; }
  const Program& program() const { return *program_; }      // to be run when ok() only; else what could be made of it
  std::shared_ptr<const Program> shared_program() const { return program_; }
  const std::string& root() const { return root_; }
  // Path and text of its .wend files, and of the files its messages name.
  const std::vector<std::pair<std::string, std::string>>& texts() const { return texts_; }
  // As the next version will know it, and a step of it with people inside; by index in the program.
  FormerVersion version() const;
  FormerPlace place(uint32_t journey, uint32_t step, uint64_t people) const;

 private:
  void read_tree(uint32_t file, const Reading& reading);
  void check(const std::vector<std::pair<std::string, std::string>>& others, const Former& former, const Reading& reading = {});

  std::string root_;
  std::shared_ptr<Sources> sources_ = std::make_shared<Sources>();
  Diagnostics diagnostics_;
  std::vector<ast::File> files_;
  std::vector<Diagnostics> said_;   // while each was read; where trees are kept
  std::vector<std::pair<std::string, std::string>> texts_;
  std::shared_ptr<Program> program_ = std::make_shared<Program>();
};

// Plans and compiles a checked program. Never fails on a program without errors; a failure of LLVM is a bug and throws
// std::runtime_error with what it said.
// `cache`: code compiled before is taken from it, and what is compiled is put there; null: none.
std::shared_ptr<const Module> compile(const Program& program, Tier tier = Tier::optimised, const std::shared_ptr<CodeCache>& cache = nullptr);
// For who stays: as soon ready as the fast tier, and optimised by a thread of its own while it runs, function by function. That thread
// begins when the module has stood for a moment, and ends with it at the latest.
std::shared_ptr<const Module> compile_rising(std::shared_ptr<const Program> program, const std::shared_ptr<CodeCache>& cache = nullptr);

// Text of a stage for `wend emit`: plan, llvm, asm.
std::string emit_plan(const Program& program);
std::string emit_llvm(const Program& program, bool optimised);
std::string emit_assembly(const Program& program);

// What a program costs, known before it runs.
struct Cost {
  uint64_t fixed = 0, at_most = 0;   // bytes of state of one user: from the first input on, and at every bound; without texts
  std::string report;                // lines for `wend check --cost`: bytes per definition, and what each event type triggers
  struct Row { std::string what; uint64_t fixed = 0, at_most = 0; };
  std::vector<Row> rows;             // of the report, in its order
};
Cost cost_of(const Program& program);

}  // namespace wend
