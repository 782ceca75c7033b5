// As in Liquid, a block in which nothing is shown, only white space beside tags that set something, shows nothing.
#include <algorithm>

#include "compiler/liquid/parse.h"

namespace wend::liquid {
namespace {

bool is_blank(const std::vector<Node>& nodes);

bool is_blank(const Node& node) {
  switch (node.kind) {
    case Node::Kind::text: return node.text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
    case Node::Kind::assign:
    case Node::Kind::capture:
    case Node::Kind::leave: return true;
    case Node::Kind::branches:
    case Node::Kind::loop:
      return std::all_of(node.branches.begin(), node.branches.end(), [](const Branch& branch) { return is_blank(branch.body); });
    default: return false;
  }
}

bool is_blank(const std::vector<Node>& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const Node& node) { return is_blank(node); });
}

// Each block is looked at once for every block around it, so at most kNestingMax times.
void drop_texts(std::vector<Node>& nodes) {
  std::erase_if(nodes, [](const Node& node) { return node.kind == Node::Kind::text; });
}

}  // namespace

void drop_blank_blocks(std::vector<Node>& nodes) {
  for (Node& node : nodes) {
    const bool blank = (node.kind == Node::Kind::branches || node.kind == Node::Kind::loop) && is_blank(node);
    for (Branch& branch : node.branches) {
      if (blank) drop_texts(branch.body);
      drop_blank_blocks(branch.body);
    }
  }
}

}  // namespace wend::liquid
