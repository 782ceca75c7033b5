// The questions the evaluator asks of an expression: its value, its text, and when time alone may change it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/reference/model.h"

namespace wend::reference {

// The value of an expression as the scene sees it.
Value evaluate(const Expr& expr, const Scene& scene);
bool holds(const Expr& expr, const Scene& scene);  // a bool expression
Value evaluate_aggregate(uint32_t aggregate, const Scene& scene);
Value evaluate_arithmetic(const Expr& expr, const Scene& scene);
Value call_function(const Expr& expr, const std::vector<Value>& arguments, const Scene& scene);
// A filter of templates by its symbol; nothing when the symbol is none.
std::optional<Value> call_filter(const std::string& symbol, const std::vector<Value>& arguments, const Scene& scene);

// Is the event one this aggregate counts, when it is handled (`where` reads the profile as it is then)?
bool counts_when_handled(uint32_t aggregate, const Happening& happening, const World& world, const User& user);
// As which events of a sequence it may serve: of the event, `where` held then, the `matching` property is known.
std::vector<bool> hops_when_handled(const Aggregate& aggregate, const Happening& happening, const World& world, const User& user);
// What a window `since last E` or `since first E` counts from, if anything yet.
std::optional<Anchor> anchor_of(const Window& window, const User& user);
// The events an aggregate counts now, in order of handling.
std::vector<const Happening*> counted_now(uint32_t aggregate, const Scene& scene);

// Adds instants behind `scene.now` at which time alone may change the value. May name more than needed.
void add_instants(const Expr& expr, const Scene& scene, std::vector<int64_t>& instants);

// -1, 0 or 1; values of one type, both known.
int compare(const Program& program, Type type, const Value& a, const Value& b);
bool same(Type type, const Value& a, const Value& b);  // unknown is a value here
// A measure's value as a plain number: major units, seconds, a share.
double plain_number(Type type, const Value& value);

std::string value_text(const Program& program, Type type, const Value& value);
std::string number_text(double number);
std::string escaped(const std::string& text, Escape escape);
std::string render(const TemplateBody& body, const Scene& scene);   // a whole field
std::string bounded_text(std::string text, const Scene& scene);     // a text made while a template is shown
Value bounded_list(std::vector<Value> entries, bool records, const Scene& scene);
std::vector<uint32_t> scalars(const std::string& text);             // UTF-8 to code points and back
std::string utf8(const std::vector<uint32_t>& scalars);
std::string upper(const std::string& text);
std::string lower(const std::string& text);
std::string capital(const std::string& text);
bool mentions(const std::string& query, const std::string& text);   // query: as ExprKind::mentions has it
std::string date_text(int64_t local_us, const std::string& pattern);

Value unknown_value();
Value integer_value(int64_t value);
Value number_value(double value);  // clamped to what is finite
int64_t saturate(__int128 value);

}  // namespace wend::reference
