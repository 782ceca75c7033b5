// One test of a condition: a value alone, or two compared.
#include <algorithm>

#include "compiler/builtins/builtins.h"
#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"
#include "compiler/liquid/literals.h"

namespace wend::liquid {
namespace {

constexpr Type kBool{TypeKind::boolean};

const char* op_word(Operator op) {
  static constexpr const char* words[] = {"", "==", "!=", "<", "<=", ">", ">=", "contains"};
  return words[static_cast<size_t>(op)];
}

ExprKind kind_of(Operator op) {
  static constexpr ExprKind kinds[] = {ExprKind::constant, ExprKind::equal,   ExprKind::not_equal,     ExprKind::less,
                                       ExprKind::less_equal, ExprKind::greater, ExprKind::greater_equal, ExprKind::contains};
  return kinds[static_cast<size_t>(op)];
}

Operator mirrored(Operator op) {
  switch (op) {
    case Operator::less: return Operator::greater;
    case Operator::less_equal: return Operator::greater_equal;
    case Operator::greater: return Operator::less;
    case Operator::greater_equal: return Operator::less_equal;
    default: return op;
  }
}

bool is_nothing(const Term& term) { return term.kind == Term::Kind::nil || term.kind == Term::Kind::blank; }
bool orders(Operator op) { return op >= Operator::less && op <= Operator::greater_equal; }

class Comparer {
 public:
  Comparer(const Context& context, const Comparison& comparison, const Known& known, bool alone)
      : context_(context), left_(comparison.left), right_(comparison.right), op_(comparison.op), range_(comparison.range),
        op_range_(comparison.op_range), known_(known), alone_(alone), span_(context.source.span(comparison.range)) {}

  Tested run() {
    if (left_.kind == Term::Kind::broken || right_.kind == Term::Kind::range || left_.kind == Term::Kind::range) return broken();
    if (op_ == Operator::none) return single();
    if (left_.literal() && !right_.literal() && op_ != Operator::contains) {
      std::swap(left_, right_);
      op_ = mirrored(op_);
    }
    if (is_nothing(left_)) return mismatch(left_.text, std::string(context_.source.text(right_.range)));
    ExprPtr left = left_.literal() ? literal(context_, left_) : read(context_, left_, known_);
    if (!left) return {};
    if (left->type.kind == TypeKind::list || left->type.kind == TypeKind::set) return list(std::move(left));
    if (is_nothing(right_)) return against_nothing(std::move(left));
    if (op_ == Operator::contains) return contains(std::move(left));
    if (right_.literal()) {
      const ExprPtr sized = left->kind == ExprKind::call && left->id < builtins().size() && builtins()[left->id].symbol == std::string_view("wend_fn_list_size") ? clone(*left->args[0]) : nullptr;
      Tested result = against_literal(std::move(left));
      if (sized && right_.kind == Term::Kind::integer) learn_size(result, *sized);
      return result;
    }
    return against_name(std::move(left));
  }

 private:
  // A range is no side of a comparison; what is broken was reported.
  Tested broken() {
    for (const Term* term : {&left_, &right_})
      if (term->kind == Term::Kind::range) {
        context_.report(Code::template_syntax, term->range, "a value", "a range");
        break;
      }
    return {};
  }

  // ---- a value alone
  Tested single() {
    if (left_.literal()) {
      if (left_.kind == Term::Kind::boolean) return sure(left_.integer != 0);
      context_.report(Code::template_not_a_condition, left_.range, context_.source.text(left_.range)).label("always the same");
      return {};
    }
    ExprPtr expr = read(context_, left_, known_);
    if (!expr) return {};
    Tested result;
    if (expr->type.optional) {
      result.when_true.add(*expr);
      if (expr->type.kind == TypeKind::boolean) result.expr = make(ExprKind::equal, kBool, span_, std::move(expr), make_bool(true, span_));
      else result.expr = make(ExprKind::is_known, kBool, span_, std::move(expr));
      return result;
    }
    if (expr->type.kind == TypeKind::boolean) {
      result.expr = std::move(expr);
      return result;
    }
    if (expr->kind == ExprKind::unwrap) return always_known(true);
    return not_a_condition(expr->type);
  }

  Tested not_a_condition(Type type) {
    auto& found = context_.report(Code::template_not_a_condition, left_.range, left_.written())
                      .label("of type `" + context_.type(type) + "`, and always known");
    const char* rest = type.is_text() ? " != ''" : type.kind == TypeKind::integer || type.kind == TypeKind::number ? " > 0" : "";
    if (*rest) found.fix(std::string("compare it: `") + left_.written() + rest + "`", context_.source.span({left_.range.end, left_.range.end}), rest, false);
    else found.help("compare it with a value, as in `" + left_.written() + " == " + example(type) + "`");
    return {};
  }

  std::string example(Type type) const {
    if (const auto& words = words_of(context_.program, type); !words.empty()) return "'" + words[0] + "'";
    const std::string quoted = literal_example(context_, type);
    return quoted.substr(1, quoted.size() - 2);
  }

