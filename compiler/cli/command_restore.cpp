// `wend restore`: a store from a backup, once every file of the backup is found well.
#include "compiler/cli/store_errors.h"
#include "runtime/store/backup.h"

namespace wend::cli {

namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  const std::string &folder = arguments.positionals[0], &to = arguments.positionals[1];
  Restored restored;
  if (const auto errors = restore_backup(folder, to, arguments.value_or("--erased", ""), restored); !errors.empty()) return tell(errors, terminal);
  terminal.say("restored in " + to + ": " + counted(restored.rows, "row") + ", epoch " + std::to_string(restored.epoch) + ", " +
               counted(restored.erasures_due, "erasure") + " to be done again\n" +
               "what was sent after the backup was made is not known there: nothing is sent until an operator releases it\n");
  return exit_code::kWell;
}

}  // namespace

const Command kRestore = {
    "restore", "a store from a backup",
    "  wend restore /mnt/backups/2026-03-01 /var/lib/wend/store --erased /mnt/backups/erased\n",
    {{"BACKUP", "the folder that `wend backup` or a server made", true}, {"TO", "the folder of the new store: none yet, or empty", true}},
    {{"--erased", "FILE", "the ledger of who was erased, which an older backup cannot know"}},
    run};

}  // namespace wend::cli
