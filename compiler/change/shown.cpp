// Source text as it is shown in a comparison: what layout and comments say is not part of it.
#include <algorithm>

#include "compiler/change/facets.h"

namespace wend::change {
namespace {

// Reads on from an opening quote; what stands in quotes stays as it is. Gives the place behind the closing one.
size_t past_quotes(std::string_view text, size_t at) {
  if (text.substr(at).starts_with("\"\"\"")) {
    const size_t end = text.find("\"\"\"", at + 3);
    return end == std::string_view::npos ? text.size() : end + 3;
  }
  for (size_t i = at + 1; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("{{") || rest.starts_with("{%")) {   // quotes in there do not end it
      const size_t end = text.find(rest[1] == '{' ? "}}" : "%}", i + 2);
      if (end == std::string_view::npos) return text.size();
      i = end + 1;
    } else if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"' || text[i] == '\n') {
      return i + 1;
    }
  }
  return text.size();
}

void split_into(std::string_view text, std::vector<std::string>& lines) {
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    begin = end + 1;
  }
}

// A filter's span is its own words; what it is of stands before it.
Span whole_span(const Expr& expr) {
  Span span = expr.span;
  for (const ExprPtr& arg : expr.args) {
    if (!arg) continue;
    const Span part = whole_span(*arg);
    if (!part.empty() && part.file == span.file) span = span.empty() ? part : join(span, part);
  }
  return span;
}

void liquid(const Program& program, const TemplateBody& body, std::string& out) {
  const auto source = [&](const ExprPtr& expr) -> std::string {
    if (!expr || !program.sources) return "…";
    std::string text;
    for (const std::string& line : shown(program, whole_span(*expr))) text += (text.empty() ? "" : " ") + line;
    return text.empty() ? "…" : text;
  };
  for (const TemplateNode& node : body) {
    switch (node.kind) {
      case TemplateNode::Kind::text: out += node.text; break;
      case TemplateNode::Kind::output: out += "{{ " + source(node.value) + " }}"; break;
      case TemplateNode::Kind::branches:
        for (size_t i = 0; i < node.branches.size(); ++i) {
          const TemplateBranch& branch = node.branches[i];
          out += branch.condition ? std::string(i ? "{% elsif " : "{% if ") + source(branch.condition) + " %}" : "{% else %}";
          liquid(program, branch.body, out);
        }
        out += "{% endif %}";
        break;
      case TemplateNode::Kind::loop:
        out += "{% for … in " + source(node.value) + " %}";
        for (size_t i = 0; i < node.branches.size(); ++i) {
          if (i) out += "{% else %}";
          liquid(program, node.branches[i].body, out);
        }
        out += "{% endfor %}";
        break;
      case TemplateNode::Kind::capture:
        out += "{% capture %}";
        for (const TemplateBranch& branch : node.branches) liquid(program, branch.body, out);
        out += "{% endcapture %}";
        break;
      case TemplateNode::Kind::assign: out += "{% assign … = " + source(node.value) + " %}"; break;
      case TemplateNode::Kind::leave: out += node.flag ? "{% break %}" : "{% continue %}"; break;
      case TemplateNode::Kind::count: out += node.flag ? "{% decrement %}" : "{% increment %}"; break;
      case TemplateNode::Kind::cycle: out += "{% cycle %}"; break;
    }
  }
}

}  // namespace

std::vector<std::string> shown(const Program& program, Span span) {
  if (span.empty() || !program.sources || span.file >= program.sources->size()) return {};
  const std::string_view text = program.sources->text(span);
  std::vector<std::string> lines;
  std::string line;
  size_t depth = 0;
  bool gap = false;
  const auto end_line = [&] {
    if (!line.empty()) {
      const size_t levels = line.front() == '}' && depth > 0 ? depth - 1 : depth;
      for (const char c : line) {
        if (c == '{') ++depth;
        else if (c == '}' && depth > 0) --depth;
      }
      lines.push_back(std::string(2 * levels, ' ') + line);
    }
    line.clear();
    gap = false;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      end_line();
    } else if (c == ' ' || c == '\t' || c == '\r') {
      gap = !line.empty();
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else {
      if (gap) line += ' ';
      gap = false;
      if (c != '"') {
        line += c;
        continue;
      }
      const size_t end = past_quotes(text, i);
      line += text.substr(i, end - i);
      i = end - 1;
    }
  }
  end_line();
  return lines;
}

std::vector<std::string> shown(const Program& program, const TemplateBody& body) {
  std::string text;
  liquid(program, body, text);
  std::vector<std::string> lines;
  split_into(text, lines);
  return lines;
}

}  // namespace wend::change
