// Bytes that are cut, changed, or made up: a negative number, and nothing written.
#include <catch2/catch.hpp>

#include <random>

#include <zlib.h>

#include "support.h"
#include "test_paths.h"

using namespace wend;
using namespace wend::test;

namespace {

struct World {
  Stepper stepper;
  std::string state, other, line = cart("ann", kMonday + kMinute, "c2", 70);
  std::vector<std::string> frames;

  World() {
    state = stepper.event("", kMonday, identify(R"("userId":"ann")", kMonday, R"("email":"ann@example.org","email_opt_in":true)")).state;
    state = stepper.event(state, kMonday, cart("ann", kMonday, "c1", 45)).state;
    other = stepper.event("", kMonday, cart("bo", kMonday, "c1", 60)).state;
    state = stepper.wake(state, kMonday + kHour).state;
    frames = {event_frame(state, kMonday + 2 * kHour, line), wake_frame(state, kMonday + kDay), merge_frame(state, other, kMonday + 2 * kHour, line),
              merge_frame(state, other, kMonday + 2 * kHour, ""), event_frame("", kMonday, line)};
  }

  // The code, after seeing that a fault writes nothing.
  int32_t code(const std::string& frame) {
    std::string out(20'000, '\x5a');
    const int32_t code = wend_step(shop(), stepper.context(), bytes_of(frame), static_cast<uint32_t>(frame.size()), reinterpret_cast<uint8_t*>(out.data()),
                                   static_cast<uint32_t>(out.size()));
    const size_t written = code < 0 ? 0 : static_cast<size_t>(code);
    if (written < out.size() && out.find_first_not_of('\x5a', written) != std::string::npos) return 1'000'000;
    return code;
  }
};

void put_u32(std::string& frame, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) frame[at + i] = static_cast<char>(value >> (8 * i));
}
uint32_t get_u32(const std::string& frame, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value |= static_cast<uint32_t>(static_cast<uint8_t>(frame[at + i])) << (8 * i);
  return value;
}

// As one who makes frames themselves would: the sum fits what is there.
void sum_again(std::string& frame) {
  if (frame.size() < 40) return;
  const size_t end = std::min<size_t>(40 + static_cast<size_t>(get_u32(frame, 24)), frame.size());
  put_u32(frame, 4, static_cast<uint32_t>(crc32(0, bytes_of(frame) + 8, static_cast<uInt>(end - 8))));
}

}  // namespace

TEST_CASE("the frames these tests damage are good") {
  World world;
  for (const std::string& frame : world.frames) CHECK(world.code(frame) > 40);
}

TEST_CASE("a frame cut anywhere is refused, and so is one with bytes behind it") {
  World world;
  for (const std::string& frame : world.frames) {
    for (size_t size = 0; size < frame.size(); ++size) REQUIRE(world.code(frame.substr(0, size)) == WEND_FAULT_FRAME);
    CHECK(world.code(frame + '\0') == WEND_FAULT_FRAME);
    CHECK(world.code(frame + frame) == WEND_FAULT_FRAME);
  }
}

TEST_CASE("one bit changed anywhere is noticed") {
  World world;
  for (const std::string& frame : world.frames)
    for (size_t at = 0; at < frame.size(); ++at)
      for (int bit = 0; bit < 8; ++bit) {
        std::string damaged = frame;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
        const int32_t code = world.code(damaged);
        if (code != WEND_FAULT_FRAME && code != WEND_FAULT_STATE) FAIL("byte " << at << ", bit " << bit << ": " << code);
      }
}

TEST_CASE("any byte in place of another is noticed") {
  World world;
  const std::string& frame = world.frames[2];
  for (size_t at = 0; at < frame.size(); ++at)
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      std::string damaged = frame;
      damaged[at] = static_cast<char>(value);
      if (damaged != frame) REQUIRE(world.code(damaged) < 0);
    }
}

