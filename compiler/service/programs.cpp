#include "compiler/service/programs.h"

#include <algorithm>

#include "compiler/diagnostics/render.h"
#include "compiler/service/service.h"

namespace wend {

ProgramFiles program_files(const Project& project) {
  ProgramFiles files = project.texts();
  std::sort(files.begin(), files.end());
  return files;
}

CompiledProgram compile_program(const CompileRequest& request, const std::shared_ptr<CodeCache>& cache) {
  CompiledProgram out;
  Former former;
  for (size_t i = 0; i + 1 < request.chain.size(); ++i) former.versions.push_back(Project::from_texts(request.chain[i]).version());
  for (const ProgramPlace& place : request.places) former.places.push_back({place.version, place.journey, place.step, place.people});
  const Project project = Project::from_texts(request.chain.back(), former);
  if (!project.ok()) {
    out.errors = render_text(project.diagnostics(), project.sources(), {});
    return out;
  }
  out.module = compile_rising(project.shared_program(), cache);
  const uint64_t own = project.version().id;
  for (const Journey& journey : project.program().journeys) {
    std::vector<ProgramPlace> steps;
    for (const JourneyStep& step : journey.steps) {
      ProgramPlace place{UINT32_MAX, journey.name, step.name, 0};
      for (const StepOrigin& origin : step.origins) {
        if (step.kind == JourneyStep::Kind::gone) break;
        const auto found = std::find_if(former.versions.begin(), former.versions.end(), [&](const FormerVersion& version) { return version.id == origin.version; });
        if (origin.version == own) place = {static_cast<uint32_t>(request.chain.size()) - 1, origin.journey, origin.step, 0};
        else if (found != former.versions.end()) place = {static_cast<uint32_t>(found - former.versions.begin()), origin.journey, origin.step, 0};
        else continue;
        break;
      }
      steps.push_back(std::move(place));
    }
    out.written.push_back(std::move(steps));
  }
  return out;
}

}  // namespace wend
