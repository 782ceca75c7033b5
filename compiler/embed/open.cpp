// A project's folder to a program behind the C interface of runtime/embed. Tested by tests/unit/embed.
#include <exception>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "compiler/diagnostics/render.h"
#include "compiler/service/service.h"
#include "runtime/embed/program.h"
#include "runtime/embed/said.h"

using namespace wend;

namespace {

// What the next version must know of this one.
struct Source {
  Project project;
  Former former;
};

const Source& source_of(const wend_prog& program) { return *static_cast<const Source*>(program.source.get()); }

// Nobody here knows where people stand, so they may stand everywhere.
Former former_of(const wend_prog& before) {
  const Source& source = source_of(before);
  Former former = source.former;
  const auto version = static_cast<uint32_t>(former.versions.size());
  former.versions.push_back(source.project.version());
  const std::vector<Journey>& journeys = source.project.program().journeys;
  for (uint32_t journey = 0; journey < journeys.size(); ++journey)
    for (uint32_t step = 0; step < journeys[journey].steps.size(); ++step) {
      former.places.push_back(source.project.place(journey, step, 1));
      former.places.back().version = version;
    }
  return former;
}

// The same texts behind another version make another program: it has the steps of that one too.
uint64_t version_after(uint64_t before, uint64_t version) { return XXH3_64bits_withSeed(&version, sizeof version, before); }

wend_prog* open(const wend_prog* before, const char* folder, char* said, uint32_t said_cap) {
  say("", said, said_cap);
  if (!folder) return nullptr;
  try {
    Former former = before ? former_of(*before) : Former();
    Project project = Project::load(folder, former);
    if (!project.ok()) {
      say(render_text(project.diagnostics(), project.sources()), said, said_cap);
      return nullptr;
    }
    auto program = std::make_unique<wend_prog>();
    program->module = compile(project.program());
    program->version = program->module->version;
    if (before) {
      program->before = before->module;
      program->version_before = before->version;
      program->version = version_after(before->version, program->version);
    }
    program->source = std::make_shared<Source>(Source{std::move(project), std::move(former)});
    return program.release();
  } catch (const std::exception& exception) {
    say(exception.what(), said, said_cap);
  } catch (...) {
  }
  return nullptr;
}

}  // namespace

extern "C" {

wend_prog* wend_open(const char* folder, char* said, uint32_t said_cap) { return open(nullptr, folder, said, said_cap); }

wend_prog* wend_open_after(const wend_prog* before, const char* folder, char* said, uint32_t said_cap) {
  if (before) return open(before, folder, said, said_cap);
  say("the version before is missing", said, said_cap);
  return nullptr;
}

void wend_close(wend_prog* program) { delete program; }

}  // extern "C"
