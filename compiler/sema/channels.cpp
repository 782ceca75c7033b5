// Topics, categories and channels: what a user takes, what ranks first, what reaches a user, what consent is asked, and which content there is.
#include "compiler/sema/context.h"

#include "compiler/diagnostics/codes.h"

namespace wend::sema {

// A topic is an attribute: `identify` sets it, conditions read it, `unsubscribed` turns it off.
void declare_topics(Context& context) {
  for (const auto& declared : context.declared.topics) {
    const ast::Topic& node = *declared.node;
    Attribute attribute;
    attribute.name = node.name.text;
    attribute.type = {TypeKind::boolean};
    attribute.default_value.integer = node.subscribed;
    attribute.span = node.name.span;
    context.program.topics.push_back({node.name.text, AttributeId(context.program.attributes.size()), declared.span});
    context.program.attributes.push_back(std::move(attribute));
  }
}

void declare_categories(Context& context) {
  const ast::CategoriesRule* listed = nullptr;
  for (const auto& protect : context.declared.protects)
    for (const ast::ProtectRule& rule : protect.node->rules) {
      const auto* categories = std::get_if<ast::CategoriesRule>(&rule);
      if (!categories) continue;
      if (listed) {
        context.diagnostics.report(Code::categories_twice, categories->span).label("listed again").also(listed->span, "listed here");
        continue;
      }
      listed = categories;
      for (const ast::Name& name : categories->names) {
        if (!name.present()) continue;
        if (!context.table(Space::category).emplace(name.text, static_cast<uint32_t>(context.program.categories.size())).second) {
          context.diagnostics.report(Code::listed_twice, name.span, "category", name.text).label("listed before");
          continue;
        }
        Category category;
        category.name = name.text;
        context.program.categories.push_back(std::move(category));
        context.category_spans[name.text] = name.span;
      }
    }
  for (const auto& protect : context.declared.protects)
    for (const ast::ProtectRule& rule : protect.node->rules)
      if (const auto* exempt = std::get_if<ast::ExemptRule>(&rule))
        for (const ast::Name& name : exempt->names) {
          CategoryId id;
          id.value = resolve(context, Space::category, name);
          if (id.valid()) context.program.categories[id.index()].exempt = true;
        }
}

namespace {

void check_reaches(Context& context, const ast::Channel& node, Channel& channel) {
  if (!node.reaches.present()) {
    context.diagnostics.report(Code::channel_reaches_nobody, node.name.span, channel.name).label("where do its messages go?").help("name the attribute that holds the address: `reaches email`");
    return;
  }
  channel.reaches = resolve_attribute(context, node.reaches);
  if (!channel.reaches.valid()) return;
  Type type = context.program.attributes[channel.reaches.index()].type;
  if (type.is_text() || type.kind == TypeKind::error) return;
  context.diagnostics.report(Code::type_mismatch, node.reaches.span, "text", type_name(context.program, type)).label("of type `" + type_name(context.program, type) + "`").note("an address is a text");
  channel.reaches = {};
}

void check_consent(Context& context, const ast::Channel& node, Channel& channel) {
  if (node.consent.present()) {
    channel.consent = resolve_attribute(context, node.consent);
    channel.consent_negated = node.consent_negated;
    if (channel.consent.valid()) {
      Type type = context.program.attributes[channel.consent.index()].type;
      if (type.kind != TypeKind::boolean && type.kind != TypeKind::error) {
        context.diagnostics.report(Code::type_mismatch, node.consent.span, "bool", type_name(context.program, type)).label("of type `" + type_name(context.program, type) + "`").note("consent is given or it is not");
        channel.consent = {};
      }
    }
  }
  for (const ast::Name& name : node.consent_except) {
    CategoryId id;
    id.value = resolve(context, Space::category, name);
    if (id.valid()) channel.consent_except.push_back(id);
  }
}

void check_content(Context& context, const ast::Channel& node, Channel& channel) {
  std::set<std::string> seen;
  for (const ast::ContentField& field : node.content) {
    if (!field.name.present()) continue;
    if (!noted(context.diagnostics, seen, field.name, "field")) continue;
    Type type = resolve_type(context, field.type);
    if (type.kind != TypeKind::error && (!type.is_text() || type.kind == TypeKind::email)) {
      context.diagnostics.report(Code::content_type, field.type.span, type_name(context.program, type)).label("not what a message is made of")
          .help(is_list(type) ? "content is `text`, `html` or `url`; the entries of a list are written into it by `{% for %}`" : "content is `text`, `html` or `url`");
      type = {};
    }
    channel.content.push_back({field.name.text, type});
  }
  if (channel.content.empty()) context.diagnostics.report(Code::channel_empty, node.name.span, channel.name).label("has no `content`").help("say what a message of it is made of: `content { title text, body text }`");
}

}  // namespace

void declare_channels(Context& context) {
  for (size_t i = 0; i < context.declared.channels.size(); ++i) {
    const ast::Channel& node = *context.declared.channels[i].node;
    Channel& channel = context.program.channels[i];
    check_reaches(context, node, channel);
    check_consent(context, node, channel);
    check_content(context, node, channel);
  }
}

}  // namespace wend::sema
