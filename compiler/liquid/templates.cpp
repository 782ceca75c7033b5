// Every pending template in turn: parse, check, and put the body where its message wants it.
// Tested by tests/unit/liquid and tests/golden/liquid.
#include "compiler/liquid/templates.h"

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"
#include "compiler/liquid/parse.h"
#include "runtime/abi/utf8.h"

namespace wend {
namespace {

// Whether the text can be a template at all; reported if not.
bool is_acceptable(const PendingTemplate& pending, const liquid::TemplateText& source) {
  if (pending.text.size() > liquid::kSizeMax) {
    source.report(Code::template_too_large, {0, 0}, std::to_string(pending.text.size()), std::to_string(liquid::kSizeMax));
    return false;
  }
  for (uint32_t at = 0; at < pending.text.size();) {
    const Scalar scalar = read_scalar(pending.text, at);
    if (!scalar.valid) {
      source.report(Code::template_not_utf8, {at, at + 1});
      return false;
    }
    at += scalar.size;
  }
  return true;
}

}  // namespace

void check_templates(Program& program, const std::vector<PendingTemplate>& templates, const Sources& sources, Diagnostics& diagnostics) {
  const UserNames names(program);
  for (const PendingTemplate& pending : templates) {
    const liquid::TemplateText source(pending, diagnostics);
    if (pending.message.index() >= program.messages.size() || !is_acceptable(pending, source)) continue;
    const liquid::Tree tree = liquid::parse(source);
    Message& message = program.messages[pending.message.index()];
    const liquid::Context context{program, names, message, source, tree.assigned, pending.escape};
    bool at_start = true;
    message.contents[pending.content].fields[pending.field].body = liquid::check_body(context, tree.body, {}, at_start);
  }
}

}  // namespace wend
