// The front end in order: characters, tokens, bounds, brackets, lines, then one parse for each declaration.
#include "compiler/syntax/parse.h"

#include <exception>

#include "compiler/diagnostics/codes.h"
#include "compiler/syntax/front.h"
#include "compiler/syntax/translate.h"

namespace wend {
namespace {

// What happened on a line with an unclosed text is a consequence of it.
bool on_poisoned_line(const std::vector<Span>& lines, uint32_t place) {
  for (const Span& line : lines) {
    if (place >= line.begin && place <= line.end) return true;
  }
  return false;
}

// True while the declaration's first word can be one.
bool is_declaration(const std::vector<Token>& tokens) { return begins_declaration(tokens.front().type); }

void read_declaration(const FrontFile& file, const std::vector<Token>& tokens, const std::vector<Span>& poisoned,
                      const ParseLimits& limits, ast::File& out) {
  if (!is_declaration(tokens)) {
    if (!on_poisoned_line(poisoned, tokens.front().begin)) report_unknown_declaration(file, tokens);
    return;
  }
  if (!check_chains(file, tokens, limits)) return;
  const ParsedUnit parsed = parse_unit(tokens);
  for (const SyntaxError& error : parsed.errors) {
    const Token& at = error.at < tokens.size() ? tokens[error.at] : tokens.back();
    if (!on_poisoned_line(poisoned, at.begin)) report_slip(file, tokens, error);
  }
  if (parsed.root == nullptr) return;
  if (auto declaration = Translator(file).declaration(*parsed.root)) out.decls.push_back(std::move(*declaration));
}

void read_file(const FrontFile& file, const ParseLimits& limits, ast::File& out) {
  if (!check_characters(file, limits)) return;
  std::vector<Token> tokens;
  const uint32_t from = file.text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  if (!lex(file.text, from, limits.tokens_max, tokens)) {
    const Span place{file.file, tokens.back().begin, tokens.back().begin};
    file.diagnostics.report(Code::file_too_large, place, "words and signs", std::to_string(limits.tokens_max))
        .help("split it: the order of files means nothing");
    return;
  }
  std::erase_if(tokens, [](const Token& token) { return is_hidden(token.type); });
  if (!check_nesting(file, tokens, limits)) return;
  check_names(file, tokens);
  const std::vector<Span> poisoned = close_texts(file, tokens);
  balance_brackets(file, tokens);
  for (const std::vector<Token>& declaration : lay_out(tokens)) {
    read_declaration(file, declaration, poisoned, limits, out);
  }
}

}  // namespace

ast::File parse(const Sources& sources, uint32_t file, Diagnostics& diagnostics, const ParseLimits& limits) {
  ast::File out;
  out.file = file;
  const FrontFile front{sources.file(file).text(), file, diagnostics};
  try {
    read_file(front, limits, out);
  } catch (...) {
    // The generated parser may throw anything, `const char*` among it; a source text must never end the program.
    diagnostics.report(Code::not_readable, Span{file, 0, 0});
  }
  return out;
}

}  // namespace wend
