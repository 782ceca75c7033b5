// Files as they come: plain, compressed, cut off, missing.
#include <catch2/catch.hpp>

#include "runtime/engine/byte_source.h"
#include "tests/unit/ingest/sample.h"

using namespace wend;

namespace {

struct Read { std::string bytes, error; };

Read read_all(const std::string& path, size_t piece = 1 << 16) {
  const auto source = open_source(path);
  Read read;
  std::string buffer(piece, '\0');
  while (const size_t got = source->read(buffer.data(), buffer.size())) read.bytes.append(buffer, 0, got);
  read.error = source->error();
  return read;
}

std::string much_text() {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

}  // namespace

TEST_CASE("plain, gzip and zstd files give the same bytes, whatever they are called") {
  const sample::Folder folder;
  const std::string text = much_text();
  for (const std::string& bytes : {text, sample::gzip(text), sample::zstd(text), sample::gzip(text.substr(0, 1000)) + sample::gzip(text.substr(1000)),
                                   sample::zstd(text.substr(0, 1000)) + sample::zstd(text.substr(1000))}) {
    const std::string path = folder.write("events.dat", bytes);
    for (size_t piece : {1u << 16, 997u}) {
      const Read read = read_all(path, piece);
      CHECK(read.error.empty());
      CHECK((read.bytes == text));
    }
  }
}

TEST_CASE("files shorter than a magic number are plain") {
  const sample::Folder folder;
  for (const std::string bytes : {"", "a", "ab", "abc"}) {
    const Read read = read_all(folder.write("short", bytes));
    CHECK(read.error.empty());
    CHECK(read.bytes == bytes);
  }
}

TEST_CASE("a cut archive gives what stands before the cut, and an error that names the file") {
  const sample::Folder folder;
  const std::string text = much_text();
  for (const std::string& whole : {sample::gzip(text), sample::zstd(text)}) {
    const std::string path = folder.write("cut", whole.substr(0, whole.size() / 2));
    const Read read = read_all(path);
    CHECK(read.error.find(path) != std::string::npos);
    CHECK(read.error.find("ends in the middle") != std::string::npos);
    CHECK((text.compare(0, read.bytes.size(), read.bytes) == 0));
  }
  const std::string cut = sample::gzip(text);
  CHECK(!read_all(folder.write("cut", cut.substr(0, cut.size() / 2))).bytes.empty());
  CHECK(read_all(folder.write("tail", cut.substr(0, cut.size() - 3))).error.find("ends in the middle") != std::string::npos);
}

TEST_CASE("damage inside an archive is told") {
  const sample::Folder folder;
  std::string bytes = sample::gzip(much_text());
  for (size_t i = bytes.size() / 2; i < bytes.size() / 2 + 64; ++i) bytes[i] = static_cast<char>(bytes[i] ^ 0x5a);
  CHECK(read_all(folder.write("damaged", bytes)).error.find("damaged gzip data") != std::string::npos);
}

TEST_CASE("what is no readable file says so") {
  const sample::Folder folder;
  CHECK(read_all(folder.path("absent")).error.find("there is no such file") != std::string::npos);
  CHECK(read_all(folder.path(".")).error.find("it is a folder") != std::string::npos);
  const std::string locked = folder.write("locked", "x");
  std::filesystem::permissions(locked, std::filesystem::perms::none);
  if (::geteuid() != 0) CHECK(read_all(locked).error.find("Permission denied") != std::string::npos);
}
