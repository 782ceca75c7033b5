// Secrets: references only, closed files only, the newest text, and no way to print one by accident.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <sstream>
#include <type_traits>

#include "support.h"

using namespace wend;
using namespace wend::test;

namespace {

template <class T, class = void> struct Streams : std::false_type {};
template <class T> struct Streams<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>> : std::true_type {};
static_assert(Streams<std::string>::value && !Streams<SecretText>::value, "a secret cannot be streamed");
static_assert(!std::is_convertible_v<SecretText, std::string> && !std::is_convertible_v<SecretText, std::string_view>);
static_assert(!std::is_copy_constructible_v<SecretText>);

// What is read, or the problem.
std::string read(const std::string& reference) {
  std::string problem;
  const std::optional<SecretSource> source = SecretSource::from(reference, problem);
  if (!source) return problem;
  const std::optional<SecretText> text = source->read(problem);
  return text ? std::string(text->reveal()) : problem;
}

}  // namespace

TEST_CASE("a secret is a reference and never itself") {
  for (const char* inline_secret : {"hunter2", "", "FILE:/etc/x", " file:/etc/x", "secret"}) {
    CHECK(read(inline_secret) == "a secret is given as `file:PATH` or `env:NAME`, never as it is");
  }
  CHECK(read("file:") == "the secret's place is missing behind `file:` or `env:`");
  CHECK(read("env:") == "the secret's place is missing behind `file:` or `env:`");
}

TEST_CASE("a secret is read from a file, one line end behind it left away") {
  const Folder folder;
  CHECK(read("file:" + folder.write("a", "pass word")) == "pass word");
  CHECK(read("file:" + folder.write("a", "pass\n")) == "pass");
  CHECK(read("file:" + folder.write("a", "pass\r\n")) == "pass");
  CHECK(read("file:" + folder.write("a", "two\nlines\n")) == "two\nlines");
}

TEST_CASE("a file that everybody may read or write holds no secret") {
  const Folder folder;
  for (const unsigned mode : {0644u, 0604u, 0602u}) CHECK(read("file:" + folder.write("a", "pass", mode)).find("everybody") == 0);
  CHECK(read("file:" + folder.write("a", "pass", 0640)) == "pass");
}

TEST_CASE("an empty, missing, overlong or odd file holds no secret") {
  const Folder folder;
  CHECK(read("file:" + folder.write("a", "")) == "the secret is empty");
  CHECK(read("file:" + folder.write("a", "\n")) == "the secret is empty");
  CHECK(read("file:" + folder.write("a", std::string(SecretSource::kBytesMax + 1, 'x'))) == "the secret is longer than 16 KB");
  CHECK(read("file:" + folder.path("none")).find("cannot be opened") != std::string::npos);
  CHECK(read("file:" + folder.path("")) == "the secret's place is not a regular file");
}

TEST_CASE("a secret that was changed is the new one from the next reading on") {
  const Folder folder;
  std::string problem;
  const SecretSource source = *SecretSource::from("file:" + folder.write("a", "old"), problem);
  CHECK(source.read(problem)->reveal() == "old");
  folder.write("a", "new");
  CHECK(source.read(problem)->reveal() == "new");
}

TEST_CASE("a secret is read from the environment") {
  ::setenv("WEND_TEST_SECRET", "pass", 1);
  CHECK(read("env:WEND_TEST_SECRET") == "pass");
  ::unsetenv("WEND_TEST_SECRET");
  CHECK(read("env:WEND_TEST_SECRET") == "the environment has no `WEND_TEST_SECRET`");
}

TEST_CASE("a secret that moves leaves nothing behind") {
  SecretText first(std::string("pass"));
  const SecretText second(std::move(first));
  CHECK(first.reveal().empty());
  CHECK(second.reveal() == "pass");
}
