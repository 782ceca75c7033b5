// The analysis from above: declarations first, then what reads them, each construct in its own file. What is read is
// always declared before it is read, so that the order of files and declarations means nothing.
#include "compiler/sema/analyze.h"

#include <algorithm>

#include <xxhash.h>

#include "compiler/sema/context.h"

namespace wend {

namespace {

// What the meaning of a project hangs on: its texts, and those of the library modules it uses.
uint64_t version_of(const Sources& sources) {
  std::string all;
  for (uint32_t file = 0; file < sources.size(); ++file) {
    const SourceFile& source = sources.file(file);
    all += source.path() + '\0' + std::to_string(source.text().size()) + '\0' + source.text();
  }
  return XXH3_64bits(all.data(), all.size());
}

// Of earlier versions only what hinders somebody who is in a step of theirs is told.
void report_former(const sema::Context& context, Diagnostics& found, Diagnostics& diagnostics) {
  const auto in_step = [&](Span span) {
    return std::any_of(context.former_steps.begin(), context.former_steps.end(), [&](const sema::FormerStep& former) {
      if (former.step->body.empty()) return false;
      const Span first = former.step->name.span, last = former.step->body.back().span;
      return span.file == first.file && first.begin <= span.begin && span.end <= last.end;
    });
  };
  diagnostics.take(found, [&](const Diagnostic& diagnostic) {
    return !context.is_former(diagnostic.primary.span) || (diagnostic.severity() == Severity::error && in_step(diagnostic.primary.span));
  });
  diagnostics.revise([&](Diagnostic& diagnostic) {
    if (!context.is_former(diagnostic.primary.span)) return;
    diagnostic.fixes.clear();   // nobody can write there any more
    diagnostic.helps.clear();
    diagnostic.note("people are in this step: they finish it as it was written when they entered it, and what it names must still be there").help("keep what it names until they are through");
  });
}

// What is wrong in a module says where it is used, and is told once however often that is.
void report(const sema::Modules& modules, const sema::Unread& unread, Diagnostics& found, Diagnostics& diagnostics) {
  found.revise([&](Diagnostic& diagnostic) {
    for (uint32_t at = modules.instance(diagnostic.primary.span.file); at != 0; at = modules.instances[at].parent)
      diagnostic.also(modules.instances[at].used, "used here as `" + modules.instances[at].name + "`");
  });
  diagnostics.take(found, [&](const Diagnostic& diagnostic) {
    if (unread.may_explain(diagnostic)) return false;
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

Analysis analyze(Sources& sources, const std::vector<ast::File>& files, const ReadFile& read_file, Diagnostics& diagnostics, const Former& former, Uses* uses) {
  Diagnostics found;
  sema::Context context{sources, read_file, found, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  context.uses = uses;
  context.modules = sema::gather_modules(sources, files, found);
  context.program.version = version_of(sources);
  context.unread = sema::Unread(sources, context.modules.files, found);
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
  sema::check_reports(context);
  context.first_former_file = static_cast<uint32_t>(sources.size());
  sema::read_former(context, former);
  sema::check_journeys(context);
  sema::check_raising(context);
  sema::check_protection(context);
  sema::check_tests(context);
  sema::finish_uses(context);
  if (diagnostics.ok() && found.ok()) sema::lint_protection(context);
  if (diagnostics.ok() && found.ok()) sema::lint_needs(context);
  Diagnostics wanted;
  report_former(context, found, wanted);
  report(context.modules, context.unread, wanted, diagnostics);
  return {std::move(context.program), std::move(context.templates)};
}

}  // namespace wend
