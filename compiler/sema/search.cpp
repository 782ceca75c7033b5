// `text mentions (…)`: the query is checked and written in the short form that both evaluators read.
#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"
#include "runtime/abi/text_search.h"

namespace wend::sema {
namespace {

constexpr size_t kPhrasesMax = 256;

struct Query {
  Context& context;
  std::string out;
  size_t phrases = 0;
  bool fine = true;

  void refuse(Span span, const std::string& message, const char* label, const std::string& help = "") {
    fine = false;
    auto& diagnostic = context.diagnostics.report(Code::bad_search, span, message);
    diagnostic.label(label);
    if (!help.empty()) diagnostic.help(help);
  }

  void phrase(const ast::Text& text) {
    std::string words;
    fold_words(text.value, words);
    const size_t star = text.value.find('*');
    if (words.size() <= 1) return refuse(text.span, "a search for no word finds nothing", "no letter and no digit");
    if (star != std::string::npos) {
      std::string begun;
      if (star > 0) fold_words(std::string_view(text.value).substr(star - 1, 1), begun);
      const bool continues = star > 0 && ((static_cast<unsigned char>(text.value[star - 1]) & 0x80) != 0 || begun.size() > 1);
      if (star + 1 != text.value.size() || !continues)
        return refuse(text.span, "a `*` stands at the end of a word, and of its text", "a `*` elsewhere", "`\"crash*\"` is found in `crash`, `crashes` and `crashed`");
    }
    if (text.value.find('\0') != std::string::npos) return refuse(text.span, "a search has no NUL in it", "not a word");
    if (++phrases == kPhrasesMax + 1) return refuse(text.span, "a search names at most 256 phrases", "one more");
    out += '"' + text.value + '\0';
  }

  void read(const ast::TextQuery& query) {
    using Kind = ast::TextQuery::Kind;
    if (query.kind == Kind::phrase) return phrase(query.phrase);
    out += query.kind == Kind::not_ ? '!' : query.kind == Kind::and_ ? '&' : '|';
    for (const ast::TextQueryPtr& part : query.parts)
      if (part) read(*part);
    if (query.kind != Kind::not_) out += ')';
  }
};

}  // namespace

ExprPtr check_mentions(Context& context, Scope& scope, const ast::MentionsExpr& mentions, Span span) {
  ExprPtr text = check(context, scope, *mentions.value);
  if (!is_error(text) && !text->type.is_text()) {
    report_not_text(context, *text, "mentions");
    text = make_error(span);
  }
  if (!mentions.query) return make_error(span);
  Query query{context, {}};
  query.read(*mentions.query);
  if (is_error(text) || !query.fine) return make_error(span);
  ExprPtr expr = make(ExprKind::mentions, Type{TypeKind::boolean}, span, std::move(text));
  expr->value.text = std::move(query.out);
  return expr;
}

}  // namespace wend::sema
