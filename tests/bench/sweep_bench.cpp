// `wend sweep` in figures: twenty segments of tests/bench/sweep over made-up users.
//
//   sweep_bench                   ten million users, all of the below but `csv`
//   sweep_bench hold N FILE       makes N users and holds them in FILE
//   sweep_bench csv N FILE        the same users as CSV, for others to be asked (sweep_duckdb.py)
//   sweep_bench memory FILE       asks users that lie in memory, beside a plain sum over the same bytes
//   sweep_bench file FILE         asks them out of the file, as the command does
#include <sys/resource.h>
#include <time.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <thread>

#include <fmt/format.h>

#include "compiler/service/service.h"
#include "compiler/service/sweep.h"
#include "runtime/hosts/sweep.h"
#include "test_paths.h"
#include "tests/bench/bench.h"
#include "tests/bench/sweep_users.h"

namespace {

using namespace wend;

constexpr int64_t kAt = 1'768'478'400'000'000;   // 2026-01-15T12:00Z

PopulationLayout layout_of(const Program& program) {
  PopulationLayout layout;
  layout.at = kAt;
  layout.project = program.project.name;
  layout.zone = program.project.time_zone;
  layout.columns = bench::fit_to_users(compile_held(program).columns);
  return layout;
}

template <class Each>
void make(const std::vector<ColumnLayout>& columns, uint64_t count, Each each) {
  for (uint64_t first = 0; first < count; first += kBlockRows) {
    const uint32_t rows = static_cast<uint32_t>(std::min<uint64_t>(kBlockRows, count - first));
    each(bench::users(columns, first, rows), rows);
  }
}

int hold(const Program& program, uint64_t count, const char* path) {
  const PopulationLayout layout = layout_of(program);
  PopulationWriter writer(path, layout);
  double writing = 0;
  const double all = bench::seconds([&] {
    make(layout.columns, count, [&](const std::vector<ColumnRows>& users, uint32_t rows) { writing += bench::seconds([&] { writer.add(rows, users); }); });
  });
  if (const auto fault = writer.finish()) return fmt::print(stderr, "{}\n", *fault), 1;
  fmt::print("{} users held in {:.1f} s, {:.1f} s of it packing and writing\n", count, all, writing);
  return 0;
}

int csv(const Program& program, uint64_t count, const char* path) {
  const PopulationLayout layout = layout_of(program);
  std::ofstream out(path, std::ios::binary);
  out << bench::csv_header(layout.columns);
  make(layout.columns, count, [&](const std::vector<ColumnRows>& users, uint32_t rows) { out << bench::csv_of(layout.columns, users, rows); });
  return out.good() ? 0 : 1;
}

void tell(const char* what, double seconds, uint64_t users, uint64_t rules, uint64_t bytes) {
  fmt::print("  {:<28} {:8.2f} ms {:9.0f} M users/s {:9.0f} M segments of users/s {:7.2f} GB/s\n", what, seconds * 1e3, static_cast<double>(users) / seconds / 1e6,
             static_cast<double>(users * rules) / seconds / 1e6, static_cast<double>(bytes) / seconds / 1e9);
}

// One thread is timed by what it was given of the processor, two by the wall.
double busy_seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const double begin = now();
  work();
  return now() - begin;
}

uint64_t sum(const void* bytes, size_t size) {
  const uint64_t* words = static_cast<const uint64_t*>(bytes);
  uint64_t a[32] = {};
  for (size_t i = 0; i + 32 <= size / 8; i += 32)
    for (size_t k = 0; k < 32; ++k) a[k] += words[i + k];
  uint64_t all = 0;
  for (const uint64_t one : a) all += one;
  return all;
}

