// Literals of a template as constants. Where a type is wanted, a quoted text is read as that type writes itself
// in Wend: '49.90 EUR', '10%', '7 days', '2026-01-31', '09:00', 'monday', a word of a one-of.
#pragma once

#include <optional>

#include "compiler/liquid/lookup.h"

namespace wend::liquid {

// The literal as a constant of `want` (known), or nothing where it is none.
std::optional<Value> value_as(const Context& context, const Term& literal, Type want);

// The literal with its own type: bool, int, number or text. Not for nil and blank.
ExprPtr literal(const Context& context, const Term& term);

// How a literal of the type is written, for messages: "`'7 days'`".
std::string literal_example(const Context& context, Type type);

// Adds how a literal of the type is written, and where this one lacks only its quotes or its unit, the fix.
void mend_literal(const Context& context, Diagnostic& found, const Term& term, Type wanted);

}  // namespace wend::liquid
