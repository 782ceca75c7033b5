// Every row of the table of functions has a body, declared with the types that its signature says.
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "compiler/builtins/builtins.h"
#include "runtime/abi/builtins.h"

namespace {

using wend::Builtin;
using wend::BuiltinType;

// The C types of a function, letter by letter: i int64_t, b int32_t, d double, p a pointer, v nothing.
template <class T>
constexpr char letter() {
  if constexpr (std::is_same_v<T, int64_t>) return 'i';
  else if constexpr (std::is_same_v<T, int32_t>) return 'b';
  else if constexpr (std::is_same_v<T, double>) return 'd';
  else if constexpr (std::is_pointer_v<T>) return 'p';
  else return 'v';
}
template <class Result, class... Args>
std::string shape(Result (*)(Args...) noexcept) { return {letter<Result>(), letter<Args>()...}; }

char letter_of(BuiltinType type) { return type == BuiltinType::number ? 'd' : type == BuiltinType::boolean ? 'b' : 'i'; }

bool is_text(BuiltinType type) {
  return type == BuiltinType::text || type == BuiltinType::timezone || type == BuiltinType::shown || type == BuiltinType::html || type == BuiltinType::currency || type == BuiltinType::list ||
         type == BuiltinType::column || type == BuiltinType::texts || type == BuiltinType::ints;
}

// The shape the signature asks for: result, context, a place for a text or optional result, the parameters.
std::string wanted(const Builtin& builtin) {
  const bool text = is_text(builtin.result);
  std::string shape(1, builtin.result_optional ? 'b' : text ? 'v' : letter_of(builtin.result));
  shape += 'p';
  if (text || builtin.result_optional) shape += 'p';
  for (const wend::BuiltinParameter& parameter : builtin.parameters)
    shape += is_text(parameter.type) ? std::string("pi") : parameter.type == BuiltinType::match ? std::string("p") : std::string(1, letter_of(parameter.type));
  return shape;
}

}  // namespace

TEST_CASE("each body has the shape its row says") {
  const std::string shapes[] = {
#define WEND_BUILTIN(name, where, signature, symbol, doc, example) shape(symbol),
#include "compiler/builtins/builtins.def"
#undef WEND_BUILTIN
  };
  const auto rows = wend::builtins();
  REQUIRE(rows.size() == std::size(shapes));
  for (size_t i = 0; i < rows.size(); ++i) {
    INFO(rows[i].name << " " << rows[i].symbol);
    CHECK(shapes[i] == wanted(rows[i]));
  }
}
