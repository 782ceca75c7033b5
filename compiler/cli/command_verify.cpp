// `wend verify`: is every byte of a store, or of a backup, as it was written?
#include "compiler/cli/store_errors.h"
#include "runtime/store/backup.h"

namespace wend::cli {

namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  const std::string& folder = arguments.positionals[0];
  Verified verified;
  const std::vector<StoreError> errors = verify_folder(folder, verified);
  tell_notes(verified.notes, terminal);
  if (!errors.empty()) return tell(errors, terminal);
  terminal.say(std::string(verified.backup ? "the backup" : "the store") + " is well: " + counted(verified.all_rows(), "row") + "\n");
  return exit_code::kWell;
}

}  // namespace

const Command kVerify = {
    "verify", "is every byte of a store or a backup as it was written?",
    "  wend verify /var/lib/wend/store\n"
    "  wend verify /mnt/backups/2026-03-01\n",
    {{"FOLDER", "a store that no server has open, or a backup", true}},
    {},
    run};

}  // namespace wend::cli