  Tested sure(bool value) {
    Tested result;
    result.expr = make_bool(value, span_);
    return result;
  }

  Tested always_known(bool value) {
    context_.report(Code::template_always_known, left_.range, left_.written()).label(value ? "so this always holds" : "so this never holds");
    return sure(value);
  }

  // ---- nil and blank
  Tested against_nothing(ExprPtr left) {
    const bool equal = op_ == Operator::equal;
    if (!equal && op_ != Operator::not_equal) return mismatch(context_.type(left->type), right_.text);
    const bool blank = right_.kind == Term::Kind::blank && left->type.is_text();
    const bool spaces = right_.text == "blank";   // a text of spaces is blank, and not empty
    Tested result;
    if (!left->type.optional && !blank) return always_known(!equal);
    const auto against_empty = [&](ExprPtr text) {
      ExprPtr nothing = make_constant({TypeKind::text}, Value{}, span_);
      if (spaces) text = call_symbol("wend_fn_strip", {TypeKind::text}, span_, std::move(text));
      return make(kind_of(op_), kBool, span_, std::move(text), std::move(nothing));
    };
    if (!left->type.optional) {
      result.expr = against_empty(std::move(left));
      return result;
    }
    (equal ? result.when_false : result.when_true).add(*left);
    ExprPtr test = make(equal ? ExprKind::is_unknown : ExprKind::is_known, kBool, span_, clone(*left));
    if (blank) {
      const Type known = left->type.known();
      ExprPtr second = against_empty(make(ExprKind::unwrap, known, span_, std::move(left)));
      test = make(equal ? ExprKind::or_ : ExprKind::and_, kBool, span_, std::move(test), std::move(second));
    }
    result.expr = std::move(test);
    return result;
  }

  // `items.size > 0`: entries of a list that are there.
  void learn_size(Tested& result, const Expr& list) const {
    const int64_t n = right_.integer;
    if (n < 0 || n > 50) return;   // a list keeps no more
    const auto at_least = [&list](Known& known, int64_t size) {
      for (int64_t place = size > 0 ? -1 : 0; place < size; ++place)
        if (auto entry = entry_subject(list, place)) known.add(*entry);
    };
    switch (op_) {
      case Operator::greater: return at_least(result.when_true, n + 1);
      case Operator::greater_equal: return at_least(result.when_true, n);
      case Operator::less: return at_least(result.when_false, n);
      case Operator::less_equal: return at_least(result.when_false, n + 1);
      case Operator::equal: at_least(result.when_true, n); return at_least(result.when_false, n == 0 ? 1 : 0);
      case Operator::not_equal: at_least(result.when_false, n); return at_least(result.when_true, n == 0 ? 1 : 0);
      default: return;
    }
  }

  // ---- lists: empty or not, and what they contain
  Tested list(ExprPtr left) {
    const bool optional = left->type.optional;
    Tested result;
    if (right_.kind == Term::Kind::nil) return against_nothing(std::move(left));
    if (right_.kind == Term::Kind::blank && (op_ == Operator::equal || op_ == Operator::not_equal)) {
      if (optional) return unknown(left_, *left);
      for (int64_t place : {-1, 0})
        if (auto entry = entry_subject(*left, place)) (op_ == Operator::equal ? result.when_false : result.when_true).add(*entry);
      ExprPtr size = call_symbol("wend_fn_list_size", {TypeKind::integer}, span_, std::move(left));
      result.expr = make(kind_of(op_), kBool, span_, std::move(size), make_constant({TypeKind::integer}, Value{}, span_));
      return result;
    }
    const Type entry = context_.program.item_types[left->type.of];
    if (op_ != Operator::contains || entry.kind == TypeKind::record) {
      auto& found = context_.report(Code::template_unsupported, left_.range, "test of", context_.type(left->type)).label("cannot be compared");
      found.help("ask for its size, as in `" + left_.written() + ".size > 0`, or what it contains");
      return {};
    }
    ExprPtr right;
    if (right_.literal()) {
      auto value = value_as(context_, right_, entry);
      if (!value) return mismatch(context_.type(left->type), std::string(context_.source.text(right_.range)));
      right = make_constant(entry, *value, context_.source.span(right_.range));
    } else {
      right = read(context_, right_, known_);
      if (!right) return {};
      if (right->type.optional) return unknown(right_, *right);
      if (right->type != entry && !(right->type.is_text() && entry.is_text())) return mismatch(context_.type(left->type), context_.type(right->type));
    }
    if (optional) result.when_true.add(*left);
    result.expr = make(ExprKind::list_contains, kBool, span_, std::move(left), std::move(right));
    return result;
  }

  // ---- contains
  Tested contains(ExprPtr left) {
    ExprPtr right = right_.literal() ? literal(context_, right_) : read(context_, right_, known_);
    if (!right) return {};
    if (!left->type.is_text() || !right->type.is_text()) return mismatch(context_.type(left->type), context_.type(right->type));
    if (right->type.optional) return unknown(right_, *right);
    return finish(std::move(left), std::move(right));
  }

