// Gathers the declarations of all files: sorted by name, so that their order and their files mean nothing, with
// names used twice and constructs this version does not compile reported.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

struct Gather {
  Context& context;
  Span span;
  Declarations& to;

  void operator()(const ast::Project& d) { to.projects.push_back({&d, span}); }
  void operator()(const ast::Profile& d) { to.profiles.push_back({&d, span}); }
  void operator()(const ast::Event& d) { to.events.push_back({&d, span}); }
  void operator()(const ast::Measure& d) {
    to.measures.push_back({&d, span});
  }
  void operator()(const ast::Audience& d) { to.audiences.push_back({&d, span}); }
  void operator()(const ast::States& d) {
    to.states.push_back({&d, span});
  }
  void operator()(const ast::Channel& d) { to.channels.push_back({&d, span}); }
  void operator()(const ast::Topic& d) { to.topics.push_back({&d, span}); }
  void operator()(const ast::Message& d) { to.messages.push_back({&d, span}); }
  void operator()(const ast::Protect& d) { to.protects.push_back({&d, span}); }
  void operator()(const ast::Experiment& d) { to.experiments.push_back({&d, span}); }
  void operator()(const ast::Journey& d) { to.journeys.push_back({&d, span}); }
  void operator()(const ast::Signal& d) { to.signals.push_back({&d, span}); }
  void operator()(const ast::Hook& d) { to.hooks.push_back({&d, span}); }
  void operator()(const ast::Report& d) { to.reports.push_back({&d, span}); }
  void operator()(const ast::Test& d) { to.tests.push_back({&d, span}); }
  void operator()(const ast::Module&) {}  // modules.cpp
  void operator()(const ast::Use&) {}
  void operator()(const ast::Unsupported& d) { report_not_compiled(context, d.word.span, "`" + d.word.text + "`"); }
};

// The name under which something is kept: the one it was renamed from, which nothing else may have or claim.
template <class T>
std::string stored_name(Context& context, const Declared<T>& item, const std::vector<Declared<T>>& all, const char* word) {
  const ast::Name& old = item.node->renamed_from;
  if (!old.present()) return item.node->name.text;
  for (const Declared<T>& other : all) {
    const bool has_it = other.node->name.text == old.text;
    const bool claims_it = other.node != item.node && other.node->renamed_from.present() && other.node->renamed_from.text == old.text;
    if (!has_it && !claims_it) continue;
    context.diagnostics.report(Code::old_name_taken, old.span, old.text, word).label(has_it ? "still declared" : "claimed twice")
        .also(has_it ? other.node->name.span : other.node->renamed_from.span, has_it ? "declared here" : "and here");
    return item.node->name.text;
  }
  return old.text;
}

// Sorts by name and keeps the first of each; the others are reported.
template <class T>
void settle(Context& context, std::vector<Declared<T>>& list, const char* word) {
  std::map<std::string, Span> first;
  std::vector<Declared<T>> kept;
  for (const Declared<T>& item : list) {
    const ast::Name& name = item.node->name;
    if (!name.present()) continue;
    auto [found, fresh] = first.emplace(name.text, name.span);
    if (fresh) kept.push_back(item);
    else context.diagnostics.report(Code::name_taken, name.span, name.text, word).label("declared again").also(found->second, "declared first here").fix("give it another name", name.span, name.text + "_2", false);
  }
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.node->name.text < b.node->name.text; });
  list = std::move(kept);
}

template <class T>
void fill(NameTable& table, const std::vector<Declared<T>>& list) {
  for (size_t i = 0; i < list.size(); ++i) table.emplace(list[i].node->name.text, static_cast<uint32_t>(i));
}

// Words that mean something wherever a user name is read.
bool reserved(const std::string& name) {
  static const std::set<std::string> words = {"now", "today", "entry", "known", "unknown"};
  return words.count(name) > 0;
}

