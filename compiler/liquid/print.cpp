// Constants stand as a template would write them; calls by the name of their filter.
#include "compiler/liquid/print.h"

#include "compiler/builtins/builtins.h"
#include "runtime/abi/text_format.h"

namespace wend {
namespace {

constexpr int kDepthMax = 80;

class Printer {
 public:
  Printer(const Program& program, const Message& message) : program_(program), message_(message) {}

  std::string take() { return std::move(out_); }

  void body(const TemplateBody& body, int depth) {
    for (const TemplateNode& node : body) {
      if (node.kind == TemplateNode::Kind::branches) {
        branches(node, depth);
        continue;
      }
      indent(depth);
      one(node);
      out_ += '\n';
      for (const TemplateBranch& branch : node.branches) {
        if (&branch != &node.branches.front()) {
          indent(depth);
          out_ += "else\n";
        }
        this->body(branch.body, depth + 1);
      }
    }
  }

  void expr(const Expr& e, int depth) {
    if (depth > kDepthMax) {
      out_ += "…";
      return;
    }
    switch (e.kind) {
      case ExprKind::constant: return constant(e.type, e.value);
      case ExprKind::attribute: out_ += program_.attributes[e.id].name; return;
      case ExprKind::measure: out_ += program_.measures[e.id].name; return;
      case ExprKind::audience: out_ += program_.audiences[e.id].name; return;
      case ExprKind::state: out_ += program_.states[e.id].name; return;
      case ExprKind::parameter: out_ += message_.parameters[e.index].name; return;
      case ExprKind::local: out_ += '$'; return append_int(out_, e.index);
      case ExprKind::loop_value: {
        static constexpr const char* words[] = {"index", "index0", "rindex", "rindex0", "first", "last", "length"};
        out_ += "loop ";
        append_int(out_, e.id);
        (out_ += '.') += words[e.index];
        return;
      }
      case ExprKind::field:
        expr(*e.args[0], depth + 1);
        (out_ += '.') += program_.records[e.args[0]->type.of].fields[e.index].name;
        return;
      case ExprKind::list_contains: out_ += "contains"; break;
      case ExprKind::now: out_ += "now"; return;
      case ExprKind::today: out_ += "today"; return;
      case ExprKind::unwrap: expr(*e.args[0], depth + 1); out_ += '!'; return;
      case ExprKind::call: out_ += builtins()[e.id].name; break;
      default: out_ += kind_word(e.kind);
    }
    out_ += '(';
    for (size_t i = 0; i < e.args.size(); ++i) {
      if (i > 0) out_ += ", ";
      expr(*e.args[i], depth + 1);
    }
    out_ += ')';
  }

 private:
  static const char* escape_word(Escape escape) {
    static constexpr const char* words[] = {"", "html ", "url ", "line ", "link ", "link markup "};
    return words[static_cast<size_t>(escape)];
  }

  void number(uint32_t value) { append_int(out_, value); }

  void arguments(const TemplateNode& node) {
    for (const ExprPtr& argument : node.args) {
      out_ += ' ';
      if (argument) expr(*argument, 0);
      else out_ += '-';
    }
  }

  void one(const TemplateNode& node) {
    switch (node.kind) {
      case TemplateNode::Kind::text:
        out_ += "text ";
        append_json_string(out_, node.text);
        break;
      case TemplateNode::Kind::output:
        (out_ += "show ") += escape_word(node.escape);
        expr(*node.value, 0);
        break;
      case TemplateNode::Kind::assign:
        out_ += "assign $";
        number(node.local);
        out_ += " = ";
        expr(*node.value, 0);
        break;
      case TemplateNode::Kind::capture:
        out_ += "capture $";
        number(node.local);
        break;
      case TemplateNode::Kind::loop:
        out_ += "loop ";
        number(node.loop);
        out_ += node.flag ? " reversed $" : " $";
        number(node.local);
        out_ += " in";
        if (node.value) {
          out_ += ' ';
          expr(*node.value, 0);
        }
        arguments(node);
        break;
      case TemplateNode::Kind::leave:
        out_ += node.flag ? "break " : "continue ";
        number(node.loop);
        break;
      case TemplateNode::Kind::count:
        out_ += node.flag ? "decrement $" : "increment $";
        number(node.local);
        break;
      case TemplateNode::Kind::cycle:
        (out_ += "cycle ") += escape_word(node.escape);
        out_ += '$';
        number(node.local);
        arguments(node);
        break;
      case TemplateNode::Kind::branches: break;
    }
  }

  void indent(int depth) { out_.append(static_cast<size_t>(depth) * 2, ' '); }

  void branches(const TemplateNode& node, int depth) {
    bool first = true;
    for (const TemplateBranch& branch : node.branches) {
      indent(depth);
      if (branch.condition) {
        out_ += first ? "if " : "elsif ";
        expr(*branch.condition, 0);
      } else {
        out_ += "else";
      }
      out_ += '\n';
      body(branch.body, depth + 1);
      first = false;
    }
  }

  static const char* kind_word(ExprKind kind) {
    switch (kind) {
      case ExprKind::to_optional: return "to_optional";
      case ExprKind::int_to_number: return "to_number";
      case ExprKind::not_: return "not";
      case ExprKind::and_: return "and";
      case ExprKind::or_: return "or";
      case ExprKind::conditional: return "if";
      case ExprKind::equal: return "equal";
      case ExprKind::not_equal: return "not_equal";
      case ExprKind::less: return "less";
      case ExprKind::less_equal: return "less_equal";
      case ExprKind::greater: return "greater";
      case ExprKind::greater_equal: return "greater_equal";
      case ExprKind::contains: return "contains";
      case ExprKind::is_known: return "is_known";
      case ExprKind::is_unknown: return "is_unknown";
      case ExprKind::or_else: return "or_else";
      case ExprKind::starts_with: return "starts_with";
      case ExprKind::to_text: return "to_text";
      default: return "?";
    }
  }

  void constant(Type type, const Value& value) {
    if (!value.known) {
      out_ += "unknown";
      return;
    }
    switch (type.kind) {
      case TypeKind::boolean: out_ += value.integer ? "true" : "false"; return;
      case TypeKind::integer: return append_int(out_, value.integer);
      case TypeKind::number: append_number(out_, value.number); return;
      case TypeKind::percent: append_decimal(out_, value.integer * 100); out_ += '%'; return;
      case TypeKind::money: append_money(out_, value.integer); out_ += " " + program_.currencies[type.of]; return;
      case TypeKind::duration: return append_duration(out_, value.integer);
      case TypeKind::time: out_ += format_instant(value.integer); return;
      case TypeKind::date: out_ += format_date(static_cast<int32_t>(value.integer)); return;
      case TypeKind::one_of: out_ += '.' + program_.one_ofs[type.of].values[static_cast<size_t>(value.integer)]; return;
      case TypeKind::weekday: out_ += "weekday "; return append_int(out_, value.integer);
      case TypeKind::time_of_day: append_seconds(out_, value.integer); out_ += " s"; return;
      default: append_json_string(out_, value.text);
    }
  }

  const Program& program_;
  const Message& message_;
  std::string out_;
};

}  // namespace

std::string print_template(const Program& program, const Message& message, const TemplateBody& body) {
  Printer printer(program, message);
  printer.body(body, 0);
  return printer.take();
}

std::string print_template_expr(const Program& program, const Message& message, const Expr& expr) {
  Printer printer(program, message);
  printer.expr(expr, 0);
  return printer.take();
}

}  // namespace wend
