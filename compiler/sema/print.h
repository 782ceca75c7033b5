// The Program as text, for `wend emit --stage program` and for golden tests: deterministic, complete, one
// declaration a paragraph. Tested by tests/golden/sema.
#pragma once

#include <string>

#include "compiler/sema/program.h"

namespace wend {

std::string print_program(const Program& program);
std::string print_expr(const Program& program, const Expr& expr);
// Without numbers: aggregates are written out, so that the text means the same in another version of the project.
// `message`: whose parameters it reads by name.
std::string print_whole(const Program& program, const Expr& expr, const Message* message = nullptr);
std::string print_whole(const Program& program, const Aggregate& aggregate);
std::string print_whole(const Program& program, const Message& message, const TemplateBody& body);
// The trigger or condition of an entry or an exit, an entry, and the body of a step, in whole: under first names, what is given by name
// by name, and without the unit of an experiment and the key of an entry, which stand elsewhere.
std::string print_condition(const Program& program, const Journey& journey, const Condition& condition);
std::string print_entry(const Program& program, const Journey& journey, const Enter& enter);
std::string print_step(const Program& program, const Journey& journey, const Block& body);
std::string print_aggregate(const Program& program, const Aggregate& aggregate);
std::string print_window(const Window& window);
std::string print_time_of_day(int64_t micros);   // "04:00", "04:00:30"
std::string print_span_us(int64_t micros);  // "12 hours", "90 seconds"

// A constant of the type, as it would be written: `49.9 EUR`, `"text"`, `2026-01-31`, `premium`.
std::string print_value(const Program& program, Type type, const Value& value);

}  // namespace wend
