// Events: those the project declares and those every project has, in one table by name.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

struct BuiltinProperty { const char* name; TypeKind kind; bool optional; };
struct BuiltinEvent { const char* name; std::vector<BuiltinProperty> properties; };

// Feedback of delivery; each names the message, the channel and the id it is about.
const std::vector<BuiltinEvent>& builtin_events() {
  static const std::vector<BuiltinEvent> events = {
      {"delivered", {}}, {"failed", {}}, {"opened", {}},
      {"clicked", {{"link", TypeKind::text, true}}},
      {"bounced", {{"permanent", TypeKind::boolean, false}}},
      {"unsubscribed", {{"topic", TypeKind::text, true}}},
      {"external_send", {{"channel", TypeKind::text, false}, {"category", TypeKind::text, true}, {"message", TypeKind::text, true}}}};
  return events;
}

Property property(const char* name, Type type) {
  Property p;
  p.name = p.path = name;
  p.type = type;
  return p;
}

EventDecl builtin_event(const BuiltinEvent& row) {
  EventDecl event;
  event.name = event.source_name = row.name;
  event.builtin = true;
  event.span = Span{kNoFile, 0, 0};
  if (std::string_view(row.name) != "external_send")
    for (const char* name : {"message", "channel", "message_id"}) event.properties.push_back(property(name, {TypeKind::text, true}));
  for (const BuiltinProperty& p : row.properties) event.properties.push_back(property(p.name, {p.kind, p.optional}));
  return event;
}

}  // namespace

Property declare_property(Context& context, const ast::Property& node) {
  Property p;
  p.name = node.name.text;
  p.path = node.from ? node.from->value : node.name.text;
  p.type = resolve_type(context, node.type);
  p.in_milliseconds = node.in_milliseconds;
  p.span = node.name.span;
  if (node.from && (p.path.empty() || p.path.front() == '.' || p.path.back() == '.' || p.path.find("..") != std::string::npos))
    context.diagnostics.report(Code::bad_path, node.from->span, p.path).label("a part is empty").help("names joined by dots: `\"revenue.amount\"`");
  if (p.in_milliseconds && p.type.kind != TypeKind::duration && p.type.kind != TypeKind::error)
    context.diagnostics.report(Code::milliseconds_not_duration, node.type.span, type_name(context.program, p.type)).label("not a `duration`");
  if (node.default_value && p.type.kind != TypeKind::error)
    p.default_value = check_constant(context, *node.default_value, p.type, "the default of `" + p.name + "`");
  return p;
}

namespace {

EventDecl declare_event(Context& context, const Declared<ast::Event>& declared) {
  const ast::Event& node = *declared.node;
  EventDecl event;
  event.name = node.name.text;
  event.source_name = node.from ? node.from->value : node.name.text;
  event.span = declared.span;
  std::set<std::string> seen;
  for (const ast::Property& property : node.properties) {
    if (!property.name.present()) continue;
    if (noted(context.diagnostics, seen, property.name, "property")) event.properties.push_back(declare_property(context, property));
  }
  check_count(context, node.name.span, event.name, event.properties.size(), "properties");
  return event;
}

bool is_builtin(const std::string& name) {
  return std::any_of(builtin_events().begin(), builtin_events().end(), [&](const BuiltinEvent& row) { return name == row.name; });
}

// The events that signals make, without what they carry: that is of events that are declared by now.
void add_signals(Context& context, std::vector<std::pair<EventDecl, const ast::Event*>>& all) {
  for (size_t i = 0; i < context.declared.signals.size(); ++i) {
    const ast::Name& name = context.declared.signals[i].node->name;
    const auto taken = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.first.name == name.text; });
    if (taken != all.end()) {
      auto& diagnostic = context.diagnostics.report(Code::name_taken, name.span, name.text, "event").label("declared again");
      if (!taken->first.builtin) diagnostic.also(taken->first.span, "declared first here");
      diagnostic.note("a signal makes an event of its own name");
      continue;
    }
    EventDecl event;
    event.name = event.source_name = name.text;
    event.signal = SignalId(i);
    event.span = context.declared.signals[i].span;
    all.emplace_back(std::move(event), nullptr);
  }
}

}  // namespace

void declare_events(Context& context) {
  std::vector<std::pair<EventDecl, const ast::Event*>> all;
  for (const BuiltinEvent& row : builtin_events()) all.emplace_back(builtin_event(row), nullptr);
  std::map<std::string, std::pair<std::string, Span>> sources;  // name on the wire -> who takes it
  for (const auto& declared : context.declared.events) {
    const ast::Name& name = declared.node->name;
    if (is_builtin(name.text)) {
      context.diagnostics.report(Code::builtin_event, name.span, name.text).label("every project has it").help("give your event another name, and say what it is called outside: `event our_" + name.text + " from \"" + name.text + "\"`");
      continue;
    }
    EventDecl event = declare_event(context, declared);
    auto [found, fresh] = sources.emplace(event.source_name, std::pair{event.name, name.span});
    if (!fresh)
      context.diagnostics.report(Code::source_taken, declared.node->from ? declared.node->from->span : name.span, event.source_name, found->second.first).label("taken twice").also(found->second.second, "taken here");
    all.emplace_back(std::move(event), declared.node);
  }
  add_signals(context, all);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first.name < b.first.name; });
  for (auto& [event, node] : all) {
    context.table(Space::event).emplace(event.name, static_cast<uint32_t>(context.program.events.size()));
    if (event.signal.valid()) context.program.signals[event.signal.index()].event = EventId(context.program.events.size());
    context.program.events.push_back(std::move(event));
    context.event_nodes.push_back(node);
  }
}

}  // namespace wend::sema
