// What a step does beside sending: `set`, `emit`, `call`. A consent or an address may be taken away, never given.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/statements.h"

namespace wend::sema {
namespace {

// What an attribute is to a channel: setting it to a value could give the user's word in their place.
struct Guard {
  bool consent = false, negated = false, address = false;
  explicit operator bool() const { return consent || address; }
};

Guard guard_of(const Program& program, AttributeId attribute) {
  Guard guard;
  for (const Channel& channel : program.channels) {
    if (channel.consent == attribute) {
      guard.consent = true;
      guard.negated = channel.consent_negated;
    }
    guard.address = guard.address || channel.reaches == attribute;
  }
  for (const Topic& topic : program.topics) guard.consent = guard.consent || topic.attribute == attribute;
  return guard;
}

// A value that is seen here to give: the runtime looks at the others.
bool gives(const Guard& guard, const ExprPtr& value) {
  const Expr* expr = value.get();
  while (expr && (expr->kind == ExprKind::to_optional || expr->kind == ExprKind::unwrap) && !expr->args.empty()) expr = expr->args[0].get();
  if (!expr || expr->kind != ExprKind::constant || !expr->value.known) return false;
  if (guard.consent) return (expr->value.integer != 0) != guard.negated;
  return guard.address && !(expr->type.is_text() && expr->value.text.empty());
}

// The values of a list of properties out of named arguments: one a property, null where its default, or nothing, stands.
struct Arguments {
  Context& context;
  Scope& scope;
  const std::vector<Property>& properties;
  const EventDecl* event;   // whose properties they are; null for a hook
  const ast::Name& owner;
  Span declared;
  uint32_t hook = 0;        // no event: its number

  std::vector<std::string> names(Span place) const {
    if (event) return property_names(context, *event, place);
    std::vector<std::string> all;
    for (const Property& property : properties) all.push_back(property.name);
    return all;
  }

  // A module calls the properties of what it needs by words of its own.
  std::vector<Property>::const_iterator find(const ast::Name& name) const {
    if (!event) return std::find_if(properties.begin(), properties.end(), [&](const Property& p) { return p.name == name.text; });
    const int index = find_property(context, *event, name);
    return index < 0 ? properties.end() : properties.begin() + index;
  }

  void unknown(const ast::Name& name) {
    auto& diagnostic = context.diagnostics.report(event ? Code::unknown_property : Code::unknown_field, name.span, owner.text, name.text);
    diagnostic.label(event ? "no such property" : "no such field");
    if (declared.file != kNoFile) diagnostic.also(declared, "declared here");
    suggest(diagnostic, name.span, name.text, names(name.span), "it has");
  }

  bool read(const std::vector<ast::Argument>& written, std::vector<ExprPtr>& values) {
    values.resize(properties.size());
    bool fine = true, strange = false;
    std::set<std::string> seen;
    for (const ast::Argument& argument : written) {
      if (!argument.name.present()) continue;
      const auto found = find(argument.name);
      if (!event && found != properties.end()) note_use(context, argument.name, SymbolKind::hook_field, hook, static_cast<size_t>(found - properties.begin()));
      if (found == properties.end()) {
        unknown(argument.name);
        strange = true;
      } else if (!seen.insert(found->name).second) {
        context.diagnostics.report(Code::listed_twice, argument.name.span, event ? "property" : "field", argument.name.text).label("given before");
      } else if (!argument.value || found->type.kind == TypeKind::error) {
        fine = false;
      } else {
        ExprPtr value = check_as(context, scope, *argument.value, found->type, "`" + owner.text + "." + found->name + "`");
        fine = fine && !is_error(value);
        values[static_cast<size_t>(found - properties.begin())] = std::move(value);
      }
    }
    std::vector<std::string> missing;
    for (const Property& property : properties)
      if (!property.type.optional && !property.default_value && !seen.count(property.name)) missing.push_back(property.name);
    if (!missing.empty() && !strange) {   // a misspelt one has been told
      auto& diagnostic = context.diagnostics.report(Code::value_missing, owner.span, owner.text, list_words(missing));
      diagnostic.label("not all it takes");
      if (declared.file != kNoFile) diagnostic.also(declared, "declared here");
    }
    return fine && missing.empty();
  }
};

}  // namespace

bool check_set(Context& context, Scope& scope, const ast::SetStmt& written, SetStmt& out) {
  out.attribute = resolve_attribute(context, written.attribute);
  if (!out.attribute.valid()) return false;
  const Attribute& attribute = context.program.attributes[out.attribute.index()];
  const Guard guard = guard_of(context.program, out.attribute);
  if (attribute.identity) {
    context.diagnostics.report(Code::set_identity, written.attribute.span, attribute.name).label("says who the user is");
    return false;
  }
  if (written.to_unknown && !attribute.type.optional) {
    context.diagnostics.report(Code::set_unknown, written.attribute.span, attribute.name).label("of type `" + type_name(context.program, attribute.type) + "`");
    return false;
  }
  if (!written.to_unknown) {
    if (!written.value) return false;
    out.value = check_as(context, scope, *written.value, attribute.type, "`" + attribute.name + "`");
    if (is_error(out.value)) return false;
  }
  if (guard && gives(guard, out.value)) {
    context.diagnostics.report(Code::set_gives, written.value->span, guard.consent ? "consent" : "an address")
        .label(guard.consent ? "a yes in the user's place" : "an address in the user's place")
        .help(guard.consent ? std::string("it is taken away by `") + (guard.negated ? "true`" : "false`") : "it is taken away by `set " + attribute.name + " to unknown`");
    return false;
  }
  return true;
}

bool check_emit(Context& context, Scope& scope, const ast::EmitStmt& written, EmitStmt& out) {
  out.event.value = resolve(context, Space::event, written.event);
  if (!out.event.valid()) return false;
  const EventDecl& event = context.program.events[out.event.index()];
  if (event.signal.valid() || event.builtin) {
    context.diagnostics.report(Code::emit_not_own, written.event.span, event.name, event.builtin ? "every project has it, for what delivery tells" : "a signal is raised by its own rule")
        .label(event.builtin ? "a built-in event" : "a signal").help("declare an event of your own, and emit that");
    return false;
  }
  return Arguments{context, scope, event.properties, &event, written.event, event.span}.read(written.arguments, out.values);
}

bool check_call(Context& context, Scope& scope, const ast::CallStmt& written, CallStmt& out) {
  out.hook.value = resolve(context, Space::hook, written.hook);
  if (!out.hook.valid()) return false;
  const Hook& hook = context.program.hooks[out.hook.index()];
  return Arguments{context, scope, hook.fields, nullptr, written.hook, hook.span, out.hook.value}.read(written.arguments, out.values);
}

}  // namespace wend::sema
