// Who is woken when, with many users at one instant.
#include <catch2/catch.hpp>

#include "runtime/hosts/wake_queue.h"

using namespace wend;

namespace {
std::vector<uint32_t> take(WakeQueue& queue) {
  std::vector<uint32_t> users;
  queue.take(users);
  return users;
}
using Users = std::vector<uint32_t>;
}  // namespace

TEST_CASE("users are taken by instant, those of one instant together") {
  WakeQueue queue;
  CHECK(queue.next() == WEND_FOREVER);
  queue.schedule(2, 50);
  queue.schedule(0, 10);
  queue.schedule(7, 50);
  queue.schedule(1, WEND_FOREVER);
  CHECK(queue.next() == 10);
  CHECK(take(queue) == Users{0});
  CHECK(queue.next() == 50);
  CHECK(take(queue) == Users{2, 7});
  CHECK(queue.next() == WEND_FOREVER);
}

TEST_CASE("an earlier instant replaces a later one, a later one is left to the earlier") {
  WakeQueue queue;
  queue.schedule(3, 100);
  queue.schedule(3, 40);
  queue.schedule(3, 70);
  CHECK(queue.due(3) == 40);
  CHECK(take(queue) == Users{3});
  queue.schedule(3, 100);
  CHECK(queue.next() == 100);
  CHECK(take(queue) == Users{3});   // once, though listed twice
  CHECK(queue.next() == WEND_FOREVER);
}

TEST_CASE("an instant everyone has left is empty and does no harm") {
  WakeQueue queue;
  queue.schedule(1, 30);
  queue.schedule(1, 20);
  CHECK(take(queue) == Users{1});
  CHECK(queue.next() == 30);
  CHECK(take(queue).empty());
  CHECK(take(queue).empty());
}
