// The analysis from above: declarations first, then what reads them, each construct in its own file. What is read is
// always declared before it is read, so that the order of files and declarations means nothing.
#include "compiler/sema/analyze.h"

#include "compiler/sema/context.h"

namespace wend {

Analysis analyze(Sources& sources, const std::vector<ast::File>& files, const ReadFile& read_file, Diagnostics& diagnostics) {
  sema::Context context{sources, read_file, diagnostics, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  sema::collect(context, files);
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
  sema::check_message_bodies(context);
  sema::check_experiments(context);
  sema::check_journeys(context);
  sema::check_raising(context);
  sema::check_protection(context);
  sema::check_tests(context);
  if (diagnostics.ok()) sema::lint_protection(context);
  return {std::move(context.program), std::move(context.templates)};
}

}  // namespace wend
