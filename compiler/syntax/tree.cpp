// Kinds of words, and safe access to parse nodes.
#include "compiler/syntax/tree.h"

#include <algorithm>

namespace wend {

namespace {
const Node kNothing;
}  // namespace

// The lexer lists the hard words first, then the soft ones, declarations leading them.
bool is_hard_word(uint16_t type) { return type >= tok::AND && type <= tok::LEAVE; }
bool is_soft_word(uint16_t type) { return type >= tok::PROJECT && type <= tok::SUNDAY; }
bool begins_declaration(uint16_t type) { return type >= tok::PROJECT && type <= tok::CHOICE; }

const Node& Node::child(rule::Rule kind, size_t index) const {
  for (const Node* node : children) {
    if (node->rule == kind && index-- == 0) return *node;
  }
  return kNothing;
}

const Node& Node::token(tok::Token kind, size_t index) const {
  for (const Node* node : children) {
    if (node->rule < 0 && node->type == kind && index-- == 0) return *node;
  }
  return kNothing;
}

const Node& Node::first() const { return children.empty() ? kNothing : *children.front(); }

bool SyntaxError::expects(uint16_t type) const {
  return std::find(expected.begin(), expected.end(), type) != expected.end();
}

bool SyntaxError::inside(rule::Rule kind) const {
  return std::find(rules.begin(), rules.end(), static_cast<int16_t>(kind)) != rules.end();
}

}  // namespace wend
