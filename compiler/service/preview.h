// A message apart from its project, for `wend render`: what its texts read (attributes, measures, audiences, states and
// parameters) becomes attributes of a small program, so that a made-up user gives it like any trait.
#pragma once

#include <string>
#include <vector>

#include "compiler/sema/program.h"

namespace wend {

// Something the texts of the message read.
struct PreviewInput {
  std::string name;        // as the template writes it
  std::string trait;       // what the value is given under
  std::string type;        // for people: "int", "one of core, casual"
  bool parameter = false;  // one of the message's own
  bool required = false;   // neither `?` nor with a default
};

struct PreviewProgram {
  Program program;         // one message, and nothing that sends it
  std::vector<PreviewInput> inputs;
};

PreviewProgram preview_program(const Program& program, MessageId message);

}  // namespace wend
