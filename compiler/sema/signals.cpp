// Signals: the event each makes, what raises it, and what it waits for. And hooks, which are only declared.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

constexpr int64_t kWithinMax = 731 * kDay;   // as long as the longest wait
constexpr int64_t kUpToMax = 10'000;

const ast::Signal& node_of(const Context& context, size_t index) { return *context.declared.signals[index].node; }

// What the event of a signal carries, once that of the event it is made from is there.
void fill_event(Context& context, Signal& signal, const ast::Signal& node) {
  if (!signal.event.valid() || !signal.from.valid()) return;
  const EventDecl& from = context.program.events[signal.from.index()];
  EventDecl& made = context.program.events[signal.event.index()];
  for (const ast::Name& name : node.carries) {
    if (!name.present()) continue;
    const int index = find_property(context, from, name);
    if (index < 0) {
      auto& diagnostic = context.diagnostics.report(Code::unknown_property, name.span, from.name, name.text);
      diagnostic.label("no such property");
      suggest(diagnostic, name.span, name.text, property_names(context, from, name.span), "it has");
    } else if (std::any_of(made.properties.begin(), made.properties.end(), [&](const Property& other) { return other.name == name.text; })) {
      context.diagnostics.report(Code::listed_twice, name.span, "property", name.text).label("listed before");
    } else {
      Property carried;
      carried.name = carried.path = name.text;
      carried.type = from.properties[index].type;
      carried.span = name.span;
      made.properties.push_back(std::move(carried));
      signal.carries.push_back(static_cast<uint32_t>(index));
    }
  }
  check_count(context, node.name.span, node.name.text, made.properties.size(), "properties that it carries");
}

void report_cycle(Context& context, const std::vector<uint32_t>& chain, uint32_t again) {
  const auto begin = std::find(chain.begin(), chain.end(), again);
  std::string path;
  for (auto at = chain.end(); at != begin;) path += context.program.signals[*--at].name + " → ";   // each is made from the next
  path += context.program.signals[chain.back()].name;
  const ast::Name& name = node_of(context, again).name;
  context.diagnostics.report(Code::raises_itself, name.span, name.text, path).label("made from itself in the end");
}

struct Checker {
  Context& context;
  const ast::Signal& node;
  Signal& signal;

  void needless(const ast::Name& property, const char* word) {
    if (property.present())
      context.diagnostics.report(Code::property_needless, property.span, word).label("a property").help("a condition on the event follows in a `where`");
  }

  std::optional<uint32_t> key(EventId event, const ast::Name& name) {
    const EventDecl& decl = context.program.events[event.index()];
    const int index = find_property(context, decl, name);
    if (index >= 0) return static_cast<uint32_t>(index);
    auto& diagnostic = context.diagnostics.report(Code::unknown_property, name.span, decl.name, name.text);
    diagnostic.label("no such property");
    suggest(diagnostic, name.span, name.text, property_names(context, decl, name.span), "it has");
    return std::nullopt;
  }

  void matching(const ast::FollowedBy& follow) {
    if (!follow.matching.present() || !signal.by.valid()) return;
    const auto from = key(signal.from, follow.matching), by = key(signal.by, follow.matching);
    if (!from || !by) return;
    const EventDecl &first = context.program.events[signal.from.index()], &second = context.program.events[signal.by.index()];
    const Type a = first.properties[*from].type.known(), b = second.properties[*by].type.known();
    if (a != b && !(a.is_text() && b.is_text()) && a.kind != TypeKind::error && b.kind != TypeKind::error) {
      context.diagnostics.report(Code::matching_types, follow.matching.span, follow.matching.text, type_name(context.program, a), first.name,
                                 type_name(context.program, b), second.name)
          .label("not one type");
      return;
    }
    if (a.kind == TypeKind::list || a.kind == TypeKind::set) {
      context.diagnostics.report(Code::matching_by_list, follow.matching.span, follow.matching.text, type_name(context.program, a)).label("not one value");
      return;
    }
    signal.matching = true;
    signal.key_from = *from;
    signal.key_by = *by;
  }

