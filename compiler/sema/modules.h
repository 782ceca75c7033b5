// Modules before anything is resolved: which file belongs to which, and one reading of a module's files for each `use`.
// A use has the module's declarations to itself, under its own name in front (`cart.recovery`), in files of their own
// index: so the file in which a name stands says which use it is read in, and nothing else need be carried along.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostics.h"
#include "compiler/source/source.h"
#include "compiler/syntax/ast.h"

namespace wend::sema {

// A need of a module, and what a use gives for it.
struct Needed {
  const ast::Need* need = nullptr;
  const ast::Given* given = nullptr;   // null: what the user of the module calls by the same name, or a value's default
  const ast::Expr* literal = nullptr;  // a value: what it stands for; null after a report
};

// One use of a module; the first is the project itself.
struct Instance {
  uint32_t parent = 0;                  // the instance that uses it
  std::string name;                     // in full: "cart"; empty for the project
  std::string main;                     // the last word of the module's name: what is declared by it has the use's own name
  const ast::Module* module = nullptr;
  Span used;                            // where it is used
  bool former = false;                  // of an earlier version: nobody is told about it but through its steps
  bool unfit = false;                   // what is given does not fit: what follows from it inside is not told
  std::map<std::string, Needed, std::less<>> needs;
};

// How a declaration `word` of an instance is called in the Program.
std::string full_name(const Instance& instance, std::string_view word);

struct Modules {
  std::vector<Instance> instances;           // a user stands before what it uses
  std::vector<uint32_t> instance_of;         // of each file in Sources; files behind the end are the project's
  std::map<uint32_t, uint32_t> copy_of;      // a file read again for a second use -> the file
  std::vector<const ast::File*> files;       // the project's own, then each instance's, its names in full
  std::deque<ast::File> read;                // what was read here: the standard library, and the instances' files
  std::set<const ast::Need*> literals;       // values that stand where a literal is asked for

  uint32_t instance(uint32_t file) const { return file < instance_of.size() ? instance_of[file] : 0; }
};

constexpr size_t kInstancesMax = 256;

Modules gather_modules(Sources& sources, const std::vector<ast::File>& files, Diagnostics& diagnostics);

}  // namespace wend::sema
