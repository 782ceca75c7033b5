// Lines, their numbers and their bounds.
#include <catch2/catch.hpp>

#include "runtime/engine/line_reader.h"

using namespace wend;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  LineReader reader(text_source(text));
  std::vector<std::string> lines;
  for (LineReader::Line line; reader.next(line);) {
    lines.push_back(std::to_string(reader.number()) + (line.too_long ? "!" : "") + ":" + std::string(line.text.substr(0, 20)));
  }
  return lines;
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("lines end at a line feed, with or without a carriage return") {
  CHECK(lines_of("") == List{});
  CHECK(lines_of("a\nb") == List{"1:a", "2:b"});
  CHECK(lines_of("a\r\n\r\nb\n") == List{"1:a", "2:", "3:b"});
  CHECK(lines_of("\xef\xbb\xbf{}\n") == List{"1:{}"});
}

TEST_CASE("a line that is too long is passed over, and the next one is read") {
  const std::string lengthy(3 * LineReader::kLineBytesMax, 'x');
  CHECK(lines_of("a\n" + lengthy + "\nb\n") == List{"1:a", "2!:xxxxxxxxxxxxxxxxxxxx", "3:b"});
  CHECK(lines_of(lengthy) == List{"1!:xxxxxxxxxxxxxxxxxxxx"});
  const std::string longest(LineReader::kLineBytesMax, 'y');
  CHECK(lines_of(longest + "\nb") == List{"1:yyyyyyyyyyyyyyyyyyyy", "2:b"});
}

TEST_CASE("many lines across many buffers keep their bytes") {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i) + std::string(static_cast<size_t>(i % 60), '.') + "\n";
  LineReader reader(text_source(text));
  LineReader::Line line;
  int i = 0;
  bool same = true;
  for (; reader.next(line); ++i) same &= line.text == std::to_string(i) + std::string(static_cast<size_t>(i % 60), '.');
  CHECK(same);
  CHECK(i == 200'000);
}
