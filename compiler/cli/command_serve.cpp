// `wend serve`: a project that stays up: events in over HTTP, messages out.
#include <fcntl.h>
#include <unistd.h>

#include <ctime>
#include <mutex>

#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/jit/code_cache.h"
#include "compiler/service/programs.h"
#include "runtime/abi/zones.h"
#include "runtime/channels/json.h"
#include "runtime/engine/clock.h"
#include "runtime/hosts/serve.h"

namespace wend::cli {
namespace {

std::string_view word(LogLevel level) {
  switch (level) {
    case LogLevel::error: return "error";
    case LogLevel::warning: return "warning";
    case LogLevel::info: return "info";
    case LogLevel::debug: return "debug";
  }
  return "";
}

// Lines on standard error, of whole seconds.
class Log {
 public:
  Log(const LogSettings& settings, Terminal& terminal) : settings_(settings), terminal_(terminal) {}
  void operator()(LogLevel level, std::string_view text) {
    if (level > settings_.level) return;
    const std::string at = format_instant(system_clock().wall() / 1'000'000 * 1'000'000);
    std::string line = at + " " + std::string(word(level)) + " " + std::string(text);
    if (settings_.format == LogFormat::json) {
      JsonText json;
      line = json.open('{').pair("at", at).pair("level", word(level)).pair("what", text).close('}').str();
    }
    const std::lock_guard lock(mutex_);
    if (level <= LogLevel::warning) terminal_.complain(line + "\n");
    else terminal_.say(line + "\n");
  }

 private:
  const LogSettings settings_;
  Terminal& terminal_;
  std::mutex mutex_;
};

// Decisions, appended as they become durable.
class DecisionFile {
 public:
  explicit DecisionFile(const std::string& path) : descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~DecisionFile() { if (descriptor_ >= 0) ::close(descriptor_); }
  bool open() const { return descriptor_ >= 0; }
  void line(std::string_view text) {
    std::string whole(text);
    whole += '\n';
    for (size_t done = 0; done < whole.size();) {
      const ssize_t written = ::write(descriptor_, whole.data() + done, whole.size() - done);
      if (written <= 0) return;
      done += static_cast<size_t>(written);
    }
  }

 private:
  int descriptor_;
};

// The settings, and what is wrong with them told; nothing where they cannot be used.
std::optional<ServeSettings> settings_for(const Arguments& arguments, Terminal& terminal, int& code) {
  std::string text, name = ".";
  if (const auto file = arguments.value("--config")) {
    std::string problem;
    const std::optional<std::string> read = settings_text(*file, problem);
    if (!read) {
      terminal.fail(problem);
      code = exit_code::kEnvironment;
      return std::nullopt;
    }
    text = *read;
    name = *file;
  }
  if (const auto folder = arguments.value("--store")) {
    if (arguments.has("--config")) throw UsageError{"`--store` goes without `--config`, where `store.folder` says it"};
    if (folder->find_first_of("\"\\\n") != std::string::npos) throw UsageError{"the name of the store's folder has a character that cannot stand in a setting"};
    text = "[store]\nfolder = \"" + *folder + "\"\n";
    name = "wend.toml";
  }
  const bool printing = arguments.has("--print-config");
  std::vector<SettingsProblem> problems;
  ServeSettings settings = read_settings(text, name, problems, printing ? SecretsOf::another : SecretsOf::this_machine);
  if (printing && !arguments.has("--config")) return settings;   // the defaults
  for (const SettingsProblem& problem : problems) terminal.complain(problem.text() + "\n");
  code = exit_code::kInput;
  return any_error(problems) ? std::nullopt : std::optional(std::move(settings));
}

int run(const Arguments& arguments, Terminal& terminal) {
  int code = exit_code::kInput;
  if (!arguments.has("--config") && !arguments.has("--store") && !arguments.has("--print-config"))
    throw UsageError{"name a configuration (`--config FILE`), or a folder to keep everything in (`--store FOLDER`)"};
  const std::optional<ServeSettings> settings = settings_for(arguments, terminal, code);
  if (!settings) return code;
  if (arguments.has("--print-config")) {
    Output output("");
    output.write(print_settings(*settings));
    return finish_output(output, terminal, exit_code::kWell);
  }
  ServeOptions options;
  options.version = WEND_VERSION;
  options.compile = [cache = CodeCache::of_user()](const CompileRequest& request) { return compile_program(request, cache); };
  if (const std::string path = arguments.positional_or(0, settings->program.project); !path.empty()) {
    const std::optional<Project> project = load_sound(path, terminal, code);
    if (!project) return code;
    options.named = program_files(*project);
  }
  options.first = [&] {
    const std::optional<Project> project = load_sound(".", terminal, code);
    return project ? program_files(*project) : ProgramFiles();
  };

  Log log(settings->log, terminal);
  std::optional<DecisionFile> decisions;
  if (const auto file = arguments.value("--decisions")) {
    decisions.emplace(std::string(*file));
    if (!decisions->open()) {
      terminal.fail("`" + *file + "` cannot be written");
      return exit_code::kEnvironment;
    }
  }
  options.channels_to_console = !arguments.has("--config");
  options.log = [&log](LogLevel level, std::string_view text) { log(level, text); };
  if (decisions) options.decision = [&decisions](std::string_view line) { decisions->line(line); };
  const ServeEnd end = serve(*settings, options);
  for (const std::string& problem : end.problems) terminal.fail(problem);
  if (end.well) return exit_code::kWell;
  return end.input ? exit_code::kInput : exit_code::kEnvironment;
}

}  // namespace

const Command kServe = {
    "serve", "stay up: events in over HTTP, messages out",
    "  wend serve my_project --store data\n"
    "  wend serve --config wend.toml\n"
    "  wend serve --print-config > wend.toml\n",
    {{"PROJECT", "the project's folder, or a file in it, which must be the version that is live; else the one the store has, or this folder's for a new store"}},
    {{"--config", "FILE", "how it runs; every setting there is: --print-config"},
     {"--store", "FOLDER", "without --config: keep everything there, and show messages on the terminal"},
     {"--print-config", nullptr, "print the whole configuration with every default, and end"},
     {"--decisions", "FILE", "append each decision there, once it is durable"}},
    run};

}  // namespace wend::cli
