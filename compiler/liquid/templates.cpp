// Every pending template in turn: parse, check, and put the body where its message wants it. The translations of a text
// become the branches around it.
// Tested by tests/unit/liquid and tests/golden/liquid.
#include "compiler/liquid/templates.h"

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"
#include "compiler/liquid/parse.h"
#include "runtime/abi/utf8.h"

namespace wend {
namespace liquid {

bool is_acceptable(const TemplateText& source) {
  const std::string_view text = source.text();
  if (text.size() > kSizeMax) {
    source.report(Code::template_too_large, {0, 0}, std::to_string(text.size()), std::to_string(kSizeMax));
    return false;
  }
  for (uint32_t at = 0; at < text.size();) {
    const Scalar scalar = read_scalar(text, at);
    if (!scalar.valid) {
      source.report(Code::template_not_utf8, {at, at + 1});
      return false;
    }
    at += scalar.size;
  }
  return true;
}

}  // namespace liquid

namespace {

// The text in the reader's language: a translation for who reads it, before the one that is there.
void add_translation(TemplateBody& body, const Expr& only_if, TemplateBody translated) {
  if (body.size() != 1 || body[0].kind != TemplateNode::Kind::branches || body[0].text != "language") {
    TemplateNode languages;
    languages.kind = TemplateNode::Kind::branches;
    languages.text = "language";
    languages.branches.push_back({nullptr, std::move(body)});
    body.clear();
    body.push_back(std::move(languages));
  }
  auto& branches = body[0].branches;
  branches.insert(branches.end() - 1, TemplateBranch{liquid::clone(only_if), std::move(translated)});
}

// The lists a template may make: of words, of whole numbers, of any field of a record.
void add_list_types(Program& program) {
  const auto add = [&](Type entry) {
    if (entry.kind != TypeKind::error && std::find(program.item_types.begin(), program.item_types.end(), entry) == program.item_types.end()) program.item_types.push_back(entry);
  };
  add({TypeKind::text});
  add({TypeKind::integer});
  for (const RecordType& record : program.records)
    for (const RecordField& field : record.fields) add(field.type.known());
}

}  // namespace

void check_templates(Program& program, const std::vector<PendingTemplate>& templates, Sources& sources, const ReadFile& read_file, Diagnostics& diagnostics, Uses* uses) {
  if (!templates.empty()) add_list_types(program);
  const UserNames names(program);
  std::map<std::pair<uint32_t, std::pair<uint32_t, uint32_t>>, liquid::Numbers> numbers;   // by field
  for (const PendingTemplate& pending : templates) {
    const liquid::TemplateText source(pending, diagnostics);
    if (pending.message.index() >= program.messages.size() || !liquid::is_acceptable(source)) continue;
    const std::vector<liquid::Node> nodes = liquid::parse(source);
    Message& message = program.messages[pending.message.index()];
    liquid::Scope scope(numbers[{pending.message.value, {pending.content, pending.field}}]);
    const liquid::Context context{program, pending.names ? *pending.names : names, message, source, scope, pending.escape, sources, read_file, false, uses};
    liquid::Flow flow;
    TemplateBody body = liquid::check_body(context, nodes, flow);
    TemplateBody& place = message.contents[pending.content].fields[pending.field].body;
    if (pending.only_if) add_translation(place, *pending.only_if, std::move(body));
    else place = std::move(body);
  }
}

}  // namespace wend