TEST_CASE("lengths that lie are refused, with a sum that fits as well") {
  World world;
  for (const std::string& frame : world.frames)
    for (const size_t field : {12u, 24u, 28u, 32u, 36u})
      for (const uint32_t value : {0u, 1u, 39u, 40u, 41u, 0x7fffffffu, 0x80000000u, 0xffffffd8u, 0xffffffffu}) {
        std::string damaged = frame;
        put_u32(damaged, field, value);
        if (damaged == frame) continue;
        sum_again(damaged);
        INFO("field at " << field << ": " << value);
        CHECK(world.code(damaged) < 0);
      }
}

TEST_CASE("kinds, versions and instants that there are not are refused") {
  World world;
  const auto with = [&](size_t at, int value) {
    std::string frame = world.frames[0];
    frame[at] = static_cast<char>(value);
    sum_again(frame);
    return world.code(frame);
  };
  CHECK(with(8, 2) == WEND_FAULT_FRAME);    // version
  CHECK(with(10, 0) == WEND_FAULT_FRAME);   // a wake with a line
  CHECK(with(10, 3) == WEND_FAULT_FRAME);
  CHECK(with(11, 1) == WEND_FAULT_FRAME);
  CHECK(with(23, 0x80) == WEND_FAULT_FRAME);   // before 1970
  CHECK(with(23, 0x7f) == WEND_FAULT_FRAME);   // behind 2099
}

TEST_CASE("no bytes crash the step, whoever made them and however well their sum fits") {
  World world;
  std::mt19937 random(7);
  const auto below = [&](size_t bound) { return random() % bound; };
  int taken = 0;
  for (int i = 0; i < 6'000; ++i) {
    std::string frame = world.frames[below(world.frames.size())];
    for (size_t changes = 1 + below(3); changes > 0; --changes) {
      // Mostly in the line: what is behind it has a sum of its own.
      const size_t end = below(4) == 0 ? frame.size() : 40 + get_u32(frame, 24);
      const size_t at = below(std::max<size_t>(std::min(end, frame.size()), 1));
      if (at >= frame.size()) break;
      if (below(5) == 0) frame.erase(at, below(4));
      else if (below(5) == 0) frame.insert(at, below(4), static_cast<char>(random()));
      else frame[at] = static_cast<char>(below(3) == 0 ? '"' : random());
      if (frame.size() < 40) break;
    }
    if (frame.size() >= 40 && below(2) == 0) put_u32(frame, 12, static_cast<uint32_t>(frame.size()));
    sum_again(frame);
    const int32_t code = world.code(frame);
    REQUIRE(code < 1'000'000);
    taken += code > 0;
  }
  CHECK(taken > 100);    // some were events all the same
}

TEST_CASE("a state of another program is refused") {
  World world;
  char said[500] = "";
  wend_prog* another = wend_open(WEND_SOURCE_DIR "/examples/jukebox", said, sizeof said);
  INFO(said);
  REQUIRE(another != nullptr);
  CHECK(wend_version(another) != wend_version(shop()));
  {
    Stepper stepper(another);
    CHECK(stepper.wake(world.state, kMonday).code == WEND_FAULT_STATE);
    CHECK(stepper.merge("", world.state, kMonday).code == WEND_FAULT_STATE);
    CHECK(stepper.wake(world.state, kMonday).said == "the state is damaged, or of another version of the program");
  }
  wend_close(another);
}

TEST_CASE("a result that was damaged on its way is refused by its reader, its state by the next step") {
  World world;
  const Result good = world.stepper.step(world.frames[0]);
  const size_t summed = good.bytes.size() - good.state.size();
  wend_result result;
  for (size_t at = 0; at < good.bytes.size(); ++at) {
    std::string damaged = good.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const int32_t code = wend_get(bytes_of(damaged), static_cast<uint32_t>(damaged.size()), &result);
    if (at < summed) REQUIRE(code == WEND_FAULT_FRAME);
    else REQUIRE(world.stepper.wake({reinterpret_cast<const char*>(result.state), result.state_len}, kMonday + kDay).code == WEND_FAULT_STATE);
    REQUIRE(wend_get(bytes_of(good.bytes), static_cast<uint32_t>(at), &result) == WEND_FAULT_FRAME);
  }
}