  void follow(const ast::FollowedBy& follow) {
    using Counted = ast::FollowedBy::Counted;
    signal.follow = follow.negated ? Signal::Follow::not_followed : Signal::Follow::followed;
    Scope scope;
    signal.by = check_event_ref(context, scope, follow.event, follow.where.get(), signal.by_where);
    needless(settled(context, follow.event).property, "followed by");
    if (auto within = positive_span(context, follow.within, "`within`")) {
      signal.within_us = *within;
      if (*within > kWithinMax) context.diagnostics.report(Code::wait_too_long, follow.within.span).label("longer than 2 years");
    }
    if (follow.counted == Counted::unsaid) {
      const Span behind{follow.within.span.file, follow.within.span.end, follow.within.span.end};
      context.diagnostics.report(Code::follow_unsaid, follow.within.span, context.program.events[signal.from.index()].name)
          .label("of the latest, or of the first?").fix("count from the latest", behind, " of the latest", false);
    }
    signal.latest = follow.counted != Counted::first;
    matching(follow);
    if (!follow.up_to) return;
    if (!follow.matching.present()) context.diagnostics.report(Code::up_to_needless, follow.span).label("without `matching` one event waits at a time");
    else if (*follow.up_to < 1 || *follow.up_to > kUpToMax) context.diagnostics.report(Code::up_to_out_of_range, follow.span, std::to_string(kUpToMax)).label(*follow.up_to < 1 ? "keeps nothing" : "keeps too much");
    else signal.up_to = static_cast<uint32_t>(*follow.up_to);
  }

  void check() {
    Scope scope;
    const EventId from = check_event_ref(context, scope, node.event, node.where.get(), signal.where);
    needless(settled(context, node.event).property, "signal");
    if (!from.valid()) return;
    if (node.followed) follow(*node.followed);
    if (!node.when) return;
    scope.event = from;
    if (signal.where) add_facts(*signal.where, true, scope.facts);
    ExprPtr when = check_condition(context, scope, *node.when);
    if (!is_error(when)) signal.when = std::move(when);
  }
};

}  // namespace

void declare_signals(Context& context) {
  std::vector<Signal>& signals = context.program.signals;
  for (size_t i = 0; i < signals.size(); ++i) {
    auto found = find_name(context, Space::event, settled(context, node_of(context, i).event).event);   // an unknown one is told by check_signals
    if (found) signals[i].from = EventId(*found);
  }
  std::vector<uint8_t> seen(signals.size());   // 1: in the chain at hand, 2: filled
  for (uint32_t i = 0; i < signals.size(); ++i) {
    std::vector<uint32_t> chain;
    for (uint32_t at = i; seen[at] != 2;) {
      if (seen[at] == 1) {
        report_cycle(context, chain, at);
        break;
      }
      seen[at] = 1;
      chain.push_back(at);
      if (!signals[at].from.valid()) break;
      const SignalId next = context.program.events[signals[at].from.index()].signal;
      if (!next.valid()) break;
      at = next.value;
    }
    for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
      fill_event(context, signals[*at], node_of(context, *at));
      seen[*at] = 2;
    }
  }
}

void check_signals(Context& context) {
  for (size_t i = 0; i < context.program.signals.size(); ++i) Checker{context, node_of(context, i), context.program.signals[i]}.check();
}

void declare_hooks(Context& context) {
  for (size_t i = 0; i < context.program.hooks.size(); ++i) {
    const ast::Hook& node = *context.declared.hooks[i].node;
    Hook& hook = context.program.hooks[i];
    std::set<std::string> seen;
    for (const ast::Property& field : node.fields) {
      if (!field.name.present()) continue;
      if (!noted(context.diagnostics, seen, field.name, "field")) continue;
      hook.fields.push_back(declare_property(context, field));
    }
    check_count(context, node.name.span, hook.name, hook.fields.size(), "fields");
    if (!seen.count("url"))
      context.diagnostics.report(Code::hook_without_url, node.name.span, node.name.text).label("where is it called?").help("declare it: `url text`, or with a default `url text = \"https://…\"`");
  }
}

}  // namespace wend::sema
