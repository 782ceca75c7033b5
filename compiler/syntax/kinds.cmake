# Draws the two enumerations of the generated parser (token types, rule numbers) into a header that needs no ANTLR.
file(READ "${PARSER}" text)
string(REGEX MATCHALL "enum {[^}]*}" enums "${text}")
list(GET enums 0 tokens)
list(GET enums 1 rules)
string(REPLACE "enum {" "enum Token : unsigned short { END_OF_UNIT = 0," tokens "${tokens}")
string(REPLACE "enum {" "enum Rule : short {" rules "${rules}")
file(WRITE "${OUTPUT}"
"// Generated from grammar/*.g4: the numbers of tokens and of parser rules.
#pragma once
namespace wend::tok { ${tokens}; }
namespace wend::rule { ${rules}; }
")
