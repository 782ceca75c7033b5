// `wend plan`: what a change means, before it ships.
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <set>

#include "compiler/cli/admin_client.h"
#include "compiler/cli/event_options.h"
#include "compiler/cli/live_program.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/cli/plan_report.h"
#include "compiler/cli/saved_plan.h"
#include "compiler/diagnostics/render.h"
#include "compiler/service/programs.h"
#include "runtime/abi/zones.h"
#include "runtime/core/migration.h"

namespace wend::cli {
namespace {

// What the project is compared with.
struct Base {
  Project project;
  std::string told;
  bool on_server = false;
};

// Ends the command.
struct Stop { int code; };

Project sound(Project project, const std::string& of, Terminal& terminal) {
  if (project.ok()) return project;
  tell_errors(project, terminal);
  terminal.fail(of + " has errors: what it means cannot be compared");
  throw Stop{exit_code_of(project.diagnostics())};
}

Base base_at_revision(const Project& project, const std::string& against, Terminal& terminal) {
  int code = exit_code::kWell;
  std::optional<Revision> read = revision_of(project, against, terminal, code);
  if (!read) throw Stop{code};
  // What git ignores no revision can have: both versions have it as it is here.
  const std::vector<std::string> ignored = ignored_by_git(project.root());
  for (const auto& [path, text] : program_files(project)) {
    const bool known = std::any_of(read->files.begin(), read->files.end(), [&](const auto& file) { return file.first == path; });
    if (!known && std::binary_search(ignored.begin(), ignored.end(), path)) read->files.emplace_back(path, text);
  }
  std::sort(read->files.begin(), read->files.end());
  const std::string told = against + " (" + read->commit.substr(0, 8) + ")";
  return {sound(Project::from_texts(std::move(read->files)), told, terminal), told};
}

Base base_on_server(AdminClient& client, Terminal& terminal) {
  const AdminClient::Answer answer = client.get("/v1/program");
  if (!answer.well()) {
    terminal.fail(answer.problem);
    throw Stop{answer.exit_code()};
  }
  ProgramFiles files = files_of_answer(answer.body);
  if (files.empty()) {
    terminal.fail("the server at " + client.server() + " does not say what is live there");
    throw Stop{exit_code::kEnvironment};
  }
  const std::string told = "what is live at " + client.server();
  return {sound(Project::from_texts(std::move(files)), told, terminal), told, true};
}

Base base_of(const Arguments& arguments, const Project& project, Terminal& terminal) {
  const std::string against = arguments.value_or("--against", "git:HEAD");
  if (against.starts_with("git:")) return base_at_revision(project, against, terminal);
  if (against == "server") {
    AdminClient client(arguments);
    return base_on_server(client, terminal);
  }
  std::error_code error;
  if (!std::filesystem::exists(against, error))
    throw UsageError{"`--against " + against + "`: there is no such folder; say `git:REVISION` for a revision, or `server` for what is live on one"};
  return {sound(Project::load(against), against, terminal), against};
}

// ---- whom it concerns

// Columns of a snapshot that the rules of a states block read, as written.
void columns_in(const Program& program, const Expr* expr, std::set<std::string>& columns) {
  if (!expr) return;
  switch (expr->kind) {
    case ExprKind::attribute: columns.insert(program.attributes[expr->id].name); break;
    case ExprKind::measure: case ExprKind::usual: case ExprKind::below_usual: case ExprKind::above_usual: columns.insert(program.measures[expr->id].name); break;
    case ExprKind::audience:
      columns.insert(program.audiences[expr->id].name);
      columns_in(program, program.audiences[expr->id].condition.get(), columns);
      break;
    case ExprKind::state: columns.insert(program.states[expr->id].name); break;
    default: break;
  }
  for (const ExprPtr& arg : expr->args) columns_in(program, arg.get(), columns);
}

std::map<std::string, std::vector<std::string>> columns_read(const Program& program) {
  std::map<std::string, std::vector<std::string>> out;
  for (const States& states : program.states) {
    std::set<std::string> columns;
    for (const StateRule& rule : states.rules) columns_in(program, rule.when.get(), columns), columns_in(program, rule.until.get(), columns);
    out[states.name].assign(columns.begin(), columns.end());
  }
  return out;
}

// What a journey, or a step of it, is in the later version, found as going live finds it: by its name, else by what it was renamed from.
// Null: it is gone.
template <class List, class Old>
const typename List::value_type* lives_on(const List& list, const Old& old) {
  const auto find = [&](auto same) {
    const auto found = std::find_if(list.begin(), list.end(), same);
    return found == list.end() ? nullptr : &*found;
  };
  const auto* same = find([&](const auto& now) { return now.name == old.name; });
  return same ? same : find([&](const auto& now) { return now.renamed_from == old.name || now.first_name() == old.first_name(); });
}

struct StepName {
  std::string name, renamed_from;
  const std::string& first_name() const { return renamed_from.empty() ? name : renamed_from; }
};

// What becomes of those who could still come to a step, or are in it.
std::string becomes_of(const Project& after, const Journey& before, const std::string& step) {
  const Journey* journey = lives_on(after.program().journeys, before);
  if (!journey) return "the journey is gone";
  const auto own = [](const Journey& of) {
    std::vector<StepName> names;
    for (const JourneyStep& each : of.steps)
      if (each.kind == JourneyStep::Kind::own) names.push_back({each.name, each.renamed_from});
    return names;
  };
  const std::vector<StepName> old_steps = own(before), steps = own(*journey);
  const auto old = std::find_if(old_steps.begin(), old_steps.end(), [&](const StepName& each) { return each.name == step; });
  if (const StepName* now = lives_on(steps, old == old_steps.end() ? StepName{step, ""} : *old)) return now->name == step ? "" : "it is called " + now->name + " from now on";
  for (const RemovedStep& removed : journey->removed)
    if (removed.name == step) return removed.go_to.valid() ? "it is gone: they finish it, and who would come to it goes to " + journey->steps[removed.go_to.index()].name : "it is gone: they finish it, and who would come to it leaves";
  return "it is gone";
}

// Journeys that change, by the first names they have.
std::set<std::string> journeys_changed(const PlanReport& report, const Project& before) {
  std::set<std::string> names;
  for (const change::Change& change : report.difference.changes) {
    const auto note = [&](const std::string& declaration) {
      if (!declaration.starts_with("journey ")) return;
      names.insert(declaration.substr(8));
    };
    note(change.construct + " " + change.name);
    if (!change.former.empty()) note(change.construct + " " + change.former);
    for (const std::string& felt : change.felt_by) note(felt);
  }
  std::set<std::string> firsts;
  for (const Journey& journey : before.program().journeys)
    if (names.contains(journey.name)) firsts.insert(journey.first_name());
  return firsts;
}

void tell_places(PlanReport& report, const Project& before, const Project& after, const std::vector<FormerPlace>& places) {
  report.asked_people = true;
  const std::set<std::string> changed = journeys_changed(report, before);
  for (const FormerPlace& place : places) {
    if (place.people == 0) continue;
    for (const Journey& journey : before.program().journeys)
      if (journey.name == place.journey && changed.contains(journey.first_name()))
        report.places.push_back({place.journey, place.step, place.people, becomes_of(after, journey, place.step)});
  }
}

std::string refusal_with(const std::string& path, const Project& before, const std::vector<FormerPlace>& places) {
  Former former;
  former.versions.push_back(before.version());
  former.places = places;
  const Project next = Project::load(path, former);
  return next.ok() ? "" : render_text(next.diagnostics(), next.sources(), {});
}

size_t number_of(const Arguments& arguments, const std::string& option, const std::string& otherwise) {
  const std::string text = arguments.value_or(option, otherwise);
  if (text.empty() || text.size() > 6 || text.find_first_not_of("0123456789") != std::string::npos) throw UsageError{"`" + option + "` is a number up to 999999, found `" + text + "`"};
  return std::stoul(text);
}

// What a server keeps of what its first users did, and its clock.
struct Kept { std::vector<KeptRecord> records; uint64_t users = 0; int64_t now = 0; bool more = false; };

Kept records_of(AdminClient& client, size_t users, Terminal& terminal) {
  constexpr uint64_t kUsersAtOnce = 500;
  Kept kept;
  ProgressBar bar(terminal, "reading");
  const Zone& utc = *find_zone("UTC");
  for (std::optional<uint64_t> after = 0; after && kept.users < users;) {
    const AdminClient::Answer answer = client.get("/v1/records?after=" + std::to_string(*after) + "&users=" + std::to_string(std::min<uint64_t>(kUsersAtOnce, users - kept.users)));
    if (!answer.well()) {
      bar.clear();
      terminal.fail(answer.problem);
      throw Stop{answer.exit_code()};
    }
    std::optional<uint64_t> next;
    for (size_t begin = 0; begin < answer.body.size();) {
      const size_t end = std::min(answer.body.find('\n', begin), answer.body.size());
      const nlohmann::json line = nlohmann::json::parse(answer.body.substr(begin, end - begin), nullptr, false);
      begin = end + 1;
      if (!line.is_object()) continue;
      if (line.contains("record")) {
        KeptRecord record;
        if (line["record"].is_string() && parse_instant(line.value("at", ""), utc, record.at)) {
          record.raw = line["record"].get<std::string>();
          kept.records.push_back(std::move(record));
        }
      } else if (line.contains("next")) {
        if (line["next"].is_number_unsigned()) next = line["next"].get<uint64_t>();
        kept.users += line.value("users", uint64_t{0});
        parse_instant(line.value("now", ""), utc, kept.now);
      }
    }
    if (next && *next <= *after) break;   // a page that does not move on would be read for ever
    after = next;
    kept.more = next.has_value();
    bar.at(kept.users, users);
  }
  return kept;
}

void ask_events(const Arguments& arguments, const std::string& path, const Base& base, const Project& project, PlanReport& report, Terminal& terminal) {
  CompareOptions options;
  options.files = event_files(arguments);
  for (const InputFile& file : options.files)
    if (file.path == "-") throw UsageError{"two versions read the events, and standard input can be read only once: name a file"};
  if (const auto at = arguments.value("--at")) options.as_of = instant_option("--at", *at, project.program().project.time_zone);
  options.people = number_of(arguments, "--people", "10");
  options.strict = arguments.has("--strict");
  const std::shared_ptr<const Module> before = rising_code(base.project), after = rising_code(project);
  ProgressBar bar(terminal, "comparing");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  report.comparison.emplace();
  const std::optional<BatchError> error = compare_runs(*before, *after, options, *report.comparison);
  bar.clear();
  if (error) {
    terminal.fail(error->message);
    throw Stop{error->exit_code};
  }
  for (const InputFile& file : options.files) report.events += (report.events.empty() ? "" : ", ") + file.path;
  report.read_by = columns_read(project.program());
  std::vector<FormerPlace> places;
  for (const Change::Place& place : report.comparison->inside) places.push_back(base.project.place(place.journey, place.step, place.people));
  if (report.comparison->users > 0) tell_places(report, base.project, project, places);   // else it is not known where anybody is
  report.refusal = refusal_with(path, base.project, places);
  report.refusal += Migration::refusal_of(report.comparison->misfits);
}

void ask_server(const Arguments& arguments, const Base& base, const Project& project, PlanReport& report, Terminal& terminal) {
  AdminClient client(arguments);
  const AdminClient::Answer answer = client.post("/v1/apply", apply_request(program_files(project), true));
  if (!answer.well() && answer.status != 422) {
    terminal.fail(answer.problem);
    throw Stop{answer.exit_code()};
  }
  const nlohmann::json said = nlohmann::json::parse(answer.body, nullptr, false);
  std::vector<FormerPlace> places;
  if (said.is_object() && said.contains("people") && said["people"].is_array())
    for (const nlohmann::json& place : said["people"])
      if (place.is_object()) places.push_back({0, place.value("journey", ""), place.value("step", ""), place.value("people", uint64_t{0})});
  tell_places(report, base.project, project, places);
  if (answer.status == 422) report.refusal = answer.problem;
}

// Both versions over what the server keeps of its users' records.
void ask_users(const Arguments& arguments, const Base& base, const Project& project, PlanReport& report, Terminal& terminal) {
  const size_t users = number_of(arguments, "--users", "10000");
  if (users == 0 || !report.changes()) return;
  AdminClient client(arguments);
  const Kept kept = records_of(client, users, terminal);
  CompareOptions options;
  options.as_of = kept.now;
  options.people = number_of(arguments, "--people", "10");
  const std::shared_ptr<const Module> before = rising_code(base.project), after = rising_code(project);
  report.comparison.emplace();
  if (const std::optional<BatchError> error = compare_records(*before, *after, kept.records, options, *report.comparison)) {
    terminal.fail(error->message);
    throw Stop{error->exit_code};
  }
  report.events = "what the server keeps of " + (kept.more ? "its first " : std::string("its ")) + counted(kept.users, "user", "users");
  report.read_by = columns_read(project.program());
}

// ---- telling

int tell(const std::string& text, const std::string& out, Terminal& terminal, int code) {
  Output output(out);
  output.write(text);
  return finish_output(output, terminal, code);
}

std::string in_format(const std::string& format, const SavedPlan& plan) { return format == "json" ? plan.report : format == "markdown" ? plan.markdown : plan.text; }

int code_of(const Arguments& arguments, bool changes, const std::string& grade, Terminal& terminal) {
  const auto level = arguments.value("--fail-level");
  if (level && changes) {
    const auto limit = change::grade_named(*level), found = change::grade_named(grade);
    if (limit && found && *found >= *limit) {
      terminal.fail("there is a change of grade `" + grade + "`, and `--fail-level " + *level + "` allows none from there on");
      return exit_code::kInput;
    }
  }
  return arguments.has("--exit-code") && changes ? exit_code::kChanges : exit_code::kWell;
}

int show(const Arguments& arguments, Terminal& terminal) {
  for (const auto& option : arguments.options | std::views::keys) {
    const auto among = [&](const auto& options) { return std::any_of(options.begin(), options.end(), [&](const Option& each) { return option == each.name; }); };
    if (among(global_options()) || among(with_admin_options({}))) continue;   // of where one is, not of what is planned
    if (option != "--format" && option != "--exit-code" && option != "--fail-level")
      throw UsageError{"`" + option + "` is of making a plan: `wend plan show FILE` shows it as it was made, and takes `--format`, `--exit-code` and `--fail-level`"};
  }
  int code = exit_code::kWell;
  const std::optional<SavedPlan> plan = saved_plan_at(arguments.positionals[1], terminal, code);
  if (!plan) return code;
  const nlohmann::json report = nlohmann::json::parse(plan->report, nullptr, false);
  const std::string grade = report.is_object() && report.contains("grade") && report["grade"].is_string() ? report["grade"].get<std::string>() : "";
  return tell(in_format(arguments.value_or("--format", "text"), *plan), "-", terminal, code_of(arguments, plan->changes, grade, terminal));
}

int plan(const Arguments& arguments, Terminal& terminal) {
  const bool with_events = arguments.has("--events");
  const bool over_users = arguments.value_or("--against", "") == "server" && !with_events;
  if (arguments.has("--at") && !with_events) throw UsageError{"`--at` is of a comparison over events: name them with `--events FILE`"};
  if (arguments.has("--people") && !with_events && !over_users) throw UsageError{"`--people` is of a comparison over events or a server's users: name events with `--events FILE`"};
  if (arguments.has("--users") && !over_users) throw UsageError{"`--users` is of `--against server`"};
  if (arguments.value_or("-o", "") == "-") throw UsageError{"`-o -`: the plan and what it says would be mixed on standard output; name a file, or leave out `-o`"};
  const std::string path = arguments.positional_or(0, ".");
  const Project project = sound(Project::load(path), "the project", terminal);
  const Base base = base_of(arguments, project, terminal);

  PlanReport report;
  report.project = project.program().project.name;
  report.against = base.told;
  const ProgramFiles before = program_files(base.project), after = program_files(project);
  report.before_hash = hash_of(before);
  report.after_hash = hash_of(after);
  report.difference = change::difference(base.project.program(), project.program());
  if (with_events) ask_events(arguments, path, base, project, report, terminal);
  if (base.on_server) {
    ask_server(arguments, base, project, report, terminal);
    if (!with_events) ask_users(arguments, base, project, report, terminal);
  }

  const Document document = document_of(report);
  const std::string format = arguments.value_or("--format", "text");
  const std::string grade = report.changes() ? std::string(word(report.difference.gravest())) : "";
  int code = code_of(arguments, report.changes(), grade, terminal);
  if (!report.refusal.empty()) code = exit_code::kInput;
  if (const auto out = arguments.value("-o")) {
    const SavedPlan saved{report.before_hash, report.after_hash, before, after, as_text(document, false), as_markdown(document), json_of(report), report.changes()};
    if (const int failed = tell(written(saved), *out, terminal, exit_code::kWell); failed != exit_code::kWell) return failed;
  }
  return tell(format == "json" ? json_of(report) : format == "markdown" ? as_markdown(document) : as_text(document, terminal.colour_out()), "-", terminal, code);
}

int run(const Arguments& arguments, Terminal& terminal) {
  try {
    if (arguments.positionals.size() == 2 && arguments.positionals[0] == "show") return show(arguments, terminal);
    if (arguments.positionals.size() > 1) throw UsageError{"`wend plan` takes one project; `wend plan show FILE` shows a saved plan"};
    return plan(arguments, terminal);
  } catch (const Stop& stop) {
    return stop.code;
  }
}

}  // namespace

const Command kPlan = {
    "plan", "what a change means, and whom it concerns, before it ships",
    "  wend plan my_project --against git:main\n"
    "  wend plan my_project --against git:main --events events.ndjson.gz --format markdown\n"
    "  wend plan my_project --against server -o change.plan && wend apply change.plan\n"
    "  wend plan show change.plan\n",
    {{"PROJECT", "the project's folder, or a file in it; this folder if none is named; or `show FILE`", false, true}},
    with_admin_options(with_event_options({{"--against", "VERSION", "`git:REVISION`, a folder, or `server`; git:HEAD if not said"},
                                           {"--at", "TIME", "with --events: compare as of this time; else right behind the last event"},
                                           {"--users", "N", "with --against server: compare over the records of so many of its users; 10000 if not said, 0 for none"},
                                           {"--people", "N", "show so many of those it concerns; 10 if not said"},
                                           {"--format", "FORMAT", "text, markdown (for a pull request) or json", false, "text|markdown|json"},
                                           {"-o", "FILE", "also save the plan there, for `wend apply`"},
                                           {"--exit-code", nullptr, "end with 3 where anything changes"},
                                           {"--fail-level", "GRADE", "end with 1 at a change of this grade or a graver one", false, "copy|send|audience|state|wire"}})),
    run};

}  // namespace wend::cli
