// `wend backup`: a whole copy of a store that no server has open.
#include <chrono>

#include "compiler/cli/store_errors.h"
#include "runtime/store/backup.h"
#include "runtime/store/rocks_store.h"

namespace wend::cli {

namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  const std::string &folder = arguments.positionals[0], &to = arguments.positionals[1];
  OpenedStore opened = open_rocks_store({.folder = folder, .create = false});
  if (opened.failure) {
    if (opened.failure->kind == StoreError::Kind::in_use) opened.failure->remedy = "a server that runs makes one itself: `POST /v1/backup` on its admin port";
    return tell({*opened.failure}, terminal);
  }
  tell_notes(opened.notes, terminal);
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch());
  Backup backup;
  if (const StoreFailure failure = back_up(*opened.store, to, {.made_us = now.count()}, &backup)) return tell({*failure}, terminal);
  terminal.say("backed up: " + counted(backup.files.size(), "file") + ", " + counted(backup.bytes(), "byte") + ", in " + to + "\n");
  return exit_code::kWell;
}

}  // namespace

const Command kBackup = {
    "backup", "a whole copy of a store that no server has open",
    "  wend backup /var/lib/wend/store /mnt/backups/2026-03-01\n",
    {{"STORE", "the folder of the store", true}, {"TO", "the folder to make; on the store's own disk it shares files with it, so copy it elsewhere", true}},
    {},
    run};

}  // namespace wend::cli
