// A funnel of three steps within seven days over a made-up log: events a second of one processor, from columns in memory and from a
// log on disk. `--log FILE` leaves the log behind, 13 bytes an event (user, at, kind: ClickHouse's RowBinary), for
// tests/bench/peers/sequences_clickhouse.py, which asks windowFunnel the same of the same file. Counts by step come last,
// to be held against its.
#include <cinttypes>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <random>

#include "runtime/engine/funnel.h"
#include "tests/bench/bench.h"

namespace {

using wend::Funnel;

constexpr int64_t kDay = 86'400'000'000, kFrom = 1'767'225'600'000'000;   // 2026-01-01
constexpr int64_t kWithin = 7 * kDay;
constexpr uint32_t kSteps = 3;
constexpr size_t kRowBytes = 13, kBlock = 1 << 14;

// Of ten events three are a visit, two a basket, one a purchase and four something else.
constexpr uint8_t kKinds[10] = {0, 0, 0, 1, 1, 2, 3, 3, 3, 3};
constexpr uint8_t kFits[4] = {1, 2, 4, 0};

struct Columns {
  std::vector<uint32_t> users;
  std::vector<int64_t> at;
  std::vector<uint8_t> kinds;
};

// In time order, evenly over ninety days, each event some user's.
Columns made_up(size_t events, uint32_t users) {
  Columns out;
  std::mt19937_64 random(1);
  const double step = 90.0 * static_cast<double>(kDay) / static_cast<double>(events);
  for (size_t i = 0; i < events; ++i) {
    const uint64_t drawn = random();
    out.users.push_back(static_cast<uint32_t>((drawn >> 32) % users));
    out.at.push_back(kFrom + static_cast<int64_t>(step * static_cast<double>(i)));
    out.kinds.push_back(kKinds[(drawn & 0xffffff) % 10]);
  }
  return out;
}

void add(Funnel& funnel, const uint32_t* users, const int64_t* at, const uint8_t* kinds, size_t n) {
  uint8_t fits[kBlock];
  for (size_t i = 0; i < n; ++i) fits[i] = kFits[kinds[i]];
  funnel.add({{users, n}, {at, n}, {fits, n}});
}

std::vector<uint64_t> from_memory(const Columns& log, uint32_t users) {
  Funnel funnel(kSteps, kWithin, users);
  for (size_t from = 0; from < log.users.size(); from += kBlock)
    add(funnel, &log.users[from], &log.at[from], &log.kinds[from], std::min(kBlock, log.users.size() - from));
  return funnel.reached();
}

std::vector<uint64_t> from_disk(const std::string& path, uint32_t users) {
  Funnel funnel(kSteps, kWithin, users);
  const std::unique_ptr<FILE, int (*)(FILE*)> file(fopen(path.c_str(), "rb"), fclose);
  std::vector<char> rows(kBlock * kRowBytes);
  std::vector<uint32_t> who(kBlock);
  std::vector<int64_t> at(kBlock);
  std::vector<uint8_t> kinds(kBlock);
  for (size_t n; file && (n = fread(rows.data(), kRowBytes, kBlock, file.get())) > 0;) {
    for (size_t i = 0; i < n; ++i) {
      const char* row = &rows[i * kRowBytes];
      memcpy(&who[i], row, 4);
      memcpy(&at[i], row + 4, 8);
      kinds[i] = static_cast<uint8_t>(row[12]);
    }
    add(funnel, who.data(), at.data(), kinds.data(), n);
  }
  return funnel.reached();
}

bool write_log(const Columns& log, const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(fopen(path.c_str(), "wb"), fclose);
  for (size_t i = 0; file && i < log.users.size(); ++i) {
    char row[kRowBytes];
    memcpy(row, &log.users[i], 4);
    memcpy(row + 4, &log.at[i], 8);
    row[12] = static_cast<char>(log.kinds[i]);
    if (fwrite(row, kRowBytes, 1, file.get()) != 1) return false;
  }
  return file && fflush(file.get()) == 0;
}

// Of the processor, not of the clock on the wall: what else the machine does is left out. The median of `runs`, behind one that is not counted.
double processor_seconds(int runs, const std::function<void()>& work) {
  work();
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const clock_t begin = clock();
    work();
    times.push_back(static_cast<double>(clock() - begin) / CLOCKS_PER_SEC);
  }
  return bench::median(std::move(times));
}

const char* option(int argc, char** argv, const char* name, const char* otherwise) {
  for (int i = 1; i + 1 < argc; ++i)
    if (strcmp(argv[i], name) == 0) return argv[i + 1];
  return otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const size_t events = strtoull(option(argc, argv, "--events", "20000000"), nullptr, 10);
  const auto users = static_cast<uint32_t>(strtoul(option(argc, argv, "--users", "1000000"), nullptr, 10));
  if (events == 0 || users == 0) return fprintf(stderr, "wanted: funnel_bench [--events N] [--users N] [--log FILE]\n"), 2;
  const Columns log = made_up(events, users);
  const bench::Folder folder;
  const std::string aside = folder.path + "/log", path = option(argc, argv, "--log", aside.c_str());
  if (!write_log(log, path)) return fprintf(stderr, "cannot write %s\n", path.c_str()), 1;
  std::vector<uint64_t> reached, read;
  const double memory = processor_seconds(7, [&] { reached = from_memory(log, users); });
  const double disk = processor_seconds(5, [&] { read = from_disk(path, users); });
  const double millions = static_cast<double>(events) / 1e6;
  printf("a funnel of 3 steps within 7 days over %.0f million events of %u users, one core\n", millions, users);
  printf("  from columns in memory        %7.1f million events/s, %5.2f ns each\n", millions / memory, memory / static_cast<double>(events) * 1e9);
  printf("  from the log on disk, cached  %7.1f million events/s, %5.2f ns each\n", millions / disk, disk / static_cast<double>(events) * 1e9);
  printf("  users at each step            ");
  for (const uint64_t count : reached) printf(" %" PRIu64, count);
  printf("%s\n", read == reached ? "" : ", and others from disk: that is wrong");
  return read == reached ? 0 : 1;
}
