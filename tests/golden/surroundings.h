// A small project around an example, so that an example shows only what it is about: what it declares itself takes the place
// of the declaration of that kind and name in the surroundings.
#pragma once

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "compiler/syntax/parse.h"

namespace wend {

// The files of an example, by path: below a line `# in NAME.wend` it goes on in another file.
inline std::vector<std::pair<std::string, std::string>> files_of(const std::string& first, const std::string& example) {
  std::vector<std::pair<std::string, std::string>> files = {{first, ""}};
  for (size_t at = 0; at < example.size();) {
    const size_t end = std::min(example.find('\n', at), example.size() - 1) + 1;
    const std::string line = example.substr(at, end - at);
    if (line.starts_with("# in ") && line.ends_with(".wend\n")) files.emplace_back(line.substr(5, line.size() - 6), "");
    else files.back().second += line;
    at = end;
  }
  return files;
}

class Surroundings {
 public:
  explicit Surroundings(std::string text) : text_(std::move(text)), file_(parsed(text_)) {}

  const std::string& text() const { return text_; }

  // The surroundings without what the example declares, each line where it was; `frame`: of them only the project, the profile,
  // the channels and the protection.
  std::string around(const std::string& example, bool frame) const {
    std::vector<std::string> own;
    for (const ast::Decl& decl : parsed(example).decls) own.push_back(kind_and_name(decl));
    std::string text = text_;
    for (const ast::Decl& decl : file_.decls) {
      const bool framing = std::holds_alternative<ast::Project>(decl.node) || std::holds_alternative<ast::Profile>(decl.node) ||
                           std::holds_alternative<ast::Channel>(decl.node) || std::holds_alternative<ast::Protect>(decl.node);
      const bool replaced = std::find(own.begin(), own.end(), kind_and_name(decl)) != own.end();
      if (!replaced && (framing || !frame)) continue;
      for (uint32_t at = decl.span.begin; at < decl.span.end; ++at)
        if (text[at] != '\n') text[at] = ' ';
    }
    return text;
  }

 private:
  static ast::File parsed(const std::string& text) {
    Sources sources;
    Diagnostics diagnostics;
    return parse(sources, sources.add("names.wend", text), diagnostics);
  }

  // The kind and name of a declaration; a project and a profile are one of a kind.
  static std::string kind_and_name(const ast::Decl& decl) {
    std::string name = std::to_string(decl.node.index());
    std::visit(
        [&](const auto& node) {
          using Node = std::decay_t<decltype(node)>;
          if constexpr (requires { node.name.text; } && !std::is_same_v<Node, ast::Project>) name += " " + node.name.text;
          else if constexpr (requires { node.name.value; }) name += " " + node.name.value;
        },
        decl.node);
    return name;
  }

  std::string text_;
  ast::File file_;
};

}  // namespace wend
