// The function table: every row reads, documents itself, and has a body the linker of compiled programs knows.
#include <catch2/catch.hpp>

#include <set>
#include <string>

#include "compiler/builtins/builtins.h"
#include "compiler/jit/symbols.h"

using namespace wend;

TEST_CASE("every row of the function table is complete") {
  std::set<std::string> known;
  for (const auto& [name, address] : runtime_symbols()) {
    CHECK(address != nullptr);
    known.insert(name);
  }
  CHECK(builtins().size() >= 10);
  for (const Builtin& builtin : builtins()) {
    INFO(builtin.name);
    CHECK_FALSE(builtin.parameters.empty());
    CHECK(std::string(builtin.doc).size() > 10);
    if (builtin.is_function || builtin.is_filter) CHECK(std::string(builtin.example).find(builtin.name) != std::string::npos);
    CHECK(known.count(builtin.symbol) == 1);
    // A parameter with a default is not followed by one without; what the compiler adds itself is not written.
    for (size_t i = 1; i < builtin.parameters.size(); ++i)
      if (builtin.parameters[i].type != BuiltinType::entry && builtin.parameters[i].type != BuiltinType::currency) CHECK((!builtin.parameters[i - 1].has_default || builtin.parameters[i].has_default));
  }
}

TEST_CASE("round takes digits or none") {
  for (const Builtin& builtin : builtins())
    if (std::string(builtin.name) == "round" && builtin.result != BuiltinType::money) {
      REQUIRE(builtin.parameters.size() == 2);
      CHECK(builtin.parameters[0].type == BuiltinType::number);
      CHECK(builtin.parameters[1].has_default);
      CHECK(builtin.parameters[1].default_integer == 0);
      CHECK(builtin.result == BuiltinType::number);
    }
}

TEST_CASE("no name is given to the linker twice") {
  std::set<std::string> names;
  for (const auto& [name, address] : runtime_symbols()) {
    // Overloads with one body share a row of the table; a name never means two addresses.
    for (const auto& [other, other_address] : runtime_symbols())
      if (std::string(name) == other) CHECK(address == other_address);
    names.insert(name);
  }
  CHECK(names.size() > 40);
}
