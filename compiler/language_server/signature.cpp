// textDocument/signatureHelp: the overloads of the function or filter whose arguments are being written.
#include <algorithm>
#include <cctype>

#include "compiler/language_server/builtin_text.h"
#include "compiler/language_server/code_context.h"
#include "compiler/language_server/handlers.h"
#include "compiler/language_server/liquid_context.h"

namespace wend::lsp {
namespace {

bool is_word(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)); }

struct Call { std::string name; bool filter = false; size_t argument = 0; };

// Back from the place to the `(` that is open, or in a template to the `|`.
std::optional<Call> call_at(std::string_view text, uint32_t offset, bool template_text) {
  Call call;
  int depth = 0;
  char quote = 0;
  for (uint32_t at = offset; at-- > 0 && offset - at < 2048;) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '\n' && !template_text) break;
    if (c == '\'' || c == '"') quote = c;
    else if (c == ')') ++depth;
    else if (c == '(' && depth > 0) --depth;
    else if (c == ',' && depth == 0) ++call.argument;
    else if (c == '(' || (template_text && c == '|')) {
      uint32_t begin = at, end = at;
      if (c == '(') {
        while (begin > 0 && is_word(text[begin - 1])) --begin;
      } else {
        call.filter = true;
        ++call.argument;   // the first is what stands before the bar
        begin = at + 1;
        while (begin < text.size() && text[begin] == ' ') ++begin;
        end = begin;
        while (end < text.size() && is_word(text[end])) ++end;
      }
      call.name = std::string(text.substr(begin, end - begin));
      return call.name.empty() ? std::nullopt : std::optional(call);
    } else if (c == '{' || c == '}') {
      break;
    }
  }
  return std::nullopt;
}

}  // namespace

Json handler::signature_help(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  const bool in_template = liquid_at(spot.text, spot.offset).kind != LiquidSpot::Kind::outside || !spot.path.ends_with(".wend");
  const std::optional<Call> call = call_at(spot.text, spot.offset, in_template);
  if (!call) return {};
  Json signatures = array();
  size_t active = 0;
  bool chosen = false;
  for (const Builtin& builtin : builtins()) {
    if (builtin.name != call->name || !(call->filter ? builtin.is_filter : builtin.is_function)) continue;
    std::vector<std::pair<uint32_t, uint32_t>> places;
    const std::string label = signature_of(builtin, call->filter, &places);
    Json parameters = array();
    for (const auto& [begin, end] : places) parameters.add(object({{"label", label.substr(begin, end - begin)}}));
    if (!chosen && call->argument < places.size()) {
      active = signatures.items().size();
      chosen = true;
    }
    signatures.add(object({{"label", label}, {"documentation", builtin.doc}, {"parameters", parameters}}));
  }
  if (signatures.items().empty()) return {};
  return object({{"signatures", signatures}, {"activeSignature", active}, {"activeParameter", call->argument}});
}

}  // namespace wend::lsp
