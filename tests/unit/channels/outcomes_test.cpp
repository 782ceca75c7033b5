// Which answers are which outcomes, and what is kept of what a provider said.
#include <catch2/catch.hpp>

#include "runtime/channels/outcomes.h"
#include "support.h"

using namespace wend;
using namespace wend::test;

namespace {

std::string fate(int status, Headers headers = {}, Trouble trouble = Trouble::none) {
  HttpAnswer answer;
  answer.may_have_left = true;
  answer.status = status;
  answer.headers = std::move(headers);
  answer.trouble = trouble;
  return told(outcome_of(answer, kNowUs));
}

std::string fate_before(Trouble trouble) {
  HttpAnswer answer;
  answer.trouble = trouble;
  return told(outcome_of(answer, kNowUs));
}

std::string kept(std::string_view said) { return fit_to_keep(said, weekly_mix("u-17", {{"body", "Hello Ann"}, {"n", "7"}}), {"s3cret"}); }

}  // namespace

TEST_CASE("every status has its outcome") {
  for (const int status : {200, 201, 202, 204}) CHECK(fate(status) == "delivered");
  for (const int status : {400, 404, 405, 410, 413, 422, 451}) CHECK(fate(status) == "failed: status " + std::to_string(status));
  for (const int status : {401, 403, 425, 429}) CHECK(fate(status) == "failed for now: status " + std::to_string(status));
  for (const int status : {301, 302, 303, 304, 408, 409, 500, 502, 503, 504, 599}) CHECK(fate(status) == "unknown: status " + std::to_string(status));
  for (const int status : {307, 308}) CHECK(fate(status) == "failed: status " + std::to_string(status));
}

TEST_CASE("what failed before anything left has surely failed") {
  for (const Trouble trouble : {Trouble::dns, Trouble::connect, Trouble::tls, Trouble::late, Trouble::memory, Trouble::broken})
    CHECK(fate_before(trouble).find("failed for now: ") == 0);
  for (const Trouble trouble : {Trouble::url, Trouble::request, Trouble::address}) CHECK(fate_before(trouble).find("failed: ") == 0);
}

TEST_CASE("an answer that is not whole leaves it open, but for a refusal and for too much said after a yes") {
  for (const Trouble trouble : {Trouble::late, Trouble::broken}) {
    CHECK(fate(0, {}, trouble).find("unknown: ") == 0);
    CHECK(fate(200, {}, trouble).find("unknown: ") == 0);
    CHECK(fate(500, {}, trouble).find("unknown: ") == 0);
    CHECK(fate(400, {}, trouble) == "failed: status 400");
    CHECK(fate(429, {{"retry-after", "5"}}, trouble) == "failed for now: status 429 until 5");
  }
  CHECK(fate(200, {}, Trouble::too_large) == "delivered");
  CHECK(fate(500, {}, Trouble::too_large) == "unknown: answer too large");
}

TEST_CASE("Retry-After is read as seconds or as a date, within a day") {
  const auto after = [](const char* text) { return fate(429, {{"retry-after", text}}); };
  CHECK(after("30") == "failed for now: status 429 until 30");
  CHECK(after("Sun, 01 Mar 2026 10:00:30 GMT") == "failed for now: status 429 until 30");
  CHECK(after("999999999") == "failed for now: status 429 until 86400");
  CHECK(after("Fri, 31 Dec 2038 23:59:59 GMT") == "failed for now: status 429 until 86400");
  CHECK(after("Sat, 28 Feb 2026 10:00:30 GMT") == "failed for now: status 429 until 0");
  for (const char* bad : {"", "soon", "-1", "1.5", "9999999999", "Sun, 01 Foo 2026 10:00:30 GMT", "Sun, 01 anM 2026 10:00:30 GMT",
                          "Sun, 01 Mar 2026 10:00:30 GMT and more", "Sun, 01 Mar 2026"}) {
    INFO(bad);
    CHECK(after(bad) == "failed for now: status 429");
  }
}

TEST_CASE("of what was said neither address nor secret nor content nor number is kept") {
  CHECK(kept("bad recipient ann@example.com here") == "bad recipient ... here");
  CHECK(kept("The 'To' number +15551234567 is not valid") == "The 'To' number ... is not valid");
  CHECK(kept("token s3cret in use") == "token ... in use");
  CHECK(kept("code 21211, status 400") == "code 21211, status 400");
  CHECK(kept("a\r\nb\x1b[31m\xc3\xa9 c") == "a b [31m c");
  CHECK(kept(std::string(60, 'x') + " key") == "... key");
  CHECK(kept(std::string("a\0b", 3)) == "a b");
  CHECK(kept("u-17: \"Hello Ann\" is 7 words too long") == "...: \"...\" is 7 words too long");
  std::string long_text;
  for (int i = 0; i < 200; ++i) long_text += "word ";
  CHECK(kept(long_text).size() <= kSaidBytes);
}

TEST_CASE("the provider's name of a message is kept whole or not at all") {
  CHECK(delivered("SM123").provider_id == "SM123");
  CHECK(delivered("a\r\nb").provider_id.empty());
  CHECK(delivered(std::string(kSaidBytes + 1, 'a')).provider_id.empty());
}