int memory(const Population& population, const BatchModule& batch) {
  std::vector<PopulationBlock> blocks(population.blocks());
  for (size_t i = 0; i < blocks.size(); ++i)
    if (const auto fault = population.read(i, batch.columns, blocks[i])) return fmt::print(stderr, "{}\n", fault->message), 1;
  const uint64_t users = population.layout().rows, bytes = population.bytes(batch.columns);
  fmt::print("{} users in memory, {:.1f} bytes of a user in the {} columns that {} segments read\n", users, static_cast<double>(bytes) / static_cast<double>(users),
             batch.columns.size(), batch.rules);
  std::vector<wend_set_count> counts(batch.sets);
  const auto threads = [&](size_t many, auto work) {
    std::vector<std::thread> others;
    for (size_t t = 1; t < many; ++t) others.emplace_back(work, t);
    work(0);
    for (std::thread& other : others) other.join();
  };
  std::vector<double> shares;
  for (const size_t many : {1, 2}) {
    // Turn by turn, so that both meet the same mood of the machine.
    std::vector<double> sums, sweeps;
    const auto seconds = [many](const std::function<void()>& work) { return many == 1 ? busy_seconds(work) : bench::seconds(work); };
    volatile uint64_t kept = 0;
    for (int round = 0; round < 15; ++round) {
      sums.push_back(seconds([&] {
        threads(many, [&](size_t first) {
          uint64_t all = 0;
          for (size_t i = first; i < blocks.size(); i += many)
            for (const uint32_t column : batch.columns) {
              const wend_column& one = blocks[i].columns[column];
              const void* begin = one.known ? static_cast<const void*>(one.known) : one.values;
              all += sum(begin, population.section_bytes(i, column));
            }
          kept = kept + all;
        });
      }));
      sweeps.push_back(seconds([&] {
        threads(many, [&](size_t first) {
          BlockSweep sweep(population.layout(), batch);
          std::vector<wend_set_count> own(batch.sets);
          for (size_t i = first; i < blocks.size(); i += many) sweep.run(blocks[i], own);
          if (first == 0 && many == 1) counts = own;
        });
      }));
    }
    const double probe = bench::median(sums), took = bench::median(sweeps);
    fmt::print("{}\n", many == 1 ? "one thread" : "two threads");
    tell("sum of the same bytes", probe, users, 0, bytes);
    tell("sweep", took, users, batch.rules, bytes);
    fmt::print("  {:.2f} of the memory's rate\n", probe / took);
  }
  for (const BatchModule::Audience& audience : batch.audiences) fmt::print("{} {}\n", audience.name, counts[audience.set].users);
  return 0;
}

int file(const Population& population, const BatchModule& batch) {
  for (const unsigned threads : {1u, 2u}) {
    SweepResult result;
    const double took = bench::median_seconds(3, [&] { result = sweep(population, batch, {threads, {}}); });
    if (result.error) return fmt::print(stderr, "{}\n", result.error->message), 1;
    fmt::print("{} users out of the file, {} thread{}\n", result.users, threads, threads == 1 ? "" : "s");
    tell("read, checked and swept", took, result.users, batch.rules, result.bytes);
  }
  struct rusage usage{};   // of all that ran in this process
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print("  {:.0f} MB of memory at most\n", static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}

}  // namespace

namespace {

int ask(const Program& program, const std::string& what, const std::string& path) {
  PopulationFault fault;
  const std::unique_ptr<Population> population = Population::open(path, fault);
  if (!population) return fmt::print(stderr, "{}\n", fault.message), 1;
  std::vector<std::string> missing;
  std::shared_ptr<const BatchModule> batch;
  const double compiling = bench::seconds([&] { batch = compile_sweep(program, population->layout(), missing); });
  if (!batch) return fmt::print(stderr, "{}\n", missing.front()), 1;
  fmt::print("twenty segments compiled in {:.0f} ms\n", compiling * 1e3);
  return what == "memory" ? memory(*population, *batch) : file(*population, *batch);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const Project project = Project::load(WEND_SOURCE_DIR "/tests/bench/sweep");
  if (!project.ok()) return fmt::print(stderr, "tests/bench/sweep has errors\n"), 1;
  if (argc == 4 && what == "hold") return hold(project.program(), std::strtoull(argv[2], nullptr, 10), argv[3]);
  if (argc == 4 && what == "csv") return csv(project.program(), std::strtoull(argv[2], nullptr, 10), argv[3]);
  if (argc == 3 && (what == "memory" || what == "file")) return ask(project.program(), what, argv[2]);
  if (argc != 1) return fmt::print(stderr, "sweep_bench [hold N FILE | csv N FILE | memory FILE | file FILE]\n"), 2;
  const bench::Folder folder;
  const std::string path = folder.path + "/users.columns";
  for (const int code : {hold(project.program(), 10'000'000, path.c_str()), ask(project.program(), "memory", path), ask(project.program(), "file", path)})
    if (code != 0) return code;
  return 0;
}
