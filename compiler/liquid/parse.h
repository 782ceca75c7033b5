// Template text -> tree.h. What is broken is reported and left out, so that one slip is one message.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/liquid/lex.h"
#include "compiler/liquid/template_text.h"
#include "compiler/liquid/tree.h"

namespace wend::liquid {

struct Tree {
  std::vector<Node> body;
  // Names that tags of a later version would have made (`{% assign x = … %}`): their use is not reported again.
  std::set<std::string> assigned;
};

Tree parse(const TemplateText& source);

// The insides of `{{ … }}` into node.value and node.filters; false when broken (and reported).
bool parse_output(const TemplateText& source, Range inner, Node& node);
// What stands behind `if`, `elsif` or `unless`; without terms when broken (and reported). `place` is the tag.
Condition parse_condition(const TemplateText& source, const std::vector<Token>& tokens, size_t first, Range place);

}  // namespace wend::liquid
