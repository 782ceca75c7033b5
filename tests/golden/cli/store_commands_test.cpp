// `wend backup`, `restore` and `verify` over a real store, as an operator meets them.
#include <fstream>

#include "runtime/store/erasures.h"
#include "runtime/store/keys.h"
#include "test_paths.h"
#include "tests/golden/cli/fixture.h"
#include "tests/unit/store/store_world.h"

using namespace wend;
using namespace wend::test;

namespace {

// Exit codes, standard output and standard error of these commands, with the folder of the test as F and the numbers of bytes as N.
std::string told(const Folder& folder, const std::vector<std::string>& commands) {
  golden::CliCase test;
  for (const std::string& command : commands) test.commands.push_back("wend " + command + " -C " + folder.path);
  std::string out = run_cli_case(test, WEND_BINARY_DIR "/wend");
  for (size_t at; (at = out.find(folder.path)) != std::string::npos;) out.replace(at, folder.path.size(), "F");
  if (const size_t at = out.find(" bytes"); at != std::string::npos) {
    const size_t begin = out.rfind(' ', at - 1) + 1;
    out.replace(begin, at - begin, "N");
  }
  return out;
}

void make_store(const Folder& folder) {
  const auto store = open(folder.at("store"));
  for (int i = 0; i < 10; ++i) put(*store, Space::state, "user" + std::to_string(i), "bytes", true);
  must(store->flush());
}

}  // namespace

TEST_CASE("a store is backed up, the backup verified and a store restored from it") {
  const Folder folder;
  make_store(folder);
  const std::string result = told(folder, {"backup store copy", "verify copy", "verify store", "restore copy again", "verify again", "backup again second --quiet"});
  INFO(result);
  CHECK(result.find("backed up: ") != std::string::npos);
  CHECK(result.find(" files, N bytes, in copy\n") != std::string::npos);
  CHECK(result.find("the backup is well: 12 rows\n") != std::string::npos);
  CHECK(result.find("the store is well: 12 rows\n") != std::string::npos);
  CHECK(result.find("restored in again: 12 rows, epoch 1, 0 erasures to be done again\n") != std::string::npos);
  CHECK(result.find("the store is well: 15 rows\n") != std::string::npos);
  CHECK(result.find("exit 5") == std::string::npos);
  CHECK(fs::exists(folder.at("second/BACKUP")));
  CHECK(get(*open(folder.at("again")), Space::state, "user7") == "bytes");
}

TEST_CASE("a damaged backup ends with 5 and the names of the files, and nothing is restored") {
  const Folder folder;
  make_store(folder);
  told(folder, {"backup store copy"});
  fs::remove(folder.at("copy/CURRENT"));
  std::ofstream(folder.at("copy/stray.log")) << "x";
  for (const char* command : {"restore copy again", "verify copy"}) {
    const std::string result = told(folder, {command});
    INFO(result);
    CHECK(result.find("exit 5") != std::string::npos);
    CHECK(result.find("error: a file of the backup is missing (copy/CURRENT): take an older backup that is whole\n") != std::string::npos);
    CHECK(result.find("error: this is no file of the backup (copy/stray.log): move it away\n") != std::string::npos);
  }
  CHECK_FALSE(fs::exists(folder.at("again")));
}

TEST_CASE("a folder without a store is told so, and left as it is") {
  const Folder folder;
  fs::create_directory(folder.at("notes"));
  std::ofstream(folder.at("notes/mine.txt")) << "x";
  for (const char* command : {"backup notes copy", "verify notes"}) CHECK(told(folder, {command}).find("exit 5\n--- stderr\nerror: there is no store here (F/notes): choose another folder\n") != std::string::npos);
  for (const char* command : {"backup none copy", "verify none"}) CHECK(told(folder, {command}).find("No such file or directory (F/none)\n") != std::string::npos);
  CHECK(told(folder, {"verify notes/mine.txt"}).find("error: the store lies in a folder, and this is none (F/notes/mine.txt): choose a folder\n") != std::string::npos);
  CHECK_FALSE(fs::exists(folder.at("notes/OWNER")));
}

TEST_CASE("nothing is written over") {
  const Folder folder;
  make_store(folder);
  const std::string result = told(folder, {"backup store copy", "backup store copy", "restore copy store"});
  INFO(result);
  CHECK(result.find("error: there is something of that name (F/copy): choose another\n") != std::string::npos);
  CHECK(result.find("error: the folder is there and not empty (F/store): choose another\n") != std::string::npos);
}

TEST_CASE("a store that a server has open is backed up by the server") {
  const Folder folder;
  make_store(folder);
  const auto server = open(folder.at("store"));
  const std::string result = told(folder, {"backup store copy", "verify store"});
  INFO(result);
  CHECK(result.find("exit 5") != std::string::npos);
  CHECK(result.find("(F/store): a server that runs makes one itself: `POST /v1/backup` on its admin port\n") != std::string::npos);
  CHECK(result.find("(F/store): stop that one, or use another folder\n") != std::string::npos);
  CHECK_FALSE(fs::exists(folder.at("copy")));
}

TEST_CASE("a restored store is told whom it must not know any more") {
  const Folder folder;
  make_store(folder);
  told(folder, {"backup store copy"});
  {
    const auto store = open(folder.at("store"));
    put(*store, Space::meta, std::string(kErasedKeys) + std::string(16, 'a'), "12345678", true);
    must(write_ledger(*store, folder.at("erased")));
  }
  const std::string result = told(folder, {"restore copy again --erased erased", "restore copy third --erased none"});
  INFO(result);
  CHECK(result.find("1 erasure to be done again\n") != std::string::npos);
  CHECK(result.find("error: cannot be read: No such file or directory (none)\n") != std::string::npos);
  CHECK(get(*open(folder.at("again")), Space::meta, std::string(kErasureDueKeys) + std::string(16, 'a')));
  CHECK_FALSE(fs::exists(folder.at("third")));
}
