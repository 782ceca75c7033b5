// Messages: category, validity, parameters, and the text of every channel's fields, written in place or in a file.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"
#include "compiler/sema/fixes.h"
#include "compiler/sema/message_fields.h"

namespace wend::sema {
namespace {

void check_category(Context& context, const ast::Message& node, Message& message) {
  if (node.topic.present()) message.topic.value = resolve(context, Space::topic, node.topic);
  if (node.category.present()) {
    message.category.value = resolve(context, Space::category, node.category);
    return;
  }
  if (context.program.categories.empty()) return;  // the list itself is what is missing
  auto& diagnostic = context.diagnostics.report(Code::category_missing, node.name.span, message.name);
  diagnostic.label("has no `category`");
  std::vector<std::string> names;
  for (const Category& category : context.program.categories) names.push_back(category.name);
  if (names.empty()) return;
  diagnostic.note("the categories are " + list_words(names));
  const bool lifecycle = std::find(names.begin(), names.end(), "lifecycle") != names.end();
  diagnostic.fixes.push_back({"say its category", false, {first_member(context, node.name.span, "category " + (lifecycle ? "lifecycle" : names.back()))}});
}

void check_parameters(Context& context, const ast::Message& node, Message& message) {
  std::set<std::string> seen;
  for (const ast::Parameter& parameter : node.parameters) {
    if (!parameter.name.present()) continue;
    if (!noted(context.diagnostics, seen, parameter.name, "parameter")) continue;
    Type type = resolve_type(context, parameter.type);
    message.parameters.push_back({parameter.name.text, type});
  }
  check_count(context, node.name.span, message.name, message.parameters.size(), "parameters");
}

void check_fields(Context& context, const ast::ChannelContent& written, const Channel& channel) {
  std::set<std::string> seen;
  std::vector<std::string> names;
  for (const ContentField& field : channel.content) names.push_back(field.name);
  bool strange = false;
  for (const ast::FieldText& field : written.fields) {
    if (!field.field.present()) continue;
    if (const auto place = std::find(names.begin(), names.end(), field.field.text); place != names.end())
      note_use(context, field.field, SymbolKind::field, static_cast<uint32_t>(&channel - context.program.channels.data()), static_cast<size_t>(place - names.begin()));
    if (!noted(context.diagnostics, seen, field.field, "field", "written before")) {
    } else if (std::find(names.begin(), names.end(), field.field.text) == names.end()) {
      strange = true;
      auto& diagnostic = context.diagnostics.report(Code::unknown_field, field.field.span, channel.name, field.field.text);
      diagnostic.label("no such field").also(channel.span, "declared here");
      suggest(diagnostic, field.field.span, field.field.text, names, "its content is");
    }
  }
  std::vector<std::string> missing;
  for (const ContentField& field : channel.content)
    if (!field.type.optional && !find_field(written, field.name)) missing.push_back(field.name);
  if (missing.empty() || channel.content.empty() || strange) return;  // a misspelt one has been told
  std::string fields;
  for (const std::string& name : missing) fields += (fields.empty() ? "" : ", ") + name + " \"…\"";
  context.diagnostics.report(Code::field_missing, written.channel.span, channel.name, list_words(missing)).label("not the whole message").also(channel.span, "declared here")
      .note("a field that may be left out has a `?` in its channel")
      .fixes.push_back({"write it", false, {last_member(context, written.channel.span, fields)}});
}

void check_contents(Context& context, size_t index) {
  const ast::Message& node = *context.declared.messages[index].node;
  std::set<uint32_t> seen;
  for (const ast::ChannelContent& written : node.contents) {
    ChannelContent content;
    content.channel.value = resolve(context, Space::channel, written.channel);
    if (!content.channel.valid()) continue;
    if (!seen.insert(content.channel.value).second) {
      context.diagnostics.report(Code::listed_twice, written.channel.span, "channel", written.channel.text).label("written before");
      continue;
    }
    const Channel& channel = context.program.channels[content.channel.index()];
    check_fields(context, written, channel);
    Message& message = context.program.messages[index];
    uint32_t at = static_cast<uint32_t>(message.contents.size());
    for (uint32_t field = 0; field < channel.content.size(); ++field) {
      const ast::FieldText* text = find_field(written, channel.content[field].name);
      if (!text) continue;
      check_field(context, *text, channel.content[field], {MessageId(index), at, static_cast<uint32_t>(content.fields.size()), nullptr});
      content.fields.push_back({field, {}});
    }
    message.contents.push_back(std::move(content));
  }
  if (node.contents.empty())
    context.diagnostics.report(Code::message_empty, node.name.span, node.name.text).label("says nothing").help("write what it says on a channel: `push { title \"…\", body \"…\" }`");
}

}  // namespace

void declare_messages(Context& context) {
  for (size_t i = 0; i < context.declared.messages.size(); ++i) {
    const ast::Message& node = *context.declared.messages[i].node;
    Message& message = context.program.messages[i];
    if (node.name.text == "messages") context.diagnostics.report(Code::reserved_name, node.name.span, node.name.text).label("means all of them in a rule");
    check_category(context, node, message);
    if (node.valid_for)
      if (auto span = positive_span(context, *node.valid_for, "`valid for`")) message.valid_for_us = *span;
    check_parameters(context, node, message);
  }
}

void check_message_bodies(Context& context) {
  for (size_t i = 0; i < context.declared.messages.size(); ++i) {
    check_contents(context, i);
    check_translations(context, i);
  }
  warn_of_missing_translations(context);
  if (!context.declared.messages.empty() && context.declared.protects.empty()) {
    const auto& first = context.declared.messages[0];
    auto& diagnostic = context.diagnostics.report(Code::protect_missing, first.node->name.span);
    diagnostic.label("sent without any rule").help("declare one, with the categories of your messages, highest first");
    std::vector<std::string> categories;
    for (const auto& message : context.declared.messages) {
      const std::string& category = message.node->category.text;
      if (!category.empty() && std::find(categories.begin(), categories.end(), category) == categories.end()) categories.push_back(category);
    }
    std::string list;
    for (const std::string& category : categories) list += (list.empty() ? "" : " > ") + category;
    if (!list.empty()) diagnostic.fixes.push_back({"declare one", false, {insertion(first.span, "\n\nprotect users {\n  categories " + list + "\n  at most 2 messages in 1 day\n}")}});
  }
}

}  // namespace wend::sema
