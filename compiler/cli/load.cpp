// Warnings are for `wend check`; other commands tell errors only.
#include "compiler/cli/load.h"

#include <algorithm>
#include <filesystem>

#include "compiler/diagnostics/codes.h"
#include "compiler/diagnostics/render.h"
#include "compiler/jit/code_cache.h"
#include "runtime/abi/zones.h"

namespace wend::cli {

std::optional<Project> load_sound(const std::string& path, Terminal& terminal, int& code, const Former& former) {
  Project project = Project::load(path, former);
  if (project.ok()) return project;
  tell_errors(project, terminal);
  code = exit_code_of(project.diagnostics());
  return std::nullopt;
}

std::shared_ptr<const Module> fast_code(const Program& program) { return compile(program, Tier::fast_compile, CodeCache::of_user()); }

std::shared_ptr<const Module> rising_code(const Project& project) { return compile_rising(project.shared_program(), CodeCache::of_user()); }

void tell_errors(const Project& project, Terminal& terminal, const std::string& where) {
  terminal.complain(render_text(project.diagnostics(), project.sources(), {.colour = terminal.colour_err()}));
  terminal.complain(render_summary(project.diagnostics()) + where + "\n");
}

std::optional<Revision> revision_of(const Project& project, const std::string& against, Terminal& terminal, int& code) {
  const std::string revision = against.substr(4);   // behind `git:`
  if (revision.empty()) throw UsageError{"`--against git:` needs a revision, such as `git:main` or `git:HEAD~1`"};
  RevisionFault fault;
  std::optional<Revision> read = read_revision(project.root(), revision, fault);
  if (!read) {
    terminal.fail(fault.message);
    code = fault.unknown ? exit_code::kUsage : exit_code::kEnvironment;
  }
  return read;
}

int exit_code_of(const Diagnostics& diagnostics) {
  const auto unreadable = [](const Diagnostic& diagnostic) { return diagnostic.code == Code::file_unreadable; };
  return std::any_of(diagnostics.all().begin(), diagnostics.all().end(), unreadable) ? exit_code::kEnvironment : exit_code::kInput;
}

void keep_inputs(const std::string& out, const std::vector<InputFile>& inputs, const Project& project, const std::string& option) {
  if (out.empty() || out == "-") return;
  const auto same = [&out](const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::equivalent(out, file, error) && !error && std::filesystem::is_regular_file(file, error);
  };
  for (const InputFile& input : inputs)
    if (same(input.path)) throw UsageError{"`" + option + "` names `" + out + "`, which the events are read from: write to another file"};
  for (uint32_t file = 0; file < project.sources().size(); ++file)
    if (same(std::filesystem::path(project.root()) / project.sources().file(file).path())) throw UsageError{"`" + option + "` names `" + out + "`, a file of the project: write to another file"};
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
