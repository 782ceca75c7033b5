// The analysis from above: declarations first, then what reads them, each construct in its own file. What is read is
// always declared before it is read, so that the order of files and declarations means nothing.
#include "compiler/sema/analyze.h"

#include <algorithm>

#include "compiler/sema/context.h"

namespace wend {

namespace {

// What is wrong in a module says where it is used, and is told once however often that is.
void report(const sema::Modules& modules, Diagnostics& found, Diagnostics& diagnostics) {
  found.revise([&](Diagnostic& diagnostic) {
    for (uint32_t at = modules.instance(diagnostic.primary.span.file); at != 0; at = modules.instances[at].parent)
      diagnostic.also(modules.instances[at].used, "used here as `" + modules.instances[at].name + "`");
  });
  diagnostics.take(found, [&](const Diagnostic& diagnostic) {
    Span span = diagnostic.primary.span;
    for (uint32_t at = modules.instance(span.file); at != 0; at = modules.instances[at].parent)
      if (modules.instances[at].unfit) return false;
    auto original = modules.copy_of.find(span.file);
    if (original == modules.copy_of.end()) return true;
    span.file = original->second;
    return std::none_of(found.all().begin(), found.all().end(), [&](const Diagnostic& other) { return other.code == diagnostic.code && other.primary.span == span; });
  });
}

}  // namespace

Analysis analyze(Sources& sources, const std::vector<ast::File>& files, const ReadFile& read_file, Diagnostics& diagnostics) {
  Diagnostics found;
  sema::Context context{sources, read_file, found, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  context.misread = !diagnostics.ok();
  context.modules = sema::gather_modules(sources, files, found);
  sema::collect(context);
  sema::declare_project(context, files);
  sema::declare_profile(context);
  sema::declare_topics(context);
  sema::declare_events(context);
  sema::declare_signals(context);
  sema::declare_hooks(context);
  sema::declare_states(context);
  context.user_names = UserNames(context.program);
  sema::finish_project(context);
  sema::declare_categories(context);
  sema::declare_channels(context);
  sema::declare_messages(context);
  sema::declare_experiments(context);
  sema::check_definitions(context);
  sema::check_signals(context);
  sema::check_uses(context);
  sema::check_message_bodies(context);
  sema::check_experiments(context);
  sema::check_journeys(context);
  sema::check_raising(context);
  sema::check_protection(context);
  sema::check_tests(context);
  if (diagnostics.ok() && found.ok()) sema::lint_protection(context);
  if (diagnostics.ok() && found.ok()) sema::lint_needs(context);
  report(context.modules, found, diagnostics);
  return {std::move(context.program), std::move(context.templates)};
}

}  // namespace wend
