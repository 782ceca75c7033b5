#include "compiler/cli/explain_user.h"

#include "compiler/cli/admin_client.h"
#include "compiler/cli/event_options.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/cli/store_errors.h"
#include "compiler/service/programs.h"
#include "runtime/engine/shard.h"
#include "runtime/hosts/explain_events.h"
#include "runtime/store/rocks_store.h"

namespace wend::cli {
namespace {

int fail(const std::string& what, int code, Terminal& terminal) {
  terminal.fail(what);
  return code;
}

int show(const Proof& proof, const Arguments& arguments, Terminal& terminal) {
  Output output("");
  output.write(arguments.value_or("--format", "text") == "json" ? render_json(proof) + "\n" : render_text(proof, terminal.colour_out()));
  const bool nothing = proof.answer == Proof::Answer::nobody || proof.answer == Proof::Answer::erased || proof.answer == Proof::Answer::no_message;
  const bool damaged = proof.answer == Proof::Answer::unreadable;
  return finish_output(output, terminal, nothing ? exit_code::kInput : damaged ? exit_code::kEnvironment : exit_code::kWell);
}

int over_server(const Arguments& arguments, Terminal& terminal) {
  AdminClient client(arguments);
  std::string path = path_of_user(*arguments.value("--user")) + "/explain";
  char lead = '?';
  for (const char* name : {"message", "at"})
    if (const auto value = arguments.value(std::string("--") + name)) {
      path += lead + (name + ("=" + encoded(*value)));
      lead = '&';
    }
  const AdminClient::Answer answer = client.get(path);
  if (!answer.well()) return fail(answer.problem, answer.exit_code(), terminal);
  const std::optional<Proof> proof = proof_of_json(answer.body);
  if (!proof) return fail(client.server() + " does not answer as a server of this version of wend does", exit_code::kEnvironment, terminal);
  return show(*proof, arguments, terminal);
}

// The version that is live, made from the texts the store keeps. Null: it has been told why not.
std::shared_ptr<const Module> live_program(const Store& store, Terminal& terminal) {
  const KeptPrograms kept = kept_programs(store);
  const auto request = kept.live ? request_of(store, *kept.live) : std::nullopt;
  if (!request) {
    terminal.fail(kept.damaged || kept.live ? "the program in the store is damaged" : "no program ever went live in this store");
    return nullptr;
  }
  CompiledProgram compiled = compile_program(*request);
  if (!compiled.module) terminal.complain(compiled.errors + "error: the program in the store does not compile with this version of wend\n");
  return compiled.module;
}

ExplainQuestion question_of(const Arguments& arguments, const Module& module) {
  ExplainQuestion question{*arguments.value("--user"), arguments.value_or("--message", ""), {}};
  if (const auto at = arguments.value("--at")) {
    question.at = explain_instant(module, *at);
    if (!question.at) throw UsageError{"`--at` cannot be `" + *at + "`; it is like 2026-03-01T08:00 or 2026-03-01"};
  }
  return question;
}

// Opening takes the store's lock; nothing that is in it changes.
int over_store(const std::string& folder, const Arguments& arguments, Terminal& terminal) {
  OpenedStore opened = open_rocks_store({.folder = folder, .create = false});
  if (opened.failure) {
    if (opened.failure->kind == StoreError::Kind::in_use) opened.failure->remedy = "a server that runs answers itself: leave `--store` out, and name its admin address with `--server URL`";
    return tell({*opened.failure}, terminal);
  }
  tell_notes(opened.notes, terminal);
  const std::shared_ptr<const Module> module = live_program(*opened.store, terminal);
  if (!module) return exit_code::kEnvironment;
  const ExplainQuestion question = question_of(arguments, *module);
  try {
    Ledger ledger(*module, *opened.store);
    return show(explain(ledger, question), arguments, terminal);
  } catch (const ShardFault& fault) {
    return fail(fault.what, exit_code::kEnvironment, terminal);
  }
}

// As `wend run` would decide over these files.
int over_events(const Arguments& arguments, Terminal& terminal) {
  BatchOptions options;
  options.files = event_files(arguments);
  options.strict = arguments.has("--strict");
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(0, "."), terminal, unsound);
  if (!project) return unsound;
  const std::shared_ptr<const Module> module = rising_code(*project);
  const ExplainQuestion question = question_of(arguments, *module);
  ProgressBar bar(terminal, "running");
  options.progress = [&bar](uint64_t done, uint64_t total) { bar.at(done, total); };
  const ExplainedEvents explained = explain_events(*module, options, question);
  bar.clear();
  if (explained.error) return fail(explained.error->message, explained.error->exit_code, terminal);
  return show(*explained.proof, arguments, terminal);
}

}  // namespace

int explain_user(const Arguments& arguments, Terminal& terminal) {
  if (arguments.value("--user")->empty()) throw UsageError{"`--user` is empty; name one of the user's identities"};
  const auto folder = arguments.value("--store");
  if (arguments.has("--events")) {
    for (const char* theirs : {"--store", "--server", "--token"})
      if (arguments.has(theirs)) throw UsageError{std::string("`--events` is read here; it goes without `") + theirs + "`"};
    return over_events(arguments, terminal);
  }
  if (!folder) return over_server(arguments, terminal);
  if (arguments.has("--server") || arguments.has("--token")) throw UsageError{"`--store` is read here; it goes without `--server` and `--token`"};
  return over_store(*folder, arguments, terminal);
}

}  // namespace wend::cli