// Attributes, measures, audiences and states blocks share one name space: where two kinds use a name, both are named.
void check_user_names(Context& context) {
  std::map<std::string, std::pair<Span, const char*>> seen;
  auto enter = [&](const ast::Name& name, const char* word) {
    if (!name.present()) return;
    if (reserved(name.text)) {
      context.diagnostics.report(Code::reserved_name, name.span, name.text).label("taken by the language").note("`now`, `today`, `entry`, `known` and `unknown` have their own meaning in every expression");
      return;
    }
    auto [found, fresh] = seen.emplace(name.text, std::pair{name.span, word});
    if (fresh || std::string_view(word) == found->second.second) return;  // the same kind: reported already
    context.diagnostics.report(Code::name_of_two, name.span, name.text, word, (found->second.second[0] == 'a' ? "an " : "a ") + std::string(found->second.second))
        .label(std::string("this ") + word).also(found->second.first, std::string("and this ") + found->second.second)
        .note("attributes, topics, measures, audiences and states blocks are read by their names alone, so no two share one");
  };
  for (const auto& profile : context.declared.profiles) {
    for (const ast::Identity& identity : profile.node->identities) enter(identity.name, "attribute");
    for (const ast::Attribute& attribute : profile.node->attributes) enter(attribute.name, "attribute");
  }
  for (const auto& d : context.declared.topics) enter(d.node->name, "topic");
  for (const auto& d : context.declared.measures) enter(d.node->name, "measure");
  for (const auto& d : context.declared.audiences) enter(d.node->name, "audience");
  for (const auto& d : context.declared.states) enter(d.node->name, "states block");
}

}  // namespace

void collect(Context& context) {
  Declarations& declared = context.declared;
  for (const ast::File* file : context.modules.files)
    for (const ast::Decl& decl : file->decls) std::visit(Gather{context, decl.span, declared}, decl.node);
  settle(context, declared.events, "event");
  settle(context, declared.measures, "measure");
  settle(context, declared.audiences, "audience");
  settle(context, declared.states, "states block");
  settle(context, declared.channels, "channel");
  settle(context, declared.topics, "topic");
  settle(context, declared.messages, "message");
  settle(context, declared.protects, "protect block");
  settle(context, declared.experiments, "experiment");
  settle(context, declared.journeys, "journey");
  settle(context, declared.signals, "signal");
  settle(context, declared.hooks, "hook");
  settle(context, declared.reports, "report");
  fill(context.table(Space::channel), declared.channels);
  fill(context.table(Space::topic), declared.topics);
  fill(context.table(Space::message), declared.messages);
  fill(context.table(Space::experiment), declared.experiments);
  fill(context.table(Space::journey), declared.journeys);
  fill(context.table(Space::hook), declared.hooks);
  check_user_names(context);
  // The rows of the Program's tables, so that a name is an id from here on.
  Program& program = context.program;
  for (const auto& d : declared.measures) { Measure m; m.name = d.node->name.text; m.stored_name = stored_name(context, d, declared.measures, "measure"); m.score = d.node->score; m.span = d.span; program.measures.push_back(std::move(m)); }
  for (const auto& d : declared.audiences) { Audience a; a.name = d.node->name.text; a.span = d.span; program.audiences.push_back(std::move(a)); }
  for (const auto& d : declared.states) { States s; s.name = d.node->name.text; s.stored_name = stored_name(context, d, declared.states, "states block"); s.span = d.span; program.states.push_back(std::move(s)); }
  for (const auto& d : declared.channels) { Channel c; c.name = d.node->name.text; c.span = d.span; program.channels.push_back(std::move(c)); }
  for (const auto& d : declared.messages) { Message m; m.name = d.node->name.text; m.span = d.span; program.messages.push_back(std::move(m)); }
  for (const auto& d : declared.experiments) { Experiment e; e.name = d.node->name.text; e.span = d.span; program.experiments.push_back(std::move(e)); }
  for (const auto& d : declared.signals) { Signal s; s.name = d.node->name.text; s.span = d.span; program.signals.push_back(std::move(s)); }
  for (const auto& d : declared.hooks) { Hook h; h.name = d.node->name.text; h.span = d.span; program.hooks.push_back(std::move(h)); }
  for (const auto& d : declared.reports) { Report r; r.name = d.node->name.text; r.span = d.span; program.reports.push_back(std::move(r)); }
  for (const auto& d : declared.journeys) { Journey j; j.name = d.node->name.text; j.span = d.span; program.journeys.push_back(std::move(j)); }
}

}  // namespace wend::sema
