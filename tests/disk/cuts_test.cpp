// F4: the power is cut at any moment, and of what no sync had made safe the disk keeps nothing, the first of it, or any of it, torn.
// What was acknowledged is there afterwards, in all key spaces alike, again and again, through cuts while it recovers.
// WEND_CUTS says how many cuts, WEND_CUTS_SEED from which seed on.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "runtime/store/keys.h"
#include "tests/disk/cut_disk.h"
#include "tests/disk/rows.h"
#include "tests/unit/store/store_world.h"

using namespace wend;
using namespace wend::disk;
using wend::test::Folder;
namespace fs = std::filesystem;

namespace {

constexpr size_t kWritesOfARound = 60, kCutsOfARound = 12;

uint64_t number_of(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text && *text ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Tally { uint64_t cuts = 0, refused = 0, lost = 0, acknowledged = 0; };

enum class Lie { none, logs, folders };

// A store over many rounds: opened, written to, cut. Each round begins with what a cut of the one before it has left.
class Story {
 public:
  Story(uint64_t seed, Lie lie) : seed_(seed), lie_(lie), random_(seed * 7'919 + 3) {}

  void round(Tally& tally) {
    const std::string here = folder_.at("round" + std::to_string(rounds_++));
    if (rounds_ == 1) fs::create_directory(here);
    CutDisk disk(here);
    live(disk, here + "/kept");
    disk.stop();
    REQUIRE(disk.difference().empty());
    for (size_t i = 0; i < kCutsOfARound; ++i) {
      const bool last = i + 1 == kCutsOfARound;
      const std::string left = last ? folder_.at("round" + std::to_string(rounds_)) : folder_.at("cut");
      const Cut cut = draw(disk);
      disk.leave(cut, left);
      const std::optional<size_t> found = look(cut, left + "/kept", tally);
      ++tally.cuts;
      if (last && found) go_back(*found);   // what the next round begins with
      over_ = last && !found;
      if (!last) fs::remove_all(left);
    }
    fs::remove_all(here);
  }
  bool over() const { return over_; }

 private:
  struct Write { Batch batch; size_t begun, told; uint64_t next, oldest; };

  // What happens to the store: opening, writes of all kinds, files written and merged on the way.
  void live(CutDisk& disk, const std::string& folder) {
    const auto store = test::open(folder, settings());
    REQUIRE(differing_space(*store, *twin(writes_.size())).empty());
    before_ = writes_.size();
    for (size_t i = 0, most = random_() % kWritesOfARound; i < most; ++i) {
      if (random_() % 16 == 0) test::must(store->flush());
      Write write{{}, disk.now(), 0, 0, 0};
      if (random_() % 40 == 0) {
        write.batch.erase_range(Space::dedup, "", number(oldest_ + 10));
        test::must(store->drop_range(Space::dedup, "", number(oldest_ + 10)));
      } else {
        write.batch = batch();
        test::must(store->write(write.batch, true));
      }
      write.told = disk.now();
      write.next = next_;
      write.oldest = oldest_;
      writes_.push_back(std::move(write));
    }
  }

  void go_back(size_t writes) {
    writes_.resize(writes);
    next_ = writes ? writes_.back().next : 0;
    oldest_ = writes ? writes_.back().oldest : 1;
  }

  static RocksStoreOptions settings() {
    RocksStoreOptions options;
    options.write_buffer_bytes_max = 64 << 10;   // files are written and logs change on the way
    return options;
  }
  static std::string number(uint64_t n) { return big_endian(n); }

  // A step: a state, its timer moved, a mark, a send; sometimes longer than a block of the log.
  Batch batch() {
    Batch step;
    const uint64_t user = random_() % 50, now = ++next_;
    step.put(Space::state, number(user), std::string(random_() % 10 == 0 ? 100'000 : random_() % 1500, static_cast<char>('a' + now % 26)) + number(now));
    step.put(Space::timer, number(now), "");
    step.put(Space::dedup, number(now), "seen");
    step.put(Space::outbox, number(now), std::string(200, 'o'));
    if (random_() % 3 == 0 && oldest_ < now) {
      step.erase(Space::timer, number(oldest_));
      step.erase(Space::outbox, number(oldest_));
      step.put(Space::sent, number(oldest_), "sent");
      ++oldest_;
      step.low_water(Space::timer, number(oldest_));
      step.low_water(Space::outbox, number(oldest_));
    }
    step.put(Space::meta, "next", number(now));
    return step;
  }

  Cut draw(const CutDisk& disk) {
    Cut cut;
    cut.at = random_() % (disk.now() + 1);
    if (random_() % 2)   // somewhere about what is rare
      for (size_t tries = 0; tries < 200 && (cut.at >= disk.now() || !disk.seldom(cut.at)); ++tries) cut.at = random_() % (disk.now() + 1);
    cut.kind = static_cast<Cut::Kind>(random_() % 3);
    cut.seed = random_();
    if (lie_ == Lie::logs) cut.lying_ending = ".log";
    cut.folders_lie = lie_ == Lie::folders;
    return cut;
  }

  std::unique_ptr<Store> twin(size_t writes) const {
    auto rows = make_memory_store();
    for (size_t i = 0; i < writes; ++i) test::must(rows->write(writes_[i].batch, true));
    return rows;
  }

  // How many of the writes the store has that a cut left; nothing: it is refused.
  std::optional<size_t> look(const Cut& cut, const std::string& folder, Tally& tally) {
    INFO("seed " << seed_ << ", round " << rounds_ << ", cut at " << cut.at << " of kind " << static_cast<int>(cut.kind) << " with " << cut.seed);
    size_t told = before_, begun = before_;
    for (; begun < writes_.size() && writes_[begun].begun < cut.at; ++begun) told += writes_[begun].told <= cut.at;
    tally.acknowledged += told;
    const NoSyncs quick(folder);
    RocksStoreOptions options = settings();
    options.folder = folder;
    const OpenedStore opened = open_rocks_store(options);
    if (!opened.store) {
      INFO(opened.failure->text());
      ++tally.refused;
      if (lie_ == Lie::none) {
        CHECK(cut.kind == Cut::Kind::reordered);   // what a torn tail explains is no reason to refuse
        CHECK(opened.failure->kind == StoreError::Kind::damaged);
      }
      return {};
    }
    std::string differs;
    for (size_t writes = told; writes <= begun; ++writes) {
      differs = differing_space(*opened.store, *twin(writes));
      if (differs.empty()) return writes;
    }
    ++tally.lost;
    INFO(told << " acknowledged, " << begun << " begun, and not what is in " << differs);
    if (lie_ == Lie::none) CHECK(differs.empty());
    return {};
  }

  const uint64_t seed_;
  const Lie lie_;
  std::mt19937_64 random_;
  Folder folder_;
  std::vector<Write> writes_;      // all that the store has
  size_t before_ = 0;              // at the beginning of this round
  size_t rounds_ = 0;
  uint64_t next_ = 0, oldest_ = 1;
  bool over_ = false;
};

Tally cuts(uint64_t most, Lie lie) {
  Tally tally;
  for (uint64_t seed = number_of("WEND_CUTS_SEED", 1); tally.cuts < most; ++seed) {
    Story story(seed, lie);
    for (int round = 0; round < 8 && !story.over() && tally.cuts < most; ++round) story.round(tally);
  }
  return tally;
}

}  // namespace

TEST_CASE("F4: the power is cut at any moment, and what was acknowledged is there, whole") {
  const Tally tally = cuts(number_of("WEND_CUTS", 240), Lie::none);
  CHECK(tally.lost == 0);
  CHECK(tally.acknowledged > 0);
  std::printf("power cuts: %llu, lost %llu, refused because more than the tail was torn %llu\n", static_cast<unsigned long long>(tally.cuts),
              static_cast<unsigned long long>(tally.lost), static_cast<unsigned long long>(tally.refused));
}

TEST_CASE("F4: on a disk that lies about its syncs something is lost, or the store is refused") {
  CHECK(cuts(60, Lie::logs).lost > 0);
  const Tally folders = cuts(60, Lie::folders);
  CHECK(folders.lost + folders.refused > 0);
}
