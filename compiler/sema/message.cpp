// Messages: category, validity, parameters, and the text of every channel's fields, written in place or in a file.
// The texts are handed on as pending templates with the place of each of their bytes.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"

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
    if (!seen.insert(parameter.name.text).second) {
      context.diagnostics.report(Code::listed_twice, parameter.name.span, "parameter", parameter.name.text).label("listed before");
      continue;
    }
    Type type = resolve_type(context, parameter.type);
    message.parameters.push_back({parameter.name.text, type});
  }
}

// Bytes of the file for each byte of a literal's value, and one behind the last: an escape is two bytes of source, a
// carriage return before a line feed is left out of the value (syntax/text.h).
std::vector<uint32_t> literal_offsets(const ast::Text& text, const std::string& source) {
  std::vector<uint32_t> offsets;
  offsets.reserve(text.value.size() + 1);
  uint32_t at = text.content.begin;
  for (size_t i = 0; i < text.value.size(); ++i) {
    if (at + 1 < source.size() && source[at] == '\r' && source[at + 1] == '\n') ++at;
    offsets.push_back(at < text.content.end ? at : text.content.end);
    at += at < source.size() && source[at] == '\\' ? 2 : 1;
  }
  offsets.push_back(text.content.end);
  return offsets;
}

// The path of a file named in another, relative to the root; nothing when it leaves the project.
std::optional<std::string> path_inside(const std::string& declaring, const std::string& named) {
  if (named.empty() || named.front() == '/' || named.find('\\') != std::string::npos || named.find('\0') != std::string::npos) return std::nullopt;
  if (named.size() > 1 && named[1] == ':') return std::nullopt;
  size_t slash = declaring.rfind('/');
  std::string whole = (slash == std::string::npos ? "" : declaring.substr(0, slash + 1)) + named;
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= whole.size();) {
    size_t end = std::min(whole.find('/', begin), whole.size());
    std::string part = whole.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") { parts.push_back(std::move(part)); continue; }
    if (parts.empty()) return std::nullopt;
    parts.pop_back();
  }
  if (parts.empty()) return std::nullopt;
  std::string path;
  for (const std::string& part : parts) path += (path.empty() ? "" : "/") + part;
  return path;
}

// False when the file is not to be had (reported).
bool read_template(Context& context, const ast::Text& named, PendingTemplate& pending) {
  auto path = path_inside(context.sources.file(named.span.file).path(), named.value);
  if (!path) {
    context.diagnostics.report(Code::file_outside, named.span, named.value).label("not inside the project").note("a file is named relative to the folder of the file that names it, with `/`");
    return false;
  }
  std::optional<uint32_t> file = context.read_file ? context.read_file(*path) : std::nullopt;
  if (!file) {
    context.diagnostics.report(Code::file_missing, named.span, *path).label("cannot be read");
    return false;
  }
  pending.file = *file;
  pending.text = context.sources.file(*file).text();
  if (!pending.text.empty() && pending.text.back() == '\n') pending.text.pop_back();  // the line end of the last line is the file's, not the message's
  if (!pending.text.empty() && pending.text.back() == '\r') pending.text.pop_back();
  pending.offsets.resize(pending.text.size() + 1);
  for (size_t i = 0; i < pending.offsets.size(); ++i) pending.offsets[i] = static_cast<uint32_t>(i);
  return true;
}

Escape escape_of(TypeKind kind) { return kind == TypeKind::html ? Escape::html : kind == TypeKind::url ? Escape::url : Escape::none; }

void check_field(Context& context, const ast::FieldText& written, Type type, MessageId message, uint32_t content, uint32_t field) {
  PendingTemplate pending;
  pending.message = message;
  pending.content = content;
  pending.field = field;
  pending.escape = escape_of(type.kind);
  if (written.text) {
    pending.text = written.text->value;
    pending.file = written.text->span.file;
    pending.offsets = literal_offsets(*written.text, context.sources.file(pending.file).text());
  } else if (written.file) {
    if (!read_template(context, *written.file, pending)) return;
  } else {
    if (written.value && !std::holds_alternative<ast::ErrorExpr>(written.value->node)) report_not_compiled(context, written.value->span, "a field given by an expression");
    return;
  }
  context.templates.push_back(std::move(pending));
}

const ast::FieldText* find_field(const ast::ChannelContent& written, const std::string& name) {
  for (const ast::FieldText& field : written.fields)
    if (field.field.text == name) return &field;
  return nullptr;
}

void check_fields(Context& context, const ast::ChannelContent& written, const Channel& channel) {
  std::set<std::string> seen;
  std::vector<std::string> names;
  for (const ContentField& field : channel.content) names.push_back(field.name);
  bool strange = false;
  for (const ast::FieldText& field : written.fields) {
    if (!field.field.present()) continue;
    if (!seen.insert(field.field.text).second) {
      context.diagnostics.report(Code::listed_twice, field.field.span, "field", field.field.text).label("written before");
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
      check_field(context, *text, channel.content[field].type, MessageId(index), at, static_cast<uint32_t>(content.fields.size()));
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
    for (const ast::Translation& translation : node.translations) report_not_compiled(context, translation.language.span, "a translation");
  }
}

void check_message_bodies(Context& context) {
  for (size_t i = 0; i < context.declared.messages.size(); ++i) check_contents(context, i);
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
