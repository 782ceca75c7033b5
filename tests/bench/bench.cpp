// `make bench`: prints one table a subject.
#include "tests/bench/bench.h"

int main() {
  bench::predicate();
  bench::throughput();
  bench::compile_time();
}
