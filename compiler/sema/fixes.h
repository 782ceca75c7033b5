// Changes of the text that a diagnostic offers: where a member is put into a block or taken out of it, and what a value of a type
// looks like. All of them read the text around a span, since the syntax tree keeps no braces and no commas.
// Tested by tests/golden/mistakes. Internal to compiler/sema.
#pragma once

#include <string>

#include "compiler/sema/context.h"

namespace wend::sema {

Edit insertion(Span span, std::string text);  // behind the span
Edit insertion_before(Span span, std::string text);
// A member as the first or the last of the block that begins at the first `{` behind `header`. Without a block the last member
// brings one.
Edit first_member(const Context& context, Span header, const std::string& member);
Edit last_member(const Context& context, Span header, const std::string& member);
// A member with the line end or the comma that parts it from its neighbours.
Span with_separator(const Context& context, Span member);
// Another member right before this one: on a line of its own where this one has its own.
Edit member_before(const Context& context, Span member, const std::string& other);
// The declaration in whose text the span stands: its first byte.
Span before_declaration(const Context& context, Span inside);
// The blanks before the first word of the span's line.
std::string indentation(const Context& context, Span span);
// From `begin` to the first of `stops`, or the line's end.
Span up_to_any(const Context& context, uint32_t file, uint32_t begin, const char* stops);

// A value of the type as it is written: an example, for a default or an argument. Empty where there is none.
std::string example_value(const Context& context, Type type);
// Where a literal lacks only its unit, its currency or has quotes too much to be of the type, the fix.
void mend_value(const Context& context, Diagnostic& diagnostic, const Expr& literal, Type wanted);
// A zone that is in no table, with the name that is nearest to it.
void report_unknown_zone(Context& context, Span span, const std::string& name);
// `ordered` behind the name of a states block.
void offer_order(const Context& context, Diagnostic& diagnostic, uint32_t states);

}  // namespace wend::sema
