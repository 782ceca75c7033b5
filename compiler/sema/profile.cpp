// The `profile` block: identities first, in the order listed, then attributes with their types and defaults.
#include "compiler/sema/context.h"

#include "compiler/diagnostics/codes.h"

namespace wend::sema {
namespace {

void declare_identity(Context& context, const ast::Identity& node) {
  Attribute attribute;
  attribute.name = node.name.text;
  attribute.type = {TypeKind::text, true};
  attribute.default_value.known = false;
  attribute.identity = true;
  attribute.many = node.many;
  attribute.span = node.name.span;
  context.program.identities.push_back(AttributeId(context.program.attributes.size()));
  context.program.attributes.push_back(std::move(attribute));
}

void declare_attribute(Context& context, const ast::Attribute& node) {
  Attribute attribute;
  attribute.name = node.name.text;
  attribute.type = resolve_type(context, node.type);
  attribute.sensitive = node.sensitive;
  attribute.span = node.name.span;
  attribute.default_value.known = is_list(attribute.type) && !attribute.type.optional;   // empty before anyone has said
  if (attribute.type.kind != TypeKind::error) {
    if (node.default_value && attribute.type.optional) {
      const Span mark{node.type.span.file, node.type.span.end - 1, node.type.span.end};
      context.diagnostics.report(Code::optional_with_default, node.default_value->span, attribute.name).label("a value for everyone").also(node.type.span, "may be unknown").fix("leave out the `?`", mark, "", false);
    } else if (node.default_value) {
      if (auto value = check_constant(context, *node.default_value, attribute.type, "the default of `" + attribute.name + "`")) attribute.default_value = std::move(*value);
    } else if (!attribute.type.optional && !is_list(attribute.type)) {
      context.diagnostics.report(Code::default_missing, node.name.span, attribute.name).label("what is it before anyone has said?")
          .fix("let it be unknown", Span{node.type.span.file, node.type.span.end, node.type.span.end}, "?", false)
          .help("write `?` behind the type, or a default behind `=`");
      attribute.type = {};  // whatever reads it would be told for one of the two
    }
  }
  context.program.attributes.push_back(std::move(attribute));
}

}  // namespace

void declare_profile(Context& context) {
  const auto& profiles = context.declared.profiles;
  if (profiles.empty()) {
    Span span = context.declared.projects.empty() ? Span{kNoFile, 0, 0} : context.declared.projects[0].span;
    if (!context.declared.projects.empty() && context.declared.projects[0].node->name.present()) span = context.declared.projects[0].node->name.span;
    context.diagnostics.report(Code::profile_missing, span).label("has no `profile`").help("declare one: `profile { identity user_id }`");
    return;
  }
  for (size_t i = 1; i < profiles.size(); ++i)
    context.diagnostics.report(Code::declared_once, profiles[i].span, "profile").label("a second one").also(profiles[0].span, "the first is here");
  const ast::Profile& node = *profiles[0].node;
  std::set<std::string> seen;
  auto fresh = [&](const ast::Name& name, const char* word) {
    return name.present() && noted(context.diagnostics, seen, name, word);
  };
  for (const ast::Identity& identity : node.identities)
    if (fresh(identity.name, "identity")) declare_identity(context, identity);
  for (const ast::Attribute& attribute : node.attributes)
    if (fresh(attribute.name, "attribute")) declare_attribute(context, attribute);
  if (node.identities.empty())
    context.diagnostics.report(Code::identity_missing, profiles[0].span).label("names no identity").help("say by what a user is known: `identity user_id`");
}

}  // namespace wend::sema
