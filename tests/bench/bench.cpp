// `make bench`: prints one table a subject; those that are named, or all.
#include <string_view>

#include "tests/bench/bench.h"

int main(int count, char** names) {
  const auto wanted = [&](std::string_view subject) {
    for (int i = 1; i < count; ++i)
      if (names[i] == subject) return true;
    return count == 1;
  };
  if (wanted("predicate")) bench::predicate();
  if (wanted("throughput")) bench::throughput();
  if (wanted("compile")) bench::compile_time();
}
