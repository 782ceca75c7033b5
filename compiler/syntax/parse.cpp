// The front end in order: characters, tokens, bounds, brackets, lines, then one parse for each declaration.
#include "compiler/syntax/parse.h"

#include <algorithm>
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

// On the line of an error of the grammar the rest of a member is not read: what seems missing there may stand in it.
bool beside_an_error(const FrontFile& file, const std::vector<Token>& tokens, const ParsedUnit& parsed, Span span) {
  return std::any_of(parsed.errors.begin(), parsed.errors.end(), [&](const SyntaxError& error) {
    const uint32_t at = error.at < tokens.size() ? tokens[error.at].begin : tokens.back().end;
    const uint32_t from = std::min(span.begin, at), to = std::max(span.begin, at);
    return file.text.substr(from, to - from).find('\n') == std::string_view::npos;
  });
}

void read_declaration(const FrontFile& file, const std::vector<Token>& tokens, const std::vector<Span>& poisoned,
                      const ParseLimits& limits, ast::File& out) {
  const Span whole{file.file, tokens.front().begin, tokens.back().end};
  out.unread.push_back(whole);
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
  Diagnostics said;  // by the translation, of what could be read of a broken declaration
  const FrontFile reader{file.text, file.file, parsed.errors.empty() ? file.diagnostics : said, file.values, file.unknown_values};
  auto declaration = Translator(reader).declaration(*parsed.root);
  file.diagnostics.take(said, [&](const Diagnostic& diagnostic) { return !beside_an_error(file, tokens, parsed, diagnostic.primary.span); });
  if (!declaration) return;
  // With what could not be read, so that nothing else is told of it.
  if (!parsed.errors.empty()) declaration->span.end = std::max(declaration->span.end, tokens.back().end);
  out.unread.pop_back();
  const auto& told = file.diagnostics.all();
  declaration->broken = !parsed.errors.empty() || std::any_of(told.begin(), told.end(), [&](const Diagnostic& diagnostic) {
    const Span& at = diagnostic.primary.span;
    return diagnostic.severity() == Severity::error && at.file == whole.file && at.begin >= whole.begin && at.begin <= whole.end;
  });
  out.decls.push_back(std::move(*declaration));
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
  mend_signs(file, tokens);
  check_names(file, tokens);
  const std::vector<Span> poisoned = close_texts(file, tokens);
  balance_brackets(file, tokens);
  for (const std::vector<Token>& declaration : lay_out(tokens)) {
    read_declaration(file, declaration, poisoned, limits, out);
  }
}

}  // namespace

ast::File parse(const Sources& sources, uint32_t file, Diagnostics& diagnostics, const ParseLimits& limits, const ModuleValues& values) {
  ast::File out;
  out.file = file;
  const FrontFile front{sources.file(file).text(), file, diagnostics, values, out.unknown_values};
  try {
    read_file(front, limits, out);
  } catch (...) {
    // The generated parser may throw anything, `const char*` among it; a source text must never end the program.
    diagnostics.report(Code::not_readable, Span{file, 0, 0});
  }
  return out;
}

}  // namespace wend
