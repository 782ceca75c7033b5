// A project's folder to a program behind the C interface of runtime/embed. Tested by tests/unit/embed.
#include <exception>

#include "compiler/diagnostics/render.h"
#include "compiler/service/service.h"
#include "runtime/embed/program.h"
#include "runtime/embed/said.h"

using namespace wend;

extern "C" {

wend_prog* wend_open(const char* folder, char* said, uint32_t said_cap) {
  say("", said, said_cap);
  if (!folder) return nullptr;
  try {
    const Project project = Project::load(folder);
    if (!project.ok()) {
      say(render_text(project.diagnostics(), project.sources()), said, said_cap);
      return nullptr;
    }
    return new wend_prog{compile(project.program())};
  } catch (const std::exception& exception) {
    say(exception.what(), said, said_cap);
  } catch (...) {
  }
  return nullptr;
}

void wend_close(wend_prog* program) { delete program; }

}  // extern "C"
