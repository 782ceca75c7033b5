// The public cases of Liquid: a template, the data it is shown with, and the text that comes out or that it is refused.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>


#include "compiler/sema/program.h"

namespace wend::golden_liquid {

struct Parameter {
  std::string name;    // dotted where it stood inside an object
  Type type;
  Value value;
};

struct Case {
  std::string name, text;
  std::map<std::string, std::string> files;   // that it takes in
  std::vector<std::string> results;           // any of them; none: refused
  std::vector<Parameter> parameters;
  bool expressible = true;                    // its data has types
};

// Empty when the file is not there.
std::vector<Case> read_cases(const std::string& path, Program& types);

// What is left out on purpose, by name, with the reason: the lines of left_out.md.
std::map<std::string, std::string> read_left_out(const std::string& path);

struct Outcome {
  bool refused = false;
  std::string text;    // shown, or what was said
};

// Each case checked; those that are not refused compiled together, natively, and shown.
std::vector<Outcome> run(std::vector<Case>& cases, Program& types);

}  // namespace wend::golden_liquid