  // ---- two values
  Tested against_literal(ExprPtr left) {
    if (!ordered(*left)) return {};
    const Type wanted = left->type.known();
    auto value = value_as(context_, right_, wanted);
    if (!value && wanted.kind == TypeKind::integer && right_.kind == Term::Kind::number && !left->type.optional) {
      left = make(ExprKind::int_to_number, {TypeKind::number}, span_, std::move(left));
      value = value_as(context_, right_, left->type);
    }
    if (!value) return no_such_value(wanted);
    if (op_ != Operator::equal && left->type.optional) return unknown(left_, *left);
    const Type type = left->type.known();
    return finish(std::move(left), make_constant(type, *value, context_.source.span(right_.range)));
  }

  Tested no_such_value(Type wanted) {
    if (wanted.kind != TypeKind::one_of || right_.kind != Term::Kind::text) {
      auto& found = report_mismatch("`" + context_.type(wanted) + "`", "`" + std::string(context_.source.text(right_.range)) + "`");
      mend_literal(context_, found, right_, wanted);
      return {};
    }
    auto& found = context_.report(Code::template_unknown_value, right_.range, right_.text, left_.written());
    const auto& values = words_of(context_.program, wanted);
    const std::string near = nearest(right_.text, values);
    found.label("`" + left_.written() + "` is " + context_.type(wanted));
    if (!near.empty()) found.help("did you mean `'" + near + "'`?").fix("write `'" + near + "'`", context_.source.span(right_.range), "'" + near + "'");
    return {};
  }

  Tested against_name(ExprPtr left) {
    if (bare_word(*left)) return {};
    ExprPtr right = read(context_, right_, known_);
    if (!right || !ordered(*left)) return {};
    if (!left->type.optional && right->type.optional && op_ == Operator::equal) {
      std::swap(left, right);
      std::swap(left_, right_);
    }
    const Type a = left->type.known(), b = right->type.known();
    if (a != b && !left->type.optional && !right->type.optional) {
      if (a.kind == TypeKind::integer && b.kind == TypeKind::number) left = make(ExprKind::int_to_number, b, span_, std::move(left));
      if (b.kind == TypeKind::integer && a.kind == TypeKind::number) right = make(ExprKind::int_to_number, a, span_, std::move(right));
    }
    const bool alike = left->type.known() == right->type.known() || (left->type.is_text() && right->type.is_text());
    if (!alike) return mismatch(context_.type(a), context_.type(b));
    if (right->type.optional) return unknown(right_, *right);
    if (op_ != Operator::equal && left->type.optional) return unknown(left_, *left);
    return finish(std::move(left), std::move(right));
  }

  // `plan == premium`: a value of a one-of without its quotes.
  bool bare_word(const Expr& left) {
    if (left.type.kind != TypeKind::one_of || right_.kind != Term::Kind::name || !right_.steps.empty() || context_.scope.find(right_.text) || is_name(context_, right_.text)) return false;
    const auto& values = words_of(context_.program, left.type);
    if (std::find(values.begin(), values.end(), right_.text) == values.end()) return false;
    context_.report(Code::template_unknown_name, right_.range, right_.text)
        .label("a value of `" + left_.written() + "` without quotes")
        .help("in a template a value stands in quotes")
        .fix("put it in quotes", context_.source.span(right_.range), "'" + right_.text + "'");
    return true;
  }

  // Whether the left side has an order, where one is asked for.
  bool ordered(const Expr& left) {
    if (!orders(op_)) return true;
    switch (left.type.kind) {
      case TypeKind::boolean: case TypeKind::weekday: case TypeKind::timezone: case TypeKind::html: case TypeKind::url: break;
      case TypeKind::one_of:
        if (left.kind == ExprKind::state && context_.program.states[left.id].ordered) return true;
        break;
      default: return true;
    }
    context_.report(Code::template_no_order, op_range_, left_.written(), op_word(op_))
        .also(context_.source.span(left_.range), "of type `" + context_.type(left.type) + "`");
    return false;
  }

  Tested finish(ExprPtr left, ExprPtr right) {
    Tested result;
    if (left->type.optional) result.when_true.add(*left);
    result.expr = make(kind_of(op_), kBool, span_, std::move(left), std::move(right));
    return result;
  }

  Tested unknown(const Term& name, const Expr& expr) {
    report_compared_unknown(context_, name, expr, op_word(op_), alone_);
    return {};
  }

  Diagnostic& report_mismatch(const std::string& left, const std::string& right) {
    return context_.report(Code::template_compare, range_, left, right, op_word(op_));
  }

  Tested mismatch(const std::string& left, const std::string& right) {
    report_mismatch("`" + left + "`", "`" + right + "`");
    return {};
  }

  const Context& context_;
  Term left_, right_;
  Operator op_;
  Range range_, op_range_;
  const Known& known_;
  bool alone_;
  Span span_;
};

}  // namespace

Tested check_comparison(const Context& context, const Comparison& comparison, const Known& known, bool alone) {
  return Comparer(context, comparison, known, alone).run();
}

}  // namespace wend::liquid
