// Warnings are for `wend check`; other commands tell errors only.
#include "compiler/cli/load.h"

#include "compiler/diagnostics/render.h"
#include "runtime/abi/zones.h"

namespace wend::cli {

std::optional<Project> load_sound(const std::string& path, Terminal& terminal) {
  Project project = Project::load(path);
  if (project.ok()) return project;
  terminal.complain(render_text(project.diagnostics(), project.sources(), {.colour = terminal.colour_err()}));
  terminal.complain(render_summary(project.diagnostics()) + "\n");
  return std::nullopt;
}

int64_t instant_option(const std::string& option, const std::string& text, const std::string& time_zone) {
  const Zone* zone = find_zone(time_zone);
  if (zone == nullptr) zone = find_zone("UTC");
  int64_t instant = 0;
  int32_t day = 0;
  if (zone != nullptr && parse_instant(text, *zone, instant)) return instant;
  if (zone != nullptr && parse_date(text, day)) return start_of_day(*zone, day);
  throw UsageError{"`" + option + "` must be a time such as 2026-01-31T18:00Z or 2026-01-31, found `" + text + "`"};
}

}  // namespace wend::cli
