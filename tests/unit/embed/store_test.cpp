// The C interface over our store: the decisions of a file run, whatever happens to the process in between.
#include <catch2/catch.hpp>

#include <filesystem>

#include <unistd.h>

#include "runtime/embed/wend_store.h"
#include "support.h"
#include "test_paths.h"

using namespace wend;
using namespace wend::test;

namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() : path_((fs::temp_directory_path() / ("wend-embed-" + std::to_string(::getpid()) + "-" + std::to_string(++count_))).string()) { fs::remove_all(path_); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const char* path() const { return path_.c_str(); }

 private:
  static inline int count_ = 0;
  const std::string path_;
};

// A store that may be closed and opened again; null: in memory.
class Kept {
 public:
  explicit Kept(const char* folder) : folder_(folder) { open(); }
  ~Kept() { wend_store_close(store_); }

  void open() {
    char said[500];
    store_ = wend_store_open(shop(), folder_, said, sizeof said);
    INFO(said);
    REQUIRE(store_ != nullptr);
  }
  void again() {
    wend_store_close(store_);
    open();
  }
  int32_t feed(int64_t received, const std::string& line) { return wend_store_feed(store_, received, line.data(), static_cast<uint32_t>(line.size())); }
  void tick(int64_t now) { REQUIRE(wend_store_tick(store_, now) == 0); }
  void commit() { REQUIRE(wend_store_commit(store_) == 0); }
  std::vector<std::string> take() {
    std::vector<std::string> lines;
    const char* line = nullptr;
    uint32_t size = 0;
    while (wend_store_next(store_, &line, &size) == 1) lines.emplace_back(line, size);
    return lines;
  }
  int64_t next_due() {
    int64_t due = 0;
    REQUIRE(wend_store_next_due(store_, &due) == 0);
    return due;
  }
  std::string said() const { return wend_store_said(store_); }

 private:
  const char* const folder_;
  wend_store* store_ = nullptr;
};

}  // namespace

TEST_CASE("a store decides as a file run does, in memory and on the disk, however often it was closed in between") {
  const std::vector<Made> events = made_up(5, 300);
  const int64_t end = events.back().at + 200 * kDay;
  const std::vector<std::string> expected = decided_by_file(text_of(events), end);
  CHECK(expected.size() > 100);
  for (const bool on_disk : {false, true}) {
    const Folder folder;
    Kept kept(on_disk ? folder.path() : nullptr);
    std::vector<std::string> lines;
    const auto settle = [&] {
      kept.commit();
      for (std::string& line : kept.take()) lines.push_back(std::move(line));
    };
    for (size_t i = 0; i < events.size(); ++i) {
      kept.tick(events[i].at);
      REQUIRE(kept.feed(events[i].at, events[i].line) == 0);
      if (i % 7 == 0) settle();
      if (on_disk && i % 70 == 0) kept.again();
    }
    kept.tick(end);
    settle();
    CHECK(by_instant_and_user(lines) == expected);
  }
}

TEST_CASE("nothing is told before it is durable, and what was not committed has not happened") {
  const Folder folder;
  Kept kept(folder.path());
  CHECK(kept.feed(kMonday, cart("ann", kMonday, "c1", 45)) == 0);
  CHECK(kept.take().empty());
  kept.again();
  CHECK(kept.next_due() == WEND_NO_WAKE);
  CHECK(kept.feed(kMonday, cart("ann", kMonday, "c1", 45)) == 0);
  kept.commit();
  CHECK(kept.take().size() == 1);
  CHECK(kept.take().empty());
  kept.again();
  CHECK(kept.next_due() == kMonday + kHour);
  kept.tick(kMonday + kHour);
  kept.commit();
  CHECK(kept.take().size() >= 3);
}

TEST_CASE("an event that comes twice happens once") {
  Kept kept(nullptr);
  std::string line = cart("ann", kMonday, "c1", 45);
  line.insert(1, R"("messageId":"m1",)");
  CHECK(kept.feed(kMonday, line) == 0);
  CHECK(kept.feed(kMonday + kMinute, line) == 0);
  kept.commit();
  CHECK(kept.take().size() == 1);
}

TEST_CASE("a line that is no event changes nothing, and an instant never goes back") {
  Kept kept(nullptr);
  CHECK(kept.feed(kMonday, "{") == WEND_FAULT_EVENT);
  CHECK(kept.said().find("the line is not JSON") == 0);
  CHECK(kept.feed(kMonday, cart("ann", kMonday, "c1", 45)) == 0);
  CHECK(kept.said().empty());
  CHECK(kept.feed(kMonday - kDay, cart("ann", kMonday + kDay, "c2", 45)) == 0);   // came when the one before did
  kept.commit();
  const std::vector<std::string> lines = kept.take();
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].find(R"({"at":"2026-03-02T09:00:00Z")") == 0);
}

TEST_CASE("a store that cannot be opened says why, and what is missing is refused") {
  const Folder folder;
  char said[500] = "";
  CHECK(wend_store_open(shop(), "/dev/null/store", said, sizeof said) == nullptr);
  CHECK(std::string(said).size() > 10);
  const Kept kept(folder.path());
  said[0] = 0;
  CHECK(wend_store_open(shop(), folder.path(), said, sizeof said) == nullptr);   // it is open already
  CHECK(std::string(said).size() > 10);
  CHECK(wend_store_open(nullptr, folder.path(), said, sizeof said) == nullptr);
  CHECK(wend_store_feed(nullptr, kMonday, "", 0) == WEND_FAULT_ARGUMENT);
  CHECK(wend_store_tick(nullptr, kMonday) == WEND_FAULT_ARGUMENT);
  CHECK(wend_store_commit(nullptr) == WEND_FAULT_ARGUMENT);
  CHECK(wend_store_next(nullptr, nullptr, nullptr) == WEND_FAULT_ARGUMENT);
  CHECK(wend_store_next_due(nullptr, nullptr) == WEND_FAULT_ARGUMENT);
  wend_store_close(nullptr);
}

TEST_CASE("who was kept by another version is refused, and everybody else goes on") {
  const Folder folder;
  {
    Kept kept(folder.path());
    CHECK(kept.feed(kMonday, cart("ann", kMonday, "c1", 45)) == 0);
    kept.commit();
  }
  char said[500] = "";
  wend_prog* another = wend_open(WEND_SOURCE_DIR "/examples/jukebox", said, sizeof said);
  REQUIRE(another != nullptr);
  wend_store* store = wend_store_open(another, folder.path(), said, sizeof said);
  REQUIRE(store != nullptr);
  const auto feed = [&](const std::string& line) { return wend_store_feed(store, kMonday, line.data(), static_cast<uint32_t>(line.size())); };
  CHECK(feed(identify(R"("userId":"ann")", kMonday, "")) == WEND_FAULT_STATE);
  CHECK(std::string(wend_store_said(store)) == "what is kept of the user is damaged, or of another version of the program");
  CHECK(feed(identify(R"("userId":"bo")", kMonday, "")) == 0);
  CHECK(wend_store_tick(store, kMonday + kDay) == 0);
  CHECK(wend_store_commit(store) == 0);
  wend_store_close(store);
  wend_close(another);
}
