// The steps of parse() before ANTLR sees a token, in order: characters, bounds, braces, layout. Each is
// linear in the text and needs no recursion. Private to this folder.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostics.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/tree.h"

namespace wend {

inline constexpr size_t kLineBytesMax = 1 << 19;
inline constexpr size_t kNameBytesMax = 255;

// What every step needs to know of the file it reads.
struct FrontFile {
  std::string_view text;
  uint32_t file = 0;
  Diagnostics& diagnostics;
  const ModuleValues& values;
  std::vector<ast::UnknownValue>& unknown_values;

  Span span(const Token& token) const { return {file, token.begin, token.end}; }
  std::string_view spelled(const Token& token) const { return text.substr(token.begin, token.end - token.begin); }
};

// Size, UTF-8, control and direction characters. False: the file is not read any further.
bool check_characters(const FrontFile& file, const ParseLimits& limits);

// Letters and length of names. Reports, and lets the parse go on.
void check_names(const FrontFile& file, const std::vector<Token>& tokens);

// Reports signs of other languages (`&&`, 'a text', `€100`), and puts in their place what was meant.
void mend_signs(const FrontFile& file, std::vector<Token>& tokens);

// Depth of brackets in a whole file; length of chains in one declaration. False: it is not read any further.
bool check_nesting(const FrontFile& file, const std::vector<Token>& tokens, const ParseLimits& limits);
bool check_chains(const FrontFile& file, const std::vector<Token>& tokens, const ParseLimits& limits);

// Reports texts that are not closed, and cuts the closing braces off their ends. Lines on which that
// happened are returned as byte ranges: further errors there are only consequences.
std::vector<Span> close_texts(const FrontFile& file, std::vector<Token>& tokens);

// Reports brackets out of balance, and mends them where the indentation says they are missing.
void balance_brackets(const FrontFile& file, std::vector<Token>& tokens);

// Drops the line ends that do not separate members, and cuts the file into declarations.
std::vector<std::vector<Token>> lay_out(const std::vector<Token>& tokens);

// The places of the line ends that separate members, by offset (for the formatter); blanks and comments may be
// among the tokens.
std::vector<uint32_t> separator_places(const std::vector<Token>& tokens);

// Reports one error of the grammar in the words of the language. `tokens` are those of the declaration.
void report_slip(const FrontFile& file, const std::vector<Token>& tokens, const SyntaxError& error);

// The same for what is a habit of other languages; false when it is none.
bool report_habit(const FrontFile& file, const std::vector<Token>& tokens, const SyntaxError& error);

// Reports the first word of a declaration that is none.
void report_unknown_declaration(const FrontFile& file, const std::vector<Token>& tokens);

}  // namespace wend
