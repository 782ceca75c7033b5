// Messages out of bytes: whole, in pieces, and out of what is none.
#include <catch2/catch.hpp>

#include <random>

#include "compiler/language_server/framing.h"

using namespace wend::lsp;

namespace {

std::vector<std::string> sound(FrameReader& reader) {
  std::vector<std::string> out;
  while (auto frame = reader.next())
    if (frame->sound) out.push_back(frame->text);
  return out;
}

}  // namespace

TEST_CASE("a message is read however its bytes arrive") {
  const std::string stream = framed("{\"a\":1}") + framed("") + framed("{\"b\":\"é\"}");
  for (size_t piece = 1; piece <= stream.size(); ++piece) {
    FrameReader reader;
    std::vector<std::string> read;
    for (size_t at = 0; at < stream.size(); at += piece) {
      reader.feed(stream.substr(at, piece));
      for (std::string& each : sound(reader)) read.push_back(std::move(each));
    }
    CHECK(read == std::vector<std::string>{"{\"a\":1}", "", "{\"b\":\"é\"}"});
  }
}

TEST_CASE("header lines in any case, with others beside them, and line feeds alone are taken") {
  FrameReader reader;
  reader.feed("content-type: x\r\nCONTENT-LENGTH:  2 \r\n\r\n{}Content-Length: 2\n\n[]");
  CHECK(sound(reader) == std::vector<std::string>{"{}", "[]"});
}

TEST_CASE("behind a header that makes no sense the next message is read") {
  const std::string bad = GENERATE(as<std::string>{}, "Content-Length: many\r\n\r\n", "Content-Length: -5\r\n\r\n{}", "Content-Length: 99999999999999999999999\r\n\r\n", "hello\r\n\r\n",
                                   "\r\n\r\n", "Content-Length:\r\n\r\n");
  FrameReader reader;
  reader.feed(bad + framed("{\"next\":1}"));
  size_t refused = 0;
  std::vector<std::string> read;
  while (auto frame = reader.next()) {
    if (frame->sound) read.push_back(frame->text);
    else ++refused;
  }
  CHECK(refused > 0);
  CHECK(read == std::vector<std::string>{"{\"next\":1}"});
}

TEST_CASE("a message that is too long is passed over, and takes no memory") {
  FrameReader reader;
  const size_t size = kMessageBytesMax + 10;
  reader.feed("Content-Length: " + std::to_string(size) + "\r\n\r\n");
  auto frame = reader.next();
  REQUIRE(frame);
  CHECK_FALSE(frame->sound);
  const std::string piece(1 << 20, 'x');
  for (size_t sent = 0; sent < size; sent += piece.size()) {
    reader.feed(std::string_view(piece).substr(0, std::min(piece.size(), size - sent)));
    CHECK_FALSE(reader.next());
    CHECK(reader.held() <= piece.size());
  }
  reader.feed(framed("{}"));
  CHECK(sound(reader) == std::vector<std::string>{"{}"});
}

TEST_CASE("any bytes are survived, and memory stays bounded") {
  std::mt19937 random(7);
  const std::string words[] = {"Content-Length: ", "5", "\r\n", "\r\n\r\n", "{}", "\n\n", "content-length:7", std::string("\0\xff\x80", 3), "99999999", "{\"jsonrpc\":\"2.0\"}"};
  for (int round = 0; round < 300; ++round) {
    FrameReader reader;
    for (int i = 0; i < 60; ++i) {
      reader.feed(words[random() % std::size(words)]);
      if (random() % 4 == 0) {
        std::string noise;
        for (size_t n = random() % 200; n > 0; --n) noise += static_cast<char>(random());
        reader.feed(noise);
      }
      int frames = 0;
      while (reader.next()) REQUIRE(++frames < 10'000);
    }
    std::string rest(kHeaderBytesMax * 2, 'x');
    for (int i = 0; i < 40; ++i) {
      reader.feed(rest);
      while (reader.next()) {}
    }
    CHECK(reader.held() <= kMessageBytesMax + rest.size());
  }
}
