// What could not be read of a program, so that nothing more is told of what it may have declared: a declaration with an error in it
// says more than stands in its tree, and one whose name is broken declares something nobody knows. Internal to compiler/sema;
// tested by tests/golden/mistakes.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostics.h"
#include "compiler/syntax/ast.h"

namespace wend::sema {

class Unread {
 public:
  Unread() = default;
  // The files must outlive it. `found`: a module that is not there declares nothing either.
  Unread(const Sources& sources, const std::vector<const ast::File*>& files, const Diagnostics& found);

  bool any() const { return !spans_.empty(); }
  // Whether a declaration, named by its place in the tree, is among it.
  bool holds(const void* declaration) const { return declarations_.contains(declaration); }
  // Whether what is told may be there after all, where it was not read.
  bool may_explain(const Diagnostic& diagnostic) const;

 private:
  bool may_declare(std::string_view word) const;

  const Sources* sources_ = nullptr;
  std::vector<Span> spans_;
  std::set<const void*> declarations_;
  std::set<std::string, std::less<>> kinds_;   // of declarations without a name, in the words of the diagnostics
  std::vector<std::string> modules_;           // last words of modules that are not there
};

}  // namespace wend::sema
