// Texts of fields: the bytes of literals and of files inside the project, and how values shown in them are written.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/message_fields.h"

namespace wend {

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

}  // namespace wend

namespace wend::sema {
namespace {

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

// Fields of text that go out as one line, in the header of a mail or the title of a notification: nothing shown in one
// brings a line break with it.
bool is_one_line(const std::string& field) {
  static constexpr std::string_view kLines[] = {"subject", "title", "preheader", "preview", "sender", "from", "from_name", "reply_to"};
  return std::find(std::begin(kLines), std::end(kLines), field) != std::end(kLines);
}

Escape escape_of(const ContentField& field) {
  if (field.type.kind == TypeKind::html) return Escape::html;
  if (field.type.kind == TypeKind::url) return Escape::url;
  return is_one_line(field.name) ? Escape::line : Escape::none;
}

}  // namespace

void check_field(Context& context, const ast::FieldText& written, const ContentField& field, const Place& place) {
  PendingTemplate pending;
  pending.message = place.message;
  pending.content = place.content;
  pending.field = place.field;
  pending.only_if = place.only_if;
  pending.escape = escape_of(field);
  if (written.text) {
    pending.text = written.text->value;
    pending.file = written.text->span.file;
    pending.offsets = literal_offsets(*written.text, context.sources.file(pending.file).text());
  } else if (written.file) {
    if (!read_template(context, *written.file, pending)) return;
  } else {
    if (written.value && !std::holds_alternative<ast::ErrorExpr>(written.value->node))
      context.diagnostics.report(Code::field_not_text, written.value->span, field.name).label("not a text").help("write it in quotes; a value is shown by `{{ … }}`");
    return;
  }
  pending.names = user_names_at(context, written.field.span);
  context.templates.push_back(std::move(pending));
}

bool has_unknown_channel(Context& context, MessageId message) {
  const auto& contents = context.declared.messages[message.index()].node->contents;
  return std::any_of(contents.begin(), contents.end(), [&](const ast::ChannelContent& content) { return content.channel.present() && !find_name(context, Space::channel, content.channel); });
}

const ast::FieldText* find_field(const ast::ChannelContent& written, const std::string& name) {
  for (const ast::FieldText& field : written.fields)
    if (field.field.text == name) return &field;
  return nullptr;
}

}  // namespace wend::sema
