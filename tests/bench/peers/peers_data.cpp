// Writes what the engines read.
//   peers_data predicate|segments USERS FILE KINDS    users as CSV, and what the columns are
//   peers_data log EVENTS FILE                        the log as CSV
#include <cstdlib>
#include <memory>
#include <string>

#include "tests/bench/peers/log.h"
#include "tests/bench/peers/population.h"

using namespace peers;

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File created(const char* path) {
  File file(std::fopen(path, "w"), std::fclose);
  if (!file) std::perror(path), std::exit(1);
  return file;
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  if (count != (what == "log" ? 4 : 5)) return std::fputs("peers_data predicate|segments USERS FILE KINDS, or log EVENTS FILE\n", stderr), 2;
  const size_t rows = std::strtoull(words[2], nullptr, 10);
  const File file = created(words[3]);
  if (what == "log") {
    write_csv(make_log(rows), file.get());
  } else {
    const Population population = make_users(what, rows);
    write_csv(population, file.get());
    write_kinds(population, created(words[4]).get());
  }
}
