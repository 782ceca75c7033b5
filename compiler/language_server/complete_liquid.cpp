// In a template: what is known of the user and what the message is given behind `{{`, filters behind `|`, tags behind `{%`.
#include <algorithm>

#include "compiler/language_server/complete.h"

namespace wend::lsp {
namespace {

struct Tag { const char *name, *snippet, *doc; };
constexpr Tag kTags[] = {
    {"if", "if ${1:condition} %}${2}{% endif", "shown when it holds"},
    {"elsif", "elsif ${1:condition}", "else, when this holds"},
    {"else", "else", "shown otherwise"},
    {"endif", "endif", "ends `if`"},
    {"unless", "unless ${1:condition} %}${2}{% endunless", "shown when it does not hold"},
    {"endunless", "endunless", "ends `unless`"},
    {"case", "case ${1:name} %}{% when ${2:'a'} %}${3}{% endcase", "by value"},
    {"when", "when ${1:'a'}", "one value of a `case`"},
    {"endcase", "endcase", "ends `case`"},
    {"for", "for ${1:item} in ${2:items} %}${3}{% endfor", "once for each entry"},
    {"endfor", "endfor", "ends `for`"},
    {"break", "break", "ends the loop"},
    {"continue", "continue", "goes on with the next entry"},
    {"assign", "assign ${1:name} = ${2:value}", "gives a value a name"},
    {"capture", "capture ${1:name} %}${2}{% endcapture", "gives what is shown a name"},
    {"endcapture", "endcapture", "ends `capture`"},
    {"cycle", "cycle ${1:'a', 'b'}", "one value after the other"},
    {"increment", "increment ${1:name}", "counts up"},
    {"decrement", "decrement ${1:name}", "counts down"},
    {"render", "render \"${1:part.liquid}\"", "takes in a file"},
    {"comment", "comment %}${1}{% endcomment", "not shown"},
    {"raw", "raw %}${1}{% endraw", "shown as it stands"},
};

bool is_word(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// The names that the template gives itself before the place: `assign x`, `capture x`, `for x`.
void add_own(std::string_view before, std::vector<Completion>& out) {
  for (const std::string_view tag : {"assign ", "capture ", "for "})
    for (size_t at = before.find(tag); at != std::string_view::npos; at = before.find(tag, at + 1)) {
      size_t begin = at + tag.size(), end = begin;
      while (end < before.size() && is_word(before[end])) ++end;
      const std::string name(before.substr(begin, end - begin));
      if (name.empty() || std::any_of(out.begin(), out.end(), [&](const Completion& one) { return one.label == name; })) continue;
      out.push_back({name, "of this template", "", "", false, 6, 0, {}});
    }
}

}  // namespace

std::vector<Completion> complete_liquid(const Spot& spot, const LiquidSpot& at, std::string_view before, const std::string& message) {
  std::vector<Completion> out;
  if (at.kind == LiquidSpot::Kind::outside) return out;
  if (at.filter) {
    out.push_back({"default", "value | default: value", "The other value where it is unknown.", "default: ${1:''}", true, 3, 0, {}});
    add_builtins(true, out);
    return out;
  }
  if (at.tag_name) {
    for (const Tag& tag : kTags) out.push_back({tag.name, "", tag.doc, tag.snippet, true, 14, 1, {}});
    return out;
  }
  add_own(before, out);
  add_parts(spot, SymbolKind::parameter, message, "", out);
  add_names(spot, {SymbolKind::attribute, SymbolKind::measure, SymbolKind::states, SymbolKind::audience}, 2, out);
  for (const char* word : {"now", "today"}) out.push_back({word, "", "", "", false, 14, 3, {}});
  if (at.kind == LiquidSpot::Kind::tag)
    for (const char* word : {"and", "or", "contains", "blank", "empty", "nil", "true", "false"}) out.push_back({word, "", "", "", false, 14, 4, {}});
  if (before.find("for ") != std::string_view::npos) out.push_back({"forloop", "of the loop around", "`forloop.index`, `first`, `last`, `length`", "", false, 6, 3, {}});
  return out;
}

}  // namespace wend::lsp
