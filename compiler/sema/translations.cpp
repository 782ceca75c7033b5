// `in sv { … }`: the texts of a message in another language. Each is shown to users whose attribute `language` says so;
// what a translation leaves out is shown as the message itself has it.
#include <algorithm>
#include <set>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/message_fields.h"

namespace wend::sema {
namespace {

ExprPtr read_language(const Context& context, uint32_t attribute, Span span) {
  ExprPtr read = make(ExprKind::attribute, context.program.attributes[attribute].type, span);
  read->id = attribute;
  return read;
}

ExprPtr text_of(const std::string& text, Span span) { return make_constant({TypeKind::text}, Value{true, 0, 0, text}, span); }

// Whether the user reads the language: of a one-of the value, of a text the language tag alone or with a region.
// Null when reported.
ExprPtr reads_language(Context& context, const ast::Name& language) {
  const auto& attributes = context.program.attributes;
  const auto found = std::find_if(attributes.begin(), attributes.end(), [](const Attribute& attribute) { return attribute.name == "language"; });
  if (found == attributes.end()) {
    context.diagnostics.report(Code::language_missing, language.span, language.text)
        .label("chosen by the attribute `language`")
        .help("say in `profile` which languages there are, the one messages are written in first: `language one of en, " + language.text + " = en`");
    return nullptr;
  }
  const auto id = static_cast<uint32_t>(found - attributes.begin());
  const Type type = found->type;
  const Type boolean{TypeKind::boolean};
  if (type.kind == TypeKind::one_of) {
    const auto& values = context.program.one_ofs[type.of].values;
    const auto value = std::find(values.begin(), values.end(), language.text);
    if (value == values.end()) {
      auto& diagnostic = context.diagnostics.report(Code::unknown_language, language.span, language.text);
      diagnostic.label("not a value of `language`").also(found->span, "declared here");
      suggest_value(diagnostic, language.span, language.text, values, "the languages are");
      return nullptr;
    }
    note_use(context, language, SymbolKind::value, type.of, static_cast<size_t>(value - values.begin()));
    return make(ExprKind::equal, boolean, language.span, read_language(context, id, language.span),
                make_constant(type.known(), Value{true, value - values.begin(), 0, {}}, language.span));
  }
  if (!type.is_text()) {
    if (type.kind != TypeKind::error)
      context.diagnostics.report(Code::language_missing, language.span, language.text)
          .label("`language` is of type `" + type_name(context.program, type) + "`")
          .also(found->span, "declared here")
          .help("make it a `one of` the languages there are, or a text");
    return nullptr;
  }
  ExprPtr exact = make(ExprKind::equal, boolean, language.span, read_language(context, id, language.span), text_of(language.text, language.span));
  for (const char* dash : {"-", "_"}) {
    ExprPtr region = make(ExprKind::starts_with, boolean, language.span, read_language(context, id, language.span), text_of(language.text + dash, language.span));
    exact = make(ExprKind::or_, boolean, language.span, std::move(exact), std::move(region));
  }
  return exact;
}

void check_translated(Context& context, size_t index, const ast::Translation& translation, const ast::ChannelContent& written,
                      const std::shared_ptr<const Expr>& only_if) {
  const uint32_t channel_id = resolve(context, Space::channel, written.channel);
  if (channel_id == ChannelId::kNone) return;
  const Message& message = context.program.messages[index];
  const Channel& channel = context.program.channels[channel_id];
  const auto content = std::find_if(message.contents.begin(), message.contents.end(), [&](const ChannelContent& c) { return c.channel.value == channel_id; });
  if (content == message.contents.end()) {
    context.diagnostics.report(Code::translation_alone, written.channel.span, message.name, written.channel.text, translation.language.text)
        .label("only in this language");
    return;
  }
  std::set<std::string> seen;
  for (const ast::FieldText& field : written.fields) {
    if (!field.field.present()) continue;
    if (!noted(context.diagnostics, seen, field.field, "field", "written before")) continue;
    std::vector<std::string> names;
    for (const ContentField& known : channel.content) names.push_back(known.name);
    const auto at = std::find(names.begin(), names.end(), field.field.text);
    if (at == names.end()) {
      auto& diagnostic = context.diagnostics.report(Code::unknown_field, field.field.span, channel.name, field.field.text);
      diagnostic.label("no such field").also(channel.span, "declared here");
      suggest(diagnostic, field.field.span, field.field.text, names, "its content is");
      continue;
    }
    const auto number = static_cast<uint32_t>(at - names.begin());
    note_use(context, field.field, SymbolKind::field, channel_id, number);
    const auto own = std::find_if(content->fields.begin(), content->fields.end(), [&](const FieldContent& f) { return f.field == number; });
    if (own == content->fields.end()) {
      context.diagnostics.report(Code::translation_alone, field.field.span, message.name, field.field.text, translation.language.text)
          .label("only in this language");
      continue;
    }
    check_field(context, field, channel.content[number],
                {MessageId(index), static_cast<uint32_t>(content - message.contents.begin()), static_cast<uint32_t>(own - content->fields.begin()), only_if});
  }
  std::vector<std::string> left_out;
  for (const FieldContent& own : content->fields)
    if (!seen.contains(channel.content[own.field].name) && channel.content[own.field].type.kind != TypeKind::url) left_out.push_back(channel.content[own.field].name);
  if (!left_out.empty())
    context.diagnostics.report(Code::translation_in_part, written.channel.span, translation.language.text, list_words(left_out))
        .label("the rest is shown as the message itself has it");
}

}  // namespace

void check_translations(Context& context, size_t index) {
  const ast::Message& node = *context.declared.messages[index].node;
  std::set<std::string> languages;
  for (const ast::Translation& translation : node.translations) {
    if (!translation.language.present()) continue;
    if (!noted(context.diagnostics, languages, translation.language, "language", "written before")) continue;
    ExprPtr reads = reads_language(context, translation.language);
    if (!reads) continue;
    const std::shared_ptr<const Expr> only_if = std::move(reads);
    std::set<std::string> channels;
    for (const ast::ChannelContent& written : translation.contents) {
      if (!written.channel.present()) continue;
      if (noted(context.diagnostics, channels, written.channel, "channel", "written before"))
        check_translated(context, index, translation, written, only_if);
    }
    std::vector<std::string> left_out;
    for (const ChannelContent& content : context.program.messages[index].contents)
      if (const std::string& name = context.program.channels[content.channel.index()].name; !channels.contains(name)) left_out.push_back(name);
    if (!left_out.empty())
      context.diagnostics.report(Code::translation_in_part, translation.language.span, translation.language.text, list_words(left_out))
          .label("the rest is shown as the message itself has it");
  }
}

void warn_of_missing_translations(Context& context) {
  std::map<std::string, std::string> example;   // language -> a message that has it
  for (const auto& declared : context.declared.messages)
    for (const ast::Translation& translation : declared.node->translations)
      if (translation.language.present()) example.emplace(translation.language.text, declared.node->name.text);
  for (const auto& declared : context.declared.messages) {
    const ast::Message& node = *declared.node;
    if (!node.name.present() || node.contents.empty()) continue;
    std::vector<std::string> missing;
    for (const auto& [language, message] : example)
      if (std::none_of(node.translations.begin(), node.translations.end(), [&](const ast::Translation& t) { return t.language.text == language; }))
        missing.push_back(language);
    if (missing.empty()) continue;
    context.diagnostics.report(Code::translation_missing, node.name.span, node.name.text, list_words(missing))
        .label("shown to all in the language it is written in")
        .note("`" + example[missing[0]] + "` has a text in `" + missing[0] + "`");
  }
}

}  // namespace wend::sema
