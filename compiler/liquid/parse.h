// Template text -> tree.h. What is broken is reported and left out, so that one slip is one message.
#pragma once

#include <string>
#include <vector>

#include "compiler/liquid/lex.h"
#include "compiler/liquid/template_text.h"
#include "compiler/liquid/tree.h"

namespace wend::liquid {

// Whether the text can be a template at all: its size and its bytes; reported if not.
bool is_acceptable(const TemplateText& source);

std::vector<Node> parse(const TemplateText& source);

// Parts of an object or a tag; `first` is the first token that belongs to the part, `place` the whole tag. They give
// false, or a condition without terms, when broken (and reported).
bool parse_output(const TemplateText& source, const std::vector<Token>& tokens, size_t first, Node& node);
Condition parse_condition(const TemplateText& source, const std::vector<Token>& tokens, size_t first, Range place);
bool parse_assign(const TemplateText& source, const std::vector<Token>& tokens, Node& node);   // name = value | filters
bool parse_loop(const TemplateText& source, const std::vector<Token>& tokens, Node& node);     // name in value limit: n …
bool parse_name(const TemplateText& source, const std::vector<Token>& tokens, Node& node);     // capture, increment, decrement
bool parse_cycle(const TemplateText& source, const std::vector<Token>& tokens, Node& node);
bool parse_render(const TemplateText& source, const std::vector<Token>& tokens, Node& node);
// `case subject`, and `when a, b or c` as a condition on that subject.
bool parse_subject(const TemplateText& source, const std::vector<Token>& tokens, Range place, Term& subject);
Condition parse_when(const TemplateText& source, const std::vector<Token>& tokens, Range place, const Term& subject);

// Takes the texts out of blocks that show nothing else: line ends between tags are not part of the message.
void drop_blank_blocks(std::vector<Node>& nodes);

}  // namespace wend::liquid
